"""Questions that every face asks about a `MeetingState`. Pure and cheap: no face keeps an answer."""

from __future__ import annotations

from dataclasses import dataclass

from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.core.model import Notice, Participant
from tui_meet.core.state import MeetingState, Roster

_NOBODY = Roster()

BANNER_SECONDS = 8.0
"""How long a banner stays that is not sticky."""


def sorted_people(state: MeetingState, room: RoomId | None = None) -> tuple[Participant, ...]:
    """The rows of a room's roster as shown; of the room in which we are without `room`. There #1 is the first.

    Oneself, then raised hands in the order in which they rose, then everybody else in the order of joining, and those
    who wait at the end. Talking moves nobody: the numbers are for typing.
    """
    room = state.current_room if room is None else room
    people = state.rosters.get(room, _NOBODY).people
    if not people:
        return ()
    me = state.me_in(room)

    def place(person: Participant) -> tuple[int, float, float]:
        if person.id == me:
            return (0, 0.0, 0.0)
        if person.is_waiting:
            return (3, person.joined_at, 0.0)
        if person.hand_raised:
            return (1, person.hand_raised_at, person.joined_at)
        return (2, person.joined_at, 0.0)

    return tuple(sorted(people.values(), key=place))


def rooms(state: MeetingState) -> tuple[RoomId, ...]:
    """The rooms that we know of: that in which we are first, then the main room, then breakouts as they opened."""
    return tuple(dict.fromkeys((state.current_room, MAIN_ROOM, *state.breakouts)))


def everybody(state: MeetingState) -> tuple[tuple[RoomId, Participant], ...]:
    """The people of all rooms, room by room; their places from 1 are their `#` numbers.

    Moderators are in every room under an id of its own: of ourselves only the row of the room in which we are counts.
    """
    found = []
    for room in rooms(state):
        me = state.me_in(room)
        found += [
            (room, person) for person in sorted_people(state, room) if room == state.current_room or person.id != me
        ]
    return tuple(found)


def room_name(state: MeetingState, room: RoomId) -> str:
    """What a person calls a room."""
    status = state.statuses.get(room)
    if status is not None and status.breakout_name:
        return status.breakout_name
    return "main room" if room == MAIN_ROOM else f"breakout {room[:8]}"


def room_of(state: MeetingState, who: ParticipantId) -> RoomId:
    """Where somebody is; the room in which we are when nobody knows."""
    return next((room for room in rooms(state) if who in state.rosters.get(room, _NOBODY).people), state.current_room)


def person_of(state: MeetingState, who: ParticipantId) -> Participant | None:
    """Somebody, in whatever room."""
    for room in rooms(state):
        person = state.rosters.get(room, _NOBODY).people.get(who)
        if person is not None:
            return person
    return None


def present(state: MeetingState) -> tuple[Participant, ...]:
    """Those who are in the meeting, as in `sorted_people`."""
    return tuple(person for person in sorted_people(state) if not person.is_waiting)


def hands(state: MeetingState) -> tuple[Participant, ...]:
    """Raised hands, the first to rise first."""
    raised = (person for person in state.roster.people.values() if person.hand_raised and not person.is_waiting)
    return tuple(sorted(raised, key=lambda person: (person.hand_raised_at, person.joined_at)))


def waiting(state: MeetingState) -> tuple[Participant, ...]:
    """Those who wait to be let in, to whatever room, the first to come first."""
    people = (person for _, person in everybody(state) if person.is_waiting)
    return tuple(sorted(people, key=lambda person: person.joined_at))


def spotlighted(state: MeetingState) -> tuple[Participant, ...]:
    """Those in the spotlight, the first put there first."""
    people = (person for person in state.roster.people.values() if person.is_spotlighted)
    return tuple(sorted(people, key=lambda person: person.spotlight_at))


def talking(state: MeetingState) -> tuple[Participant, ...]:
    """Who speaks now, the most recent to begin first."""
    people = state.roster.people
    return tuple(people[entry.participant] for entry in state.stage if entry.vad > 0 and entry.participant in people)


def name_of(state: MeetingState, who: ParticipantId, otherwise: str = "Somebody") -> str:
    """Display name of a person, in whatever room."""
    person = person_of(state, who)
    return person.display_name if person is not None else otherwise


def room_flags(state: MeetingState) -> tuple[str, ...]:
    """What the header says about the room, in words."""
    status = state.status
    flags = []
    if status.locked:
        flags.append("locked")
    if not status.started:
        flags.append("not started")
    if status.all_muted:
        flags.append("all muted")
    elif status.guests_muted:
        flags.append("participants muted")
    if not status.guests_can_unmute:
        flags.append("no self-unmute")
    if status.live_captions_available:
        flags.append("captions")
    if state.main_status.breakout_rooms:
        flags.append("breakouts")
    if status.breakout_name:
        flags.append(f"in {status.breakout_name}")
    if status.direct_media:
        flags.append("direct media")
    if not status.presentation_allowed:
        flags.append("no presenting")
    marked = classification(state)
    if marked is not None:
        flags.append(marked.name)
    return tuple(flags)


@dataclass(frozen=True, slots=True)
class Classification:
    """The level with which the meeting is marked."""

    level: int
    name: str
    colour: str
    """`#rrggbb`: the server's, else from green for the lowest level to red; never the only sign of the level."""


_COLOURS = ("#2e9e5b", "#3b82d0", "#d9a514", "#e07a1f", "#d13438")


def classification_levels(state: MeetingState) -> tuple[Classification, ...]:
    """The levels that the meeting can be marked with, lowest first."""
    levels = sorted(state.main_status.classification_levels.items())
    given = state.main_status.classification_colours
    last = len(levels) - 1
    steps = len(_COLOURS) - 1
    return tuple(
        Classification(level, name, given.get(level) or _COLOURS[round(place * steps / last) if last else 0])
        for place, (level, name) in enumerate(levels)
    )


def classification(state: MeetingState) -> Classification | None:
    """How the meeting is marked; None where it is not."""
    current = state.main_status.classification_current
    if current is None or not state.main_status.classification_levels:
        return None
    known = next((level for level in classification_levels(state) if level.level == current), None)
    return known or Classification(current, "unclassified", _COLOURS[0])


def banners(state: MeetingState, wall: float | None = None) -> tuple[Notice, ...]:
    """The banners to show, oldest first: the newest of each topic, until acknowledged.

    Sticky ones stay until their cause is gone, others `BANNER_SECONDS`. `wall` is Unix seconds; without it the newest
    line of the log stands for now.
    """
    if not state.notices:
        return ()
    now = wall if wall is not None else state.notices[-1].at
    found: list[Notice] = []
    topics: set[str] = set()
    for notice in reversed(state.notices):
        if notice.number <= state.dismissed:
            break
        if not notice.banner or (notice.topic and notice.topic in topics):
            continue
        if notice.topic:
            topics.add(notice.topic)
        if notice.sticky or now - notice.at < BANNER_SECONDS:
            found.append(notice)
    return tuple(reversed(found))


def unread(state: MeetingState) -> int:
    """Chat lines not yet looked at, all threads together."""
    return sum(state.chat.unread.values())


def seconds_in_meeting(state: MeetingState, now: float) -> float:
    """How long we have been in; `now` in monotonic seconds."""
    return max(0.0, now - state.started_at) if state.started_at is not None else 0.0
