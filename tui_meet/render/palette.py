"""RGB to the 256 and 16 colours of a terminal, by tables over 5 bits per channel.

The 256 colours are xterm's: 16 system colours (left out, because people change them), a 6x6x6 cube and 24 greys. The 16
colours are matched against xterm's defaults; the terminal shows whatever its owner made of them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

CUBE_LEVELS = (0, 95, 135, 175, 215, 255)
"""Levels of a channel in xterm's colour cube (colours 16 to 231)."""

SYSTEM_COLOURS = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip
"""xterm's default RGB of colours 0 to 15."""

_BAYER_4X4 = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16 - 0.46875

_SPREAD_16 = 64
"""Levels between the darkest and brightest threshold of the dither: about half the distance of neighbouring system
colours. More shows as a grid, less as flat patches."""

_SATURATION_16 = 1.5
"""How far colours are pulled away from grey for 16 colours, most of which are vivid: without it faces turn grey."""


def palette_rgb() -> npt.NDArray[np.uint8]:
    """(256, 3) RGB of every xterm colour, system colours first."""
    cube = [(r, g, b) for r in CUBE_LEVELS for g in CUBE_LEVELS for b in CUBE_LEVELS]
    greys = [(8 + 10 * step,) * 3 for step in range(24)]
    return np.array([*SYSTEM_COLOURS, *cube, *greys], dtype=np.uint8)


def to_256(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Colour numbers 16 to 255 for RGB of shape (..., 3)."""
    return _table_256()[_key(rgb)]


def to_16(rgb: npt.NDArray[np.uint8], *, dither: bool = True) -> npt.NDArray[np.uint32]:
    """Colour numbers 0 to 15 for an RGB picture (height, width, 3).

    With `dither` colours are made more vivid and a 4x4 ordered pattern (Bayer) is laid over the picture first. It
    stands still from picture to picture, so flat areas do not crawl. Without, each colour gets the nearest one.
    """
    if dither:
        height, width = rgb.shape[:2]
        pattern = np.tile(_BAYER_4X4 * np.float32(_SPREAD_16), (-(-height // 4), -(-width // 4)))[:height, :width]
        grey = luminance(rgb)[:, :, None].astype(np.float32)
        vivid = grey + (rgb - grey) * np.float32(_SATURATION_16)
        rgb = np.clip(vivid + pattern[:, :, None], 0, 255).astype(np.uint8)
    return _table_16()[_key(rgb)]


def luminance(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Luma 0 to 255 for RGB of shape (..., 3) with the weights of ITU-R BT.601, in 1/256."""
    weighted = rgb[..., 0] * np.uint16(77) + rgb[..., 1] * np.uint16(150) + rgb[..., 2] * np.uint16(29)
    luma: npt.NDArray[np.uint8] = (weighted >> 8).astype(np.uint8)
    return luma


def _key(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    fives = (rgb >> 3).astype(np.uint16)
    return (fives[..., 0] << np.uint16(10)) | (fives[..., 1] << np.uint16(5)) | fives[..., 2]


def _table_colours() -> npt.NDArray[np.float32]:
    """(32768, 3) RGB of every table entry; 5 bits are spread so that 31 is 255."""
    index = np.arange(32768)
    fives = np.stack([index >> 10, (index >> 5) & 31, index & 31], axis=-1)
    return (fives * (255 / 31)).astype(np.float32)


def _lab(rgb: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """CIE L*a*b* (D65) for sRGB 0 to 255 of shape (..., 3): there, distance is about what the eye sees."""
    unit = rgb / 255
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], dtype=np.float32
    ) / np.array([[0.9505], [1.0], [1.089]], dtype=np.float32)
    xyz = linear @ to_xyz.T
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    lab: npt.NDArray[np.float32] = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return lab


@cache
def _table_256() -> npt.NDArray[np.uint32]:
    """The better of two candidates in CIE L*a*b*: the nearest cube colour and the nearest grey."""
    colours = _table_colours()
    levels = np.array(CUBE_LEVELS, dtype=np.float32)
    nearest_level = np.abs(colours[:, :, None] - levels).argmin(axis=-1)
    cube = 16 + nearest_level @ np.array([36, 6, 1])
    luma = colours @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    grey = 232 + np.clip(np.rint((luma - 8) / 10), 0, 23).astype(np.int64)
    palette = _lab(palette_rgb().astype(np.float32))
    wanted = _lab(colours)
    cube_error = ((palette[cube] - wanted) ** 2).sum(axis=-1)
    grey_error = ((palette[grey] - wanted) ** 2).sum(axis=-1)
    table: npt.NDArray[np.uint32] = np.where(cube_error <= grey_error, cube, grey).astype(np.uint32)
    return table


@cache
def _table_16() -> npt.NDArray[np.uint32]:
    palette = _lab(np.array(SYSTEM_COLOURS, dtype=np.float32))
    wanted = _lab(_table_colours())
    error = np.stack([((wanted - colour) ** 2).sum(axis=-1) for colour in palette])
    table: npt.NDArray[np.uint32] = error.argmin(axis=0).astype(np.uint32)
    return table
