"""From a meeting's state to what each pane is given: pure, and cheap enough for every change."""

from __future__ import annotations

from pathlib import PurePath

from tui_meet.app.actions import BY_KEY, BY_PERSON_KEY, Refuse, label, name_of, press, reason_against, target
from tui_meet.app.marks import Marks
from tui_meet.app.rows import plain
from tui_meet.app.view import (
    clock,
    connection_words,
    marks_of,
    meeting_name,
    shown_name,
    time_of_day,
    volume_of,
    words_of,
)
from tui_meet.app.widgets.header import HeaderText
from tui_meet.app.widgets.moderation import ActionRow
from tui_meet.app.widgets.roster import RosterRow
from tui_meet.app.widgets.stage import StagePerson
from tui_meet.app.widgets.tile import TileText
from tui_meet.core import selectors
from tui_meet.core.ids import MAIN_ROOM, RoomId, StreamId
from tui_meet.core.model import ConferenceStatus, Participant
from tui_meet.core.registry import COMMANDS
from tui_meet.core.specs import CommandSpec, Group
from tui_meet.core.state import Layer, MeetingState
from tui_meet.media.slots import MAIN_STREAM, PRESENTATION_STREAM, SELF_STREAM

Sections = tuple[tuple[str, tuple[ActionRow, ...]], ...]
Hint = tuple[str, str]

_MODERATION_GROUPS = (Group.ENTRY, Group.MUTE, Group.HAND, Group.PEOPLE, Group.STAGE, Group.MODE, Group.ROOMS,
                      Group.RECORDING, Group.SESSION, Group.CALLS)  # fmt: skip
_AT_THE_DOOR = ("admit", "deny")
_ALWAYS = ("ignore",)
"""Rows of the moderation pane that are no moderator's privilege."""


def header_text(state: MeetingState, now: float, wall: float, page: tuple[int, int] = (0, 0)) -> HeaderText:
    """The top line; `now` in monotonic seconds, `wall` in Unix seconds; `page` (from 1, pages) of what one presents."""
    marked = selectors.classification(state)
    in_breakout = state.current_room != MAIN_ROOM or state.status.breakout
    status, me, local = state.status, state.myself, state.local
    muted = me is not None and me.is_muted
    microphone = "muted by the room" if muted else "mic on" if local.microphone_on else "mic off"
    if local.deafened:
        microphone += ", deafened"
    hidden = me is not None and me.is_camera_muted
    camera = "camera off" if not local.camera_on else "camera off by the room" if hidden else "camera on"
    return HeaderText(
        name=meeting_name(state, "Meeting"),
        elapsed=clock(selectors.seconds_in_meeting(state, now)) if state.started_at is not None else "",
        locked=status.locked,
        muted_all=status.guests_muted or status.all_muted,
        room=f"breakout {_breakout_name(state, state.current_room)}" if in_breakout else "",
        room_left=time_left(status, wall),
        presenting=plain(PurePath(state.presentation.file).name),
        page=f"page {page[0]}/{page[1]}" if page[1] > 1 else "",
        classification=plain(marked.name) if marked is not None else "",
        classification_colour=marked.colour if marked is not None else "",
        waiting=len(selectors.waiting(state)) if state.is_moderator else 0,
        hands=len(selectors.hands(state)),
        trouble=connection_words(state.connection, now),
        microphone=microphone,
        microphone_live=local.microphone_on and not muted,
        camera=camera,
        camera_live=local.camera_on and not hidden,
        moderator=state.is_moderator,
        time=time_of_day(wall),
    )


def time_left(status: ConferenceStatus, wall: float) -> str:
    """Until a breakout closes by itself, `4:10`; empty when it stays open. `wall` is Unix seconds."""
    return clock(status.end_time - wall) if status.end_time > 0 else ""


def _breakout_name(state: MeetingState, room: RoomId) -> str:
    return plain(selectors.room_name(state, room)).removeprefix("breakout ").strip()


def roster_rows(state: MeetingState, marks: Marks, wall: float) -> tuple[RosterRow, ...]:
    """Everybody, numbered as commands number them."""
    places = {person.id: place for place, person in enumerate(selectors.hands(state), start=1)}
    voices = {entry.participant: entry.vad for entry in state.stage}
    rows: list[RosterRow] = []
    for number, person in enumerate(selectors.sorted_people(state), start=1):
        place, vad, volume = places.get(person.id, 0), voices.get(person.id, 0), volume_of(state, person.id)
        words = words_of(person, place, vad > 0, wall, volume, muted_by=_muted_by(state, person))
        signs = marks_of(person, place, vad, marks, volume)
        rows.append(
            RosterRow(
                person.id, number, shown_name(person), person.id == state.me_here, person.is_waiting, signs, words
            )
        )
    return tuple(rows)


def _muted_by(state: MeetingState, person: Participant) -> str:
    by = state.muted_by.get(person.id)
    if by is None or by == person.id:
        return ""
    return "you" if by in (state.me, state.me_here) else plain(selectors.name_of(state, by, "a moderator"))


def stage_people(state: MeetingState, marks: Marks) -> tuple[StagePerson, ...]:
    """Who belongs on the stage: the spotlighted, who talks, the others, oneself."""
    places = {person.id: place for place, person in enumerate(selectors.hands(state), start=1)}
    voices = {entry.participant: entry.vad for entry in state.stage}
    talking = [person.id for person in selectors.talking(state) if not person.is_silenced]
    streams: dict[str, StreamId] = {
        slot.participant: slot.stream for slot in state.slots if slot.participant is not None
    }
    first = [person.id for person in selectors.spotlighted(state)]
    speaker = next((id for id in talking if id != state.me_here and id not in first), None)
    if speaker is not None:
        first.append(speaker)
    people = {person.id: person for person in selectors.present(state)}
    order = [id for id in first if id in people] + [id for id in people if id not in first]
    composed = "slots" not in state.parts
    shown: list[StagePerson] = []
    presenter = state.presenter
    if presenter is not None:
        name = plain(presenter.name).strip() or "Somebody"
        text = TileText(f"{name} presents", ((marks.presenting, "info"),), sentence=_no_slides(state), full_name=name)
        shown.append(StagePerson(PRESENTATION_STREAM, text, PRESENTATION_STREAM, is_large=True))
    if composed:
        name = plain(state.conference_name).strip() or "Meeting"
        picture = "picture is coming" if state.connection.media is not Layer.OFF else "no picture now"
        text = TileText(name, note="as the server composes it", sentence=picture)
        shown.append(StagePerson(MAIN_STREAM, text, MAIN_STREAM, is_large=presenter is None))
    mine: StagePerson | None = None
    for id in order:
        person = people[id]
        is_me = id == state.me_here
        if not is_me and (composed or person.call_type == "api"):
            continue
        signs = marks_of(person, places.get(id, 0), voices.get(id, 0), marks)
        camera_on = state.local.camera_on if is_me else not person.is_camera_muted
        stream = "" if not camera_on else SELF_STREAM if is_me else streams.get(id, "")
        name = "You" if is_me else shown_name(person)
        text = TileText(
            name=name,
            marks=signs,
            talking=id in talking,
            note="spotlight" if person.is_spotlighted else "",
            sentence=_no_picture(person, camera_on, stream, is_me),
            full_name=shown_name(person),
        )
        entry = StagePerson(id, text, stream, is_me, is_first=id in first)
        if is_me:
            mine = entry
        else:
            shown.append(entry)
    return (*shown, mine) if mine is not None else tuple(shown)


def _no_slides(state: MeetingState) -> str:
    """Why there is no picture of what somebody presents, until there is one."""
    if state.presentation.recv == "failed":
        return "the presentation could not be received"
    return "the presentation is coming"


def _no_picture(person: Participant, camera_on: bool, stream: str, is_me: bool) -> str:
    if not camera_on:
        return "camera off"
    if not is_me and person.call_type == "audio":
        return "sound only"
    return "picture is coming" if stream else "no picture now"


def moderation_sections(state: MeetingState, selected: Participant | None, wall: float = 0.0) -> Sections:
    """What can be done to the room and to the selected person; then what cannot be done now, with the reason.

    Moderators see the open breakouts first; `wall` is Unix seconds.
    """
    room: list[ActionRow] = []
    person: list[ActionRow] = []
    door: list[ActionRow] = []
    impossible: list[ActionRow] = []
    for spec in _moderation_specs():
        on_person = spec.about_person
        reason = reason_against(spec, state, selected)
        if not reason:
            section = door if spec.name in _AT_THE_DOOR else person if on_person else room
            section.append(_action(spec, "", on_person))
        elif not _twin_possible(spec, state, selected):
            impossible.append(_action(spec, reason, on_person))
    if selected is not None and selected.id != state.me_here and not selected.is_waiting:
        for spec in BY_PERSON_KEY.get("u", ()):
            reason = reason_against(spec, state, selected, on_person=True)
            if not reason:
                person.insert(0, _action(spec, "", True, key=spec.person_key))
    sections: list[tuple[str, tuple[ActionRow, ...]]] = []
    if door:
        at_door = target("admit", state, selected)
        sections.append((f"{name_of(at_door)}, waiting" if at_door is not None else "Waiting", tuple(door)))
    if person and selected is not None:
        sections.append((name_of(selected), tuple(person)))
    elif selected is None:
        sections.append(("For one person: select them (2, then j k)", ()))
    if room:
        sections.append(("The room", tuple(room)))
    if state.is_moderator and state.breakouts:
        sections.insert(0, ("Rooms (Enter goes there)", _room_rows(state, wall)))
    if impossible:
        sections.append(("Not possible now", tuple(impossible)))
    return tuple(sections)


def _room_rows(state: MeetingState, wall: float) -> tuple[ActionRow, ...]:
    """The main room and every open breakout: how many people, who asks for help, how long it is still open."""
    rows: list[ActionRow] = []
    for room in (MAIN_ROOM, *state.breakouts):
        roster, status = state.rosters.get(room), state.statuses.get(room)
        count = sum(not person.is_waiting for person in roster.people.values()) if roster is not None else 0
        facts = [f"{count} {'person' if count == 1 else 'people'}"]
        if room == state.current_room:
            facts.append("you are here")
        if status is not None and status.help_asked_at > 0:
            facts.append("asks for help")
        if status is not None and (left := time_left(status, wall)):
            facts.append(f"{left} left")
        name = "Main room" if room == MAIN_ROOM else _breakout_name(state, room)
        target = "main" if room == MAIN_ROOM else room
        rows.append(ActionRow("", "", f"{name}: {', '.join(facts)}", "", False, f"breakout move @me {target}"))
    return tuple(rows)


def _moderation_specs() -> tuple[CommandSpec, ...]:
    return tuple(
        spec
        for group in _MODERATION_GROUPS
        for spec in COMMANDS
        if spec.group is group and (spec.moderator or group is Group.ROOMS)
    ) + tuple(spec for spec in COMMANDS if spec.name in _ALWAYS)


def _twin_possible(spec: CommandSpec, state: MeetingState, selected: Participant | None) -> bool:
    """Whether another command of the same key can be run, so that this one need not be listed; or comes before it."""
    twins = BY_KEY.get(spec.key, ()) if spec.key else ()
    if any(not reason_against(twin, state, selected) for twin in twins if twin is not spec):
        return True
    return bool(twins) and twins[0] is not spec


def _action(spec: CommandSpec, reason: str, on_person: bool, key: str = "") -> ActionRow:
    return ActionRow(spec.name, key or shown_key(spec.key), label(spec), reason, on_person)


_KEY_WORDS = {"ctrl+q": "^q", "ctrl+p": "^p"}


def shown_key(key: str) -> str:
    """A key as hints and panes write it."""
    return _KEY_WORDS.get(key, key)


def pane_titles(state: MeetingState) -> dict[str, tuple[str, str]]:
    """(title, short title) of every pane."""
    count = len(selectors.present(state))
    waiting = len(selectors.waiting(state)) if state.is_moderator else 0
    unread = selectors.unread(state)
    return {
        "stage": ("Stage", "Stage"),
        "people": (f"People ({count})" + (f", {waiting} waiting" if waiting else ""), "People"),
        "chat": ("Chat" + (f" ({unread} new)" if unread else ""), f"Chat{f' {unread}' if unread else ''}"),
        "moderation": ("Moderate" if state.is_moderator else "Actions", "Moderate"),
    }


_OWN_KEYS = ("m", "v", "h")


def key_hints(
    state: MeetingState, selected: Participant | None, focus: str, *, small: bool = False
) -> tuple[Hint, ...]:
    """The bottom line for the pane with the focus (`stage`, `people`, `chat`, `chat-input`, `moderation`, or empty)."""
    if focus == "chat-input":
        return (("Enter", "send"), ("/", "command"), ("Tab", "complete"), ("Esc", "leave the line"))
    hints: list[Hint] = []
    if focus == "people":
        hints += _person_hints(state, selected)
    elif focus == "moderation":
        hints += [("Enter", "do it")]
    elif focus == "stage":
        hints += [("Enter", "zoom")]
    if small:
        hints += [("?", "help"), ("1-4", "panes"), ("q", "leave")]
    hints += [hint for key in _OWN_KEYS if (hint := _hint(key, state, None)) is not None]
    hints += [("c", "chat"), (":", "command"), ("?", "help")]
    if focus != "people":
        if state.is_moderator and selectors.waiting(state):
            hints.insert(0, ("a", "let in"))
        hints += [hint for key in ("L", "M") if (hint := _hint(key, state, None)) is not None]
    hints += [("q", "leave"), ("2", "people"), ("p", "pane"), ("z", "zoom"), ("^p", "palette")]
    return tuple(dict(hints).items())


def _person_hints(state: MeetingState, selected: Participant | None) -> list[Hint]:
    if selected is None:
        return [("j k", "select somebody")]
    hints = [("Enter", "write to them")] if selected.id != state.me_here else []
    for key in ("a", "x") if selected.is_waiting else ("u", "D", "s"):
        hint = _hint(key, state, selected)
        if hint is not None:
            hints.append(hint)
    return hints


def _hint(key: str, state: MeetingState, selected: Participant | None) -> Hint | None:
    """The key with what it would do now; None when it would do nothing."""
    done = press(key, state, selected)
    if isinstance(done, Refuse):
        return None
    specs = BY_PERSON_KEY.get(key) or BY_KEY[key]
    on_person = key in BY_PERSON_KEY
    for spec in specs:
        if not reason_against(spec, state, selected, on_person=on_person):
            return key, label(spec)
    return None
