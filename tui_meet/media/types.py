"""What sound and picture are here, and the two seams of media.

`MediaPlane` is how the rest of the client drives media; `CallSignalling` is how a plane that negotiates
with SDP reaches the meeting system. A meeting system with media of its own (an SFU with its own SDK) brings its
own `MediaPlane` and needs no `CallSignalling`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from tui_meet.media.slots import FrameBoard

SAMPLE_RATE = 48_000
"""Hz. Opus runs at 48 kHz; every block in the client does too."""

BLOCK_SAMPLES = 960
"""Samples of one 20 ms block, the packet time of Opus in WebRTC (RFC 7587)."""


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture, already scaled to what its reader wants."""

    pixels: npt.NDArray[np.uint8]
    """(height, width, 3) RGB, C-contiguous."""
    source_width: int
    """px, before scaling."""
    source_height: int
    """px, before scaling."""
    captured_at: float
    """Monotonic seconds at which the picture was decoded or captured on this machine."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server of the meeting system."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CallOffer:
    """What the client offers."""

    sdp: str
    slot_mids: tuple[str, ...] = ()
    """mids of the receive-only video lines, in the order of the stage."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What the meeting system answered."""

    call_id: str
    sdp: str


OFFER_IGNORED = "offer_ignored"
"""What `MediaPlane.reoffer` returns instead of an answer, as the wire names it (wire document 2.4)."""


class CallRefused(Exception):
    """The meeting system refused the call; the text is fit for a person."""


class CallSignalling(Protocol):
    """Carries SDP and candidates to the meeting system. Every method may raise `CallRefused`."""

    async def place(self, offer: CallOffer) -> CallAnswer: ...

    async def acknowledge(self, call_id: str) -> None: ...

    async def update(self, call_id: str, sdp: str) -> str: ...

    async def hang_up(self, call_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MediaPlan:
    """What a call is to carry."""

    slots: int
    """How many receive-only video lines to offer; 0 where the meeting system composes one picture itself."""
    ice_servers: tuple[IceServer, ...] = ()
    microphone_on: bool = True
    camera_on: bool = True


@dataclass(frozen=True, slots=True)
class MediaConnected:
    """Packets flow both ways: ours are acknowledged by the other side's reports, theirs arrive."""


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The call's transport is gone."""

    reason: str
    """One sentence for a person."""


@dataclass(frozen=True, slots=True)
class FirstPicture:
    """The first decoded picture of a stream in this call."""

    stream_id: str
    width: int
    """px"""
    height: int
    """px"""


@dataclass(frozen=True, slots=True)
class DeviceProblem:
    """A device could not be opened or went away; the meeting goes on without it."""

    kind: Literal["microphone", "speaker", "camera"]
    sentence: str
    """What is wrong and what to do, fit for a person."""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud it is, about ten times a second."""

    microphone_dbfs: float
    """dBFS, -100 for silence; measured before the mute."""
    speaker_dbfs: float
    """dBFS of what is being played."""


@dataclass(frozen=True, slots=True)
class PresentationState:
    """Where sending and receiving of a presentation stand; told at every change of either."""

    send: str
    """A word of W3C `RTCPeerConnectionState`: closed, connected, connecting, disconnected, failed or new."""
    recv: str
    """As `send`."""


MediaEvent = MediaConnected | MediaLost | FirstPicture | DeviceProblem | Levels | PresentationState


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counters of the running call. Rates are over the last second or so."""

    sent_kbps: float = 0.0
    received_kbps: float = 0.0
    packets_lost: int = 0
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0
    pictures_per_second: float = 0.0
    """Decoded, all streams together."""
    dropped: tuple[tuple[str, int], ...] = ()
    """Every bounded queue of the plane with what it has dropped since the start."""
    presented: tuple[int, int] = (0, 0)
    """(page from 1, pages) of what is being presented; zeros while nothing is."""


class MediaPlane(Protocol):
    """Sound and picture of one client, in any number of calls one after the other.

    Every method is called from the runtime's event loop and returns at once or awaits without blocking it.
    """

    board: FrameBoard

    async def open_devices(self) -> None:
        """Open microphone, speaker and camera; what fails is told as `DeviceProblem`."""

    async def connect(self, signalling: CallSignalling, plan: MediaPlan) -> None:
        """Place a call. Raises `CallRefused`; everything later is told as an event."""

    async def disconnect(self) -> None: ...

    def set_microphone(self, on: bool) -> None: ...

    def set_camera(self, on: bool) -> None: ...

    def set_deafened(self, on: bool) -> None: ...

    async def choose(self, kind: Literal["microphone", "speaker", "camera"], spec: str) -> None:
        """Change a device; raises `ValueError` with a sentence when the SPEC is not usable (the old one stays)."""

    async def present(self, path: str | None) -> None:
        """Send a picture, PDF or video file as the presentation of the running call; None stops.

        Raises `ValueError` with a sentence for a file that cannot be used, `CallRefused` when there is no call or the
        meeting system refuses the change of it. The floor has been taken before (wire document 4.5).
        """

    async def receive_presentation(self, on: bool) -> None:
        """Receive another's presentation as `media.slots.PRESENTATION_STREAM`, or no more. Raises `CallRefused`."""

    async def next_page(self) -> tuple[int, int]:
        """Turn the presented PDF to its next page; at the last one it stays. Returns (page from 1, pages).

        Raises `ValueError` with a sentence when nothing is presented or the page cannot be drawn.
        """

    async def previous_page(self) -> tuple[int, int]:
        """As `next_page`, to the page before."""

    async def reoffer(self, sdp: str) -> str:
        """Take the meeting system's own offer for the running call and return the answer to it.

        Returns `OFFER_IGNORED` when an offer of ours is under way: that one goes first (wire document 4.4). Raises
        `CallRefused` when there is no call or the offer cannot be used.
        """

    def statistics(self) -> MediaStats: ...

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        """Tell events to `listener`, on the runtime's event loop."""

    async def aclose(self) -> None: ...
