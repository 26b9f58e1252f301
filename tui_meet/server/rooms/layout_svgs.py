"""Small pictures of the layouts, for menus (wire document 2.2, `layout_svgs`)."""

from __future__ import annotations

from functools import cache

from tui_meet.server.rooms.layout_geometry import (
    LAYOUTS,
    PRESENTATION_GROUP_LAYOUT,
    PRESENTATION_LAYOUT,
    Rect,
    arrange,
    capacity,
)

WIDTH, HEIGHT = 160, 90
"""px"""
_GAP = 1.0


@cache
def layout_svgs() -> dict[str, str]:
    """Every layout's name to a picture of it, full of people, drawn from the same places as the real one."""
    return {layout: _svg(layout) for layout in LAYOUTS}


def _svg(layout: str) -> str:
    slides = layout in (PRESENTATION_LAYOUT, PRESENTATION_GROUP_LAYOUT)
    places = arrange(layout, capacity(layout, slides), slides)
    boxes = [_box(place, "#8a9bb0") for place in places.people]
    if places.presentation is not None:
        boxes.insert(0, _box(places.presentation, "#4d78b8"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#1d2733"/>{"".join(boxes)}</svg>'
    )


def _box(place: Rect, colour: str) -> str:
    x, y = place.x * WIDTH + _GAP / 2, place.y * HEIGHT + _GAP / 2
    w, h = place.w * WIDTH - _GAP, place.h * HEIGHT - _GAP
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="1" fill="{colour}"/>'
