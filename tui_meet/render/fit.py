"""Letterbox arithmetic: where a picture goes in a tile, and how many pixels it needs.

A cell is taken to be twice as high as wide, so half blocks give square pixels: one column wide, half a row high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Placement:
    """The picture's rectangle in its tile. Everything is 0 when the tile has no room."""

    column: int
    """Cells left of the picture."""
    row: int
    """Cells above the picture."""
    columns: int
    """Width in cells."""
    rows: int
    """Height in cells."""

    @property
    def width(self) -> int:
        """px to ask of the source."""
        return self.columns

    @property
    def height(self) -> int:
        """px to ask of the source."""
        return 2 * self.rows


NOWHERE = Placement(0, 0, 0, 0)
"""The placement in a tile without room."""


def letterbox(columns: int, rows: int, source_width: float, source_height: float) -> Placement:
    """The largest centred rectangle of `columns` x `rows` cells with the shape of the source.

    A source without an area (either side 0 or less) is taken to fill the tile. At least one cell is used when the
    tile has one, however thin the source is.
    """
    if columns <= 0 or rows <= 0:
        return NOWHERE
    fit_columns, fit_rows = columns, rows
    if source_width > 0 and source_height > 0:
        # Compare in square pixels: the tile is `columns` wide and `2 * rows` high.
        scale = min(columns / source_width, 2 * rows / source_height)
        fit_columns = min(columns, max(1, round(source_width * scale)))
        fit_rows = min(rows, max(1, round(source_height * scale / 2)))
    return Placement(
        column=(columns - fit_columns) // 2,
        row=(rows - fit_rows) // 2,
        columns=fit_columns,
        rows=fit_rows,
    )


def resample(pixels: npt.NDArray[np.uint8], width: int, height: int) -> npt.NDArray[np.uint8]:
    """`pixels` (h, w, 3) at `width` x `height` px by nearest neighbour; the same array when it fits already.

    The source scales well and off the event loop; this only bridges the pictures that were under way while the size
    changed. Raises `ValueError` when `pixels` has no area.
    """
    have_height, have_width = pixels.shape[:2]
    if have_width == 0 or have_height == 0:
        raise ValueError("a picture without pixels cannot be resampled")
    if (have_width, have_height) == (width, height):
        return pixels
    columns = (np.arange(width) * have_width + have_width // 2) // max(1, width)
    rows = (np.arange(height) * have_height + have_height // 2) // max(1, height)
    scaled: npt.NDArray[np.uint8] = pixels[rows[:, None], columns[None, :]]
    return scaled
