"""Wishes for keyframes, joined together: many receivers ask, the sender hears it once. Pure, time comes in."""

from dataclasses import dataclass

INTERVAL_SECONDS = 0.3
"""A sender is never asked more often than this."""
MAX_INTERVAL_SECONDS = 2.4
"""An unanswered wish is repeated at doubling intervals up to this (camera off, or the request got lost)."""


@dataclass(slots=True)
class _Wish:
    asked_at: float = float("-inf")
    interval: float = INTERVAL_SECONDS
    open: bool = False


class KeyframeRequests:
    """Which senders to ask when.

    Attributes:
        wishes: how often a keyframe was wanted.
        requests: how often a sender was really asked.
    """

    def __init__(self) -> None:
        self._wishes: dict[str, _Wish] = {}
        self.wishes = 0
        self.requests = 0

    def want(self, source: str, now: float) -> bool:
        """Somebody needs a keyframe of `source`. True: ask now. False: `due` will say when."""
        wish = self._wishes.setdefault(source, _Wish())
        self.wishes += 1
        if now - wish.asked_at >= INTERVAL_SECONDS and (not wish.open or now - wish.asked_at >= wish.interval):
            wish.interval = INTERVAL_SECONDS
            self._ask(wish, now)
            return True
        wish.open = True
        return False

    def arrived(self, source: str) -> None:
        """A keyframe of `source` is here: all wishes so far are answered."""
        wish = self._wishes.get(source)
        if wish is not None:
            wish.open = False
            wish.interval = INTERVAL_SECONDS

    def forget(self, source: str) -> None:
        """`source` is gone, or nobody watches it any more."""
        self._wishes.pop(source, None)

    def due(self, now: float) -> tuple[str, ...]:
        """The senders to ask now, because wishes are still open."""
        sources = tuple(
            source for source, wish in self._wishes.items() if wish.open and now >= wish.asked_at + wish.interval
        )
        for source in sources:
            wish = self._wishes[source]
            wish.interval = min(MAX_INTERVAL_SECONDS, wish.interval * 2)
            self._ask(wish, now)
        return sources

    def next_timer(self) -> float | None:
        """When `due` is to be called next, None when no wish is open."""
        return min((wish.asked_at + wish.interval for wish in self._wishes.values() if wish.open), default=None)

    def _ask(self, wish: _Wish, now: float) -> None:
        wish.asked_at = now
        wish.open = True
        self.requests += 1
