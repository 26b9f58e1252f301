"""The table of the run: what is called, what came of it, and what the documentation says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.conformance.official import Json, Official, Refused
from tests.e2e.processes import Server

PASSED = "passed"
NO_SUCH_ROOM = "00000000-0000-4000-8000-000000000000"


class Stage(Protocol):
    """What a group of rows is played on: see `cast.Cast`."""

    server: Server
    host: Official
    guest: Official
    memory: dict[str, Any]
    """What earlier rows of the group leave for later ones."""

    def extra(self, name: str, **options: Any) -> Official: ...


Act = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One call of one method, or a situation without a method of its own."""

    method: str
    """Of the official client; empty for a situation."""
    how: str
    """Who does what to whom, and what has to follow."""
    act: Act
    expected: str = PASSED
    """`PASSED`, or exactly how the server refuses."""
    reason: str = ""
    """Why it is refused."""


@dataclass(slots=True)
class Group:
    """Rows that one cast plays one after the other."""

    name: str
    alias: str = "open"
    media: bool = False
    """Whether host and guest are in a call with sound and picture."""
    is_api: bool = False
    """Whether the rows are of `@pexip/infinity-api` rather than of the client."""
    rows: list[Row] = field(default_factory=list)

    def row(self, method: str, how: str, expected: str = PASSED, reason: str = "") -> Callable[[Act], Act]:
        """Add the decorated function as a row."""

        def add(act: Act) -> Act:
            self.rows.append(Row(method, how, act, expected, reason))
            return act

        return add

    def situation(self, how: str) -> Callable[[Act], Act]:
        return self.row("", how)


@dataclass(slots=True)
class Record:
    """What came of a run."""

    outcomes: dict[tuple[str, str], str] = field(default_factory=dict)
    """By method and `how`."""
    signals: set[str] = field(default_factory=set)
    """Names of the client's signals that arrived in some page."""
    methods: tuple[str, ...] = ()
    """Every method the client has."""
    signal_names: tuple[str, ...] = ()
    """Every signal the client has."""

    def play(self, row: Row, stage: Stage) -> None:
        """Do a row and note what came of it."""
        try:
            row.act(stage)
        except Refused as refused:
            outcome = f"refused: {refused}"
        except AssertionError as failure:
            outcome = f"failed: {failure}"
        else:
            outcome = PASSED
        self.outcomes[row.method, row.how] = outcome


def document(groups: Sequence[Group], record: Record, not_applicable: Json, sometimes: Json) -> str:
    """The page of the documentation. The same for equal outcomes."""
    lines = [
        "# Conformance with the official client",
        "",
        "The official JavaScript client of the Infinity client API (`@pexip/infinity` 20.0.0, `@pexip/infinity-api`",
        "20.0.0, `@pexip/peer-connection` 18.2.0) runs unmodified in headless Chromium against `tui-meet serve`, in",
        "meetings with other official and with terminal clients. Its own validators check every reply. The test run",
        "`pytest tests/conformance` makes this page and fails where it does not fit what the run saw;",
        "`CONFORMANCE_WRITE=1 pytest tests/conformance` writes it.",
        "",
        "## Methods",
        "",
        "| Method | What is done, and what has to follow | Result |",
        "|---|---|---|",
    ]
    lines += _method_lines([group for group in groups if not group.is_api], record)
    lines += [
        "",
        "## Endpoints",
        "",
        "What `@pexip/infinity-api` has a request function for, which checks the reply, but the client never calls.",
        "",
        "| Function | What is done, and what has to follow | Result |",
        "|---|---|---|",
    ]
    lines += _method_lines([group for group in groups if group.is_api], record)
    lines += ["", "## Situations", "", "| What happens | Result |", "|---|---|"]
    lines += [f"| {row.how} | {_result(row, record)} |" for row in _rows(groups) if not row.method]
    lines += ["", "## Signals", "", "| Signal | Result |", "|---|---|"]
    for name in record.signal_names:
        if name in sometimes:
            result = f"arrives {sometimes[name]}"
        elif name in record.signals:
            result = "arrives"
        else:
            result = f"not applicable: {not_applicable[name]}" if name in not_applicable else "missing"
        lines.append(f"| `{name}` | {result} |")
    return "\n".join(lines) + "\n"


def _method_lines(groups: Sequence[Group], record: Record) -> list[str]:
    """By name; rows of one name in the order of the run."""
    rows = sorted((row for row in _rows(groups) if row.method), key=lambda row: row.method)
    return [f"| `{row.method}` | {row.how} | {_result(row, record)} |" for row in rows]


def _rows(groups: Iterable[Group]) -> list[Row]:
    return [row for group in groups for row in group.rows]


def _result(row: Row, record: Record) -> str:
    outcome = record.outcomes.get((row.method, row.how), "not run")
    first_line = outcome.partition("\n")[0]
    return f"{first_line} ({row.reason})" if row.reason and outcome != PASSED else first_line
