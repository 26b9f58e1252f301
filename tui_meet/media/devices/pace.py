"""A steady beat for devices that are no hardware: absolute deadlines, so that it never drifts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

GIVE_UP_SECONDS = 1.0
"""Further behind than this (the machine slept), the beat starts anew instead of racing to catch up."""


class Pace:
    """Beats `period` seconds apart, waited for on a thread of its own."""

    def __init__(self, period: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.period = period
        self._clock = clock
        self._stopped = threading.Event()
        self._next = self._clock()

    def wait(self) -> bool:
        """Sleep until the next beat; False once stopped. A late beat returns at once."""
        self._next += self.period
        delay = self._next - self._clock()
        if delay < -GIVE_UP_SECONDS:
            self._next = self._clock()
        if delay > 0:
            return not self._stopped.wait(delay)
        return not self._stopped.is_set()

    def stop(self) -> None:
        """Wake the waiting thread for good."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()
