"""How long the program takes to answer `--help`, and from its start to the first painted screen."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

from tui_meet.bench.processes import ScreenProgram, environment

RUNS = 5
_FIRST_WORDS = b"ttps://meet.example"
"""Stands in the empty join form as the example of a link; its first letter may be under the cursor."""


def measure() -> dict[str, Any]:
    """Medians and worst of a few runs, each in a fresh process. Raises `RuntimeError` when nothing is painted."""
    helps = [_help_ms() for _run in range(RUNS)]
    paints = [_paint_ms() for _run in range(RUNS)]
    return {
        "runs": RUNS,
        "help_ms": {"median": round(statistics.median(helps), 1), "worst": round(max(helps), 1)},
        "first_paint_ms": {"median": round(statistics.median(paints), 1), "worst": round(max(paints), 1)},
    }


def _help_ms() -> float:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "tui_meet", "--help"]
    done = subprocess.run(command, capture_output=True, check=False, env=environment(), timeout=30)
    took = (time.perf_counter() - begin) * 1000
    if done.returncode != 0:
        raise RuntimeError("--help failed; run “tui-meet --help” to see why.")
    return took


def _paint_ms() -> float:
    program = ScreenProgram()
    try:
        return (program.wait_for(_FIRST_WORDS, 0, 30.0) - program.started_at) * 1000
    finally:
        program.close()
