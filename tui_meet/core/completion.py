"""Completion of command lines: commands first, then what each argument can be."""

from __future__ import annotations

from dataclasses import dataclass

from tui_meet.core import registry
from tui_meet.core.parsing import MANY, ROOM_KINDS, WHO_KINDS, candidates_for
from tui_meet.core.reducers.layout import LAYOUTS
from tui_meet.core.selectors import classification_levels, room_name
from tui_meet.core.specs import Argument, CommandSpec, Kind, why_not
from tui_meet.core.state import MeetingState

MAX_COMPLETIONS = 50
"""Offered at most."""
_SPECS = ("default", "none", "file:", "tone:440", "pattern")


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on."""

    text: str
    """The whole line after completion."""
    label: str
    """What is offered, short."""
    help: str
    """One line: what it does, or why it is not possible now."""


def complete(line: str, state: MeetingState) -> tuple[Completion, ...]:
    """Ways to go on with a line, typed without the leading sign; what is possible now comes first. Never raises."""
    start = line.lstrip()
    spec = registry.find(start)
    done = spec is not None and len(start) > _name_length(start, spec) and start[_name_length(start, spec)].isspace()
    found = _arguments(start, spec, state) if spec is not None and done else ()
    return (found or _commands(start, state))[:MAX_COMPLETIONS]


def _name_length(line: str, spec: CommandSpec) -> int:
    """Characters of the line that are the command's name."""
    at = 0
    for word in spec.name.split():
        at = line.index(word, at) + len(word)
    return at


def _commands(typed: str, state: MeetingState) -> tuple[Completion, ...]:
    wanted = " ".join(typed.split()) + (" " if typed[-1:].isspace() else "")
    rows = []
    for spec in registry.COMMANDS:
        if spec.name.startswith(wanted):
            reason = why_not(spec, state)
            text = f"{spec.name} " if spec.arguments else spec.name
            rows.append((bool(reason), Completion(text, spec.usage, reason or spec.help)))
    rows.sort(key=lambda row: row[0])
    return tuple(row for _, row in rows)


def _arguments(line: str, spec: CommandSpec, state: MeetingState) -> tuple[Completion, ...]:
    if not spec.arguments:
        return ()
    at = _name_length(line, spec)
    head, tail = line[:at], line[at:].lstrip()
    words, last = _split(tail)
    place = len(words)
    many = next((index for index, argument in enumerate(spec.arguments) if argument.kind in MANY), None)
    if many is not None and place >= many:
        place = many
    if place >= len(spec.arguments):
        return ()
    before = " ".join([head, *words])
    offered = _values(spec, spec.arguments[place], state)
    typed = last.lstrip('"').casefold()
    final = all(argument.optional for argument in spec.arguments[place + 1 :])
    return tuple(
        Completion(f"{before} {value}{'' if final or value.endswith(':') else ' '}", label, text)
        for value, label, text in offered
        if _fits(typed, value, label)
    )


def _fits(typed: str, value: str, label: str) -> bool:
    name = label.casefold()
    return value.casefold().startswith(typed) or any(part.startswith(typed) for part in (name, *name.split()))


def _split(tail: str) -> tuple[list[str], str]:
    """Finished words, quotes kept, and the one being typed."""
    words: list[str] = []
    current, quoted = "", False
    for sign in tail:
        if sign == '"':
            quoted = not quoted
        if sign.isspace() and not quoted:
            if current:
                words.append(current)
            current = ""
        else:
            current += sign
    return words, current


def _values(spec: CommandSpec, argument: Argument, state: MeetingState) -> list[tuple[str, str, str]]:
    """(text, label, help) of what an argument can be."""
    kind = argument.kind
    if kind in WHO_KINDS:
        return _people(spec, kind, state)
    if kind in ROOM_KINDS:
        return _rooms(spec, kind, state)
    if argument.choices:
        return [(choice, choice, spec.help) for choice in argument.choices]
    if kind is Kind.PERCENT:
        return [(percent, f"{percent} %", spec.help) for percent in ("0", "50", "100", "150", "200")]
    if kind is Kind.SPEC:
        return [(device, device, spec.help) for device in _SPECS]
    if argument.name == "layout":
        # the seed's names first, in its order, where the server does not say that it lacks them
        known = [layout for layout in LAYOUTS if not state.layouts or layout in state.layouts]
        own = [layout for layout in state.layouts if layout not in LAYOUTS]
        return [(layout, layout, spec.help) for layout in (*known, *own)]
    if argument.name == "level":
        return [(level.name, f"{level.level} {level.name}", spec.help) for level in classification_levels(state)]
    if spec.name == "present":
        return [("stop", "stop", "Present no more")] if state.presentation.file else []
    return []


def _rooms(spec: CommandSpec, kind: Kind, state: MeetingState) -> list[tuple[str, str, str]]:
    rows = [(room_name(state, room), room_name(state, room), spec.help) for room in state.breakouts]
    if rows:
        rows.append(("all", "all", spec.help) if kind is Kind.ROOM_OR_ALL else ("main", "main room", spec.help))
    return rows


def _people(spec: CommandSpec, kind: Kind, state: MeetingState) -> list[tuple[str, str, str]]:
    candidates = candidates_for(spec, state)
    names = [person.display_name.casefold() for _, person in candidates]
    rows = []
    for number, person in candidates:
        name = person.display_name
        unique = names.count(name.casefold()) == 1 and not name.startswith(("#", "@")) and '"' not in name
        text = (f'"{name}"' if " " in name or name.casefold() == "all" else name) if unique else f"#{number}"
        rows.append((text, name, f"#{number}"))
    if kind in (Kind.WHO_OR_ALL, Kind.WHO_MANY_OR_ALL) and rows:
        rows.append(("all", "all", spec.help))
    return rows
