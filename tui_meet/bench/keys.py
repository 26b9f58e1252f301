"""How long a person waits for the answer to a key while four pictures play, and what the client costs meanwhile.

The client is the real app on a pseudo-terminal of 160x45 cells, the server and four senders are processes of their own.
A key is pressed by writing it to the terminal; its answer is there when what only this key can paint has been read
back. Letters typed into the command line are letters that stand nowhere else on the screen.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from typing import Any

from tui_meet.bench.processes import ScreenProgram, meeting, processor_seconds

TILES = 4
PICTURES_PER_SECOND = 15
"""Of each sender: the camera's and patterns' rate."""
SETTLE_SECONDS = 4.0
"""Joining, first pictures, and whatever the start still does."""
WATCH_SECONDS = 10.0
"""Without keys, before the key presses."""
PAUSE_SECONDS = (0.10, 0.30)
"""Between two keys; not in step with the pictures."""
LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
ROUNDS = 3
MUTES = 24
_ANSWER_SECONDS = 5.0


def measure() -> dict[str, Any]:
    """Percentiles of the wait in ms, and the client's share of one core. Raises `RuntimeError` when nothing answers."""
    with meeting(TILES) as (link, (server, senders)):
        app = ScreenProgram(
            "join", link, "--name", "Viewer", "--mic", "tone:200", "--speaker", "none", "--camera", "none"
        )  # fmt: skip
        try:
            app.wait_for(f"Sender {TILES}".encode(), 0, 20.0)
            time.sleep(SETTLE_SECONDS)
            idle = _shares({"client": app.pid, "server": server, "senders": senders}, lambda: _watch(app))
            waits: dict[str, list[float]] = {}
            busy = _shares({"client": app.pid}, lambda: waits.update(_press_all(app)))
            pictures = _pictures_per_second(app)
        finally:
            app.close()
    everything = [wait for kind in waits.values() for wait in kind]
    return {
        "tiles": TILES,
        "pictures_per_second_decoded": pictures,
        "presses": len(everything),
        "answer_ms": _percentiles(everything),
        **{f"answer_ms_{kind}": _percentiles(of_kind) for kind, of_kind in waits.items()},
        "cpu_percent_of_one_core_watching": idle["client"],
        "cpu_percent_of_one_core_with_keys": busy["client"],
        "server_cpu_percent_of_one_core": idle["server"],
        "senders_cpu_percent_of_one_core": idle["senders"],
        "terminal_kB_per_second": idle["kB_per_second"],
    }


def _watch(app: ScreenProgram) -> dict[str, float]:
    begin = app.position
    time.sleep(WATCH_SECONDS)
    return {"kB_per_second": round((app.position - begin) / WATCH_SECONDS / 1000, 1)}


def _shares(pids: dict[str, int], action: Any) -> dict[str, float]:
    """What each process used of one core, in percent, while `action` ran; and what that returned, where it did."""
    before = {name: processor_seconds(pid) for name, pid in pids.items()}
    begin = time.perf_counter()
    more = action() or {}
    took = time.perf_counter() - begin
    used = {name: round(100 * (processor_seconds(pid) - before[name]) / took, 1) for name, pid in pids.items()}
    return {**used, **more}


def _press_all(app: ScreenProgram) -> dict[str, list[float]]:
    chance = random.Random(7)
    typing: list[float] = []
    for _round in range(ROUNDS):
        app.press(b":")
        time.sleep(0.5)
        for letter in LETTERS:
            typing.append(_press(app, letter.encode(), letter.encode()))
            time.sleep(chance.uniform(*PAUSE_SECONDS))
        app.press(b"\x1b")
        time.sleep(0.7)  # a lone Escape is told from a key's sequence by waiting
    muting: list[float] = []
    for number in range(MUTES):
        muting.append(_press(app, b"m", b"mic on" if number % 2 else b"mic off"))
        time.sleep(chance.uniform(*PAUSE_SECONDS))
    return {"typing": typing, "muting": muting}


def _press(app: ScreenProgram, key: bytes, answer: bytes) -> float:
    """Press a key; ms until its answer is painted."""
    since = app.position
    begin = time.perf_counter()
    app.press(key)
    return (app.wait_for(answer, since, _ANSWER_SECONDS) - begin) * 1000


def _percentiles(waits: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return {
        "p50": round(cuts[49], 1),
        "p95": round(cuts[94], 1),
        "worst": round(max(waits), 1),
    }


def _pictures_per_second(app: ScreenProgram) -> float | None:
    """All tiles together, as the app's own statistics say; None where they are not found on the screen."""
    since = app.position
    app.press(b"S")
    time.sleep(2.5)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", " ", app.text(since))
    found = re.search(r"pictures decoded\s+(\d+\.\d)", plain)
    return float(found[1]) if found else None
