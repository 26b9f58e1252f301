"""Names of the panes where only some are on show: the keys 1 to 4, and which one is there now."""

from __future__ import annotations

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, row_width
from tui_meet.app.widgets.lines import Line


class PaneTabs(Line):
    """One row."""

    DEFAULT_CSS = "PaneTabs { background: $surface; }"

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._tabs: tuple[tuple[str, str, str, bool], ...] = ()

    def show(self, tabs: tuple[tuple[str, str, str, bool], ...]) -> None:
        """(key, long title, short title, is on show) of every pane."""
        if tabs != self._tabs:
            self._tabs = tabs
            self.refresh()

    def make_row(self, width: int) -> Row:
        row = self._row_of(1)
        return row if row_width(row) <= width else self._row_of(2)

    def _row_of(self, title: int) -> Row:
        spans: Row = ()
        for tab in self._tabs:
            here = tab[3]
            sign = self._marks.cursor if here else " "
            spans = (*spans, (sign, "accent"), (tab[0], "key"), (f" {tab[title]} ", "strong" if here else "dim"))
        return spans
