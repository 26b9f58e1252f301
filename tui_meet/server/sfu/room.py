"""The media of one conference, behind one face: transports, forwarding, mixing. Wires, decides nothing."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from aiortc import RTCIceServer

from tui_meet.server.compositor.studio import Studio, Viewing
from tui_meet.server.mixer.clock import TickClock, run_ticks
from tui_meet.server.mixer.mixer import AudioMixer
from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu.aiortc_bridge import IncomingPacket
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.sfu.forwarder import Forwarder
from tui_meet.server.sfu.link import LinkCallbacks, PeerLink, TransportState
from tui_meet.server.sfu.presentation import Presentation
from tui_meet.server.sfu.watch import POLL_SECONDS

logger = logging.getLogger(__name__)

__all__ = ["MediaRoom", "SdpRefused"]


class MediaRoom:
    """Encoded video is forwarded through slots, audio is mixed. Participants are named by ids of the caller.

    Nobody's sound and picture reach anybody before `set_publishing` says so. Mutes, slots and volumes may be set before
    a participant connects and hold until `disconnect`. All methods belong on the event loop that the first call ran on.
    """

    def __init__(
        self,
        *,
        on_levels: Callable[[Mapping[str, float]], None],
        on_state: Callable[[str, TransportState], None],
        ice_servers: Iterable[RTCIceServer] = (),
    ) -> None:
        """Nothing runs yet.

        Args:
            on_levels: participant id -> voice activity 0..100, five times a second while somebody speaks, and once
                when it becomes quiet.
            on_state: a participant's transport is connected, or lost (ICE or DTLS failed or closed, or nothing was
                heard from it for 10 s). Not called for calls that `disconnect` or a second `connect` ended.
            ice_servers: for our own candidates; none by default.
        """
        self._on_state = on_state
        self._ice_servers = tuple(ice_servers)
        self._links: dict[str, PeerLink] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._forwarder = Forwarder()
        self._presentation = Presentation()
        self._studio = Studio(self._forwarder, self._presentation)
        self._pictures: dict[str, Picture] = {}
        self._wanted_slots: dict[str, dict[str, str | None]] = {}
        self._on_levels = on_levels
        self._mixer = AudioMixer(self._heard)
        self._clock: TickClock | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def connect(self, participant_id: str, offer_sdp: str, slot_mids: Sequence[str] = ()) -> str:
        """Begin a participant's call, or begin it anew (the old transport is closed). ICE and DTLS start at once.

        Args:
            participant_id: any id.
            offer_sdp: the client's offer.
            slot_mids: its receive-only video lines; empty for a client with a single video line.

        Returns:
            The answer, with all candidates.

        Raises:
            SdpRefused: the offer cannot be used; the call there was before, if any, goes on.
        """
        async with self._turn(participant_id):
            return await self._begin(participant_id, offer_sdp, slot_mids)

    async def update(self, participant_id: str, offer_sdp: str) -> str:
        """Renegotiate. An ICE restart gets a new transport.

        Raises:
            SdpRefused: the offer cannot be used, or there is no call.
        """
        async with self._turn(participant_id):
            link = self._links.get(participant_id)
            if link is None:
                raise SdpRefused("There is no call to be changed: it must be begun first.")
            if link.restarts_ice(offer_sdp):
                return await self._begin(participant_id, offer_sdp, link.slot_mids)
            answer = await link.negotiate(offer_sdp)
            if self._links.get(participant_id) is link:
                self._wire(participant_id, link)
            return answer

    async def add_candidate(self, participant_id: str, candidate: str, mid: str) -> None:
        """Take a trickled ICE candidate; "" says that there are no more.

        Raises:
            SdpRefused: it cannot be read or used, or there is no call.
        """
        link = self._links.get(participant_id)
        if link is None:
            raise SdpRefused("There is no call that this ICE candidate belongs to.")
        await link.add_candidate(candidate, mid)

    async def disconnect(self, participant_id: str) -> None:
        """End a participant's call and forget everything about it. Unknown ids are fine."""
        link = self._links.pop(participant_id, None)
        self._turns.pop(participant_id, None)
        self._pictures.pop(participant_id, None)
        self._wanted_slots.pop(participant_id, None)
        self._studio.hide(participant_id)
        self._forwarder.forget(participant_id)
        self._presentation.forget(participant_id)
        self._mixer.remove(participant_id)
        self._studio.refresh()
        if not self._links:
            self._rest()
        if link is not None:
            await link.close()

    def set_publishing(self, participant_id: str, *, audio: bool, video: bool) -> None:
        """Let a participant's sound and picture through, or drop them where they come in, at once."""
        self._mixer.set_publishing(participant_id, audio)
        self._forwarder.set_publishing(participant_id, video)
        self._studio.refresh()

    def set_slots(self, participant_id: str, sources: Mapping[str, str | None]) -> None:
        """Set whom a participant's lines show: mid -> source, None to stop; lines not named stay as they are.

        A change starts at a keyframe of the new source, which is asked for at once. The line of a composed picture
        takes what is set here when the composition ends.
        """
        self._wanted_slots.setdefault(participant_id, {}).update(sources)
        composed = self._composed_mid(participant_id)
        self._forwarder.show(participant_id, {mid: source for mid, source in sources.items() if mid != composed})

    def set_composition(self, participant_id: str, picture: Picture | None) -> None:
        """Give a client with one video line a composed picture, or (None) what `set_slots` gave that line.

        Equal pictures are composed and encoded once. No effect on clients with slots.
        """
        if picture is None:
            self._pictures.pop(participant_id, None)
        else:
            self._pictures[participant_id] = picture
        self._place_picture(participant_id)

    def set_gains(self, participant_id: str, gains: Mapping[str, float]) -> None:
        """Set the volumes at which this listener hears others: 0..2, 0 = not at all, 1 for those not named."""
        self._mixer.set_gains(participant_id, gains)

    def set_presentation(self, presenter: str | None, receivers: Iterable[str]) -> None:
        """Send the slides of `presenter` to `receivers`, in place of what was set before; None: nobody presents.

        Slides lines may be negotiated before or after; each receiver begins at a keyframe, which is asked for at once.
        Slides of anybody else are dropped where they come in.
        """
        self._presentation.set(presenter, receivers)
        self._studio.refresh()

    def presentation_frame(self) -> bytes | None:
        """The newest picture of the slides as JPEG, None while there is none.

        While this is called now and then, a new one is made about once a second.
        """
        return self._presentation.newest_still()

    def receive_mids(self, participant_id: str) -> tuple[str, ...]:
        """The lines that can carry video to a participant now, in the order of its offer."""
        link = self._links.get(participant_id)
        return link.receive_mids if link else ()

    def statistics(self) -> dict[str, object]:
        """Counters for people who look for a fault: per participant, and of the mixer and keyframe requests."""
        audio = self._mixer.statistics()
        video = self._forwarder.statistics()
        people: dict[str, object] = {}
        for participant_id in sorted({*audio, *video}):
            mix = link.mix if (link := self._links.get(participant_id)) else None
            people[participant_id] = {
                **audio.get(participant_id, {}),
                **video.get(participant_id, {}),
                "mix_packets_sent": mix.sent if mix else 0,
                "mix_packets_dropped": mix.dropped if mix else 0,
            }
        return {
            "participants": people,
            "mixer": {
                "mixes": self._mixer.mixes,
                "encoders": self._mixer.encoders,
                "ticks": self._mixer.ticks,
                "late_ticks": self._clock.late if self._clock else 0,
                "skipped_ticks": self._clock.skipped if self._clock else 0,
            },
            "keyframes": self._forwarder.keyframe_counters,
            "presentation": self._presentation.statistics(),
            "compositor": self._studio.statistics(),
        }

    async def aclose(self) -> None:
        """End everything. Safe to call twice."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await asyncio.gather(*(self.disconnect(participant_id) for participant_id in list(self._links)))
        await self._studio.aclose()
        await self._presentation.aclose()
        await self._forwarder.aclose()

    def _turn(self, participant_id: str) -> asyncio.Lock:
        """Negotiations of one participant go one after the other; `disconnect` does not wait for them."""
        return self._turns.setdefault(participant_id, asyncio.Lock())

    async def _begin(self, participant_id: str, offer_sdp: str, slot_mids: Sequence[str]) -> str:
        if self._closed:
            raise SdpRefused("The conference is over.")
        link = self._new_link(participant_id)
        before = self._links.get(participant_id)
        self._links[participant_id] = link
        try:
            answer = await link.negotiate(offer_sdp, slot_mids)
        except BaseException:
            if self._links.get(participant_id) is link:
                del self._links[participant_id]
                if before is not None:
                    self._links[participant_id] = before
                    before = None
            await link.close()
            if before is not None:
                await before.close()
            raise
        if before is not None:
            await before.close()
        if self._links.get(participant_id) is not link:
            raise SdpRefused("The call was ended while it was being set up.")
        self._wire(participant_id, link)
        self._run()
        return answer

    def _new_link(self, participant_id: str) -> PeerLink:
        """A link that is listened to only while it is the participant's current one."""

        def is_current() -> bool:
            return self._links.get(participant_id) is link

        def on_audio(packet: IncomingPacket) -> None:
            if is_current():
                self._mixer.push(participant_id, packet.ssrc, packet.sequence, packet.timestamp, packet.payload)

        def on_video(packet: IncomingPacket) -> None:
            if is_current():
                self._forwarder.packet(participant_id, packet)

        def on_state(state: TransportState) -> None:
            if is_current():
                self._on_state(participant_id, state)

        def on_keyframe_wanted(mid: str) -> None:
            if is_current():
                self._forwarder.keyframe_wanted(participant_id, mid)

        def on_slides(packet: IncomingPacket) -> None:
            if is_current():
                self._presentation.packet(participant_id, packet)

        def on_slides_keyframe_wanted() -> None:
            if is_current():
                self._presentation.keyframe_wanted(participant_id)

        callbacks = LinkCallbacks(
            on_audio, on_video, on_state, on_keyframe_wanted, on_slides, on_slides_keyframe_wanted
        )
        link = PeerLink(callbacks, self._ice_servers)
        return link

    def _wire(self, participant_id: str, link: PeerLink) -> None:
        """Tell mixer and forwarder what the participant's transport has; what they know already is left alone."""
        self._mixer.add(participant_id, link.mix.push if link.mix else None)
        if link.camera is None:
            self._forwarder.remove_source(participant_id)
        else:
            self._forwarder.add_source(participant_id, link.camera)
        self._forwarder.set_lines(participant_id, link.slots)
        self._presentation.set_lines(participant_id, link.slides_track, link.slides_camera)
        self._place_picture(participant_id)
        self._studio.refresh()

    def _composed_mid(self, participant_id: str) -> str | None:
        """The line on which a participant gets a composed picture now."""
        link = self._links.get(participant_id)
        if participant_id not in self._pictures or link is None or link.main_mid not in link.slots:
            return None
        return link.main_mid

    def _place_picture(self, participant_id: str) -> None:
        mid = self._composed_mid(participant_id)
        if mid is not None:
            codec = self._links[participant_id].slots[mid].queue.codec
            self._studio.show(participant_id, Viewing(mid, codec, self._pictures[participant_id]))
        elif self._studio.hide(participant_id):
            slots = self._wanted_slots.get(participant_id, {})
            link = self._links.get(participant_id)
            if link is not None and link.main_mid is not None:
                self._forwarder.show(participant_id, {link.main_mid: slots.get(link.main_mid)})

    def _heard(self, levels: Mapping[str, float]) -> None:
        self._studio.set_talkers(participant_id for participant_id, level in levels.items() if level > 0)
        self._on_levels(levels)

    def _run(self) -> None:
        if self._tasks or self._closed:
            return
        self._clock = TickClock(asyncio.get_running_loop().time())
        ticking = run_ticks(self._clock, self._mixer.tick, self._mixer.skip)
        self._tasks = [
            asyncio.create_task(ticking, name="mixer ticks"),
            asyncio.create_task(self._watch(), name="transport watch"),
        ]
        for task in self._tasks:
            task.add_done_callback(_report_failure)

    def _rest(self) -> None:
        """Nobody is connected: nothing is mixed or watched until the next call."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for link in list(self._links.values()):
                link.poll(loop.time())


def _report_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("%s ended by a fault", task.get_name(), exc_info=error)
