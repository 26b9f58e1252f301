"""One participant's transport: the peer connection, its negotiation, its tracks."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.sdp import candidate_from_sdp

from tui_meet.media.addresses import offer_loopback_without_network
from tui_meet.server.sfu.aiortc_bridge import (
    OnPacket,
    follow_sources,
    negotiated_codec,
    on_keyframe_wanted,
    packets_received,
    tap_receiver,
)
from tui_meet.server.sfu.candidates import MAX_CANDIDATES, read_candidate
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.sfu.filler import still_picture
from tui_meet.server.sfu.negotiation import OUR_DIRECTION, Line, Plan, complete_answer, offer_for_aiortc, read_offer
from tui_meet.server.sfu.slot import SlotQueue
from tui_meet.server.sfu.tracks import MixTrack, SlotTrack
from tui_meet.server.sfu.watch import SilenceWatch

logger = logging.getLogger(__name__)

TransportState = Literal["connected", "lost"]


@dataclass(frozen=True, slots=True)
class LinkCallbacks:
    """What a link tells; all are called on the event loop."""

    on_audio: OnPacket
    on_video: OnPacket
    on_state: Callable[[TransportState], None]
    on_keyframe_wanted: Callable[[str], None]
    """mid of the line whose receiver needs a full picture"""
    on_slides: OnPacket
    on_slides_keyframe_wanted: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a participant's pictures come in."""

    receiver: RTCRtpReceiver
    codec: str


class PeerLink:
    """A peer connection to one participant.

    Attributes:
        mix: what the participant hears, None when it has no sound.
        camera: where its own video comes in, None when it has no usable video line.
        main_mid: the single line on which it both sends its video and gets that of others, None with slots.
    """

    def __init__(self, callbacks: LinkCallbacks, ice_servers: Sequence[RTCIceServer]) -> None:
        self._callbacks = callbacks
        offer_loopback_without_network()
        # max-bundle: one transport from the start, whatever the number of lines.
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=list(ice_servers), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._state_changed)
        self._negotiating = asyncio.Lock()
        self._plan: Plan | None = None
        self._told: TransportState | None = None
        self._closed = False
        self._candidates = 0
        self._watch = SilenceWatch()
        self.mix: MixTrack | None = None
        self._tracks: dict[str, SlotTrack] = {}
        self.camera: Camera | None = None
        self.main_mid: str | None = None
        self._slides_track: SlotTrack | None = None
        self._slides_camera: Camera | None = None

    @property
    def slides_track(self) -> SlotTrack | None:
        """What the participant gets of the slides, None while its slides line does not receive."""
        return self._slides_track if self._plan and self._plan.takes_slides else None

    @property
    def slides_camera(self) -> Camera | None:
        """Where its own slides come in, None while its slides line does not send."""
        return self._slides_camera if self._plan and self._plan.gives_slides else None

    @property
    def receive_mids(self) -> tuple[str, ...]:
        """Lines on which video can be sent to the participant now."""
        return self._plan.receive_mids if self._plan else ()

    @property
    def slots(self) -> dict[str, SlotTrack]:
        """The tracks of those lines, by mid."""
        return {mid: self._tracks[mid] for mid in self.receive_mids if mid in self._tracks}

    @property
    def slot_mids(self) -> tuple[str, ...]:
        """Lines that are slots in the narrow sense: receive-only."""
        return tuple(line.mid for line in self._plan.lines if line.role == "slot") if self._plan else ()

    def restarts_ice(self, offer_sdp: str) -> bool:
        """Whether the offer has new ICE credentials, which this transport cannot take up.

        Raises:
            SdpRefused: the offer cannot be used.
        """
        if self._plan is None:
            return False
        return read_offer(offer_sdp, (), self._plan).transport.ufrag != self._plan.transport.ufrag

    async def negotiate(self, offer_sdp: str, slot_mids: Sequence[str] = ()) -> str:
        """Take the first or a further offer and give the answer, all candidates in it.

        Raises:
            SdpRefused: the offer cannot be used, or the link was closed meanwhile.
        """
        async with self._negotiating:
            plan = read_offer(offer_sdp, slot_mids, self._plan)
            before = self._plan.lines if self._plan else ()
            try:
                for line in plan.lines[len(before) :]:
                    self._add_line(line)
                await self._connection.setRemoteDescription(RTCSessionDescription(offer_for_aiortc(plan), "offer"))
                self._check_codecs(plan)
                await self._connection.setLocalDescription()
            except Exception as error:
                # Whatever a far end's text makes aiortc stumble over is the far end's fault, not ours.
                logger.info("offer refused by the media stack: %s: %s", type(error).__name__, error)
                sentence = "The call was ended." if self._closed else "The offer cannot be used by this server's media."
                raise SdpRefused(sentence) from error
            if self._closed:
                raise SdpRefused("The call was ended while it was being set up.")
            self._plan = plan
            follow_sources(self._connection)
            return complete_answer(plan, self._connection.localDescription.sdp)

    async def add_candidate(self, text: str, mid: str) -> None:
        """Take a trickled candidate of line `mid`; empty text: there are no more.

        Raises:
            SdpRefused: it cannot be read, belongs to no line, comes before the offer, or there are too many.
        """
        if self._plan is None or self._closed:
            raise SdpRefused("There is no call that this ICE candidate belongs to.")
        if not text.strip():
            await self._connection.addIceCandidate(None)
            return
        if mid not in (line.mid for line in self._plan.lines):
            raise SdpRefused("The ICE candidate belongs to no media line of the call.")
        candidate = read_candidate(text)
        if candidate is None:
            return
        self._candidates += 1
        if self._candidates > MAX_CANDIDATES:
            raise SdpRefused(f"More than {MAX_CANDIDATES} ICE candidates were sent for one call.")
        ice = candidate_from_sdp(candidate.text)
        ice.sdpMid = self._plan.accepted[0].mid  # one transport for all lines: the first one owns it
        try:
            await self._connection.addIceCandidate(ice)
        except ValueError as error:
            raise SdpRefused("The ICE candidate cannot be used.") from error

    def poll(self, now: float) -> None:
        """Look whether the client still sends anything; call it every few seconds. `now` in seconds."""
        if self._told is None or self._closed:
            return
        state = self._watch.update(packets_received(self._connection), now)
        if state is not None:
            self._tell(state)

    async def close(self) -> None:
        """End the call. Says nothing to `on_state`. Safe to call twice."""
        self._closed = True
        for track in (self.mix, self._slides_track, *self._tracks.values()):
            if track is not None:
                track.stop()
        await self._connection.close()

    def _add_line(self, line: Line) -> None:
        if line.role == "rejected" or line.codec is None:
            return
        direction = OUR_DIRECTION[line.role]
        if line.role == "audio":
            self.mix = MixTrack()
            transceiver = self._connection.addTransceiver(self.mix, direction)
            tap_receiver(transceiver.receiver, self._callbacks.on_audio)
            return
        if line.role == "slides":
            self._add_slides(line.codec.name)
            return
        if line.role in ("slot", "main"):
            track = self._make_slot(line.mid, line.codec.name, filled=line.role == "main")
            transceiver = self._connection.addTransceiver(track, direction)
            on_keyframe_wanted(transceiver.sender, lambda: self._callbacks.on_keyframe_wanted(line.mid))
        else:
            transceiver = self._connection.addTransceiver("video", direction)
        if line.role in ("camera", "main"):
            tap_receiver(transceiver.receiver, self._callbacks.on_video)
            self.camera = Camera(transceiver.receiver, line.codec.name)
        if line.role == "main":
            self.main_mid = line.mid

    def _add_slides(self, codec: str) -> None:
        # Nothing fills its pauses: slides stand still, and only the main line is watched for that (wire document 4.7).
        self._slides_track = SlotTrack(SlotQueue(codec))
        transceiver = self._connection.addTransceiver(self._slides_track, OUR_DIRECTION["slides"])
        on_keyframe_wanted(transceiver.sender, self._callbacks.on_slides_keyframe_wanted)
        tap_receiver(transceiver.receiver, self._callbacks.on_slides)
        self._slides_camera = Camera(transceiver.receiver, codec)

    def _make_slot(self, mid: str, codec: str, *, filled: bool) -> SlotTrack:
        filler = still_picture(codec) if filled else None
        track = SlotTrack(SlotQueue(codec), filler=filler, on_filler=lambda: self._callbacks.on_keyframe_wanted(mid))
        self._tracks[mid] = track
        return track

    def _check_codecs(self, plan: Plan) -> None:
        for transceiver in self._connection.getTransceivers():
            line = next((line for line in plan.lines if line.mid == transceiver.mid), None)
            agreed = negotiated_codec(transceiver)
            if line is not None and line.codec is not None and agreed != line.codec.name:
                raise ValueError(f"{agreed} instead of {line.codec.name} was agreed on")

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._tell("connected")
        elif state in ("failed", "closed"):
            self._tell("lost")

    def _tell(self, state: TransportState) -> None:
        if state != self._told and not self._closed:
            self._told = state
            self._callbacks.on_state(state)
