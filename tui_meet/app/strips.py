"""Ready ANSI rows through Textual's compositor: the one place that bends its row rendering.

A widget overrides the public `render_lines` and returns `AnsiStrip`s. The compositor cuts them with `divide` and `crop`
and asks each piece for its text with `render`; all three are public and answered here from ready rows, so nothing is
done per cell in Python. Whatever else is asked of a strip (joining, tint under a dialog, SVG export, iteration) needs
real segments: they are made the first time something asks, from the same cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_meet.render.ansi import rows_to_ansi
from tui_meet.render.capability import ColourDepth
from tui_meet.render.cells import Cells


class AnsiPicture:
    """One picture's cells with its rows of text, for every span of columns that was asked for.

    An overlay cuts all rows it touches at the same columns, so the rows of a span are made together, once.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._rows: dict[tuple[int, int], list[str]] = {}

    def row(self, y: int, start: int, end: int) -> str:
        """Row `y`, columns `start` to `end` (exclusive), self-contained."""
        rows = self._rows.get((start, end))
        if rows is None:
            rows = self._rows[(start, end)] = rows_to_ansi(self.cells.crop(start, end))
        return rows[y]

    def strips(self, first_row: int = 0, last_row: int | None = None) -> list[AnsiStrip]:
        """Full-width strips of rows `first_row` to `last_row` (exclusive; all when None)."""
        width = self.cells.columns
        return [AnsiStrip(self, y, 0, width) for y in range(*slice(first_row, last_row).indices(self.cells.rows))]


class AnsiStrip(Strip):
    """A row of a picture that renders itself without segments.

    `Strip.__init__` is left out until something needs what it sets up: reading an attribute it would have set lands
    in `__getattr__`, which runs it with segments made from the cells.
    """

    __slots__ = ("_picture", "_picture_end", "_picture_row", "_picture_start", "_segments_made")

    def __init__(self, picture: AnsiPicture, row: int, start: int, end: int) -> None:
        self._picture = picture
        self._picture_row = row
        self._picture_start = start
        self._picture_end = end
        self._segments_made = False

    def __getattr__(self, name: str) -> object:
        if self._segments_made:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._segments_made = True
        segments = row_segments(self._picture.cells, self._picture_row, self._picture_start, self._picture_end)
        super().__init__(segments, self._picture_end - self._picture_start)
        value: object = getattr(self, name)
        return value

    @property
    def cell_length(self) -> int:
        """Columns, known without measuring."""
        return self._picture_end - self._picture_start

    @property
    def cell_count(self) -> int:
        """Characters: every glyph is one column wide."""
        return self._picture_end - self._picture_start

    def __bool__(self) -> bool:
        return self._picture_end > self._picture_start

    def render(self, console: Console) -> str:
        """The ready row; the depth of `console` is not looked at, the picture has its own."""
        return self._picture.row(self._picture_row, self._picture_start, self._picture_end)

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Columns `start` to `end` (exclusive), still without segments."""
        length = self.cell_length
        start = max(0, start)
        end = length if end is None else min(length, end)
        if start == 0 and end == length:
            return self
        if end <= start:
            return Strip([], 0)
        return self._part(start, end)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Pieces that end at each of the ascending `cuts`, still without segments."""
        length = self.cell_length
        pieces: list[Strip] = []
        start = 0
        for cut in cuts:
            if cut > length:
                continue
            pieces.append(self if start == 0 and cut == length else self._part(start, cut))
            start = cut
        return pieces

    def _part(self, start: int, end: int) -> AnsiStrip:
        offset = self._picture_start
        return AnsiStrip(self._picture, self._picture_row, offset + start, offset + end)


def row_segments(cells: Cells, row: int, start: int, end: int) -> list[Segment]:
    """Columns `start` to `end` of one row as segments, one per run of equal colours."""
    glyphs = cells.glyphs[row, start:end]
    if not glyphs.size:
        return []
    text = glyphs.astype("<u4").tobytes().decode("utf-32-le")
    if cells.depth is ColourDepth.NONE:
        return [Segment(text)]
    foreground, background = cells.foreground[row, start:end], cells.background[row, start:end]
    starts = np.flatnonzero((foreground[1:] != foreground[:-1]) | (background[1:] != background[:-1])) + 1
    edges = [0, *starts.tolist(), len(text)]
    return [
        Segment(text[left:right], _style(int(foreground[left]), int(background[left]), cells.depth))
        for left, right in pairwise(edges)
    ]


@lru_cache(maxsize=4096)
def _style(foreground: int, background: int, depth: ColourDepth) -> Style:
    return Style(color=_colour(foreground, depth), bgcolor=_colour(background, depth))


@lru_cache(maxsize=4096)
def _colour(code: int, depth: ColourDepth) -> Color:
    if depth is ColourDepth.TRUECOLOUR:
        return Color.from_rgb(code >> 16, code >> 8 & 255, code & 255)
    return Color.from_ansi(code)
