"""Letterbox arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.render.fit import NOWHERE, Placement, letterbox, resample


@pytest.mark.parametrize(
    ("tile", "source", "placement"),
    [
        ((160, 45), (1280, 720), Placement(0, 0, 160, 45)),
        ((80, 24), (640, 360), Placement(0, 1, 80, 22)),
        ((80, 24), (640, 480), Placement(8, 0, 64, 24)),
        ((80, 24), (360, 640), Placement(26, 0, 27, 24)),
        ((10, 10), (0, 0), Placement(0, 0, 10, 10)),
        ((10, 10), (1, 100_000), Placement(4, 0, 1, 10)),
        ((0, 10), (4, 3), NOWHERE),
        ((10, 0), (4, 3), NOWHERE),
    ],
)
def test_placement(tile: tuple[int, int], source: tuple[int, int], placement: Placement) -> None:
    assert letterbox(*tile, *source) == placement


def test_half_blocks_have_square_px() -> None:
    placement = letterbox(160, 45, 16, 9)
    assert (placement.width, placement.height) == (160, 90)


@given(st.integers(0, 300), st.integers(0, 120), st.integers(0, 4000), st.integers(0, 4000))
def test_placement_lies_in_the_tile(columns: int, rows: int, width: int, height: int) -> None:
    placement = letterbox(columns, rows, width, height)
    assert placement.column >= 0
    assert placement.row >= 0
    assert placement.column + placement.columns <= columns
    assert placement.row + placement.rows <= rows
    if columns and rows:
        assert placement.columns == columns or placement.rows == rows
        assert placement.columns >= 1
        assert placement.rows >= 1


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 30), st.integers(0, 30))
def test_resample_gives_the_size_and_only_colours_of_the_source(
    have_width: int, have_height: int, width: int, height: int
) -> None:
    source = np.arange(have_width * have_height * 3, dtype=np.uint8).reshape(have_height, have_width, 3)
    scaled = resample(source, width, height)
    assert scaled.shape == (height, width, 3)
    assert {tuple(px) for px in scaled.reshape(-1, 3).tolist()} <= {tuple(px) for px in source.reshape(-1, 3).tolist()}


def test_resample_keeps_left_left_and_top_top() -> None:
    source = np.array([[[1, 1, 1], [2, 2, 2]], [[3, 3, 3], [4, 4, 4]]], dtype=np.uint8)
    assert resample(source, 4, 4)[..., 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_resample_of_nothing() -> None:
    with pytest.raises(ValueError, match="without pixels"):
        resample(np.zeros((0, 4, 3), dtype=np.uint8), 2, 2)
