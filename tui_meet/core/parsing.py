"""Command lines to invocations: which row of the registry, with which values (design, section 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Any

from tui_meet.core import registry
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.core.model import Participant
from tui_meet.core.selectors import everybody, room_name, room_of
from tui_meet.core.specs import Argument, CommandSpec, Kind
from tui_meet.core.state import MeetingState

MAX_LINE = 16_000
"""Characters of a command line."""
MANY = (Kind.WHO_MANY, Kind.WHO_MANY_OR_ALL)
WHO_KINDS = (Kind.WHO, Kind.WHO_MANY, Kind.WHO_OR_ALL, Kind.WHO_MANY_OR_ALL)
ROOM_KINDS = (Kind.ROOM, Kind.ROOM_OR_ALL)
_ALL_KINDS = (Kind.WHO_OR_ALL, Kind.WHO_MANY_OR_ALL)
_ABOUT_THE_WAITING = ("admit", "deny")


class Everybody(Enum):
    """The word `all` in place of people."""

    ALL = "all"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command line, understood."""

    spec: CommandSpec
    values: Mapping[str, Any] = field(default_factory=dict)
    """By argument name. WHO is a `ParticipantId`, WHO... a tuple of them, `all` is `Everybody.ALL`; PERCENT an int,
    SECONDS a float, ROOM a `RoomId`, JSON a dict, USER... a tuple of str, all else str. Optional ones that were not
    given are absent."""


def parse(line: str, state: MeetingState) -> Invocation:
    """Understand a line, as typed without the leading sign. Raises `CommandError`."""
    spec, reader = _begin(line)
    return Invocation(spec, _values(spec, reader, state))


def spec_of(line: str) -> CommandSpec:
    """The row a line is about. Raises `CommandError`, with the nearest command where there is one."""
    return _begin(line)[0]


def has_arguments(line: str) -> bool:
    """Whether something stands behind the command's name. Raises `CommandError`."""
    return not _begin(line)[1].at_end


def resolve(
    word: str, people: Iterable[tuple[int, Participant]], me: ParticipantId | None, *, quoted: bool = False
) -> ParticipantId:
    """The one person that `WHO` means. `people` are candidates with their roster numbers.

    `@me`, `#3`, a uuid, an exact name (letter case aside), or a unique part of one. Raises `CommandError`; two that
    match are listed with their numbers.
    """
    candidates = tuple(people)
    if not quoted:
        found = _by_sign(word, candidates, me)
        if found is not None:
            return found
    wanted = word.casefold().strip()
    if not wanted:
        raise CommandError("Say who: a part of the name, @me, #3 or an id.")
    names = [(number, person, person.display_name.casefold()) for number, person in candidates]
    for matching in (
        [row for row in names if row[2] == wanted],
        [row for row in names if any(part.startswith(wanted) for part in (row[2], *row[2].split()))],
        [row for row in names if wanted in row[2]],
    ):
        if len(matching) == 1:
            return matching[0][1].id
        if matching:
            listed = [f"#{number} {person.display_name}" for number, person, _ in matching]
            raise CommandError(f"“{word}” is more than one: {_and(listed)}; say which by number.")
    close = get_close_matches(wanted, [name for _, _, name in names], n=1, cutoff=0.6)
    hint = next((f"; did you mean {person.display_name}" for _, person, name in names if name in close), "")
    raise CommandError(f"Nobody here is called “{word}”{hint}{'?' if hint else '.'}")


class Reader:
    """Reads a line word by word; double quotes hold words together."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._skip()

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    @property
    def rest(self) -> str:
        """What is left, as it stands."""
        return self._text[self._at :].rstrip()

    def word(self) -> tuple[str, bool]:
        """The next word and whether it was quoted. Raises `CommandError` when a quotation mark is left open."""
        text, start = self._text, self._at
        quoted = text[start] == '"'
        if quoted:
            end = text.find('"', start + 1)
            if end < 0:
                raise CommandError('A quotation mark (") is not closed.')
            word, self._at = text[start + 1 : end], end + 1
        else:
            end = start
            while end < len(text) and not text[end].isspace():
                end += 1
            word, self._at = text[start:end], end
        self._skip()
        return word, quoted

    def take(self, length: int) -> None:
        """Step over so many characters and the spaces behind them."""
        self._at += length
        self._skip()

    def take_all(self) -> str:
        rest, self._at = self.rest, len(self._text)
        return rest

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1


def candidates_for(spec: CommandSpec, state: MeetingState) -> list[tuple[int, Participant]]:
    """The people a command can be about, in whatever room, with their roster numbers."""
    people = [(number, person) for number, (_, person) in enumerate(everybody(state), start=1)]
    if spec.name in _ABOUT_THE_WAITING:
        return [row for row in people if row[1].is_waiting]
    return people


def _begin(line: str) -> tuple[CommandSpec, Reader]:
    if len(line) > MAX_LINE:
        raise CommandError(f"The line is too long: at most {MAX_LINE} characters.")
    spec = registry.find(line)
    if spec is None:
        raise CommandError(_no_such_command(line))
    reader = Reader(line)
    for word in spec.name.split():
        reader.take(len(word))
    return spec, reader


def _no_such_command(line: str) -> str:
    words = line.split()
    if not words:
        return "Type a command; the help lists them all."
    first = words[0]
    longer = [name.split(" ", 1)[1] for name in registry.BY_NAME if name.startswith(f"{first} ")]
    if longer:
        return f"“{first}” goes on with {_or(longer)}."
    names = list(registry.BY_NAME)
    close = get_close_matches(" ".join(words[:2]), [name for name in names if " " in name], n=1, cutoff=0.75)
    close = close or get_close_matches(first, names, n=1, cutoff=0.5)
    close = close or [name for name in names if len(first) > 1 and name.startswith(first)][:1]
    hint = f"; did you mean “{close[0]}”?" if close else "."
    return f"There is no command “{first[:40]}”{hint}"


def _values(spec: CommandSpec, reader: Reader, state: MeetingState) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for index, argument in enumerate(spec.arguments):
        if argument.optional and _is_left_out(spec, index, reader):
            continue
        if reader.at_end:
            raise CommandError(f"“{spec.name}” needs more: {spec.usage}")
        last = index == len(spec.arguments) - 1
        values[argument.name] = _value(spec, argument, reader, state, last=last)
    if not reader.at_end:
        raise CommandError(f"“{reader.rest[:40]}” is too much: {spec.usage}")
    return values


def _is_left_out(spec: CommandSpec, index: int, reader: Reader) -> bool:
    if reader.at_end:
        return True
    following = spec.arguments[index + 1 : index + 2]
    return bool(following) and following[0].kind is Kind.JSON and reader.rest.startswith("{")


def _value(spec: CommandSpec, argument: Argument, reader: Reader, state: MeetingState, *, last: bool) -> Any:
    kind = argument.kind
    if kind in WHO_KINDS:
        return _who(spec, argument, reader, state, last=last)
    if kind in ROOM_KINDS:
        return _room(kind, reader, state)
    if kind is Kind.TEXT:
        return reader.take_all()
    if kind is Kind.JSON:
        return _json(reader.take_all())
    if kind in (Kind.SPEC, Kind.FILE):
        rest = reader.rest
        whole = last and not (rest.startswith('"') and rest.endswith('"'))
        return reader.take_all() if whole else reader.word()[0]
    if kind is Kind.USERS:
        users = []
        while not reader.at_end:
            users.append(reader.word()[0])
        return tuple(users)
    word, _ = reader.word()
    if kind is Kind.CHOICE:
        if word not in argument.choices:
            raise CommandError(f"“{spec.name}” takes {_or(argument.choices)}, not “{word[:40]}”.")
        return word
    if kind is Kind.PERCENT:
        return _percent(word)
    if kind is Kind.SECONDS:
        return _seconds(word)
    return word


def _who(spec: CommandSpec, argument: Argument, reader: Reader, state: MeetingState, *, last: bool) -> Any:
    candidates = candidates_for(spec, state)
    kind = argument.kind
    if kind in _ALL_KINDS and reader.rest.lower() == "all":
        reader.take_all()
        return Everybody.ALL
    if kind not in MANY:
        return _one(reader, candidates, state, last=last)
    found: dict[ParticipantId, None] = {}
    while not reader.at_end:
        found[_one(reader, candidates, state, last=False)] = None
    return tuple(found)


def _room(kind: Kind, reader: Reader, state: MeetingState) -> RoomId | Everybody:
    rest = reader.rest
    quoted = rest.startswith('"')
    word = reader.word()[0] if quoted else reader.take_all()
    wanted = word.strip().casefold()
    if kind is Kind.ROOM_OR_ALL and wanted == "all" and not quoted:
        return Everybody.ALL
    names = [(room, room_name(state, room)) for room in state.breakouts]
    if kind is Kind.ROOM:
        if wanted == "main" and not quoted:
            return MAIN_ROOM
        names.append((MAIN_ROOM, "main room"))
    for matching in (
        [row for row in names if wanted in (row[1].casefold(), row[0].casefold())],
        [row for row in names if row[1].casefold().startswith(wanted)],
        [row for row in names if wanted in row[1].casefold()],
    ):
        if len(matching) == 1:
            return matching[0][0]
        if matching:
            raise CommandError(f"“{word}” is more than one room: {_and(name for _, name in matching)}.")
    listed = f"; open are {_and(name for _, name in names)}." if names else "."
    raise CommandError(f"There is no breakout room “{word[:40]}”{listed}")


def _one(
    reader: Reader, candidates: list[tuple[int, Participant]], state: MeetingState, *, last: bool
) -> ParticipantId:
    me = state.me_here
    here = [row for row in candidates if room_of(state, row[1].id) == state.current_room]
    rest = reader.rest
    # a full name needs no quotes, however many words it has: the longest that fits counts
    folded = rest.casefold()
    names = sorted(candidates, key=lambda row: -len(row[1].display_name))
    for _, person in names:
        name = person.display_name
        same = folded.startswith(name.casefold()) and len(name.casefold()) == len(name)
        if same and " " in name and rest[len(name) : len(name) + 1].strip() == "":
            reader.take(len(name))
            return _nearest(name, here, candidates, me, quoted=True)
    if last and " " in rest and not rest.startswith('"'):
        reader.take_all()
        return _nearest(rest, here, candidates, me)
    word, quoted = reader.word()
    return _nearest(word, here, candidates, me, quoted=quoted)


def _nearest(
    word: str,
    here: list[tuple[int, Participant]],
    candidates: list[tuple[int, Participant]],
    me: ParticipantId | None,
    *,
    quoted: bool = False,
) -> ParticipantId:
    """Who is meant: somebody in the room in which we are before somebody elsewhere."""
    if len(here) < len(candidates) and (quoted or _by_sign(word, tuple(candidates), me) is None):
        wanted = word.casefold().strip()
        if wanted and any(wanted in person.display_name.casefold() for _, person in here):
            return resolve(word, here, me, quoted=quoted)
    return resolve(word, candidates, me, quoted=quoted)


def _by_sign(
    word: str, candidates: tuple[tuple[int, Participant], ...], me: ParticipantId | None
) -> ParticipantId | None:
    if word.lower() == "@me":
        if me is None:
            raise CommandError("You are not in a meeting.")
        return me
    if word.startswith("#") and word[1:].isdecimal():
        for number, person in candidates:
            if str(number) == word[1:].lstrip("0"):
                return person.id
        raise CommandError(f"There is nobody with the number {word[:12]} here.")
    return next((person.id for _, person in candidates if person.id == word), None)


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise CommandError('The object is no JSON; write it like {"key": "value"}.') from None
    if not isinstance(value, dict):
        raise CommandError('An application message is a JSON object, like {"key": "value"}.')
    return value


def _percent(word: str) -> int:
    digits = word.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3 and int(digits) <= 200):
        raise CommandError(f"A volume is a number from 0 to 200, not “{word[:40]}”.")
    return int(digits)


def _seconds(word: str) -> float:
    number = word.removesuffix("s")
    if not (number.isascii() and number.replace(".", "", 1).isdecimal() and len(number) <= 12):
        raise CommandError(f"A time is a number of seconds, not “{word[:40]}”.")
    return float(number)


def _or(words: Iterable[str]) -> str:
    return _joined(words, "or")


def _and(words: Iterable[str]) -> str:
    return _joined(words, "and")


def _joined(words: Iterable[str], conjunction: str) -> str:
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} {conjunction} {listed[-1]}"
