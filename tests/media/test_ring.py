from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.media.audio.meter import SILENCE_DBFS, Meter, dbfs
from tui_meet.media.audio.ring import TRIM_SAMPLES, JitterRing
from tui_meet.media.types import SAMPLE_RATE

BLOCK = 960


def block(start: int, count: int = BLOCK) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """A rising ramp of positive samples."""
    return (np.arange(start, start + count) % 32_000 + 1).astype(np.int16)


STEPS = st.lists(st.tuples(st.sampled_from(["push", "pull"]), st.integers(0, 1500)), max_size=80)


@given(steps=STEPS)
def test_never_grows_keeps_order_and_loses_nothing_uncounted(steps: list[tuple[str, int]]) -> None:
    ring = JitterRing(target=500, capacity=2000)
    pushed = pulled = 0
    heard: list[int] = []
    for what, count in steps:
        if what == "push":
            if pushed + count > 32_000:
                continue
            ring.push(block(pushed, count))
            pushed += count
        else:
            out = ring.pull(count)
            assert out.shape == (count,)
            sound = out[out > 0].tolist()
            heard += sound
            pulled += len(sound)
        assert 0 <= ring.fill <= ring.capacity
        assert pushed == pulled + ring.fill + ring.overflowed + ring.trimmed
    assert heard == sorted(heard)


def test_waits_for_its_target_then_plays() -> None:
    ring = JitterRing(target=2 * BLOCK, capacity=10 * BLOCK)
    ring.push(block(0))
    assert not ring.pull(BLOCK).any()
    ring.push(block(BLOCK))
    assert np.array_equal(ring.pull(BLOCK), block(0))
    assert ring.underruns == 0


def test_running_dry_is_silence_and_counted_once() -> None:
    ring = JitterRing(target=BLOCK, capacity=10 * BLOCK)
    ring.push(block(0))
    ring.pull(BLOCK // 2)
    out = ring.pull(BLOCK)
    assert np.array_equal(out[: BLOCK // 2], block(0)[BLOCK // 2 :])
    assert not out[BLOCK // 2 :].any()
    ring.pull(BLOCK)
    assert (ring.underruns, ring.silence) == (1, BLOCK // 2)


def test_overflow_drops_the_oldest() -> None:
    ring = JitterRing(target=BLOCK, capacity=3 * BLOCK)
    for number in range(5):
        ring.push(block(number * BLOCK))
    assert ring.overflowed == 2 * BLOCK
    assert np.array_equal(ring.pull(BLOCK), block(2 * BLOCK))


def test_too_much_waiting_is_trimmed_smoothly_back_to_the_target() -> None:
    ring = JitterRing()
    tone = (8000 * np.sin(2 * np.pi * 200 * np.arange(8 * SAMPLE_RATE) / SAMPLE_RATE)).astype(np.int16)
    place = 0

    def push(count: int) -> None:
        nonlocal place
        ring.push(tone[place : place + count])
        place += count

    push(8 * BLOCK)
    out = []
    for _ in range(250):
        push(BLOCK)
        out.append(ring.pull(BLOCK))
    assert ring.fill <= ring.target + 2 * BLOCK
    assert ring.trimmed > 0
    assert ring.trimmed % TRIM_SAMPLES == 0
    assert ring.overflowed == 0
    # A sample of the tone differs from the next by 209 at most; a hard cut would jump by thousands.
    assert np.abs(np.diff(np.concatenate(out).astype(int))).max() < 600


@pytest.mark.parametrize(
    ("samples", "level"),
    [
        (np.zeros(960, np.int16), SILENCE_DBFS),
        (np.zeros(0, np.int16), SILENCE_DBFS),
        (np.full(960, -32768, np.int16), 0.0),
        (np.full(960, 3277, np.int16), -20.0),
        ((32767 * np.sin(np.arange(960) * 2 * np.pi / 96)).astype(np.int16), -3.01),
    ],
)
def test_dbfs(samples: np.ndarray[tuple[int], np.dtype[np.int16]], level: float) -> None:
    assert dbfs(samples) == pytest.approx(level, abs=0.05)


def test_a_meter_keeps_the_loudest_since_the_last_look() -> None:
    meter = Meter()
    meter.add(np.full(960, 3277, np.int16))
    meter.add(np.zeros(960, np.int16))
    assert meter.take() == pytest.approx(-20, abs=0.05)
    assert meter.take() == SILENCE_DBFS
