"""Asks for the rest of a command on screens that have no command line."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class PromptScreen(ModalScreen[str]):
    """The text entered; empty when given up."""

    CSS = """
    PromptScreen { align: center middle; background: $background 60%; }
    #prompt { width: 60; max-width: 96%; height: auto; padding: 1 3; background: $panel; border: round $primary; }
    #prompt-label { height: 1; color: $dim; }
    #prompt-text { height: 1; border: none; padding: 0; background: $cursor; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Give up", show=False)]

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label

    def compose(self) -> ComposeResult:
        with Vertical(id="prompt"):
            yield Static(self._label, id="prompt-label", markup=False)
            yield Input(id="prompt-text", compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    def action_give_up(self) -> None:
        self.dismiss("")
