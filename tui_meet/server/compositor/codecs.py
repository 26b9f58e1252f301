"""Decoder of one camera and encoder of one composed picture, by libvpx and libx264. Everything here blocks."""

from __future__ import annotations  # av.Packet is generic in its stubs only

from fractions import Fraction

import numpy as np
from av import CodecContext, Packet, VideoFrame
from av.error import FFmpegError
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

from tui_meet.server.compositor.cost import Level
from tui_meet.server.sfu.assembler import EncodedFrame, is_keyframe

CLOCK = Fraction(1, 90_000)
KEYFRAME_EVERY = 900
"""pictures, a minute: whoever needs one earlier asks"""

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Y (h, w), U and V (h/2, w/2 rounded up): I420, video range."""


class CameraDecoder:
    """Decodes the pictures of one source in order; `needs_keyframe` after anything that could not be decoded.

    Attributes:
        decoded: pictures decoded.
        failed: pictures that could not be.
    """

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self._context = self._open()
        self.needs_keyframe = True
        self.decoded = 0
        self.failed = 0

    def decode(self, frame: EncodedFrame) -> Planes | None:
        """The picture, None when there is none. The planes are those of the decoder: to be read, not kept for long."""
        if self.needs_keyframe and not frame.keyframe:
            self.failed += 1
            return None
        packet: Packet[Stream] = Packet(frame.data)
        packet.pts = frame.timestamp
        packet.time_base = CLOCK
        try:
            pictures = self._context.decode(packet)
        except FFmpegError:
            self.failed += 1
            self.needs_keyframe = True
            self._context = self._open()
            return None
        self.needs_keyframe = False
        self.decoded += len(pictures)
        return _planes(pictures[-1]) if pictures else None

    def _open(self) -> VideoCodecContext:
        context = CodecContext.create("libvpx" if self.codec == "VP8" else "h264", "r")
        assert isinstance(context, VideoCodecContext)
        context.thread_count = 1
        return context


def _planes(picture: VideoFrame) -> Planes:
    if picture.format.name not in ("yuv420p", "yuvj420p"):
        picture = picture.reformat(format="yuv420p")
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in picture.planes
    )
    return y, u, v


class PictureEncoder:
    """Encodes one composed picture for everybody who gets it."""

    def __init__(self, codec: str, level: Level) -> None:
        self.codec = codec
        context = CodecContext.create("libvpx" if codec == "VP8" else "libx264", "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height = level.width, level.height
        context.pix_fmt = "yuv420p"
        context.time_base = CLOCK
        context.framerate = Fraction(round(level.pictures_per_second * 2), 2)
        context.bit_rate = level.bit_rate
        context.gop_size = KEYFRAME_EVERY
        context.thread_count = 1
        context.options = (
            # Screen content mode off, fastest deadline: see the bench's figures for what a step more would cost.
            {"deadline": "realtime", "cpu-used": "-10", "lag-in-frames": "0", "error-resilient": "0"}
            if codec == "VP8"
            else {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "level": "31"}
        )
        self._context = context

    def encode(self, canvas: NDArray[np.uint8], timestamp: int, keyframe: bool) -> EncodedFrame | None:
        """Encode an I420 picture, shape (1.5 h, w); `timestamp` at 90 kHz must rise."""
        frame = VideoFrame.from_ndarray(canvas, format="yuv420p")
        frame.pts = timestamp
        frame.time_base = CLOCK
        if keyframe:
            frame.pict_type = PictureType.I
        data = b"".join(bytes(packet) for packet in self._context.encode(frame))
        return EncodedFrame(self.codec, data, timestamp, is_keyframe(self.codec, data)) if data else None
