"""The video tile in a running app."""

from __future__ import annotations

import numpy as np
import pytest
from rich.color import Color
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from tui_meet.app.strips import AnsiStrip
from tui_meet.app.widgets.video_tile import VideoTile
from tui_meet.media.slots import FrameSlot
from tui_meet.media.types import VideoFrame
from tui_meet.render.capability import ColourDepth, TerminalCapability

TRUE = TerminalCapability(ColourDepth.TRUECOLOUR, unicode=True)
PLAIN = TerminalCapability(ColourDepth.NONE, unicode=False)

ORANGE, TEAL = (230, 120, 20), (10, 130, 140)


def frame(top: tuple[int, int, int] = ORANGE, bottom: tuple[int, int, int] = TEAL, size: int = 16) -> VideoFrame:
    """A square picture of two halves."""
    pixels = np.empty((size, size, 3), dtype=np.uint8)
    pixels[: size // 2], pixels[size // 2 :] = top, bottom
    return VideoFrame(pixels, size, size, 0.0)


class TileApp(App[None]):
    CSS = """
    Screen { layers: below above; }
    #box { layer: below; width: 24; height: 8; }
    #over { layer: above; position: absolute; offset: 6 1; width: 4; height: 1; }
    """

    def __init__(self, capability: TerminalCapability = TRUE) -> None:
        super().__init__()
        self.tile = VideoTile(capability)

    def compose(self) -> ComposeResult:
        with Container(id="box"):
            yield self.tile

    def text(self) -> list[str]:
        """What the tile shows, row by row."""
        return [strip.text for strip in self.strips()]

    def strips(self) -> list[Strip]:
        return self.tile.render_lines(self.tile.size.region)


async def shown(pilot: Pilot[None], app: TileApp, picture: VideoFrame | None = None) -> FrameSlot:
    """A slot on show in the app's tile with one picture."""
    slot = FrameSlot()
    app.tile.show(slot, "Ada Lovelace")
    slot.put(picture or frame())
    assert app.tile.tick()
    await pilot.pause()
    return slot


async def test_the_newest_picture_is_letterboxed() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        slot = await shown(pilot, app)
        strips = app.strips()
        assert [strip.cell_length for strip in strips] == [24] * 8
        assert all(isinstance(strip, AnsiStrip) for strip in strips)
        backgrounds = [segment.style.bgcolor for segment in strips[0] if segment.style for _ in segment.text]
        assert backgrounds[4:20] == [Color.from_rgb(*ORANGE)] * 16
        assert Color.from_rgb(*ORANGE) not in backgrounds[:4] + backgrounds[20:]
        assert slot.wanted == (16, 16)
        assert not app.tile.tick(), "no newer picture has come"
        assert app.tile.pictures_shown == 1


async def test_a_wide_picture_leaves_rows_free_above_and_below() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        wide = VideoFrame(np.full((4, 24, 3), 200, np.uint8), 240, 40, 0.0)
        slot = await shown(pilot, app, wide)
        assert slot.wanted == (24, 4)
        assert [isinstance(strip, AnsiStrip) for strip in app.strips()] == [False] * 3 + [True] * 2 + [False] * 3


async def test_wishes_follow_size_visibility_and_life() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        slot = FrameSlot()
        app.tile.show(slot)
        wishes = [slot.wanted]
        app.query_one("#box").styles.width = 10
        await pilot.pause()
        wishes.append(slot.wanted)
        app.tile.display = False
        await pilot.pause()
        wishes.append(slot.wanted)
        slot.put(frame())
        assert not app.tile.tick()
        app.tile.display = True
        await pilot.pause()
        wishes.append(slot.wanted)
        await app.tile.remove()
        assert [*wishes, slot.wanted] == [(24, 16), (10, 16), None, (10, 16), None]


async def test_another_stream_and_a_placeholder_release_the_first() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        first = await shown(pilot, app)
        second = FrameSlot()
        app.tile.show(second, "Grace Hopper")
        assert (first.wanted, second.wanted) == (None, (24, 16))
        await pilot.pause()
        assert "Grace Hopper" in "\n".join(app.text())
        app.tile.placeholder("Grace Hopper", "Camera is off")
        assert second.wanted is None
        assert app.tile.slot is None
        assert not app.tile.tick()


async def test_a_stream_may_move_from_tile_to_tile_in_any_order() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        slot = await shown(pilot, app)
        other = VideoTile(TRUE)
        await app.query_one("#box").mount(other)
        await pilot.pause()
        other.show(slot)
        app.tile.placeholder("Ada Lovelace")
        other.tick()
        assert slot.wanted == (other.size.width, 2 * other.size.height)


async def test_initials_name_and_sentence() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        app.tile.placeholder("Ada L", "Camera is off")
        await pilot.pause()
        assert app.text() == [
            " " * 24,
            "      ▄▀▀▀▄ █           ",
            "      █▀▀▀█ █           ",
            "      ▀   ▀ ▀▀▀▀▀       ",
            " " * 24,
            "         Ada L          ",
            "     Camera is off      ",
            " " * 24,
        ]


async def test_a_long_sentence_is_wrapped() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        app.tile.placeholder("Ada L", "The camera is used by another program")
        await pilot.pause()
        assert [line.strip() for line in app.text()[-4:-1]] == ["Ada L", "The camera is used by", "another program"]


async def test_without_utf8_and_colours_only_ascii_is_written() -> None:
    app = TileApp(PLAIN)
    async with app.run_test() as pilot:
        app.tile.placeholder("Ada L", "Camera is off")
        await pilot.pause()
        assert "".join(app.text()).isascii()
        slot = FrameSlot()
        app.tile.show(slot)
        slot.put(frame((255, 255, 255), (0, 0, 0)))
        app.tile.tick()
        assert app.text() == ["    " + "@" * 16 + "    "] * 4 + [" " * 24] * 4


async def test_the_picture_stays_through_a_resize() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        await shown(pilot, app)
        app.tile.styles.width = 10
        await pilot.pause()
        strips = app.strips()
        assert [isinstance(strip, AnsiStrip) for strip in strips] == [False] + [True] * 5 + [False] * 2
        assert [strip.cell_length for strip in strips] == [10] * 8


@pytest.mark.parametrize("size", [(0, 0), (0, 3), (3, 0), (1, 1), (2, 1), (1, 2), (3, 3)])
async def test_tiny_tiles(size: tuple[int, int]) -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        slot = await shown(pilot, app)
        app.tile.styles.width, app.tile.styles.height = size
        await pilot.pause()
        slot.put(frame())
        assert app.tile.tick() is (0 not in size)
        app.tile.placeholder("Ada Lovelace", "Camera is off")
        await pilot.pause()
        slot = FrameSlot()
        app.tile.show(slot, "李雷", "Waiting for the picture")
        await pilot.pause()
        assert [strip.cell_length for strip in app.strips()] == [size[0]] * size[1]


async def test_only_changed_rows_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        slot = await shown(pilot, app)
        painted: list[tuple[int, ...]] = []
        refresh = app.tile.refresh

        def record(*regions: tuple[int, ...]) -> VideoTile:
            painted.extend(regions or [()])
            return refresh()

        monkeypatch.setattr(app.tile, "refresh", record)
        slot.put(frame())
        assert app.tile.tick()
        assert painted == []
        slot.put(frame(bottom=(0, 0, 0)))
        app.tile.tick()
        assert painted == [(0, row, 24, 1) for row in range(4, 8)]


async def test_a_picture_of_another_size_than_asked_for_is_fitted() -> None:
    app = TileApp()
    async with app.run_test() as pilot:
        await shown(pilot, app, frame(size=300))
        assert [strip.cell_length for strip in app.strips()] == [24] * 8


async def test_svg_shows_the_colours_and_what_lies_on_top() -> None:
    app = TileApp()
    async with app.run_test(size=(40, 12)) as pilot:
        await shown(pilot, app)
        await app.mount(Static("OVER", id="over"))
        await pilot.pause()
        svg = app.export_screenshot()
        for red, green, blue in (ORANGE, TEAL):
            assert f"#{red:02x}{green:02x}{blue:02x}" in svg
        assert "OVER" in svg


class Dialog(ModalScreen[None]):
    CSS = "Dialog { background: black 50%; align: center middle; } Dialog Static { width: 10; height: 1; }"

    def compose(self) -> ComposeResult:
        yield Static("a dialog")


async def test_a_dialog_tints_the_picture() -> None:
    app = TileApp()
    async with app.run_test(size=(40, 12)) as pilot:
        await shown(pilot, app)
        await app.push_screen(Dialog())
        await pilot.pause()
        svg = app.export_screenshot()
        assert "a&#160;dialog" in svg
        assert "#e67814" not in svg
        assert "#733c0a" in svg, "orange at half brightness"
