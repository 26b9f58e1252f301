"""The queue of one slot: pictures of one source at a time for one receive-only line of one listener. Pure.

A slot begins with a keyframe of its source, never shows pictures of two sources mixed, and hands out timestamps that
only rise. When its reader is too slow everything up to the next keyframe is dropped: a later picture without its
reference would only show rubbish.
"""

from collections import deque
from dataclasses import dataclass

from tui_meet.server.sfu.assembler import EncodedFrame

QUEUE_LIMIT = 32
"""pictures, 2 s at 15 a second"""
CLOCK_RATE = 90_000
"""Hz of video timestamps (RFC 3551)"""
MAX_STEP = 10 * CLOCK_RATE
"""A bigger step in the source's clock is a new clock."""


@dataclass(frozen=True, slots=True)
class SlotFrame:
    """One picture on its way out."""

    data: bytes
    timestamp: int
    """90 kHz, strictly rising within the slot, whatever the sources do."""


class SlotQueue:
    """See the head of this file.

    Attributes:
        codec: what the listener negotiated, `VP8` or `H264`; pictures in another codec are not forwarded.
        forwarded: pictures put in the queue.
        dropped_waiting: delta pictures left out while waiting for a keyframe.
        dropped_overflow: pictures thrown away because the reader was too slow.
        dropped_codec: pictures in a codec this listener does not have.
    """

    def __init__(self, codec: str, *, limit: int = QUEUE_LIMIT) -> None:
        self.codec = codec
        self._limit = limit
        self._queue: deque[SlotFrame] = deque()
        self._waiting = True
        self._offset: int | None = None
        self._last_timestamp = 0
        self._last_at: float | None = None
        self.forwarded = 0
        self.dropped_waiting = 0
        self.dropped_overflow = 0
        self.dropped_codec = 0

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def waiting(self) -> bool:
        """Whether only a keyframe may come next."""
        return self._waiting

    def restart(self) -> None:
        """Drop what is queued and begin at the next keyframe, of whichever source."""
        self._queue.clear()
        self._waiting = True
        self._offset = None

    def push(self, frame: EncodedFrame, now: float) -> bool:
        """Queue a picture or drop it by the rules. True: a keyframe of the source is needed.

        Args:
            frame: the next picture of the slot's source.
            now: seconds of any steady clock; used to bridge changes of the source's clock.
        """
        if frame.codec != self.codec:
            self.dropped_codec += 1
            return False
        if len(self._queue) >= self._limit:
            self.dropped_overflow += len(self._queue)
            self._queue.clear()
            self._waiting = True
        if self._waiting and not frame.keyframe:
            self.dropped_waiting += 1
            return True
        self._waiting = False
        self._queue.append(SlotFrame(frame.data, self._map(frame.timestamp, now)))
        self.forwarded += 1
        return False

    def push_filler(self, data: bytes, now: float) -> None:
        """Queue a still picture of our own (a keyframe in this slot's codec); the source starts anew after it."""
        self.restart()
        self._queue.append(SlotFrame(data, self._advance(now)))
        self._waiting = True

    def pop(self) -> SlotFrame | None:
        """The next picture to send, None when there is none."""
        return self._queue.popleft() if self._queue else None

    def _map(self, timestamp: int, now: float) -> int:
        if self._offset is not None:
            mapped = timestamp + self._offset
            if 0 < mapped - self._last_timestamp <= MAX_STEP:
                self._last_timestamp, self._last_at = mapped, now
                return mapped
        mapped = self._advance(now)
        self._offset = mapped - timestamp
        return mapped

    def _advance(self, now: float) -> int:
        if self._last_at is not None:
            self._last_timestamp += max(1, round((now - self._last_at) * CLOCK_RATE))
        self._last_at = now
        return self._last_timestamp
