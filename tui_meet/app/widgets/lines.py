"""Panes made of rows: one widget each, drawn line by line, so that a roster of hundreds costs what is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui_meet.app.rows import Row, fit

LOOKS = ("dim", "faint", "strong", "accent", "good", "warning", "bad", "info", "cursor", "key")
"""Names of looks that a row may use; each is a component class `look--NAME` of the widget."""

LOOK_CSS = """
    .look--dim { color: $dim; }
    .look--faint { color: $faint; }
    .look--strong { text-style: bold; }
    .look--accent { color: $accent; text-style: bold; }
    .look--good { color: $success; }
    .look--warning { color: $warning; }
    .look--bad { color: $error; }
    .look--info { color: $primary; }
    .look--cursor { background: $cursor; }
    .look--key { color: $primary; text-style: bold; }
"""


@lru_cache(maxsize=64)
def _on(colour: str) -> Style:
    """Whichever of black and white stands out more from this ground."""
    ground = Color.parse(colour)
    return Style(color=ground.get_contrast_text(1.0).rich_color, bgcolor=ground.rich_color, bold=True)


def _css(widget: str) -> str:
    return "\n".join(f"{widget} > {line.strip()}" for line in LOOK_CSS.strip().splitlines())


class Looks(Widget):
    """Anything that draws rows with named looks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"look--{name}" for name in LOOKS}
    DEFAULT_CSS = _css("Looks")

    def look(self, name: str) -> Style:
        """The Rich style of a look: only what it changes. `on #rrggbb` is that ground under black or white."""
        if name.startswith("on #"):
            return _on(name.removeprefix("on "))
        return self.get_component_rich_style(f"look--{name}", partial=True)

    def draw(self, row: Row, width: int, *, cursor: bool = False) -> Strip:
        """The row as a strip of `width` cells, on the widget's own ground or on the cursor's."""
        base = self.visual_style.rich_style
        return fit(row, width, self.look, base + self.look("cursor") if cursor else base)


class Line(Looks):
    """One row."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._row: Row = ()

    def make_row(self, width: int) -> Row:
        """The row to draw in `width` cells."""
        return self._row

    def show_row(self, row: Row) -> None:
        """Show this row from now on."""
        if row != self._row:
            self._row = row
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return self.draw(self.make_row(width) if y == 0 else (), width)


class Rows(ScrollView, Looks, can_focus=True):
    """Many rows, scrolled; drawn from `rows`."""

    ALLOW_SELECT = False
    # Textual follows only the first base for component classes and default CSS.
    COMPONENT_CLASSES: ClassVar[set[str]] = Looks.COMPONENT_CLASSES
    DEFAULT_CSS = (
        "Rows { overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-color: $faint; "
        "scrollbar-background: $background; scrollbar-background-hover: $background; "
        "scrollbar-background-active: $background; }\n" + _css("Rows")
    )

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[Row], *, stay_at_end: bool = False) -> None:
        """Replace the rows and repaint those that differ; `stay_at_end` follows growth when the end was in sight."""
        before, self._rows = self._rows, tuple(rows)
        at_end = stay_at_end and self.is_vertical_scroll_end
        if len(before) != len(self._rows):
            self.virtual_size = Size(self.size.width, len(self._rows))
            self.refresh()
        else:
            top = self.scroll_offset.y
            changed = [n for n, (old, new) in enumerate(zip(before, self._rows, strict=True)) if old != new]
            spans = [Region(0, n - top, self.size.width, 1) for n in changed if 0 <= n - top < self.size.height]
            if spans:
                self.refresh(*spans)
        if at_end:
            self.scroll_end(animate=False)

    def is_marked(self, index: int) -> bool:
        """Whether the row has the cursor's ground."""
        return False

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        row = self._rows[index] if index < len(self._rows) else ()
        return self.draw(row, self.size.width, cursor=self.is_marked(index))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()


class Choice(Rows):
    """Rows of which one has the cursor; headings (rows without a key) are skipped.

    The keys name what the rows stand for; what the cursor is on survives a change of the rows.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor(1)", "Next", show=False),
        Binding("up,k", "cursor(-1)", "Previous", show=False),
        Binding("g,home", "edge(-1)", "First", show=False),
        Binding("G,end", "edge(1)", "Last", show=False),
        Binding("pagedown", "cursor(10)", "Page down", show=False),
        Binding("pageup", "cursor(-10)", "Page up", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: tuple[str, ...] = ()
        self._cursor = ""

    @property
    def cursor(self) -> str:
        """The key of the row with the cursor; empty when there is none."""
        return self._cursor

    def set_choices(self, choices: Sequence[tuple[str, Row]]) -> None:
        """Show these (key, row) pairs; an empty key is a heading or a continuation of the row above."""
        self._keys = tuple(key for key, _ in choices)
        if self._cursor not in self._keys:
            self._cursor = ""
        self.set_rows([row for _, row in choices])

    def move_to(self, key: str) -> None:
        """Put the cursor on the row of this key."""
        if key == self._cursor or (key and key not in self._keys):
            return
        self._cursor = key
        if key:
            self.scroll_to_region(
                Region(0, self._keys.index(key), self.size.width, 1), animate=False, force=True, immediate=True
            )
        self.refresh()
        self.cursor_moved(key)

    def cursor_moved(self, key: str) -> None:
        """The person moved the cursor."""

    def chosen(self, key: str) -> None:
        """The person chose the row with the cursor."""

    def is_marked(self, index: int) -> bool:
        return bool(self._cursor) and index < len(self._keys) and self._keys[index] == self._cursor

    def action_cursor(self, step: int) -> None:
        keys = list(dict.fromkeys(key for key in self._keys if key))
        if not keys:
            return
        if self._cursor not in keys:
            self.move_to(keys[0] if step > 0 else keys[-1])
            return
        self.move_to(keys[max(0, min(len(keys) - 1, keys.index(self._cursor) + step))])

    def action_edge(self, side: int) -> None:
        keys = list(dict.fromkeys(key for key in self._keys if key))
        if keys:
            self.move_to(keys[0] if side < 0 else keys[-1])

    def action_choose(self) -> None:
        if self._cursor:
            self.chosen(self._cursor)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self._keys) and self._keys[index]:
            if self._keys[index] == self._cursor:
                self.chosen(self._cursor)
            self.move_to(self._keys[index])
