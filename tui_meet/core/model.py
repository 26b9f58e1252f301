"""Frozen values that every part of the client speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId


class Role(Enum):
    """What a person may do. The wire's words are `chair` and `guest`; a person reads moderator and participant."""

    MODERATOR = "chair"
    PARTICIPANT = "guest"


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of a roster: the fields of the events seed under Python names. Times are Unix seconds, 0 = never."""

    id: ParticipantId
    display_name: str = ""
    role: Role = Role.PARTICIPANT
    service_type: str = "conference"
    """`waiting_room` while in the lobby, `connecting`, `conference`, `lecture`, `gateway`, `ivr` or `test_call`."""
    uri: str = ""
    protocol: str = "webrtc"
    vendor: str = ""
    call_type: str = "video"
    """`video`, `audio` or `api` (no media)."""
    has_media: bool = False
    is_muted: bool = False
    """Muted by the conference: by a moderator, or as a guest of a muted room."""
    is_client_muted: bool = False
    """Muted by the person's own hand."""
    is_camera_muted: bool = False
    is_video_silent: bool = False
    is_main_video_dropped_out: bool = False
    is_presenting: bool = False
    rx_presentation: bool = True
    needs_presentation_in_mix: bool = False
    can_disconnect: bool = True
    can_mute: bool = True
    can_transfer: bool = True
    can_fecc: bool = False
    supports_direct_chat: bool = True
    hand_raised_at: float = 0.0
    spotlight_at: float = 0.0
    joined_at: float = 0.0
    is_external: bool = False
    is_idp_authenticated: bool = False
    is_streaming: bool = False
    is_transferring: bool = False

    @property
    def is_moderator(self) -> bool:
        return self.role is Role.MODERATOR

    @property
    def is_waiting(self) -> bool:
        return self.service_type == "waiting_room"

    @property
    def hand_raised(self) -> bool:
        return self.hand_raised_at > 0

    @property
    def is_spotlighted(self) -> bool:
        return self.spotlight_at > 0

    @property
    def is_silenced(self) -> bool:
        """Nobody hears this person, whoever did it."""
        return self.is_muted or self.is_client_muted


@dataclass(frozen=True, slots=True)
class ConferenceStatus:
    """State of one room (event `conferenceStatus`)."""

    locked: bool = False
    guests_muted: bool = False
    all_muted: bool = False
    started: bool = True
    live_captions_available: bool = False
    breakout_rooms: bool = False
    direct_media: bool = False
    presentation_allowed: bool = True
    guests_can_unmute: bool = True
    classification_levels: Mapping[int, str] = field(default_factory=dict)
    classification_current: int | None = None
    classification_colours: Mapping[int, str] = field(default_factory=dict)
    """`#rrggbb` by level, where the server gave one."""
    guests_can_present: bool = True
    breakout: bool = False
    """This room is itself a breakout."""
    breakout_name: str = ""
    breakout_description: str = ""
    end_time: float = 0.0
    """Unix seconds at which the breakout closes by itself; 0 = never."""
    guests_allowed_to_leave: bool = True
    """Participants may leave the breakout by themselves."""
    help_asked_at: float = 0.0
    """Unix seconds at which the breakout asked for help; 0 = it does not."""


@dataclass(frozen=True, slots=True)
class Presenter:
    """Who presents in a room."""

    id: ParticipantId
    name: str


@dataclass(frozen=True, slots=True)
class Presentation:
    """One's own part in presenting: what is sent, and whether somebody else's arrives.

    The states are words of W3C `RTCPeerConnectionState` (event `presentationConnectionStateChange`).
    """

    send: str = "new"
    recv: str = "new"
    file: str = ""
    """What is being presented by oneself; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line of live captions."""

    text: str
    at: float
    """Unix seconds of its last change."""
    is_final: bool
    """False: the words may still change."""
    speakers: tuple[str, ...] = ()
    """Display names, where the server said who speaks."""


@dataclass(frozen=True, slots=True)
class Captions:
    """Live captions, oldest line first, bounded. Only the last line can be unfinished."""

    on: bool = False
    """They were asked for."""
    lines: tuple[CaptionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How the composed picture is laid out (event `layoutUpdate`)."""

    view: str = ""
    """Drawn now for oneself."""
    host_layout: str = ""
    """Asked for, for moderators."""
    guest_layout: str = ""
    """Asked for, for participants."""
    participants: tuple[ParticipantId, ...] = ()
    """Who is in the picture, in display order."""
    overlay_text: bool = False
    """Names are written into the picture."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One line of chat."""

    id: str
    at: float
    """Unix seconds of arrival."""
    sender: ParticipantId
    sender_name: str
    text: str
    room: RoomId = MAIN_ROOM
    direct: bool = False
    mine: bool = False
    to: ParticipantId | None = None
    """The other side of a private line that I sent."""
    to_name: str = ""

    @property
    def thread(self) -> ParticipantId | None:
        """With whom a private line is; None for the room's chat."""
        if not self.direct:
            return None
        return self.to if self.mine else self.sender

    @property
    def shelf(self) -> str:
        """Under what the line counts as unread: the other side's id, empty for the main room, a breakout's id."""
        return self.thread or ("" if self.direct or self.room == MAIN_ROOM else self.room)


@dataclass(frozen=True, slots=True)
class StageEntry:
    """Place in the speaking order: index 0 spoke last; `vad` is the voice activity, 0..100."""

    participant: ParticipantId
    index: int
    vad: int


@dataclass(frozen=True, slots=True)
class SlotBinding:
    """Which received stream shows whom."""

    stream: StreamId
    participant: ParticipantId | None


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """Where a meeting is: `http(s)://HOST:PORT/ALIAS?invite=...#sha256=...` (design, section 2)."""

    server: str
    """Origin, such as `https://meet.example:8443`."""
    alias: str
    invite: str = field(default="", repr=False)
    fingerprint: str = ""
    """SHA-256 of the server's certificate, hexadecimal; empty when the link pins none."""

    def __str__(self) -> str:
        return f"{self.server}/{self.alias}"


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server that the meeting system named."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """What one's own devices are to do, and the personal volumes."""

    microphone_on: bool = True
    camera_on: bool = True
    deafened: bool = False
    volumes: Mapping[ParticipantId, int] = field(default_factory=dict)
    """Percent, 0..200; absent is 100."""
    ignored: Mapping[ParticipantId, int] = field(default_factory=dict)
    """Those silenced by `ignore`, with the volume to go back to."""


class Severity(Enum):
    """How loudly a notice speaks."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of what happened, for banners, the event log and `--linear`."""

    number: int
    """Counts up from 1 in a session; widgets use it to tell what is new."""
    at: float
    """Unix seconds."""
    severity: Severity
    text: str
    banner: bool = False
    """It happened to the person at the keyboard: shown as a banner, not only in the log."""
    sticky: bool = False
    """The banner stays until the cause is gone or it is acknowledged."""
    topic: str = ""
    """Notices of the same topic replace each other in the banner (`connection`, `waiting`, ...)."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the meeting is over for this client."""

    sentence: str
    error: str = ""
    """The wire's own string, empty when there is none."""
    code: str = ""
    """`#pex` code, empty when there is none."""
    by_user: bool = False
    can_rejoin: bool = True


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One of the events that scripts see, under its name of the contract (design, section 2; events seed)."""

    name: str
    room: RoomId
    payload: Mapping[str, Any]
