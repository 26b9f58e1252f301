"""From sources to slots: who is forwarded to whom, and the keyframe requests on their way back.

A source is a participant's camera, named by the participant, or an encoder of our own, under any other name. A slot is
one line of a listener, named (listener, mid). Which source a slot shows is a wish that outlives both: it holds when the
source or the listener comes (back) later. A tap takes the pictures of a source within the process, like a slot.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui_meet.server.sfu.aiortc_bridge import IncomingPacket, ask_for_keyframe
from tui_meet.server.sfu.assembler import EncodedFrame, FrameAssembler
from tui_meet.server.sfu.keyframes import KeyframeRequests
from tui_meet.server.sfu.link import Camera
from tui_meet.server.sfu.tracks import SlotTrack

SlotName = tuple[str, str]
"""(listener, mid)"""
Tap = Callable[[EncodedFrame], None]
"""Takes every picture of a source, on the event loop."""


@dataclass(slots=True)
class _Source:
    """One camera, or one encoder of ours."""

    camera: Camera | None
    assembler: FrameAssembler
    ask: Callable[[], None] | None = None
    """How to get a keyframe of an encoder of ours."""
    newest_keyframe: EncodedFrame | None = None
    ssrc: int | None = None
    keyframes: int = 0
    keyframe_requests: int = 0
    dropped_muted_packets: int = 0


class Forwarder:
    """Forwards within one conference. Everything runs on the event loop."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}
        self._publishing: set[str] = set()
        """Whose pictures are let through; whoever is not known to be, is not."""
        self._slots: dict[SlotName, SlotTrack] = {}
        self._shown: dict[SlotName, str] = {}
        self._watchers: dict[str, set[SlotName]] = {}
        self._taps: dict[str, Tap] = {}
        self._keyframes = KeyframeRequests()
        self._timer: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._closed = False

    def add_source(self, source: str, camera: Camera) -> None:
        """A camera is there (or there again, over a new transport); one that is known is left alone.

        Its pictures are dropped until `set_publishing` lets them through.
        """
        if (known := self._sources.get(source)) is not None and known.camera is camera:
            return
        self._sources[source] = _Source(camera, FrameAssembler(camera.codec))
        self._restart_watchers(source)

    def add_encoder(self, source: str, codec: str, ask: Callable[[], None]) -> None:
        """An encoder of ours is there: `frame` brings its pictures, `ask` is called when a keyframe is needed."""
        self._sources[source] = _Source(None, FrameAssembler(codec), ask)
        self._publishing.add(source)
        self._restart_watchers(source)

    def remove_source(self, source: str) -> None:
        """A camera is gone; slots that show it keep waiting for it."""
        found = self._sources.pop(source, None)
        if found is not None and found.camera is None:
            self._publishing.discard(source)
        self._keyframes.forget(source)

    def set_publishing(self, source: str, publishing: bool) -> None:
        """Stop (False) a camera's pictures right here, with those still queued; or let them pass again."""
        if not publishing:
            self._publishing.discard(source)
            for name in self._watchers.get(source, ()):
                if (slot := self._slots.get(name)) is not None:
                    slot.queue.restart()
        elif source not in self._publishing:
            self._publishing.add(source)
            if (found := self._sources.get(source)) is not None:
                found.assembler = FrameAssembler(found.assembler.codec)
                found.newest_keyframe = None
            self._restart_watchers(source)

    def set_lines(self, listener: str, tracks: Mapping[str, SlotTrack]) -> None:
        """The lines of a listener that can carry video now, mid -> track; known ones are left alone.

        A new line shows at once whom it was meant to show. Who the others were to show is kept for when they return.
        """
        for name in [name for name in self._slots if name[0] == listener and name[1] not in tracks]:
            del self._slots[name]
        for mid, track in tracks.items():
            name = (listener, mid)
            if self._slots.get(name) is track:
                continue
            self._slots[name] = track
            track.queue.restart()
            if (source := self._shown.get(name)) is not None:
                self._want_keyframe(source)

    def show(self, listener: str, sources: Mapping[str, str | None]) -> None:
        """Set whom the lines of a listener show: mid -> source, None to stop. Lines not named stay as they are."""
        for mid, source in sources.items():
            name = (listener, mid)
            before = self._shown.get(name)
            if before == source:
                continue
            if before is not None:
                self._unwatch(name, before)
            if (slot := self._slots.get(name)) is not None:
                slot.queue.restart()
            if source is not None:
                self._shown[name] = source
                self._watchers.setdefault(source, set()).add(name)
                if slot is not None:
                    self._want_keyframe(source)

    def tap(self, source: str, tap: Tap | None) -> None:
        """Hand the pictures of a source to `tap` as well, beginning at a keyframe; None: no more."""
        if tap is None:
            self._taps.pop(source, None)
            self._forget_unwatched(source)
        elif self._taps.get(source) is not tap:
            self._taps[source] = tap
            self._want_keyframe(source)

    def newest_keyframe(self, source: str) -> EncodedFrame | None:
        """The last keyframe of a camera that is let through, None before its first."""
        found = self._sources.get(source)
        return None if found is None or source not in self._publishing else found.newest_keyframe

    def is_on_air(self, source: str) -> bool:
        """Whether there is a camera of this name whose pictures are let through."""
        return source in self._sources and source in self._publishing

    def want_keyframe(self, source: str) -> None:
        """Ask for a keyframe of a source, however many ask at once."""
        self._want_keyframe(source)

    def forget(self, participant_id: str) -> None:
        """A participant has left for good: neither source nor listener any more."""
        self.remove_source(participant_id)
        self.set_lines(participant_id, {})
        self._publishing.discard(participant_id)
        for name, source in list(self._shown.items()):
            if name[0] == participant_id:
                self._unwatch(name, source)

    def packet(self, source: str, packet: IncomingPacket) -> None:
        """Take one packet of a camera."""
        found = self._sources.get(source)
        if found is None:
            return
        if source not in self._publishing:
            found.dropped_muted_packets += 1
            return
        if packet.ssrc != found.ssrc:
            # A stream of its own numbers: what was held of the last one will not be completed.
            found.ssrc = packet.ssrc
            found.assembler = FrameAssembler(found.assembler.codec)
        now = asyncio.get_running_loop().time()
        result = found.assembler.add(packet.sequence, packet.timestamp, packet.marker, packet.payload, now)
        wanted = result.needs_keyframe and self._is_watched(source)
        for frame in result.frames:
            wanted |= self._hand_out(source, found, frame, now)
        if wanted:
            self._want_keyframe(source)

    def frame(self, source: str, frame: EncodedFrame) -> None:
        """Take one picture of an encoder of ours; one that was removed is not heard any more."""
        found = self._sources.get(source)
        if found is not None and self._hand_out(source, found, frame, asyncio.get_running_loop().time()):
            self._want_keyframe(source)

    def _hand_out(self, source: str, found: _Source, frame: EncodedFrame, now: float) -> bool:
        """Give one picture to all who watch; True: one of them needs a keyframe first."""
        wanted = False
        if frame.keyframe:
            found.keyframes += 1
            found.newest_keyframe = frame
            self._keyframes.arrived(source)
        for name in self._watchers.get(source, ()):
            slot = self._slots.get(name)
            if slot is not None:
                wanted |= slot.queue.push(frame, now)
                slot.wake()
        if (tap := self._taps.get(source)) is not None:
            tap(frame)
        return wanted

    def keyframe_wanted(self, listener: str, mid: str) -> None:
        """A listener reported picture loss on one of its lines."""
        if (source := self._shown.get((listener, mid))) is not None:
            self._want_keyframe(source)

    def statistics(self) -> dict[str, dict[str, object]]:
        """Per participant: what came in from its camera, and per line (mid) what went out and was dropped."""
        people = {name for name, source in self._sources.items() if source.camera is not None}
        people.update(listener for listener, _ in self._slots)
        report: dict[str, dict[str, object]] = {}
        for participant_id in sorted(people):
            source = self._sources.get(participant_id)
            report[participant_id] = {
                "video_packets_received": source.assembler.packets if source else 0,
                "video_frames_received": source.assembler.frames if source else 0,
                "video_keyframes_received": source.keyframes if source else 0,
                "video_packets_skipped": source.assembler.skipped_packets if source else 0,
                "video_packets_dropped_muted": source.dropped_muted_packets if source else 0,
                "video_keyframe_requests": source.keyframe_requests if source else 0,
                "slots": {
                    mid: {
                        "source": self._shown.get((listener, mid)),
                        "frames_forwarded": slot.queue.forwarded,
                        "frames_queued": len(slot.queue),
                        "frames_dropped_waiting": slot.queue.dropped_waiting,
                        "frames_dropped_overflow": slot.queue.dropped_overflow,
                        "frames_dropped_codec": slot.queue.dropped_codec,
                    }
                    for (listener, mid), slot in self._slots.items()
                    if listener == participant_id
                },
            }
        return report

    @property
    def keyframe_counters(self) -> dict[str, int]:
        """Wishes for keyframes, and requests really sent."""
        return {"wishes": self._keyframes.wishes, "requests": self._keyframes.requests}

    async def aclose(self) -> None:
        """Stop the timer and what is being sent."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in list(self._sending):
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def _unwatch(self, name: SlotName, source: str) -> None:
        del self._shown[name]
        watchers = self._watchers[source]
        watchers.discard(name)
        if not watchers:
            del self._watchers[source]
            self._forget_unwatched(source)

    def _is_watched(self, source: str) -> bool:
        return source in self._watchers or source in self._taps

    def _forget_unwatched(self, source: str) -> None:
        if not self._is_watched(source):
            self._keyframes.forget(source)

    def _restart_watchers(self, source: str) -> None:
        names = [name for name in self._watchers.get(source, ()) if name in self._slots]
        for name in names:
            self._slots[name].queue.restart()
        if names or source in self._taps:
            self._want_keyframe(source)

    def _want_keyframe(self, source: str) -> None:
        found = self._sources.get(source)
        # Nobody to ask yet: a stream begins with a keyframe, and what is lost of it is asked for when it is missed.
        if found is None or not self._can_ask(source, found):
            return
        if self._keyframes.want(source, asyncio.get_running_loop().time()):
            self._ask(source, found)
        self._arm()

    def _can_ask(self, source: str, found: _Source) -> bool:
        return (found.ask is not None or found.ssrc is not None) and source in self._publishing and not self._closed

    def _ask(self, source: str, found: _Source) -> None:
        found.keyframe_requests += 1
        if found.ask is not None:
            found.ask()
            return
        assert found.camera is not None
        assert found.ssrc is not None
        asking = ask_for_keyframe(found.camera.receiver, found.ssrc)
        task = asyncio.create_task(asking, name=f"keyframe request {source}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_at = self._keyframes.next_timer()
        if due_at is not None and not self._closed:
            self._timer = asyncio.get_running_loop().call_at(due_at, self._timer_fired)

    def _timer_fired(self) -> None:
        for source in self._keyframes.due(asyncio.get_running_loop().time()):
            found = self._sources.get(source)
            if found is None or not self._can_ask(source, found) or not self._is_watched(source):
                self._keyframes.forget(source)
            else:
                self._ask(source, found)
        self._arm()
