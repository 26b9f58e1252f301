"""The one picture of a meeting that every face shows. Frozen: parts that did not change are the same objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId
from tui_meet.core.model import (
    Captions,
    ChatMessage,
    ConferenceStatus,
    Ending,
    Layout,
    LocalMedia,
    MeetingLink,
    Notice,
    Participant,
    Presentation,
    Presenter,
    Role,
    SlotBinding,
    StageEntry,
)


class Phase(Enum):
    """Which screen a person is on."""

    IDLE = "idle"
    JOINING = "joining"
    PIN = "pin"
    """The meeting asks for a PIN."""
    WAITING = "waiting"
    """In the waiting room."""
    IN_MEETING = "in_meeting"
    ENDED = "ended"


class Layer(Enum):
    """State of one layer of the connection, named on screen: signalling, media."""

    OFF = "off"
    CONNECTING = "connecting"
    UP = "up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PinPrompt:
    """What to ask for."""

    guest_needs_pin: bool
    """False: an empty PIN joins as a participant."""
    wrong: bool = False
    """The last try was wrong."""
    tries_left: int = 3


@dataclass(frozen=True, slots=True)
class Connection:
    """Both layers and what is being done about them."""

    signalling: Layer = Layer.OFF
    media: Layer = Layer.OFF
    sentence: str = ""
    """What is wrong, empty when nothing is."""
    attempt: int = 0
    """Number of the present attempt to come back; 0 when nothing is lost."""
    next_try_at: float | None = None
    """Monotonic seconds, as the `now` of `Session.handle`."""
    gives_up_at: float | None = None
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Roster:
    """People of one room, in the order in which they came."""

    people: Mapping[ParticipantId, Participant] = field(default_factory=dict)
    syncing: bool = False
    """A new roster is arriving; `people` stays as it was until it is complete, so that nothing flickers."""
    arriving: Mapping[ParticipantId, Participant] = field(default_factory=dict)
    """What has come of the new roster."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Lines of all threads in the order of arrival, bounded; older lines fall off and are counted."""

    lines: tuple[ChatMessage, ...] = ()
    fallen_off: int = 0
    unread: Mapping[str, int] = field(default_factory=dict)
    """By thread: participant id of a private thread, empty for the main room's chat, id of a breakout for its."""


@dataclass(frozen=True, slots=True)
class MeetingState:
    """Everything a face needs."""

    phase: Phase = Phase.IDLE
    link: MeetingLink | None = None
    display_name: str = ""
    conference_name: str = ""
    me: ParticipantId | None = None
    """Who we are in the main room; in a breakout a moderator is `breakouts[room]`."""
    role: Role = Role.PARTICIPANT
    connection: Connection = field(default_factory=Connection)
    parts: frozenset[str] = frozenset()
    """What the server's extension can do."""
    chat_enabled: bool = True
    pin_prompt: PinPrompt | None = None
    rosters: Mapping[RoomId, Roster] = field(default_factory=dict)
    statuses: Mapping[RoomId, ConferenceStatus] = field(default_factory=dict)
    breakouts: Mapping[RoomId, ParticipantId] = field(default_factory=dict)
    """Moderators: the open breakouts, in the order in which they opened, and who we are in each."""
    current_room: RoomId = MAIN_ROOM
    """The room in which our media is. A participant in a breakout is in a meeting of its own, whose status says so."""
    presenters: Mapping[RoomId, Presenter] = field(default_factory=dict)
    """Who else presents, by room."""
    presentation: Presentation = field(default_factory=Presentation)
    captions: Captions = field(default_factory=Captions)
    layout: Layout = field(default_factory=Layout)
    layouts: tuple[str, ...] = ()
    """What the server can compose; empty when it did not say."""
    stage: tuple[StageEntry, ...] = ()
    slots: tuple[SlotBinding, ...] = ()
    pictures: frozenset[StreamId] = frozenset()
    """Streams that have shown a picture in this call."""
    chat: Chat = field(default_factory=Chat)
    local: LocalMedia = field(default_factory=LocalMedia)
    notices: tuple[Notice, ...] = ()
    """The event log, oldest first, bounded."""
    dismissed: int = 0
    """Banner notices up to this number are acknowledged."""
    muted_by: Mapping[ParticipantId, ParticipantId] = field(default_factory=dict)
    """Who muted whom, where the server said so."""
    started_at: float | None = None
    """Monotonic seconds at which we were let in."""
    ending: Ending | None = None

    @property
    def roster(self) -> Roster:
        """The people of the room in which we are."""
        return self.rosters.get(self.current_room, _EMPTY_ROSTER)

    @property
    def status(self) -> ConferenceStatus:
        """Of the room in which we are."""
        return self.statuses.get(self.current_room, _DEFAULT_STATUS)

    @property
    def main_status(self) -> ConferenceStatus:
        return self.statuses.get(MAIN_ROOM, _DEFAULT_STATUS)

    def me_in(self, room: RoomId) -> ParticipantId | None:
        """Who we are in a room; None where we are not."""
        return self.me if room == MAIN_ROOM else self.breakouts.get(room)

    @property
    def me_here(self) -> ParticipantId | None:
        """Who we are in the room in which we are."""
        return self.me_in(self.current_room)

    @property
    def myself(self) -> Participant | None:
        """Our row in the roster of the room in which we are."""
        me = self.me_here
        return self.roster.people.get(me) if me is not None else None

    @property
    def presenter(self) -> Presenter | None:
        """Who else presents in the room in which we are."""
        return self.presenters.get(self.current_room)

    @property
    def is_moderator(self) -> bool:
        return self.role is Role.MODERATOR


_EMPTY_ROSTER = Roster()
_DEFAULT_STATUS = ConferenceStatus()
