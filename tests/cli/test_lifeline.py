"""A child's standard input that cannot be read, or never ends its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

_CHILD = """
import asyncio
from tui_meet.cli.lifeline import watch_input

async def main():
    over = asyncio.Event()
    watch_input(lambda line: print(len(line), line[-4:]), over.set)
    await over.wait()
    print("over")

asyncio.run(main())
"""


def test_input_that_cannot_be_read_counts_as_ended(tmp_path: Path) -> None:
    with (tmp_path / "write-only").open("w") as unreadable:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD], stdin=unreadable, capture_output=True, text=True, timeout=PATIENCE
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")


def test_of_a_line_without_an_end_only_so_much_is_kept() -> None:
    given = b"x" * 300_000 + b"last\nnext\n"
    done = subprocess.run([sys.executable, "-c", _CHILD], input=given, capture_output=True, timeout=PATIENCE)
    first, second, over = done.stdout.decode().splitlines()
    length, _, end = first.partition(" ")
    assert int(length) <= 65_536 + 4096
    assert (end, second, over) == ("b'last'", "4 b'next'", "over")
