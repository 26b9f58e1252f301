"""Events with callbacks, under the names of the events seed."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from tui_meet.core.event_names import EXTENSION_EVENTS, LISTS, SEED_EVENTS, WITHOUT_PAYLOAD
from tui_meet.core.model import PublicEvent

_log = logging.getLogger(__name__)

Callback = Callable[..., object | Awaitable[object]]

MAX_WAITING = 1000
"""Events that may wait for one callback which is not done with an earlier one; the oldest fall off."""


class _Listener:
    """Calls one callback, one event after the other."""

    def __init__(self, name: str, callback: Callback) -> None:
        self.name = name
        self._callback = callback
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def tell(self, arguments: tuple[Any, ...]) -> None:
        if self._task is not None and not self._task.done():
            if len(self._waiting) >= MAX_WAITING:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(arguments)
            return
        later = self._call(arguments)
        if later is not None:
            self._task = asyncio.get_running_loop().create_task(self._work(later), name=f"callback-{self.name}")

    def _call(self, arguments: tuple[Any, ...]) -> Awaitable[object] | None:
        try:
            result = self._callback(*arguments)
        except Exception:
            _log.exception("A callback of “%s” failed", self.name)
            return None
        return result if inspect.isawaitable(result) else None

    async def _work(self, later: Awaitable[object] | None) -> None:
        while True:
            if later is not None:
                try:
                    await later
                except Exception:
                    _log.exception("A callback of “%s” failed", self.name)
            if not self._waiting:
                return
            later = self._call(self._waiting.popleft())

    async def aclose(self, timeout: float) -> None:
        """Let what runs come to its end, `timeout` seconds at most."""
        task = self._task
        if task is None or task.done() or task is asyncio.current_task():
            return
        await asyncio.wait({task}, timeout=timeout)
        task.cancel()


class EventSource:
    """One event."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._listeners: dict[int, _Listener] = {}
        self._next_key = 0

    def __repr__(self) -> str:
        return f"EventSource({self.name!r})"

    def add(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with the payload of each event (without any for `connected` and `userInitiatedDisconnect`).

        A plain function or a coroutine function; a coroutine is run to its end before the next event is handed to the
        same callback. One that fails is logged, and called again next time. Returns what takes it off again.
        """
        key = self._next_key
        self._next_key += 1
        self._listeners[key] = _Listener(self.name, callback)

        def remove() -> None:
            self._listeners.pop(key, None)

        return remove

    @property
    def dropped(self) -> int:
        """Events that fell off because callbacks were too slow."""
        return sum(listener.dropped for listener in self._listeners.values())

    def tell(self, arguments: tuple[Any, ...]) -> None:
        """Hand an event to everybody who listens."""
        for listener in tuple(self._listeners.values()):
            listener.tell(arguments)

    async def aclose(self, timeout: float) -> None:
        """Wait for callbacks that still run, `timeout` seconds at most."""
        await asyncio.gather(*(listener.aclose(timeout) for listener in tuple(self._listeners.values())))


class MeetingEvents:
    """The twenty events of the seed as attributes, and what this program tells beyond them."""

    conferenceStatus: EventSource  # noqa: N815  # the seed's name, as all of these
    connected: EventSource
    disconnected: EventSource
    me: EventSource
    participants: EventSource
    message: EventSource
    directMessage: EventSource  # noqa: N815
    applicationMessage: EventSource  # noqa: N815
    participantJoined: EventSource  # noqa: N815
    participantLeft: EventSource  # noqa: N815
    raiseHand: EventSource  # noqa: N815
    transfer: EventSource
    stage: EventSource
    presentationConnectionStateChange: EventSource  # noqa: N815
    layoutUpdate: EventSource  # noqa: N815
    authenticatedWithConference: EventSource  # noqa: N815
    userInitiatedDisconnect: EventSource  # noqa: N815
    breakoutBegin: EventSource  # noqa: N815
    breakoutEnd: EventSource  # noqa: N815
    breakoutRefer: EventSource  # noqa: N815
    liveCaptions: EventSource  # noqa: N815

    def __init__(self) -> None:
        self._sources = {name: EventSource(name) for name in (*SEED_EVENTS, *EXTENSION_EVENTS)}
        for name, source in self._sources.items():
            setattr(self, name, source)

    def tell(self, event: PublicEvent) -> None:
        """Hand out an event of the meeting in the shape of the seed."""
        source = self._sources.get(event.name)
        if source is None:
            _log.debug("Nobody can listen to “%s”", event.name)
        elif event.name in WITHOUT_PAYLOAD:
            source.tell(())
        else:
            payload: Any = dict(event.payload)
            source.tell((payload[LISTS[event.name]] if event.name in LISTS else payload,))

    async def aclose(self, timeout: float) -> None:
        """Wait for callbacks that still run, `timeout` seconds at most."""
        await asyncio.gather(*(source.aclose(timeout) for source in self._sources.values()))
