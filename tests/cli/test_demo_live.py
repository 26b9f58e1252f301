"""The demo as a person meets it: the real command on a terminal, with its real server and people."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tui_meet.bench.processes import ScreenProgram

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc and needs a pseudo-terminal"),
]


@pytest.fixture
def demo() -> Iterator[ScreenProgram]:
    program = ScreenProgram("demo", "--name", "Visitor", "--speaker", "none")
    yield program
    program.close()


def _children(parent: int) -> set[int]:
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[1]) == parent:
            found.add(int(stat.parent.name))
    return found


def _all_gone(pids: set[int], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


def test_it_is_lively_soon_and_leaves_nothing_behind_when_killed(demo: ScreenProgram) -> None:
    demo.wait_for(b"Grace", 0, PATIENCE)
    demo.wait_for(b"Good morning!", 0, PATIENCE)
    demo.wait_for(b"Radia", 0, 20 + PATIENCE)
    children = _children(demo.pid)
    assert len(children) == 2, "the server and the people"
    os.kill(demo.pid, signal.SIGKILL)
    assert _all_gone(children)


def test_who_waits_is_admitted_by_key_and_quitting_ends_all(demo: ScreenProgram) -> None:
    demo.wait_for(b"Radia", 0, 20 + PATIENCE)
    since = demo.position
    demo.press(b"a")
    demo.wait_for(b"Radia", since, PATIENCE)
    children = _children(demo.pid)
    demo.press(b"\x11")
    assert _all_gone(children)
