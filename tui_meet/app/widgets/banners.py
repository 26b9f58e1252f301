"""What happened to the person at the keyboard, over the stage; at most three at once."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, plain, spread
from tui_meet.app.widgets.lines import Looks
from tui_meet.core.model import Notice, Severity

MOST = 3
"""Banners shown at once; older ones are in the event log."""

_LOOKS = {Severity.INFO: "info", Severity.GOOD: "good", Severity.WARNING: "warning", Severity.ERROR: "bad"}

NARROW = 60
"""Cells below which the hint how to dismiss is one word."""


class Banners(Looks):
    """One row per notice; takes no room when there is none."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Banners { height: 0; background: $surface; }"

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._notices: tuple[Notice, ...] = ()

    @property
    def newest(self) -> int:
        """Number of the newest notice on show; 0 when there is none."""
        return max((notice.number for notice in self._notices), default=0)

    def show(self, notices: Sequence[Notice]) -> None:
        """Show the newest few of these."""
        kept = tuple(notices)[-MOST:]
        if kept == self._notices:
            return
        if len(kept) != len(self._notices):
            self.styles.height = len(kept)
        self._notices = kept
        self.refresh()

    def _sign(self, severity: Severity) -> str:
        marks = self._marks
        return {
            Severity.GOOD: marks.ok, Severity.INFO: marks.dot, Severity.WARNING: marks.careful,
        }.get(severity, marks.problem)  # fmt: skip

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._notices):
            return self.draw((), width)
        notice = self._notices[y]
        left: Row = ((f" {self._sign(notice.severity)} ", _LOOKS[notice.severity]), (plain(notice.text), "strong"))
        last = y == len(self._notices) - 1
        right: Row = (("Esc dismisses " if width >= NARROW else "Esc ", "dim"),) if last else ()
        return self.draw(spread(left, right, width), width)
