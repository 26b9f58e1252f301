"""A whole meeting driven by hand: breakouts, passes, and what every human's client knows of every room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.server.rooms.scene import HOST_PIN, Client
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import conduct
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import MAIN, Meeting, new_meeting, seat_uuid
from tui_meet.server.rooms.model import Call, Person, Room, RoomSettings
from tui_meet.wire.infinity import names


@dataclass
class HumanClient:
    """What somebody knows from their one event stream: of the room their token is for, and of breakouts as a host."""

    own: Client = field(default_factory=Client)
    breakouts: dict[str, Client] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    """Breakout to the own uuid there."""
    referred: list[str] = field(default_factory=list)
    """Pass ids, in order."""
    host_moves: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    """`refer` events to other conferences."""

    def take(self, name: str, data: Any) -> None:
        if name == names.BREAKOUT_BEGIN:
            self.breakouts.setdefault(data["breakout_uuid"], Client())
            self.seats[data["breakout_uuid"]] = data["participant_uuid"]
        elif name == names.BREAKOUT_END:
            assert self.seats.pop(data["breakout_uuid"]) == data["participant_uuid"]
            del self.breakouts[data["breakout_uuid"]]
        elif name == names.BREAKOUT_EVENT:
            # The official client knows nothing of a room before its `breakout_begin`.
            self.breakouts[data["breakout_uuid"]].take(data["event"], data["data"])
        elif name == names.BREAKOUT_REFER:
            self.host_moves.append(data)
        elif name == names.REFER:
            self.elsewhere.append(data)
        else:
            self.own.take(name, data)


class MeetingScene:
    """A meeting and everybody's view of it. `now` moves only by `wait`."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("host_pin", HOST_PIN)
        self.meeting: Meeting = new_meeting(RoomSettings(alias="room", **settings))
        self.now = 1000.0
        self.clients: dict[str, HumanClient] = {}
        self.media: dict[tuple[str, str], tuple[bool, bool]] = {}
        """(room id, uuid) to what is forwarded (audio, video), of every connection."""
        self.ended: dict[str, str] = {}
        self.refusal: on.Refusal | None = None
        self.entered = ""
        self.serial = 0

    def do(self, request: on.Request | ask.MeetingRequest, room_id: str = MAIN) -> on.Refusal | None:
        before = self.meeting
        outcome = conduct.apply(before, request, self.now, room_id)
        self.meeting = outcome.meeting
        self.refusal, self.entered = outcome.refusal, outcome.uuid
        for where, effect in outcome.effects:
            self._perform(where, effect)
        for closed in before.breakouts.keys() - self.meeting.breakouts.keys():
            self.media = {key: value for key, value in self.media.items() if key[0] != closed}
        return self.refusal

    def _perform(self, where: str, effect: ask.MeetingEffect) -> None:
        match effect:
            case on.Send(to, name, data):
                for uuid in to:
                    if uuid in self.clients:
                        self.clients[uuid].take(name, data)
            case ask.Refer(uuid, pass_id):
                if uuid in self.clients:
                    self.clients[uuid].referred.append(pass_id)
            case on.DropPerson(uuid, reason):
                self.ended[uuid] = reason
                self.clients.pop(uuid, None)
                self.media.pop((where, uuid), None)
            case on.SetPublishing(uuid, audio, video):
                self.media[where, uuid] = (audio, video)
            case on.CloseMedia(uuid):
                self.media.pop((where, uuid), None)

    # Deeds ------------------------------------------------------------------------------------------------------------

    def new_uuid(self, letter: str = "p") -> str:
        self.serial += 1
        return f"{letter}{self.serial}"

    def join(self, name: str, pin: str | None = "", stream: bool = True) -> str:
        """Somebody comes to the door; their uuid, empty when refused."""
        self.do(on.Join(self.new_uuid(), name, pin=pin, address="192.0.2.1"))
        return self._watch(stream)

    def host(self, name: str) -> str:
        return self.join(name, HOST_PIN)

    def redeem(self, pass_id: str, name: str = "Whoever", stream: bool = True) -> str:
        """Enter with a pass; the uuid, empty when refused."""
        self.do(ask.JoinByPass(on.Join(self.new_uuid(), name), pass_id))
        return self._watch(stream)

    def follow(self, uuid: str) -> str:
        """Go where one was referred last; the new uuid."""
        pass_id = self.clients[uuid].referred[-1]
        self.do(on.Leave(uuid))
        return self.redeem(pass_id)

    def stream(self, uuid: str) -> HumanClient:
        client = self.clients.setdefault(uuid, HumanClient())
        self.do(on.StreamOpened(uuid))
        return client

    def open(self, by: str, *people: str, name: str = "Blue", **more: Any) -> str:
        uuid = self.new_uuid("b")
        self.do(ask.OpenBreakout(by, uuid, name, people=people, **more))
        return uuid

    def call(self, uuid: str, *mids: str) -> None:
        self.serial += 1
        self.do(on.CallStarted(uuid, Call(f"call-{self.serial}", True, True, mids, True)))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.do(on.Tick())

    # Looking ----------------------------------------------------------------------------------------------------------

    def person(self, uuid: str) -> Person:
        person = self.meeting.person(uuid)
        assert person is not None
        return person

    def seat(self, room_id: str, host: str) -> str:
        return seat_uuid(room_id, host)

    def room(self, room_id: str) -> Room:
        room = self.meeting.room(room_id)
        assert room is not None
        return room

    def guests(self, room_id: str) -> list[str]:
        """Display names of those who are in a room and hold a token of it."""
        return [person.display_name for person in self.room(room_id).people.values() if not person.seat_of]

    def _watch(self, stream: bool) -> str:
        entered = self.entered
        if entered and stream:
            self.stream(entered)
        return entered
