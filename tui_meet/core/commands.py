"""Wishes: what the person (or a script) wants. Everything a person can do is a `RunLine` of the registry's language;
the others belong to a screen: join form, PIN prompt, stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_meet.core.ids import NO_TICKET, Ticket
from tui_meet.core.model import MeetingLink


@dataclass(frozen=True, slots=True)
class Join:
    """Join a meeting. Ignored unless idle or ended."""

    link: MeetingLink
    display_name: str
    pin: str = field(default="", repr=False)
    """Tried first when the meeting asks for one; empty = ask the person when needed."""
    slots: int = 9
    """Receive-only video lines to offer where the server has slots."""
    with_media: bool = True
    """False joins for control and chat alone (no call is placed)."""
    microphone_on: bool = True
    camera_on: bool = True
    try_resume: bool = True
    """Try to come back when signalling is lost; False ends the meeting for this client at once."""


@dataclass(frozen=True, slots=True)
class GivePin:
    """Answer to `state.pin_prompt`; empty joins as a participant without PIN, where that is allowed."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One command line, as typed after `:` or `/` or in headless (design, section 1), without the leading sign."""

    line: str
    ticket: Ticket = NO_TICKET


@dataclass(frozen=True, slots=True)
class ShowSlots:
    """What the stage can show: one size per slot in px, in order; slots beyond are hidden and ask for nothing."""

    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReadChat:
    """The chat was looked at up to its end: unread counts go to zero."""

    thread: str = ""
    """Participant id of a private thread, empty for the main room's chat, id of a breakout for its."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Acknowledge the banner notices up to this number."""

    number: int


Command = Join | GivePin | RunLine | ShowSlots | ReadChat | Dismiss
