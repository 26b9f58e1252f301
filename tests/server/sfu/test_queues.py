"""The pure parts of forwarding: assembling pictures, slots, keyframe requests, silence."""

import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.server.sfu.assembler import PATIENCE_SECONDS, EncodedFrame, FrameAssembler, is_keyframe
from tui_meet.server.sfu.filler import still_picture
from tui_meet.server.sfu.keyframes import INTERVAL_SECONDS, MAX_INTERVAL_SECONDS, KeyframeRequests
from tui_meet.server.sfu.slot import SlotQueue
from tui_meet.server.sfu.watch import SILENCE_SECONDS, SilenceWatch

KEY = b"\x10\x00\x00\x9d\x01\x2a"
DELTA = b"\x11\x00\x00"
Packet = tuple[int, int, bool, bytes]
"""sequence, timestamp, marker, payload"""


def stream(
    pictures: int, *, first: int = 65_530, clock: int = (1 << 32) - 9_000, keys: Iterable[int] = (0,)
) -> list[Packet]:
    """Pictures of three packets; sequence and timestamp wrap around early on."""
    packets: list[Packet] = []
    for number in range(pictures):
        head = KEY if number in set(keys) else DELTA
        body = [head + bytes([number]), b"b" * 3, b"c" * 2]
        for part, payload in enumerate(body):
            sequence = (first + len(packets)) % 65_536
            packets.append((sequence, (clock + number * 6_000) % (1 << 32), part == 2, payload))
    return packets


def feed(assembler: FrameAssembler, packets: Iterable[Packet], *, step: float = 0.0) -> tuple[list[EncodedFrame], bool]:
    frames: list[EncodedFrame] = []
    wanted = False
    for number, packet in enumerate(packets):
        result = assembler.add(*packet, now=number * step)
        frames += result.frames
        wanted |= result.needs_keyframe
    return frames, wanted


def test_a_picture_is_whole_with_its_last_packet_and_timestamps_rise_through_the_wrap() -> None:
    assembler = FrameAssembler("VP8")
    packets = stream(6)
    sizes = [len(assembler.add(*packet, now=0.0).frames) for packet in packets]
    assert sizes == [0, 0, 1] * 6
    frames, wanted = feed(FrameAssembler("VP8"), packets)
    assert [frame.timestamp - frames[0].timestamp for frame in frames] == [n * 6_000 for n in range(6)]
    assert [frame.keyframe for frame in frames] == [True, *[False] * 5]
    assert frames[2].data == DELTA + b"\x02bbbcc"
    assert not wanted


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_reordering_and_doubling_change_nothing(seed: int, distance: int) -> None:
    packets = stream(8)
    whole, _ = feed(FrameAssembler("VP8"), packets)
    chance = random.Random(seed)
    # The first packet stays first: what comes before it would be taken for the past.
    shuffled = [packets[0], *sorted(packets[1:], key=lambda p: (p[0] - 65_530) % 65_536 + chance.uniform(0, distance))]
    doubled = [packet for packet in shuffled for _ in range(chance.choice((1, 1, 2)))]
    frames, _ = feed(FrameAssembler("VP8"), doubled)
    assert frames == whole


def test_a_lost_packet_is_given_up_after_a_moment_and_only_a_keyframe_goes_on() -> None:
    packets = stream(20, keys=(0, 12))
    lost = packets[:10] + packets[11:]  # the middle of picture 3
    assembler = FrameAssembler("VP8")
    frames, wanted = feed(assembler, lost, step=0.02)
    assert wanted
    shown = [frame.data[len(KEY if frame.keyframe else DELTA)] for frame in frames]
    assert shown == [0, 1, 2, *range(12, 20)]
    assert assembler.skipped_packets > 0


def test_a_retransmission_in_time_saves_all_pictures() -> None:
    packets = stream(20)
    late = [*packets[:10], *packets[11:20], packets[10], *packets[20:]]
    frames, wanted = feed(FrameAssembler("VP8"), late, step=PATIENCE_SECONDS / 20)
    assert len(frames) == 20
    assert not wanted


@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, (1 << 32) - 1), st.booleans(), st.binary(max_size=8))))
def test_any_packets_keep_the_assembler_bounded_and_its_pictures_in_order(packets: list[Packet]) -> None:
    assembler = FrameAssembler("VP8")
    feed(assembler, packets, step=0.05)
    assert len(assembler._held) <= 1_025
    assert assembler.packets == len(packets)


def test_keyframes_are_known_by_their_bytes() -> None:
    for codec in ("VP8", "H264"):
        assert is_keyframe(codec, still_picture(codec))
    assert not is_keyframe("VP8", DELTA)
    assert not is_keyframe("VP8", KEY[:4])
    assert not is_keyframe("H264", b"\x00\x00\x00\x01\x41\x00")
    assert not is_keyframe("AV1", KEY)


def picture(timestamp: int, *, key: bool = False, codec: str = "VP8") -> EncodedFrame:
    return EncodedFrame(codec, f"{timestamp}".encode(), timestamp, key)


def test_a_slot_begins_with_a_keyframe_and_asks_for_it() -> None:
    slot = SlotQueue("VP8")
    assert slot.push(picture(0), 0.0)
    assert slot.pop() is None
    assert not slot.push(picture(6_000, key=True), 0.07)
    assert not slot.push(picture(12_000), 0.14)
    assert [frame.data for frame in iter(slot.pop, None)] == [b"6000", b"12000"]
    assert (slot.forwarded, slot.dropped_waiting) == (2, 1)


def test_a_slow_reader_loses_everything_up_to_the_next_keyframe() -> None:
    slot = SlotQueue("VP8", limit=32)
    slot.push(picture(0, key=True), 0.0)
    for number in range(1, 32):
        assert not slot.push(picture(number * 6_000), number / 15)
    assert slot.push(picture(32 * 6_000), 3.0), "full: a keyframe is needed"
    assert len(slot) == 0
    assert slot.push(picture(33 * 6_000), 3.1)
    assert not slot.push(picture(34 * 6_000, key=True), 3.2)
    assert not slot.push(picture(35 * 6_000), 3.3)
    assert [frame.data for frame in iter(slot.pop, None)] == [b"204000", b"210000"]
    assert slot.dropped_overflow == 32
    assert slot.dropped_waiting == 2


def test_another_codec_is_counted_and_not_shown() -> None:
    slot = SlotQueue("VP8")
    assert not slot.push(picture(0, key=True, codec="H264"), 0.0)
    assert slot.pop() is None
    assert slot.dropped_codec == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(["push", "key", "restart", "filler"]), st.integers(0, 1 << 40), st.floats(0, 2)),
        max_size=60,
    )
)
def test_timestamps_of_a_slot_only_rise_and_deltas_follow_their_keyframe(steps: list[tuple[str, int, float]]) -> None:
    slot = SlotQueue("VP8", limit=8)
    now, last, after_restart = 0.0, -1, True
    for what, timestamp, seconds in steps:
        now += seconds
        if what == "restart":
            slot.restart()
            after_restart = True
        elif what == "filler":
            slot.push_filler(b"still", now)
            after_restart = True
        else:
            before = slot.forwarded
            slot.push(picture(timestamp, key=what == "key"), now)
            if slot.forwarded > before:
                assert what == "key" or not after_restart
                after_restart = False
        if timestamp % 3 == 0:
            for frame in iter(slot.pop, None):
                assert frame.timestamp > last
                last = frame.timestamp


def test_keyframe_requests_are_joined_and_repeated_until_answered() -> None:
    requests = KeyframeRequests()
    assert requests.want("a", 10.0)
    assert not any(requests.want("a", 10.0 + n / 100) for n in range(20))
    assert requests.next_timer() == pytest.approx(10.0 + INTERVAL_SECONDS)
    assert requests.due(10.1) == ()
    assert requests.due(10.31) == ("a",)
    gaps, now = [], 10.31
    for _ in range(6):
        timer = requests.next_timer()
        assert timer is not None
        gaps.append(timer - now)
        now = timer
        assert requests.due(now) == ("a",)
    assert gaps == pytest.approx([0.6, 1.2, *[MAX_INTERVAL_SECONDS] * 4])
    requests.arrived("a")
    assert requests.next_timer() is None
    assert requests.due(100.0) == ()
    assert requests.want("a", 100.0)
    assert requests.requests == 9


def test_a_wish_just_after_an_answer_is_granted_when_the_interval_is_over() -> None:
    requests = KeyframeRequests()
    requests.want("a", 0.0)
    requests.arrived("a")
    assert not requests.want("a", 0.1)
    assert requests.next_timer() == pytest.approx(INTERVAL_SECONDS)
    requests.forget("a")
    assert requests.next_timer() is None


def test_silence_is_noticed_once_and_so_is_its_end() -> None:
    watch = SilenceWatch()
    assert watch.update(0, 0.0) is None
    assert watch.update(0, 1_000.0) is None, "never heard is not lost"
    assert watch.update(5, 1_001.0) is None
    assert watch.update(5, 1_001.0 + SILENCE_SECONDS) is None
    assert watch.update(5, 1_002.0 + SILENCE_SECONDS) == "lost"
    assert watch.update(5, 1_003.0 + SILENCE_SECONDS) is None
    assert watch.update(6, 1_004.0 + SILENCE_SECONDS) == "connected"
