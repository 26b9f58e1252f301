"""The newest picture of the slides as JPEG, for those who fetch it. Decoded in a worker thread, one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from fractions import Fraction

from av import CodecContext, Packet, VideoFrame
from av.error import FFmpegError
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from tui_meet.server.sfu.assembler import EncodedFrame

logger = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""A still that is older than this is made anew when it is asked for."""
ASKED_SECONDS = 5.0
"""For so long after it was asked for, every new keyframe becomes a still."""
JPEG_SCALE = 3
"""Quantiser of the JPEG encoder, 1 (best) to 31."""
CLOCK = Fraction(1, 90_000)


def jpeg_of(frame: EncodedFrame) -> bytes | None:
    """Decode one keyframe and encode it as JPEG in its own size; None for what cannot be decoded. Blocks (~20 ms)."""
    decoder = CodecContext.create("libvpx" if frame.codec == "VP8" else "h264", "r")
    packet: Packet[Stream] = Packet(frame.data)
    packet.pts = 0
    packet.time_base = CLOCK
    try:
        pictures = [*decoder.decode(packet), *decoder.decode(None)]
    except FFmpegError:
        return None
    if not pictures or not isinstance(picture := pictures[0], VideoFrame):
        return None
    encoder = CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = picture.width, picture.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = CLOCK
    encoder.qmin = encoder.qmax = JPEG_SCALE
    full_range = picture.reformat(format="yuvj420p")
    full_range.pts = 0
    full_range.time_base = CLOCK
    return b"".join(bytes(packet) for packet in [*encoder.encode(full_range), *encoder.encode(None)]) or None


class Stills:
    """Makes stills of one stream at a time. Everything but the decoding runs on the event loop.

    Attributes:
        made: stills made.
        skipped: keyframes that were not decoded because a newer one was there.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        """`ask` is called when a keyframe is wanted."""
        self._ask = ask
        self._jpeg: bytes | None = None
        self._made_at = float("-inf")
        self._asked_at = float("-inf")
        self._next: EncodedFrame | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream = 0
        self.made = 0
        self.skipped = 0

    def newest(self) -> bytes | None:
        """The newest still; asks for a keyframe when it is older than a second."""
        now = asyncio.get_running_loop().time()
        self._asked_at = now
        if now - self._made_at > FRESH_SECONDS:
            self._ask()
        return self._jpeg

    def keyframe(self, frame: EncodedFrame) -> None:
        """A keyframe of the stream has come: the first becomes a still, later ones while somebody asks for stills."""
        now = asyncio.get_running_loop().time()
        wanted = self._jpeg is None or now - self._asked_at <= ASKED_SECONDS
        if not wanted or (self._jpeg is not None and now - self._made_at < FRESH_SECONDS / 2):
            return
        self.skipped += self._next is not None
        self._next = frame
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="still of the slides")

    def restart(self) -> None:
        """Another stream, or none: the stills so far are over."""
        self._stream += 1
        self._jpeg = None
        self._next = None
        self._made_at = float("-inf")

    async def aclose(self) -> None:
        """Wait until nothing is decoded any more."""
        self._next = None
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while (frame := self._next) is not None:
                self._next = None
                stream = self._stream
                jpeg = await asyncio.to_thread(jpeg_of, frame)
                if jpeg is not None and stream == self._stream:
                    self._jpeg = jpeg
                    self._made_at = asyncio.get_running_loop().time()
                    self.made += 1
        finally:
            self._task = None
