"""What arrives: pictures are scaled off the loop for whoever looks, sound goes into the speaker's ring."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.video.reformatter import VideoReformatter

from tui_meet.media.audio.ring import Samples
from tui_meet.media.slots import FrameSlot
from tui_meet.media.types import SAMPLE_RATE, FirstPicture, VideoFrame


def fit_inside(width: int, height: int, wanted: tuple[int, int]) -> tuple[int, int]:
    """The largest (width, height) in px with the picture's shape inside `wanted`, up or down; at least 1x1."""
    scale = min(wanted[0] / width, wanted[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


class PictureReception:
    """One stream of pictures, from track to slot. At most one is scaled at a time and one waits, the newest."""

    def __init__(
        self,
        stream_id: str,
        track: MediaStreamTrack,
        slot: FrameSlot,
        pool: Executor,
        tell: Callable[[FirstPicture], None],
    ) -> None:
        self._stream_id = stream_id
        self._track = track
        self._slot = slot
        self._pool = pool
        self._tell = tell
        self._reformatter = VideoReformatter()
        self._waiting: tuple[av.VideoFrame, float] | None = None
        self._scaling: asyncio.Future[None] | None = None
        self._open = True
        self._told = False
        self.decoded = 0
        """Pictures decoded in this call."""
        self.skipped = 0
        """Pictures that were overtaken by newer ones before they could be scaled."""

    def set_open(self, on: bool) -> None:
        """Deliver, or let go what comes. The first picture after closing and opening is told anew."""
        if on and not self._open:
            self._told = False
        self._open = on
        if not on:
            self._waiting = None
            self._slot.take()

    async def run(self) -> None:
        """Receive until the track ends."""
        while True:
            try:
                frame = await self._track.recv()
            except MediaStreamError:
                return
            if not isinstance(frame, av.VideoFrame) or not self._open:
                continue
            now = time.monotonic()
            self.decoded += 1
            if not self._told:
                self._told = True
                self._tell(FirstPicture(self._stream_id, frame.width, frame.height))
            if self._slot.wanted is None:
                continue
            if self._waiting is not None:
                self.skipped += 1
            self._waiting = (frame, now)
            self._scale_next()

    def _scale_next(self) -> None:
        if self._scaling is not None or self._waiting is None:
            return
        (frame, at), self._waiting = self._waiting, None
        self._scaling = asyncio.get_running_loop().run_in_executor(self._pool, self._scale, frame, at)
        self._scaling.add_done_callback(self._scaled)

    def _scaled(self, done: asyncio.Future[None]) -> None:
        self._scaling = None
        if not done.cancelled():
            done.result()
            self._scale_next()

    def _scale(self, frame: av.VideoFrame, at: float) -> None:
        wanted = self._slot.wanted
        if wanted is None:
            return
        width, height = fit_inside(frame.width, frame.height, wanted)
        scaled = self._reformatter.reformat(frame, width, height, "rgb24", interpolation="AREA", threads=1)
        pixels = np.ascontiguousarray(scaled.to_ndarray(), dtype=np.uint8)
        if not self._open:
            return
        self._slot.put(VideoFrame(pixels, frame.width, frame.height, at))


class SoundReception:
    """The meeting's sound, from track to ring."""

    def __init__(self, track: MediaStreamTrack, push: Callable[[Samples], None]) -> None:
        self._track = track
        self._push = push
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        self.blocks = 0
        """Blocks received in this call."""

    async def run(self) -> None:
        """Receive until the track ends."""
        while True:
            try:
                frame = await self._track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.AudioFrame):
                self.blocks += 1
                self._push(self._mono(frame))

    def _mono(self, frame: av.AudioFrame) -> Samples:
        samples = frame.to_ndarray()
        if frame.sample_rate == SAMPLE_RATE and frame.format.name == "s16":
            channels = frame.layout.nb_channels
            interleaved = samples.reshape(-1, channels)
            if channels == 1:
                return np.asarray(interleaved[:, 0], dtype=np.int16)
            return np.asarray(interleaved.sum(axis=1, dtype=np.int32) // channels, dtype=np.int16)
        pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
