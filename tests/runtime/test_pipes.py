"""Lines in and out of pipes, without blocking the loop."""

from __future__ import annotations

import asyncio
import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.patience import PATIENCE
from tests.runtime.parts import until
from tui_meet.runtime.pipes import MAX_LINE_BYTES, LineOutput, LineSplitter, is_too_long, standard_input


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_whole_or_in_pieces_gives_the_same_lines(data: bytes, cuts: list[int]) -> None:
    whole = LineSplitter()
    expected = whole.feed(data) + whole.end()
    pieces = LineSplitter()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    lines = [line for start, end in itertools.pairwise(places) for line in pieces.feed(data[start:end])]
    assert lines + pieces.end() == expected


def test_ends_of_lines() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"a\r\nb\n\nlast") == ["a", "b", ""]
    assert splitter.end() == ["last"]
    assert splitter.end() == []


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    splitter = LineSplitter(limit=10)
    for _ in range(1000):
        assert splitter.feed(b"x" * 1000) == []
    assert splitter.feed(b"\nnext\n") == ["x" * 11, "next"]


def test_what_is_too_long() -> None:
    assert not is_too_long("x" * MAX_LINE_BYTES)
    assert is_too_long("x" * (MAX_LINE_BYTES + 1))
    assert is_too_long("é" * (MAX_LINE_BYTES // 2 + 1))


async def test_input_arrives_line_by_line_and_ends() -> None:
    read, write = os.pipe()
    lines: list[str] = []

    async def collect() -> None:
        lines.extend([line async for line in standard_input(read)])

    task = asyncio.create_task(collect())
    os.write(write, "mute\nsay hé".encode())
    await asyncio.sleep(0.02)
    os.write(write, b"llo\n")
    os.close(write)
    await asyncio.wait_for(task, PATIENCE)
    os.close(read)
    assert lines == ["mute", "say héllo"]


async def test_a_closed_input_is_an_end() -> None:
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    assert [line async for line in standard_input(read)] == []


async def test_output_never_blocks_and_keeps_its_order() -> None:
    read, write = os.pipe()
    out = LineOutput(lambda: write)
    for number in range(5000):
        out(f"line {number} " + "x" * 100)
    chunks: list[bytes] = []

    def drain() -> None:
        while b"line 4999 " not in b"".join(chunks[-3:]):
            chunks.append(os.read(read, 1 << 20))

    draining = asyncio.create_task(asyncio.to_thread(drain))
    await out.flush(PATIENCE)
    await draining
    lines = b"".join(chunks).decode().splitlines()
    assert [line.split()[1] for line in lines] == [str(number) for number in range(5000)]
    os.close(read)
    os.close(write)


async def test_lone_surrogates_do_not_stop_the_output() -> None:
    read, write = os.pipe()
    out = LineOutput(lambda: write)
    out("a\ud800b")
    await out.flush(PATIENCE)
    assert os.read(read, 100) == b"a?b\n"
    os.close(read)
    os.close(write)


async def test_nobody_reads() -> None:
    read, write = os.pipe()
    os.close(read)
    out = LineOutput(lambda: write)
    told: list[int] = []
    out.on_broken(lambda: told.append(1))
    out("into the void")
    await until(lambda: bool(told))
    assert out.broken
    await out.flush(PATIENCE)
    os.close(write)


@pytest.mark.parametrize("lines", [3])
async def test_a_reader_that_is_too_slow_costs_lines_not_time(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    monkeypatch.setattr("tui_meet.runtime.pipes.MAX_WAITING_LINES", lines)
    out = LineOutput(lambda: write)
    for _ in range(50):
        out("x" * 65536)
    assert out.dropped >= 50 - lines - 3
    async with asyncio.timeout(PATIENCE):  # nobody reads, for ever
        await out.flush(0.1)
    assert not out.broken
    os.close(read)
    await until(lambda: out.broken)
    os.close(write)
