"""What the backend has to tell: control facts in order and never lost, of the stage only the newest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from tui_meet.core.events import Event, RequestDone, StageChanged
from tui_meet.core.ids import RoomId

MAX_WAITING = 4096
"""Facts that may wait before the event stream is read on: the bound is kept by waiting, not by dropping."""


class FactQueue:
    """Many writers, one reader, all on one loop."""

    def __init__(self) -> None:
        self._facts: deque[list[Event]] = deque()
        self._stages: dict[RoomId, list[Event]] = {}
        """The stage of each room that was not read yet."""
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
            waiting = self._stages.get(event.room)
            if waiting is not None:
                # Moved to the end: it must not be told before the people it names.
                self._facts.remove(waiting)
                self.conflated += 1
            box: list[Event] = [event]
            self._stages[event.room] = box
            self._facts.append(box)
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
        self._stages.clear()
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
                if isinstance(box[0], StageChanged) and self._stages.get(box[0].room) is box:
                    del self._stages[box[0].room]
                if len(self._facts) < MAX_WAITING // 2:
                    self._room.set()
                yield box[0]
            if self._closed:
                return
            self._filled.clear()
            await self._filled.wait()
