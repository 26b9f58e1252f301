"""One live picture, or the initials of somebody who shows none."""

from __future__ import annotations

from textwrap import wrap

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_meet.app.strips import AnsiPicture
from tui_meet.media.slots import FrameSlot
from tui_meet.media.types import VideoFrame
from tui_meet.render.capability import TerminalCapability
from tui_meet.render.cells import Cells, colour_code, picture_cells
from tui_meet.render.fit import NOWHERE, Placement, letterbox
from tui_meet.render.letters import big_text, initials, plain_text


class VideoTile(Widget):
    """The picture area of a tile: no border, no padding, no name line; those belong on its parent.

    It owns no timer: whoever lays out the stage calls `tick` at the picture rate. A tile that cannot be seen (hidden,
    without room, removed, showing a placeholder) asks its stream for nothing, so nothing is decoded or scaled for it.
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    VideoTile {
        width: 1fr;
        height: 1fr;
        background: $surface;
        color: $text-muted;
    }
    """

    def __init__(
        self,
        capability: TerminalCapability,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._capability = capability
        self._slot: FrameSlot | None = None
        self._source = (0, 0)
        self._visible = False
        self._wish: tuple[int, int] | None = None
        self._frame: VideoFrame | None = None
        self._cells: Cells | None = None
        self._placement = NOWHERE
        self._picture: AnsiPicture | None = None
        self._described = ("", "", "")
        self.pictures_shown = 0
        """Pictures taken and drawn since the start."""

    @property
    def slot(self) -> FrameSlot | None:
        """The stream on show; None while a placeholder is."""
        return self._slot

    def show(self, slot: FrameSlot, name: str = "", sentence: str = "") -> None:
        """Show the stream of `slot`; until its first picture, `name` and `sentence` as in `placeholder`."""
        if slot is not self._slot:
            self._release()
            self._slot = slot
            self._source = (0, 0)
        self._describe(name, sentence)
        self._want()

    def placeholder(self, name: str, sentence: str = "") -> None:
        """Show no stream: the initials of `name` in big letters, `name` and one `sentence` under them."""
        self._release()
        self._describe(name, sentence)

    def tick(self) -> bool:
        """Draw the newest picture if one came since the last call; True when there was one.

        Converts to cells here and asks Textual for the changed rows only; the rows' text is made when they are painted.
        """
        if self._slot is None or not self._visible:
            return False
        if self._slot.wanted != self._wish:
            # A tile that showed this stream before has let go of it after this one took it.
            self._slot.want(self._wish)
        frame = self._slot.take()
        if frame is None or not frame.pixels.size:
            return False
        self._frame = frame
        source = (frame.source_width, frame.source_height)
        if source != self._source:
            self._source = source
            self._want()
        if not self._draw(frame):
            return False
        self.pictures_shown += 1
        return True

    def render_lines(self, crop: Region) -> list[Strip]:
        """Strips for `crop` (cells from the tile's corner); the picture's rows are ready text."""
        placement, picture = self._placement, self._picture
        blank = Strip.blank(self.size.width, self.visual_style.rich_style)
        if picture is None:
            strips = self._placeholder_strips()
        elif picture.cells.columns != self.size.width:
            # Laid out anew, and the message about it is still on its way.
            strips = [blank] * self.size.height
        else:
            strips = [blank] * placement.row
            strips += picture.strips()
            strips += [blank] * (self.size.height - len(strips))
        strips = strips[crop.y : crop.bottom]
        if crop.x == 0 and crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def on_resize(self) -> None:
        self._cells, self._picture, self._placement = None, None, NOWHERE
        if self._frame is not None:
            self._draw(self._frame)
        self._want()

    def on_show(self) -> None:
        self._visible = True
        self._want()

    def on_hide(self) -> None:
        self._visible = False
        self._want()

    def on_unmount(self) -> None:
        self._visible = False
        self._release()

    def _wanted(self) -> tuple[int, int] | None:
        if not self._visible:
            return None
        placement = letterbox(self.size.width, self.size.height, *self._source)
        return (placement.width, placement.height) if placement.columns else None

    def _want(self) -> None:
        self._wish = self._wanted()
        if self._slot is not None:
            self._slot.want(self._wish)

    def _release(self) -> None:
        if self._slot is not None:
            self._slot.want(None)
            self._slot = None
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._frame, self._cells, self._picture, self._placement = None, None, None, NOWHERE
        self.refresh()

    def _draw(self, frame: VideoFrame) -> bool:
        """Make cells of `frame` for the present size and have them painted; False when there is no room."""
        columns, rows = self.size
        placement = letterbox(columns, rows, *self._source)
        if not placement.columns:
            return False
        cells = picture_cells(frame.pixels, placement.columns, placement.rows, self._capability)
        cells = cells.centred(columns, placement.column, self._margin_code())
        before, placed_before = self._cells, self._placement
        self._cells, self._placement, self._picture = cells, placement, AnsiPicture(cells)
        if before is None or placement != placed_before:
            self.refresh()
        else:
            self._refresh_rows(cells, before, placement)
        return True

    def _describe(self, name: str, sentence: str) -> None:
        name, sentence = (plain_text(text, unicode=self._capability.unicode) for text in (name, sentence))
        described = (initials(name), name, sentence)
        if described != self._described:
            self._described = described
            self.refresh()

    def _margin_code(self) -> int:
        red, green, blue = self.background_colors[1].rgb
        return colour_code(red, green, blue, self._capability.depth)

    def _refresh_rows(self, cells: Cells, before: Cells, placement: Placement) -> None:
        changed = cells.changed_rows(before)
        if changed.all():
            self.refresh(Region(0, placement.row, cells.columns, cells.rows))
            return
        rows = [int(row) for row in changed.nonzero()[0]]
        if rows:
            self.refresh(*(Region(0, placement.row + row, cells.columns, 1) for row in rows))

    def _placeholder_strips(self) -> list[Strip]:
        columns, rows = self.size
        style = self.visual_style.rich_style
        letters, name, sentence = self._described
        words = [name] if name else []
        if columns:
            words += wrap(sentence, columns)
        big = big_text(letters, columns, rows - len(words) - 1, unicode=self._capability.unicode)
        if big is None:
            big = [letters] if letters and rows > len(words) else []
        between = [""] if big and words and rows > len(big) + len(words) else []
        lines = [*big, *between, *words][:rows]
        above = (rows - len(lines)) // 2
        blank = Strip.blank(columns, style)
        strips: list[Strip] = [blank] * above
        for line in lines:
            text = Strip([Segment(line, style)])
            if text.cell_length > columns:
                strips.append(text.adjust_cell_length(columns))
                continue
            left = (columns - text.cell_length) // 2
            strips.append(text.crop_pad(text.cell_length, left, columns - left - text.cell_length, style))
        return strips + [blank] * (rows - len(strips))
