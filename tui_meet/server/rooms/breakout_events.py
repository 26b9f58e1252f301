"""The vocabulary of a meeting as a whole, beside that of a room (`events`): breakouts, passes, transfers."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import Meeting
from tui_meet.server.rooms.model import EndAction

# Requests -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenBreakout(on.ByPerson):
    uuid: str
    """A new one."""
    name: str
    description: str = ""
    duration: float = 0.0
    """s; 0 = no end."""
    end_action: EndAction = "transfer"
    guests_allowed_to_leave: bool = True
    people: tuple[str, ...] = ()
    """uuids of those to be moved there, from any room."""


@dataclass(frozen=True, slots=True)
class MovePeople(on.ByPerson):
    room: str
    """`main` or a breakout's uuid."""
    people: tuple[str, ...]
    """uuids, in any room; of a host the own one or a seat's."""


@dataclass(frozen=True, slots=True)
class CloseBreakout(on.ByPerson):
    room: str


@dataclass(frozen=True, slots=True)
class CloseAllBreakouts(on.ByPerson):
    pass


@dataclass(frozen=True, slots=True)
class EmptyBreakouts(on.ByPerson):
    """Everybody back to the main room; the breakouts stay open."""


@dataclass(frozen=True, slots=True)
class TellBreakouts(on.ByPerson):
    """A message to everybody in every breakout."""

    payload: str
    type: str


@dataclass(frozen=True, slots=True)
class MakeGuestPass(on.ByPerson):
    """A pass with which a guest from outside enters a breakout."""

    room: str


@dataclass(frozen=True, slots=True)
class LeaveBreakout(on.ByPerson):
    """A guest's wish to be back in the main room."""


@dataclass(frozen=True, slots=True)
class AskForHelp(on.ByPerson):
    """Out of a breakout, to the hosts; or the end of it."""

    on: bool


@dataclass(frozen=True, slots=True)
class Transfer(on.ByPersonAbout):
    """Send somebody to another conference, which has made a pass for them."""

    alias: str
    """Of the other conference."""
    token: str = field(repr=False)
    """Of the pass."""


@dataclass(frozen=True, slots=True)
class MakeTransferPass:
    """Another conference wants to send somebody here."""

    host: bool
    """As a host, not as a guest."""
    pin: str = field(repr=False)
    """Empty = none given."""
    address: str = ""
    """Network address of the one who sends, for the limit of wrong PINs."""


@dataclass(frozen=True, slots=True)
class JoinByPass:
    """Somebody at the door with a pass."""

    join: on.Join
    """Its PIN is not looked at."""
    pass_id: str


MeetingRequest = (
    OpenBreakout | MovePeople | CloseBreakout | CloseAllBreakouts | EmptyBreakouts | TellBreakouts | MakeGuestPass
    | LeaveBreakout | AskForHelp | Transfer | MakeTransferPass | JoinByPass
)  # fmt: skip

# Effects --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refer:
    """Make a token for this pass and send it to the person in the event `refer`."""

    uuid: str
    pass_id: str
    target: str
    """`main` or `breakout`, as the event says."""
    breakout_name: str = ""


MeetingEffect = on.Effect | Refer


@dataclass(frozen=True, slots=True)
class MeetingOutcome:
    """What comes of a request to a meeting. A refusal may still change it (a wrong PIN is counted)."""

    meeting: Meeting
    effects: tuple[tuple[str, MeetingEffect], ...] = ()
    """(id of the room whose media and people are meant, effect); what hosts hear of breakouts is wrapped already."""
    refusal: on.Refusal | None = None
    uuid: str = ""
    """Who came in, by whichever pass."""
