"""Cells to ready rows of text with ANSI colour sequences (ECMA-48 SGR; ISO 8613-6 for 38 and 48).

How it is fast: every cell gets a slot of 4-byte words (twelve in true colour), filled by table look-up for the whole
picture at once: `ESC[`, foreground, background, glyph. What a cell does not need, because its left neighbour has set it
already, is zero; so is the rest of short numbers. One pass then takes all zero bytes out. No loop runs over cells.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from tui_meet.render.capability import ColourDepth
from tui_meet.render.cells import SPACE, Cells

RESET = "\x1b[0m"

_Words = npt.NDArray[np.uint32]


def rows_to_ansi(cells: Cells) -> list[str]:
    """One string per row: it sets its colours itself and ends with a reset (without colours it is plain text).

    Neighbours of equal colours share one sequence, and a colour is only named when it changes. A space shows no
    foreground, so it never sets one.
    """
    if not cells.rows or not cells.columns:
        return [""] * cells.rows
    if cells.depth is ColourDepth.NONE:
        rows = cells.glyphs.astype("<u4").tobytes().decode("utf-32-le")
        return [rows[start : start + cells.columns] for start in range(0, len(rows), cells.columns)]
    background_set = _changes(cells.background)
    foreground = _carried(cells.foreground, cells.glyphs == SPACE)
    foreground_set = _changes(foreground)
    # A row that begins with spaces has no foreground to carry: what stands there is the spaces' own, not to be set.
    shown = np.logical_or.accumulate(cells.glyphs != SPACE, axis=1)
    foreground_set[:, 1:] |= shown[:, 1:] & ~shown[:, :-1]
    foreground_set &= shown

    if cells.depth is ColourDepth.TRUECOLOUR:
        words = _true_colour_words(foreground, foreground_set, cells.background, background_set)
    else:
        words = _palette_words(foreground, foreground_set, cells.background, background_set, cells.depth)
    words[:, :-1, -1] = _utf8_words(cells.glyphs)
    words[:, -1, :] = 0
    words[:, -1, 0] = _word("\x1b[0m")
    # Row by row: these small pieces stay in the processor's cache, all rows in one piece take twice as long.
    return [row.tobytes().translate(None, b"\0").decode() for row in words]


def _changes(codes: _Words) -> npt.NDArray[np.bool_]:
    """Where a code differs from the one at its left; the first of a row always does."""
    changes = np.ones(codes.shape, dtype=np.bool_)
    np.not_equal(codes[:, 1:], codes[:, :-1], out=changes[:, 1:])
    return changes


def _carried(codes: _Words, unseen: npt.NDArray[np.bool_]) -> _Words:
    """`codes` where the ones of unseen cells are replaced by the last seen one at their left."""
    if not unseen.any():
        return codes
    last_seen = np.where(unseen, 0, np.arange(codes.shape[1]))
    np.maximum.accumulate(last_seen, axis=1, out=last_seen)
    carried: _Words = np.take_along_axis(codes, last_seen, axis=1)
    return carried


def _word(text: str) -> np.uint32:
    """Up to four ASCII characters as a little-endian word, zero where there is none."""
    return np.uint32(int.from_bytes(text.encode().ljust(4, b"\0"), "little"))


@cache
def _decimals(ending: str) -> _Words:
    """(256,) words "0" to "255" followed by `ending`."""
    return np.array([_word(f"{number}{ending}") for number in range(256)], dtype="<u4")


def _true_colour_words(
    foreground: _Words,
    foreground_set: npt.NDArray[np.bool_],
    background: _Words,
    background_set: npt.NDArray[np.bool_],
) -> _Words:
    """(rows, columns + 1, 12) words with room for the glyph in the last and for the row's end in the last column."""
    rows, columns = foreground.shape
    words = np.empty((rows, columns + 1, 12), dtype="<u4")
    cell = words[:, :-1]
    middle, last = _decimals(";"), _decimals("m")
    only_foreground = foreground_set & ~background_set
    cell[..., 0] = (foreground_set | background_set) * _word("\x1b[")
    cell[..., 1] = foreground_set * _word("38;2")
    cell[..., 2] = foreground_set * _word(";")
    cell[..., 3] = middle[foreground >> 16] * foreground_set
    cell[..., 4] = middle[foreground >> 8 & 255] * foreground_set
    cell[..., 5] = np.where(only_foreground, last[foreground & 255], middle[foreground & 255]) * foreground_set
    cell[..., 6] = background_set * _word("48;2")
    cell[..., 7] = background_set * _word(";")
    cell[..., 8] = middle[background >> 16] * background_set
    cell[..., 9] = middle[background >> 8 & 255] * background_set
    cell[..., 10] = last[background & 255] * background_set
    return words


def _palette_words(
    foreground: _Words,
    foreground_set: npt.NDArray[np.bool_],
    background: _Words,
    background_set: npt.NDArray[np.bool_],
    depth: ColourDepth,
) -> _Words:
    """As `_true_colour_words`, (rows, columns + 1, 8)."""
    rows, columns = foreground.shape
    words = np.zeros((rows, columns + 1, 8), dtype="<u4")
    cell = words[:, :-1]
    if depth is ColourDepth.ANSI256:
        cell[..., 1] = foreground_set * _word("38;5")
        cell[..., 2] = foreground_set * _word(";")
        cell[..., 4] = background_set * _word("48;5")
        cell[..., 5] = background_set * _word(";")
        middle, last, background_last = _decimals(";"), _decimals("m"), _decimals("m")
    else:
        middle, last = _system_codes(30, 90, ";"), _system_codes(30, 90, "m")
        background_last = _system_codes(40, 100, "m")
    only_foreground = foreground_set & ~background_set
    cell[..., 0] = (foreground_set | background_set) * _word("\x1b[")
    cell[..., 3] = np.where(only_foreground, last[foreground], middle[foreground]) * foreground_set
    cell[..., 6] = background_last[background] * background_set
    return words


@cache
def _system_codes(normal: int, bright: int, ending: str) -> _Words:
    """(16,) words of SGR parameters: `normal` for colours 0 to 7, `bright` for 8 to 15."""
    numbers = [*range(normal, normal + 8), *range(bright, bright + 8)]
    return np.array([_word(f"{number}{ending}") for number in numbers], dtype="<u4")


def _utf8_words(code_points: _Words) -> _Words:
    """UTF-8 of each code point below U+10000 as a little-endian word (RFC 3629)."""
    three = 0x8080E0 | code_points >> 12 | (code_points >> 6 & 0x3F) << 8 | (code_points & 0x3F) << 16
    two = 0x80C0 | code_points >> 6 | (code_points & 0x3F) << 8
    return np.where(code_points < 0x80, code_points, np.where(code_points < 0x800, two, three))
