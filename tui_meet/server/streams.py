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
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._finished = False
        self.cut = asyncio.Event()
        """Set when the stream is to end at once, whatever is still queued."""
        self.drained = asyncio.Event()
        """Set when the stream is over and nothing more will be sent."""

    def put(self, event: bytes) -> bool:
        """Queue an event. False when it did not fit, and the stream is cut."""
        if self._finished:
            return True
        if len(self._chunks) >= self._max_events or self._size + len(event) > self._max_bytes:
            self.abort()
            return False
        self._chunks.append(event)
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
        self._chunks.clear()
        self.cut.set()
        self._wake.set()

    async def take(self) -> bytes | None:
        """Everything queued, as soon as there is something; None when the stream is over."""
        await self._wake.wait()
        if not self._chunks:
            return None
        data = b"".join(self._chunks)
        self._chunks.clear()
        self._size = 0
        if not self._finished:
            self._wake.clear()
        return data
