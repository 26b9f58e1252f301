"""One call: an aiortc peer connection with its lines, and the watch over it. Lives on the media loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Literal

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpCodecCapability,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)

from tui_meet.media.addresses import offer_loopback_without_network
from tui_meet.media.audio.ring import Samples
from tui_meet.media.peer.contents import keep_rejected, mark_contents, section_mids
from tui_meet.media.peer.reception import PictureReception, SoundReception
from tui_meet.media.peer.stats import CallCounters, count
from tui_meet.media.peer.tracks import MicrophoneTrack, PictureTrack
from tui_meet.media.slots import MAIN_STREAM, PRESENTATION_STREAM, FrameBoard
from tui_meet.media.types import (
    CallOffer,
    FirstPicture,
    MediaConnected,
    MediaEvent,
    MediaLost,
    MediaPlan,
)

_log = logging.getLogger(__name__)

Direction = Literal["inactive", "sendonly", "recvonly"]
"""Of the line for slides, from our side (RFC 8829)."""

CONNECT_SECONDS = 20.0
"""How long a call may take from its answer to flowing packets."""
QUIET_SECONDS = 8.0
"""How long nothing may arrive: reports come every second or so even where nobody talks."""
WATCH_SECONDS = 0.2
"""Between two looks until packets flow both ways."""
COUNT_SECONDS = 1.0
"""Between two looks afterwards."""
CLOSE_SECONDS = 0.7
"""How long closing may take."""

NEVER_CONNECTED = (
    "Sound and picture could not be set up: the meeting's media address does not answer; "
    "check that UDP is let through, then join again."
)
WENT_QUIET = "Nothing has come from the meeting for some seconds; the network is probably interrupted."
BROKE = "Sound and picture stopped by a fault of this program, which is in its log; join again."
WAS_CLOSED = "The meeting closed the connection for sound and picture."


class Call:
    """Sound both ways, our picture out, as many pictures in as the plan says, and a line for slides.

    The line for slides is offered `inactive` and changes its direction by later offers, as the official client does
    (wire document 4.3, 4.5). aiortc can do that with its public calls under three conditions, all kept here:

    - The line has its track from the beginning and never another: a sender that waits for a track's next picture
      cannot be given another track, and ends for good when that track is stopped. Stopping means: no more pictures.
    - An offer is made with `createOffer`, sent, and set as local description only when its answer is there. aiortc has
      no rollback (RFC 8829 section 4.1.10.2), so that a refused offer would otherwise stay pending for ever.
    - Whoever reads the received track reads it to the end of the call, since its queue has no bound.
    """

    def __init__(
        self,
        plan: MediaPlan,
        *,
        board: FrameBoard,
        pool: Executor,
        play: Callable[[Samples], None],
        tell: Callable[[MediaEvent], None],
    ) -> None:
        """Must be made on the media loop. `play` takes received sound, `pool` scales received pictures."""
        self.microphone = MicrophoneTrack()
        self.camera = PictureTrack()
        self.slides = PictureTrack()
        """What is presented, once the line for it may send."""
        self.call_id = ""
        """The meeting system's name for the call, once it has answered."""
        self.hung_up = False
        """The meeting system has been told that the call is over."""
        self._board = board
        self._pool = pool
        self._play = play
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()
        self._pictures: list[PictureReception] = []
        self._slides_reception: PictureReception | None = None
        self.closing = False
        """Nothing is told any more."""
        self._ended = False
        self._connected = False
        self.counters = CallCounters()
        """The newest totals."""
        self.earlier = CallCounters()
        """The totals a second before."""
        servers = [
            RTCIceServer(list(server.urls), server.username or None, server.credential or None)
            for server in plan.ice_servers
        ]
        offer_loopback_without_network()
        # An empty list, never None: the default of aiortc would ask a public STUN server.
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._pc.on("connectionstatechange", self._state_changed)
        self._sound = self._pc.addTransceiver(self.microphone, "sendrecv")
        self._sound.setCodecPreferences(_preferred("audio", "audio/opus"))
        self._own = self._pc.addTransceiver(self.camera, "sendonly" if plan.slots else "sendrecv")
        # The official client's order: sound, own picture, slides; what only we offer comes after.
        self._slides = self._pc.addTransceiver(self.slides, "inactive")
        self._slots = [self._pc.addTransceiver("video", "recvonly") for _ in range(plan.slots)]
        self._lines = (self._sound, self._own, self._slides, *self._slots)
        for line in self._lines[1:]:
            line.setCodecPreferences(_preferred("video", "video/vp8", "video/h264"))

    async def offer(self) -> CallOffer:
        """Gather candidates and describe the call."""
        await self._pc.setLocalDescription(await self._pc.createOffer())
        description = self._marked(self._pc.localDescription.sdp)
        return CallOffer(description, tuple(slot.mid or "" for slot in self._slots))

    async def accept(self, sdp: str) -> None:
        """Take the answer and start. Raises `ValueError` when it is no answer to this offer."""
        await self._take(keep_rejected(sdp, self._pc.localDescription.sdp), "answer")
        self._receive_sound(self._sound)
        if self._slots:
            for slot in self._slots:
                self._receive_pictures(slot, slot.mid or "")
        else:
            self._receive_pictures(self._own, MAIN_STREAM)
        self._start(self._watch())

    async def _take(self, sdp: str, kind: Literal["offer", "answer"]) -> None:
        # aiortc takes a description with too few sections, and stumbles over them only later.
        ours = [line.mid for line in self._lines]
        theirs = section_mids(sdp)
        if theirs[: len(ours)] != ours or (kind == "answer" and len(theirs) > len(ours)):
            raise ValueError(f"the {kind} has other media sections than the call")
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(sdp, kind))
        except ValueError:
            raise
        except Exception as error:
            # aiortc raises errors of several families, and assertions, for a description it cannot use.
            raise ValueError(f"unusable {kind}: {type(error).__name__}") from error

    def _marked(self, sdp: str) -> str:
        return mark_contents(sdp, self._slides.mid or "")

    # Later offers

    @property
    def slides_direction(self) -> str:
        """What both sides have agreed on for the line for slides: a `Direction`."""
        return self._slides.currentDirection or "inactive"

    async def propose(self, slides: Direction) -> str:
        """An offer with another direction of the slides. Nothing changes before `settle`. Raises `ValueError`."""
        before = self._slides.direction
        self._slides.direction = slides
        try:
            return self._marked((await self._pc.createOffer()).sdp)
        except Exception as error:
            raise ValueError(f"no offer could be made: {type(error).__name__}") from error
        finally:
            self._slides.direction = before

    async def settle(self, proposal: str, slides: Direction, answer: str) -> None:
        """Make a proposal and its answer valid. Raises `ValueError` when the answer does not fit."""
        self._slides.direction = slides
        try:
            await self._pc.setLocalDescription(RTCSessionDescription(proposal, "offer"))
        except Exception as error:
            raise ValueError(f"the offer is not valid any more: {type(error).__name__}") from error
        await self._take(keep_rejected(answer, proposal), "answer")
        self._follow_slides()

    async def answer(self, offer: str) -> str:
        """Take the meeting system's own offer and answer it. Raises `ValueError` when it cannot be used."""
        await self._take(offer, "offer")
        for line in self._pc.getTransceivers():
            if line not in self._lines:
                # Nobody would read what came there.
                line.direction = "inactive"
        try:
            await self._pc.setLocalDescription(await self._pc.createAnswer())
        except Exception as error:
            raise ValueError(f"no answer could be made: {type(error).__name__}") from error
        self._follow_slides()
        return self._marked(self._pc.localDescription.sdp)

    def _follow_slides(self) -> None:
        receives = self._slides.currentDirection == "recvonly"
        if receives and self._slides_reception is None:
            self._slides_reception = self._receive_pictures(self._slides, PRESENTATION_STREAM)
        elif self._slides_reception is not None:
            self._slides_reception.set_open(receives)

    def _receive_sound(self, line: RTCRtpTransceiver) -> None:
        if line.receiver.track is not None:
            self._start(SoundReception(line.receiver.track, self._play).run())

    def _receive_pictures(self, line: RTCRtpTransceiver, stream_id: str) -> PictureReception | None:
        track = _received(line)
        if track is None:
            return None
        slot = self._board.slot(stream_id)
        reception = PictureReception(stream_id, track, slot, self._pool, self._first_picture)
        self._pictures.append(reception)
        self._start(reception.run())
        return reception

    def _first_picture(self, event: FirstPicture) -> None:
        if not self.closing:
            self._tell(event)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task of the call failed", exc_info=error)
            self._lost(BROKE)

    @property
    def dropped(self) -> tuple[tuple[str, int], ...]:
        """What this call's queues have let go."""
        return (
            ("microphone blocks", self.microphone.dropped),
            ("camera pictures", self.camera.dropped),
            ("slides", self.slides.dropped),
            ("received pictures", sum(reception.skipped for reception in self._pictures)),
        )

    async def _watch(self) -> None:
        """Count; say when packets flow, and when none come any more."""
        begun = time.monotonic()
        lively_at = begun
        while not self._ended:
            await asyncio.sleep(COUNT_SECONDS if self._connected else WATCH_SECONDS)
            now = await self._count()
            if not self._connected:
                if self._flows(now):
                    self._connected = True
                    lively_at = now.at
                    self._tell(MediaConnected())
                elif now.at - begun > CONNECT_SECONDS:
                    self._lost(NEVER_CONNECTED)
            elif now.transport_packets_received != self.earlier.transport_packets_received:
                lively_at = now.at
            elif now.at - lively_at > QUIET_SECONDS:
                self._lost(WENT_QUIET)

    async def _count(self) -> CallCounters:
        reports = await self._pc.getStats()
        pictures = sum(reception.decoded for reception in self._pictures)
        now = count(reports.values(), at=time.monotonic(), pictures=pictures)
        self.earlier, self.counters = self.counters, now
        return now

    def _flows(self, now: CallCounters) -> bool:
        """Theirs arrive; ours are acknowledged where the answer lets us send."""
        if self._pc.connectionState != "connected" or now.media_packets_received == 0:
            return False
        sends = any(line.currentDirection in ("sendrecv", "sendonly") for line in (self._sound, self._own))
        return now.packets_acknowledged > 0 or not sends

    def _state_changed(self) -> None:
        if self._pc.connectionState == "failed":
            self._lost(WENT_QUIET if self._connected else NEVER_CONNECTED)
        elif self._pc.connectionState == "closed":
            self._lost(WAS_CLOSED)

    def _lost(self, reason: str) -> None:
        if not self.closing and not self._ended:
            self._ended = True
            self._tell(MediaLost(reason))

    async def close(self) -> None:
        """End the call; nothing is told any more."""
        if self.closing:
            return
        self.closing = True
        self._ended = True
        self.microphone.stop()
        self.camera.stop()
        self.slides.stop()
        closing = asyncio.ensure_future(self._pc.close())
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=CLOSE_SECONDS)


def _received(line: RTCRtpTransceiver) -> MediaStreamTrack | None:
    """The track of what comes; a line that the other side declined, or that never received, has none."""
    return line.receiver.track


def _preferred(kind: str, *types: str) -> list[RTCRtpCodecCapability]:
    """What this machine can do, only of these types, in this order; retransmission goes along."""
    capabilities = RTCRtpSender.getCapabilities(kind).codecs
    chosen = [codec for wanted in types for codec in capabilities if codec.mimeType.lower() == wanted]
    return [*chosen, *(codec for codec in capabilities if codec.mimeType.lower() == f"{kind}/rtx")]
