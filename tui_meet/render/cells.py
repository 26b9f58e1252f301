"""A picture as terminal cells: a glyph and two colours each.

| terminal           | glyphs                  | picture elements per cell |
| ------------------ | ----------------------- | ------------------------- |
| colours, UTF-8     | upper half block, space | 1 x 2                     |
| colours, no UTF-8  | space                   | 1 x 1                     |
| no colours, UTF-8  | space, shades, block    | 1 x 1, five levels        |
| neither            | ASCII by ink            | 1 x 1, fifteen levels     |

Without colours, even shades show a face better than dots: Braille and quadrants, dithered, have more elements but lose
eyes and mouth in the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.render.fit import resample
from tui_meet.render.palette import luminance, to_16, to_256

SPACE = ord(" ")
UPPER_HALF = ord("▀")

SHADES = " ░▒▓█"
"""From dark to bright, for bright letters on a dark screen."""

ASCII_RAMP = " .,:;i1tfLCG08@"
"""As `SHADES`, by the ink of each character in common terminal fonts."""

REMOTE_TOLERANCE = 4
"""Levels by which a channel may differ from the left neighbour's and still be drawn as that, on remote terminals. It
cuts the bytes of a camera's picture to a third; from 6 on, soft backgrounds show bands."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A picture as cells; every array is (rows, columns), uint32."""

    glyphs: npt.NDArray[np.uint32]
    """Unicode code points, each one column wide."""
    foreground: npt.NDArray[np.uint32]
    """0xRRGGBB in true colour, else the number of the colour; 0 without colours."""
    background: npt.NDArray[np.uint32]
    """As `foreground`."""
    depth: ColourDepth
    """What the colour codes mean."""

    @property
    def rows(self) -> int:
        return int(self.glyphs.shape[0])

    @property
    def columns(self) -> int:
        return int(self.glyphs.shape[1])

    def crop(self, start: int, end: int) -> Cells:
        """Columns `start` to `end` (exclusive) of every row; a view, nothing is copied."""
        return Cells(
            self.glyphs[:, start:end], self.foreground[:, start:end], self.background[:, start:end], self.depth
        )

    def centred(self, columns: int, column: int, background: int) -> Cells:
        """These cells at `column` of rows `columns` wide, blank in colour `background` beside them."""
        left, right = column, columns - column - self.columns
        if not left and not right:
            return self
        beside = ((0, 0), (left, right))
        return Cells(
            np.pad(self.glyphs, beside, constant_values=SPACE),
            np.pad(self.foreground, beside, constant_values=background),
            np.pad(self.background, beside, constant_values=background),
            self.depth,
        )

    def changed_rows(self, before: Cells) -> npt.NDArray[np.bool_]:
        """(rows,) whether the row looks different from `before`; all are when the shape or depth is another."""
        if before.glyphs.shape != self.glyphs.shape or before.depth is not self.depth:
            return np.ones(self.rows, dtype=np.bool_)
        changed: npt.NDArray[np.bool_] = (
            (self.glyphs != before.glyphs)
            | (self.foreground != before.foreground)
            | (self.background != before.background)
        ).any(axis=1)
        return changed


def colour_code(red: int, green: int, blue: int, depth: ColourDepth) -> int:
    """The code of one colour (0 to 255 each) at this depth."""
    one = np.array([[[red, green, blue]]], dtype=np.uint8)
    return int(_codes(one, depth, dither=False)[0, 0])


def picture_cells(
    rgb: npt.NDArray[np.uint8], columns: int, rows: int, capability: TerminalCapability, *, dither: bool = True
) -> Cells:
    """`rgb` (h, w, 3) as `columns` x `rows` cells of what the terminal can show.

    Best when `rgb` is `columns` by `2 * rows` px; else it is resampled. `dither` is about 16 colours, where flat
    patches look worse than a pattern. On a remote terminal, true colours that
    hardly differ from their left neighbour become equal to it, see `REMOTE_TOLERANCE`.
    """
    rgb = resample(rgb, columns, 2 * rows)
    if capability.depth is ColourDepth.NONE:
        glyphs = brightness(_row_pairs(luminance(rgb)), SHADES if capability.unicode else ASCII_RAMP)
        nothing = np.zeros(glyphs.shape, dtype=np.uint32)
        return Cells(glyphs, nothing, nothing, capability.depth)
    if not capability.unicode:
        rgb = _row_pairs(rgb)
    if capability.remote and capability.depth is ColourDepth.TRUECOLOUR:
        rgb = merged_neighbours(rgb, REMOTE_TOLERANCE)
    codes = _codes(rgb, capability.depth, dither=dither)
    if not capability.unicode:
        return Cells(np.full(codes.shape, SPACE, dtype=np.uint32), codes, codes, capability.depth)
    top, bottom = codes[0::2], codes[1::2]
    glyphs = np.where(top == bottom, np.uint32(SPACE), np.uint32(UPPER_HALF))
    return Cells(glyphs, top, bottom, capability.depth)


def brightness(luma: npt.NDArray[np.uint8], ramp: str) -> npt.NDArray[np.uint32]:
    """A character of `ramp` (dark to bright) per element of `luma` (rows, columns)."""
    code_points = np.array([ord(character) for character in ramp], dtype=np.uint32)
    picked: npt.NDArray[np.uint32] = code_points[luma.astype(np.uint16) * np.uint16(len(ramp)) >> 8]
    return picked


def merged_neighbours(rgb: npt.NDArray[np.uint8], tolerance: int) -> npt.NDArray[np.uint8]:
    """`rgb` (h, w, 3) where each px that is within `tolerance` levels of the run at its left takes that run's colour.

    A run keeps the colour of its first px, so nothing moves by more than `tolerance`, and slow shades do not drift.
    """
    columns = np.ascontiguousarray(rgb.transpose(1, 0, 2), dtype=np.int16)
    run = columns[0] if len(columns) else columns
    for column in columns[1:]:
        differs = (np.abs(column - run) > tolerance).any(axis=1, keepdims=True)
        run = np.where(differs, column, run)
        column[:] = run
    return columns.transpose(1, 0, 2).astype(np.uint8)


def _row_pairs(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Mean of every two rows."""
    mean: npt.NDArray[np.uint16] = values[0::2].astype(np.uint16)
    return ((mean + values[1::2]) >> 1).astype(np.uint8)


def _codes(rgb: npt.NDArray[np.uint8], depth: ColourDepth, *, dither: bool) -> npt.NDArray[np.uint32]:
    """(h, w) colour codes of `rgb` (h, w, 3)."""
    if depth is ColourDepth.ANSI256:
        return to_256(rgb)
    if depth is ColourDepth.ANSI16:
        return to_16(rgb, dither=dither)
    if depth is ColourDepth.NONE:
        return np.zeros(rgb.shape[:2], dtype=np.uint32)
    blue_green_red = np.zeros((*rgb.shape[:2], 4), dtype=np.uint8)
    blue_green_red[..., 2::-1] = rgb
    codes: npt.NDArray[np.uint32] = blue_green_red.view("<u4")[..., 0]
    return codes
