"""The Textual app: wiring only. Phases become screens, wishes become lines for the driver, answers go back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.filter import LineFilter, NoColor
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import Theme

from tui_meet.app.actions import Ask, Refuse, start
from tui_meet.app.ascii import AsciiOnly
from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.bridge import bridge
from tui_meet.app.face import DeviceLister, Face
from tui_meet.app.messages import CommandChosen, RunWanted, ShowWanted, StateChanged
from tui_meet.app.palette import registry_provider
from tui_meet.app.screens.confirm import ConfirmScreen
from tui_meet.app.screens.devices import DevicesScreen
from tui_meet.app.screens.ended import EndedScreen
from tui_meet.app.screens.help import HelpScreen
from tui_meet.app.screens.join import JoinScreen
from tui_meet.app.screens.meeting import MeetingScreen
from tui_meet.app.screens.pin import PinScreen
from tui_meet.app.screens.prompt import PromptScreen
from tui_meet.app.screens.waiting import WaitingScreen
from tui_meet.app.themes import load_themes, theme_for
from tui_meet.core.commands import Join
from tui_meet.core.effects import FaceCommand
from tui_meet.core.errors import CommandError
from tui_meet.core.links import format_link
from tui_meet.core.model import MeetingLink
from tui_meet.core.registry import BY_NAME
from tui_meet.core.state import MeetingState, Phase
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.runtime.driver import Driver

SCREEN_OF = {
    Phase.IDLE: "join",
    Phase.JOINING: "join",
    Phase.PIN: "pin",
    Phase.WAITING: "waiting",
    Phase.IN_MEETING: "meeting",
    Phase.ENDED: "ended",
}
"""Which screen a phase of the meeting is on."""


class AsciiScrollBar(ScrollBarRender):
    """Without eighths of blocks at the ends of the grip."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class MeetApp(App[int]):
    """One meeting client with a face."""

    TITLE = "tui-meet"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    CSS = """
    .-ascii #people, .-ascii #chat, .-ascii #moderation, .-ascii #join, .-ascii #ask, .-ascii #wait, .-ascii #ended {
        border: ascii $faint;
    }
    .-ascii #people:focus, .-ascii #chat:focus-within, .-ascii #moderation:focus, .-ascii #help, .-ascii #devices,
    .-ascii #confirm, .-ascii #prompt, .-ascii Figures { border: ascii $primary; }
    .-ascii .-small #join, .-ascii .-small #ask, .-ascii .-small #wait, .-ascii .-small #ended,
    .-ascii .-small #people, .-ascii .-small #chat, .-ascii .-small #moderation,
    .-ascii .-medium #people, .-ascii .-medium #chat, .-ascii .-medium #moderation { border: none; }
    Toast { max-width: 60; background: $panel; padding: 0 1; }
    ToastRack { margin-bottom: 1; }
    CommandPalette > Vertical { margin-top: 2; }
    Button, Button:focus { text-style: none; background: $panel; color: $foreground; border: none; }
    Button.-primary { background: $primary; color: $background; }
    Button:focus { text-style: bold underline; background: $cursor; color: $foreground; background-tint: $cursor 0%; }
    Button:disabled { color: $dim; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit_program", "Quit", show=False, priority=True),
        Binding("ctrl+c", "hint_quit", "How to quit", show=False, system=True),
    ]

    def __init__(
        self,
        driver: Driver,
        *,
        join: Join | None = None,
        capability: TerminalCapability,
        theme: str = "",
        own_themes: Path | None = None,
        device_lister: DeviceLister | None = None,
        name: str = "",
        link: str = "",
        order: Callable[[MeetingLink], Join] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`join` joins at once; `name` and `link` fill the join form, and `order` makes a wish to join of its link.

        `theme` empty takes the one that suits the terminal. `own_themes` is a person's folder of TOML themes; raises
        `ThemeError` where one of them is not usable. `clock` (monotonic) and `wall` (Unix) are seconds, the same
        clocks as the driver's.
        """
        self._face = Face(driver, capability, device_lister, clock, wall)
        ScrollBar.renderer = ScrollBarRender if capability.unicode else AsciiScrollBar
        super().__init__()
        self.animation_level = "none"
        self.set_class(not capability.unicode, "-ascii")
        self._join = join
        self._form = (name, link)
        self._order = order
        self._on_screen = ""
        self._left_ended = False
        """The person went from “it ended” back to the join form, and no new meeting has begun."""
        self._quitting = False
        self._unbridge: list[Callable[[], None]] = []
        self._no_colours = NoColor()
        self._ascii_only = AsciiOnly()
        for found in load_themes(own_themes):
            self.register_theme(found)
        wanted = theme or theme_for(capability.depth)
        self.theme = wanted if wanted in self.available_themes else theme_for(capability.depth)
        self._wrong_theme = "" if wanted == self.theme else wanted

    # Textual's own questions.

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of ours that a theme may leave out."""
        theme: Theme = self.current_theme
        return {
            "dim": theme.variables.get("dim", theme.foreground or theme.primary),
            "faint": theme.variables.get("faint", theme.secondary or theme.primary),
            "cursor": theme.variables.get("cursor", theme.panel or theme.surface or theme.primary),
        }

    def get_line_filters(self) -> list[LineFilter]:
        """On a terminal without colours none is written, whatever the theme says; nor Unicode where it is not read."""
        filters = list(super().get_line_filters())
        if self._face.capability.depth is ColourDepth.NONE:
            filters.append(self._no_colours)
        if not self._face.capability.unicode:
            filters.append(self._ascii_only)
        return filters

    # Start and end.

    async def on_mount(self) -> None:
        face = self._face
        name, link = self._form
        if self._join is not None:
            name, link = name or self._join.display_name, link or format_link(self._join.link)
        self.install_screen(JoinScreen(face, name, link, order=self._order), "join")
        for screen_name, screen in (
            ("pin", PinScreen), ("waiting", WaitingScreen), ("meeting", MeetingScreen), ("ended", EndedScreen),
        ):  # fmt: skip
            self.install_screen(screen(face), screen_name)
        driver = face.driver
        self._unbridge = [
            bridge(driver.snapshots, self),
            driver.on_face_command(self._face_command),
            driver.on_quit(self._quit_now),
        ]
        driver.start()
        driver.warm_up()
        if self._join is not None:
            driver.send(self._join)
        await self._show(face.state)
        if self._wrong_theme:
            sentence = f"There is no theme “{self._wrong_theme}”; the command “theme” lists them."
            self.notify(sentence, severity="warning", markup=False)

    def on_ready(self) -> None:
        # On a slow machine the first screen lays itself out before the app counts as running, and what is painted until
        # then is thrown away: paint all of it once more.
        self.screen.refresh()

    async def on_unmount(self) -> None:
        for end in self._unbridge:
            end()
        await self._face.driver.aclose()

    def _quit_now(self) -> None:
        self._quitting = True
        self.exit(0)

    # States in.

    @on(StateChanged)
    async def _state_changed(self, event: StateChanged) -> None:
        if not self._quitting:
            await self._show(event.state)

    async def _show(self, state: MeetingState) -> None:
        wanted = SCREEN_OF[state.phase]
        if wanted == "join" and self._on_screen == "pin" and state.phase is Phase.JOINING:
            wanted = "pin"
        if wanted != self._on_screen and not (wanted == "ended" and self._on_screen == "join" and self._left_ended):
            await self._go_to(wanted)
        base = self._base_screen
        if base is not None and base.is_mounted:
            base.show(state)

    async def _go_to(self, name: str) -> None:
        while len(self.screen_stack) > 1 and not isinstance(self.screen, BaseScreen):
            await self.pop_screen()
        if self._on_screen:
            await self.switch_screen(name)
        else:
            await self.push_screen(name)
        self._on_screen = name
        self._left_ended = False

    @property
    def _base_screen(self) -> BaseScreen | None:
        """The screen of the phase, under whatever lies over it."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, BaseScreen)), None)

    # Wishes out.

    @on(RunWanted)
    def _run_wanted(self, event: RunWanted) -> None:
        event.stop()
        if event.question:
            self.push_screen(
                ConfirmScreen(event.question), lambda yes: self._run(event.line, event.origin) if yes else None
            )
        else:
            self._run(event.line, event.origin)

    def _run(self, line: str, origin: str) -> None:
        self.run_worker(self._run_line(line, origin), exit_on_error=True)

    async def _run_line(self, line: str, origin: str) -> None:
        answer = await self._face.driver.run_line(line)
        base = self._base_screen
        if base is not None:
            base.answered(answer, origin)

    @on(CommandChosen)
    def _command_chosen(self, event: CommandChosen) -> None:
        base = self._base_screen
        if base is None:
            return
        spec = BY_NAME[event.name]
        done = start(spec, self._face.state, base.selected_person)
        if isinstance(done, Refuse):
            self.notify(done.sentence, severity="warning", markup=False)
        elif isinstance(done, Ask):
            if not base.ask_argument(spec, done.prefix, done.label):
                self.push_screen(
                    PromptScreen(spec.usage), lambda text: self._run(done.prefix + text, "key") if text else None
                )
        else:
            self.post_message(RunWanted(done.line, "key", done.question))

    @on(ShowWanted)
    async def _show_wanted(self, event: ShowWanted) -> None:
        event.stop()
        if event.name == "join":
            await self._go_to("join")
            self._left_ended = True
            base = self._base_screen
            if base is not None:
                base.show(replace(self._face.state, phase=Phase.IDLE))
        else:
            self._overlay(event.name)

    @on(EndedScreen.RejoinWanted)
    def _rejoin(self) -> None:
        state = self._face.state
        if state.link is None:
            return
        again = self._order(state.link) if self._order is not None else Join(state.link, "")
        again = replace(again, display_name=state.display_name or self._form[0],
                        microphone_on=state.local.microphone_on, camera_on=state.local.camera_on)  # fmt: skip
        if self._join is not None and self._join.link == state.link:
            again = replace(self._join, microphone_on=again.microphone_on, camera_on=again.camera_on)
        self._face.driver.send(again)

    def _overlay(self, name: str) -> None:
        overlays = {"help": HelpScreen, "devices": DevicesScreen}
        overlay = overlays[name]
        if not isinstance(self.screen, overlay):
            self.push_screen(overlay(self._face))

    def _face_command(self, command: FaceCommand) -> str:
        if command.name == "theme":
            return self._choose_theme(command.argument.strip())
        if command.name == "stats":
            base = self._base_screen
            if base is not None:
                base.toggle_figures()
        else:
            self._overlay(command.name)
        return ""

    def _choose_theme(self, name: str) -> str:
        names = sorted(self.available_themes)
        if not name:
            return f"The theme is {self.theme}. There are: {', '.join(names)}."
        if name not in names:
            raise CommandError(f"There is no theme “{name}”. There are: {', '.join(names)}.")
        self.theme = name
        return f"The theme is {name} now."

    def action_command_palette(self) -> None:
        """The registry as a searchable list."""
        if not isinstance(self.screen, CommandPalette):
            provider = registry_provider(lambda: self._face.state)
            self.push_screen(CommandPalette(providers=[provider], placeholder="What do you want to do?"))

    def action_quit_program(self) -> None:
        self._run("quit", "key")

    def action_hint_quit(self) -> None:
        """ctrl+c is pressed by habit: it must not end a meeting."""
        self.notify("Press q to leave the meeting, ctrl+q to quit.", timeout=4, markup=False)

    def action_help_quit(self) -> None:
        self.action_hint_quit()
