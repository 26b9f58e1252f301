"""Why it ended, in words, and what can be done now."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Static

from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.messages import ShowWanted
from tui_meet.app.rows import plain
from tui_meet.app.view import meeting_name
from tui_meet.core.state import MeetingState


class EndedScreen(BaseScreen):
    """Rejoin where that makes sense, back to the form, or quit."""

    CSS = """
    EndedScreen { align: center middle; }
    #ended { width: 64; max-width: 100%; height: auto; padding: 1 3; border: round $faint; }
    EndedScreen.-small #ended { border: none; padding: 0 1; }
    #ended-name { color: $dim; height: auto; }
    #ended-why { text-style: bold; height: auto; margin: 1 0; }
    #ended-code { color: $dim; height: auto; margin-bottom: 1; }
    #ended-buttons { height: auto; }
    #ended Button { margin-right: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "rejoin", "Rejoin", show=False),
        Binding("b,escape", "back", "Back to the join form", show=False),
        Binding("q", "quit", "Quit", show=False),
    ]

    class RejoinWanted(Message):
        """The same meeting again."""

    def compose_content(self) -> ComposeResult:
        with Vertical(id="ended"):
            yield Static("", id="ended-name", markup=False)
            yield Static("", id="ended-why", markup=False)
            yield Static("", id="ended-code", markup=False)
            with Horizontal(id="ended-buttons"):
                yield Button("Rejoin (r)", id="rejoin", variant="primary", compact=True)
                yield Button("Join form (b)", id="back", compact=True)
                yield Button("Quit (q)", id="quit", compact=True)

    def show(self, state: MeetingState) -> None:
        ending = state.ending
        if ending is None:
            return
        name = meeting_name(state, "")
        self.query_one("#ended-name", Static).update(name)
        self.query_one("#ended-why", Static).update(plain(ending.sentence))
        said = plain(ending.error) if plain(ending.error) not in plain(ending.sentence) else ""
        code = " ".join(part for part in (said, plain(ending.code)) if part)
        self.query_one("#ended-code", Static).update(f"The server's words: {code}" if said else f"Code {code}")
        self.query_one("#ended-code", Static).display = bool(code)
        rejoin = self.query_one("#rejoin", Button)
        rejoin.disabled = not ending.can_rejoin
        self.set_focus(rejoin if ending.can_rejoin else self.query_one("#back"))

    @on(Button.Pressed, "#rejoin")
    def action_rejoin(self) -> None:
        ending = self._face.state.ending
        if ending is not None and not ending.can_rejoin:
            self.notify("This meeting cannot be joined again now; go back to the form with b.", markup=False)
            return
        self.post_message(self.RejoinWanted())

    @on(Button.Pressed, "#back")
    def action_back(self) -> None:
        self.post_message(ShowWanted("join"))

    @on(Button.Pressed, "#quit")
    def action_quit(self) -> None:
        self.app.exit()
