"""A meeting: its main room, its breakouts, and the one-time passes with which people go from one room to another.

Every room is a `Room` with rules of its own. A guest is in one room at a time, with a token and an event stream of
that room. A host has one token and one stream, both of the main room, and a second person in every breakout: a seat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType

from tui_meet.server.rooms.model import GUEST, NOTHING, Breakout, Person, Role, Room, RoomSettings, new_room

MAIN = "main"
"""The id of the main room (wire document 2.5)."""
PASS_SECONDS = 60.0
"""A pass is good for so long."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Lets one person into one room, once. Its token is kept elsewhere, as a digest."""

    room: str
    """`main` or a breakout's uuid; where that breakout is gone the pass leads to the main room."""
    until: float
    role: Role = GUEST
    vouched: bool = False
    """Enters also where a newcomer would have to wait."""
    person: Person | None = None
    """Who comes over from another room of this meeting, as they were; None for somebody from elsewhere."""
    source: str = ""
    """The id of the room they come from."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """All rooms of a conference."""

    main: Room
    breakouts: Mapping[str, Room] = field(default_factory=lambda: NOTHING)
    """By uuid, in the order of opening."""
    passes: Mapping[str, Pass] = field(default_factory=lambda: NOTHING)
    """By pass id, oldest first."""
    left_main: Mapping[str, Person] = field(default_factory=lambda: NOTHING)
    """Home uuid to the person as they were when they left the main room for a breakout."""
    serial: int = 0
    """Number of passes made so far; the id of the newest."""

    @property
    def rooms(self) -> Iterator[tuple[str, Room]]:
        """(room id, room): the main room, then the breakouts."""
        yield MAIN, self.main
        yield from self.breakouts.items()

    def room(self, room_id: str) -> Room | None:
        return self.main if room_id == MAIN else self.breakouts.get(room_id)

    def room_of(self, uuid: str) -> str | None:
        """The id of the room in which this uuid is."""
        return next((room_id for room_id, room in self.rooms if uuid in room.people), None)

    def person(self, uuid: str) -> Person | None:
        """The person with this uuid, in whichever room."""
        return next((room.people[uuid] for _, room in self.rooms if uuid in room.people), None)

    def human(self, uuid: str) -> str:
        """The uuid under which the one behind a person holds token and stream: of a seat the host's main uuid."""
        person = self.person(uuid)
        return person.seat_of if person is not None and person.seat_of else uuid

    def persons_of(self, human: str) -> tuple[tuple[str, Person], ...]:
        """(room id, person) of everything somebody is: themself, and their seats."""
        return tuple(
            (room_id, person)
            for room_id, room in self.rooms
            for person in (room.people.get(human), room.people.get(seat_uuid(room_id, human)))
            if person is not None
        )

    def is_host(self, human: str) -> bool:
        person = self.main.people.get(human)
        return person is not None and person.is_host

    @property
    def deserted(self) -> bool:
        """Nobody is in any room, or on the way between two."""
        return not self.main.people and not self.guests_out and not self.travellers

    @property
    def guests_out(self) -> tuple[Person, ...]:
        """Everybody in a breakout who is not also in the main room."""
        return tuple(p for room in self.breakouts.values() for p in room.people.values() if not p.seat_of)

    @property
    def travellers(self) -> tuple[Person, ...]:
        """People who left one room and have not entered the next yet."""
        on_the_way = {p.person.uuid: p.person for p in self.passes.values() if p.person is not None}
        return tuple(person for uuid, person in on_the_way.items() if self.room_of(uuid) is None)

    def with_room(self, room_id: str, room: Room) -> Meeting:
        if room_id == MAIN:
            return replace(self, main=room)
        return replace(self, breakouts=MappingProxyType({**self.breakouts, room_id: room}))

    def without_breakout(self, room_id: str) -> Meeting:
        kept = {key: room for key, room in self.breakouts.items() if key != room_id}
        return replace(self, breakouts=MappingProxyType(kept))

    def with_pass(self, ticket: Pass) -> Meeting:
        """The meeting with one more pass; its id is the new `serial`."""
        serial = self.serial + 1
        return replace(self, serial=serial, passes=MappingProxyType({**self.passes, str(serial): ticket}))

    def without_passes(self, *ids: str) -> Meeting:
        kept = {key: ticket for key, ticket in self.passes.items() if key not in ids}
        return replace(self, passes=MappingProxyType(kept)) if len(kept) < len(self.passes) else self

    def with_left(self, left: Mapping[str, Person]) -> Meeting:
        return replace(self, left_main=MappingProxyType(dict(left)))


def new_meeting(settings: RoomSettings) -> Meeting:
    """The meeting as it is when nobody is in."""
    return Meeting(main=new_room(settings))


def new_breakout(main: Room, breakout: Breakout) -> Room:
    """An empty breakout: open to who is sent there, with the main room's rule about unmuting."""
    room = new_room(main.settings)
    return replace(
        room, breakout=breakout, started=True, guests_can_unmute=main.guests_can_unmute,
        classification=main.classification,
    )  # fmt: skip


def seat_uuid(room_id: str, human: str) -> str:
    """The uuid of a host's seat in a breakout: always the same for the two, and in the shape of a uuid."""
    digest = sha256(f"{room_id}/{human}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
