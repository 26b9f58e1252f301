"""RGB to terminal colours."""

from __future__ import annotations

import numpy as np
import pytest

from tui_meet.render.palette import SYSTEM_COLOURS, luminance, palette_rgb, to_16, to_256


def test_every_palette_colour_keeps_its_look_in_256() -> None:
    palette = palette_rgb()[16:]
    found = palette_rgb()[to_256(palette)]
    # With 5 bits per channel a grey may fall on its neighbour, 10 levels away; nothing may move further.
    assert int(np.abs(found.astype(int) - palette).max()) <= 10


def test_system_colours_are_themselves_in_16() -> None:
    exact = np.array([SYSTEM_COLOURS], dtype=np.uint8)
    assert to_16(exact, dither=False)[0].tolist() == list(range(16))


@pytest.mark.parametrize(
    ("rgb", "number"),
    [((0, 0, 0), 16), ((255, 255, 255), 231), ((255, 0, 0), 196), ((0, 0, 255), 21), ((95, 135, 175), 67)],
)
def test_well_known_colours_in_256(rgb: tuple[int, int, int], number: int) -> None:
    assert to_256(np.array([rgb], dtype=np.uint8)).tolist() == [number]


def test_dither_mixes_what_has_no_colour_of_its_own() -> None:
    between = np.full((8, 8, 3), 60, dtype=np.uint8)
    assert len(np.unique(to_16(between, dither=False))) == 1
    assert set(np.unique(to_16(between)).tolist()) == {0, 8}


def test_dither_leaves_vivid_bars_in_their_hue() -> None:
    bars = np.repeat(np.array([[[191, 0, 0], [0, 191, 0], [0, 0, 191], [191, 191, 0]]], dtype=np.uint8), 4, axis=0)
    hues = [{int(number) % 8 for number in column} for column in to_16(bars).T]
    assert hues == [{1}, {2}, {4}, {3}]


def test_luminance_orders_the_primaries() -> None:
    luma = luminance(np.array([[255, 255, 255], [0, 255, 0], [255, 0, 0], [0, 0, 255], [0, 0, 0]], dtype=np.uint8))
    assert luma.tolist() == [255, 149, 76, 28, 0]
