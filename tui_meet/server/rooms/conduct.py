"""The rules of a meeting: `apply(meeting, request, now)` finds the room a request is for, and keeps the rooms together.

Pure, as `rules` is: no clock, no loop, no chance. What one room decides is in `rules`; here is what crosses rooms:
seats of hosts, moves, passes, places, and which room an address means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import breakouts, passes, roles, rules
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.breakout_events import MeetingOutcome
from tui_meet.server.rooms.meeting import MAIN, Meeting
from tui_meet.server.rooms.model import NOTHING, Person, new_room
from tui_meet.server.rooms.turn import Turn
from tui_meet.wire.infinity import codes

Handler = Callable[[Turn, Any], on.Refusal | None]

ROLES_IN_MAIN = "Roles are changed in the main room: bring this person back first."


def apply(
    meeting: Meeting, request: on.Request | ask.MeetingRequest, now: float, room_id: str = MAIN
) -> MeetingOutcome:
    """What comes of a request. `room_id` says where something happened that names nobody.

    Never raises for what a client can cause.
    """
    turn = Turn(meeting, now)
    refusal = _refused(turn, request)
    if refusal is None:
        handler = HANDLERS.get(type(request))
        refusal = handler(turn, request) if handler is not None else _in_room(turn, request, room_id)
    if turn.meeting is not meeting:
        _settle(turn, meeting)
    return MeetingOutcome(turn.meeting, tuple(turn.effects), refusal, turn.entered)


def next_deadline(meeting: Meeting) -> float | None:
    """When a `Tick` is due; None when nothing is."""
    times = [rules.next_deadline(room) for _, room in meeting.rooms]
    times.append(breakouts.next_end(meeting.breakouts.values()))
    times += [ticket.until for ticket in meeting.passes.values()]
    return min((time for time in times if time is not None), default=None)


# Who may --------------------------------------------------------------------------------------------------------------

HOST_DEEDS = (
    ask.OpenBreakout, ask.MovePeople, ask.CloseBreakout, ask.CloseAllBreakouts, ask.EmptyBreakouts, ask.TellBreakouts,
    ask.MakeGuestPass, ask.Transfer,
)  # fmt: skip
"""What only hosts may; the rest of what people ask, they ask for themselves."""


def may(meeting: Meeting, request: on.ByPerson) -> on.Refusal | None:
    """Why the asking person may not ask this of the meeting, or None."""
    actor = meeting.person(request.by)
    if actor is None:
        return on.Refusal(403, codes.INVALID_TOKEN)
    if actor.waiting:
        return on.Refusal(403, roles.WAITING, codes.NOT_MODERATOR)
    if isinstance(request, HOST_DEEDS) and not meeting.is_host(meeting.human(request.by)):
        sentence = SEND_AWAY if isinstance(request, ask.Transfer) else breakouts.ONLY_HOSTS
        return on.Refusal(403, sentence, codes.NOT_MODERATOR)
    if isinstance(request, on.ByPersonAbout) and meeting.person(request.target) is None:
        return on.Refusal(403, roles.NOBODY)
    return None


SEND_AWAY = "Only a moderator can send people to another meeting."


def _refused(turn: Turn, request: on.Request | ask.MeetingRequest) -> on.Refusal | None:
    """Room requests are looked at by the rules of their room."""
    if type(request) in MEETING_WIDE and isinstance(request, on.ByPerson):
        return may(turn.meeting, request)
    return None


# Requests for one room ------------------------------------------------------------------------------------------------


def _in_room(turn: Turn, request: Any, where: str = MAIN) -> on.Refusal | None:
    meeting = turn.meeting
    room_id: str | None
    if isinstance(request, on.ByPerson):
        request = _addressed(meeting, request)
        room_id = meeting.room_of(request.by)
    elif hasattr(request, "uuid"):
        room_id = meeting.room_of(request.uuid)
    else:
        room_id = where if meeting.room(where) is not None else None
    if room_id is None:
        return on.Refusal(403, codes.INVALID_TOKEN) if isinstance(request, on.ByPerson) else None
    if isinstance(request, on.SetRole) and room_id != MAIN:
        room = meeting.breakouts[room_id]
        return roles.refusal(room, request) or on.Refusal(403, ROLES_IN_MAIN)
    return turn.ask(room_id, request)


def _addressed(meeting: Meeting, request: on.ByPerson) -> on.ByPerson:
    """The request with its actor as the one they are in the room of whom it is about.

    A host on the main path may mean somebody in a breakout, and the other way round. What is about a seat as a whole
    person (removing, roles, the name) is about the host.
    """
    human = meeting.human(request.by)
    if isinstance(request, on.Leave):
        return replace(request, by=human)
    if not meeting.is_host(human):
        return request
    target = ""
    if isinstance(request, on.ByPersonAbout):
        target = meeting.human(request.target) if isinstance(request, WHOLE_PERSON) else request.target
        request = replace(request, target=target)
    elif isinstance(request, on.SendMessage):
        target = request.to
    room_id = meeting.room_of(target) if target else None
    if room_id is None:
        return request
    me = next((person.uuid for where, person in meeting.persons_of(human) if where == room_id), request.by)
    return replace(request, by=me)


WHOLE_PERSON = (on.Drop, on.SetRole, on.Rename)


def _join(turn: Turn, request: on.Join) -> on.Refusal | None:
    refusal = turn.ask(MAIN, request)
    if refusal is None:
        turn.entered = request.uuid
    return refusal


def _stream_opened(turn: Turn, request: on.StreamOpened) -> on.Refusal | None:
    room_id = turn.meeting.room_of(request.uuid)
    if room_id is not None:
        turn.ask(room_id, request)
        if turn.meeting.is_host(request.uuid):
            for breakout_id in breakouts.open_rooms(turn):
                turn.show_breakout(breakout_id, request.uuid)
    return None


def _call_started(turn: Turn, request: on.CallStarted) -> on.Refusal | None:
    """Media is in one room at a time: a call in another room ends."""
    human = turn.meeting.human(request.uuid)
    for room_id, person in turn.meeting.persons_of(human):
        if person.uuid != request.uuid and person.call is not None:
            turn.ask(room_id, on.CallEnded(person.uuid, person.call.uuid))
    return _in_room(turn, request)


# Requests for all rooms -----------------------------------------------------------------------------------------------


def _drop_all(turn: Turn, request: on.DropAll) -> on.Refusal | None:
    room_id = turn.meeting.room_of(request.by)
    room = turn.meeting.room(room_id) if room_id is not None else None
    if room_id is None or room is None:
        return on.Refusal(403, codes.INVALID_TOKEN)
    if room_id != MAIN:
        refusal = roles.refusal(room, request)
        if refusal is None:
            breakouts.close(turn, room_id, turn.meeting.human(request.by))
        return refusal
    refusal = turn.ask(MAIN, request)
    if refusal is None:
        _end_everything(turn, codes.ENDED)
    return refusal


def _shutdown(turn: Turn, request: on.Shutdown) -> on.Refusal | None:
    turn.ask(MAIN, request)
    _end_everything(turn, codes.SERVER_GOING_DOWN)
    return None


def _end_everything(turn: Turn, reason: str) -> None:
    """After the main room has ended: everybody in the breakouts goes too."""
    for room_id, room in turn.meeting.breakouts.items():
        for person in room.people.values():
            if not person.seat_of:
                turn.emit(on.DropPerson(person.uuid, reason), room_id=room_id)
    turn.meeting = replace(turn.meeting, breakouts=NOTHING, passes=NOTHING, left_main=NOTHING)


def _tick(turn: Turn, request: on.Tick) -> on.Refusal | None:
    for room_id in [room_id for room_id, _ in turn.meeting.rooms]:
        turn.ask(room_id, request)
    breakouts.end_overdue(turn)
    over = [key for key, ticket in turn.meeting.passes.items() if ticket.until <= turn.now]
    turn.meeting = turn.meeting.without_passes(*over)
    return None


# What follows by itself -----------------------------------------------------------------------------------------------


def _settle(turn: Turn, before: Meeting) -> None:
    """Seats, devices, passes, places; closed breakouts that are empty go, and a meeting left by all starts anew."""
    # A place that becomes free may let a host in, who gets seats.
    settled: Meeting | None = None
    while settled is not turn.meeting:
        settled = turn.meeting
        breakouts.seat_hosts(turn)
        _reserve(turn)
    _one_device(turn, before)
    for room_id, room in tuple(turn.meeting.breakouts.items()):
        if room.breakout is not None and room.breakout.closing_until is not None and not room.people:
            turn.meeting = turn.meeting.without_breakout(room_id)
    _refresh_passes(turn)
    meeting = turn.meeting
    if meeting.deserted:
        fresh = replace(new_room(meeting.main.settings), pin_failures=meeting.main.pin_failures)
        outside = {key: ticket for key, ticket in meeting.passes.items() if ticket.person is None}
        if meeting.breakouts or meeting.left_main or len(outside) < len(meeting.passes) or meeting.main != fresh:
            turn.meeting = Meeting(fresh, passes=MappingProxyType(outside), serial=meeting.serial)


def _reserve(turn: Turn) -> None:
    """Places of the meeting are shared by its rooms."""
    meeting = turn.meeting
    out = sum(not person.waiting for person in meeting.guests_out) + len(meeting.travellers)
    everybody = len(meeting.main.present) + out
    for room_id, room in tuple(meeting.rooms):
        reserved = out if room_id == MAIN else everybody - len(room.present)
        if reserved != room.reserved:
            turn.change(room_id, replace(room, reserved=reserved))


def _one_device(turn: Turn, before: Meeting) -> None:
    """Microphone, camera and name of a host are the same in every room: there is one person with one device."""
    for host in turn.meeting.main.hosts:
        persons = turn.meeting.persons_of(host.uuid)
        if len(persons) < 2:
            continue
        newest = next((p for _, p in persons if _switched(p, before.person(p.uuid))), host)
        for room_id, person in persons:
            same = replace(
                person,
                is_client_muted=newest.is_client_muted,
                camera_off=newest.camera_off,
                display_name=host.display_name,
                overlay_text=host.overlay_text,
            )
            if same != person:
                room = turn.meeting.room(room_id)
                assert room is not None
                turn.change(room_id, room.with_person(same))


def _switched(person: Person, was: Person | None) -> bool:
    return was is not None and (person.is_client_muted, person.camera_off) != (was.is_client_muted, was.camera_off)


def _refresh_passes(turn: Turn) -> None:
    """Whoever has a pass leaves as they are at that time; what was kept of people who are gone is forgotten."""
    meeting = turn.meeting
    kept = {}
    for key, ticket in meeting.passes.items():
        person = meeting.person(ticket.person.uuid) if ticket.person is not None else None
        kept[key] = replace(ticket, person=person) if person is not None and person is not ticket.person else ticket
    homes = {person.home for person in meeting.guests_out}
    homes |= {ticket.person.home for ticket in kept.values() if ticket.person is not None}
    left = {home: person for home, person in meeting.left_main.items() if home in homes}
    if kept != dict(meeting.passes):
        meeting = replace(meeting, passes=MappingProxyType(kept))
    turn.meeting = meeting.with_left(left) if len(left) < len(meeting.left_main) else meeting


HANDLERS: Mapping[type, Handler] = {
    on.Join: _join,
    on.StreamOpened: _stream_opened,
    on.CallStarted: _call_started,
    on.DropAll: _drop_all,
    on.Tick: _tick,
    on.Shutdown: _shutdown,
    ask.OpenBreakout: breakouts.open_breakout,
    ask.MovePeople: breakouts.move_people,
    ask.CloseBreakout: breakouts.close_breakout,
    ask.CloseAllBreakouts: breakouts.close_all,
    ask.EmptyBreakouts: breakouts.empty_all,
    ask.TellBreakouts: breakouts.tell_all,
    ask.MakeGuestPass: breakouts.make_guest_pass,
    ask.LeaveBreakout: breakouts.leave_breakout,
    ask.AskForHelp: breakouts.ask_for_help,
    ask.Transfer: passes.send_away,
    ask.MakeTransferPass: passes.make_transfer_pass,
    ask.JoinByPass: passes.join_by_pass,
}
"""What crosses rooms; every other request is for one room. A test compares the table with the vocabulary."""
MEETING_WIDE = frozenset(HANDLERS) - {on.Join, on.StreamOpened, on.CallStarted, on.DropAll, on.Tick, on.Shutdown}
