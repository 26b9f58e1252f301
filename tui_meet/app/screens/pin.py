"""Asks for the meeting's PIN."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.messages import RunWanted
from tui_meet.app.view import meeting_name
from tui_meet.core.commands import GivePin
from tui_meet.core.state import MeetingState


class PinScreen(BaseScreen):
    """One password line; Esc gives up."""

    CSS = """
    PinScreen { align: center middle; }
    #ask { width: 56; max-width: 100%; height: auto; padding: 1 3; border: round $faint; }
    PinScreen.-small #ask { border: none; padding: 0 1; }
    #ask-title { text-style: bold; height: auto; margin-bottom: 1; }
    #ask-pin { height: 1; border: none; padding: 0 1; background: $cursor; }
    #ask-problem { color: $error; height: auto; min-height: 1; margin-top: 1; }
    #ask-hint { color: $dim; height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Give up", show=False)]
    AUTO_FOCUS = "#ask-pin"

    def compose_content(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Static("", id="ask-title", markup=False)
            yield Input(password=True, placeholder="PIN", id="ask-pin", compact=True)
            yield Static("", id="ask-problem", markup=False)
            yield Static("", id="ask-hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def show(self, state: MeetingState) -> None:
        prompt = state.pin_prompt
        if prompt is None:
            return
        name = meeting_name(state, "This meeting")
        self.query_one("#ask-title", Static).update(f"{name} asks for a PIN")
        tries = "1 try left" if prompt.tries_left == 1 else f"{prompt.tries_left} tries left"
        wrong = f"{self._face.marks.problem} That PIN is wrong: {tries}." if prompt.wrong else ""
        self.query_one("#ask-problem", Static).update(wrong)
        without = "" if prompt.guest_needs_pin else "Enter alone joins as a participant, without a PIN.  "
        self.query_one("#ask-hint", Static).update(f"{without}Enter joins, Esc gives up.")

    @on(Input.Submitted)
    def _give(self, event: Input.Submitted) -> None:
        prompt = self._face.state.pin_prompt
        if prompt is None:
            return
        if not event.value and prompt.guest_needs_pin:
            self.query_one("#ask-problem", Static).update(
                f"{self._face.marks.problem} This meeting lets nobody in without a PIN: type it, or press Esc."
            )
            return
        self._face.driver.send(GivePin(event.value))
        event.input.value = ""

    def action_give_up(self) -> None:
        self.post_message(RunWanted("leave"))
