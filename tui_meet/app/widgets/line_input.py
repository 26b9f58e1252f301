"""A one-line input with completion on Tab and, for command lines, history on up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

HISTORY_LENGTH = 200
"""Lines remembered; older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion."""

    text: str
    """The whole line after it."""
    label: str
    help: str


class LineInput(Input):
    """Tab and shift+Tab walk through the offers; anything typed asks for new ones."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus {
        height: 1; border: none; padding: 0; background: transparent; color: $foreground;
    }
    LineInput > .input--placeholder { color: $dim; }
    """

    @dataclass
    class Cycled(Message):
        """Another offer has the cursor, or the offers changed."""

        input: LineInput
        offers: tuple[Offer, ...]
        index: int
        """-1: none has."""

    @dataclass
    class Entered(Message):
        """Enter. The line is empty again."""

        input: LineInput
        text: str
        """What was in it, without blanks around it."""

    @dataclass
    class GivenUp(Message):
        """Esc."""

        input: LineInput

    def __init__(self, placeholder: str = "", *, id: str | None = None, tab_leaves: bool = False) -> None:
        """`tab_leaves`: Tab in the empty line goes to the next pane."""
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._offers: tuple[Offer, ...] = ()
        self._index = -1
        self._filled: str | None = None
        self._history: list[str] = []
        self._recalled = 0
        self._tab_leaves = tab_leaves
        self.remembers = True
        """Whether what is entered goes into the history."""

    @property
    def typed(self) -> bool:
        """False while the text is what Tab put there: no new completions are wanted then."""
        return self.value != self._filled

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these completions of the present text."""
        self._offers, self._index = tuple(offers), -1
        self.post_message(self.Cycled(self, self._offers, -1))

    def _remember(self, line: str) -> None:
        if not self._history or self._history[-1] != line:
            self._history.append(line)
            del self._history[:-HISTORY_LENGTH]
        self._recalled = len(self._history)

    def fill(self, text: str) -> None:
        """Replace the text, cursor at its end."""
        self.value = text
        self.cursor_position = len(text)

    def clear_line(self) -> None:
        """Empty text, no offers."""
        self._filled = None
        self.fill("")
        self.offer(())

    def _cycle(self, step: int) -> None:
        if not self._offers:
            if self._tab_leaves and not self.value:
                if step > 0:
                    self.screen.focus_next()
                else:
                    self.screen.focus_previous()
            return
        self._index = (self._index + step) % len(self._offers) if self._index >= 0 or step > 0 else -1
        chosen = self._offers[self._index]
        self._filled = chosen.text
        self.fill(chosen.text)
        self.post_message(self.Cycled(self, self._offers, self._index))

    def _recall(self, step: int) -> None:
        if not self._history:
            return
        self._recalled = max(0, min(len(self._history), self._recalled + step))
        self.fill(self._history[self._recalled] if self._recalled < len(self._history) else "")

    def on_blur(self) -> None:
        if self._offers:
            self.offer(())

    def on_key(self, event: events.Key) -> None:
        # Here and not by bindings: those are looked up after the keys behind them have been typed into the line.
        match event.key:
            case "enter":
                text = self.value.strip()
                self.clear_line()
                if text and self.remembers:
                    self._remember(text)
                self.post_message(self.Entered(self, text))
            case "escape":
                self.post_message(self.GivenUp(self))
            case "tab" | "shift+tab":
                self._cycle(1 if event.key == "tab" else -1)
            case "up" | "down":
                self._recall(-1 if event.key == "up" else 1)
            case _:
                return
        event.stop()
        event.prevent_default()
