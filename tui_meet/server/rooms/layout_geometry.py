"""Where people and slides stand in a composed picture: layout name and numbers in, rectangles out. Pure arithmetic.

All coordinates are fractions 0..1 of a 16:9 picture, so a rectangle with w == h is 16:9 too. `1:7` reads "one big, up
to seven small"; a layout never shows more than `capacity`. Fewer people make no holes: rows are centred, grids shrink.
Names: seed "LayoutUpdate", wire document 2.2; the proportions are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, isqrt
from types import MappingProxyType

SMALL_IN_ROW = 7
"""Small pictures in a row below the big ones."""
DEFAULT_LAYOUT = "1:7"
PRESENTATION_LAYOUT = "ac_presentation_in_mix"
PRESENTATION_GROUP_LAYOUT = "ac_presentation_in_mix_group"


@dataclass(frozen=True, slots=True)
class Rect:
    """A place in the picture; fractions 0..1 from the upper left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four (x, y), clockwise from the upper left."""
        right, bottom = self.x + self.w, self.y + self.h
        return (self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The places of one picture."""

    people: tuple[Rect, ...]
    """In display order; as many as there are people, at most the layout's capacity."""
    presentation: Rect | None = None
    """Where the slides stand; None when they are not in the picture."""


FULL = Rect(0.0, 0.0, 1.0, 1.0)


def arrange(layout: str, people: int, presentation: bool = False) -> Arrangement:
    """The places for so many people, and for slides where they are in the mix.

    `layout`: a name of `LAYOUTS`; raises `KeyError` for another. With slides, the layouts with one or two big pictures
    give them the first place, all others become the one of `ac_presentation_in_mix` or its group.
    """
    shown = min(max(people, 0), capacity(layout, presentation))
    if not presentation:
        return Arrangement(_PLAIN[layout].places(shown))
    if layout in _SLIDES_FIRST:
        first, *rest = _PLAIN[layout].places(shown + 1)
        return Arrangement(tuple(rest), first)
    slides = _slides_group if layout in _SLIDES_GROUP else _slides_above
    return slides(shown)


def capacity(layout: str, presentation: bool = False) -> int:
    """How many people a layout shows at most. Raises `KeyError` for an unknown name."""
    plain = _PLAIN[layout].capacity
    if not presentation:
        return plain
    if layout in _SLIDES_FIRST:
        return plain - 1
    return MAX_BESIDE_SLIDES if layout in _SLIDES_GROUP else MAX_BELOW_SLIDES


# Building blocks ------------------------------------------------------------------------------------------------------


def _row(count: int, y: float, size: float) -> tuple[Rect, ...]:
    """So many 16:9 pictures side by side, centred."""
    left = (1 - count * size) / 2
    return tuple(Rect(left + i * size, y, size, size) for i in range(count))


def _grid(count: int, area_h: float = 1.0) -> tuple[Rect, ...]:
    """Equal pictures, as big as fit, in rows of nearly equal length within the upper `area_h` of the picture."""
    if count == 0:
        return ()
    columns = isqrt(count - 1) + 1
    rows = ceil(count / columns)
    size = min(1 / columns, area_h / rows)
    top = (area_h - rows * size) / 2
    # The upper rows take one less where the number does not come out even.
    longer = count - (count // rows) * rows
    places: list[Rect] = []
    for row in range(rows):
        in_row = count // rows + (row >= rows - longer)
        places += _row(in_row, top + row * size, size)
    return tuple(places)


def _small_rows(count: int, top: float) -> tuple[Rect, ...]:
    """Rows of seven."""
    size = 1 / SMALL_IN_ROW
    places: list[Rect] = []
    for row in range(ceil(count / SMALL_IN_ROW)):
        places += _row(min(SMALL_IN_ROW, count - row * SMALL_IN_ROW), top + row * size, size)
    return tuple(places)


def _big_and_rows(big: int) -> Callable[[int], tuple[Rect, ...]]:
    """One or two big pictures over rows of small ones; the big ones grow while rows are empty."""

    def places(count: int) -> tuple[Rect, ...]:
        large, small = min(count, big), max(count - big, 0)
        band = ceil(small / SMALL_IN_ROW) / SMALL_IN_ROW
        if large == 0:
            return ()
        size = min(1 / large, 1 - band)
        top = (1 - band - size) / 2
        return _row(large, top, size) + _small_rows(small, top + size)

    return places


def _one_and_thirty_three(count: int) -> tuple[Rect, ...]:
    """A field of seven by six: the big picture takes three by three in the upper middle, the rest stands around."""
    if count <= 1:
        return (FULL,) * count
    w, h = 1 / 7, 1 / 6
    around = [
        Rect(column * w, row * h, w, h) for row in range(6) for column in range(7) if not (row < 3 and 2 <= column < 5)
    ]
    # Below the big picture first, from the middle outwards, so that few people do not stand in a corner.
    around.sort(key=lambda place: (place.y < 0.5, place.y, abs(place.x + w / 2 - 0.5), place.x))
    return (Rect(2 * w, 0.0, 3 * w, 3 * h), *around[: count - 1])


def _five_and_seven(count: int) -> tuple[Rect, ...]:
    """Up to five equal pictures; more people stand in a row below them."""
    large, small = min(count, 5), max(count - 5, 0)
    band = 1 / SMALL_IN_ROW if small else 0.0
    return _grid(large, 1 - band) + _small_rows(small, 1 - band)


def _adaptive(count: int) -> tuple[Rect, ...]:
    """Equal pictures for few, five and a row for more, two and three rows for many."""
    return _five_and_seven(count) if count <= 12 else _big_and_rows(2)(count)


def _slides_above(count: int) -> Arrangement:
    """Slides above one row of people."""
    if count == 0:
        return Arrangement((), FULL)
    size = 1 / MAX_BELOW_SLIDES
    return Arrangement(_row(count, 1 - size, size), Rect(size / 2, 0.0, 1 - size, 1 - size))


def _slides_group(count: int) -> Arrangement:
    """Slides in the upper left two thirds, people at their right and below."""
    if count == 0:
        return Arrangement((), FULL)
    size = 1 / 3 if count <= 5 else 1 / 6
    side = round(1 / 3 / size)
    long = round(2 / 3 / size)
    right = [Rect(2 / 3 + c * size, r * size, size, size) for r in range(long) for c in range(side)]
    below = [Rect(c * size, 2 / 3 + r * size, size, size) for r in range(side) for c in range(side + long)]
    return Arrangement(tuple((right + below)[:count]), Rect(0.0, 0.0, 2 / 3, 2 / 3))


MAX_BELOW_SLIDES = 5
MAX_BESIDE_SLIDES = 20


@dataclass(frozen=True, slots=True)
class _Plain:
    capacity: int
    places: Callable[[int], tuple[Rect, ...]]


_PLAIN: Mapping[str, _Plain] = MappingProxyType(
    {
        "1:0": _Plain(1, _big_and_rows(1)),
        "1:7": _Plain(8, _big_and_rows(1)),
        "1:21": _Plain(22, _big_and_rows(1)),
        "2:21": _Plain(23, _big_and_rows(2)),
        "1:33": _Plain(34, _one_and_thirty_three),
        "4:0": _Plain(4, _grid),
        "9:0": _Plain(9, _grid),
        "16:0": _Plain(16, _grid),
        "25:0": _Plain(25, _grid),
        "5:7": _Plain(12, _five_and_seven),
        "ac": _Plain(23, _adaptive),
        "teams": _Plain(9, _grid),
        PRESENTATION_LAYOUT: _Plain(23, _adaptive),
        PRESENTATION_GROUP_LAYOUT: _Plain(23, _adaptive),
    }
)
BIG_PLACES: Mapping[str, int] = MappingProxyType({"1:0": 1, "1:7": 1, "1:21": 1, "2:21": 2, "1:33": 1})
"""How many of the first places are bigger than the others; none in layouts that are not here."""
_SLIDES_FIRST = BIG_PLACES.keys()
_SLIDES_GROUP = {"9:0", "16:0", "25:0", PRESENTATION_GROUP_LAYOUT}
LAYOUTS: tuple[str, ...] = tuple(_PLAIN)
"""Every name, in the order of the menu."""
