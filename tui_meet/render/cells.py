"""A picture as terminal cells: a glyph and two colours each.

| terminal           | glyphs                  | picture elements per cell |
| ------------------ | ----------------------- | ------------------------- |
| colours, UTF-8     | upper half block, space | 1 x 2                     |
| colours, no UTF-8  | space                   | 1 x 1                     |
| no colours, UTF-8  | Braille                 | 2 x 4, dithered           |
| neither            | ASCII ramp              | 1 x 1                     |
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
BRAILLE = 0x2800
"""U+2800, the Braille pattern without dots; the dots are the low eight bits."""

ASCII_RAMP = " .,:;i1tfLCG08@"
"""From dark to bright, by the ink of each character in common terminal fonts. It is made for bright letters on a dark
screen."""

_REMOTE_MASK = np.uint32(0xFCFCFC)
_REMOTE_FILL = np.uint32(0x030303)


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


def density(capability: TerminalCapability) -> int:
    """Square px side by side in a cell that `picture_cells` makes use of; twice as many stand above each other."""
    return 2 if capability.depth is ColourDepth.NONE and capability.unicode else 1


def colour_code(red: int, green: int, blue: int, depth: ColourDepth) -> int:
    """The code of one colour (0 to 255 each) at this depth."""
    one = np.array([[[red, green, blue]]], dtype=np.uint8)
    return int(_codes(one, depth, dither=False, remote=False)[0, 0])


def picture_cells(
    rgb: npt.NDArray[np.uint8], columns: int, rows: int, capability: TerminalCapability, *, dither: bool = True
) -> Cells:
    """`rgb` (h, w, 3) as `columns` x `rows` cells of what the terminal can show.

    Best when `rgb` is `columns * density` by `2 * rows * density` px, see `density`; else it is resampled. `dither` is
    about 16 colours, where flat patches look worse than a pattern. On a remote terminal true colour is cut to 6 bits
    per channel: neighbours are then more often equal, which costs fewer bytes and can hardly be seen.
    """
    across = density(capability)
    rgb = resample(rgb, columns * across, 2 * rows * across)
    if capability.depth is ColourDepth.NONE:
        glyphs = braille(luminance(rgb)) if capability.unicode else ascii_ramp(_row_pairs(luminance(rgb)))
        nothing = np.zeros(glyphs.shape, dtype=np.uint32)
        return Cells(glyphs, nothing, nothing, capability.depth)
    if not capability.unicode:
        codes = _codes(_row_pairs(rgb), capability.depth, dither=dither, remote=capability.remote)
        return Cells(np.full(codes.shape, SPACE, dtype=np.uint32), codes, codes, capability.depth)
    codes = _codes(rgb, capability.depth, dither=dither, remote=capability.remote)
    top, bottom = codes[0::2], codes[1::2]
    glyphs = np.where(top == bottom, np.uint32(SPACE), np.uint32(UPPER_HALF))
    return Cells(glyphs, top, bottom, capability.depth)


def ascii_ramp(luma: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """A character per element of `luma` (rows, columns), more ink where it is brighter."""
    ramp = np.array([ord(character) for character in ASCII_RAMP], dtype=np.uint32)
    picked: npt.NDArray[np.uint32] = ramp[luma.astype(np.uint16) * len(ASCII_RAMP) >> 8]
    return picked


_BRAILLE_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)
"""Bit of each dot in the cell, by row and column (Unicode Standard, Braille Patterns)."""

_BRAILLE_THRESHOLDS = (
    np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.int16) * 15 + 15
).astype(np.uint8)
"""Bayer 4x4 from 15 to 240: black stays empty and white is full."""


def braille(luma: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Braille code points for `luma` (4 * rows, 2 * columns), dithered by a fixed 4x4 pattern."""
    rows, columns = luma.shape[0] // 4, luma.shape[1] // 2
    thresholds = np.tile(_BRAILLE_THRESHOLDS, (rows, -(-columns // 2)))[:, : 2 * columns]
    lit = (luma >= thresholds).reshape(rows, 4, columns, 2)
    dots: npt.NDArray[np.uint32] = (lit * _BRAILLE_DOTS[None, :, None, :]).sum(axis=(1, 3), dtype=np.uint32)
    return dots + np.uint32(BRAILLE)


def _row_pairs(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Mean of every two rows."""
    mean: npt.NDArray[np.uint16] = values[0::2].astype(np.uint16)
    return ((mean + values[1::2]) >> 1).astype(np.uint8)


def _codes(rgb: npt.NDArray[np.uint8], depth: ColourDepth, *, dither: bool, remote: bool) -> npt.NDArray[np.uint32]:
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
    return (codes & _REMOTE_MASK) | (codes >> np.uint32(6) & _REMOTE_FILL) if remote else codes
