"""What a room and the people in it are: frozen values. Every change makes a new value; times are Unix seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from tui_meet.server.rooms.layout_geometry import DEFAULT_LAYOUT
from tui_meet.wire.infinity.layout import MAIN_MIX

Role = Literal["chair", "guest"]
CHAIR: Role = "chair"
GUEST: Role = "guest"
EndAction = Literal["transfer", "disconnect"]

TOKEN_SECONDS = 120.0
"""Lifetime of a token; clients refresh every third of it (wire document 4.7)."""
MESSAGE_BURST = 20
"""Messages that somebody who was quiet may send at once."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return NOTHING


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """How a room was set up (design, section 3); never changed while it runs."""

    alias: str
    """Name in links."""
    name: str = ""
    """Name shown to people; the alias where empty."""
    host_pin: str = field(default="", repr=False)
    """Empty: everybody is a host."""
    guest_pin: str = field(default="", repr=False)
    """Empty: guests need none."""
    knock: bool = False
    """Each newcomer is admitted by a host."""
    wait_for_moderator: bool = False
    """Nobody is in before a host is."""
    max_active_talkers: int = 9
    """People shown at once, at most."""
    capacity: int = 50
    """People in the meeting, at most; as many again may wait."""
    guests_can_unmute: bool = True
    guests_can_present: bool = True
    guests_can_caption: bool = False
    """Everybody may publish captions, not only hosts."""
    classification_levels: Mapping[int, str] = field(default_factory=dict)
    classification_colours: Mapping[int, str] = field(default_factory=dict)
    """Level to `#rrggbb`, for some or none."""
    breakouts: bool = True
    """Hosts may open breakout rooms."""

    @property
    def title(self) -> str:
        return self.name or self.alias


@dataclass(frozen=True, slots=True)
class Call:
    """A person's media connection."""

    uuid: str
    sends_audio: bool = True
    sends_video: bool = True
    slot_mids: tuple[str, ...] = ()
    """mids of the lines on which the person can be shown others, in the order of the stage."""
    offers_slots: bool = False
    """The client knows slots and wants to be told who is on which."""
    connected: bool = False
    """Packets flow."""
    fecc_supported: bool = False
    """The camera can be moved from afar."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """How composed pictures look (wire document 2.2, `transform_layout`)."""

    host: str = DEFAULT_LAYOUT
    guest: str = DEFAULT_LAYOUT
    overlay_text: bool = True
    """Names stand in the picture."""
    texts: tuple[str, ...] = ()
    """Texts in place of names, by place."""
    mark_talkers: bool = True
    """The one who is talking is framed."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Which composed picture somebody is shown (wire document 3.3, `receive_from_video_mix`)."""

    name: str = MAIN_MIX
    since: float = 0.0
    layout: str = ""
    """Of a personal mix; empty = the layout of the role."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room or waiting to be let in."""

    uuid: str
    display_name: str
    joined_name: str
    """The name given at the door; what an empty new name goes back to."""
    role: Role = GUEST
    waiting: bool = False
    vouched: bool = False
    """Gave the host PIN: enters locked rooms at once."""
    joined_at: float = 0.0
    overlay_text: str = ""
    is_muted: bool = False
    """By the room."""
    is_client_muted: bool = False
    """By the person's own client."""
    camera_off: bool = False
    """By the person's own client."""
    camera_off_by_host: bool = False
    buzz_time: float = 0.0
    """When the hand went up; 0 = down."""
    spotlight: float = 0.0
    """Since when; 0 = not."""
    supports_direct_chat: bool = False
    messages_left: float = MESSAGE_BURST
    """How many messages may be sent at once, as of `message_at` (Unix s)."""
    message_at: float = 0.0
    call_tag: str = ""
    token_expires: float = 0.0
    streams: int = 0
    """Open event streams."""
    no_stream_after: float | None = None
    """When the person is removed unless an event stream opens; None while one is open."""
    call: Call | None = None
    slots: tuple[tuple[str, str], ...] = ()
    """(mid, uuid of the one shown there or empty), in the order of the mids."""
    wishes: Mapping[str, tuple[int, int]] = field(default_factory=_nothing)
    """mid to the px in which it is shown; 0 by 0 = hidden."""
    volumes: Mapping[str, int] = field(default_factory=_nothing)
    """uuid to percent, 0..200; 100 where absent."""
    presenting: bool = False
    """Holds the floor: their slides are shown to all."""
    receives_presentation: bool = True
    presentation_in_mix: bool = False
    """Wants the slides inside the composed picture."""
    shows_captions: bool = False
    mix: Mix = Mix()
    seat_of: str = ""
    """In a breakout: the uuid in the main room of the host whose seat this is; seats have no token and no stream."""
    home: str = ""
    """In a breakout: the uuid a guest had in the main room and gets back there."""

    @property
    def away(self) -> bool:
        """A host's seat while the host's media is elsewhere: it controls the room, but nobody is there."""
        return bool(self.seat_of) and self.call is None

    @property
    def is_host(self) -> bool:
        """A host who is in; waiting people may do nothing."""
        return self.role == CHAIR and not self.waiting

    @property
    def is_video_muted(self) -> bool:
        return self.camera_off or self.camera_off_by_host

    @property
    def publishes_audio(self) -> bool:
        return (
            self.call is not None
            and self.call.sends_audio
            and not (self.waiting or self.is_muted or self.is_client_muted)
        )

    @property
    def publishes_video(self) -> bool:
        return self.call is not None and self.call.sends_video and not (self.waiting or self.is_video_muted)


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who talks and who talked last; see `stage`."""

    order: tuple[str, ...] = ()
    """Everybody who has spoken and is still in, most recent beginning of speech first."""
    heard: Mapping[str, float] = field(default_factory=_nothing)
    """uuid to the last time heard, of those in the conversation now."""
    vad: Mapping[str, int] = field(default_factory=_nothing)
    """uuid to the activity 0..100 told last."""
    told_at: float = 0.0
    """When the last `stage` event went out."""


@dataclass(frozen=True, slots=True)
class Breakout:
    """What makes a room a breakout (wire document 2.5)."""

    uuid: str
    name: str
    description: str = ""
    end_time: float = 0.0
    """When it closes by itself; 0 = never."""
    end_action: EndAction = "transfer"
    """What becomes of its guests when it closes: back to the main room, or out of the meeting."""
    guests_allowed_to_leave: bool = True
    help_since: float = 0.0
    """When help was asked for; 0 = not."""
    closing_until: float | None = None
    """Set while the guests are on their way out: when the last of them are removed."""


@dataclass(frozen=True, slots=True)
class Room:
    """A conference, or one of its breakouts, and everybody in it."""

    settings: RoomSettings
    people: Mapping[str, Person] = field(default_factory=_nothing)
    """By uuid, in the order of joining."""
    locked: bool = False
    guests_muted: bool = False
    guests_can_unmute: bool = True
    started: bool = True
    """False only in a wait-for-moderator room before its first host."""
    classification: int | None = None
    guests_can_present: bool = True
    layouts: Layouts = Layouts()
    message_text: str = ""
    """A line for everybody, set by a host."""
    speaking: Speaking = Speaking()
    pin_failures: Mapping[str, tuple[float, ...]] = field(default_factory=_nothing)
    """Network address to the times of wrong PINs, oldest first."""
    breakout: Breakout | None = None
    """None in the main room."""
    reserved: int = 0
    """Places of the meeting taken by people in its other rooms, or on their way between two."""

    @property
    def present(self) -> tuple[Person, ...]:
        """Those who are in, not waiting, in the order of joining."""
        return tuple(person for person in self.people.values() if not (person.waiting or person.away))

    @property
    def listening(self) -> tuple[Person, ...]:
        """Those who are in, and the hosts who follow this breakout from elsewhere: who is told what is said here."""
        return tuple(person for person in self.people.values() if not person.waiting)

    @property
    def full(self) -> bool:
        """Nobody more may come in."""
        return len(self.present) + self.reserved >= self.settings.capacity

    @property
    def presenter(self) -> Person | None:
        """Who holds the floor."""
        return next((person for person in self.people.values() if person.presenting), None)

    @property
    def waiting(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people.values() if person.waiting)

    @property
    def hosts(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people.values() if person.is_host)

    def with_person(self, person: Person) -> Room:
        """The room with this person added or changed."""
        return replace(self, people=MappingProxyType({**self.people, person.uuid: person}))

    def with_people(self, people: Mapping[str, Person]) -> Room:
        return replace(self, people=MappingProxyType({**self.people, **people}))

    def without(self, uuid: str) -> Room:
        """The room after somebody left, with what others kept about them forgotten."""
        people = {}
        for key, person in self.people.items():
            if key == uuid:
                continue
            if uuid in person.volumes:
                kept = {other: volume for other, volume in person.volumes.items() if other != uuid}
                person = replace(person, volumes=MappingProxyType(kept))
            people[key] = person
        return replace(self, people=MappingProxyType(people))


def new_room(settings: RoomSettings) -> Room:
    """The room as it is when nobody is in."""
    return Room(
        settings=settings,
        guests_can_unmute=settings.guests_can_unmute,
        guests_can_present=settings.guests_can_present,
        started=not settings.wait_for_moderator,
        classification=min(settings.classification_levels, default=None),
    )
