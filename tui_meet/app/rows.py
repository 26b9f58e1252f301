"""Text to rows of cells: what other people wrote is made harmless, wrapped, clipped and measured here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Span = tuple[str, str]
"""(text, name of a look): `("Alice", "strong")`. An empty name is plain text."""

Row = tuple[Span, ...]
"""One row of a pane, left to right."""


def plain(text: str) -> str:
    """`text` in one line with nothing in it that steers a terminal: control and direction characters are left out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain_characters(text))


def _plain_characters(text: str) -> Iterator[str]:
    for character in text:
        if character in "\t\n\r\v\f\u2028\u2029\x85":
            yield " "
        elif unicodedata.category(character)[0] != "C":
            yield character


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells; what is cut off is marked by `ellipsis`."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    return set_cell_size(text, room).rstrip() + ellipsis if room > 0 else set_cell_size(text, width)


def wrap(text: str, width: int) -> list[str]:
    """`text` broken at spaces into lines of at most `width` cells; longer words are cut. Newlines are kept."""
    width = max(1, width)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in plain(paragraph).split(" "):
            candidate = f"{line} {word}" if line else word
            if cell_len(candidate) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            *full, line = chop_cells(word, width) or [""]
            lines.extend(full)
        lines.append(line)
    return lines


def row_width(row: Row) -> int:
    """Cells that the row takes."""
    return sum(cell_len(text) for text, _ in row)


def spread(left: Row, right: Row, width: int) -> Row:
    """`left` and `right` at the two ends of `width` cells; where there is no room for both, `left` is clipped."""
    room = width - row_width(right)
    if room <= 0:
        return right
    kept = clip_row(left, room - 1 if right else room)
    return (*kept, (" " * (room - row_width(kept)), ""), *right)


def clip_row(row: Row, width: int) -> Row:
    """The row in at most `width` cells."""
    kept: list[Span] = []
    for text, look in row:
        length = cell_len(text)
        if length > width:
            kept.append((clip(text, width), look))
            break
        kept.append((text, look))
        width -= length
    return tuple(kept)


def fit(row: Row, width: int, look: Callable[[str], Style], base: Style) -> Strip:
    """The row as a strip of exactly `width` cells: clipped, or filled up with the base style."""
    row = clip_row(row, width)
    segments = [Segment(text, base + look(name) if name else base) for text, name in row if text]
    used = row_width(row)
    if used < width:
        segments.append(Segment(" " * (width - used), base))
    return Strip(segments, width)


def joined(parts: Iterable[Row], separator: Span) -> Row:
    """The rows in one, with `separator` between those that are not empty."""
    out: list[Span] = []
    for part in parts:
        if part:
            if out:
                out.append(separator)
            out.extend(part)
    return tuple(out)
