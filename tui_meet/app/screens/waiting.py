"""The waiting room: which meeting, who lets one in, how long it has been, and Leave."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.face import Face
from tui_meet.app.messages import RunWanted
from tui_meet.app.view import clock, connection_words, meeting_name
from tui_meet.core import selectors
from tui_meet.core.state import MeetingState


class WaitingScreen(BaseScreen):
    """Nothing to do here but wait or go."""

    CSS = """
    WaitingScreen { align: center middle; }
    #wait { width: 60; max-width: 100%; height: auto; padding: 1 3; border: round $faint; }
    WaitingScreen.-small #wait { border: none; padding: 0 1; }
    #wait-name { text-style: bold; color: $primary; height: auto; margin-bottom: 1; }
    #wait-what { height: auto; margin-bottom: 1; }
    #wait-time { color: $dim; height: 1; }
    #wait-trouble { color: $error; height: auto; }
    #wait-hint { color: $dim; height: auto; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "leave", "Leave", show=False),
    ]

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._since: float | None = None

    def compose_content(self) -> ComposeResult:
        with Vertical(id="wait"):
            yield Static("", id="wait-name", markup=False)
            yield Static("", id="wait-what", markup=False)
            yield Static("", id="wait-time", markup=False)
            yield Static("", id="wait-trouble", markup=False)
            yield Static("q  leave", id="wait-hint", markup=False)

    def on_mount(self) -> None:
        self._since = self._face.clock()
        self.set_interval(1.0, self._second)

    def show(self, state: MeetingState) -> None:
        name = meeting_name(state, "The meeting")
        self.query_one("#wait-name", Static).update(name)
        if state.status.started:
            what = "You are in the waiting room. A moderator sees you here and lets you in; you need do nothing."
        else:
            what = "The meeting has not begun. You come in by yourself as soon as a moderator is there."
        self.query_one("#wait-what", Static).update(what)
        trouble = connection_words(state.connection, self._face.clock())
        self.query_one("#wait-trouble", Static).update(f"{self._face.marks.problem} {trouble}" if trouble else "")
        self._second()

    def action_leave(self) -> None:
        self.post_message(RunWanted("leave", question="Leave the waiting room?"))

    def _second(self) -> None:
        state, now = self._face.state, self._face.clock()
        waited = selectors.seconds_in_meeting(state, now) or now - (self._since if self._since is not None else now)
        self.query_one("#wait-time", Static).update(f"Waiting for {clock(waited)}")
