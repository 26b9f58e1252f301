"""Cells: margins and changed rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.render.ansi import rows_to_ansi
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.render.cells import colour_code, merged_neighbours, picture_cells

ANSI16 = TerminalCapability(ColourDepth.ANSI16, unicode=True)


def test_margins_are_blank_in_their_colour() -> None:
    cells = picture_cells(np.full((2, 1, 3), 255, np.uint8), 1, 1, ANSI16, dither=False)
    padded = cells.centred(4, 1, colour_code(0, 0, 0, ColourDepth.ANSI16))
    assert rows_to_ansi(padded) == ["\x1b[40m \x1b[107m \x1b[40m  \x1b[0m"]


def test_changed_rows() -> None:
    before = np.zeros((6, 4, 3), dtype=np.uint8)
    after = before.copy()
    after[3, 2] = 255
    changed = picture_cells(after, 4, 3, ANSI16).changed_rows(picture_cells(before, 4, 3, ANSI16))
    assert changed.tolist() == [False, True, False]


def test_all_rows_change_with_the_size() -> None:
    picture = np.zeros((6, 4, 3), dtype=np.uint8)
    changed = picture_cells(picture, 5, 3, ANSI16).changed_rows(picture_cells(picture, 4, 3, ANSI16))
    assert changed.tolist() == [True, True, True]


def test_colour_code_of_each_depth() -> None:
    codes = {depth: colour_code(255, 128, 1, depth) for depth in ColourDepth}
    assert codes[ColourDepth.TRUECOLOUR] == 0xFF8001
    assert codes[ColourDepth.ANSI256] == 208
    assert codes[ColourDepth.NONE] == 0


@given(st.integers(0, 6), st.integers(0, 20), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_merged_neighbours_stay_within_the_tolerance(height: int, width: int, tolerance: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 60, (height, width, 3)).astype(np.uint8)
    merged = merged_neighbours(rgb, tolerance)
    assert merged.shape == rgb.shape
    assert (np.abs(merged.astype(int) - rgb) <= tolerance).all()
    if tolerance == 0:
        assert (merged == rgb).all()
