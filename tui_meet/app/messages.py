"""What widgets and screens tell upwards. All are wishes of the person at the keyboard, except `StateChanged`."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from tui_meet.core.ids import ParticipantId
from tui_meet.core.state import MeetingState


class StateChanged(Message):
    """The meeting changed; a newer one replaces it in the queue."""

    def __init__(self, state: MeetingState) -> None:
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, StateChanged)


@dataclass
class PersonSelected(Message):
    """The cursor of the participants pane moved."""

    person: ParticipantId | None
    """None: to nobody."""


@dataclass
class PersonChosen(Message):
    """Enter on a person."""

    person: ParticipantId


@dataclass
class ActionChosen(Message):
    """Enter on a row of the moderation pane."""

    name: str
    """Of the registry's row."""
    on_person: bool
    """It is about the selected person."""
    line: str = ""
    """Run this line instead; empty where the registry's row says what to do."""


@dataclass
class LineEntered(Message):
    """A command line, without its leading sign."""

    line: str
    origin: str
    """`command` (the `:` line) or `chat` (a slash command): where its answer is shown."""


@dataclass
class TextEntered(Message):
    """A line of chat."""

    text: str
    to: ParticipantId | None


@dataclass
class LineChanged(Message):
    """A command line is being typed: its completions are wanted."""

    line: str
    origin: str


@dataclass
class LineClosed(Message):
    """The `:` line was given up or has done its work."""


@dataclass
class RunWanted(Message):
    """A screen wants a line to be run; the app answers on that screen."""

    line: str
    origin: str = "key"
    """`key`, `command` or `chat`."""
    question: str = ""
    """Ask this first."""


@dataclass
class ShowWanted(Message):
    """A screen wants another one, by its name."""

    name: str


@dataclass
class CommandChosen(Message):
    """A row of the registry was chosen in the command palette."""

    name: str
