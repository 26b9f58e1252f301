"""The join form: link, name, PIN, own microphone and camera."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Checkbox, Input, Static

from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.face import Face
from tui_meet.app.messages import ShowWanted
from tui_meet.app.rows import plain
from tui_meet.core.commands import Join
from tui_meet.core.errors import LinkError
from tui_meet.core.links import parse_link
from tui_meet.core.model import MeetingLink
from tui_meet.core.state import MeetingState, Phase

_ANYWHERE = MeetingLink("", "")
"""The settings say how one joins, whichever meeting it will be."""


class JoinScreen(BaseScreen):
    """Enter in any field joins; what is wrong is said under the fields."""

    CSS = """
    JoinScreen { align: center middle; }
    #join { width: 64; max-width: 100%; height: auto; max-height: 100%; padding: 1 3; border: round $faint; }
    #join-title { text-style: bold; color: $primary; height: 1; }
    #join-sub { color: $dim; height: auto; margin-bottom: 1; }
    #join .label { color: $dim; height: 1; }
    #join Input { height: 1; border: none; padding: 0 1; background: $panel; margin-bottom: 1; }
    #join Input:focus { background: $cursor; }
    #join Checkbox { border: none; padding: 0; width: auto; margin-right: 3; background: transparent; }
    #join Checkbox:focus { background: $cursor; }
    #join #own { height: 1; margin-bottom: 1; }
    #join-devices { color: $dim; height: auto; }
    #join-problem { color: $error; height: auto; min-height: 1; }
    #join-buttons { height: auto; }
    #join Button { margin-right: 2; }
    JoinScreen.-small #join { padding: 0 2; border: none; }
    JoinScreen.-small #join-sub, JoinScreen.-medium #join-sub { display: none; }
    JoinScreen.-small #join Input { margin-bottom: 0; }
    JoinScreen.-small #join #own { margin-bottom: 0; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "devices", "Devices", show=False),
        Binding("f1", "help", "Help", show=False),
    ]
    AUTO_FOCUS = "#link"

    def __init__(
        self, face: Face, name: str = "", link: str = "", *, order: Callable[[MeetingLink], Join] | None = None
    ) -> None:
        """`order` makes the wish to join from the person's settings; name, PIN and switches come from the form."""
        super().__init__(face)
        self._order = order
        wish = order(_ANYWHERE) if order is not None else Join(_ANYWHERE, name)
        self._switches = wish.microphone_on, wish.camera_on
        self._own_name = name
        self._link = link
        self._busy = False

    def compose_content(self) -> ComposeResult:
        with VerticalScroll(id="join", can_focus=False):
            yield Static("tui-meet", id="join-title", markup=False)
            yield Static("Paste the link of a meeting, say who you are, and press Enter.", id="join-sub", markup=False)
            yield Static("Link", classes="label", markup=False)
            yield Input(self._link, placeholder="https://meet.example/standup", id="link", compact=True)
            yield Static("Your name", classes="label", markup=False)
            yield Input(self._own_name, placeholder="as others see it", id="name", compact=True, max_length=64)
            yield Static("PIN, if you have one", classes="label", markup=False)
            yield Input(placeholder="asked for later when needed", password=True, id="pin", compact=True)
            with Horizontal(id="own"):
                yield Checkbox("microphone on", self._switches[0], id="microphone", compact=True)
                yield Checkbox("camera on", self._switches[1], id="camera", compact=True)
            yield Static("", id="join-devices", markup=False)
            yield Static("", id="join-problem", markup=False)
            with Horizontal(id="join-buttons"):
                yield Button("Join", id="go", variant="primary", compact=True)
                yield Button("Devices (^d)", id="devices", compact=True)
                yield Button("Quit (^q)", id="quit", compact=True)

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False
        if self._link:
            self.set_focus(self.query_one("#name"))

    def on_screen_resume(self) -> None:
        self.run_worker(self._name_devices(), exclusive=True)

    async def _name_devices(self) -> None:
        """Say which devices will be used; listing them may take a while."""
        if self._face.devices is None:
            return
        found = await asyncio.to_thread(self._face.devices)
        chosen = [f"{row.kind}: {plain(row.name)}" for row in found if row.chosen]
        self.query_one("#join-devices", Static).update(f" {self._face.marks.dot} ".join(chosen))

    def show(self, state: MeetingState) -> None:
        busy = state.phase is Phase.JOINING
        self.query_one("#go", Button).disabled = busy
        for box in self.query(Input):
            box.disabled = busy
        if busy:
            self._say("Joining…" if self._face.capability.unicode else "Joining...", problem=False)
        elif self._busy:
            self._say("")
        self._busy = busy

    def fill(self, link: str, name: str) -> None:
        """Put these into the fields that are empty."""
        for field, text in (("#link", link), ("#name", name)):
            box = self.query_one(field, Input)
            if text and not box.value:
                box.value = text

    @on(Input.Submitted)
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        if self._face.state.phase is Phase.JOINING:
            return
        link_box, name_box = self.query_one("#link", Input), self.query_one("#name", Input)
        try:
            link = parse_link(link_box.value)
        except LinkError as error:
            self._say(str(error))
            link_box.focus()
            return
        name = name_box.value.strip()
        if not name:
            self._say("Say who you are: others see this name.")
            name_box.focus()
            return
        pin_box = self.query_one("#pin", Input)
        order = self._order(link) if self._order is not None else Join(link, name)
        self._face.driver.send(
            replace(
                order,
                display_name=name,
                pin=pin_box.value or order.pin,
                microphone_on=self.query_one("#microphone", Checkbox).value,
                camera_on=self.query_one("#camera", Checkbox).value,
            )
        )
        pin_box.value = ""

    @on(Button.Pressed, "#devices")
    def action_devices(self) -> None:
        self.post_message(ShowWanted("devices"))

    @on(Button.Pressed, "#quit")
    def _quit(self) -> None:
        self.app.exit()

    def action_help(self) -> None:
        self.post_message(ShowWanted("help"))

    @on(Input.Changed)
    def _changed(self) -> None:
        if self._face.state.phase is not Phase.JOINING:
            self._say("")

    def _say(self, sentence: str, *, problem: bool = True) -> None:
        sign = f"{self._face.marks.problem} " if problem and sentence else ""
        self.query_one("#join-problem", Static).update(f"{sign}{sentence}")
