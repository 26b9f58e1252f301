"""Where the stage gets its pictures from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from tui_meet.media.slots import SELF_STREAM, FrameBoard, FrameSlot
from tui_meet.media.types import VideoFrame


class MirroredSlot(FrameSlot):
    """One's own preview as a mirror shows it; everything but `take` is the other slot's."""

    def __init__(self, slot: FrameSlot) -> None:
        super().__init__()
        self._slot = slot

    @property
    def wanted(self) -> tuple[int, int] | None:
        return self._slot.wanted

    def want(self, size: tuple[int, int] | None) -> None:
        self._slot.want(size)

    def take(self) -> VideoFrame | None:
        frame = self._slot.take()
        if frame is None:
            return None
        flipped = np.ascontiguousarray(frame.pixels[:, ::-1])
        return VideoFrame(flipped, frame.source_width, frame.source_height, frame.captured_at)


class Pictures:
    """The slots of a board that comes when the media plane is there; the same object for the same stream."""

    def __init__(self, board: Callable[[], FrameBoard | None]) -> None:
        self._board = board
        self._mirror: MirroredSlot | None = None
        self._mirrored: FrameSlot | None = None

    def of(self, streams: Iterable[str]) -> dict[str, FrameSlot]:
        """Slots by stream id; nothing before there is a board."""
        board = self._board()
        if board is None:
            return {}
        slots = {stream: board.slot(stream) for stream in streams if stream}
        own = slots.get(SELF_STREAM)
        if own is not None:
            if self._mirror is None or self._mirrored is not own:
                self._mirror, self._mirrored = MirroredSlot(own), own
            slots[SELF_STREAM] = self._mirror
        return slots
