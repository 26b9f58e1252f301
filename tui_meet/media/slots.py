"""The only queues between media and screen: one place per stream that holds the newest picture.

One thread writes, one reads, newest wins, and what was never looked at is counted. The reader says which size it
wants (px); the writer scales to it, off the event loop, or skips the picture when nobody wants it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_meet.media.types import VideoFrame

SELF_STREAM = "self"
"""Stream id of one's own camera."""

MAIN_STREAM = "main"
"""Stream id of the one composed picture that a meeting system without slots sends."""

PRESENTATION_STREAM = "slides"
"""Stream id of the presentation that is received."""


class FrameSlot:
    """Holds the newest picture of one stream."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: VideoFrame | None = None
        self._wanted: tuple[int, int] | None = None
        self.received = 0
        """Pictures put since the start."""
        self.dropped = 0
        """Pictures overwritten before they were taken."""

    @property
    def wanted(self) -> tuple[int, int] | None:
        """(width, height) in px that the reader can show at most; None when nobody looks."""
        return self._wanted

    def want(self, size: tuple[int, int] | None) -> None:
        """Say which size to deliver; None stops delivery and forgets the picture."""
        self._wanted = size
        if size is None:
            with self._lock:
                self._frame = None

    def put(self, frame: VideoFrame) -> None:
        """Store the newest picture; an unread older one is dropped and counted."""
        with self._lock:
            self.received += 1
            if self._frame is not None:
                self.dropped += 1
            self._frame = frame

    def take(self) -> VideoFrame | None:
        """The newest picture if there is one not yet taken, else None."""
        with self._lock:
            frame, self._frame = self._frame, None
            return frame


class FrameBoard:
    """Every stream's slot by stream id; a slot is made when first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[str, FrameSlot] = {}

    def slot(self, stream_id: str) -> FrameSlot:
        with self._lock:
            found = self._slots.get(stream_id)
            if found is None:
                found = self._slots[stream_id] = FrameSlot()
            return found

    def statistics(self) -> tuple[tuple[str, int, int], ...]:
        """(stream id, received, dropped) of every slot."""
        with self._lock:
            return tuple((name, slot.received, slot.dropped) for name, slot in self._slots.items())
