"""One request's way through a meeting: the rooms change one after the other, what is to be done is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import roster, rules
from tui_meet.server.rooms.breakout_events import MeetingEffect, Refer
from tui_meet.server.rooms.meeting import MAIN, PASS_SECONDS, Meeting, Pass, seat_uuid
from tui_meet.server.rooms.model import CHAIR, NOTHING, Breakout, Person, Room, Speaking
from tui_meet.wire.infinity import names

NEVER = float("inf")


class Turn:
    """The meeting while a request is worked on. Made, used and forgotten within one call."""

    def __init__(self, meeting: Meeting, now: float) -> None:
        self.meeting = meeting
        self.now = now
        self.effects: list[tuple[str, MeetingEffect]] = []
        self.entered = ""
        """Who came in."""

    # Rooms ------------------------------------------------------------------------------------------------------------

    def ask(self, room_id: str, request: on.Request) -> on.Refusal | None:
        """Hand a request to the rules of one room."""
        room = self._room(room_id)
        outcome = rules.apply(room, request, self.now)
        travelling = {p.person.uuid for p in self.meeting.passes.values() if p.person is not None}
        left = sum(uuid in travelling for uuid in room.people.keys() - outcome.room.people.keys())
        if left:
            # Somebody goes who will be back through another door: their place must not be given away meanwhile.
            outcome = rules.apply(replace(room, reserved=room.reserved + left), request, self.now)
        self._take(room_id, outcome.room, outcome.effects)
        return outcome.refusal

    def change(self, room_id: str, after: Room) -> None:
        """Let a room become another, with all that follows."""
        after, effects = rules.follow(self._room(room_id), after)
        self._take(room_id, after, effects)

    def emit(self, *effects: MeetingEffect, room_id: str = MAIN) -> None:
        self.effects += [(room_id, effect) for effect in effects]

    def tell(self, uuid: str, name: str, data: Mapping[str, object], lasting: bool = False) -> None:
        """Send an event of the meeting to the stream of one human."""
        self.emit(on.Send((uuid,), name, dict(data), lasting))

    def send_from(self, room_id: str, effects: Iterable[on.Effect]) -> None:
        """Effects of one room, as those get them who hear of it from elsewhere."""
        self._wrap(room_id, effects, self._room(room_id))

    def _room(self, room_id: str) -> Room:
        room = self.meeting.room(room_id)
        assert room is not None
        return room

    def _take(self, room_id: str, after: Room, effects: Iterable[on.Effect]) -> None:
        before = self._room(room_id)
        going_on = self.meeting.guests_out or any(p.person for p in self.meeting.passes.values())
        if room_id == MAIN and before.people and not after.people and going_on:
            # The meeting goes on in its breakouts, so its main room does not start anew.
            after = replace(before, people=NOTHING, speaking=Speaking())
        self.meeting = self.meeting.with_room(room_id, after)
        self._wrap(room_id, effects, before, after)

    def _wrap(self, room_id: str, effects: Iterable[on.Effect], *rooms: Room) -> None:
        seats = {uuid: p.seat_of for room in rooms for uuid, p in room.people.items() if p.seat_of}
        for effect in effects:
            if not isinstance(effect, on.Send) or not seats:
                self.emit(effect, room_id=room_id)
                continue
            own = tuple(uuid for uuid in effect.to if uuid not in seats)
            hosts = tuple(seats[uuid] for uuid in effect.to if uuid in seats)
            if own:
                self.emit(replace(effect, to=own), room_id=room_id)
            if hosts:
                inner = {"breakout_uuid": room_id, "event": effect.name, "data": effect.data}
                self.emit(on.Send(hosts, names.BREAKOUT_EVENT, inner, effect.lasting), room_id=room_id)

    # Passes -----------------------------------------------------------------------------------------------------------

    def add_pass(self, ticket: Pass) -> str:
        """Make a pass; returns its id."""
        self.meeting = self.meeting.with_pass(ticket)
        return str(self.meeting.serial)

    def refer(self, source: str, person: Person, target: str) -> None:
        """Send a guest to another room of this meeting. The newest word counts: passes before are void."""
        older = [key for key, p in self.meeting.passes.items() if p.person and p.person.uuid == person.uuid]
        self.meeting = self.meeting.without_passes(*older)
        ticket = Pass(target, self.now + PASS_SECONDS, person.role, vouched=True, person=person, source=source)
        pass_id = self.add_pass(ticket)
        facts = self._room(target).breakout
        where = "breakout" if facts is not None else MAIN
        self.emit(Refer(person.uuid, pass_id, where, facts.name if facts is not None else ""), room_id=source)

    def refer_host(self, human: str, target: str, requester: str) -> None:
        """Ask a host's client to move its media to another room."""
        facts = self._room(target).breakout
        name = facts.name if facts is not None else self.meeting.main.settings.title
        data = {"breakout_uuid": target, "breakout_name": name, "requester_uuid": requester or human}
        self.tell(human, names.BREAKOUT_REFER, data, lasting=True)

    # Seats ------------------------------------------------------------------------------------------------------------

    def give_seat(self, room_id: str, host: Person) -> None:
        """Seat a host in a breakout and show it to them."""
        room = self._room(room_id)
        seat = Person(
            uuid=seat_uuid(room_id, host.uuid),
            display_name=host.display_name,
            joined_name=host.joined_name,
            role=CHAIR,
            joined_at=self.now,
            overlay_text=host.overlay_text,
            is_client_muted=host.is_client_muted,
            camera_off=host.camera_off,
            supports_direct_chat=host.supports_direct_chat,
            call_tag=host.call_tag,
            token_expires=NEVER,
            streams=1,
            seat_of=host.uuid,
        )
        self.change(room_id, room.with_person(seat))
        self.show_breakout(room_id, host.uuid)

    def take_seat_away(self, room_id: str, seat: Person, closing: bool = False) -> None:
        """End a host's seat: they are a host no longer, or the room closes (then also told after an outage)."""
        if seat.call is not None:
            self.emit(on.CloseMedia(seat.uuid), room_id=room_id)
        self.change(room_id, self._room(room_id).without(seat.uuid))
        self.tell(seat.seat_of, names.BREAKOUT_END, _begin_or_end(room_id, seat.uuid), lasting=closing)

    def show_breakout(self, room_id: str, human: str) -> None:
        """Everything about a breakout, for a host with a seat there."""
        seat = seat_uuid(room_id, human)
        self.tell(human, names.BREAKOUT_BEGIN, _begin_or_end(room_id, seat))
        self.send_from(room_id, roster.full_sync(self._room(room_id), seat))

    def set_facts(self, room_id: str, facts: Breakout) -> None:
        """Change what makes a room a breakout."""
        self.change(room_id, replace(self._room(room_id), breakout=facts))


def _begin_or_end(room_id: str, seat: str) -> Mapping[str, object]:
    return {"breakout_uuid": room_id, "participant_uuid": seat}
