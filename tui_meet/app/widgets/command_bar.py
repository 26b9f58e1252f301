"""The bottom line: key hints, or the command line after `:`, or the answer to what was done last."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from tui_meet.app.marks import Marks
from tui_meet.app.messages import LineChanged, LineClosed, LineEntered
from tui_meet.app.rows import Row, plain, row_width
from tui_meet.app.widgets.line_input import LineInput, Offer
from tui_meet.app.widgets.lines import Line

ANSWER_SECONDS = 6.0
"""How long an answer stays in place of the key hints."""

ORIGIN = "command"
"""`LineEntered.origin` of lines entered here."""


class Hints(Line):
    """Key hints, as many as fit; an answer takes their place for a while."""

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._hints: tuple[tuple[str, str], ...] = ()
        self._answer: Row = ()
        self._timer: Timer | None = None

    def show(self, hints: Sequence[tuple[str, str]]) -> None:
        """(key, what it does), most important first."""
        shown = tuple(hints)
        if shown != self._hints:
            self._hints = shown
            self.refresh()

    def answer(self, text: str, ok: bool) -> None:
        """Show an answer for a while."""
        sign = self._marks.ok if ok else self._marks.problem
        self._answer = ((f" {sign} {plain(text)}", "good" if ok else "bad"),)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(ANSWER_SECONDS, self._forget)
        self.refresh()

    def _forget(self) -> None:
        self._answer = ()
        self.refresh()

    def make_row(self, width: int) -> Row:
        if self._answer:
            return self._answer
        spans: Row = ((" ", ""),)
        for key, text in self._hints:
            more: Row = ((key, "key"), (f" {text}  ", "dim"))
            if row_width(spans) + row_width(more) - 1 > width:
                continue
            spans = (*spans, *more)
        return spans


class CommandBar(Horizontal):
    """Shows either the hints or the command line."""

    DEFAULT_CSS = """
    CommandBar { dock: bottom; height: 1; background: $panel; }
    CommandBar > Hints { width: 1fr; }
    CommandBar > #sign { width: auto; min-width: 1; }
    CommandBar > LineInput { width: 1fr; }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._prefix = ""
        self._hints = Hints(marks)
        self._sign = Line(id="sign")
        self._input = LineInput()
        self._open = False
        self._show_line(False)

    def compose(self) -> ComposeResult:
        yield self._hints
        yield self._sign
        yield self._input

    @property
    def is_open(self) -> bool:
        """Whether the command line is on show."""
        return self._open

    def hint(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show these key hints while the command line is closed."""
        self._hints.show(hints)

    def open(self, text: str = "", *, prefix: str = "", label: str = "") -> None:
        """Open the line with `text` in it; `prefix` is put before what is entered, and `label` shown instead of `:`."""
        self._prefix = prefix
        sign = f" {plain(label)}: " if label else " :"
        self._sign.styles.width = cell_len(sign)
        self._sign.show_row(((sign, "key"),))
        self._show_line(True)
        self._input.clear_line()
        self._input.remembers = not prefix
        self._input.fill(text)
        # At once: keys typed right after must not be taken for commands.
        self.screen.set_focus(self._input)

    def close(self) -> None:
        """Back to the hints."""
        if self.is_open:
            self._show_line(False)
            self._input.clear_line()
            self.post_message(LineClosed())

    def offer(self, offers: Sequence[Offer]) -> None:
        """Completions of what is typed."""
        self._input.offer(() if self._prefix else offers)

    def answer(self, text: str, ok: bool) -> None:
        """What came of a line: replaces the hints for a while."""
        if text:
            self._hints.answer(text, ok)

    def _show_line(self, open_: bool) -> None:
        # Set on the widgets themselves, not by a class: it holds at once, so that the line can take the focus now.
        self._open = open_
        self._hints.display = not open_
        for part in (self._sign, self._input):
            part.display = open_

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.is_open:
            return
        if self._input.typed and not self._prefix:
            self.post_message(LineChanged(event.value, ORIGIN))

    @on(LineInput.Entered)
    def _entered(self, event: LineInput.Entered) -> None:
        event.stop()
        # A second line that came in one go with the first begins with the key that opens it.
        text = event.text.removeprefix(":").strip()
        if text:
            self.post_message(LineEntered(self._prefix + text, ORIGIN))
        if self.is_open:
            self._show_line(False)
            self.post_message(LineClosed())

    @on(LineInput.GivenUp)
    def _given_up(self, event: LineInput.GivenUp) -> None:
        event.stop()
        self.close()
