"""Orders: what the shell must do. `Request`s go to the backend, which answers each ticket with `RequestDone`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId, Ticket
from tui_meet.core.model import IceServer, MeetingLink, PublicEvent


@dataclass(frozen=True, slots=True)
class RequestToken:
    """Ask to be let in; answered by JoinAccepted, PinNeeded, JoinRefused or ServerUnreachable."""

    link: MeetingLink
    display_name: str
    pin: str = field(default="", repr=False)
    """Empty = none was given; `none` = join as a participant without PIN (wire document 1.2)."""
    token: str = field(default="", repr=False)
    """One-time token of a transfer."""


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Open the event stream (again); answered by StreamOpened, StreamLost or TokenLost."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Hang up, release the token and close the stream; nothing of this meeting is reported afterwards."""

    reason: str


# Requests of control. All carry a ticket. A `room` is the room they are about: the main room, or a breakout.


@dataclass(frozen=True, slots=True)
class SetLock:
    ticket: Ticket
    locked: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SetGuestsMuted:
    ticket: Ticket
    muted: bool


@dataclass(frozen=True, slots=True)
class SetGuestsCanUnmute:
    ticket: Ticket
    allowed: bool


@dataclass(frozen=True, slots=True)
class MuteParticipant:
    """The conference's own mute of a person (soft)."""

    ticket: Ticket
    participant: ParticipantId
    muted: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class ReportClientMute:
    """Tell the room that my microphone is off or on."""

    ticket: Ticket
    muted: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class MuteVideo:
    ticket: Ticket
    participant: ParticipantId
    muted: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class RaiseHand:
    """Raise or lower a hand: one's own, or (moderator, lower only) another's."""

    ticket: Ticket
    participant: ParticipantId
    raised: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class LowerAllHands:
    ticket: Ticket
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class Spotlight:
    ticket: Ticket
    participant: ParticipantId
    on: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class Admit:
    ticket: Ticket
    participant: ParticipantId
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class Drop:
    """Throw somebody out, or turn a waiting person away."""

    ticket: Ticket
    participant: ParticipantId
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class EndMeeting:
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Rename:
    ticket: Ticket
    participant: ParticipantId
    name: str


@dataclass(frozen=True, slots=True)
class SetRole:
    ticket: Ticket
    participant: ParticipantId
    moderator: bool


@dataclass(frozen=True, slots=True)
class StartConference:
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class TransferParticipant:
    """Refer somebody to another conference."""

    ticket: Ticket
    participant: ParticipantId
    alias: str
    pin: str = field(default="", repr=False)
    """Of the other conference, where participants need one."""
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class Dial:
    """Dial an address into the conference."""

    ticket: Ticket
    address: str


@dataclass(frozen=True, slots=True)
class SetLayout:
    """Layout of the composed picture."""

    ticket: Ticket
    layout: str
    whom: Literal["all", "host", "guest"] = "all"
    """For whom it is drawn so."""
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SetOverlayText:
    """Whether names are written into the composed picture."""

    ticket: Ticket
    on: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class ListLayouts:
    """Ask which layouts the server can compose; answered by LayoutsListed where it says so."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class SetClassification:
    """Mark the meeting with one of its levels."""

    ticket: Ticket
    level: int


@dataclass(frozen=True, slots=True)
class TakeFloor:
    """Ask to be the one who presents."""

    ticket: Ticket
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class ReleaseFloor:
    """Present no more."""

    ticket: Ticket
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class ShowCaptions:
    """Have live captions sent to oneself, or no more."""

    ticket: Ticket
    on: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SendCaption:
    """Caption what is being said. Part `captions` of the extension."""

    ticket: Ticket
    text: str
    is_final: bool = True
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class OpenBreakout:
    """Open a breakout room and move people into it."""

    ticket: Ticket
    name: str
    participants: Mapping[RoomId, tuple[ParticipantId, ...]] = field(default_factory=dict)
    """By the room in which they are."""


@dataclass(frozen=True, slots=True)
class MoveParticipants:
    """Move people of one room to another. Oneself too: `BreakoutReferred` follows."""

    ticket: Ticket
    participants: tuple[ParticipantId, ...]
    target: RoomId
    room: RoomId = MAIN_ROOM
    """Where they are now."""


@dataclass(frozen=True, slots=True)
class CloseBreakout:
    ticket: Ticket
    breakout: RoomId


@dataclass(frozen=True, slots=True)
class CloseBreakouts:
    """All of them."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class AskForHelp:
    """A breakout calls for a moderator, or no more."""

    ticket: Ticket
    wanted: bool
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class LeaveBreakout:
    """A participant goes back to the main room; `Transferred` follows."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Chat to the room (`to` is None) or to one person."""

    ticket: Ticket
    text: str
    to: ParticipantId | None = None
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SendApplicationMessage:
    ticket: Ticket
    message: Mapping[str, Any]
    to: ParticipantId | None = None
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class SetVolumes:
    """Personal volumes, percent by person; the whole mapping each time. Part `volumes` of the extension."""

    ticket: Ticket
    volumes: Mapping[ParticipantId, int]
    room: RoomId = MAIN_ROOM


@dataclass(frozen=True, slots=True)
class RequestSlots:
    """How large each slot is shown, in px; (0, 0) asks for nothing. Part `slots` of the extension."""

    ticket: Ticket
    sizes: tuple[tuple[StreamId, int, int], ...]
    room: RoomId = MAIN_ROOM


Request = (
    SetLock | SetGuestsMuted | SetGuestsCanUnmute | MuteParticipant | ReportClientMute | MuteVideo | RaiseHand
    | LowerAllHands | Spotlight | Admit | Drop | EndMeeting | Rename | SetRole | StartConference | TransferParticipant
    | Dial | SetLayout | SetOverlayText | ListLayouts | SetClassification | TakeFloor | ReleaseFloor | ShowCaptions
    | SendCaption | OpenBreakout | MoveParticipants | CloseBreakout | CloseBreakouts | AskForHelp | LeaveBreakout
    | SendMessage | SendApplicationMessage | SetVolumes | RequestSlots
)  # fmt: skip

# Orders to the media plane.


@dataclass(frozen=True, slots=True)
class ConnectMedia:
    """Place a call; answered by MediaConnected or MediaLost."""

    slots: int
    """Receive-only video lines; 0 = one composed picture."""
    ice_servers: tuple[IceServer, ...]
    microphone_on: bool
    camera_on: bool
    room: RoomId = MAIN_ROOM
    """In which the call is placed."""


@dataclass(frozen=True, slots=True)
class DisconnectMedia:
    pass


@dataclass(frozen=True, slots=True)
class SetMicrophone:
    on: bool


@dataclass(frozen=True, slots=True)
class SetCamera:
    on: bool


@dataclass(frozen=True, slots=True)
class SetDeafened:
    on: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Send a file as the presentation of the running call; None stops. Answered by RequestDone."""

    ticket: Ticket
    path: str | None


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Show the next or the previous page of what is presented. Answered by RequestDone, which says which it is."""

    ticket: Ticket
    forward: bool


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """The meeting system wants the running call changed: answer its offer."""

    sdp: str


@dataclass(frozen=True, slots=True)
class ReceivePresentation:
    """Receive somebody else's presentation, or no more; PresentationChanged tells how that goes."""

    on: bool


@dataclass(frozen=True, slots=True)
class ChooseDevice:
    """Answered by DeviceChosen."""

    ticket: Ticket
    kind: Literal["microphone", "speaker", "camera"]
    spec: str


# Orders to the faces.


@dataclass(frozen=True, slots=True)
class Publish:
    """Hand a public event to scripts and callbacks."""

    event: PublicEvent


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a command line; exactly one for each `RunLine`, in their order."""

    ticket: Ticket
    line: str
    """The line as it may be shown: secrets taken out."""
    ok: bool
    message: str = ""
    """What came of it: on failure the reason, on success what was done or the text asked for."""
    code: int = 0
    """A number of the seeds, or 0."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


@dataclass(frozen=True, slots=True)
class FaceCommand:
    """A command of the registry that the face itself carries out: `devices`, `stats`, `theme NAME`.

    Answered by `RequestDone` with this ticket: its message is the text asked for, or why not. The session makes the
    `Answer` of it, so that answers stay in the order of the lines.
    """

    ticket: Ticket
    name: str
    argument: str = ""


Effect = (
    RequestToken | OpenStream | Leave | Request | ConnectMedia | DisconnectMedia | SetMicrophone | SetCamera
    | SetDeafened | Present | TurnPage | ReceivePresentation | AnswerOffer | ChooseDevice | Publish | Answer | Quit
    | FaceCommand
)  # fmt: skip
