"""One-time passes: entering with one, and making one for somebody whom another conference sends."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import lobby
from tui_meet.server.rooms.meeting import MAIN, PASS_SECONDS, Pass
from tui_meet.server.rooms.model import CHAIR, GUEST, TOKEN_SECONDS, Mix, Person
from tui_meet.server.rooms.turn import Turn
from tui_meet.wire.infinity import codes, names

CLOSED = "This breakout room is closed: join the meeting by its link."


def make_transfer_pass(turn: Turn, request: ask.MakeTransferPass) -> on.Refusal | None:
    """Role and PIN are checked now, as at the door; whether the person has to wait is decided when they come."""
    main = turn.meeting.main
    at_the_door = on.Join("", "", request.pin, request.address)
    checked, role, refusal = lobby.check_pin(main, at_the_door, turn.now)
    if checked is not main:
        turn.meeting = turn.meeting.with_room(MAIN, checked)
    if refusal is not None:
        listed = refusal.sentence in (codes.INVALID_PIN, codes.PIN_RETRIES)
        return on.Refusal(403, refusal.sentence if listed else codes.TRANSFER_FAILED)
    if request.host and role != CHAIR:
        return on.Refusal(403, codes.TRANSFER_FAILED)
    role = CHAIR if request.host else GUEST
    turn.add_pass(Pass(MAIN, turn.now + PASS_SECONDS, role, vouched=role == CHAIR and bool(main.settings.host_pin)))
    return None


def send_away(turn: Turn, request: ask.Transfer) -> on.Refusal | None:
    """Tell somebody to go to another conference."""
    human = turn.meeting.human(request.target)
    data = {"alias": request.alias, "token": request.token, "target": "conference"}
    turn.tell(human, names.REFER, data, lasting=True)
    return None


def join_by_pass(turn: Turn, request: ask.JoinByPass) -> on.Refusal | None:
    """Enter with a pass; it is void from now on. A pass to a breakout that is gone leads to the main room."""
    ticket = turn.meeting.passes.get(request.pass_id)
    turn.meeting = turn.meeting.without_passes(request.pass_id)
    if ticket is None or ticket.until <= turn.now:
        return on.Refusal(403, codes.INVALID_TOKEN)
    if ticket.person is not None:
        _come_over(turn, ticket, ticket.person, request.join)
        return None
    return _come_in(turn, ticket, request.join)


def _come_in(turn: Turn, ticket: Pass, join: on.Join) -> on.Refusal | None:
    """Somebody from outside this meeting."""
    room = turn.meeting.room(ticket.room)
    if room is None or (room.breakout is not None and room.breakout.closing_until is not None):
        # Whoever was asked into one breakout was not asked into the main room.
        return on.Refusal(403, CLOSED)
    vouched = ticket.vouched or (room.breakout is not None and not room.locked)
    outcome = lobby.enter(room, join, ticket.role, vouched, turn.now)
    if outcome.refusal is not None:
        return outcome.refusal
    newcomer = outcome.room.people[join.uuid]
    turn.change(ticket.room, outcome.room.with_person(replace(newcomer, vouched=ticket.vouched)))
    turn.entered = join.uuid
    return None


def _come_over(turn: Turn, ticket: Pass, then: Person, join: on.Join) -> None:
    """Somebody from another room of this meeting, with what they are and have switched."""
    now = turn.meeting.person(then.uuid)
    person = now or then
    target = ticket.room
    room = turn.meeting.room(target)
    closed = room is None or (room.breakout is not None and room.breakout.closing_until is not None)
    if closed or person.role == CHAIR:
        target = MAIN
    home = person.uuid if ticket.source == MAIN else person.home
    left_main = dict(turn.meeting.left_main)
    if target == MAIN:
        as_they_were = left_main.pop(home, person)
        uuid = home or join.uuid
    else:
        as_they_were = person
        uuid = join.uuid
        if ticket.source == MAIN:
            left_main[home] = person
    turn.meeting = turn.meeting.with_left(left_main)
    room = turn.meeting.room(target)
    assert room is not None
    arriving = replace(
        as_they_were,
        uuid=uuid,
        home="" if target == MAIN else home,
        waiting=False,
        display_name=person.display_name,
        overlay_text=person.overlay_text,
        is_muted=as_they_were.is_muted or (room.guests_muted and as_they_were.role == GUEST),
        is_client_muted=person.is_client_muted,
        camera_off=person.camera_off,
        buzz_time=as_they_were.buzz_time if target == MAIN else 0.0,
        spotlight=as_they_were.spotlight if target == MAIN else 0.0,
        supports_direct_chat=join.supports_direct_chat,
        call_tag=join.call_tag or person.call_tag,
        token_expires=turn.now + TOKEN_SECONDS,
        streams=0,
        no_stream_after=turn.now + lobby.FIRST_STREAM_SECONDS,
        call=None,
        presenting=False,
        mix=Mix(),
        slots=(),
        wishes=MappingProxyType({}),
        volumes=MappingProxyType({u: v for u, v in as_they_were.volumes.items() if u in room.people and u != uuid}),
    )
    if target == ticket.source and now is not None:
        turn.change(target, room.without(now.uuid).with_person(arriving))
    else:
        # In first, then out: a meeting that goes on is never found empty in between.
        turn.change(target, replace(room.with_person(arriving), reserved=max(room.reserved - 1, 0)))
        if now is not None and (source := turn.meeting.room(ticket.source)) is not None:
            turn.change(ticket.source, replace(source.without(now.uuid), reserved=source.reserved + 1))
    if now is not None:
        turn.emit(on.DropPerson(now.uuid, ""), room_id=ticket.source)
    turn.entered = uuid
