"""What our devices put on the wire: tracks that aiortc reads, filled from the devices' threads.

Both hold little and let the oldest go: sound 100 ms, pictures only the newest.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from tui_meet.media.audio.opus import TIME_BASE, OpusEncoder
from tui_meet.media.types import BLOCK_SAMPLES

VIDEO_CLOCK_RATE = 90_000
"""Hz, RFC 3551."""
VIDEO_CLOCK = Fraction(1, VIDEO_CLOCK_RATE)

MOST_BLOCKS = 5
"""Blocks of sound that may wait for the encoder: 100 ms."""


class _Wake:
    """Lets a device's thread wake a coroutine of the media loop; harmless once that loop is gone."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def set(self) -> None:
        # A device may deliver once more while the plane closes; then nobody waits any longer.
        if not self._loop.is_closed():
            try:
                self._loop.call_soon_threadsafe(self._event.set)
            except RuntimeError:
                return

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


class MicrophoneTrack(MediaStreamTrack):
    """Sends every block put; made on the media loop."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._blocks: deque[npt.NDArray[np.int16]] = deque()
        self._lock = threading.Lock()
        self._wake = _Wake()
        self._encoder = OpusEncoder()
        self.sent = 0
        """Packets handed to the wire, 20 ms each."""
        self.reading = threading.Event()
        """Set once packets go out."""
        self.dropped = 0
        """Blocks that waited too long."""

    def put(self, samples: npt.NDArray[np.int16]) -> None:
        """Queue one block, from the microphone's thread; before anybody reads, it is let go."""
        if not self.reading.is_set():
            return
        with self._lock:
            if len(self._blocks) == MOST_BLOCKS:
                self._blocks.popleft()
                self.dropped += 1
            self._blocks.append(samples)
        self._wake.set()

    async def recv(self) -> av.Packet[Any]:
        """The next 20 ms as Opus; waits for the microphone."""
        self.reading.set()
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            with self._lock:
                samples = self._blocks.popleft() if self._blocks else None
            if samples is not None:
                break
            await self._wake.wait()
        packet = av.Packet(self._encoder.encode(samples))
        packet.pts = self.sent * BLOCK_SAMPLES
        packet.time_base = TIME_BASE
        self.sent += 1
        return packet

    def stop(self) -> None:
        super().stop()
        self._wake.set()


class PictureTrack(MediaStreamTrack):
    """Sends the newest picture put; while none is put, as with the camera off, nothing; made on the media loop."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: tuple[npt.NDArray[np.uint8], float] | None = None
        self._wake = _Wake()
        self._origin = time.monotonic()
        self._key_next = True
        self._on = True
        self.dropped = 0
        """Pictures overwritten before they were encoded."""

    def put(self, picture: npt.NDArray[np.uint8], at: float) -> None:
        """Offer a (height, width, 3) BGR picture captured at `at` (monotonic s), from its source's thread."""
        with self._lock:
            if not self._on:
                return
            if self._newest is not None:
                self.dropped += 1
            self._newest = (picture, at)
        self._wake.set()

    def pause(self) -> None:
        """Forget what waits; the next picture will be a keyframe."""
        with self._lock:
            self._newest = None
            self._key_next = True

    def set_on(self, on: bool) -> None:
        """Take pictures or none; once this has returned for False, no earlier picture goes out either."""
        with self._lock:
            self._on = on
            if not on:
                self._newest = None
                self._key_next = True

    async def recv(self) -> av.VideoFrame:
        """The newest picture as yuv420p; waits for one."""
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            with self._lock:
                newest, self._newest = self._newest, None
                key = self._key_next and newest is not None
                if key:
                    self._key_next = False
            if newest is not None:
                break
            await self._wake.wait()
        picture, at = newest
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.time_base = VIDEO_CLOCK
        frame.pts = max(0, round((at - self._origin) * VIDEO_CLOCK_RATE))
        if key:
            frame.pict_type = av.video.frame.PictureType.I
        return frame

    def stop(self) -> None:
        super().stop()
        self._wake.set()
