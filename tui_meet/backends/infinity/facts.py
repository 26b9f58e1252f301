"""What the backend has to tell: control facts in order and never lost, of the stage only the newest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from tui_meet.core.events import Event, RequestDone, StageChanged

MAX_WAITING = 4096
"""Facts that may wait before the event stream is read on: the bound is kept by waiting, not by dropping."""


class FactQueue:
    """Many writers, one reader, all on one loop."""

    def __init__(self) -> None:
        self._facts: deque[list[Event]] = deque()
        self._stage: list[Event] | None = None
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False
        self.conflated = 0
        """Stage facts replaced by a newer one before they were read."""

    def put(self, event: Event) -> None:
        if self._closed:
            return
        if isinstance(event, StageChanged):
            if self._stage is not None:
                # Moved to the end: it must not be told before the people it names.
                self._facts.remove(self._stage)
                self.conflated += 1
            self._stage = [event]
            self._facts.append(self._stage)
        else:
            self._facts.append([event])
        self._filled.set()
        if len(self._facts) >= MAX_WAITING:
            self._room.clear()

    async def room(self) -> None:
        """Wait until there is room for more."""
        await self._room.wait()

    def forget_meeting(self) -> None:
        """Drop what is not told yet, except answers to requests."""
        self._facts = deque(box for box in self._facts if isinstance(box[0], RequestDone))
        self._stage = None
        self._room.set()

    def close(self) -> None:
        """Nothing more comes; the reader ends after what is there."""
        self._closed = True
        self._filled.set()
        self._room.set()

    async def read(self) -> AsyncIterator[Event]:
        """Every fact, in order; ends after `close`."""
        while True:
            while self._facts:
                box = self._facts.popleft()
                if box is self._stage:
                    self._stage = None
                if len(self._facts) < MAX_WAITING // 2:
                    self._room.set()
                yield box[0]
            if self._closed:
                return
            self._filled.clear()
            await self._filled.wait()
