"""A backend under test with everything it told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx

from tests.patience import PATIENCE
from tui_meet.backends.infinity.client import InfinityBackend
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.ids import Ticket
from tui_meet.core.model import MeetingLink

E = TypeVar("E")

TOKEN_RESULT: dict[str, Any] = {
    "token": "dG9rZW4=",
    "expires": "120",
    "participant_uuid": "me-1",
    "version": {},
    "role": "HOST",
    "display_name": "Ada",
    "current_service_type": "conference",
}
"""The smallest valid reply (wire document 2.1)."""


def reply(result: Any, status: int = 200, **more: Any) -> httpx.Response:
    """A JSON reply in its envelope."""
    word = "success" if status == 200 else "failed"
    return httpx.Response(status, json={"status": word, "result": result, **more})


class Probe:
    """Collects the backend's facts; hands out the next one of a kind."""

    def __init__(self, backend: InfinityBackend) -> None:
        self.backend = backend
        self.events: list[ev.Event] = []
        self._changed = asyncio.Condition()
        self._seen = 0
        self._tickets = 0

    async def listen(self) -> None:
        async for event in self.backend.events():
            async with self._changed:
                self.events.append(event)
                self._changed.notify_all()

    async def next(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True, timeout: float = PATIENCE) -> E:
        """The next fact of the kind that fits, after the last one asked for."""
        async with asyncio.timeout(timeout), self._changed:
            while True:
                for index in range(self._seen, len(self.events)):
                    event = self.events[index]
                    if isinstance(event, kind) and fits(event):
                        self._seen = index + 1
                        return event
                await self._changed.wait()

    def has(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.events)

    def ticket(self) -> Ticket:
        self._tickets += 1
        return Ticket(self._tickets)

    async def ask(self, request: fx.Request, timeout: float = PATIENCE) -> ev.RequestDone:
        """Carry out a request; its answer."""
        await self.backend.perform(request)
        return await self.next(ev.RequestDone, lambda done: done.ticket == request.ticket, timeout)

    async def join(self, link: MeetingLink, name: str = "Ada", pin: str = "") -> ev.JoinAccepted:
        """Join and open the stream."""
        await self.backend.perform(fx.RequestToken(link, name, pin=pin))
        accepted = await self.next(ev.JoinAccepted)
        await self.backend.perform(fx.OpenStream())
        await self.next(ev.StreamOpened)
        return accepted


@asynccontextmanager
async def probing(
    handler: Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]] | None = None, **options: Any
) -> AsyncIterator[Probe]:
    """A backend whose server is `handler`, or the network."""
    transport = httpx.MockTransport(handler) if handler is not None else None  # type: ignore[arg-type]
    probe = Probe(InfinityBackend(transport=transport, **options))
    listening = asyncio.create_task(probe.listen())
    try:
        yield probe
    finally:
        await probe.backend.aclose()
        await asyncio.wait_for(listening, PATIENCE)


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content) if request.content else None
