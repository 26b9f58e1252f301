"""AnsiStrip: its two forms agree, and Textual still takes the ready rows."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import Container
from textual.driver import Driver
from textual.filter import Monochrome
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tui_meet.app.strips import AnsiPicture, AnsiStrip, row_segments
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.render.cells import Cells, picture_cells

WIDTH, HEIGHT = 12, 3

CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)


def some_cells(depth: ColourDepth = ColourDepth.TRUECOLOUR, seed: int = 4) -> Cells:
    """Few colours in random places, so that there are runs of every length."""
    random = np.random.default_rng(seed)
    pixels = random.choice(np.array([[200, 10, 10], [10, 200, 10], [10, 10, 200]], np.uint8), (2 * HEIGHT, WIDTH))
    return picture_cells(pixels, WIDTH, HEIGHT, TerminalCapability(depth, unicode=True))


def plain_strip(cells: Cells, row: int = 0) -> Strip:
    """The row as an ordinary strip."""
    return Strip(row_segments(cells, row, 0, cells.columns), cells.columns)


def per_cell(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, segment.style) for segment in strip for character in segment.text]


cuts_of_a_row = st.lists(st.integers(0, WIDTH), unique=True).map(lambda cuts: [*sorted(set(cuts) - {WIDTH}), WIDTH])


@given(cuts_of_a_row, st.sampled_from(ColourDepth), st.integers(0, HEIGHT - 1))
def test_divide_agrees_with_the_segments(cuts: list[int], depth: ColourDepth, row: int) -> None:
    cells = some_cells(depth)
    ready, plain = AnsiPicture(cells).strips()[row].divide(cuts), plain_strip(cells, row).divide(cuts)
    assert [piece.cell_length for piece in ready] == [piece.cell_length for piece in plain]
    assert [per_cell(piece) for piece in ready] == [per_cell(piece) for piece in plain]


@given(st.integers(-2, WIDTH + 3), st.one_of(st.none(), st.integers(-2, WIDTH + 3)))
def test_crop_agrees_with_the_segments(start: int, end: int | None) -> None:
    cells = some_cells()
    ready, plain = AnsiPicture(cells).strips()[0].crop(start, end), plain_strip(cells).crop(start, end)
    assert ready.cell_length == plain.cell_length
    assert ready.text == plain.text
    assert per_cell(ready) == per_cell(plain)


@given(cuts_of_a_row)
def test_pieces_of_pieces_show_the_same_cells(cuts: list[int]) -> None:
    cells = some_cells()
    row = AnsiPicture(cells).strips()[1]
    inner = row.crop(3, 10)
    again = [cell for piece in inner.divide([2, 7]) for cell in per_cell(piece)]
    assert again == per_cell(row)[3:10]
    pieces = "".join(piece.render(CONSOLE) for piece in row.divide(cuts))
    assert re.sub(r"\x1b\[[\d;]*m", "", pieces) == row.text


@pytest.mark.parametrize("depth", list(ColourDepth))
def test_segments_are_those_of_the_cells(depth: ColourDepth) -> None:
    cells = some_cells(depth)
    strip = AnsiPicture(cells).strips()[2]
    assert strip.text == "".join(map(chr, cells.glyphs[2].tolist()))
    assert len(per_cell(strip)) == WIDTH
    assert list(strip) == row_segments(cells, 2, 0, WIDTH)
    assert strip == plain_strip(cells, 2)


def test_whatever_textual_asks_of_a_strip() -> None:
    cells = some_cells()
    plain = plain_strip(cells)

    def ready() -> AnsiStrip:
        return AnsiPicture(cells).strips()[0]

    bold, filter_ = Style(bold=True), Monochrome()
    black = Color(0, 0, 0)
    assert bool(ready())
    assert len(ready()) == len(plain)
    assert ready().cell_count == plain.cell_count == WIDTH
    assert ready().apply_style(bold) == plain.apply_style(bold)
    assert ready().apply_filter(filter_, black) == plain.apply_filter(filter_, black)
    assert ready().apply_meta({"@click": "x"}) == plain.apply_meta({"@click": "x"})
    assert ready().simplify() == plain.simplify()
    assert ready().adjust_cell_length(20) == plain.adjust_cell_length(20)
    assert ready().adjust_cell_length(5) == plain.adjust_cell_length(5)
    assert ready().extend_cell_length(20) == plain.extend_cell_length(20)
    assert ready().crop_extend(2, 15, bold) == plain.crop_extend(2, 15, bold)
    assert ready().crop_pad(WIDTH, 2, 3, bold) == plain.crop_pad(WIDTH, 2, 3, bold)
    assert per_cell(ready()[2:6]) == per_cell(plain[2:6])
    assert list(reversed(ready())) == list(reversed(plain))
    assert ready().link_ids == plain.link_ids
    left, right = Strip([Segment("ab")]), Strip.blank(3)
    assert Strip.join([left, ready(), None, right]) == Strip.join([left, plain, right])
    assert Strip.join([left, ready(), right]).cell_length == WIDTH + 5
    with pytest.raises(AttributeError):
        ready().no_such_thing  # noqa: B018


def test_segments_are_not_made_for_what_the_compositor_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> list[Segment]:
        raise AssertionError("segments were made")

    monkeypatch.setattr("tui_meet.app.strips.row_segments", never)
    strip = AnsiPicture(some_cells()).strips()[0]
    assert strip.cell_length == WIDTH
    for piece in (*strip.divide([4, 7, WIDTH]), strip.crop(2, 5), strip.crop(0, WIDTH)):
        assert piece.render(CONSOLE).endswith("\x1b[0m")


class RecordingDriver(Driver):
    """A terminal of 40x10 that keeps what is written to it."""

    written: str = ""

    def start_application_mode(self) -> None:
        size = Size(40, 10)
        self.send_message(events.Resize(size, size))

    def write(self, data: str) -> None:
        type(self).written += data

    def disable_input(self) -> None:
        """There is none."""

    def stop_application_mode(self) -> None:
        """Nothing was started."""


class Still(Widget):
    """Shows `some_cells`."""

    DEFAULT_CSS = "Still { width: 12; height: 3; }"

    picture = AnsiPicture(some_cells())

    def render_lines(self, crop: Region) -> list[Strip]:
        return [strip.crop(crop.x, crop.right) for strip in self.picture.strips(crop.y, crop.bottom)]


class StillApp(App[None]):
    CSS = """
    Screen { layers: below above; }
    #box { layer: below; width: 14; height: 5; border: round red; }
    #over { layer: above; position: absolute; offset: 4 1; width: 4; height: 1; }
    """

    def __init__(self, overlay: bool) -> None:
        super().__init__(driver_class=RecordingDriver)
        self.overlay = overlay

    def compose(self) -> ComposeResult:
        with Container(id="box"):
            yield Still()
        if self.overlay:
            yield Static("OVER", id="over")

    def on_mount(self) -> None:
        self.set_timer(0.15, self.exit)


async def test_guard_textual_writes_our_rows_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaks when Textual stops taking `render()` of the strips that `render_lines` returns: then video is slow."""
    made: list[Segment] = []

    def counted(cells: Cells, row: int, start: int, end: int) -> list[Segment]:
        segments = row_segments(cells, row, start, end)
        made.extend(segments)
        return segments

    monkeypatch.setattr("tui_meet.app.strips.row_segments", counted)
    RecordingDriver.written = ""
    await StillApp(overlay=False).run_async()
    for y in range(HEIGHT):
        row = Still.picture.row(y, 0, WIDTH)
        assert row in RecordingDriver.written, "Textual did not write the ready row of AnsiStrip.render()"
    assert not made, "Textual asked for segments although nothing lies over the picture"


async def test_an_overlay_cuts_the_rows_without_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_meet.app.strips.row_segments", lambda *_: pytest.fail("segments were made"))
    RecordingDriver.written = ""
    await StillApp(overlay=True).run_async()
    # The overlay covers columns 4 to 8 of the screen, that is 3 to 7 of the picture, in its first row.
    assert Still.picture.row(0, 0, 3) in RecordingDriver.written
    assert Still.picture.row(0, 7, WIDTH) in RecordingDriver.written
    assert "OVER" in RecordingDriver.written
    assert Still.picture.row(1, 0, WIDTH) in RecordingDriver.written
