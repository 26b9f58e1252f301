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
_WORDS = {Severity.INFO: "note", Severity.GOOD: "ok", Severity.WARNING: "careful", Severity.ERROR: "problem"}


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

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._notices):
            return self.draw((), width)
        notice = self._notices[y]
        sign = {Severity.GOOD: self._marks.ok, Severity.INFO: self._marks.dot}.get(
            notice.severity, self._marks.problem
        )
        look = _LOOKS[notice.severity]
        left: Row = ((f" {sign} ", look), (f"{_WORDS[notice.severity]}: ", look), (plain(notice.text), ""))
        right: Row = (("Esc dismisses ", "dim"),) if y == len(self._notices) - 1 else ()
        return self.draw(spread(left, right, width), width)
