"""The still picture a browser gets while nobody is to be seen: dark grey, 320x180, one keyframe, made once."""

from fractions import Fraction
from functools import cache

import numpy as np
from av import CodecContext, VideoFrame
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT = 320, 180
"""px"""
GREY = 24
"""of 255"""


def _encoder(codec: str) -> VideoCodecContext:
    context = CodecContext.create("libvpx" if codec == "VP8" else "libx264", "w")
    assert isinstance(context, VideoCodecContext)
    return context


@cache
def still_picture(codec: str) -> bytes:
    """One encoded keyframe in `codec`, `VP8` or `H264`. Takes some milliseconds the first time."""
    context = _encoder(codec)
    context.width, context.height = WIDTH, HEIGHT
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, 15)
    context.bit_rate = 200_000
    context.options = (
        {"deadline": "realtime", "lag-in-frames": "0"}
        if codec == "VP8"
        else {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "level": "31"}
    )
    frame = VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), GREY, np.uint8), format="rgb24").reformat(
        format="yuv420p"
    )
    frame.pts = 0
    frame.time_base = context.time_base
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
