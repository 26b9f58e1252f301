"""The desk where command lines wait for their answers: one each, in the order of the lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_meet.core.effects import Answer
from tui_meet.core.ids import Ticket
from tui_meet.core.state import MeetingState

PATIENCE = 15.0
"""Seconds a line waits for the server."""
TOO_LATE = "The server did not answer in 15 s."
UNSETTLED = 1.0
"""Seconds after an answer in which the picture may still be older than the answer."""

Settle = Callable[[MeetingState, bool], MeetingState]
"""What an answered line changes in the state, by whether all went well."""


@dataclass(slots=True)
class Pending:
    """A line whose answer is not out yet."""

    ticket: Ticket
    line: str
    message: str
    """Said when all goes well."""
    deadline: float
    open: set[Ticket]
    """Requests not yet answered."""
    settle: Settle | None = None
    after: tuple[Any, ...] = ()
    """Requests that follow when those before went well."""
    total: int = 0
    problems: list[tuple[str, int]] = field(default_factory=list)
    """Sentence and code of every request that failed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """All requests of a line are answered: what to do to the state, and whether all went well."""

    settle: Settle | None
    ok: bool


class Desk:
    """Keeps lines in order. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._queue: deque[Pending] = deque()
        self._by_request: dict[Ticket, Pending] = {}
        self._answered_at: float | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def wait(self, pending: Pending) -> None:
        """Put a line at the end of the queue."""
        pending.total = len(pending.open)
        self._queue.append(pending)
        for request in pending.open:
            self._by_request[request] = pending

    def of_request(self, request: Ticket) -> Pending | None:
        """The line that waits for a request."""
        return self._by_request.get(request)

    def add(self, pending: Pending, request: Ticket) -> None:
        """The line waits for one request more, as a part of what it asked for before."""
        pending.open.add(request)
        self._by_request[request] = pending

    def settled(self, now: float) -> bool:
        """Whether the picture shows what earlier lines have come to."""
        if self._by_request:
            return False
        return self._answered_at is None or now - self._answered_at >= UNSETTLED

    def done(self, request: Ticket, ok: bool, message: str, code: int, now: float) -> Settled | None:
        """A request was answered; None while its line still waits for others, or nobody waits."""
        pending = self._by_request.pop(request, None)
        if pending is None:
            return None
        self._answered_at = now
        pending.open.discard(request)
        if not ok:
            pending.problems.append((message, code))
        elif message:
            pending.message = message
        if pending.open:
            return None
        return Settled(pending.settle, not pending.problems)

    def fail_late(self, now: float) -> tuple[Settled, ...]:
        """Give up on lines whose time is over."""
        late = [pending for pending in self._queue if pending.open and pending.deadline <= now]
        return tuple(self._fail(pending, TOO_LATE) for pending in late)

    def fail_all(self, why: str) -> tuple[Settled, ...]:
        """Give up on all lines: nobody will answer any more."""
        return tuple(self._fail(pending, why) for pending in self._queue if pending.open)

    def succeed(self, pending: Pending) -> None:
        """The line has come to what it wanted, whatever the server still says."""
        self._drop_requests(pending)

    def ready(self) -> tuple[Answer, ...]:
        """Answers that may go out now."""
        answers: list[Answer] = []
        while self._queue and not self._queue[0].open:
            answers.append(_answer(self._queue.popleft()))
        return tuple(answers)

    def next_timer(self) -> float | None:
        """When a line's time is over next."""
        return min((pending.deadline for pending in self._queue if pending.open), default=None)

    def _fail(self, pending: Pending, why: str) -> Settled:
        pending.problems.extend((why, 0) for _ in pending.open)
        self._drop_requests(pending)
        return Settled(pending.settle, False)

    def _drop_requests(self, pending: Pending) -> None:
        for request in pending.open:
            self._by_request.pop(request, None)
        pending.open.clear()


def _answer(pending: Pending) -> Answer:
    if not pending.problems:
        return Answer(pending.ticket, pending.line, True, pending.message)
    sentence, code = pending.problems[0]
    sentence = sentence or "The server said no."
    failed, total = len(pending.problems), pending.total
    if total > 1:
        sentence = f"{total - failed} of {total} done. {sentence}"
    return Answer(pending.ticket, pending.line, False, sentence, code)


def shown(line: str, secret_commands: Mapping[str, str], secret: str | None = None) -> str:
    """The line as it may be shown: what follows a command with a secret is taken out.

    `secret` is what was found to be one at the end of the line; None while the line is not understood yet.
    """
    words = line.split(maxsplit=1)
    if words and words[0] == "transfer":
        if secret is None and len(line.split()) > 3:
            secret = line.split()[-1]
        return f"{line[: line.rindex(secret)]}***" if secret else line
    if len(words) == 2 and words[0] in secret_commands:
        return f"{words[0]} {secret_commands[words[0]]}"
    return line
