"""How the official client comes in: PINs, roles, refusals, waiting, leaving."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conformance.official import NO_MEDIA, Official
from tui_meet.server.rooms import lobby

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

Open = Callable[[str], Official]


@pytest.mark.parametrize(
    ("alias", "pin", "role", "has_guest_pin"),
    [
        ("open", "2468", "HOST", False),
        ("open", "none", "GUEST", False),
        ("closed", "2468", "HOST", True),
        ("closed", "1357", "GUEST", True),
    ],
)
def test_a_pin_is_asked_for_and_decides_the_role(
    official: Open, alias: str, pin: str, role: str, has_guest_pin: bool
) -> None:
    page = official("Grace")
    reply = page.call(alias, call_type=NO_MEDIA)
    assert reply is not None
    assert reply["status"] == 403
    assert page.signal("onPinRequired").data == {"hasHostPin": True, "hasGuestPin": has_guest_pin}
    result = page.join(alias, call_type=NO_MEDIA, pin=pin)
    assert result["role"] == role
    me = page.signal("onMe").data["participant"]
    assert me["isHost"] is (role == "HOST")
    assert me["uuid"] == result["participant_uuid"]
    assert page.complaints() == []


@pytest.mark.parametrize("pin", ["9999", "none", ""])
def test_a_wrong_pin_is_refused_and_the_right_one_still_goes(official: Open, pin: str) -> None:
    page = official("Grace")
    reply = page.call("closed", call_type=NO_MEDIA, pin=pin)
    assert reply is not None
    assert reply["status"] == 403
    if pin == "9999":
        assert page.signal("onError").data == {"error": "Invalid PIN", "errorCode": "#pex101"}
    page.join("closed", call_type=NO_MEDIA, pin="1357")


def test_a_meeting_that_does_not_exist_and_one_that_is_full(official: Open) -> None:
    page = official("Grace")
    reply = page.call("nowhere", call_type=NO_MEDIA)
    assert reply is not None
    assert reply["status"] == 404
    assert page.signal("onError").data == {
        "error": "Neither conference nor gateway found",
        "errorCode": "#pex154",
    }
    for name in ("Ada", "Alan"):
        official(name).join("small", call_type=NO_MEDIA, pin="none")
    place = page.mark()
    reply = page.call("small", call_type=NO_MEDIA, pin="none")
    assert reply is not None
    assert reply["status"] == 403
    assert page.signal("onError", start=place).data == {
        "error": "Participant limit reached",
        "errorCode": "#pex194",
    }


def test_waiting_and_being_let_in(official: Open) -> None:
    host = official("Ada")
    host.join("knock", call_type=NO_MEDIA, pin="2468")
    guest = official("Grace")
    result = guest.join("knock", media=True, pin="none")
    assert result["current_service_type"] == "waiting_room"
    guest.signal("onServiceType", lambda kind: kind == "waiting_room")
    waiting = host.participant("Grace", isWaiting=True)
    assert host.ok("admit", {"participantUuid": waiting["uuid"]}) is True
    guest.signal("onServiceType", lambda kind: kind == "conference")
    guest.signal("onMe", lambda data: data["participant"]["serviceType"] == "conference")
    guest.participant("Ada")
    assert guest.complaints() == []


def test_being_turned_away(official: Open) -> None:
    host = official("Ada")
    host.join("knock", call_type=NO_MEDIA, pin="2468")
    guest = official("Grace")
    guest.join("knock", call_type=NO_MEDIA, pin="none")
    waiting = host.participant("Grace", isWaiting=True)
    host.ok("kick", {"participantUuid": waiting["uuid"]})
    assert guest.signal("onDisconnected").data["error"] == "Call rejected"


def test_a_meeting_that_waits_for_its_moderator(official: Open) -> None:
    guest = official("Grace")
    result = guest.join("late", call_type=NO_MEDIA, pin="none")
    assert result["current_service_type"] == "waiting_room"
    official("Ada").join("late", call_type=NO_MEDIA, pin="2468")
    guest.signal("onServiceType", lambda kind: kind == "conference")


def test_leaving_and_closing_the_window(official: Open) -> None:
    host = official("Ada")
    host.join("open", call_type=NO_MEDIA, pin="2468")
    for name in ("Grace", "Alan"):
        guest = official(name)
        guest.join("open", media=True, pin="none")
        host.participant(name)
        place = host.mark()
        # "Browser closed" is what a page asks its client to say at its end (wire document 2.1).
        guest.run("disconnect", {"reason": "User initiated disconnect" if name == "Grace" else "Browser closed"})
        left = host.signal("onParticipantLeft", timeout=lobby.STREAM_GAP_SECONDS, start=place).data
        assert [(row["id"], row["participant"]["displayName"]) for row in left] == [("main", name)]
        assert guest.complaints() == []


def test_the_same_page_comes_back(official: Open) -> None:
    page = official("Grace")
    first = page.join("open", media=True, pin="none")
    page.leave()
    place = page.mark()
    second = page.join("open", media=True, pin="none")
    assert second["participant_uuid"] != first["participant_uuid"]
    page.signal("onParticipants", lambda data: len(data["participants"]) == 1, start=place)
    assert page.complaints() == []
