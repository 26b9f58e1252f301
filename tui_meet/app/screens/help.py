"""Help, made from the registry: every command with its key, and why it cannot be used now."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui_meet.app.face import Face
from tui_meet.app.marks import MARK_WORDS
from tui_meet.app.panes import shown_key
from tui_meet.app.rows import Row, wrap
from tui_meet.app.widgets.lines import Rows
from tui_meet.core.registry import COMMANDS
from tui_meet.core.specs import Group, why_not

FACE_KEYS: tuple[tuple[str, str], ...] = (
    (":", "command line; Tab completes, up and down bring back earlier lines"),
    ("c  /", "write in chat; a line that begins with / is a command"),
    ("1 2 3 4", "stage, people, chat, moderation"),
    ("Tab", "next pane; shift+Tab goes back"),
    ("j k g G", "move in a pane, as the arrows, Home and End do"),
    ("Enter", "on a person: write to them; on a tile: zoom; on an action: do it"),
    ("+ -", "how loud you hear the selected person"),
    ("A", "let in everybody who waits"),
    ("p", "side pane on or off"),
    ("z", "the selected tile alone, or all again"),
    ("^p", "command palette"),
    ("Esc", "back, or dismiss the banner"),
    ("^q", "quit"),
)


class HelpScreen(ModalScreen[None]):
    """Scrolls; Esc, q or ? closes."""

    CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    #help { width: 100; max-width: 96%; height: 90%; padding: 0 1; background: $background; border: round $primary;
            border-title-color: $foreground; border-subtitle-color: $dim; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "close", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._rows = Rows(id="help")

    def compose(self) -> ComposeResult:
        yield self._rows

    def on_mount(self) -> None:
        self._rows.border_title = "Help"
        self._rows.border_subtitle = "j k scroll, Esc closes"

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._lay_out)

    def action_scroll(self, step: int) -> None:
        self._rows.scroll_relative(y=step, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)

    def _lay_out(self) -> None:
        width = self._rows.size.width
        if width:
            self._rows.set_rows(help_rows(self._face, width))


def help_rows(face: Face, width: int) -> list[Row]:
    """Everything that help says, in rows of at most `width` cells."""
    rows: list[Row] = [(("Keys", "accent"),)]
    for key, text in FACE_KEYS:
        rows += _entry(key, 10, text, "", width)
    rows += [(), (("Signs", "accent"),)]
    marks = face.marks
    for field, words in MARK_WORDS:
        rows += _entry(str(getattr(marks, field)), 10, words, "", width)
    usage_width = min(34, max(16, width // 3))
    for group in Group:
        rows += [(), ((group.value, "accent"),)]
        for spec in COMMANDS:
            if spec.group is not group:
                continue
            keys = " ".join(shown_key(key) for key in (spec.key, spec.person_key) if key)
            usage = f"{keys:<4}{spec.usage}"
            rows += _entry(usage, usage_width, spec.help, why_not(spec, face.state), width)
    return rows


def _entry(head: str, head_width: int, text: str, reason: str, width: int) -> list[Row]:
    look = "dim" if reason else "key"
    rows: list[Row] = []
    body = wrap(text, max(10, width - head_width - 2))
    if cell_len(head) > head_width - 1:
        rows.append(((" " + head, look),))
    else:
        first, *body = body
        rows.append(((" " + head + " " * (head_width - cell_len(head)), look), (first, "dim" if reason else "")))
    margin = " " * (head_width + 1)
    rows += [((margin, ""), (line, "dim" if reason else "")) for line in body]
    rows += [((margin, ""), (line, "warning")) for line in wrap(reason, max(10, width - head_width - 2)) if reason]
    return rows
