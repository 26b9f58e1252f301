"""How big and how often pictures are composed, by what that costs here. Pure, time comes in."""

from dataclasses import dataclass

TOO_BUSY = 0.7
"""Share of the worker's time from which on it does less; the rest is left for keyframes and bursts."""
IDLE = 0.22
"""Share below which more is tried: the next level costs about three times as much."""
FALL_SECONDS = 2.0
RISE_SECONDS = 15.0
MAX_RISE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Level:
    """Size in px and rate of all composed pictures."""

    width: int
    height: int
    pictures_per_second: float
    bit_rate: int
    """bit/s"""


LEVELS = (
    Level(1280, 720, 15.0, 1_300_000),
    Level(640, 360, 15.0, 500_000),
    Level(640, 360, 7.5, 350_000),
    Level(320, 180, 5.0, 120_000),
)
"""From the best to the cheapest."""


class CostGovernor:
    """Goes down quickly when the work takes too long, and up slowly; each fall makes the next rise wait longer."""

    def __init__(self, start: int = 0) -> None:
        self._index = start
        self._busy_since: float | None = None
        self._idle_since: float | None = None
        self._rise_after = RISE_SECONDS

    @property
    def level(self) -> Level:
        """What is to be done now."""
        return LEVELS[self._index]

    def update(self, share: float, now: float) -> bool:
        """Take the share of time (0..1) that was spent working lately. True: the level has changed."""
        self._busy_since = (self._busy_since if self._busy_since is not None else now) if share > TOO_BUSY else None
        self._idle_since = (self._idle_since if self._idle_since is not None else now) if share < IDLE else None
        if self._busy_since is not None and now - self._busy_since >= FALL_SECONDS and self._index < len(LEVELS) - 1:
            self._rise_after = min(MAX_RISE_SECONDS, self._rise_after * 2)
            return self._go(self._index + 1)
        if self._idle_since is not None and now - self._idle_since >= self._rise_after and self._index > 0:
            return self._go(self._index - 1)
        return False

    def _go(self, index: int) -> bool:
        self._index = index
        self._busy_since = self._idle_since = None
        return True
