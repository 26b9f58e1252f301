"""One person on the stage: a frame with the name in it, and inside the live picture or initials."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.strip import Strip

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, Span, clip, row_width
from tui_meet.app.widgets.lines import Looks
from tui_meet.app.widgets.video_tile import VideoTile
from tui_meet.media.slots import FrameSlot
from tui_meet.render.capability import TerminalCapability


@dataclass(frozen=True, slots=True)
class TileText:
    """What the frame of a tile says."""

    name: str
    """Safe to show."""
    marks: tuple[Span, ...] = ()
    talking: bool = False
    chosen: bool = False
    """The stage's cursor is on it."""
    note: str = ""
    """At the top right: “spotlight”, “+3 more”."""
    sentence: str = ""
    """Under the initials while there is no picture."""
    full_name: str = ""
    """Whose initials; empty = `name`."""


class Tile(Looks):
    """The frame is drawn here, not by CSS: a change of who talks repaints it and computes no styles."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Tile { background: $background; }
    Tile > VideoTile { margin: 1; background: $surface; color: $dim; }
    """

    def __init__(self, person: str, capability: TerminalCapability, marks: Marks) -> None:
        super().__init__()
        self.person = person
        """Participant id, or the stream's id for a composed picture."""
        self.place = 0
        """Position on the stage."""
        self.large = False
        """It gets most of the stage."""
        self._marks = marks
        self._text = TileText("")
        self._slot: FrameSlot | None = None
        self._picture = VideoTile(capability)

    def compose(self) -> ComposeResult:
        yield self._picture

    @property
    def text(self) -> TileText:
        """What the frame says."""
        return self._text

    def show(self, text: TileText, slot: FrameSlot | None) -> None:
        """Say `text` and show the stream of `slot`; without one, initials and the sentence."""
        if text != self._text or slot is not self._slot:
            if slot is None:
                self._picture.placeholder(text.full_name or text.name, text.sentence)
            else:
                self._picture.show(slot, text.full_name or text.name, text.sentence)
            self._slot = slot
        if text != self._text:
            self._text = text
            self.refresh()

    def tick(self) -> bool:
        """Draw the newest picture, if one came."""
        return self._picture.tick()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        text, marks = self._text, self._marks
        frame, look = marks.frame, "faint"
        if text.chosen:
            frame, look = marks.chosen_frame, "info"
        if text.talking:
            frame, look = (marks.chosen_frame if text.chosen else marks.loud_frame), "good"
        if width < 4:
            return self.draw((), width)
        if y == 0:
            return self.draw(self._edge(frame[0], frame[1], frame[4], look, (), self._note(width)), width)
        if y == height - 1:
            return self.draw(self._edge(frame[3], frame[2], frame[6], look, self._title(width), ()), width)
        return self.draw(((frame[7], look), (" " * (width - 2), ""), (frame[5], look)), width)

    def _note(self, width: int) -> Row:
        if not self._text.note:
            return ()
        return ((f" {clip(self._text.note, width - 6, self._marks.ellipsis)} ", "dim"),)

    def _title(self, width: int) -> Row:
        text = self._text
        tail: list[Span] = []
        for mark in text.marks:
            tail += [mark, (" ", "")]
        if text.talking and width > 34:
            tail.append(("talks ", "good"))
        room = width - 6 - row_width(tuple(tail))
        name = clip(text.name, max(3, room), self._marks.ellipsis)
        look = "strong" if text.talking or text.chosen else ""
        sign = f"{self._marks.cursor} " if text.chosen else ""
        return ((f" {sign}", "accent"), (f"{name} ", look), *tail)

    def _edge(self, start: str, end: str, line: str, look: str, left: Row, right: Row) -> Row:
        room = self.size.width - 2 - row_width(left) - row_width(right)
        before, after = (1, room - 1) if left else (room - 1, 1)
        return (
            (start + line * before, look), *left, *(right if not left else ()), (line * max(0, after) + end, look),
        )  # fmt: skip
