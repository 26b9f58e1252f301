"""Orders to the meeting system, one after the other, and its facts back."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from tui_meet.backends.base import Backend, BackendEffect
from tui_meet.core.effects import Leave, OpenStream, RequestToken
from tui_meet.core.events import Event, RequestDone, ServerUnreachable, StreamLost

_log = logging.getLogger(__name__)

MAX_WAITING = 1024
"""Orders that may wait for the backend."""
_BURST = 64
"""Facts handled before the loop may turn."""
_FAULT = "Something went wrong inside this program; the log file has the details."


def failure_of(effect: BackendEffect, sentence: str) -> Event | None:
    """The fact that answers an order which could not be carried out; None where nobody waits for one."""
    if isinstance(effect, RequestToken):
        return ServerUnreachable(sentence, retryable=False)
    if isinstance(effect, OpenStream):
        return StreamLost(sentence)
    if isinstance(effect, Leave):
        return None
    return RequestDone(effect.ticket, ok=False, message=sentence)


class BackendLane:
    """Makes the backend when it is first needed, in a worker thread: its imports are heavy."""

    def __init__(self, factory: Callable[[], Backend], report: Callable[[Event], None]) -> None:
        self._factory = factory
        self._report = report
        self._orders: deque[BackendEffect] = deque()
        self._making: asyncio.Task[Backend] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._closed = False
        self.dropped = 0
        """Orders refused because too many were waiting."""

    def warm_up(self) -> None:
        """Begin to make the backend; call inside a running loop."""
        if self._making is None:
            self._making = asyncio.create_task(self._make(), name="backend-make")

    async def backend(self) -> Backend:
        """The backend, made if need be. Raises what its factory raised."""
        self.warm_up()
        assert self._making is not None
        return await asyncio.shield(self._making)

    def perform(self, effect: BackendEffect) -> None:
        """Carry out an order after those before it."""
        if self._closed:
            return
        if len(self._orders) >= MAX_WAITING and not isinstance(effect, Leave):
            self.dropped += 1
            self._fail(effect, "Too many requests are waiting.")
            return
        self._orders.append(effect)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="backend-orders")

    async def drained(self, timeout: float) -> None:
        """Wait until all orders so far are carried out, `timeout` seconds at most."""
        if self._worker is not None and not self._worker.done():
            await asyncio.wait({self._worker}, timeout=timeout)

    async def aclose(self, timeout: float) -> None:
        """Stop and close the backend, within about `timeout` seconds."""
        self._closed = True
        self._orders.clear()
        await _cancel(self._worker)
        if self._making is not None:
            # A thread cannot be cancelled; a backend that is made too late has no meeting to leave.
            await asyncio.wait({self._making}, timeout=timeout)
            if self._making.done() and not self._making.cancelled() and self._making.exception() is None:
                try:
                    async with asyncio.timeout(timeout):
                        await self._making.result().aclose()
                except Exception:
                    _log.exception("The backend could not be closed")
            elif not self._making.done():
                await _cancel(self._making)
        await _cancel(self._pump)

    async def _make(self) -> Backend:
        backend = await asyncio.to_thread(self._factory)
        self._pump = asyncio.create_task(self._listen(backend), name="backend-facts")
        return backend

    async def _work(self) -> None:
        while self._orders:
            effect = self._orders.popleft()
            try:
                backend = await self.backend()
                await backend.perform(effect)
            except Exception:
                _log.exception("An order to the meeting system failed: %s", type(effect).__name__)
                self._fail(effect, _FAULT)

    async def _listen(self, backend: Backend) -> None:
        burst = 0
        try:
            async for event in backend.events():
                self._report(event)
                burst += 1
                if burst % _BURST == 0:
                    await asyncio.sleep(0)
        except Exception:
            _log.exception("The facts of the meeting system broke off")
            if not self._closed:
                self._report(StreamLost(_FAULT))

    def _fail(self, effect: BackendEffect, sentence: str) -> None:
        event = failure_of(effect, sentence)
        if event is not None:
            self._report(event)


async def _cancel(task: asyncio.Task[object] | asyncio.Task[None] | asyncio.Task[Backend] | None) -> None:
    if task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1.0)
