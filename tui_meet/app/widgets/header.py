"""The top line: which meeting, for how long, its state in words, and one's own microphone and camera."""

from __future__ import annotations

from dataclasses import dataclass

from textual.geometry import Region

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, clip, joined, row_width, spread
from tui_meet.app.view import level_blocks
from tui_meet.app.widgets.lines import Line

_METER = 8
"""Cells of the level meter."""

_NAMES = 40
"""Cells that the name of a level, a breakout or a file takes at most."""

_SHORT_NAMES = 16
"""The same where there is little room."""


@dataclass(frozen=True, slots=True)
class HeaderText:
    """Everything the line says; parts that are empty are left out."""

    name: str
    elapsed: str = ""
    locked: bool = False
    muted_all: bool = False
    room: str = ""
    """The breakout one is in: `breakout Blue`."""
    room_left: str = ""
    """Until it closes by itself: `4:10`."""
    presenting: str = ""
    """What one presents oneself: `plan.pdf`."""
    page: str = ""
    """`page 2/5`."""
    classification: str = ""
    """Name of the level with which the meeting is marked."""
    classification_colour: str = ""
    """`#rrggbb`; the ground on which the name is written."""
    waiting: int = 0
    hands: int = 0
    trouble: str = ""
    """The connection in words when it is not fine."""
    microphone: str = ""
    """`mic on`, `mic off`, `muted by the room`."""
    microphone_live: bool = False
    camera: str = ""
    """`camera on`, `camera off`, `camera off by the room`."""
    camera_live: bool = False
    moderator: bool = False
    time: str = ""


class Header(Line):
    """Drawn from a `HeaderText` and a level."""

    DEFAULT_CSS = "Header { background: $panel; color: $foreground; dock: top; }"

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._text = HeaderText("")
        self._lit = 0
        self._meter_at: tuple[int, int] | None = None

    def show(self, text: HeaderText) -> None:
        """Show this from now on."""
        if text != self._text:
            self._text = text
            self.refresh()

    def show_level(self, dbfs: float) -> None:
        """Loudness of one's microphone, dBFS; repaints the meter's cells alone."""
        lit = level_blocks(dbfs, _METER)
        if lit != self._lit:
            self._lit = lit
            if self._meter_at is not None:
                start, width = self._meter_at
                self.refresh(Region(start, 0, width, 1))

    def make_row(self, width: int) -> Row:
        for terse in range(4):
            left, right = self._left(terse), self._right(terse)
            if row_width(left) + row_width(right) + 1 <= width:
                break
        row = spread(left, right, width)
        self._meter_at = self._find_meter(row)
        return row

    def _left(self, terse: int) -> Row:
        text, marks = self._text, self._marks
        name: Row = ((f" {text.name}", "strong"),)
        facts: list[Row] = []
        if text.classification:
            word = f"classification: {text.classification}" if terse < 1 else text.classification
            facts.append(((f" {clip(word, _NAMES, marks.ellipsis)} ", f"on {text.classification_colour}"),))
        if text.room:
            left = f" {marks.dot} {text.room_left} left" if text.room_left and terse < 3 else ""
            room = clip(text.room, _NAMES if terse < 2 else _SHORT_NAMES, marks.ellipsis)
            facts.append(((room + left, "accent"),))
        if text.trouble:
            facts.append(((f"{marks.problem} {text.trouble}", "bad"),))
        if text.waiting:
            word = "waiting" if terse < 2 else ""
            facts.append(((f"{marks.waiting} {text.waiting} {word}".rstrip(), "accent"),))
        if text.hands and terse < 2:
            facts.append(((f"{marks.hand} {text.hands} {'hand' if text.hands == 1 else 'hands'}", "accent"),))
        if text.presenting:
            file = f" {clip(text.presenting, _NAMES if terse < 1 else _SHORT_NAMES, marks.ellipsis)}"
            page = f" {marks.dot} {text.page}" if text.page and terse < 3 else ""
            facts.append(((f"{marks.presenting} presenting{file if terse < 2 else ''}{page}", "info"),))
        if text.locked:
            facts.append(((f"{marks.locked} locked", "warning"),))
        if text.muted_all:
            facts.append(((f"{marks.muted} all muted" if terse < 3 else marks.muted, "warning"),))
        if text.elapsed and terse < 3:
            facts.append(((text.elapsed, "dim"),))
        return joined((name, *facts), (f" {marks.dot} " if terse < 1 else " ", "faint"))

    def _right(self, terse: int) -> Row:
        text, marks = self._text, self._marks
        spans: list[Row] = []
        if text.moderator and terse < 1:
            spans.append(((f"{marks.moderator} moderator", "info"),))
        if text.microphone:
            look = "good" if text.microphone_live else "bad"
            word = text.microphone
            sign = "" if text.microphone_live else f"{marks.muted} "
            meter: Row = ()
            if text.microphone_live and terse < 2:
                full, empty = marks.level_full * self._lit, marks.level_empty * (_METER - self._lit)
                meter = ((" ", ""), (full, "good"), (empty, "faint"))
            spans.append(((sign + word, look), *meter))
        if text.camera and terse < 3:
            sign = "" if text.camera_live else f"{marks.camera_off} "
            spans.append(((sign + text.camera, "good" if text.camera_live else "dim"),))
        if text.time and terse < 1:
            spans.append(((text.time, "dim"),))
        return (*joined(spans, (f" {marks.dot} " if terse < 1 else " ", "faint")), (" ", ""))

    def _find_meter(self, row: Row) -> tuple[int, int] | None:
        signs = (self._marks.level_full[0], self._marks.level_empty[0])
        start = 0
        for span in row:
            length = row_width((span,))
            if span[0] and span[0][0] in signs and not span[0].strip("".join(signs)):
                return start, _METER
            start += length
        return None
