"""The demo's people: the play keeps its promises whatever the moderator does, and the voices take turns."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_meet.cli import demo_play as play
from tui_meet.cli import demo_script as script
from tui_meet.cli import demo_voices as voices
from tui_meet.core.registry import find

NAMES = [actor.name for actor in script.CAST]


class Room:
    """A meeting room as far as the play needs one: open, or people wait until admitted."""

    def __init__(self, *, knock_after: float = 5.0) -> None:
        self.now = 0.0
        self.play = play.Play(0.0)
        self.knock_after = knock_after
        self.inside: set[str] = set()
        self.waiting: set[str] = set()
        self.said: list[tuple[float, str, str]] = []
        self.hands: set[str] = set()

    def tell(self, fact: play.Fact) -> None:
        queue = [fact]
        while queue:
            for act in self.play.handle(queue.pop(0), self.now):
                match act:
                    case play.Come():
                        assert act.who not in self.inside | self.waiting, "nobody comes twice"
                        if self.now < self.knock_after:
                            self.inside.add(act.who)
                            queue.append(play.Entered(act.who))
                        else:
                            self.waiting.add(act.who)
                            queue.append(play.Knocking(act.who))
                    case play.Go():
                        self.inside.remove(act.who)
                        queue.append(play.Gone(act.who))
                    case play.Run():
                        assert act.who in self.inside, "only those present do something"
                        assert find(act.line) is not None, act.line
                        if act.line.startswith("hand"):
                            (self.hands.add if act.line == "hand up" else self.hands.discard)(act.who)
                        else:
                            self.said.append((self.now, act.who, act.line))

    def until(self, time: float) -> None:
        while self.play.next_timer() <= time:
            self.now = max(self.now, self.play.next_timer())
            self.tell(play.Due())
        self.now = time

    def admit(self, who: str) -> None:
        self.waiting.remove(who)
        self.inside.add(who)
        self.tell(play.Entered(who))

    def drop(self, who: str) -> None:
        self.inside.discard(who)
        self.waiting.discard(who)
        self.hands.discard(who)
        self.tell(play.Gone(who))


def test_it_is_lively_within_three_seconds() -> None:
    room = Room()
    room.until(3.0)
    assert len(room.inside) == 5
    assert room.said


def test_the_first_half_minute_shows_a_hand_and_somebody_waiting() -> None:
    room = Room()
    room.until(12.0)
    assert room.hands == {"Katherine"}
    assert room.waiting == {"Radia"}
    assert len(room.said) >= 3


def test_who_is_thrown_out_knocks_again_after_twenty_seconds() -> None:
    room = Room()
    room.until(10.0)
    room.drop("Alan")
    room.until(29.0)
    assert "Alan" not in room.waiting
    room.until(31.0)
    assert "Alan" in room.waiting
    room.admit("Alan")
    room.until(34.0)
    assert any(who == "Alan" and script.BACK in line for _at, who, line in room.said)


@pytest.mark.parametrize("admitted", [True, False])
def test_another_newcomer_knocks_a_while_after_the_first(admitted: bool) -> None:
    room = Room()
    room.until(10.0)
    if admitted:
        room.admit("Radia")
    else:
        room.drop("Radia")
    room.until(10.0 + play.NEXT_KNOCK + 1.0)
    assert room.waiting == ({"Margaret"} if admitted else {"Radia"})


def test_when_all_are_there_one_leaves_so_that_somebody_knocks_again() -> None:
    room = Room()
    room.until(10.0)
    room.admit("Radia")
    room.until(60.0)
    room.admit("Margaret")
    room.until(200.0)
    assert any(script.LEAVING in line for _at, _who, line in room.said)
    assert room.waiting


def test_one_who_is_muted_complains_once_and_thanks_when_unmuted() -> None:
    room = Room()
    room.until(10.0)
    for _twice in range(2):
        room.tell(play.Silenced("Ada", True))
    room.until(15.0)
    assert [line for _at, who, line in room.said if line == f"say {script.BY_NAME['Ada'].complaint}"] != []
    room.tell(play.Silenced("Ada", False))
    room.until(20.0)
    lines = [line for _at, who, line in room.said if who == "Ada"]
    assert lines.count(f"say {script.BY_NAME['Ada'].complaint}") == 1
    assert lines.count(f"say {script.UNMUTED}") == 1


def test_of_all_who_are_muted_together_one_speaks() -> None:
    room = Room()
    room.until(10.0)
    before = len(room.said)
    for who in sorted(room.inside):
        room.tell(play.Silenced(who, True))
    room.until(12.0)
    complaints = [line for _at, _who, line in room.said[before:] if "mute" in line.lower()]
    assert complaints == [f"say {script.ALL_MUTED}"]


def test_answers_to_private_and_public_lines_come_from_those_present() -> None:
    room = Room()
    room.until(10.0)
    room.tell(play.PrivateLine("Grace", "0b5e-uuid", "Hello Grace"))
    room.tell(play.PublicLine("hello all"))
    room.until(12.0)
    assert any(who == "Grace" and line.startswith("dm 0b5e-uuid Hello!") for _at, who, line in room.said)
    assert any(line == "say Hello, and welcome!" for _at, _who, line in room.said)


def test_a_lowered_hand_says_thanks_and_another_goes_up_later() -> None:
    room = Room()
    room.until(10.0)
    room.hands.discard("Katherine")
    room.tell(play.HandLowered("Katherine"))
    room.until(10.0 + play.HAND_STAYS + play.NEXT_HAND)
    assert any(who == "Katherine" and "Thank you" in line for _at, who, line in room.said)
    assert room.hands == {"Ada"}


_WHO = st.sampled_from([*NAMES, "a stranger"])
_FACTS = st.one_of(
    st.builds(play.Entered, _WHO),
    st.builds(play.Knocking, _WHO),
    st.builds(play.Gone, _WHO),
    st.builds(play.Silenced, _WHO, st.booleans()),
    st.builds(play.HandLowered, _WHO),
    st.builds(play.Spotlit, _WHO),
    st.builds(play.Promoted, _WHO),
    st.builds(play.PrivateLine, _WHO, st.just("uuid"), st.text(max_size=20)),
    st.builds(play.PublicLine, st.text(max_size=20)),
    st.just(play.Due()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 90.0), _FACTS), max_size=40))
def test_no_order_of_facts_stops_the_play(steps: list[tuple[float, play.Fact]]) -> None:
    machine, now = play.Play(0.0), 0.0
    for pause, fact in steps:
        now += pause
        for act in machine.handle(fact, now):
            assert act.who in NAMES
            assert not isinstance(act, play.Run) or find(act.line) is not None
        assert machine.next_timer() > now, "what was due is done"


def test_voices_take_turns_and_differ() -> None:
    made = {actor.name: voices.voice(actor).astype(np.float64) / 32768 for actor in script.CAST}
    length = {samples.size for samples in made.values()}
    assert len(length) == 1
    blocks = length.pop() // 1600  # tenths of a second
    loud = {name: np.abs(s[: blocks * 1600]).reshape(blocks, 1600).max(axis=1) > 0.01 for name, s in made.items()}
    assert int(np.sum(list(loud.values()), axis=0).max()) == 1, "one talks at a time"
    assert all(mask.mean() > 0.03 for mask in loud.values())
    everybody = np.any(list(loud.values()), axis=0)
    assert everybody[:30].mean() > 0.5, "somebody talks in the first three seconds"
    for samples in made.values():
        talking = samples[np.abs(samples) > 0]
        level = 20 * np.log10(np.sqrt(np.mean(np.square(talking))))
        assert -32 < level < -18, "dBFS: clear, but quiet"


def test_a_late_comer_joins_the_round_at_the_right_place(tmp_path: Path) -> None:
    samples = voices.voice(script.CAST[1])
    path = tmp_path / "voice.wav"
    voices.write_from(path, samples, phase=7.25)
    with wave.open(str(path)) as file:
        written = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
        assert file.getframerate() == voices.RATE
    assert np.array_equal(written, np.roll(samples, -round(7.25 * voices.RATE)))
