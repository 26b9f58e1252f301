"""The core's registry as keys: what a key press means now, and why not.

A press becomes one of four things: a line to run, a question to ask first, a text to ask for, or a refusal with its
reason. Screens act on that; nothing here knows a widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui_meet.app.rows import plain
from tui_meet.core.model import Participant
from tui_meet.core.registry import COMMANDS
from tui_meet.core.specs import CommandSpec, Group, Kind, why_not
from tui_meet.core.state import MeetingState


@dataclass(frozen=True, slots=True)
class Run:
    """Run this line."""

    line: str
    question: str = ""
    """Ask this first; empty = run at once."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for the last argument on the command line, then run `prefix` with it."""

    prefix: str
    label: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing can be done; say this."""

    sentence: str


Press = Run | Ask | Refuse


def _keyed(of: str) -> Mapping[str, tuple[CommandSpec, ...]]:
    table: dict[str, tuple[CommandSpec, ...]] = {}
    for spec in COMMANDS:
        key = str(getattr(spec, of))
        if key:
            table[key] = (*table.get(key, ()), spec)
    return table


BY_KEY = _keyed("key")
"""Registry rows by key, in the order of help; several rows of one key toggle."""

BY_PERSON_KEY = _keyed("person_key")
"""The same for keys that act on the selected person where the plain key acts on oneself."""

KEYS: tuple[str, ...] = (*BY_KEY, *BY_PERSON_KEY)
"""Every key of the registry."""


def press(key: str, state: MeetingState, selected: Participant | None) -> Press:
    """What the key means now; `selected` is the person with the cursor in the participants pane."""
    if key in BY_PERSON_KEY:
        return _toggle(BY_PERSON_KEY[key], state, selected, about_person=True)
    return _toggle(BY_KEY[key], state, selected, about_person=False)


def start(spec: CommandSpec, state: MeetingState, selected: Participant | None, *, on_person: bool = False) -> Press:
    """What choosing this row means now, by key, palette or moderation pane.

    `on_person` runs a command for the selected person that would otherwise be about oneself (`mute`).
    """
    reason = reason_against(spec, state, selected, on_person=on_person)
    if reason:
        return Refuse(reason)
    if not (spec.about_person or on_person):
        needed = [argument for argument in spec.arguments if not argument.optional]
        if needed and selected is not None and _moves_somebody(spec):
            others = needed[1:]
            if not others:
                return Run(f"{spec.name} {selected.id}")
            return Ask(f"{spec.name} {selected.id} ", f"{others[0].name.capitalize()} for {name_of(selected)}")
        if needed:
            return Ask(f"{spec.name} ", "")
        return Run(spec.name, _question(spec, None))
    person = target(spec.name, state, selected)
    if person is None:
        return Refuse(_SELECT)
    others = [argument for argument in spec.arguments[1:] if not argument.optional]
    if others:
        return Ask(f"{spec.name} {person.id} ", f"{others[0].name.capitalize()} for {name_of(person)}")
    return Run(f"{spec.name} {person.id}", _question(spec, person))


def _moves_somebody(spec: CommandSpec) -> bool:
    """Moves a person between rooms: the selected one where there is one, else whoever is named on the line."""
    return spec.group is Group.ROOMS and bool(spec.arguments) and spec.arguments[0].kind is Kind.WHO


def reason_against(
    spec: CommandSpec, state: MeetingState, selected: Participant | None, *, on_person: bool = False
) -> str:
    """Why this row cannot be run now, for the selected person where it is about one; empty when it can."""
    if on_person and not spec.about_person:
        return _against_other(spec, state, selected)
    reason = why_not(spec, state)
    if reason or not spec.about_person:
        return reason
    person = target(spec.name, state, selected)
    return _SELECT if person is None else _against_person(spec, state, person)


def name_of(person: Participant) -> str:
    """The name as it may be shown."""
    return plain(person.display_name).strip() or "somebody without a name"


_SELECT = "Select a person first: press 2, then j and k."


def _toggle(
    specs: tuple[CommandSpec, ...], state: MeetingState, selected: Participant | None, *, about_person: bool
) -> Press:
    # Who is muted by the room can both unmute and mute (for when that ends): the key means to be heard again first.
    for spec in reversed(specs):
        if not reason_against(spec, state, selected, on_person=about_person):
            return start(spec, state, selected, on_person=about_person)
    return Refuse(_best_reason(specs, state, selected, about_person))


def _best_reason(
    specs: tuple[CommandSpec, ...], state: MeetingState, selected: Participant | None, about_person: bool
) -> str:
    """Of rows that toggle, the reason that is not just “it is so already”."""
    reasons = [reason_against(spec, state, selected, on_person=about_person) for spec in specs]
    return next((reason for reason in reasons if "already" not in reason), reasons[0])


def target(name: str, state: MeetingState, selected: Participant | None) -> Participant | None:
    """Whom the command of this name is about: the selected person, or at the door the first who waits."""
    if name in ("admit", "deny") and (selected is None or not selected.is_waiting):
        return next((person for person in state.roster.people.values() if person.is_waiting), None)
    return selected


def _against_other(spec: CommandSpec, state: MeetingState, person: Participant | None) -> str:
    if not state.is_moderator:
        return why_not(spec, state) if state.me is None else f"Only a moderator can {spec.name} somebody else."
    if person is None:
        return _SELECT
    if person.id == state.me_here:
        return f"That is you: press {spec.key}."
    if spec.name == "mute":
        return f"{name_of(person)} is muted already." if person.is_muted else ""
    if spec.name == "unmute":
        if person.is_muted:
            return ""
        if person.is_client_muted:
            return f"{name_of(person)} turned the microphone off: only they can turn it on."
        return f"{name_of(person)} is not muted."
    return ""


def _against_person(spec: CommandSpec, state: MeetingState, person: Participant) -> str:
    name = name_of(person)
    if person.id == state.me_here and spec.name in ("ignore", "drop"):
        return "That is you: use “leave” to go." if spec.name == "drop" else "That is you."
    if spec.name in ("admit", "deny"):
        return ""
    if person.is_waiting and spec.name in ("role", "spotlight", "unspotlight", "ignore", "hand lower"):
        return f"{name} is still waiting: admit them first."
    if spec.name == "hand lower" and not person.hand_raised:
        return f"{name} has no hand up."
    if spec.name == "spotlight" and person.is_spotlighted:
        return f"{name} is in the spotlight already."
    if spec.name == "unspotlight" and not person.is_spotlighted:
        return f"{name} is not in the spotlight."
    return ""


def _question(spec: CommandSpec, person: Participant | None) -> str:
    if not spec.dangerous:
        return ""
    if person is None:
        return _QUESTIONS.get(spec.name, f"{spec.help}?")
    if spec.name == "role":
        return (
            f"Take the moderator role from {name_of(person)}?"
            if person.is_moderator
            else f"Make {name_of(person)} a moderator?"
        )
    template = _QUESTIONS.get(spec.name)
    return template.replace("WHO", name_of(person)) if template else f"{spec.help}: {name_of(person)}?"


_QUESTIONS = {
    "leave": "Leave the meeting?",
    "end": "End the meeting for everybody?",
    "drop": "Throw WHO out of the meeting?",
    "deny": "Turn WHO away?",
}


def label(spec: CommandSpec) -> str:
    """A short name for key hints: the words of the command without its argument."""
    return _LABELS.get(spec.name, spec.name)


_LABELS = {
    "hand up": "raise hand",
    "hand down": "lower hand",
    "hand lower": "lower their hand",
    "end": "end for all",
    "drop": "throw out",
    "role": "switch role",
    "admit": "let in",
    "deny": "turn away",
    "unspotlight": "spotlight off",
    "deafen on": "deafen",
    "deafen off": "hear again",
    "stats": "figures",
    "breakout open": "open a breakout room",
    "breakout move": "move somebody to a room",
    "breakout back": "back to the main room",
    "breakout close": "close a breakout room",
    "breakout help": "call a moderator here",
    "breakout clear": "end a call for help",
    "breakout leave": "leave the breakout room",
}
