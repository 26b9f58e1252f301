"""The server's end of one event stream: a bounded queue of encoded events."""

from __future__ import annotations

import asyncio
from collections import deque

MAX_QUEUED_EVENTS = 2000
MAX_QUEUED_BYTES = 8 * 1024 * 1024


class EventQueue:
    """Events on their way to one client.

    Control is never thinned out: when the queue overflows the stream is cut, so that the client opens a new one and
    gets everything from the start.
    """

    def __init__(self, max_events: int = MAX_QUEUED_EVENTS, max_bytes: int = MAX_QUEUED_BYTES) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._chunks: deque[tuple[bytes, bool]] = deque()
        self._left_over: deque[bytes] = deque(maxlen=max_events)
        self._size = 0
        self._wake = asyncio.Event()
        self._finished = False
        self.cut = asyncio.Event()
        """Set when the stream is to end at once, whatever is still queued."""
        self.drained = asyncio.Event()
        """Set when the stream is over and nothing more will be sent."""

    def put(self, event: bytes, lasting: bool = False) -> bool:
        """Queue an event. False when it did not fit, and the stream is cut.

        `lasting` is what no sync brings back: where the stream ends before it was taken, `left_over` has it.
        """
        if self._finished:
            if lasting:
                self._left_over.append(event)
            return True
        if len(self._chunks) >= self._max_events or self._size + len(event) > self._max_bytes:
            self.abort()
            if lasting:
                self._left_over.append(event)
            return False
        self._chunks.append((event, lasting))
        self._size += len(event)
        self._wake.set()
        return True

    def finish(self) -> None:
        """Nothing more comes; what is queued is still sent."""
        self._finished = True
        self._wake.set()

    def abort(self) -> None:
        """End at once, without what is queued: another stream has taken over."""
        self._finished = True
        self._left_over += [event for event, lasting in self._chunks if lasting]
        self._chunks.clear()
        self.cut.set()
        self._wake.set()

    def left_over(self) -> list[bytes]:
        """Lasting events that nobody has taken, oldest first; each is handed out once."""
        left = [*self._left_over, *(event for event, lasting in self._chunks if lasting)]
        self._left_over.clear()
        self._chunks.clear()
        return left

    async def take(self) -> bytes | None:
        """Everything queued, as soon as there is something; None when the stream is over."""
        await self._wake.wait()
        if not self._chunks:
            return None
        data = b"".join(event for event, _ in self._chunks)
        self._chunks.clear()
        self._size = 0
        if not self._finished:
            self._wake.clear()
        return data
