"""What a row of the registry is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tui_meet.core.state import MeetingState, Phase


class Kind(Enum):
    """What an argument is; decides parsing and completion."""

    WHO = "WHO"
    """One person: a unique part of the display name, `@me`, `#3` (roster row) or a uuid."""
    WHO_MANY = "WHO..."
    WHO_OR_ALL = "WHO|all"
    WHO_MANY_OR_ALL = "WHO...|all"
    TEXT = "TEXT"
    """The rest of the line."""
    WORD = "NAME"
    CHOICE = "CHOICE"
    PERCENT = "0-200"
    SECONDS = "SECONDS"
    JSON = "JSON"
    """The rest of the line, a JSON object."""
    SPEC = "SPEC"
    """A device: `default`, number, part of a name, `file:PATH`, `tone:HZ`, `pattern`, `none`."""
    FILE = "PATH"
    ROOM = "ROOM"
    """An open breakout by a unique part of its name, or `main`."""
    ROOM_OR_ALL = "ROOM|all"
    USERS = "USER..."


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command."""

    name: str
    kind: Kind
    optional: bool = False
    choices: tuple[str, ...] = ()


class Group(Enum):
    """Headings of help and palette."""

    DEVICES = "Own devices"
    HAND = "Raise hand"
    CHAT = "Chat"
    ENTRY = "Entry"
    MUTE = "Mutes"
    PEOPLE = "People"
    STAGE = "Stage"
    MODE = "Room mode"
    RECORDING = "Recording"
    ROOMS = "Breakout rooms"
    SESSION = "Session"
    CALLS = "Calls"
    PROGRAM = "Program"


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """Everything a person can do is one of these (design, section 1)."""

    name: str
    """The words that start the line: `mute`, `hand up`, `record start`."""
    help: str
    """One line."""
    group: Group
    arguments: tuple[Argument, ...] = ()
    key: str = ""
    """Default key in the meeting screen; commands that share a key toggle: the one that is possible now runs."""
    moderator: bool = False
    """Only a moderator may."""
    part: str = ""
    """Part of the server's extension that it needs; empty = the plain wire can."""
    lacking: str = ""
    """Why not, where the server lacks the part."""
    wire: str = ""
    """The call behind it, for the documentation."""
    anywhere: bool = False
    """Also possible outside a meeting."""
    in_lobby: bool = False
    """Also possible in the waiting room."""
    dangerous: bool = False
    """Faces with a screen ask once before it runs."""
    about_person: bool = False
    """Its key acts on the selected person of the participants pane."""
    person_key: str = ""
    """Key that runs it for the selected person, where `key` runs it for oneself."""
    guard: Callable[[MeetingState], str] | None = None
    """Why it makes no sense now, as a sentence, or an empty string."""

    @property
    def usage(self) -> str:
        """The line as help shows it: `drop WHO...|all`."""
        words = [self.name]
        for argument in self.arguments:
            word = "|".join(argument.choices) if argument.choices else argument.kind.value
            words.append(f"[{word}]" if argument.optional else word)
        return " ".join(words)


def why_not(spec: CommandSpec, state: MeetingState) -> str:
    """Why the command cannot be run now, as one sentence; empty when it can.

    Every face shows this sentence: a command is disabled with its reason, never hidden.
    """
    from_phase = "" if spec.anywhere else _meeting_needed(spec, state)
    if from_phase:
        return from_phase
    if spec.part and spec.part not in state.parts:
        return spec.lacking or "This server cannot do that."
    if spec.moderator and not state.is_moderator:
        return f"Only a moderator can use “{spec.name}”."
    return spec.guard(state) if spec.guard is not None else ""


def _meeting_needed(spec: CommandSpec, state: MeetingState) -> str:
    if state.phase is Phase.IN_MEETING:
        return ""
    if state.phase is Phase.WAITING:
        return "" if spec.in_lobby else "You are still in the waiting room."
    return "You are not in a meeting."
