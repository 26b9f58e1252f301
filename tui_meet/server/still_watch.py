"""Tells when a new still picture of the slides is there, without having one made that nobody wants."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

POLL_SECONDS = 1.0
WANTED_SECONDS = 10.0
"""For so long after somebody fetched a still, new ones are looked for."""


class StillWatch:
    """Watches the slides of one room: the first still of a presentation is told, later ones while some are fetched."""

    def __init__(
        self,
        newest: Callable[[], bytes | None],
        announce: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`newest`: the media's still; asking makes the media decode. `announce`: a new one is there."""
        self._newest = newest
        self._clock = clock
        self._announce = announce
        self._presenter: str | None = None
        self._last: bytes | None = None
        self._wanted_until = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def present(self, presenter: str | None) -> None:
        """Who presents now; None = nobody. Another presenter's slides begin with a first still again."""
        if presenter == self._presenter:
            return
        self._presenter = presenter
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._last = None
        if presenter is not None:
            self._task = asyncio.get_running_loop().create_task(self._watch(), name="still watch")

    def fetch(self) -> bytes | None:
        """The newest still, for somebody who asks for it."""
        self._wanted_until = self._clock() + WANTED_SECONDS
        return self._newest() if self._task is not None else None

    async def _watch(self) -> None:
        while True:
            if self._last is None or self._clock() < self._wanted_until:
                still = self._newest()
                if still is not None and still != self._last:
                    self._last = still
                    self._announce()
            await asyncio.sleep(POLL_SECONDS)
