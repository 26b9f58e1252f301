"""One live picture, or the initials of somebody who shows none."""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_meet.app.strips import AnsiPicture
from tui_meet.media.slots import FrameSlot
from tui_meet.render.capability import TerminalCapability
from tui_meet.render.cells import Cells, colour_code, picture_cells
from tui_meet.render.fit import NOWHERE, Placement, letterbox
from tui_meet.render.letters import big_text, initials


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
        self._cells: Cells | None = None
        self._placement = NOWHERE
        self._picture: AnsiPicture | None = None
        self._initials = ""
        self._lines: tuple[str, ...] = ()
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
        frame = self._slot.take()
        if frame is None or not frame.pixels.size:
            return False
        columns, rows = self.size
        source = (frame.source_width, frame.source_height)
        if source != self._source:
            self._source = source
            self._want()
        placement = letterbox(columns, rows, *source)
        if not placement.columns:
            return False
        cells = picture_cells(frame.pixels, placement.columns, placement.rows, self._capability)
        cells = cells.centred(columns, placement.column, self._margin_code())
        before, placed_before = self._cells, self._placement
        self._cells, self._placement, self._picture = cells, placement, AnsiPicture(cells)
        self.pictures_shown += 1
        if before is None or placement != placed_before:
            self.refresh()
        else:
            self._refresh_rows(cells, before, placement)
        return True

    def render_lines(self, crop: Region) -> list[Strip]:
        """Strips for `crop` (cells from the tile's corner); the picture's rows are ready text."""
        placement, picture = self._placement, self._picture
        if picture is None or picture.cells.columns != self.size.width:
            strips = self._placeholder_strips()
        else:
            blank = Strip.blank(self.size.width, self.visual_style.rich_style)
            strips = [blank] * placement.row
            strips += picture.strips()
            strips += [blank] * (self.size.height - len(strips))
        strips = strips[crop.y : crop.bottom]
        if crop.x == 0 and crop.width == self.size.width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def on_resize(self) -> None:
        self._forget_picture()
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
        if self._slot is not None:
            self._slot.want(self._wanted())

    def _release(self) -> None:
        if self._slot is not None:
            self._slot.want(None)
            self._slot = None
        self._forget_picture()

    def _forget_picture(self) -> None:
        self._cells, self._picture, self._placement = None, None, NOWHERE
        self.refresh()

    def _describe(self, name: str, sentence: str) -> None:
        lines = tuple(line for line in (name, sentence) if line)
        if (initials(name), lines) != (self._initials, self._lines):
            self._initials, self._lines = initials(name), lines
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
        big = big_text(self._initials, columns, rows - len(self._lines) - 1, unicode=self._capability.unicode)
        if big is None:
            big = [self._initials] if rows > len(self._lines) and self._initials else []
        lines = [*big, *([""] if big and self._lines and rows > len(big) + len(self._lines) else []), *self._lines]
        lines = lines[:rows]
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
