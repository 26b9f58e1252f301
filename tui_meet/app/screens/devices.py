"""Choose microphone, speaker and camera."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen

from tui_meet.app.face import DeviceRow, Face
from tui_meet.app.messages import RunWanted
from tui_meet.app.rows import Row, plain
from tui_meet.app.widgets.lines import Choice

COMMAND_OF = {"microphone": "mic", "speaker": "speaker", "camera": "cam"}
"""The registry's command that chooses a device of this kind."""

_TITLES = {"microphone": "Microphone", "speaker": "Speaker", "camera": "Camera"}


class DeviceChoice(Choice):
    """Enter chooses."""

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def chosen(self, key: str) -> None:
        self.post_message(self.Chosen(key))


class DevicesScreen(ModalScreen[None]):
    """Lists what the system has, and the devices that need none."""

    CSS = """
    DevicesScreen { align: center middle; background: $background 60%; }
    #devices { width: 70; max-width: 96%; height: auto; max-height: 90%; padding: 0 1; background: $panel;
               border: round $primary; border-title-color: $foreground; border-subtitle-color: $dim; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "close", "Close", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._choice = DeviceChoice(id="devices")
        self._rows: tuple[DeviceRow, ...] = ()

    def compose(self) -> ComposeResult:
        yield self._choice

    def on_mount(self) -> None:
        self._choice.border_title = "Devices"
        self._choice.border_subtitle = "Enter chooses, Esc closes"
        self._draw(())
        self.run_worker(self._list(), exclusive=True)

    def action_close(self) -> None:
        self.dismiss(None)

    async def _list(self) -> None:
        lister = self._face.devices
        found = await asyncio.to_thread(lister) if lister is not None else ()
        self._rows = found
        self._draw(found)

    def _draw(self, found: tuple[DeviceRow, ...]) -> None:
        choices: list[tuple[str, Row]] = []
        for kind, title in _TITLES.items():
            choices.append(("", ((title, "accent"),)))
            rows = [row for row in found if row.kind == kind]
            if not rows:
                choices.append(("", (("  none found; “:", "dim"), (f"{COMMAND_OF[kind]} SPEC” takes others", "dim"))))
            for row in rows:
                sign = f"{self._face.marks.ok} " if row.chosen else "  "
                words = "  (in use)" if row.chosen else ""
                choices.append(
                    (f"{row.kind}:{row.spec}", ((f" {sign}", "good"), (plain(row.name), ""), (words, "dim")))
                )
        self._choice.styles.height = len(choices) + 2
        self._choice.set_choices(choices)
        if not self._choice.cursor:
            self._choice.action_edge(-1)

    @on(DeviceChoice.Chosen)
    def _chosen(self, event: DeviceChoice.Chosen) -> None:
        kind, _, spec = event.key.partition(":")
        self.post_message(RunWanted(f"{COMMAND_OF[kind]} {spec}"))
        self.run_worker(self._list(), exclusive=True)
