"""Event streams: whole = byte by byte, hostile streams, and what is written is what is read."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_meet.wire.sse import KEEP_ALIVE, EventStreamParser, ServerSentEvent, format_event

line_ends = st.sampled_from((b"\n", b"\r", b"\r\n"))
pieces = st.one_of(
    line_ends,
    st.sampled_from(
        (b"event: a", b"data: 1", b"data:", b"data", b"id: 7", b"id: \0", b": comment", b"retry: 9", b"event", b"\xff",
         b"\xef\xbb\xbf", "é\u2028".encode(), b":", b"datax: 1", b"data:  two spaces", b"event:")
    ),
    st.binary(max_size=6),
)  # fmt: skip
streams = st.lists(pieces, max_size=40).map(b"".join)


@settings(deadline=None)
@given(streams, st.randoms(use_true_random=False))
def test_whole_is_byte_by_byte_is_any_chunking(stream: bytes, chance: random.Random) -> None:
    whole = EventStreamParser().feed(stream)
    single = EventStreamParser()
    one_by_one = [event for byte in stream for event in single.feed(bytes([byte]))]
    chunked = EventStreamParser()
    cut, events = 0, []
    while cut < len(stream):
        size = chance.randint(0, 9)
        events += chunked.feed(stream[cut : cut + size])
        cut += size
    assert whole == one_by_one == events


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_json_survives_the_stream_with_every_separator(text: str) -> None:
    for encoded in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        (event,) = EventStreamParser().feed(KEEP_ALIVE + format_event("name", encoded))
        assert event == ServerSentEvent("name", encoded)
        assert json.loads(event.data) == text


def test_events_as_the_standard_wants_them() -> None:
    parser = EventStreamParser()
    stream = b"\xef\xbb\xbfdata: a\ndata: b\n\nevent: x\n\n:c\ndata\n\nid: 1\nevent: y\ndata:z\n\ndata: last\n\nlost"
    assert parser.feed(stream) == [
        ServerSentEvent("message", "a\nb"),
        ServerSentEvent("y", "z", "1"),
        ServerSentEvent("message", "last", "1"),
    ]


def test_too_long_events_are_dropped_counted_and_the_next_ones_arrive() -> None:
    parser = EventStreamParser(max_event_bytes=100)
    good = format_event("ok", "1")
    assert parser.feed(b"data: " + b"x" * 1000 + b"\n\n" + good) == [ServerSentEvent("ok", "1")]
    assert parser.feed(b"data: 123456789\n" * 20 + b"\n" + good) == [ServerSentEvent("ok", "1")]
    assert parser.dropped >= 2
    for _ in range(1000):
        assert parser.feed(b"no end of line ") == []
    assert parser.feed(b"\n\n" + good) == [ServerSentEvent("ok", "1")]


def test_ten_thousand_random_chunks() -> None:
    chance = random.Random(1)
    parser = EventStreamParser(max_event_bytes=4096)
    for _ in range(10_000):
        parser.feed(chance.randbytes(chance.randint(0, 30)))
    assert parser.feed(b"\n\n" + format_event("still", "1"))[-1] == ServerSentEvent("still", "1", parser._id)
