"""Any order of requests by anybody: what must hold always, holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.rooms.scene import GUEST_PIN, HOST_PIN, Client, Scene
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import floor, pictures, roster, rules, stage
from tui_meet.server.rooms.layout_geometry import LAYOUTS, capacity
from tui_meet.server.rooms.model import Call, Room
from tui_meet.wire.infinity.far_end import CameraControl, DialRequest
from tui_meet.wire.infinity.layout import PERSONAL_MIX, Transforms
from tui_meet.wire.infinity.presentation import Caption

PEOPLE = ("ada", "bo", "cy", "dee", "eli")
who = st.sampled_from((*PEOPLE, *PEOPLE, "nobody"))
flag = st.booleans()
mids = st.lists(st.sampled_from(("a", "b", "c")), unique=True).map(tuple)

some_layout = st.sampled_from((None, *LAYOUTS, "3:14"))
mixes = st.sampled_from(("main", PERSONAL_MIX))
pairs = st.one_of(who.map(lambda uuid: (uuid, uuid)), st.tuples(who, who))


def about(make: Callable[..., on.Request], *more: st.SearchStrategy[Any]) -> st.SearchStrategy[on.Request]:
    """A request about somebody, half of the time about oneself."""
    return st.builds(lambda pair, *rest: make(*pair, *rest), pairs, *more)


requests = st.one_of(
    st.builds(on.Join, who, st.text(max_size=8), st.sampled_from((None, "", HOST_PIN, GUEST_PIN, "x")), st.just("::1")),
    st.builds(on.SetLocked, who, flag),
    st.builds(on.StartConference, who),
    st.builds(on.MuteGuests, who, flag),
    st.builds(on.SetGuestsCanUnmute, who, flag),
    st.builds(on.LowerAllHands, who),
    st.builds(on.SetClassification, who, st.integers(0, 3)),
    st.builds(on.SendMessage, who, st.text(max_size=5), st.just("text/plain"), st.one_of(st.just(""), who)),
    about(on.SetMuted, flag),
    about(on.SetClientMuted, flag),
    about(on.SetVideoMuted, flag),
    about(on.SetHand, flag),
    about(on.SetSpotlight, flag),
    about(on.Admit),
    about(on.Drop),
    about(on.SetRole, st.sampled_from(("chair", "guest", "king"))),
    about(on.Rename, st.text(max_size=8)),
    about(on.SetWishes, st.dictionaries(st.sampled_from("abcd"), st.just((0, 0)), max_size=2)),
    about(on.SetVolumes, st.dictionaries(who, st.integers(-5, 300), max_size=2)),
    st.builds(on.StreamOpened, who),
    st.builds(on.TokenRefreshed, who),
    st.builds(on.CallStarted, who, st.builds(Call, st.sampled_from("12"), flag, flag, mids, flag)),
    st.builds(on.CallEnded, who, st.sampled_from("12")),
    st.builds(on.MediaState, who, flag),
    about(on.TakeFloor),
    about(on.TakeFloor),
    about(on.ReleaseFloor),
    st.builds(on.SetGuestsCanPresent, who, flag),
    about(on.SetReceivesPresentation, flag),
    about(on.SetPresentationInMix, flag),
    about(on.SetShowsCaptions, flag),
    st.builds(on.PublishCaption, who, st.builds(Caption, st.text(max_size=5), flag)),
    st.builds(on.TransformLayout, who, st.builds(Transforms, some_layout, some_layout, some_layout, st.none() | flag)),
    st.builds(on.CreateMix, who, mixes),
    st.builds(on.ConfigureMix, who, mixes, st.sampled_from(("", "4:0", "3:14"))),
    st.builds(on.DeleteMix, who, mixes),
    st.builds(on.SetMessageText, who, st.text(max_size=5)),
    st.builds(on.ClearSpotlights, who),
    st.builds(on.ControlCamera, who, who, st.just(CameraControl("stop"))),
    about(on.SendTones, st.just("1")),
    st.builds(on.DialOut, who, st.just(DialRequest("GUEST", "sip:a@b.example"))),
    st.builds(on.Levels, st.dictionaries(who, st.floats(0, 100), max_size=3)),
    st.just(on.Tick()),
)
arrivals = st.sampled_from([on.Join(uuid, uuid, pin, "::2") for uuid in PEOPLE for pin in (HOST_PIN, GUEST_PIN, "")])
endings = st.one_of(st.builds(on.Leave, who), st.builds(on.DropAll, who), st.builds(on.StreamClosed, who))
# Endings and long pauses are rare, or no walk would get anywhere.
anything = st.one_of(requests, requests, requests, arrivals, arrivals, arrivals, endings)
pauses = st.sampled_from((0.0, 0.0, 0.0, 0.1, 0.1, 0.3, 1.0, 11.0))
steps = st.lists(st.tuples(anything, pauses), min_size=20, max_size=60)
room_settings = st.fixed_dictionaries(
    {
        "host_pin": st.sampled_from((HOST_PIN, "")),
        "knock": flag,
        "wait_for_moderator": flag,
        "max_active_talkers": st.integers(1, 3),
        "capacity": st.integers(2, 5),
        "guests_can_unmute": flag,
    }
)
HOST_DEEDS = (
    on.SetLocked, on.StartConference, on.MuteGuests, on.SetGuestsCanUnmute, on.DropAll, on.LowerAllHands,
    on.SetSpotlight, on.SetClassification, on.Admit, on.SetRole, on.SetGuestsCanPresent, on.TransformLayout,
    on.SetReceivesPresentation, on.SetMessageText, on.ClearSpotlights, on.ControlCamera, on.DialOut, on.PublishCaption,
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(room_settings, steps)
def test_invariants(how: dict[str, object], walk: list[tuple[on.Request, float]]) -> None:
    scene = Scene(**how)
    beginning: list[on.Request] = [
        on.Join("ada", "Ada", HOST_PIN, "::2"), on.Join("bo", "Bo", "", "::2"), on.Join("cy", "Cy", "", "::2"),
        *(on.StreamOpened(uuid) for uuid in PEOPLE),
        *(on.CallStarted(uuid, Call("1", True, True, ("a", "b"), True)) for uuid in PEOPLE),
    ]  # fmt: skip
    for request, pause in (*((request, 0.0) for request in beginning), *walk):
        scene.now += pause
        before = scene.room
        if isinstance(request, on.Join) and request.uuid in before.people:
            continue  # ids are new ones, by contract
        if isinstance(request, on.CallStarted) and request.uuid in before.people:
            call = before.people[request.uuid].call
            if call is not None and call.uuid == request.call.uuid:
                continue
        if isinstance(request, on.StreamOpened) and request.uuid in before.people:
            scene.clients.setdefault(request.uuid, Client())
        refusal = scene.do(request)
        _no_guest_does_what_hosts_may(before, request, refusal)
        _room_is_sound(scene.room)
        _everybody_knows_exactly_what_they_may(scene)
        _media_follows(scene)
    deadline = rules.next_deadline(scene.room)
    assert (deadline is None) == (not scene.room.people)


def _no_guest_does_what_hosts_may(before: Room, request: on.Request, refusal: on.Refusal | None) -> None:
    if not isinstance(request, on.ByPerson):
        return
    actor = before.people.get(request.by)
    others = isinstance(request, on.ByPersonAbout) and request.target != request.by
    if isinstance(request, HOST_DEEDS) or others:
        assert refusal is not None or (actor is not None and actor.is_host)


def _room_is_sound(room: Room) -> None:
    assert len(room.present) <= room.settings.capacity
    assert len(room.present) + len(room.waiting) == len(room.people)
    if room.hosts:
        assert room.started
    presenters = [person for person in room.people.values() if person.presenting]
    assert len(presenters) <= 1
    assert all(floor.may_present(room, person) for person in presenters)
    for person in room.people.values():
        shown = [uuid for _, uuid in person.slots if uuid]
        assert len(shown) == len(set(shown)) <= room.settings.max_active_talkers
        for uuid in shown:
            assert uuid != person.uuid
            assert room.people[uuid].publishes_video
            assert not room.people[uuid].waiting
        if person.waiting:
            assert not shown
        elif person.call is not None:
            others = [p for p in room.present if p.publishes_video and p is not person]
            assert len(shown) == min(len(person.call.slot_mids), room.settings.max_active_talkers, len(others))
        if person.waiting:
            assert (person.publishes_audio, person.publishes_video) == (False, False)
        assert set(person.volumes) <= set(room.people)
        assert (person.streams > 0) == (person.no_stream_after is None)


def _everybody_knows_exactly_what_they_may(scene: Scene) -> None:
    for uuid, client in scene.clients.items():
        person = scene[uuid]
        if not client.heard:
            continue
        visible = {row.uuid: row.to_json() for row in roster.visible_people(scene.room, person)}
        assert client.roster == visible
        assert client.status == roster.status(scene.room, person).to_json()
        if not person.waiting:
            assert client.stage == [row.to_json() for row in stage.rows(scene.room)]
            assert client.presenter == floor.shown_presenter(scene.room, person)
            assert client.layout == pictures.Gallery(scene.room).view(person).to_json()
            if person.call is not None and person.call.offers_slots:
                assert [(row["mid"], row["participant_uuid"]) for row in client.slots] == list(person.slots)


def _media_follows(scene: Scene) -> None:
    presenter = scene.room.presenter
    expected: tuple[str | None, tuple[str, ...]] = (None, ())
    if presenter is not None and presenter.call is not None:
        viewers = [p for p in scene.room.present if p.call is not None and p.receives_presentation and p != presenter]
        expected = (presenter.uuid, tuple(person.uuid for person in viewers))
    assert scene.media.presentation == expected
    gallery = pictures.Gallery(scene.room)
    for uuid, person in scene.room.people.items():
        picture = gallery.picture(person)
        assert scene.media.pictures.get(uuid) == picture
        if picture is not None:
            assert set(picture.people) <= {p.uuid for p in scene.room.present if p.call is not None}
            assert len(set(picture.people)) == len(picture.people) <= capacity(picture.layout, picture.presentation)
    for uuid, person in scene.room.people.items():
        if person.call is None:
            assert uuid not in scene.media.publishing
            continue
        assert scene.media.publishing[uuid] == (person.publishes_audio, person.publishes_video)
        told = scene.media.gains[uuid]
        for other, factor in roster.gains(scene.room, person).items():
            assert told.get(other, 1.0) == factor
        hidden = {mid for mid, size in person.wishes.items() if size == (0, 0)}
        assert scene.media.slots[uuid] == {mid: None if mid in hidden else who or None for mid, who in person.slots}
