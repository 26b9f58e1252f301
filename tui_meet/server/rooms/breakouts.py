"""Breakout rooms: opening, moving people, help, closing. Each handler works on a `Turn` and returns a refusal or None.

Guests go by `refer`: they leave the one room and enter the other with a pass. Hosts go by `breakout_refer`: they keep
token and stream and move only their media. So nobody is put anywhere; whoever is sent goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import MAIN, PASS_SECONDS, Pass, new_breakout, seat_uuid
from tui_meet.server.rooms.model import CHAIR, Breakout, Room
from tui_meet.server.rooms.text import clean_name, clean_text
from tui_meet.server.rooms.turn import Turn
from tui_meet.wire.infinity import codes

MAX_BREAKOUTS = 50
MAX_DESCRIPTION = 1000
"""Characters."""
LONGEST = 24 * 3600.0
"""s"""

ONLY_HOSTS = "Only a moderator can open, fill or close breakout rooms."
NO_SUCH_ROOM = "There is no such breakout room, or it is closing."
TOO_MANY = f"There are {MAX_BREAKOUTS} breakout rooms already: close one first."
NAME_NEEDED = "Give the breakout room a name that can be seen."
IN_MAIN = "You are in the main room already."
STAY = "A moderator decides when people leave this breakout room: ask for help."
ONLY_INSIDE = "Help can be asked for in a breakout room only."


def open_breakout(turn: Turn, request: ask.OpenBreakout) -> on.Refusal | None:
    meeting = turn.meeting
    if not meeting.main.settings.breakouts:
        return on.Refusal(403, codes.UNAVAILABLE)
    if len(meeting.breakouts) >= MAX_BREAKOUTS:
        return on.Refusal(403, TOO_MANY)
    name = clean_name(request.name)
    if not name:
        return on.Refusal(403, NAME_NEEDED)
    duration = min(max(request.duration, 0.0), LONGEST)
    facts = Breakout(
        uuid=request.uuid,
        name=name,
        description=clean_text(request.description)[:MAX_DESCRIPTION],
        end_time=turn.now + duration if duration else 0.0,
        end_action=request.end_action,
        guests_allowed_to_leave=request.guests_allowed_to_leave,
    )
    turn.meeting = meeting.with_room(request.uuid, new_breakout(meeting.main, facts))
    seat_hosts(turn)
    _send(turn, request.by, request.people, request.uuid)
    return None


def move_people(turn: Turn, request: ask.MovePeople) -> on.Refusal | None:
    if request.room != MAIN and _open(turn, request.room) is None:
        return on.Refusal(403, NO_SUCH_ROOM)
    _send(turn, request.by, request.people, request.room)
    return None


def close_breakout(turn: Turn, request: ask.CloseBreakout) -> on.Refusal | None:
    if _open(turn, request.room) is None:
        return on.Refusal(403, NO_SUCH_ROOM)
    close(turn, request.room, turn.meeting.human(request.by))
    return None


def close_all(turn: Turn, request: ask.CloseAllBreakouts) -> on.Refusal | None:
    requester = turn.meeting.human(request.by)
    for room_id in open_rooms(turn):
        close(turn, room_id, requester)
    return None


def empty_all(turn: Turn, request: ask.EmptyBreakouts) -> on.Refusal | None:
    for room_id in open_rooms(turn):
        room = turn.meeting.breakouts[room_id]
        _send(turn, request.by, [person.uuid for person in room.present], MAIN)
    return None


def tell_all(turn: Turn, request: ask.TellBreakouts) -> on.Refusal | None:
    human = turn.meeting.human(request.by)
    for room_id in open_rooms(turn):
        refusal = turn.ask(room_id, on.SendMessage(seat_uuid(room_id, human), request.payload, request.type))
        if refusal is not None:
            return refusal
    return None


def make_guest_pass(turn: Turn, request: ask.MakeGuestPass) -> on.Refusal | None:
    if _open(turn, request.room) is None:
        return on.Refusal(403, NO_SUCH_ROOM)
    turn.add_pass(Pass(request.room, turn.now + PASS_SECONDS))
    return None


def leave_breakout(turn: Turn, request: ask.LeaveBreakout) -> on.Refusal | None:
    room_id = turn.meeting.room_of(request.by)
    room = turn.meeting.breakouts.get(room_id or "")
    if room_id is None or room is None or room.breakout is None:
        return on.Refusal(403, IN_MAIN)
    person = room.people[request.by]
    if person.seat_of:
        turn.refer_host(person.seat_of, MAIN, "")
    elif not room.breakout.guests_allowed_to_leave and room.breakout.closing_until is None:
        return on.Refusal(403, STAY)
    else:
        turn.refer(room_id, person, MAIN)
    return None


def ask_for_help(turn: Turn, request: ask.AskForHelp) -> on.Refusal | None:
    room_id = turn.meeting.room_of(request.by)
    room = turn.meeting.breakouts.get(room_id or "")
    if room_id is None or room is None or room.breakout is None:
        return on.Refusal(403, ONLY_INSIDE)
    if request.on != bool(room.breakout.help_since):
        turn.set_facts(room_id, replace(room.breakout, help_since=turn.now if request.on else 0.0))
    return None


def close(turn: Turn, room_id: str, requester: str = "") -> None:
    """Close a breakout: its guests go as its end action says, its hosts lose their seats. It is gone when empty."""
    room = turn.meeting.breakouts[room_id]
    facts = room.breakout
    assert facts is not None
    for person in room.people.values():
        if person.seat_of:
            if person.call is not None:
                turn.refer_host(person.seat_of, MAIN, requester)
            turn.take_seat_away(room_id, person, closing=True)
        elif person.waiting or facts.end_action == "disconnect":
            remove(turn, room_id, person.uuid)
        else:
            turn.refer(room_id, person, MAIN)
    turn.set_facts(room_id, replace(facts, closing_until=turn.now + PASS_SECONDS))


def remove(turn: Turn, room_id: str, uuid: str) -> None:
    """Put somebody out of the meeting because their breakout ends."""
    turn.change(room_id, turn.meeting.breakouts[room_id].without(uuid))
    turn.emit(on.DropPerson(uuid, codes.ENDED), room_id=room_id)


def open_rooms(turn: Turn) -> tuple[str, ...]:
    """The ids of the breakouts that are not closing."""
    return tuple(room_id for room_id in turn.meeting.breakouts if _open(turn, room_id) is not None)


def seat_hosts(turn: Turn) -> None:
    """Every host of the main room has a seat in every open breakout, and nobody else has one."""
    hosts = {person.uuid: person for person in turn.meeting.main.hosts}
    for room_id in open_rooms(turn):
        for person in tuple(turn.meeting.breakouts[room_id].people.values()):
            if person.seat_of and person.seat_of not in hosts:
                if person.call is not None and person.seat_of in turn.meeting.main.people:
                    turn.refer_host(person.seat_of, MAIN, "")
                turn.take_seat_away(room_id, person)
        for host in hosts.values():
            if seat_uuid(room_id, host.uuid) not in turn.meeting.breakouts[room_id].people:
                turn.give_seat(room_id, host)


def end_overdue(turn: Turn) -> None:
    """Close breakouts whose time is over; remove who has not gone although the room closed."""
    for room_id in tuple(turn.meeting.breakouts):
        room = turn.meeting.breakouts[room_id]
        facts = room.breakout
        assert facts is not None
        if facts.closing_until is None:
            if facts.end_time and facts.end_time <= turn.now:
                close(turn, room_id)
        elif facts.closing_until <= turn.now:
            for uuid in tuple(room.people):
                remove(turn, room_id, uuid)


def next_end(rooms: Iterable[Room]) -> float | None:
    """When `end_overdue` has to be asked next."""
    facts = [room.breakout for room in rooms if room.breakout is not None]
    times = [f.end_time if f.closing_until is None else f.closing_until for f in facts]
    return min((time for time in times if time), default=None)


def _open(turn: Turn, room_id: str) -> Room | None:
    room = turn.meeting.breakouts.get(room_id)
    return room if room is not None and room.breakout is not None and room.breakout.closing_until is None else None


def _send(turn: Turn, by: str, people: Iterable[str], target: str) -> None:
    """Send people to a room; those who left meanwhile, wait to be let in, or are there already are left out."""
    requester = turn.meeting.human(by)
    for uuid in dict.fromkeys(people):
        source, person = turn.meeting.room_of(uuid), turn.meeting.person(uuid)
        if source is None or person is None or person.waiting:
            continue
        if person.seat_of or (source == MAIN and person.role == CHAIR):
            turn.refer_host(turn.meeting.human(uuid), target, requester)
        elif source != target:
            turn.refer(source, person, target)
