"""The chat pane: lines of everybody and of private threads, and the line to write."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui_meet.app.marks import Marks
from tui_meet.app.messages import LineChanged, LineEntered, TextEntered
from tui_meet.app.rows import Row, plain, row_width, wrap
from tui_meet.app.view import chat_head
from tui_meet.app.widgets.line_input import LineInput, Offer
from tui_meet.app.widgets.lines import Line, Rows
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import ChatMessage

ORIGIN = "chat"
"""`LineEntered.origin` of slash commands entered here."""

_INDENT = 6
"""Cells before the lines of a message that follow its first: the width of the time."""


class ChatLog(Rows):
    """Messages as rows; a new one is wrapped alone."""

    DEFAULT_CSS = "ChatLog { height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._messages: tuple[ChatMessage, ...] = ()
        self._wrapped: dict[str, tuple[Row, ...]] = {}
        self._width = 0

    def show(self, messages: tuple[ChatMessage, ...]) -> None:
        """Show these messages; follows the end unless the person has scrolled up."""
        if messages is not self._messages:
            self._messages = messages
            self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.size.width
        if not width:
            return
        if width != self._width:
            self._width, self._wrapped = width, {}
        before, self._wrapped = self._wrapped, {}
        rows: list[Row] = []
        for message in self._messages:
            wrapped = before.get(message.id)
            if wrapped is None:
                wrapped = _message_rows(message, width - 1)
            self._wrapped[message.id] = wrapped
            rows.extend(wrapped)
        if not rows:
            rows = [(("Nobody has written anything yet.", "dim"),)]
        self.set_rows(rows, stay_at_end=True)


def _message_rows(message: ChatMessage, width: int) -> tuple[Row, ...]:
    head = chat_head(message)
    first_room = width - row_width(head) - 2
    text = message.text
    if first_room >= 8:
        lines = wrap(text, width - _INDENT)
        first, *rest = wrap(text, first_room)
        if rest:
            remainder = text[len(first) :].lstrip() if text.startswith(first) else ""
            lines = wrap(remainder, width - _INDENT) if remainder else rest
        else:
            lines = []
        return ((*head, ("  ", ""), (first, "")), *(((" " * _INDENT, ""), (line, "")) for line in lines))
    return (head, *(((" " * _INDENT, ""), (line, "")) for line in wrap(text, width - _INDENT)))


class ChatPane(Vertical):
    """Log, input, and the sentence that a slash command came back with."""

    DEFAULT_CSS = """
    ChatPane { height: 1fr; min-height: 4; }
    ChatPane > #chat-answer { height: 0; }
    ChatPane > #chat-entry { height: 1; }
    """

    def __init__(self, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = marks
        self._chat_log = ChatLog(id="chat-log")
        self._answer = Line(id="chat-answer")
        self._input = LineInput("Message to everybody, or /command", id="chat-input", tab_leaves=True)
        self._to: ParticipantId | None = None

    def compose(self) -> ComposeResult:
        yield self._chat_log
        yield self._answer
        yield self._input

    def show(self, messages: tuple[ChatMessage, ...]) -> None:
        """Show these messages."""
        self._chat_log.show(messages)

    @property
    def lines(self) -> ChatLog:
        """What has been written; takes the focus to be scrolled."""
        return self._chat_log

    @property
    def at_end(self) -> bool:
        """Whether the last message is in sight."""
        return bool(self.display) and self._chat_log.is_vertical_scroll_end

    def write(self, text: str = "", *, to: ParticipantId | None = None, to_name: str = "") -> None:
        """Put the cursor into the input; with `to`, what is sent next goes to that person alone."""
        self._address(to, to_name)
        if text:
            self._input.fill(text)
        # At once: keys typed right after must not be taken for commands.
        self.screen.set_focus(self._input)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Completions of the slash command that is being typed."""
        self._input.offer([Offer(f"/{offer.text}", offer.label, offer.help) for offer in offers])

    def answer(self, text: str, ok: bool) -> None:
        """What came of the last slash command or message; empty takes the sentence away."""
        sign = self._marks.ok if ok else self._marks.problem
        self._answer.styles.height = 1 if text else 0
        self._answer.show_row(((f"{sign} {plain(text)}", "good" if ok else "bad"),) if text else ())

    def _address(self, to: ParticipantId | None, name: str) -> None:
        self._to = to
        self._input.placeholder = (
            f"Privately to {plain(name)} (Esc: to everybody)" if to is not None else "Message to everybody, or /command"
        )

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        text = event.value
        if text:
            self.answer("", True)
        if not self._input.typed:
            return
        if text.startswith("/") and not text.startswith("//"):
            self.post_message(LineChanged(text[1:], ORIGIN))
        else:
            self._input.offer(())

    @on(LineInput.Entered)
    def _entered(self, event: LineInput.Entered) -> None:
        event.stop()
        text = event.text
        if not text:
            return
        if text.startswith("/") and not text.startswith("//"):
            self.post_message(LineEntered(text[1:], ORIGIN))
        else:
            self.post_message(TextEntered(text[1:] if text.startswith("//") else text, self._to))

    @on(LineInput.GivenUp)
    def _given_up(self, event: LineInput.GivenUp) -> None:
        event.stop()
        self._input.offer(())
        if self._to is not None:
            self._address(None, "")
            return
        self.screen.set_focus(None)
