"""A room driven by hand: requests in, what every person was told kept per person, as a client would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import rules
from tui_meet.server.rooms.model import Call, Person, Room, RoomSettings, new_room
from tui_meet.server.rooms.picture import Picture
from tui_meet.wire.infinity import names

HOST_PIN = "4711"
GUEST_PIN = "0815"


@dataclass
class Client:
    """What somebody knows from their event stream alone."""

    roster: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: dict[str, Any] = field(default_factory=dict)
    stage: list[dict[str, Any]] = field(default_factory=list)
    slots: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    presenter: str = ""
    """uuid of the one whose presentation is being shown."""
    layout: dict[str, Any] = field(default_factory=dict)
    captions: list[dict[str, Any]] = field(default_factory=list)
    camera: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """Names of all events."""

    def take(self, name: str, data: Any) -> None:
        self.heard.append(name)
        if name == names.SYNC_BEGIN:
            self.roster.clear()
            self.presenter = ""
        elif name == names.PARTICIPANT_CREATE:
            assert data["uuid"] not in self.roster, "created twice"
            self.roster[data["uuid"]] = data
        elif name == names.PARTICIPANT_UPDATE:
            # The official client drops updates of people it does not know.
            assert data["uuid"] in self.roster or self.heard[-1] == name
            if data["uuid"] in self.roster:
                self.roster[data["uuid"]] = data
        elif name == names.PARTICIPANT_DELETE:
            del self.roster[data["uuid"]]
        elif name == names.CONFERENCE_UPDATE:
            self.status = data
        elif name == names.STAGE:
            self.stage = data
        elif name == "meet_slots":
            self.slots = data["slots"]
        elif name == names.MESSAGE_RECEIVED:
            self.messages.append(data)
        elif name == "meet_action":
            self.actions.append(data)
        elif name == names.PRESENTATION_START:
            self.presenter = data["presenter_uuid"]
        elif name == names.PRESENTATION_STOP:
            assert self.presenter, "stopped what was not shown"
            self.presenter = ""
        elif name == names.LAYOUT:
            self.layout = data
        elif name == names.LIVE_CAPTIONS:
            self.captions.append(data)
        elif name == names.FECC:
            self.camera.append(data)


class Media:
    """What the media was told last."""

    def __init__(self) -> None:
        self.publishing: dict[str, tuple[bool, bool]] = {}
        self.slots: dict[str, dict[str, str | None]] = {}
        self.gains: dict[str, dict[str, float]] = {}
        self.pictures: dict[str, Picture] = {}
        self.presentation: tuple[str | None, tuple[str, ...]] = (None, ())


class Scene:
    """A room and everybody's view of it. `now` moves only by `wait`."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("host_pin", HOST_PIN)
        self.room: Room = new_room(RoomSettings(alias="room", **settings))
        self.now = 1000.0
        self.clients: dict[str, Client] = {}
        self.media = Media()
        self.ended: dict[str, str] = {}
        self.refusal: on.Refusal | None = None

    def do(self, request: on.Request) -> on.Refusal | None:
        outcome = rules.apply(self.room, request, self.now)
        self.room = outcome.room
        for person in self.room.people.values():
            if person.presenting and person.uuid in self.clients:
                # Who begins to present stops receiving by themself (wire document 4.5).
                self.clients[person.uuid].presenter = ""
        self.refusal = outcome.refusal
        for effect in outcome.effects:
            match effect:
                case on.Send(to, name, data):
                    for uuid in to:
                        if uuid in self.clients:
                            self.clients[uuid].take(name, data)
                case on.DropPerson(uuid, reason):
                    self.ended[uuid] = reason
                    self.media.pictures.pop(uuid, None)
                    self.clients.pop(uuid, None)
                    self.media.publishing.pop(uuid, None)
                    self.media.slots.pop(uuid, None)
                    self.media.gains.pop(uuid, None)
                case on.SetPublishing(uuid, audio, video):
                    self.media.publishing[uuid] = (audio, video)
                case on.SetSlots(uuid, sources):
                    self.media.slots[uuid] = dict(sources)
                case on.SetGains(uuid, gains):
                    self.media.gains[uuid] = dict(gains)
                case on.SetComposition(uuid, picture):
                    if picture is None:
                        self.media.pictures.pop(uuid, None)
                    else:
                        self.media.pictures[uuid] = picture
                case on.SetPresentation(presenter, receivers):
                    self.media.presentation = (presenter, receivers)
                case on.CloseMedia(uuid):
                    self.media.pictures.pop(uuid, None)
                    self.media.publishing.pop(uuid, None)
                    self.media.slots.pop(uuid, None)
                    self.media.gains.pop(uuid, None)
        return self.refusal

    def join(self, uuid: str, pin: str | None = "", stream: bool = True, name: str = "") -> Person | None:
        """Somebody comes to the door; None when refused."""
        self.do(on.Join(uuid, name or uuid.title(), pin=pin, address="192.0.2.1"))
        if stream and uuid in self.room.people:
            self.stream(uuid)
        return self.room.people.get(uuid)

    def host(self, uuid: str) -> Person:
        person = self.join(uuid, HOST_PIN)
        assert person is not None
        return person

    def guest(self, uuid: str) -> Person:
        person = self.join(uuid, "")
        assert person is not None
        return person

    def stream(self, uuid: str) -> Client:
        client = self.clients.setdefault(uuid, Client())
        self.do(on.StreamOpened(uuid))
        return client

    def call(self, uuid: str, *mids: str, video: bool = True, slots: bool = True) -> None:
        self.do(on.CallStarted(uuid, Call(f"call-{uuid}-{self.now}", True, video, mids, slots)))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.do(on.Tick())

    def __getitem__(self, uuid: str) -> Person:
        return self.room.people[uuid]
