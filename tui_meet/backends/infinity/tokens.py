"""Keeps a token alive (wire document 2.1, 4.7): a refresh every third of its life, growing pauses when that fails."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.envelope import Reply
from tui_meet.wire.infinity.token import RefreshReply

_log = logging.getLogger(__name__)

FIRST_PAUSE = 0.1
"""s"""
LONGEST_PAUSE = 30.0
"""s"""
JITTER = 0.2
"""Part of a pause that chance takes away or adds."""
GRACE = 5.0
"""s after the end of its life until a token that could not be refreshed counts as lost."""


class RefreshAnswer(Protocol):
    """What the keeper looks at in the reply of `refresh_token`."""

    @property
    def status(self) -> int: ...

    def reply(self) -> Reply: ...


class TokenKeeper:
    """Holds the newest token and refreshes it until stopped."""

    def __init__(
        self,
        token: str,
        expires: float,
        *,
        refresh: Callable[[str], Awaitable[RefreshAnswer]],
        refreshed: Callable[[RefreshReply], None],
        lost: Callable[[], None],
        chance: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`expires` in s. `refresh` posts with the token given and raises `Unreachable`; `chance` gives 0..1."""
        self.token = token
        self._expires = expires
        self._refresh = refresh
        self._refreshed = refreshed
        self._lost = lost
        self._chance = chance
        self._clock = clock
        self._good_until = clock() + expires + GRACE
        self._now = asyncio.Event()
        self.refreshes = 0
        """Refreshes that worked."""
        self.failures = 0
        """Refreshes that did not."""

    def __repr__(self) -> str:
        return f"TokenKeeper(expires={self._expires})"

    def refresh_soon(self) -> None:
        """The server asks for a refresh now."""
        self._now.set()

    async def run(self) -> None:
        """Refresh until cancelled or the token is lost."""
        pause = FIRST_PAUSE
        wait = self._expires / 3
        while True:
            await self._wait(wait)
            try:
                answer = await self._refresh(self.token)
                if answer.status in (401, 403, 404):
                    _log.info("The server no longer knows our token (HTTP %d)", answer.status)
                    self._lost()
                    return
                reply = answer.reply()
                if answer.status != 200 or not reply.ok:
                    raise Unreachable(f"HTTP {answer.status}")
                fresh = RefreshReply.from_json(reply.result)
            except (Unreachable, WireError) as error:
                self.failures += 1
                if self._clock() >= self._good_until:
                    _log.info("The token's life is over: %s", error)
                    self._lost()
                    return
                wait = min(pause, LONGEST_PAUSE) * (1 + JITTER * (2 * self._chance() - 1))
                wait = min(wait, max(self._good_until - self._clock(), FIRST_PAUSE))
                pause = min(pause * 2, LONGEST_PAUSE)
                _log.info("The token could not be refreshed, next try in %.1f s: %s", wait, error)
            else:
                self.refreshes += 1
                self.token = fresh.token
                self._expires = fresh.expires
                self._good_until = self._clock() + fresh.expires + GRACE
                self._refreshed(fresh)
                pause = FIRST_PAUSE
                wait = self._expires / 3

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._now.wait()
        except TimeoutError:
            return
        finally:
            self._now.clear()
