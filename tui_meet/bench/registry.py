"""Every measurement by name. Each loads its parts only when it runs: a measurement must not carry another's modules."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tui_meet import __version__

NAMES = ("picture", "forwarding", "composition", "startup", "join", "keys")


def _measure(name: str) -> dict[str, Any]:
    found: dict[str, Any] = importlib.import_module(f"tui_meet.bench.{name}").measure()
    return found


MEASUREMENTS: Mapping[str, Callable[[], dict[str, Any]]] = {name: partial(_measure, name) for name in NAMES}
"""Each returns figures with their unit in the name; raises `RuntimeError` with a sentence when it cannot measure."""


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "tui_meet": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load_average_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.processor())
