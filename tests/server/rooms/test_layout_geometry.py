"""Places of people and slides in composed pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.server.rooms.layout_geometry import FULL, LAYOUTS, Rect, arrange, capacity

SLACK = 1e-9


def _apart(a: Rect, b: Rect) -> bool:
    return a.x + a.w <= b.x + SLACK or b.x + b.w <= a.x + SLACK or a.y + a.h <= b.y + SLACK or b.y + b.h <= a.y + SLACK


@given(st.sampled_from(LAYOUTS), st.integers(0, 60), st.booleans())
def test_everybody_has_a_place_inside_and_for_themself(layout: str, people: int, presentation: bool) -> None:
    made = arrange(layout, people, presentation)
    assert len(made.people) == min(people, capacity(layout, presentation))
    assert (made.presentation is not None) == presentation
    places = [*made.people, *([made.presentation] if made.presentation else [])]
    for index, place in enumerate(places):
        assert place.x >= -SLACK
        assert place.y >= -SLACK
        assert place.x + place.w <= 1 + SLACK
        assert place.y + place.h <= 1 + SLACK
        assert min(place.w, place.h) >= 1 / 8
        assert all(_apart(place, other) for other in places[index + 1 :])


@pytest.mark.parametrize(
    ("layout", "most"),
    [("1:0", 1), ("1:7", 8), ("1:21", 22), ("2:21", 23), ("1:33", 34), ("4:0", 4), ("9:0", 9), ("16:0", 16),
     ("25:0", 25), ("5:7", 12)],
)  # fmt: skip
def test_capacity_is_what_the_name_says(layout: str, most: int) -> None:
    assert capacity(layout) == most
    big = arrange(layout, most).people
    assert big[0].w >= big[-1].w


def test_alone_fills_the_picture_and_grids_shrink() -> None:
    for layout in LAYOUTS:
        assert arrange(layout, 1).people == (FULL,)
        assert arrange(layout, 0, presentation=True).presentation == FULL
    assert arrange("25:0", 4).people == arrange("4:0", 4).people
    assert arrange("4:0", 2).people == (Rect(0.0, 0.25, 0.5, 0.5), Rect(0.5, 0.25, 0.5, 0.5))


def test_one_and_seven_is_one_big_above_a_row() -> None:
    big, *small = arrange("1:7", 8).people
    assert big.w == pytest.approx(6 / 7)
    assert [place.y for place in small] == pytest.approx([6 / 7] * 7)
    assert [place.x for place in small] == pytest.approx([i / 7 for i in range(7)])


def test_slides_take_the_biggest_place() -> None:
    for layout in LAYOUTS:
        made = arrange(layout, 30, presentation=True)
        assert made.presentation is not None
        assert all(made.presentation.w >= place.w for place in made.people)


def test_unknown_names() -> None:
    with pytest.raises(KeyError):
        arrange("3:14", 2)
