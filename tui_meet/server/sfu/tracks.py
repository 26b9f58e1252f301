"""What our senders read from: tracks whose `recv` gives encoded packets, which aiortc sends as they are."""

from __future__ import annotations  # av.Packet is generic in its stubs only

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import Packet
from av.stream import Stream

from tui_meet.media.audio.opus import TIME_BASE
from tui_meet.server.sfu.slot import CLOCK_RATE, SlotQueue

VIDEO_TIME_BASE = Fraction(1, CLOCK_RATE)
AUDIO_QUEUE_LIMIT = 10
"""packets of 20 ms"""
FILLER_AFTER_SECONDS = 0.7
"""Below the second after which the official browser client takes standing video for a broken connection and restarts
ICE (wire document, section 4.7)."""


def _packet(data: bytes, timestamp: int, time_base: Fraction) -> Packet[Stream]:
    packet: Packet[Stream] = Packet(data)
    packet.pts = timestamp
    packet.time_base = time_base
    return packet


class _WakingTrack(MediaStreamTrack):
    """A track whose reader sleeps until something is there."""

    def __init__(self) -> None:
        super().__init__()
        self._wake = asyncio.Event()

    def stop(self) -> None:
        """End the track; a reader that waits is let go with MediaStreamError."""
        super().stop()
        self._wake.set()

    async def recv(self) -> Packet[Stream]:
        """The next packet.

        Raises:
            MediaStreamError: the track was stopped.
        """
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            packet = self._next()
            if packet is not None:
                return packet
            self._wake.clear()
            await self._sleep()

    def _next(self) -> Packet[Stream] | None:
        raise NotImplementedError

    async def _sleep(self) -> None:
        await self._wake.wait()


class MixTrack(_WakingTrack):
    """What a listener hears. Bounded: when the sender stands still the oldest packet goes.

    Attributes:
        sent: packets handed to the sender.
        dropped: packets thrown away because the sender was too slow.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._queue: deque[tuple[bytes, int]] = deque()
        self.sent = 0
        self.dropped = 0

    def push(self, payload: bytes, timestamp: int) -> None:
        """Queue an Opus packet; `timestamp` in samples at 48 kHz."""
        if len(self._queue) >= AUDIO_QUEUE_LIMIT:
            self._queue.popleft()
            self.dropped += 1
        self._queue.append((payload, timestamp))
        self._wake.set()

    def _next(self) -> Packet[Stream] | None:
        if not self._queue:
            return None
        self.sent += 1
        return _packet(*self._queue.popleft(), TIME_BASE)


class SlotTrack(_WakingTrack):
    """What a listener sees in one of its lines; `queue` decides, this waits and wakes.

    Args:
        queue: the slot's queue.
        filler: an encoded still picture (keyframe) to keep packets flowing while there is nothing to show, or None.
        on_filler: called when the filler was shown, so that a keyframe of the source is asked for.
    """

    kind = "video"

    def __init__(
        self, queue: SlotQueue, *, filler: bytes | None = None, on_filler: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.queue = queue
        self._filler = filler
        self._on_filler = on_filler

    def wake(self) -> None:
        """Something was queued."""
        self._wake.set()

    def _next(self) -> Packet[Stream] | None:
        frame = self.queue.pop()
        return None if frame is None else _packet(frame.data, frame.timestamp, VIDEO_TIME_BASE)

    async def _sleep(self) -> None:
        if self._filler is None:
            await self._wake.wait()
            return
        try:
            async with asyncio.timeout(FILLER_AFTER_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            self.queue.push_filler(self._filler, asyncio.get_running_loop().time())
            if self._on_filler is not None:
                self._on_filler()
