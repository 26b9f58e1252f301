"""Command lines that wait for their answer. Answers are handed out in the order of the lines."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from itertools import count

from tui_meet.core.effects import Answer
from tui_meet.core.ids import Ticket

_log = logging.getLogger(__name__)

MAX_WAITING = 1024
"""Lines that may wait for an answer at one time."""


class Answers:
    """Tickets out, answers in. An answer that overtakes an earlier line's is held back until that one is there."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._waiting: OrderedDict[Ticket, asyncio.Future[Answer]] = OrderedDict()
        self._early: dict[Ticket, Answer] = {}

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= MAX_WAITING

    @property
    def waiting(self) -> int:
        """Lines without an answer."""
        return len(self._waiting)

    def expect(self) -> tuple[Ticket, asyncio.Future[Answer]]:
        """A new ticket and the place where its answer will be."""
        ticket = Ticket(next(self._numbers))
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = future
        return ticket, future

    def settle(self, answer: Answer) -> None:
        """Take an answer; a ticket nobody waits for, or a second answer, is logged and dropped."""
        if answer.ticket not in self._waiting or answer.ticket in self._early:
            _log.debug("Nobody waits for the answer to ticket %d", answer.ticket)
            return
        self._early[answer.ticket] = answer
        while self._waiting:
            ticket = next(iter(self._waiting))
            ready = self._early.pop(ticket, None)
            if ready is None:
                return
            future = self._waiting.pop(ticket)
            if not future.done():
                future.set_result(ready)

    def settle_all(self, message: str) -> None:
        """Answer whatever still waits with a refusal: the session is over."""
        for ticket in tuple(self._waiting):
            if ticket not in self._early:
                self.settle(Answer(ticket, "", ok=False, message=message))
