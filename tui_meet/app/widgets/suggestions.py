"""Completions above the bottom line; they float over the panes, which keep their sizes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, plain
from tui_meet.app.widgets.line_input import Offer
from tui_meet.app.widgets.lines import Rows

MOST = 8
"""Rows shown at once."""


class Suggestions(Rows, can_focus=False):
    """A list that follows the cursor of a `LineInput`."""

    DEFAULT_CSS = """
    Suggestions {
        layer: over; dock: bottom; margin: 0 0 1 0; height: 0; background: $panel; scrollbar-size-vertical: 0;
        overflow-y: hidden; display: none;
    }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._index = -1

    def show(self, offers: Sequence[Offer], index: int) -> None:
        """Show a window of the offers around the one with the cursor."""
        first = max(0, min(index - MOST // 2, len(offers) - MOST))
        window = list(offers)[first : first + MOST]
        self._index = index - first if index >= 0 else -1
        width = max((cell_len(plain(offer.label)) for offer in window), default=0)
        rows: list[Row] = []
        for place, offer in enumerate(window):
            name = plain(offer.label)
            sign = self._marks.cursor if place == self._index else " "
            padded = name + " " * (width - cell_len(name) + 2)
            rows.append(((f" {sign} ", "accent"), (padded, "key"), (plain(offer.help), "dim")))
        self.set_rows(rows)
        self.styles.height = len(window)
        self.display = bool(window)
        self.refresh()

    def is_marked(self, index: int) -> bool:
        return index == self._index
