"""What the faces (app, headless, scripts) are told, and what they answer."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from tui_meet.core.effects import FaceCommand
from tui_meet.core.errors import CommandError
from tui_meet.core.events import RequestDone
from tui_meet.core.model import PublicEvent

_log = logging.getLogger(__name__)

PublishListener = Callable[[PublicEvent, float], None]
"""Gets the event and its time, Unix seconds."""
QuitListener = Callable[[], None]
FaceListener = Callable[[FaceCommand], str | Awaitable[str]]
"""Carries out a command of the face itself: returns its text (perhaps later), or raises `CommandError`."""

_L = TypeVar("_L", bound=Callable[..., Any])


class Listeners(Generic[_L]):
    """A list of callbacks of one kind; one that fails is logged and the others still called."""

    def __init__(self) -> None:
        self._listeners: dict[int, _L] = {}
        self._next_key = 0

    def add(self, listener: _L) -> Callable[[], None]:
        """Returns what takes it off again; safe to call twice."""
        key = self._next_key
        self._next_key += 1
        self._listeners[key] = listener

        def remove() -> None:
            self._listeners.pop(key, None)

        return remove

    def tell(self, *arguments: object) -> None:
        for listener in tuple(self._listeners.values()):
            try:
                listener(*arguments)
            except Exception:
                _log.exception("A listener failed")

    def newest(self) -> _L | None:
        return next(reversed(self._listeners.values()), None)


class FaceCommands:
    """Hands `FaceCommand`s to the newest face that listens; every one is answered by one `RequestDone`."""

    def __init__(self, report: Callable[[RequestDone], None]) -> None:
        self._report = report
        self._tasks: set[asyncio.Task[None]] = set()
        self.listeners: Listeners[FaceListener] = Listeners()

    def perform(self, effect: FaceCommand) -> None:
        listener = self.listeners.newest()
        if listener is None:
            self._done(effect, f"“{effect.name}” does nothing here.", ok=False)
            return
        try:
            text = listener(effect)
        except CommandError as refusal:
            self._done(effect, str(refusal), ok=False, code=refusal.code)
        except Exception:
            self._failed(effect)
        else:
            if isinstance(text, str):
                self._done(effect, text)
            elif inspect.isawaitable(text):
                task = asyncio.create_task(self._wait(effect, text), name=f"face-{effect.name}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1.0)

    async def _wait(self, effect: FaceCommand, text: Awaitable[str]) -> None:
        try:
            self._done(effect, await text)
        except CommandError as refusal:
            self._done(effect, str(refusal), ok=False, code=refusal.code)
        except Exception:
            self._failed(effect)

    def _failed(self, effect: FaceCommand) -> None:
        _log.exception("The command “%s” of the face failed", effect.name)
        self._done(effect, "Something went wrong inside this program; the log file has the details.", ok=False)

    def _done(self, effect: FaceCommand, text: str, *, ok: bool = True, code: int = 0) -> None:
        self._report(RequestDone(effect.ticket, ok, code, text))
