"""The meeting: stage, participants, chat, moderation; header, banners and key hints."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from tui_meet.app import panes
from tui_meet.app.actions import KEYS, Ask, Press, Refuse, name_of, press, start
from tui_meet.app.arrangement import PANES, Arrangement
from tui_meet.app.base_screen import BaseScreen
from tui_meet.app.face import Face
from tui_meet.app.messages import (
    ActionChosen,
    LineChanged,
    LineClosed,
    LineEntered,
    PersonChosen,
    PersonSelected,
    RunWanted,
    ShowWanted,
    TextEntered,
)
from tui_meet.app.pictures import Pictures
from tui_meet.app.widgets import chat
from tui_meet.app.widgets.banners import Banners
from tui_meet.app.widgets.caption_line import CaptionsLine
from tui_meet.app.widgets.chat import ChatPane
from tui_meet.app.widgets.command_bar import CommandBar
from tui_meet.app.widgets.header import Header
from tui_meet.app.widgets.line_input import LineInput, Offer
from tui_meet.app.widgets.moderation import ModerationPane
from tui_meet.app.widgets.roster import RosterPane
from tui_meet.app.widgets.stage import Stage
from tui_meet.app.widgets.suggestions import Suggestions
from tui_meet.app.widgets.tabs import PaneTabs
from tui_meet.core import selectors
from tui_meet.core.commands import Dismiss, ReadChat, ShowSlots
from tui_meet.core.completion import complete
from tui_meet.core.effects import Answer
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Participant
from tui_meet.core.registry import BY_NAME
from tui_meet.core.specs import CommandSpec
from tui_meet.core.state import MeetingState

SLOT_SIZES_AFTER = 0.2
"""s of quiet after a change of the stage before the server is asked for other sizes."""

KEY_ACTIONS = {"press", "command_line", "write", "help", "louder", "admit_all", "side", "zoom", "pane"}
"""What keys do that are letters and signs, and so belong to a line that has the focus."""

VOLUME_STEP = 10
"""Percent that `+` and `-` change."""


class MeetingScreen(BaseScreen):
    """Draws the state; every key of the registry and every face key is bound here."""

    CSS = """
    #body { height: 1fr; }
    #side { width: 30%; min-width: 38; max-width: 52; }
    MeetingScreen.-medium #side { width: 45%; min-width: 30; max-width: 38; }
    MeetingScreen.-small #side { width: 1fr; max-width: 100%; min-width: 0; }
    #people, #chat, #moderation {
        border: round $faint; border-title-color: $dim; border-title-align: left; padding: 0 0 0 1;
    }
    #people { height: 2fr; } #chat { height: 3fr; } #moderation { height: 2fr; }
    #people:focus, #chat:focus-within, #moderation:focus {
        border: round $primary; border-title-color: $foreground; border-title-style: bold;
    }
    MeetingScreen.-medium #people, MeetingScreen.-medium #chat, MeetingScreen.-medium #moderation,
    MeetingScreen.-small #people, MeetingScreen.-small #chat, MeetingScreen.-small #moderation { border: none; }
    """

    # With priority: the app runs them in the order of the keys, so that what comes in one go after `:` or `c`, as on a
    # slow line, reaches the line and is not taken for commands. A focused line turns them off.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"press('{key}')", show=False, priority=True) for key in KEYS if not key.startswith("ctrl+")),
        Binding("colon", "command_line", "Command line", show=False, priority=True),
        Binding("c", "write", "Chat", show=False, priority=True),
        Binding("slash", "write('/')", "Slash command", show=False, priority=True),
        Binding("question_mark", "help", "Help", show=False, priority=True),
        Binding("plus,equals_sign", "louder(1)", "Louder", show=False, priority=True),
        Binding("minus", "louder(-1)", "Softer", show=False, priority=True),
        Binding("A", "admit_all", "Let in everybody who waits", show=False, priority=True),
        Binding("p", "side", "Side pane", show=False, priority=True),
        Binding("z", "zoom", "Zoom", show=False, priority=True),
        Binding("escape", "back", "Back", show=False),
        *(
            Binding(str(number), f"pane('{pane}')", show=False, priority=True)
            for number, pane in enumerate(PANES, start=1)
        ),
    ]

    AUTO_FOCUS = "#people"

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        marks = face.marks
        self._header = Header(marks)
        self._banners = Banners(marks)
        self._tabs = PaneTabs(marks)
        self._stage = Stage(face.capability, marks, id="stage")
        self._people = RosterPane(marks, id="people")
        self._chat = ChatPane(marks, id="chat")
        self._moderation = ModerationPane(marks, id="moderation")
        self._captions = CaptionsLine(marks, id="captions")
        self._suggestions = Suggestions(marks)
        self._bar = CommandBar(marks)
        self._side = Vertical(self._people, self._chat, self._moderation, id="side")
        self._drawn: MeetingState | None = None
        self._selected: ParticipantId | None = None
        self._arrangement = Arrangement()
        self._pictures = Pictures(lambda: face.board)
        self._sent_sizes: tuple[tuple[int, int], ...] | None = None
        self._sizes_timer: Timer | None = None
        self._return_to: Widget | None = None

    def compose_content(self) -> ComposeResult:
        yield self._header
        yield self._banners
        yield self._tabs
        with Horizontal(id="body"):
            yield self._stage
            yield self._side
        yield self._captions
        yield self._bar
        yield self._suggestions

    def on_mount(self) -> None:
        self.set_interval(1.0, self._second)
        self.set_interval(0.1, self._level)

    # States in.

    def show(self, state: MeetingState) -> None:
        before, self._drawn = self._drawn, state
        self._draw_clock(state)
        following = self._chat.at_end
        if before is None or state.chat.lines is not before.chat.lines:
            self._chat.show(state.chat.lines)
        self._people.show(panes.roster_rows(state, self._face.marks, self._face.wall()))
        self._captions.show(state.captions)
        self._draw_stage(state)
        if before is None or _moderation_differs(before, state):
            self._draw_choices(state)
        if before is None or state.chat.unread is not before.chat.unread:
            self._read_chat(state, following)
        self._draw_titles(state)
        if before is None or state.slots is not before.slots:
            self._sizes_soon()

    @property
    def selected_person(self) -> Participant | None:
        state = self._face.state
        return state.roster.people.get(self._selected) if self._selected is not None else None

    def answered(self, answer: Answer, origin: str) -> None:
        text = answer.message
        if "\n" in text:
            self.app.notify(text, title=answer.line, markup=False, timeout=20)
        elif origin == chat.ORIGIN:
            shown = text if not answer.ok or not answer.line.startswith(("say", "dm")) else ""
            self._chat.answer(shown, answer.ok)
        else:
            self._bar.answer(text, answer.ok)

    def ask_argument(self, spec: CommandSpec, prefix: str, label: str) -> bool:
        self._open_bar(prefix if not label else "", prefix=prefix if label else "", label=label)
        return True

    def choose(self, spec: CommandSpec) -> None:
        """Do what choosing this row of the registry means, as by its key."""
        self._do(start(spec, self._face.state, self.selected_person))

    # Wishes out.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are commands unless a line has the focus."""
        return action not in KEY_ACTIONS or not isinstance(self.focused, LineInput)

    def action_press(self, key: str) -> None:
        self._do(press(key, self._face.state, self.selected_person))

    def action_command_line(self) -> None:
        self._open_bar()

    def action_write(self, text: str = "") -> None:
        self._show_pane("chat")
        self._chat.write(text)

    def action_help(self) -> None:
        self.post_message(ShowWanted("help"))

    def action_admit_all(self) -> None:
        self.post_message(RunWanted("admit all"))

    def action_louder(self, direction: int) -> None:
        person = self.selected_person
        if person is None:
            self._refuse("Select a person first: press 2, then j and k.")
            return
        percent = self._face.state.local.volumes.get(person.id, 100) + direction * VOLUME_STEP
        self.post_message(RunWanted(f"volume {person.id} {max(0, min(200, percent))}"))

    def action_pane(self, pane: str) -> None:
        self._show_pane(pane)
        self._focus_on(pane)

    def action_side(self) -> None:
        self._arrange(self._arrangement.side_toggled())

    def action_zoom(self) -> None:
        arrangement = self._arrangement.zoom_toggled()
        chosen = self._stage.cursor if self._stage.has_focus else (self._selected or "")
        self._stage.zoom(chosen if arrangement.zoomed else "")
        self._arrange(arrangement)
        if arrangement.zoomed:
            self._stage.focus()

    def action_back(self) -> None:
        if self._figures.display:
            self.toggle_figures()
        elif self._arrangement.zoomed:
            self.action_zoom()
        elif self._banners.newest:
            self._face.driver.send(Dismiss(self._banners.newest))
        elif self._selected is not None:
            self._people.action_forget()
        else:
            self._focus_on(self._arrangement.pane)

    @on(Stage.ZoomWanted)
    def _zoom_wanted(self) -> None:
        self.action_zoom()

    @on(Stage.CursorMoved)
    def _tile_selected(self, event: Stage.CursorMoved) -> None:
        self._people.move_to(event.person)

    @on(Stage.Resized)
    def _stage_resized(self) -> None:
        self._sizes_soon()

    @on(PersonSelected)
    def _person_selected(self, event: PersonSelected) -> None:
        self._selected = event.person
        self._draw_choices(self._face.state)

    @on(PersonChosen)
    def _person_chosen(self, event: PersonChosen) -> None:
        person = self._face.state.roster.people.get(event.person)
        if person is None or person.id == self._face.state.me_here:
            return
        self._show_pane("chat")
        self._chat.write(to=person.id, to_name=name_of(person))

    @on(ActionChosen)
    def _action_chosen(self, event: ActionChosen) -> None:
        if event.line:
            self.post_message(RunWanted(event.line, "key"))
            return
        spec = BY_NAME[event.name]
        self._do(start(spec, self._face.state, self.selected_person, on_person=event.on_person))

    @on(LineChanged)
    def _line_changed(self, event: LineChanged) -> None:
        found = complete(event.line, self._face.state)
        offers = tuple(Offer(each.text, each.label, each.help) for each in found)
        if event.origin == chat.ORIGIN:
            self._chat.offer(offers)
        else:
            self._bar.offer(offers)

    @on(LineInput.Cycled)
    def _cycled(self, event: LineInput.Cycled) -> None:
        self._suggestions.show(event.offers, event.index)

    @on(LineEntered)
    def _line_entered(self, event: LineEntered) -> None:
        self.post_message(RunWanted(event.line, event.origin))

    @on(TextEntered)
    def _text_entered(self, event: TextEntered) -> None:
        line = f"say {event.text}" if event.to is None else f"dm {event.to} {event.text}"
        self.post_message(RunWanted(line, chat.ORIGIN))

    @on(LineClosed)
    def _line_closed(self) -> None:
        self.set_focus(self._return_to if self._return_to is not None and self._return_to.is_attached else self._people)

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _focus_moved(self) -> None:
        self._draw_choices(self._face.state)
        self._draw_titles(self._face.state)

    # Drawing.

    def _draw_clock(self, state: MeetingState) -> None:
        wall = self._face.wall()
        page = self._face.statistics().presented if state.presentation.file else (0, 0)
        self._header.show(panes.header_text(state, self._face.clock(), wall, page))
        self._banners.show(selectors.banners(state, wall))

    def _draw_stage(self, state: MeetingState) -> None:
        people = panes.stage_people(state, self._face.marks)
        self._stage.show(people, self._pictures.of(person.stream for person in people))

    def _draw_choices(self, state: MeetingState) -> None:
        selected = self.selected_person
        self._moderation.show(panes.moderation_sections(state, selected, self._face.wall()))
        small = self._arrangement.size != "-wide"
        self._bar.hint(panes.key_hints(state, selected, self._focus_name(), small=small))

    def _draw_titles(self, state: MeetingState) -> None:
        titles = panes.pane_titles(state)
        focus = self._focus_name().removesuffix("-input")
        for number, pane in enumerate(PANES, start=1):
            if pane != "stage":
                sign = f"{self._face.marks.cursor} " if pane == focus else ""
                self._titled(pane, f"{sign}{number} {titles[pane][0]}")
        shows = self._arrangement.shows
        self._tabs.show(tuple((str(place), *titles[pane], shows(pane)) for place, pane in enumerate(PANES, start=1)))

    def _titled(self, pane: str, title: str) -> None:
        widget: Widget = {"people": self._people, "chat": self._chat, "moderation": self._moderation}[pane]
        if widget.border_title != title:
            widget.border_title = title

    def _read_chat(self, state: MeetingState, following: bool = False) -> None:
        """Say that the chat is being looked at; `following`: its end was in sight before the newest line came."""
        at_end = following or self._chat.at_end
        if not self._arrangement.shows("chat") or not at_end or self.app.screen is not self:
            return
        for thread, count in state.chat.unread.items():
            if count:
                self._face.driver.send(ReadChat(thread))

    def _second(self) -> None:
        state = self._face.state
        self._draw_clock(state)
        if self._selected is not None:
            self._people.show(panes.roster_rows(state, self._face.marks, self._face.wall()))
        self._draw_stage(state)
        if state.breakouts:
            # they say how long each room is still open
            self._draw_choices(state)
        self._read_chat(state)

    def _level(self) -> None:
        levels = self._face.levels
        self._header.show_level(levels.microphone_dbfs if levels is not None else -100.0)

    # Layout.

    def resized(self, size: str) -> None:
        self._arrange(self._arrangement.resized(size))

    def _show_pane(self, pane: str) -> None:
        if self._arrangement.zoomed and pane != "stage":
            self._stage.zoom("")
        self._arrange(self._arrangement.looking_at(pane))

    def _focus_on(self, pane: str) -> None:
        widgets: dict[str, Widget] = {"stage": self._stage, "people": self._people, "moderation": self._moderation}
        (widgets.get(pane) or self._chat.lines).focus()

    def _arrange(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self._stage.display = arrangement.shows("stage")
        self._people.display = arrangement.shows("people")
        self._chat.display = arrangement.shows("chat")
        self._moderation.display = arrangement.shows("moderation")
        self._side.display = any(arrangement.shows(pane) for pane in PANES[1:])
        self._tabs.display = arrangement.has_tabs
        state = self._face.state
        self._draw_titles(state)
        self._draw_choices(state)
        self._read_chat(state)
        if self.focused is None and self.is_mounted:
            self._focus_on(arrangement.pane)

    def _sizes_soon(self) -> None:
        if self._sizes_timer is not None:
            self._sizes_timer.stop()
        self._sizes_timer = self.set_timer(SLOT_SIZES_AFTER, self._send_sizes)

    def _send_sizes(self) -> None:
        slots = self._face.state.slots
        sizes = self._stage.sizes_for([(slot.stream, slot.participant) for slot in slots])
        if slots and sizes != self._sent_sizes:
            self._sent_sizes = sizes
            self._face.driver.send(ShowSlots(sizes))

    # What a press means.

    def _do(self, press: Press) -> None:
        if isinstance(press, Refuse):
            self._refuse(press.sentence)
        elif isinstance(press, Ask):
            self._open_bar("" if press.label else press.prefix, prefix=press.prefix if press.label else "",
                           label=press.label)  # fmt: skip
        else:
            self.post_message(RunWanted(press.line, "key", press.question))

    def _refuse(self, sentence: str) -> None:
        self.notify(sentence, severity="warning", timeout=4, markup=False)

    def _open_bar(self, text: str = "", *, prefix: str = "", label: str = "") -> None:
        self._return_to = self.focused
        self._bar.open(text, prefix=prefix, label=label)

    def _focus_name(self) -> str:
        focused = self.focused
        if focused is None:
            return ""
        return {"chat-log": "chat"}.get(focused.id or "", focused.id or "")


def _moderation_differs(before: MeetingState, state: MeetingState) -> bool:
    return (
        before.breakouts is not state.breakouts
        or before.current_room != state.current_room
        or before.presentation is not state.presentation
        or before.rosters is not state.rosters
        or before.statuses is not state.statuses
        or before.local is not state.local
        or before.parts is not state.parts
        or before.role is not state.role
        or before.phase is not state.phase
    )
