"""The codec: what goes in comes out, low tones too, and what is no Opus is said to be none."""

from __future__ import annotations

import numpy as np
import pytest

from tui_meet.media.audio.opus import OpusDecoder, OpusEncoder
from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE


@pytest.mark.parametrize("hertz", [50, 100, 440, 3_000, 12_000])
def test_a_tone_keeps_its_loudness(hertz: int) -> None:
    t = np.arange(50 * BLOCK_SAMPLES) / SAMPLE_RATE
    sound = (8_000 * np.sin(2 * np.pi * hertz * t)).astype(np.int16)
    encoder, decoder = OpusEncoder(), OpusDecoder()
    out = [decoder.decode(encoder.encode(block)) for block in sound.reshape(-1, BLOCK_SAMPLES)]
    heard = np.concatenate([block for block in out if block is not None])
    assert heard.size == sound.size
    settled = heard[SAMPLE_RATE // 2 :].astype(np.float64)
    loudness = 2 * abs(np.mean(settled * np.exp(-2j * np.pi * hertz * t[: settled.size])))
    assert loudness == pytest.approx(8_000, rel=0.15)


@pytest.mark.parametrize("packet", [b"", b"\xff\x00\x01"])
def test_what_is_no_opus(packet: bytes) -> None:
    assert OpusDecoder().decode(packet) is None
