"""What people may ask of the room and of each other, and what everybody is told."""

from __future__ import annotations

import typing

import pytest

from tests.server.rooms.scene import Scene
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import pace, roles, rules
from tui_meet.server.rooms.model import MESSAGE_BURST
from tui_meet.wire.infinity import codes
from tui_meet.wire.meet import ACTIONS


def a_meeting(**settings: object) -> Scene:
    scene = Scene(**settings)
    scene.host("ada")
    scene.guest("bo")
    scene.guest("cy")
    return scene


def test_tables_cover_the_vocabulary() -> None:
    requests = set(typing.get_args(on.Request))
    assert set(rules.HANDLERS) == requests
    assert set(roles.PERMISSIONS) == {request for request in requests if issubclass(request, on.ByPerson)}


HOST_ONLY: list[on.Request] = [
    on.SetLocked("bo", True), on.StartConference("bo"), on.MuteGuests("bo", True), on.SetGuestsCanUnmute("bo", False),
    on.DropAll("bo"), on.LowerAllHands("bo"), on.SetClassification("bo", 0), on.SetMuted("bo", "cy", True),
    on.SetMuted("bo", "cy", False), on.SetVideoMuted("bo", "cy", True), on.SetHand("bo", "cy", False),
    on.SetSpotlight("bo", "cy", True), on.SetSpotlight("bo", "bo", True), on.Admit("bo", "cy"), on.Drop("bo", "cy"),
    on.SetRole("bo", "bo", "chair"), on.Rename("bo", "cy", "X"), on.SetClientMuted("bo", "cy", False),
    on.SetWishes("bo", "cy", {}), on.SetVolumes("bo", "cy", {}),
]  # fmt: skip


@pytest.mark.parametrize("request_", HOST_ONLY, ids=lambda request: type(request).__name__)
def test_a_guest_may_not(request_: on.Request) -> None:
    scene = a_meeting()
    before = scene.room
    refusal = scene.do(request_)
    assert refusal is not None
    assert refusal.status == 403
    assert refusal.code == codes.NOT_MODERATOR
    assert refusal.sentence.endswith(".")
    assert scene.room is before


def test_lock_twice_says_so_politely() -> None:
    scene = a_meeting()
    assert scene.do(on.SetLocked("ada", True)) is None
    assert scene.clients["bo"].status["locked"] is True
    assert scene.clients["bo"].actions == [{"action": "lock", "by": "ada"}]
    refusal = scene.do(on.SetLocked("ada", True))
    assert refusal is not None
    assert (refusal.status, refusal.code) == (200, codes.ALREADY_SO)


def test_mute_is_told_to_all_and_enforced() -> None:
    scene = a_meeting()
    scene.call("bo", "1")
    assert scene.media.publishing["bo"] == (True, True)
    scene.do(on.SetMuted("ada", "bo", True))
    assert scene.clients["cy"].roster["bo"]["is_muted"] == "YES"
    assert scene.media.publishing["bo"] == (False, True)
    assert scene.clients["bo"].actions[-1] == {"action": "mute", "by": "ada", "target": "bo"}
    scene.do(on.SetMuted("bo", "bo", False))
    assert scene.media.publishing["bo"] == (True, True)


def test_own_client_mute_and_camera_are_enforced_too() -> None:
    scene = a_meeting()
    scene.call("bo", "1")
    scene.do(on.SetClientMuted("bo", "bo", True))
    scene.do(on.SetVideoMuted("bo", "bo", True))
    assert scene.media.publishing["bo"] == (False, False)
    row = scene.clients["ada"].roster["bo"]
    assert (row["is_client_muted"], row["is_video_muted"], row["is_muted"]) == (True, True, "NO")
    refusal = scene.do(on.SetVideoMuted("ada", "bo", False))
    assert refusal is not None, "nobody switches on another's camera"
    scene.do(on.SetVideoMuted("bo", "bo", False))
    assert scene.media.publishing["bo"] == (False, True)


def test_camera_off_by_a_host_can_be_undone_by_both() -> None:
    for by in ("ada", "bo"):
        scene = a_meeting()
        scene.call("bo", "1")
        scene.do(on.SetVideoMuted("ada", "bo", True))
        assert scene.media.publishing["bo"] == (True, False)
        assert scene.do(on.SetVideoMuted(by, "bo", False)) is None
        assert scene.media.publishing["bo"] == (True, True)


def test_mute_all_spares_hosts_and_holds_newcomers() -> None:
    scene = a_meeting()
    scene.do(on.MuteGuests("ada", True))
    assert [scene[uuid].is_muted for uuid in ("ada", "bo", "cy")] == [False, True, True]
    assert scene.guest("dee").is_muted
    assert not scene.host("max").is_muted
    assert scene.clients["bo"].status["guests_muted"] is True
    scene.do(on.MuteGuests("ada", False))
    assert not any(person.is_muted for person in scene.room.present)


def test_guests_unmute_themselves_only_where_they_may() -> None:
    scene = a_meeting()
    scene.do(on.SetGuestsCanUnmute("ada", False))
    scene.do(on.SetMuted("ada", "bo", True))
    refusal = scene.do(on.SetMuted("bo", "bo", False))
    assert refusal is not None
    assert refusal.code == codes.NOT_MODERATOR
    scene.do(on.SetGuestsCanUnmute("ada", True))
    assert scene.do(on.SetMuted("bo", "bo", False)) is None


def test_hands_keep_the_time_they_rose() -> None:
    scene = a_meeting()
    scene.do(on.SetHand("bo", "bo", True))
    risen = scene.now
    scene.now += 5
    scene.do(on.SetHand("bo", "bo", True))
    scene.do(on.SetHand("cy", "cy", True))
    assert scene.clients["ada"].roster["bo"]["buzz_time"] == risen
    scene.do(on.SetHand("ada", "bo", False))
    assert scene["bo"].buzz_time == 0
    assert scene.clients["bo"].actions[-1]["action"] == "hand lower"
    scene.do(on.LowerAllHands("ada"))
    assert scene.clients["cy"].roster["cy"]["buzz_time"] == 0
    assert scene.do(on.SetHand("ada", "cy", True)) is not None


def test_the_last_moderator_stays_one() -> None:
    scene = a_meeting()
    assert scene.do(on.SetRole("ada", "ada", "guest")) is not None
    assert scene.do(on.SetRole("ada", "bo", "chair")) is None
    assert scene.do(on.SetRole("ada", "ada", "guest")) is None
    assert scene.clients["cy"].roster["ada"]["role"] == "guest"
    assert scene.do(on.SetLocked("ada", True)) is not None
    assert scene.do(on.SetRole("bo", "bo", "emperor")) == on.Refusal(403, codes.INVALID_ROLE)


def test_a_change_of_role_shows_and_hides_those_who_wait() -> None:
    scene = a_meeting()
    scene.do(on.SetLocked("ada", True))
    scene.guest("dee")
    assert "dee" not in scene.clients["bo"].roster
    scene.do(on.SetRole("ada", "bo", "chair"))
    assert "dee" in scene.clients["bo"].roster
    scene.do(on.SetRole("ada", "bo", "guest"))
    assert "dee" not in scene.clients["bo"].roster
    scene.do(on.Admit("ada", "dee"))
    assert "dee" in scene.clients["bo"].roster


def test_rename_shows_in_both_names_and_can_be_undone() -> None:
    scene = a_meeting()
    scene.do(on.Rename("ada", "bo", " Bob\u202e "))
    row = scene.clients["cy"].roster["bo"]
    assert (row["display_name"], row["overlay_text"]) == ("Bob", "Bob")
    scene.do(on.Rename("bo", "bo", ""))
    assert scene["bo"].display_name == "Bo"
    assert scene.do(on.Rename("bo", "bo", "\u202e")) is not None


def test_messages_reach_all_others_or_one() -> None:
    scene = a_meeting()
    scene.do(on.SendMessage("bo", "hi", "text/plain"))
    scene.do(on.SendMessage("bo", "psst", "text/plain", to="cy"))
    assert [message["payload"] for message in scene.clients["ada"].messages] == ["hi"]
    assert [(m["payload"], m["direct"]) for m in scene.clients["cy"].messages] == [("hi", False), ("psst", True)]
    assert scene.clients["bo"].messages == []
    assert scene.do(on.SendMessage("bo", "x", "text/plain", to="bo")) is not None
    assert scene.do(on.SendMessage("bo", "x", "text/plain", to="nobody")) is not None
    refusal = scene.do(on.SendMessage("bo", "é" * 33_000, "text/plain"))
    assert refusal is not None
    assert refusal.status == 413


def test_drop_and_end_say_why() -> None:
    scene = a_meeting()
    bo = scene.clients["bo"]
    scene.do(on.Drop("ada", "bo"))
    assert scene.ended == {"bo": codes.DROPPED}
    assert bo.actions[-1] == {"action": "drop", "by": "ada", "target": "bo"}
    assert "bo" not in scene.clients["cy"].roster
    scene.do(on.DropAll("ada"))
    assert scene.ended["ada"] == scene.ended["cy"] == codes.ENDED
    assert not scene.room.people


def test_shutdown_tells_everybody() -> None:
    scene = a_meeting()
    scene.do(on.Shutdown())
    assert set(scene.ended.values()) == {codes.SERVER_GOING_DOWN}
    assert set(scene.ended) == {"ada", "bo", "cy"}


def test_classification_levels() -> None:
    scene = a_meeting(classification_levels={0: "public", 1: "secret"})
    assert scene.clients["bo"].status["classification"] == {"levels": {"0": "public", "1": "secret"}, "current": 0}
    scene.do(on.SetClassification("ada", 1))
    assert scene.clients["bo"].status["classification"]["current"] == 1
    assert scene.do(on.SetClassification("ada", 7)) is not None


def test_every_action_is_a_listed_one() -> None:
    scene = a_meeting(wait_for_moderator=True)
    scene.do(on.SetHand("bo", "bo", True))
    for request in (
        on.SetLocked("ada", True), on.SetLocked("ada", False), on.MuteGuests("ada", True), on.MuteGuests("ada", False),
        on.SetGuestsCanUnmute("ada", False), on.SetGuestsCanUnmute("ada", True), on.SetMuted("ada", "bo", True),
        on.SetMuted("ada", "bo", False), on.SetVideoMuted("ada", "bo", True), on.SetVideoMuted("ada", "bo", False),
        on.LowerAllHands("ada"), on.SetSpotlight("ada", "bo", True), on.SetSpotlight("ada", "bo", False),
        on.Rename("ada", "bo", "B"), on.SetRole("ada", "bo", "chair"), on.Drop("ada", "bo"),
    ):  # fmt: skip
        before = len(scene.clients["ada"].actions)
        assert scene.do(request) is None
        assert len(scene.clients["ada"].actions) == before + 1, request
    assert {action["action"] for action in scene.clients["ada"].actions} <= set(ACTIONS)


def test_nobody_sends_messages_faster_than_the_others_can_be_told() -> None:
    scene = Scene()
    scene.host("ada")
    scene.guest("bo")
    refusal = None
    for number in range(MESSAGE_BURST + 5):
        refusal = scene.do(on.SendMessage("bo", str(number), "text/plain"))
    assert refusal is not None
    assert refusal.sentence == pace.TOO_FAST
    assert [message["payload"] for message in scene.clients["ada"].messages] == [str(n) for n in range(MESSAGE_BURST)]
    assert scene.do(on.SendMessage("ada", "calm down", "text/plain")) is None, "others are not held up"
    scene.now += 0.5
    taken = 0
    for _ in range(10):
        taken += scene.do(on.SendMessage("bo", "again", "text/plain", to="ada")) is None
    assert taken == pace.MESSAGES_PER_SECOND / 2
    scene.now += 3600
    for _ in range(MESSAGE_BURST):
        assert scene.do(on.SendMessage("bo", "later", "text/plain")) is None
