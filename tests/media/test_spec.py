from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.media.devices.patterns import BARS_RGB, PATTERNS, Bars, read_counter
from tui_meet.media.devices.spec import (
    PATTERN_NAMES,
    DefaultDevice,
    DeviceKind,
    DeviceSpec,
    FileDevice,
    NamedDevice,
    NoDevice,
    NumberedDevice,
    PatternDevice,
    ToneDevice,
    parse_spec,
)

KINDS: tuple[DeviceKind, ...] = ("microphone", "speaker", "camera")


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("microphone", "default", DefaultDevice()),
        ("speaker", " Default ", DefaultDevice()),
        ("camera", "none", NoDevice()),
        ("camera", "0", NumberedDevice(0)),
        ("speaker", "12", NumberedDevice(12)),
        ("microphone", "USB mic", NamedDevice("USB mic")),
        ("microphone", "file:/tmp/a b.wav", FileDevice("/tmp/a b.wav")),
        ("microphone", "file:a.wav?loop", FileDevice("a.wav", loop=True)),
        ("camera", "file:C:\\a.mp4?loop", FileDevice("C:\\a.mp4", loop=True)),
        ("speaker", "file:out.wav", FileDevice("out.wav")),
        ("microphone", "tone:440", ToneDevice(440.0)),
        ("microphone", "tone:261.6", ToneDevice(261.6)),
        ("camera", "pattern", PatternDevice()),
        ("camera", "pattern:waves", PatternDevice("waves")),
        ("camera", "pattern@320x181", PatternDevice("bars", 320, 180)),
        ("camera", "pattern:orbit@160x90", PatternDevice("orbit", 160, 90)),
        ("camera", "patterned webcam", NamedDevice("patterned webcam")),
    ],
)
def test_a_spec_means_one_device(kind: DeviceKind, text: str, meant: DeviceSpec) -> None:
    assert parse_spec(kind, text) == meant


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (
            "camera",
            "tone:440",
            "camera cannot be tone:440; use default, a number or name, file:PATH, pattern or none",
        ),
        ("speaker", "pattern", "speaker cannot be pattern; use default, a number or name, file:PATH or none"),
        ("microphone", "tone:loud", "microphone cannot be tone:loud; use tone:HZ with 20 to 20000 Hz"),
        ("microphone", "tone:5", "microphone cannot be tone:5; use tone:HZ with 20 to 20000 Hz"),
        ("microphone", "", "microphone cannot be empty; use default, a number or name, file:PATH, tone:HZ or none"),
        ("camera", "file:", "camera file: names no file; use file:PATH"),
        ("speaker", "file:a.wav?loop", "speaker cannot be a looped file; use file:PATH to record to it"),
        ("camera", "pattern:sea", f"camera has no pattern sea; use one of {', '.join(PATTERN_NAMES)}"),
        ("camera", "pattern@8x8", "camera cannot be pattern@8x8; use a size from 64x36 to 1920x1920"),
        ("camera", "pattern:", "camera cannot be pattern:; use pattern, pattern:NAME or pattern:NAME@WIDTHxHEIGHT"),
    ],
)
def test_a_wrong_spec_is_one_sentence(kind: DeviceKind, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        parse_spec(kind, text)
    assert str(caught.value) == sentence


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_any_text_is_a_spec_or_a_value_error(kind: DeviceKind, text: str) -> None:
    problem = ""
    try:
        parse_spec(kind, text)
    except ValueError as error:
        problem = str(error)
    assert problem == "" or problem.startswith(kind)


def test_every_pattern_is_drawn_moves_and_differs() -> None:
    assert tuple(PATTERNS) == PATTERN_NAMES
    firsts = {}
    for name, pattern in PATTERNS.items():
        made = pattern(160, 90)
        first, later = made.draw(0), made.draw(20)
        assert first.shape == (90, 160, 3)
        assert first.dtype == np.uint8
        assert not np.array_equal(first, later), name
        assert np.array_equal(pattern(160, 90).draw(20), later), name
        firsts[name] = first.astype(int)
    for one, other in [(a, b) for a in firsts for b in firsts if a < b]:
        assert np.abs(firsts[one] - firsts[other]).mean() > 10, (one, other)


@pytest.mark.parametrize("size", [(640, 360), (320, 180), (64, 36)])
@pytest.mark.parametrize("number", [0, 1, 0x5A3C, 0xFFFF])
def test_bars_show_eight_colours_and_their_number(size: tuple[int, int], number: int) -> None:
    picture = Bars(*size).draw(number)[:, :, ::-1]
    columns = [int((bar + 0.5) * size[0] / 8) for bar in range(8)]
    assert [tuple(picture[size[1] // 3, column]) for column in columns] == list(BARS_RGB)
    assert read_counter(picture) == number
