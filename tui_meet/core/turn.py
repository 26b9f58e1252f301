"""One turn of the session: the state as it becomes, the effects as they come up, and what is remembered in private."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tui_meet.core.answers import Desk, Pending
from tui_meet.core.effects import Effect, Publish
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, RoomId, StreamId, Ticket
from tui_meet.core.machines.connection import MEDIA_OFF, SIGNALLING_OFF, MediaLeg, SignallingLeg
from tui_meet.core.machines.join import Joining
from tui_meet.core.model import IceServer, PublicEvent, Severity
from tui_meet.core.reducers import notices
from tui_meet.core.state import MeetingState


@dataclass(slots=True)
class OwnLine:
    """A chat line that I sent, until the server can no longer bring it back to me."""

    text: str
    to: ParticipantId | None
    sent_at: float
    """Monotonic seconds."""


@dataclass(slots=True)
class Memory:
    """What the session remembers and no face sees: secrets, timers, tickets."""

    chance: Callable[[], float]
    """Next number of a uniform distribution over 0..1."""
    max_slots: int
    joining: Joining | None = None
    let_in: Joining | None = None
    """What let us in last, for coming back to the same meeting: its PIN is not asked for again."""
    signalling: SignallingLeg = SIGNALLING_OFF
    media: MediaLeg = MEDIA_OFF
    desk: Desk = field(default_factory=Desk)
    last_ticket: int = int(NO_TICKET)
    ending_line: Pending | None = None
    """The `end` that was asked for."""
    alias: str = ""
    """The conference's own alias, as the server named it."""
    reported_for: ParticipantId | None = None
    """For whom the room was told which of my devices are off."""
    authenticated: bool = False
    """`authenticatedWithConference` is out."""
    call_type: str = "video"
    ice_servers: tuple[IceServer, ...] = ()
    shown_sizes: tuple[tuple[int, int], ...] | None = None
    """What the stage can show; None until it said so."""
    asked_slots: tuple[tuple[StreamId, int, int], ...] | None = None
    """What the server was asked for in this call."""
    own_lines: list[OwnLine] = field(default_factory=list)
    gone: dict[ParticipantId, str] = field(default_factory=dict)
    """Names of people who left, for news about them that comes after; bounded."""
    former_ids: set[ParticipantId] = field(default_factory=set)
    """Who I was before I signed in again: that this one left is no news."""
    floor: RoomId | None = None
    """In which room we have the floor to present."""
    receiving: bool = False
    """The media plane was told to receive a presentation in this call."""
    told_presentation: tuple[str, str] = ("new", "new")
    """What the media plane said last of sending and receiving a presentation."""
    watched: dict[Ticket, Effect] = field(default_factory=dict)
    """Requests under way whose answer changes more than the line that waits for it."""
    awaited_room: RoomId | None = None
    """A breakout to which we are to move and which the server has not told of yet."""
    unconfirmed: set[RoomId] = field(default_factory=set)
    """Breakouts that the event stream, opened again, has not told of yet."""
    confirm_by: float | None = None
    """Monotonic seconds at which they count as closed."""
    layouts_asked: bool = False
    """The server was asked which layouts it has."""
    was_silenced: bool = False
    """The room had me muted when the token was lost: I must not come back louder than that."""
    was_camera_muted: bool = False
    """The same for the camera."""

    def new_ticket(self) -> Ticket:
        """A ticket for one request."""
        self.last_ticket += 1
        return Ticket(self.last_ticket)


class Turn:
    """Handed from handler to handler while one event or command is dealt with."""

    __slots__ = ("effects", "memory", "now", "state", "wall")

    def __init__(self, state: MeetingState, memory: Memory, now: float, wall: float) -> None:
        self.state = state
        self.memory = memory
        self.now = now
        self.wall = wall
        self.effects: list[Effect] = []

    def set(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = replace(self.state, **changes)

    def do(self, *effects: Effect) -> None:
        """Order something."""
        self.effects.extend(effects)

    def publish(self, name: str, payload: dict[str, Any] | None = None, room: RoomId = MAIN_ROOM) -> None:
        """Hand out a public event."""
        self.effects.append(Publish(PublicEvent(name, room, payload if payload is not None else {})))

    def note(
        self,
        text: str,
        severity: Severity = Severity.INFO,
        *,
        banner: bool = False,
        sticky: bool = False,
        topic: str = "",
    ) -> None:
        """A line for the event log, perhaps as a banner."""
        self.set(
            notices=notices.add(
                self.state.notices, text, self.wall, severity=severity, banner=banner, sticky=sticky, topic=topic
            )
        )

    def settle(self, topic: str) -> None:
        """Take the banner of a topic away."""
        settled = notices.settle(self.state.notices, topic)
        if settled is not self.state.notices:
            self.set(notices=settled)
