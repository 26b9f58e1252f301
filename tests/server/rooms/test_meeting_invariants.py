"""Any order of requests by anybody in a meeting with breakouts: the rooms stay consistent, nobody is lost or twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.rooms.meeting_scene import HumanClient, MeetingScene
from tests.server.rooms.scene import HOST_PIN, Client
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import conduct, roster, stage
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import MAIN, Meeting, seat_uuid
from tui_meet.server.rooms.model import CHAIR, Call
from tui_meet.wire.infinity import codes


@dataclass(frozen=True)
class Step:
    """One deed; numbers choose among whoever and whatever there is when it is done."""

    deed: str
    who: int
    whom: int
    where: int
    flag: bool
    pause: float


ROOM_DEEDS: dict[str, Callable[[Step, str, str], Any]] = {
    "lock": lambda s, by, to: on.SetLocked(by, s.flag),
    "mute-all": lambda s, by, to: on.MuteGuests(by, s.flag),
    "mute": lambda s, by, to: on.SetMuted(by, to, s.flag),
    "client-mute": lambda s, by, to: on.SetClientMuted(by, by, s.flag),
    "camera": lambda s, by, to: on.SetVideoMuted(by, to, s.flag),
    "hand": lambda s, by, to: on.SetHand(by, by, s.flag),
    "spotlight": lambda s, by, to: on.SetSpotlight(by, to, s.flag),
    "admit": lambda s, by, to: on.Admit(by, to),
    "drop": lambda s, by, to: on.Drop(by, to),
    "role": lambda s, by, to: on.SetRole(by, to, "chair" if s.flag else "guest"),
    "rename": lambda s, by, to: on.Rename(by, to, "New" if s.flag else ""),
    "say": lambda s, by, to: on.SendMessage(by, "hello", "text/plain", to if s.flag else ""),
    "volume": lambda s, by, to: on.SetVolumes(by, by, {to: 50}),
    "leave": lambda s, by, to: on.Leave(by),
    "stream": lambda s, by, to: on.StreamOpened(by),
    "present": lambda s, by, to: on.TakeFloor(by, by),
    "media": lambda s, by, to: on.MediaState(by, s.flag),
    "help": lambda s, by, to: ask.AskForHelp(by, s.flag),
    "home": lambda s, by, to: ask.LeaveBreakout(by),
    "close-all": lambda s, by, to: ask.CloseAllBreakouts(by),
    "empty": lambda s, by, to: ask.EmptyBreakouts(by),
    "tell": lambda s, by, to: ask.TellBreakouts(by, "news", "text/plain"),
    "send-away": lambda s, by, to: ask.Transfer(by, to, "other", "token"),
}
OTHER_DEEDS = ("join", "join", "open", "move", "move", "close", "guest-pass", "transfer-in", "hang-up", "speak", "end")
OFTEN = ("follow",) * 6 + ("call",) * 3 + ("open", "move", "move", "join")
steps = st.lists(
    st.builds(
        Step, st.sampled_from((*ROOM_DEEDS, *OTHER_DEEDS, *OFTEN)), st.integers(0, 9), st.integers(0, 9),
        st.integers(0, 3), st.booleans(), st.sampled_from((0.0, 0.0, 0.0, 0.0, 0.5, 5.0, 15.0, 70.0)),
    ),
    min_size=15, max_size=50,
)  # fmt: skip
how_set_up = st.fixed_dictionaries(
    {
        "host_pin": st.sampled_from((HOST_PIN, HOST_PIN, "")),
        "knock": st.booleans(),
        "wait_for_moderator": st.booleans(),
        "capacity": st.integers(2, 5),
    }
)
HOST_ONLY = (on.SetLocked, on.MuteGuests, on.SetSpotlight, on.Admit, on.SetRole, on.DropAll, *conduct.HOST_DEEDS)


class Walk:
    """A meeting, and what is known of everybody who ever was in it."""

    def __init__(self, how: dict[str, Any]) -> None:
        self.scene = MeetingScene(**how)
        self.entered: list[str] = []
        self.used: list[str] = []
        for pin in (HOST_PIN, "", ""):
            self.come(pin)

    def come(self, pin: str) -> None:
        self._watch(self.scene.join("Somebody", pin))

    def step(self, step: Step) -> None:
        scene = self.scene
        scene.now += step.pause
        if step.pause:
            # Clients keep their tokens; a lost stream is another test's matter.
            for _, room in scene.meeting.rooms:
                for uuid in room.people:
                    scene.do(on.TokenRefreshed(uuid))
            scene.do(on.Tick())
        people = [uuid for _, room in scene.meeting.rooms for uuid in room.people] or ["nobody"]
        by, to = people[step.who % len(people)], people[step.whom % len(people)]
        rooms = [MAIN, *scene.meeting.breakouts, "no-room"]
        where = rooms[step.where % len(rooms)]
        before = scene.meeting
        request: Any = None
        match step.deed:
            case "join":
                self.come(HOST_PIN if step.flag else "")
            case "follow":
                self._follow(step)
            case "open":
                request = ask.OpenBreakout(
                    by, scene.new_uuid("b"), "Room", duration=20.0 if step.who == 9 else 0.0,
                    end_action="disconnect" if step.whom == 9 else "transfer", people=(to, by) if step.flag else (to,),
                )  # fmt: skip
            case "move":
                request = ask.MovePeople(by, where, (to, by, "stranger") if step.flag else (to,))
            case "close":
                request = ask.CloseBreakout(by, where)
            case "guest-pass":
                request = ask.MakeGuestPass(by, where)
            case "transfer-in":
                request = ask.MakeTransferPass(step.flag, HOST_PIN if step.who % 2 else "", "::1")
            case "call":
                request = on.CallStarted(by, Call(scene.new_uuid("c"), True, step.flag, ("a", "b"), True))
            case "hang-up":
                person = scene.meeting.person(by)
                if person is not None and person.call is not None:
                    request = on.CallEnded(by, person.call.uuid)
            case "speak":
                scene.do(on.Levels({by: 80.0, to: 40.0}), where)
            case "end":
                request = on.DropAll(by) if step.who == 9 else None
            case deed:
                request = ROOM_DEEDS[deed](step, by, to)
        if request is None:
            return
        if isinstance(request, on.StreamOpened) and request.uuid not in scene.clients:
            return  # seats have no streams
        refusal = scene.do(request)
        _nobody_does_what_only_hosts_may(before, request, refusal)

    def _follow(self, step: Step) -> None:
        """Use a pass, sometimes one that has been used, sometimes without having left."""
        scene = self.scene
        if step.who == 0 and self.used:
            scene.do(ask.JoinByPass(on.Join(scene.new_uuid(), "Twice"), self.used[step.whom % len(self.used)]))
            assert scene.refusal == on.Refusal(403, codes.INVALID_TOKEN)
            return
        passes = list(scene.meeting.passes)
        if not passes:
            return
        pass_id = passes[step.whom % len(passes)]
        ticket = scene.meeting.passes[pass_id]
        if ticket.person is not None and step.flag:
            scene.do(on.Leave(ticket.person.uuid))
        self.used.append(pass_id)
        self._watch(scene.redeem(pass_id, "Guest"))

    def _watch(self, uuid: str) -> None:
        if uuid:
            self.scene.ended.pop(uuid, None)
            self.entered.append(uuid)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(how_set_up, steps)
def test_invariants(how: dict[str, Any], walk: list[Step]) -> None:
    walking = Walk(how)
    for step in walk:
        walking.step(step)
        scene = walking.scene
        _everybody_is_in_one_room(walking)
        _seats_are_the_hosts(scene.meeting)
        _places(scene.meeting)
        _media_is_in_one_room(scene)
        _everybody_knows_exactly_what_they_may(scene)
        _a_new_stream_tells_the_same(scene)
    assert (conduct.next_deadline(walking.scene.meeting) is not None) == (
        not walking.scene.meeting.deserted or bool(walking.scene.meeting.passes)
    )


def _nobody_does_what_only_hosts_may(before: Meeting, request: Any, refusal: on.Refusal | None) -> None:
    if not isinstance(request, on.ByPerson):
        return
    human = before.human(request.by)
    others = isinstance(request, on.ByPersonAbout) and before.human(request.target) != human
    if isinstance(request, HOST_ONLY) or others:
        assert refusal is not None or before.is_host(human), request


def _everybody_is_in_one_room(walking: Walk) -> None:
    meeting = walking.scene.meeting
    everybody = [uuid for _, room in meeting.rooms for uuid in room.people]
    assert len(everybody) == len(set(everybody))
    tokens = {uuid for _, room in meeting.rooms for uuid, person in room.people.items() if not person.seat_of}
    # Main room and breakouts add up: whoever came in and has not gone is in one of them, and nobody else is.
    assert tokens == {uuid for uuid in walking.entered if uuid not in walking.scene.ended}
    for person in meeting.guests_out:
        assert person.role != CHAIR
        assert person.home not in meeting.main.people or not person.home
    homes = [person.home for person in meeting.guests_out if person.home]
    assert len(homes) == len(set(homes))


def _seats_are_the_hosts(meeting: Meeting) -> None:
    hosts = {person.uuid for person in meeting.main.hosts}
    for room_id, room in meeting.breakouts.items():
        seats = {uuid: person.seat_of for uuid, person in room.people.items() if person.seat_of}
        assert room.breakout is not None
        assert set(seats.values()) == (hosts if room.breakout.closing_until is None else set())
        assert all(uuid == seat_uuid(room_id, host) for uuid, host in seats.items())


def _places(meeting: Meeting) -> None:
    out = sum(not person.waiting for person in meeting.guests_out)
    taken = len(meeting.main.present) + out + len(meeting.travellers)
    assert taken <= meeting.main.settings.capacity


def _media_is_in_one_room(scene: MeetingScene) -> None:
    calls = {
        (room_id, uuid): (person.publishes_audio, person.publishes_video)
        for room_id, room in scene.meeting.rooms
        for uuid, person in room.people.items()
        if person.call is not None
    }
    assert scene.media == calls
    humans = [scene.meeting.human(uuid) for _, uuid in calls]
    assert len(humans) == len(set(humans))


def _everybody_knows_exactly_what_they_may(scene: MeetingScene) -> None:
    for uuid, client in scene.clients.items():
        room_id = scene.meeting.room_of(uuid)
        assert room_id is not None
        _knows(scene, room_id, uuid, client.own)
        if scene.meeting.is_host(uuid):
            seats = breakouts_of(scene, uuid)
            assert client.seats == seats
            for breakout, seat in seats.items():
                _knows(scene, breakout, seat, client.breakouts[breakout])
        else:
            assert client.seats == {}


def breakouts_of(scene: MeetingScene, host: str) -> dict[str, str]:
    return {
        room_id: seat_uuid(room_id, host)
        for room_id, room in scene.meeting.breakouts.items()
        if seat_uuid(room_id, host) in room.people
    }


def _knows(scene: MeetingScene, room_id: str, uuid: str, client: Client) -> None:
    room = scene.room(room_id)
    person = room.people[uuid]
    assert client.roster == {row.uuid: row.to_json() for row in roster.visible_people(room, person)}
    assert client.status == roster.status(room, person).to_json()
    if not person.waiting and not person.away:
        assert client.stage == [row.to_json() for row in stage.rows(room)]


def _a_new_stream_tells_the_same(scene: MeetingScene) -> None:
    """Whoever reconnects at this moment knows what those know who never lost their stream."""
    for uuid, known in scene.clients.items():
        outcome = conduct.apply(scene.meeting, on.StreamOpened(uuid), scene.now)
        again = HumanClient()
        for _, effect in outcome.effects:
            if isinstance(effect, on.Send) and uuid in effect.to:
                again.take(effect.name, effect.data)
        assert again.seats == known.seats
        for room_id in (MAIN, *known.breakouts):
            mine = again.own if room_id == MAIN else again.breakouts[room_id]
            theirs = known.own if room_id == MAIN else known.breakouts[room_id]
            assert (mine.roster, mine.status) == (theirs.roster, theirs.status)
            seat = scene.person(uuid if room_id == MAIN else known.seats[room_id])
            if not seat.away and not seat.waiting:
                assert mine.stage == theirs.stage
                if seat.call is not None:
                    assert mine.slots == theirs.slots
