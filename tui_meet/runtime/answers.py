"""Command lines that wait for their answer. The core answers them in their order."""

from __future__ import annotations

import asyncio
import logging
from itertools import count

from tui_meet.core.effects import Answer
from tui_meet.core.ids import Ticket

_log = logging.getLogger(__name__)

MAX_WAITING = 1024
"""Lines that may wait for an answer at one time."""


class Answers:
    """Tickets out, answers in."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._waiting: dict[Ticket, tuple[str, asyncio.Future[Answer]]] = {}

    @property
    def is_full(self) -> bool:
        return len(self._waiting) >= MAX_WAITING

    def expect(self, line: str) -> tuple[Ticket, asyncio.Future[Answer]]:
        """A new ticket, and the place where the answer to its line will be."""
        ticket = Ticket(next(self._numbers))
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = line, future
        return ticket, future

    def settle(self, answer: Answer) -> None:
        """Take an answer; one that nobody waits for is dropped."""
        _, future = self._waiting.pop(answer.ticket, ("", None))
        if future is None:
            _log.debug("Nobody waits for the answer to ticket %d", answer.ticket)
        elif not future.done():
            future.set_result(answer)

    def settle_all(self, message: str) -> None:
        """Answer whatever still waits with a refusal: the session is over."""
        for ticket, (line, _) in tuple(self._waiting.items()):
            self.settle(Answer(ticket, first_word(line), ok=False, message=message))


def first_word(line: str) -> str:
    """What of a line may be shown when the core has not said so: its arguments may be secrets."""
    return line.split(maxsplit=1)[0] if line.strip() else ""
