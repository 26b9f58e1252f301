"""What a page shows and plays, for tests that look and listen."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tests.conformance.official import WAIT_SECONDS, Official
from tui_meet.media.devices.patterns import BARS_RGB


def until(what: str, check: Callable[[], object], timeout: float = WAIT_SECONDS) -> None:
    """Wait until the check holds."""
    deadline = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < deadline, f"not in {timeout} s: {what}"
        time.sleep(0.1)


def pixels(page: Official, screen: str = "main") -> npt.NDArray[np.uint8]:
    """The remote picture, (18, 32, 3) RGB. All black before there is one."""
    seen = page.look(screen)
    return np.array(seen["pixels"] if seen else [[0, 0, 0]] * 576, np.uint8).reshape(18, 32, 3)


def shows_bars(page: Official) -> bool:
    """The colour bars of a terminal client's `pattern` camera."""
    middle = pixels(page)[6, 2::4].astype(int)
    return bool(np.abs(middle - np.array(BARS_RGB)).max() < 60)


def shows_green(page: Official) -> bool:
    """Chromium's fake camera: green nearly everywhere."""
    picture = pixels(page).astype(int)
    return bool(np.mean((picture[..., 1] > 100) & (picture[..., 0] < 90)) > 0.6)


def heard_level(page: Official) -> float:
    """Root mean square of the remote sound, 1 = full scale; 0 before there is any."""
    sound = page.listen()
    return float(sound["level"]) if sound else 0.0


def hears(page: Official, hertz: float) -> bool:
    """The loudest frequency of the remote sound is about this one."""
    sound = page.listen()
    return sound is not None and sound["level"] > 0.01 and abs(sound["hertz"] - hertz) < 30
