"""The meeting: stage, participants, chat, moderation; header, banners and key hints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from tui_meet.app import panes
from tui_meet.app.actions import KEYS, Ask, Press, Refuse, name_of, press, start
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
from tui_meet.app.widgets import chat, command_bar
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
from tui_meet.app.widgets.tile import MirroredSlot
from tui_meet.core import selectors
from tui_meet.core.commands import Dismiss, ReadChat, ShowSlots
from tui_meet.core.completion import complete
from tui_meet.core.effects import Answer
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Participant
from tui_meet.core.registry import BY_NAME
from tui_meet.core.specs import CommandSpec
from tui_meet.core.state import MeetingState
from tui_meet.media.slots import SELF_STREAM, FrameSlot

SLOT_SIZES_AFTER = 0.2
"""s of quiet after a change of the stage before the server is asked for other sizes."""

VOLUME_STEP = 10
"""Percent that `+` and `-` change."""

PANES = ("stage", "people", "chat", "moderation")
"""In the order of the keys 1 to 4."""


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

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"press('{key}')", show=False) for key in KEYS if not key.startswith("ctrl+")),
        Binding("colon", "command_line", "Command line", show=False),
        Binding("c", "write", "Chat", show=False),
        Binding("slash", "write('/')", "Slash command", show=False),
        Binding("question_mark", "help", "Help", show=False),
        Binding("plus,equals_sign", "louder(1)", "Louder", show=False),
        Binding("minus", "louder(-1)", "Softer", show=False),
        Binding("A", "admit_all", "Let in everybody who waits", show=False),
        Binding("p", "side", "Side pane", show=False),
        Binding("z", "zoom", "Zoom", show=False),
        Binding("escape", "back", "Back", show=False),
        *(Binding(str(number), f"pane('{pane}')", show=False) for number, pane in enumerate(PANES, start=1)),
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
        self._pane = "people"
        self._side_hidden = False
        self._zoom = False
        self._size_class = "-wide"
        self._mirror: MirroredSlot | None = None
        self._mirrored: FrameSlot | None = None
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
        if before is None or state.chat.lines is not before.chat.lines:
            self._chat.show(state.chat.lines)
        self._people.show(panes.roster_rows(state, self._face.marks, self._face.wall()))
        self._captions.show(state.captions)
        self._draw_stage(state)
        if before is None or _moderation_differs(before, state):
            self._draw_choices(state)
        if before is None or state.chat.unread is not before.chat.unread:
            self._read_chat(state)
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
            self._bar.close()
            self.app.notify(text, title=answer.line, markup=False, timeout=20)
        elif origin == chat.ORIGIN:
            shown = text if not answer.ok or not answer.line.startswith(("say", "dm")) else ""
            self._chat.answer(shown, answer.ok)
        else:
            self._bar.answer(text, answer.ok, keep_open=origin == command_bar.ORIGIN)

    def ask_argument(self, spec: CommandSpec, prefix: str, label: str) -> bool:
        self._open_bar(prefix if not label else "", prefix=prefix if label else "", label=label)
        return True

    def choose(self, spec: CommandSpec) -> None:
        """Do what choosing this row of the registry means, as by its key."""
        self._do(start(spec, self._face.state, self.selected_person))

    # Wishes out.

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
        if pane == "stage" and not self._zoom:
            self._stage.focus()
        else:
            self.query_one(f"#{pane}" if pane != "chat" else "#chat-log").focus()

    def action_side(self) -> None:
        if self._size_class == "-small":
            self._show_pane("chat" if self._pane == "people" else "people")
            return
        self._side_hidden = not self._side_hidden
        self._arrange()

    def action_zoom(self) -> None:
        self._zoom = not self._zoom
        chosen = self._stage.cursor if self._stage.has_focus else (self._selected or "")
        self._stage.zoom(chosen if self._zoom else "")
        if self._zoom:
            self._pane = "stage" if self._size_class == "-small" else self._pane
            self._stage.focus()
        self._arrange()

    def action_back(self) -> None:
        if self._zoom:
            self.action_zoom()
        elif self._banners.newest:
            self._face.driver.send(Dismiss(self._banners.newest))
        elif self._selected is not None:
            self._people.action_forget()
        else:
            self._people.focus()

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

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
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
        self._stage.show(people, self._slots(person.stream for person in people))

    def _draw_choices(self, state: MeetingState) -> None:
        selected = self.selected_person
        self._moderation.show(panes.moderation_sections(state, selected, self._face.wall()))
        small = self._size_class == "-small"
        self._bar.hint(panes.key_hints(state, selected, self._focus_name(), small=small))

    def _draw_titles(self, state: MeetingState) -> None:
        count = len(selectors.present(state))
        waiting = len(selectors.waiting(state)) if state.is_moderator else 0
        unread = selectors.unread(state)
        titles = {
            "stage": ("Stage", "Stage"),
            "people": (f"People ({count})" + (f", {waiting} waiting" if waiting else ""), "People"),
            "chat": ("Chat" + (f" ({unread} new)" if unread else ""), f"Chat{f' {unread}' if unread else ''}"),
            "moderation": ("Moderate" if state.is_moderator else "Actions", "Moderate"),
        }
        focus = self._focus_name().removesuffix("-input")
        for number, pane in enumerate(PANES, start=1):
            if pane != "stage":
                sign = f"{self._face.marks.cursor} " if pane == focus else ""
                self._titled(pane, f"{sign}{number} {titles[pane][0]}")
        self._tabs.show(
            tuple(
                (str(number), *titles[pane], self._is_on_show(pane)) for number, pane in enumerate(PANES, start=1)
            )
        )

    def _titled(self, pane: str, title: str) -> None:
        widget: Widget = {"people": self._people, "chat": self._chat, "moderation": self._moderation}[pane]
        if widget.border_title != title:
            widget.border_title = title

    def _slots(self, streams: Iterable[str]) -> dict[str, FrameSlot]:
        board = self._face.board
        if board is None:
            return {}
        slots: dict[str, FrameSlot] = {}
        for stream in streams:
            if not stream:
                continue
            slot = board.slot(stream)
            if stream == SELF_STREAM:
                if self._mirror is None or self._mirrored is not slot:
                    self._mirror, self._mirrored = MirroredSlot(slot), slot
                slot = self._mirror
            slots[stream] = slot
        return slots

    def _read_chat(self, state: MeetingState) -> None:
        if not self._is_on_show("chat") or not self._chat.at_end or self.app.screen is not self:
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
        self._size_class = size
        self._arrange()

    def _show_pane(self, pane: str) -> None:
        if self._zoom and pane != "stage":
            self.action_zoom()
        if pane != "stage":
            self._side_hidden = False
        if pane != "stage" or self._size_class == "-small":
            self._pane = pane
        self._arrange()

    def _is_on_show(self, pane: str) -> bool:
        if pane == "stage":
            return self._size_class != "-small" or self._pane == "stage"
        if self._size_class != "-small" and (self._side_hidden or self._zoom):
            return False
        return self._size_class == "-wide" or self._pane == pane

    def _arrange(self) -> None:
        panes_on_show = {pane: self._is_on_show(pane) for pane in PANES}
        self._stage.display = panes_on_show["stage"]
        self._people.display = panes_on_show["people"]
        self._chat.display = panes_on_show["chat"]
        self._moderation.display = panes_on_show["moderation"]
        self._side.display = any(panes_on_show[pane] for pane in PANES[1:])
        self._tabs.display = self._size_class != "-wide" and not self._zoom
        state = self._face.state
        self._draw_titles(state)
        self._draw_choices(state)
        self._read_chat(state)
        if self.focused is None and self.is_mounted:
            self.query_one(f"#{self._pane}" if self._pane != "chat" else "#chat-log").focus()

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
