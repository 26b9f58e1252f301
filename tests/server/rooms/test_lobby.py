"""The door: PINs, capacity, waiting, being let in, timing out."""

from __future__ import annotations

import pytest

from tests.server.rooms.scene import GUEST_PIN, HOST_PIN, Scene
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.model import CHAIR, GUEST
from tui_meet.wire.infinity import codes


@pytest.mark.parametrize(
    ("settings", "pin", "expected"),
    [
        ({"host_pin": ""}, None, CHAIR),
        ({"host_pin": ""}, "anything", CHAIR),
        ({}, HOST_PIN, CHAIR),
        ({}, "", GUEST),
        ({}, None, ("required", "none")),
        ({}, "wrong", codes.INVALID_PIN),
        ({}, "пароль", codes.INVALID_PIN),
        ({"guest_pin": GUEST_PIN}, HOST_PIN, CHAIR),
        ({"guest_pin": GUEST_PIN}, GUEST_PIN, GUEST),
        ({"guest_pin": GUEST_PIN}, "", ("required", "required")),
        ({"guest_pin": GUEST_PIN}, None, ("required", "required")),
        ({"guest_pin": GUEST_PIN}, GUEST_PIN + " ", codes.INVALID_PIN),
    ],
)
def test_pin_table(settings: dict[str, str], pin: str | None, expected: object) -> None:
    scene = Scene(**settings)
    person = scene.join("ada", pin)
    if person is not None:
        assert person.role == expected
        return
    assert scene.refusal is not None
    assert scene.refusal.status == 403
    if scene.refusal.pin is not None:
        shape = scene.refusal.pin.to_json()
        assert (shape["pin"], shape["guest_pin"]) == expected
    else:
        assert scene.refusal.sentence == expected


def test_wrong_pins_are_limited_per_address_and_forgotten_after_a_minute() -> None:
    scene = Scene(guest_pin=GUEST_PIN)
    for number in range(30):
        scene.join("eve", "0000")
        assert scene.refusal is not None
        assert scene.refusal.sentence == (codes.INVALID_PIN if number < 5 else codes.PIN_RETRIES)
        if number == 10:
            for _ in range(50):
                scene.join("gus", GUEST_PIN)
                assert scene.refusal is not None
                assert scene.refusal.sentence == codes.PIN_RETRIES, "guests are held up"
            assert scene.join("ada", HOST_PIN) is not None
            assert scene["ada"].is_host, "a moderator behind the same address is not"
        scene.now += 0.1
    scene.join("eve", HOST_PIN)
    assert scene.refusal is not None
    assert scene.refusal.sentence == codes.PIN_RETRIES, "nor can the host PIN be guessed without end"
    scene.do(on.Join("bo", "Bo", pin=HOST_PIN, address="192.0.2.2"))
    assert scene["bo"].is_host, "another address is not held up"
    scene.now += 60
    assert scene.join("eve", HOST_PIN) is not None


def test_remembered_addresses_are_bounded() -> None:
    scene = Scene()
    for number in range(1200):
        scene.do(on.Join("eve", "Eve", pin="0", address=f"address-{number}"))
    assert len(scene.room.pin_failures) <= 1000


def test_a_full_room_says_so_and_the_door_still_holds_people_who_wait() -> None:
    scene = Scene(capacity=2)
    scene.host("ada")
    scene.guest("bo")
    assert scene.join("cy", "") is None
    assert scene.refusal is not None
    assert scene.refusal.sentence == codes.ROOM_FULL
    scene.do(on.SetLocked("ada", True))
    assert scene.guest("cy").waiting
    assert scene.do(on.Admit("ada", "cy")) == on.Refusal(403, codes.ROOM_FULL)
    scene.do(on.Leave("bo"))
    assert scene.do(on.Admit("ada", "cy")) is None
    assert not scene["cy"].waiting


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u202d", "\u0000\n", "\u200d", "\ud800"])
def test_a_name_that_shows_nothing_is_refused_or_made_visible(name: str) -> None:
    scene = Scene()
    scene.do(on.Join("ada", name, pin=""))
    if name == "\ud800":
        assert scene["ada"].display_name == "\ufffd"
    else:
        assert scene.refusal is not None
        assert not scene.room.people


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("A\u202eda", "Ada"),
        ("\x1b[31mAda", "[31mAda"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("e\u0301", "é"),
        ("x" * 500, "x" * 64),
    ],
)
def test_names_are_cleaned(given: str, shown: str) -> None:
    scene = Scene()
    scene.do(on.Join("ada", given, pin=""))
    assert scene["ada"].display_name == shown


def test_knock_room_guest_waits_and_learns_nothing_until_admitted() -> None:
    scene = Scene(knock=True)
    scene.host("ada")
    bo = scene.guest("bo")
    assert bo.waiting
    view = scene.clients["bo"]
    assert set(view.roster) == {"bo"}
    assert view.roster["bo"]["service_type"] == "waiting_room"
    assert not view.stage
    assert "bo" in scene.clients["ada"].roster
    scene.guest("cy")
    assert set(view.roster) == {"bo"}
    assert scene.do(on.SendMessage("ada", "hello", "text/plain")) is None
    assert not view.messages
    assert scene.do(on.SendMessage("bo", "let me in", "text/plain")) is not None
    scene.do(on.Admit("ada", "bo"))
    assert set(view.roster) == {"ada", "bo"}, "other people who wait stay hidden from a guest"
    assert view.roster["bo"]["service_type"] == "conference"
    assert view.heard[-2:] == ["participant_update", "meet_action"]
    assert scene.clients["ada"].actions[-1] == {"action": "admit", "by": "ada", "target": "bo"}


def test_a_moderator_who_comes_late_sees_who_waits() -> None:
    scene = Scene(knock=True)
    scene.guest("bo")
    scene.guest("cy")
    scene.host("ada")
    assert set(scene.clients["ada"].roster) == {"ada", "bo", "cy"}
    assert scene["bo"].waiting


def test_deny_tells_the_one_who_waits_that_the_call_was_rejected() -> None:
    scene = Scene(knock=True)
    scene.host("ada")
    scene.guest("bo")
    scene.do(on.Drop("ada", "bo"))
    assert scene.ended == {"bo": codes.REJECTED}
    assert scene.clients["ada"].actions[-1]["action"] == "deny"
    assert "bo" not in scene.clients["ada"].roster


def test_wait_for_moderator_lets_everybody_in_by_themselves() -> None:
    scene = Scene(wait_for_moderator=True)
    scene.guest("bo")
    scene.guest("cy")
    assert scene.clients["bo"].status["started"] is False
    scene.host("ada")
    assert not scene.room.waiting
    assert set(scene.clients["bo"].roster) == {"ada", "bo", "cy"}
    assert scene.clients["cy"].status["started"] is True
    assert not scene.guest("dee").waiting, "later ones enter directly"


def test_unlocking_lets_in_those_who_wait_but_not_through_a_knock_room() -> None:
    for knock in (False, True):
        scene = Scene(knock=knock)
        scene.host("ada")
        scene.do(on.SetLocked("ada", True))
        assert scene.guest("bo").waiting
        scene.do(on.SetLocked("ada", False))
        assert scene["bo"].waiting is knock


def test_hosts_enter_a_locked_room_at_once() -> None:
    scene = Scene()
    scene.host("ada")
    scene.do(on.SetLocked("ada", True))
    assert not scene.host("max").waiting


def test_without_a_host_pin_a_lock_holds_newcomers_although_they_are_hosts() -> None:
    scene = Scene(host_pin="")
    scene.join("ada", None)
    scene.do(on.SetLocked("ada", True))
    bo = scene.join("bo", None)
    assert bo is not None
    assert bo.waiting
    assert scene.do(on.Admit("bo", "bo")) is not None, "a waiting host has no power"
    scene.do(on.Leave("ada"))
    assert not scene["bo"].waiting, "nobody is left who could let them in"


def test_locked_room_stays_locked_for_those_who_wait_when_the_last_host_leaves() -> None:
    scene = Scene()
    scene.host("ada")
    scene.do(on.SetLocked("ada", True))
    scene.guest("bo")
    scene.do(on.Leave("ada"))
    assert scene["bo"].waiting
    scene.do(on.Leave("bo"))
    assert not scene.room.locked, "an empty room starts anew"


def test_waiting_ends_after_a_quarter_of_an_hour() -> None:
    scene = Scene(knock=True)
    scene.guest("bo")
    for _ in range(14):
        scene.do(on.TokenRefreshed("bo"))
        scene.wait(60)
    assert "bo" in scene.room.people
    scene.do(on.TokenRefreshed("bo"))
    scene.wait(60)
    assert scene.ended == {"bo": codes.WAITED_TOO_LONG}


def test_somebody_without_event_stream_goes() -> None:
    scene = Scene()
    scene.host("ada")
    scene.join("bo", "", stream=False)
    scene.wait(9.9)
    assert "bo" in scene.room.people
    scene.wait(0.2)
    assert "bo" not in scene.clients["ada"].roster
    scene.guest("cy")
    scene.do(on.StreamClosed("cy"))
    scene.wait(9)
    scene.do(on.StreamOpened("cy"))
    scene.wait(30)
    assert "cy" in scene.room.people
    scene.do(on.StreamClosed("cy"))
    scene.wait(10)
    assert "cy" not in scene.clients["ada"].roster


def test_the_newest_of_two_streams_keeps_somebody_in() -> None:
    scene = Scene()
    scene.host("ada")
    scene.stream("ada")
    scene.do(on.StreamClosed("ada"))
    scene.wait(60)
    assert "ada" in scene.room.people


def test_a_token_that_is_not_refreshed_ends_the_stay() -> None:
    scene = Scene()
    scene.host("ada")
    scene.wait(100)
    scene.do(on.TokenRefreshed("ada"))
    scene.wait(124)
    assert "ada" in scene.room.people
    scene.wait(1)
    assert scene.ended == {"ada": codes.TOKEN_EXPIRED}


def test_lost_media_alone_removes_nobody() -> None:
    scene = Scene()
    scene.host("ada")
    scene.call("ada", "2")
    scene.do(on.MediaState("ada", True))
    assert scene.clients["ada"].roster["ada"]["has_media"] is True
    scene.do(on.MediaState("ada", False))
    scene.wait(60)
    assert scene.clients["ada"].roster["ada"]["has_media"] is False
