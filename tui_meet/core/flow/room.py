"""The room as a whole: its status, the stage, slots, layout, and who did what."""

from __future__ import annotations

from tui_meet.core import published
from tui_meet.core.commands import ShowSlots
from tui_meet.core.effects import RequestSlots
from tui_meet.core.events import (
    ActionReported,
    LayoutChanged,
    LayoutsListed,
    SlotsBound,
    StageChanged,
    StatusChanged,
)
from tui_meet.core.flow import breakouts
from tui_meet.core.ids import NO_TICKET, ParticipantId
from tui_meet.core.machines.connection import Media
from tui_meet.core.model import ConferenceStatus, Severity
from tui_meet.core.reducers.layout import known_layouts, read_layout
from tui_meet.core.reducers.stage import reduce_slots, reduce_stage
from tui_meet.core.reducers.status import actor_reports, other_news, reduce_statuses
from tui_meet.core.selectors import name_of, person_of
from tui_meet.core.state import Phase
from tui_meet.core.turn import Turn

_MAX_SIDE = 7680
"""px"""
_INSIDE = (Phase.WAITING, Phase.IN_MEETING)


def on_status(turn: Turn, event: StatusChanged) -> None:
    """The whole state of a room anew."""
    if turn.state.phase not in _INSIDE:
        return
    before = turn.state.statuses.get(event.room)
    statuses = reduce_statuses(turn.state.statuses, event)
    after = statuses[event.room]
    if after != before:
        turn.set(statuses=statuses)
    turn.publish("conferenceStatus", published.conference_status(event.room, after), event.room)
    if before is not None and event.room == turn.state.current_room:
        _tell(turn, before, after)
    breakouts.on_status(turn, event.room, before, after)


def _tell(turn: Turn, before: ConferenceStatus, after: ConferenceStatus) -> None:
    if "actors" not in turn.state.parts:
        for sentence in actor_reports(before, after):
            turn.note(sentence)
    for sentence in other_news(before, after):
        turn.note(sentence, banner=True)


def on_stage(turn: Turn, event: StageChanged) -> None:
    """Speaking order and voice activity."""
    if turn.state.phase is not Phase.IN_MEETING or event.room != turn.state.current_room:
        return
    stage = reduce_stage(event.entries, turn.state.roster.people)
    if stage != turn.state.stage:
        turn.set(stage=stage)
    turn.publish("stage", published.stage(stage), event.room)


def on_layout(turn: Turn, event: LayoutChanged) -> None:
    """The composed picture's layout."""
    if turn.state.phase not in _INSIDE or event.room != turn.state.current_room:
        return
    layout = read_layout(event.payload, turn.state.layout)
    if layout != turn.state.layout:
        turn.set(layout=layout)
    turn.publish("layoutUpdate", dict(event.payload), event.room)


def on_layouts(turn: Turn, event: LayoutsListed) -> None:
    """What the server can compose."""
    if turn.state.phase in _INSIDE:
        turn.set(layouts=known_layouts(event.names))


def on_slots(turn: Turn, event: SlotsBound) -> None:
    """Who is on which received stream; the streams are the call's, in the order of the stage."""
    if turn.memory.media.state is Media.OFF or event.room != turn.state.current_room:
        return
    slots = reduce_slots(event.bindings)
    if slots != turn.state.slots:
        turn.set(slots=slots)
    _ask_for_slots(turn)


def on_show_slots(turn: Turn, command: ShowSlots) -> None:
    """The stage says how large it can show each slot."""
    sizes = tuple((_side(width), _side(height)) for width, height in command.sizes[: turn.memory.max_slots])
    turn.memory.shown_sizes = sizes
    _ask_for_slots(turn)


def _ask_for_slots(turn: Turn) -> None:
    """Ask for the pictures that the stage has room for, when that is news to the server."""
    memory, state = turn.memory, turn.state
    sizes = memory.shown_sizes
    if sizes is None or not state.slots or "slots" not in state.parts or state.phase is not Phase.IN_MEETING:
        return
    wanted = tuple(
        (slot.stream, *(sizes[place] if place < len(sizes) else (0, 0))) for place, slot in enumerate(state.slots)
    )
    if wanted != memory.asked_slots:
        memory.asked_slots = wanted
        turn.do(RequestSlots(NO_TICKET, wanted, state.current_room))


def _side(pixels: int) -> int:
    return min(max(int(pixels), 0), _MAX_SIDE)


# Who did what. What changed is in the update before (wire, extension part `actors`).

_ROOM_ACTIONS = {
    "lock": "locked the meeting",
    "unlock": "unlocked the meeting",
    "mute-all": "muted everybody",
    "unmute-all": "ended “mute-all”",
    "guests-unmute on": "lets participants unmute themselves",
    "guests-unmute off": "no longer lets participants unmute themselves",
    "hand lower all": "lowered all hands",
    "start": "started the meeting",
    "end": "ended the meeting",
}
_PERSON_ACTIONS = {
    "mute": "muted {}",
    "unmute": "unmuted {}",
    "admit": "let {} in",
    "deny": "turned {} away",
    "drop": "took {} out of the meeting",
    "camera off": "turned off {}'s camera",
    "camera on": "allowed {}'s camera",
    "hand lower": "lowered {}'s hand",
    "rename": "renamed {}",
    "role": "changed {}'s role",
    "spotlight": "put {} in the spotlight",
    "unspotlight": "took {} out of the spotlight",
}
_HARSH = ("mute", "mute-all", "camera off", "hand lower", "hand lower all")


def on_action(turn: Turn, event: ActionReported) -> None:
    """Somebody moderated."""
    state = turn.state
    if state.phase not in _INSIDE:
        return
    _remember_who_muted(turn, event)
    words = _PERSON_ACTIONS.get(event.action) if event.target is not None else _ROOM_ACTIONS.get(event.action)
    if words is None:
        return
    mine = (state.me, *state.breakouts.values())
    by_me = event.by in mine
    about_me = event.target is not None and event.target in mine
    if about_me and by_me:
        return
    me = state.myself
    concerns_me = about_me or (
        not by_me and event.action == "mute-all" and me is not None and me.is_muted and not state.is_moderator
    )
    if about_me:
        phrase = words.replace("{}'s", "your").replace("{}", "you")
    else:
        phrase = words.replace("{}", _name(turn, event.target))
    actor = "You" if by_me else _name(turn, event.by, "Somebody")
    text = f"{actor} {phrase}."
    if by_me and words == _ROOM_ACTIONS["guests-unmute on"]:
        text = "You let participants unmute themselves."
    severity = Severity.WARNING if concerns_me and event.action in _HARSH else Severity.INFO
    topic = "muted" if concerns_me and event.action in ("mute", "unmute", "mute-all") else ""
    turn.note(text, severity, banner=concerns_me, topic=topic)


def _remember_who_muted(turn: Turn, event: ActionReported) -> None:
    state = turn.state
    muted_by = dict(state.muted_by)
    if event.action == "mute" and event.target is not None:
        person = person_of(state, event.target)
        if person is not None and person.is_muted:
            muted_by[event.target] = event.by
    elif event.action == "unmute" and event.target is not None:
        muted_by.pop(event.target, None)
    elif event.action == "mute-all":
        for person in state.roster.people.values():
            if person.is_muted and not person.is_moderator:
                muted_by[person.id] = event.by
    elif event.action == "unmute-all":
        muted_by = {who: by for who, by in muted_by.items() if _still_muted(turn, who)}
    if muted_by != state.muted_by:
        turn.set(muted_by=muted_by)


def _still_muted(turn: Turn, who: ParticipantId) -> bool:
    person = person_of(turn.state, who)
    return person is not None and person.is_muted


def _name(turn: Turn, who: ParticipantId | None, otherwise: str = "somebody") -> str:
    if who is None:
        return otherwise
    return name_of(turn.state, who, turn.memory.gone.get(who, otherwise))
