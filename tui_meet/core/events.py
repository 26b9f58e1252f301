"""Facts: what happened. Backends and media report them; `Session.handle` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId, Ticket
from tui_meet.core.model import ConferenceStatus, IceServer, Participant, Role, SlotBinding, StageEntry


@dataclass(frozen=True, slots=True)
class JoinAccepted:
    """The meeting system let us in (perhaps only into the waiting room)."""

    participant: ParticipantId
    role: Role
    display_name: str
    alias: str
    conference_name: str = ""
    service_type: str = "conference"
    call_type: Literal["video", "video-only", "audio"] = "video"
    chat_enabled: bool = True
    parts: frozenset[str] = frozenset()
    """What the server's extension can do; empty on a server without one."""
    ice_servers: tuple[IceServer, ...] = ()


@dataclass(frozen=True, slots=True)
class PinNeeded:
    """The meeting asks for a PIN."""

    host: bool
    """Moderators have one."""
    guest: bool
    """Participants have one too; otherwise they may join without."""


@dataclass(frozen=True, slots=True)
class JoinRefused:
    """The meeting system said no."""

    error: str
    """Its own words (wire document, section 5)."""
    code: str = ""
    """`#pex` code."""


@dataclass(frozen=True, slots=True)
class ServerUnreachable:
    """No usable answer: wrong address, nothing listening, no network, certificate refused, or not a meeting server."""

    sentence: str
    """What is wrong and what to do."""
    retryable: bool = True


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """The event stream is open; a full roster sync follows."""


@dataclass(frozen=True, slots=True)
class StreamLost:
    """The event stream ended or went quiet; the backend waits for orders."""

    sentence: str


@dataclass(frozen=True, slots=True)
class TokenLost:
    """The server no longer knows our token: expired, or the server was started anew."""


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """The server says what we may do from now on."""

    role: Role


@dataclass(frozen=True, slots=True)
class RosterSyncBegan:
    """The roster of the room is sent anew."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class RosterSynced:
    """The roster of the room is complete."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class ParticipantCreated:
    """Somebody is in the room; outside a sync: somebody joined."""

    room: RoomId
    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantUpdated:
    """The whole participant anew."""

    room: RoomId
    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantDeleted:
    """Somebody left."""

    room: RoomId
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The whole state of a room anew."""

    room: RoomId
    status: ConferenceStatus


@dataclass(frozen=True, slots=True)
class StageChanged:
    """Speaking order and voice activity."""

    entries: tuple[StageEntry, ...]
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SlotsBound:
    """Who is on which received stream."""

    bindings: tuple[SlotBinding, ...]
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class LayoutChanged:
    """The composed picture's layout, as it came."""

    payload: Mapping[str, Any]
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class LayoutsListed:
    """Answer to `ListLayouts`: the layouts that the server can compose."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PresentationStarted:
    """Somebody took the floor to present. An empty id says that our own floor was taken away (wire document 3.2)."""

    room: RoomId
    participant: ParticipantId
    name: str


@dataclass(frozen=True, slots=True)
class PresentationStopped:
    """Nobody presents in the room any more."""

    room: RoomId


@dataclass(frozen=True, slots=True)
class CaptionArrived:
    """Words of live captions."""

    room: RoomId
    text: str
    is_final: bool
    speakers: tuple[ParticipantId, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakoutBegan:
    """Moderators: a breakout room is open; its roster and status follow under its id."""

    room: RoomId
    participant: ParticipantId
    """Who we are in that room."""


@dataclass(frozen=True, slots=True)
class BreakoutEnded:
    """Moderators: a breakout room is no more."""

    room: RoomId
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class BreakoutReferred:
    """Moderators: move your media to this room, at one's own wish or at another moderator's word."""

    room: RoomId
    """A breakout, or the main room."""
    name: str = ""
    requester: ParticipantId | None = None


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A text message."""

    id: str
    """Made by the backend: the wire has none."""
    sender: ParticipantId
    origin: str
    """The sender's name as the server had it."""
    text: str
    direct: bool
    room: RoomId


@dataclass(frozen=True, slots=True)
class ApplicationMessageArrived:
    """An object sent by an application."""

    sender: ParticipantId
    origin: str
    message: Mapping[str, Any]
    direct: bool
    room: RoomId


@dataclass(frozen=True, slots=True)
class ActionReported:
    """Somebody moderated: who did what, in words of the registry."""

    action: str
    by: ParticipantId
    target: ParticipantId | None = None


@dataclass(frozen=True, slots=True)
class Transferred:
    """The server refers us to another conference, into a breakout, or back from it."""

    alias: str
    token: str = field(default="", repr=False)
    target: Literal["conference", "breakout", "main"] = "conference"
    breakout_name: str = ""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The server ended our part in the meeting."""

    error: str
    code: str


@dataclass(frozen=True, slots=True)
class RequestDone:
    """A control request was answered."""

    ticket: Ticket
    ok: bool
    code: int = 0
    """A number of the seeds, or 0."""
    message: str = ""
    """Why not, in the server's words; empty on success. For a `FaceCommand` that went well: the text to show."""


@dataclass(frozen=True, slots=True)
class MediaConnected:
    """Packets flow both ways."""


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The call's transport is gone, or could not be made."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PictureStarted:
    """The first decoded picture of a stream."""

    stream: StreamId
    width: int
    """px"""
    height: int
    """px"""


@dataclass(frozen=True, slots=True)
class OfferArrived:
    """The meeting system offers a change of the running call (wire document 4.4)."""

    sdp: str


@dataclass(frozen=True, slots=True)
class PresentationChanged:
    """The media plane says where sending and receiving of a presentation stand.

    Words of W3C `RTCPeerConnectionState`.
    """

    send: str
    recv: str


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    """A device could not be used; the meeting goes on without it."""

    kind: Literal["microphone", "speaker", "camera"]
    sentence: str


@dataclass(frozen=True, slots=True)
class DeviceChosen:
    """Answer to `ChooseDevice`: the new device works, or the sentence why the old one stays."""

    ticket: Ticket
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A timer that `Session.next_timer` asked for has come."""


Event = (
    JoinAccepted | PinNeeded | JoinRefused | ServerUnreachable | StreamOpened | StreamLost | TokenLost | RoleChanged
    | RosterSyncBegan | RosterSynced | ParticipantCreated | ParticipantUpdated | ParticipantDeleted
    | StatusChanged | StageChanged | SlotsBound | LayoutChanged | LayoutsListed | MessageArrived
    | ApplicationMessageArrived | PresentationStarted | PresentationStopped | CaptionArrived
    | BreakoutBegan | BreakoutEnded | BreakoutReferred | ActionReported | Transferred | Disconnected | RequestDone
    | MediaConnected | MediaLost | PictureStarted | PresentationChanged | OfferArrived | DeviceFailed | DeviceChosen
    | Tick
)  # fmt: skip
