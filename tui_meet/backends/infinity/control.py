"""Chat and control requests: one queue, so that their order is kept; exactly one `RequestDone` for each."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.http import HttpAnswer
from tui_meet.core.effects import Request, TransferParticipant
from tui_meet.core.events import RequestDone
from tui_meet.wire.infinity.codes import TRANSFER_FAILED

_log = logging.getLogger(__name__)

MAX_WAITING = 256
TOO_MANY = "Too many requests are waiting."
NOT_IN_A_MEETING = "You are not in a meeting."
_NOT_TAKEN = "The other meeting does not take them: check its name, and give its PIN where it has one."
_FAULT = "The request failed because of a fault in this program; the log file has the details."


def outcome(effect: Request, answer: HttpAnswer) -> RequestDone:
    """What the reply to a request means (wire document 1.3, 2.2, 2.3)."""
    try:
        reply = answer.reply()
    except Unreachable as error:
        return RequestDone(effect.ticket, ok=False, message=error.sentence)
    if answer.status == 200 and reply.ok and reply.result is not False:
        return RequestDone(effect.ticket, ok=True)
    sentence = reply.sentence or f"The meeting server refused (HTTP {answer.status})."
    if answer.status == 200 and not reply.sentence:
        sentence = "The meeting server said no."
    if isinstance(effect, TransferParticipant) and sentence == TRANSFER_FAILED:
        sentence = _NOT_TAKEN
    return RequestDone(effect.ticket, ok=False, code=reply.code, message=sentence)


class ControlQueue:
    """Posts requests one after the other; `send` does one."""

    def __init__(self, send: Callable[[Request], Awaitable[HttpAnswer]], report: Callable[[RequestDone], None]) -> None:
        self._send = send
        self._report = report
        self._waiting: deque[Request] = deque()
        self._under_way: Request | None = None
        self._worker: asyncio.Task[None] | None = None
        self._closed = False
        self.dropped = 0
        """Requests refused because too many were waiting."""

    def put(self, effect: Request) -> None:
        if self._closed:
            self._report(RequestDone(effect.ticket, ok=False, message=NOT_IN_A_MEETING))
        elif len(self._waiting) >= MAX_WAITING:
            self.dropped += 1
            self._report(RequestDone(effect.ticket, ok=False, message=TOO_MANY))
        else:
            self._waiting.append(effect)
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._work(), name="infinity-control")

    async def close(self, message: str) -> None:
        """Give up what is under way or waits, and say so for each."""
        self._closed = True
        worker = self._worker
        if worker is not None and not worker.done():
            worker.cancel()
            await asyncio.wait({worker}, timeout=0.2)
        pending = list(self._waiting) if self._under_way is None else [self._under_way, *self._waiting]
        self._waiting.clear()
        self._under_way = None
        for effect in pending:
            self._report(RequestDone(effect.ticket, ok=False, message=message))

    async def _work(self) -> None:
        while self._waiting:
            effect = self._under_way = self._waiting.popleft()
            done = await self._do(effect)
            self._under_way = None
            self._report(done)

    async def _do(self, effect: Request) -> RequestDone:
        try:
            return outcome(effect, await self._send(effect))
        except Unreachable as error:
            return RequestDone(effect.ticket, ok=False, message=error.sentence)
        except Exception:
            _log.exception("A request failed: %s", type(effect).__name__)
            return RequestDone(effect.ticket, ok=False, message=_FAULT)
