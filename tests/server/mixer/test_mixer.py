"""The mixer with real Opus, tick by tick, without a network."""

from collections.abc import Mapping

import numpy as np
import pytest

from tui_meet.media.audio.opus import OpusDecoder, OpusEncoder
from tui_meet.media.types import BLOCK_SAMPLES
from tui_meet.server.mixer.groups import ENCODER_LINGER_TICKS
from tui_meet.server.mixer.intake import AudioIntake
from tui_meet.server.mixer.mix import Block
from tui_meet.server.mixer.mixer import AudioMixer


class Person:
    """Speaks a tone when told to; decodes what it hears."""

    def __init__(self, mixer: AudioMixer, name: str, hertz: float = 0.0, publishing: bool = True) -> None:
        self.mixer = mixer
        self.name = name
        self.hertz = hertz
        self.heard: list[Block] = []
        self.times: list[int] = []
        self._encoder, self._decoder = OpusEncoder(), OpusDecoder()
        self._sent = 0
        if publishing:
            mixer.set_publishing(name, True)
        mixer.add(name, self._hear)

    def _hear(self, payload: bytes, timestamp: int) -> None:
        samples = self._decoder.decode(payload)
        assert samples is not None
        self.heard.append(samples)
        self.times.append(timestamp)

    def speak(self) -> None:
        t = (np.arange(BLOCK_SAMPLES) + self._sent * BLOCK_SAMPLES) / 48_000
        block = (np.sin(2 * np.pi * self.hertz * t) * 6_000).astype(np.int16)
        self.mixer.push(self.name, 7, self._sent % 65_536, self._sent * BLOCK_SAMPLES, self._encoder.encode(block))
        self._sent += 1

    def amplitude(self, hertz: float) -> float:
        sound = np.concatenate(self.heard[-25:]).astype(np.float64)
        t = np.arange(sound.size) / 48_000
        return float(2 * abs(np.mean(sound * np.exp(-2j * np.pi * hertz * t))))


def run(mixer: AudioMixer, people: list[Person], ticks: int) -> None:
    for _ in range(ticks):
        for person in people:
            person.speak()
        mixer.tick()


@pytest.fixture
def levels() -> list[Mapping[str, float]]:
    return []


@pytest.fixture
def mixer(levels: list[Mapping[str, float]]) -> AudioMixer:
    return AudioMixer(levels.append)


def test_encoders_are_shared_by_who_hears_the_same(mixer: AudioMixer, levels: list[Mapping[str, float]]) -> None:
    a, b = Person(mixer, "a", 500.0), Person(mixer, "b", 1_000.0)
    silent = [Person(mixer, name) for name in ("c", "d", "e", "f")]
    run(mixer, [], 5)
    assert mixer.mixes == 1, "nobody speaks: all share one"
    run(mixer, [a, b], 60)
    assert mixer.mixes == 3
    for person, hears in ((a, {1_000}), (b, {500}), *((s, {500, 1_000}) for s in silent)):
        for hertz in (500, 1_000):
            assert (person.amplitude(hertz) > 4_500) == (hertz in hears), (person.name, hertz)
            assert hertz in hears or person.amplitude(hertz) < 100
    assert levels[-1]["a"] > 0
    assert levels[-1]["c"] == 0
    run(mixer, [], 60 + ENCODER_LINGER_TICKS)
    assert mixer.mixes == 1
    assert mixer.encoders == 1, "unused encoders are let go"
    assert a.times == [n * BLOCK_SAMPLES for n in range(len(a.times))]
    told = len(levels)
    run(mixer, [], 100)
    assert len(levels) == told, "nothing new is not told"


def test_low_tones_go_through(mixer: AudioMixer) -> None:
    a, b = Person(mixer, "a", 50.0), Person(mixer, "b")
    run(mixer, [a], 60)
    assert b.amplitude(50) > 5_000, "a voice codec's filter for low tones would take them out"


def test_a_short_pause_keeps_the_encoders(mixer: AudioMixer) -> None:
    a, _ = Person(mixer, "a", 500.0), Person(mixer, "b")
    run(mixer, [a], 20)
    assert mixer.encoders == 2
    run(mixer, [], 30)
    run(mixer, [a], 20)
    assert (mixer.mixes, mixer.encoders) == (2, 2)


def test_mute_is_at_once_and_counts_what_it_drops(mixer: AudioMixer) -> None:
    a, b = Person(mixer, "a", 500.0), Person(mixer, "b")
    run(mixer, [a], 40)
    assert b.amplitude(500) > 4_500
    mixer.set_publishing("a", False)
    run(mixer, [a], 40)
    assert b.amplitude(500) < 5
    assert mixer.statistics()["a"]["audio_packets_dropped_muted"] == 40
    mixer.set_publishing("a", True)
    run(mixer, [a], 40)
    assert b.amplitude(500) > 4_500


def test_nobody_is_heard_before_it_is_said(mixer: AudioMixer) -> None:
    a, b = Person(mixer, "a", 500.0, publishing=False), Person(mixer, "b")
    run(mixer, [a], 40)
    assert b.amplitude(500) < 5
    mixer.set_publishing("a", True)
    run(mixer, [a], 40)
    assert b.amplitude(500) > 4_500
    mixer.remove("a")
    assert "a" not in mixer.statistics()
    mixer.add("a", None)
    run(mixer, [a], 40)
    assert b.amplitude(500) < 5, "a new call begins muted"


def test_personal_volumes_make_a_mix_of_their_own(mixer: AudioMixer) -> None:
    a, b, c, d = (Person(mixer, name, hertz) for name, hertz in (("a", 500.0), ("b", 1_000.0), ("c", 0.0), ("d", 0.0)))
    mixer.set_gains("c", {"a": 0.0, "b": 0.5})
    run(mixer, [a, b], 60)
    assert mixer.mixes == 4
    assert c.amplitude(500) < 100
    assert c.amplitude(1_000) == pytest.approx(d.amplitude(1_000) / 2, rel=0.1)
    mixer.set_gains("c", {})
    run(mixer, [a, b], 5)
    assert mixer.mixes == 3


def test_a_skipped_tick_moves_the_clock(mixer: AudioMixer) -> None:
    a = Person(mixer, "a")
    mixer.tick()
    mixer.skip(3)
    mixer.tick()
    assert a.times == [0, 4 * BLOCK_SAMPLES]


def packets(count: int) -> list[tuple[int, int, bytes]]:
    encoder = OpusEncoder()
    t = np.arange(BLOCK_SAMPLES)
    tone = (np.sin(2 * np.pi * 500 * t / 48_000) * 6_000).astype(np.int16)
    return [
        ((65_530 + n) % 65_536, (n * BLOCK_SAMPLES + 0xFFFF_F000) % (1 << 32), encoder.encode(tone))
        for n in range(count)
    ]


def test_packets_are_put_in_order_and_holes_keep_their_time() -> None:
    ordered, shuffled, holed = AudioIntake(), AudioIntake(), AudioIntake()
    sent = packets(9)
    for packet in sent:
        ordered.push(1, *packet)
    for n in (0, 2, 1, 3, 5, 4, 4, 8, 7, 6):
        shuffled.push(1, *sent[n])
    for n in (0, 1, 2, 4, 5, 6, 7, 8):
        holed.push(1, *sent[n])
    assert shuffled.ring.fill_ms == ordered.ring.fill_ms == holed.ring.fill_ms == 180
    for _ in range(9):
        first, second = ordered.read(), shuffled.read()
        assert first is not None
        assert second is not None
        assert np.array_equal(first, second)
    assert holed.lost == 1


def test_rubbish_is_silence_and_counted_and_a_new_stream_starts_anew() -> None:
    intake = AudioIntake()
    for n in range(5):
        intake.push(1, n, n * BLOCK_SAMPLES, b"\xff\x00\x01")
    assert intake.undecodable == 5
    block = intake.read()
    assert block is not None
    assert not block.any()
    for sequence, timestamp, payload in packets(3):
        intake.push(2, sequence, timestamp, payload)
    assert intake.ring.fill_ms == 60
