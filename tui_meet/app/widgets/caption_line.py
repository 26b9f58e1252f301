"""Live captions: one line with what is being said and by whom."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, clip, plain
from tui_meet.app.widgets.lines import Line
from tui_meet.core.model import Captions

NOTHING_YET = "nothing was said yet"
"""Shown while captions are on and no words have come."""


class CaptionsLine(Line):
    """Takes no room while captions are off."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "CaptionsLine { height: 1; background: $surface; display: none; }"

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._captions = Captions()

    def show(self, captions: Captions) -> None:
        """Show the newest line of these."""
        if captions is not self._captions:
            self._captions = captions
            self.display = captions.on
            self.refresh()

    def make_row(self, width: int) -> Row:
        """Who says it, then the words; of words that have no room the newest are kept."""
        marks, lines = self._marks, self._captions.lines
        if not lines:
            return ((" Captions: ", "dim"), (NOTHING_YET, "dim"))
        newest = lines[-1]
        speakers = ", ".join(plain(name).strip() for name in newest.speakers)
        head = f" {clip(speakers or 'Caption', max(8, width // 3), marks.ellipsis)}: "
        words = plain(newest.text) + ("" if newest.is_final else f" {marks.ellipsis}")
        return ((head, "info"), (_end_of(words, width - cell_len(head) - 1, marks.ellipsis), ""))


def _end_of(text: str, width: int, ellipsis: str) -> str:
    """The last `width` cells of the text; what is cut off in front is marked."""
    if cell_len(text) <= width or width <= 0:
        return text
    room = max(0, width - cell_len(ellipsis))
    kept = set_cell_size(text[::-1], room)[::-1]
    _, space, rest = kept.partition(" ")
    return ellipsis + (rest if space and rest else kept)
