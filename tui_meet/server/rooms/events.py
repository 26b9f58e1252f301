"""The two vocabularies of the rules: requests (what is asked, or what happened) and effects (what is to be done)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_meet.server.rooms.model import Call, Room
from tui_meet.server.rooms.picture import Picture
from tui_meet.wire.infinity.far_end import CameraControl, DialRequest
from tui_meet.wire.infinity.layout import Transforms
from tui_meet.wire.infinity.presentation import Caption
from tui_meet.wire.infinity.token import PinNeeded

# Requests -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody is at the door."""

    uuid: str
    """A new one, for the case that the person gets in."""
    display_name: str
    pin: str | None = field(default=None, repr=False)
    """None = none given; empty = "as a guest without a PIN"."""
    address: str = ""
    """Network address, for the limit of wrong PINs."""
    supports_direct_chat: bool = False
    call_tag: str = ""


@dataclass(frozen=True, slots=True)
class ByPerson:
    """Base of what a person in the room asks."""

    by: str
    """uuid of the one who asks."""


@dataclass(frozen=True, slots=True)
class ByPersonAbout(ByPerson):
    """Base of what a person asks about somebody, perhaps about themself."""

    target: str
    """uuid"""


@dataclass(frozen=True, slots=True)
class Leave(ByPerson):
    pass


@dataclass(frozen=True, slots=True)
class SetLocked(ByPerson):
    on: bool


@dataclass(frozen=True, slots=True)
class StartConference(ByPerson):
    """Lets in those who wait for a moderator."""


@dataclass(frozen=True, slots=True)
class MuteGuests(ByPerson):
    on: bool


@dataclass(frozen=True, slots=True)
class SetGuestsCanUnmute(ByPerson):
    on: bool


@dataclass(frozen=True, slots=True)
class DropAll(ByPerson):
    """Ends the conference for everyone."""


@dataclass(frozen=True, slots=True)
class LowerAllHands(ByPerson):
    pass


@dataclass(frozen=True, slots=True)
class SetClassification(ByPerson):
    level: int


@dataclass(frozen=True, slots=True)
class SendMessage(ByPerson):
    payload: str
    type: str
    to: str = ""
    """uuid; empty = everybody who is in."""


@dataclass(frozen=True, slots=True)
class SetMuted(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class SetClientMuted(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class SetVideoMuted(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class SetHand(ByPersonAbout):
    up: bool


@dataclass(frozen=True, slots=True)
class SetSpotlight(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class Admit(ByPersonAbout):
    pass


@dataclass(frozen=True, slots=True)
class Drop(ByPersonAbout):
    """Also refuses somebody who waits."""


@dataclass(frozen=True, slots=True)
class SetRole(ByPersonAbout):
    role: str
    """`chair` or `guest`; anything else is refused."""


@dataclass(frozen=True, slots=True)
class Rename(ByPersonAbout):
    text: str


@dataclass(frozen=True, slots=True)
class SetWishes(ByPersonAbout):
    wishes: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SetVolumes(ByPersonAbout):
    volumes: Mapping[str, int]
    """Changes only; who is not named keeps theirs."""


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """An event stream of this person is open and wants everything from the start."""

    uuid: str


@dataclass(frozen=True, slots=True)
class StreamClosed:
    uuid: str


@dataclass(frozen=True, slots=True)
class TokenRefreshed:
    uuid: str


@dataclass(frozen=True, slots=True)
class CallStarted:
    """Media was negotiated; it replaces the call before."""

    uuid: str
    call: Call


@dataclass(frozen=True, slots=True)
class CallChanged:
    """Media was negotiated again within the call."""

    uuid: str
    sends_audio: bool
    sends_video: bool


@dataclass(frozen=True, slots=True)
class CallEnded:
    uuid: str
    call_uuid: str


@dataclass(frozen=True, slots=True)
class MediaState:
    """Packets flow, or no longer do."""

    uuid: str
    connected: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """Voice activity of now."""

    activity: Mapping[str, float]
    """uuid to 0 (silent) .. 100"""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """The server goes down."""


@dataclass(frozen=True, slots=True)
class TakeFloor(ByPersonAbout):
    """Present, in place of whoever does."""


@dataclass(frozen=True, slots=True)
class ReleaseFloor(ByPersonAbout):
    """Stop presenting; nothing when somebody else took the floor meanwhile."""


@dataclass(frozen=True, slots=True)
class SetGuestsCanPresent(ByPerson):
    on: bool


@dataclass(frozen=True, slots=True)
class SetReceivesPresentation(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class SetPresentationInMix(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class PresentationFrame:
    """A new still picture of the slides is there."""


@dataclass(frozen=True, slots=True)
class SetShowsCaptions(ByPersonAbout):
    on: bool


@dataclass(frozen=True, slots=True)
class PublishCaption(ByPerson):
    """Words for everybody who shows captions, as said by the one who asks."""

    caption: Caption


@dataclass(frozen=True, slots=True)
class TransformLayout(ByPerson):
    transforms: Transforms


@dataclass(frozen=True, slots=True)
class CreateMix(ByPerson):
    """A composed picture of one's own."""

    name: str


@dataclass(frozen=True, slots=True)
class ConfigureMix(ByPerson):
    name: str
    layout: str
    """Empty: the one of the role."""


@dataclass(frozen=True, slots=True)
class DeleteMix(ByPerson):
    name: str


@dataclass(frozen=True, slots=True)
class SetMessageText(ByPerson):
    text: str


@dataclass(frozen=True, slots=True)
class ClearSpotlights(ByPerson):
    pass


@dataclass(frozen=True, slots=True)
class ControlCamera(ByPersonAbout):
    control: CameraControl


@dataclass(frozen=True, slots=True)
class SendTones(ByPersonAbout):
    digits: str


@dataclass(frozen=True, slots=True)
class DialOut(ByPerson):
    dial: DialRequest


Request = (
    Join | Leave | SetLocked | StartConference | MuteGuests | SetGuestsCanUnmute | DropAll | LowerAllHands
    | SetClassification | SendMessage | SetMuted | SetClientMuted | SetVideoMuted | SetHand | SetSpotlight | Admit
    | Drop | SetRole | Rename | SetWishes | SetVolumes | StreamOpened | StreamClosed | TokenRefreshed | CallStarted
    | CallChanged | CallEnded | MediaState | Levels | Tick | Shutdown | TakeFloor | ReleaseFloor | SetGuestsCanPresent
    | SetReceivesPresentation | SetPresentationInMix | PresentationFrame | SetShowsCaptions | PublishCaption
    | TransformLayout | CreateMix | ConfigureMix | DeleteMix | SetMessageText | ClearSpotlights | ControlCamera
    | SendTones | DialOut
)  # fmt: skip

# Effects --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """An event for the event streams of these people."""

    to: tuple[str, ...]
    name: str
    data: Any
    """JSON values; None is sent as `null`."""
    lasting: bool = False
    """Kept for those whose stream is closed just now, because no sync would bring it back (messages)."""


@dataclass(frozen=True, slots=True)
class DropPerson:
    """Tell the person why, close the streams and the media, make the token invalid."""

    uuid: str
    reason: str
    """A string of `tui_meet.wire.infinity.codes`; empty when the person left by themself."""


@dataclass(frozen=True, slots=True)
class SetPublishing:
    """What of the person's media is forwarded to others."""

    uuid: str
    audio: bool
    video: bool


@dataclass(frozen=True, slots=True)
class SetSlots:
    """Who is shown to the person, for every mid; None = nobody, also where the tile is hidden."""

    uuid: str
    sources: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SetGains:
    """How loud the person hears each of the others: factor, for everybody else in the room."""

    uuid: str
    gains: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SetPresentation:
    """Whose slides go to whom; None = nobody presents."""

    presenter: str | None
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetComposition:
    """The composed picture of a person with a single video line; None = nothing is composed for them."""

    uuid: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class CloseMedia:
    """End the person's media connection."""

    uuid: str


Effect = Send | DropPerson | SetPublishing | SetSlots | SetGains | SetPresentation | SetComposition | CloseMedia


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `status` 200 is a polite no: the official client throws on others (wire document 4.9)."""

    status: int
    sentence: str
    """One sentence for a person, or a string of the wire document's section 5."""
    code: int = 0
    """Moderation code, 0 = none."""
    pin: PinNeeded | None = None
    """Set where the answer is to ask for a PIN."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a request. A refusal may still change the room (a wrong PIN is counted)."""

    room: Room
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None
