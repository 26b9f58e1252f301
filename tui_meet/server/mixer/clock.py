"""The 20 ms tick of the mixer: absolute deadlines, so that it never drifts. `TickClock` is pure."""

import asyncio
import math
from collections.abc import Awaitable, Callable

TICK_SECONDS = 0.020
MAX_CATCH_UP = 5
"""Ticks done at once after a stall; what is missing beyond that (100 ms) is skipped, or listeners get a burst."""


class TickClock:
    """Says how many ticks are due. `now` is any steadily rising clock, in seconds.

    Attributes:
        late: ticks that were done more than one period after their deadline.
        skipped: ticks that were left out because the loop stood still for longer than can be caught up.
    """

    def __init__(self, start: float, *, period: float = TICK_SECONDS, max_catch_up: int = MAX_CATCH_UP) -> None:
        self._start = start
        self._period = period
        self._max_catch_up = max_catch_up
        self._next = 0
        self.late = 0
        self.skipped = 0

    @property
    def deadline(self) -> float:
        """When the next tick is due."""
        return self._start + self._next * self._period

    def due(self, now: float) -> tuple[int, int]:
        """(ticks to leave out, ticks to do after them) at `now`; both are counted as over."""
        waiting = math.floor((now - self._start) / self._period + 1e-6) + 1 - self._next
        if waiting <= 0:
            return 0, 0
        skipped = max(0, waiting - self._max_catch_up)
        self._next += waiting
        self.skipped += skipped
        self.late += waiting - skipped - 1
        return skipped, waiting - skipped


async def run_ticks(
    clock: TickClock,
    tick: Callable[[], None],
    skip: Callable[[int], None],
    *,
    now: Callable[[], float] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Call `tick` every period for ever, `skip(n)` where n ticks were lost.

    The clock must count the time of `now`, by itself the loop's; `sleep` waits in it.
    """
    now = now or asyncio.get_running_loop().time
    while True:
        await sleep(max(0.0, clock.deadline - now()))
        skipped, due = clock.due(now())
        if skipped:
            skip(skipped)
        for _ in range(due):
            tick()
