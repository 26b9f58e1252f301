"""Asks once before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_meet.app.rows import plain


class ConfirmScreen(ModalScreen[bool]):
    """y or Enter: True. n or Esc: False."""

    CSS = """
    ConfirmScreen { align: center middle; background: $background 60%; }
    #confirm { width: auto; min-width: 36; max-width: 90%; height: auto; padding: 1 3; background: $panel;
               border: round $warning; }
    #confirm-what { width: auto; height: auto; text-style: bold; }
    #confirm-how { width: auto; height: 1; color: $dim; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "No", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(id="confirm"):
            yield Static(plain(self._question), id="confirm-what", markup=False)
            yield Static("y or Enter: yes    n or Esc: no", id="confirm-how", markup=False)

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
