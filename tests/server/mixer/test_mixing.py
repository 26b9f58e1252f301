"""The pure parts of mixing: sums, levels, who is loud, rings, which mixes are the same, the tick."""

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.patience import PATIENCE
from tui_meet.media.types import BLOCK_SAMPLES
from tui_meet.server.mixer.clock import TickClock, run_ticks
from tui_meet.server.mixer.groups import COMMON, MixKey, mix_key, normalised_gains
from tui_meet.server.mixer.mix import KNEE, SILENCE, Block, add_up, limited, without
from tui_meet.server.mixer.ring import MAX_MS, TARGET_MS, SampleRing
from tui_meet.server.mixer.speaker import VoiceActivity

blocks = hnp.arrays(np.int16, BLOCK_SAMPLES)


def tone(hertz: float = 440.0, amplitude: float = 10_000.0) -> Block:
    return (np.sin(2 * np.pi * hertz * np.arange(BLOCK_SAMPLES) / 48_000) * amplitude).astype(np.int16)


@given(st.lists(blocks, max_size=5))
def test_the_sum_less_one_is_the_sum_of_the_others_and_never_overflows(voices: list[Block]) -> None:
    total = add_up((voice, 1.0) for voice in voices)
    for index, voice in enumerate(voices):
        others = add_up((other, 1.0) for n, other in enumerate(voices) if n != index)
        assert np.array_equal(without(total, voice), others)
    mixed = limited(total)
    assert mixed.dtype == np.int16
    assert np.all((np.sign(mixed) == np.sign(total)) | (np.abs(total) < 1))
    quiet = np.abs(total) <= KNEE
    assert np.array_equal(mixed[quiet], total[quiet].astype(np.int16))


def test_loud_sums_bend_monotonously_below_full_scale() -> None:
    ramp = np.linspace(-200_000, 200_000, BLOCK_SAMPLES).astype(np.float32)
    bent = limited(ramp).astype(np.int32)
    assert np.all(np.diff(bent) >= 0)
    assert abs(bent).max() <= 32_767


def test_gains_scale_and_zero_silences() -> None:
    assert np.array_equal(limited(add_up([(tone(), 0.0)])), SILENCE)
    assert np.allclose(limited(add_up([(tone(), 0.5)])), tone() / 2, atol=1)


def test_speaking_has_attack_and_hangover_and_onsets_are_mixed_from_the_first_block() -> None:
    voice = VoiceActivity()
    seen = []
    for dbfs in (-20.0, -20.0, *[-100.0] * 20, *[-100.0] * 40):
        voice.update(dbfs)
        seen.append((voice.contributes, voice.speaking, voice.level > 0))
    assert not VoiceActivity().contributes
    assert seen[0] == (True, False, False), "in the mix at once; one block alone is a click"
    assert seen[1] == (True, True, True)
    assert seen[20][:2] == (True, True), "a pause between words; the shown level falls meanwhile"
    assert seen[21] == (True, False, False), "silent, still in the mix"
    assert seen[-1] == (False, False, False)


def test_room_noise_is_mixed_but_does_not_count_as_speaking() -> None:
    voice = VoiceActivity()
    for _ in range(100):
        voice.update(-55.0)
    assert voice.contributes
    assert not voice.speaking


def test_a_ring_gathers_first_runs_dry_and_gathers_again() -> None:
    ring = SampleRing()
    ring.write(tone())
    assert ring.read() is None
    ring.write(tone())
    for _ in range(2):
        block = ring.read()
        assert block is not None
        assert np.array_equal(block, tone())
    assert ring.read() is None
    assert ring.underruns == 1
    ring.write(tone())
    assert ring.read() is None


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 6_000)), max_size=80))
def test_a_ring_is_bounded_and_loses_nothing_it_does_not_count(steps: list[tuple[bool, int]]) -> None:
    ring = SampleRing()
    written = read = 0
    for writes, count in steps:
        if writes:
            ring.write(np.full(count, 1_000, np.int16))
            written += count
        elif (block := ring.read()) is not None:
            assert block.shape == (BLOCK_SAMPLES,)
            read += int(np.count_nonzero(block))
        assert ring.fill_ms <= MAX_MS
    assert written == read + round((ring.dropped_ms + ring.trimmed_ms + ring.fill_ms) * 48)


def test_a_ring_that_fills_up_is_brought_back_through_quiet_blocks() -> None:
    ring = SampleRing()
    for _ in range(9):
        ring.write(SILENCE)
    for _ in range(20):
        ring.write(SILENCE)
        ring.read()
    assert ring.fill_ms <= TARGET_MS + 80
    assert ring.dropped_ms == 0
    assert ring.trimmed_ms > 0


def test_silent_listeners_share_a_mix_and_speakers_have_their_own() -> None:
    everyone = {"a", "b", "c", "d"}
    keys = {who: mix_key(who, frozenset(), {"a"}, everyone) for who in everyone}
    assert keys == {"a": MixKey("a", frozenset()), "b": COMMON, "c": COMMON, "d": COMMON}
    gains = normalised_gains("c", {"a": 0.5, "b": 1.0, "c": 0.0, "gone": 0.2, "d": 9.0})
    assert gains == {("a", 0.5), ("gone", 0.2), ("d", 2.0)}
    assert mix_key("c", gains, {"a"}, everyone) == MixKey(None, frozenset({("a", 0.5), ("d", 2.0)}))
    waiting = [
        mix_key(w, normalised_gains(w, dict.fromkeys(everyone | {"v", "w"}, 0.0)), {"a"}, everyone) for w in "vw"
    ]
    assert waiting[0] == waiting[1], "all who wait outside hear the same silence"


def test_the_tick_keeps_to_its_deadlines_and_catches_up_only_a_little() -> None:
    clock = TickClock(100.0)
    assert clock.due(99.99) == (0, 0)
    assert clock.due(100.0) == (0, 1)
    assert clock.due(100.019) == (0, 0)
    assert clock.due(100.0605) == (0, 3)
    assert clock.late == 2
    assert clock.due(101.0) == (42, 5)
    assert clock.skipped == 42
    assert clock.deadline == pytest.approx(101.02)


@given(st.lists(st.floats(0.0, 0.3), max_size=200))
def test_no_tick_is_lost_uncounted(steps: list[float]) -> None:
    clock = TickClock(0.0)
    now, done = 0.0, 0
    for step in steps:
        now += step
        skipped, due = clock.due(now)
        assert due <= 5
        done += skipped + due
        assert clock.deadline > now - 1e-4
    assert done == 0 or abs(done - (now / 0.02 + 1)) < 1.001


async def test_ticks_run_on_time_and_skip_after_a_stall() -> None:
    now = 100.0
    stalls = iter([0.0, 0.001, 0.0, 0.045, 0.0, 0.3, 0.0])
    ticks: list[float] = []
    skips: list[tuple[float, int]] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        try:
            now += seconds + next(stalls)
        except StopIteration:
            raise asyncio.CancelledError from None

    with pytest.raises(asyncio.CancelledError):
        await run_ticks(
            TickClock(now),
            lambda: ticks.append(round(now, 3)),
            lambda count: skips.append((round(now, 3), count)),
            now=lambda: now,
            sleep=sleep,
        )
    assert ticks == [100.0, 100.021, 100.04, *[100.105] * 3, 100.12, *[100.44] * 5, 100.46]
    assert skips == [(100.44, 11)]


async def test_ticks_follow_the_time_of_the_loop() -> None:
    loop = asyncio.get_running_loop()
    clock = TickClock(loop.time())
    ticks, skipped = 0, 0
    reached = asyncio.Event()

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks == 10:
            reached.set()

    def skip(count: int) -> None:
        nonlocal skipped
        skipped += count

    task = asyncio.create_task(run_ticks(clock, tick, skip))
    await asyncio.wait_for(reached.wait(), PATIENCE)
    assert ticks + skipped >= 10
    assert clock.deadline > loop.time() - 0.02 * (clock.late + 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
