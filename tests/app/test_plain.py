"""The pure parts: text to rows, tiles to places, themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.color import Color

from tui_meet.app.marks import ASCII_MARKS, UNICODE_MARKS
from tui_meet.app.rows import clip, plain, spread, wrap
from tui_meet.app.stage_plan import plan_stage
from tui_meet.app.themes import ThemeError, load_themes, read_theme
from tui_meet.app.view import clock, level_blocks


@given(st.text(), st.integers(1, 60))
def test_wrapped_lines_fit_and_lose_no_word(text: str, width: int) -> None:
    lines = wrap(text, max(2, width))
    assert all(cell_len(line) <= max(2, width) for line in lines)
    kept = "".join("".join(lines).split())
    assert kept == "".join("".join(plain(part) for part in text.splitlines()).split())


@given(st.text(), st.integers(0, 60))
def test_clipped_text_fits_and_steers_nothing(text: str, width: int) -> None:
    clipped = clip(plain(text), width)
    assert cell_len(clipped) <= width
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u202e\u2066\u200f" for sign in clipped)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 100))
def test_spread_rows_are_never_wider_than_asked_unless_the_right_alone_is(left: str, right: str, width: int) -> None:
    row = spread(((plain(left), ""),), ((plain(right), ""),), width)
    assert sum(cell_len(text) for text, _ in row) <= max(width, cell_len(plain(right)))


@given(st.integers(0, 30), st.integers(0, 250), st.integers(0, 80))
def test_tiles_stay_inside_and_apart(count: int, width: int, height: int) -> None:
    plan = plan_stage(count, width, height)
    assert len(plan.regions) + plan.hidden == count
    if count and width and height:
        assert plan.regions
    for index, region in enumerate(plan.regions):
        assert region.width > 0
        assert region.height > 0
        assert (region.x, region.y) >= (0, 0)
        assert region.right <= width
        assert region.bottom <= height
        assert all(not region.overlaps(other) for other in plan.regions[index + 1 :])


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (2, 1, 2), (4, 2, 2), (5, 2, 3), (9, 3, 3)])
def test_grid_at_the_size_of_a_wide_stage(count: int, columns: int, rows: int) -> None:
    regions = plan_stage(count, 112, 43).regions
    assert (len({region.x for region in regions[:columns]}), len({region.y for region in regions})) == (columns, rows)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3723, "1:02:03"), (-4, "0:00")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(("dbfs", "lit"), [(-100.0, 0), (-60.0, 0), (-33.0, 4), (-6.0, 8), (0.0, 8)])
def test_level_blocks(dbfs: float, lit: int) -> None:
    assert level_blocks(dbfs, 8) == lit


def test_every_sign_has_an_ascii_twin_that_differs_from_the_others() -> None:
    signs = ("moderator", "muted", "camera_off", "talking", "hand", "spotlight", "presenting", "waiting", "locked")
    for marks in (UNICODE_MARKS, ASCII_MARKS):
        assert all(cell_len(getattr(marks, name)) == 1 for name in signs)
    assert len({getattr(ASCII_MARKS, name) for name in signs}) == len(signs)
    assert all(getattr(ASCII_MARKS, name).isascii() for name in ASCII_MARKS.__slots__)


def _luminance(colour: Color) -> float:
    channels = [value / 255 for value in colour.rgb]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("name", "least"), [("dusk", 4.5), ("paper", 4.5), ("contrast", 7.0)])
def test_text_of_shipped_themes_is_legible(name: str, least: float) -> None:
    """Contrast of every text colour on every ground, as WCAG 2.2 measures it."""
    theme = {theme.name: theme for theme in load_themes()}[name]
    texts = [theme.foreground, theme.primary, theme.accent, theme.success, theme.warning, theme.error]
    for ground in (theme.background, theme.surface, theme.panel):
        for text in (*texts, theme.variables["dim"]):
            first, second = sorted((_luminance(Color.parse(text or "")), _luminance(Color.parse(ground or ""))))
            assert (second + 0.05) / (first + 0.05) >= least, (text, ground)


def test_own_theme_replaces_a_shipped_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "dusk"\nprimary = "#123456"\n')
    themes = {theme.name: theme for theme in load_themes(tmp_path)}
    assert themes["dusk"].primary == "#123456"
    assert {"paper", "contrast", "sixteen"} <= set(themes)


@pytest.mark.parametrize("text", ["name = ", 'name = "x"', 'name = "x"\nprimary = 3', 'primary = "red"', "wrong = 1"])
def test_an_unusable_theme_names_its_file(text: str) -> None:
    with pytest.raises(ThemeError, match=r"mine\.toml"):
        read_theme(text, "mine.toml")
