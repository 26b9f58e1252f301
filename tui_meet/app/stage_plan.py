"""Where tiles go on a stage: pure arithmetic in cells."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Region

CELL_ASPECT = 2.0
"""Height of a terminal cell over its width."""

PICTURE_ASPECT = 16 / 9
"""Width over height of the pictures that tiles are shaped for."""

MIN_WIDTH = 16
"""Cells; a narrower tile is not worth its place."""

MIN_HEIGHT = 5
"""Rows: three of picture and two of frame."""

MOST_TILES = 12
"""However large the terminal: more faces at once are smaller and no clearer."""
LARGE_SHARE = 4
"""Of five parts of the stage, those that a large first tile gets where it shares the stage."""

_FRAME = 2
"""Cells that a tile's frame takes in each direction."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Regions for the first tiles, in their order."""

    regions: tuple[Region, ...]
    """Cells from the stage's corner."""
    hidden: int
    """Tiles that have no room."""


def plan_stage(count: int, width: int, height: int, *, large: bool = False) -> Plan:
    """Place `count` tiles in `width` x `height` cells so that pictures come out as large as possible.

    All tiles are the same size; a last row that is not full stands in the middle. At least one tile is shown, however
    small the stage; the others only where each has MIN_WIDTH x MIN_HEIGHT, and MOST_TILES in all. With `large` the
    first tile gets most of the stage and the others a strip beside or below it, whichever leaves the large picture
    larger.
    """
    if count <= 0 or width <= 0 or height <= 0:
        return Plan((), max(0, count))
    if large and count > 1:
        return _plan_large(count, width, height)
    shown = max(1, min(count, MOST_TILES, max(1, width // MIN_WIDTH) * max(1, height // MIN_HEIGHT)))
    columns = max(range(1, shown + 1), key=lambda columns: _score(shown, columns, width, height))
    rows = -(-shown // columns)
    tile_height = height // rows
    regions: list[Region] = []
    for row in range(rows):
        in_row = min(columns, shown - row * columns)
        tile_width = width // columns
        left = (width - tile_width * in_row) // 2 if in_row < columns else 0
        for column in range(in_row):
            last = in_row == columns and column == columns - 1
            bottom = row == rows - 1
            regions.append(
                Region(
                    left + column * tile_width,
                    row * tile_height,
                    width - column * tile_width if last else tile_width,
                    height - row * tile_height if bottom else tile_height,
                )
            )
    return Plan(tuple(regions), count - shown)


def _plan_large(count: int, width: int, height: int) -> Plan:
    """The first tile large, the others as `plan_stage` places them in a strip to its right or below it."""
    beside = max(MIN_WIDTH, width * (5 - LARGE_SHARE) // 5)
    below = max(MIN_HEIGHT, height * (5 - LARGE_SHARE) // 5)
    right = Region(0, 0, width - beside, height), Region(width - beside, 0, beside, height)
    bottom = Region(0, 0, width, height - below), Region(0, height - below, width, below)
    roomy = [
        (large, strip)
        for large, strip in (right, bottom)
        if large.width >= strip.width and large.height >= MIN_HEIGHT and strip.height >= MIN_HEIGHT
    ]
    if not roomy:
        return Plan((Region(0, 0, width, height),), count - 1)
    large, strip = max(roomy, key=lambda regions: _picture_width(regions[0].width, regions[0].height))
    plan = plan_stage(count - 1, strip.width, strip.height)
    return Plan((large, *(region.translate(strip.offset) for region in plan.regions)), plan.hidden)


def _picture_width(width: int, height: int) -> float:
    """Cells that a picture is wide in a tile of this size."""
    return min(max(0, width - _FRAME), max(0, height - _FRAME) * CELL_ASPECT * PICTURE_ASPECT)


def _score(count: int, columns: int, width: int, height: int) -> tuple[bool, float, int]:
    """Better is larger: room for every tile first, then the picture's width, then fewer columns."""
    tile_width, tile_height = width // columns, height // -(-count // columns)
    fits = tile_width >= min(MIN_WIDTH, width) and tile_height >= min(MIN_HEIGHT, height)
    return fits, _picture_width(tile_width, tile_height), -columns
