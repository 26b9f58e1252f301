"""Rows about the meeting as a whole: lock, start, layouts, captions, dialling, ending, what the client keeps."""

from __future__ import annotations

from typing import Any

from tests.conformance.cast import Cast
from tests.conformance.table import Group

ROOM = Group("room")
row = ROOM.row


@row(
    "call",
    "without a PIN, with a wrong one and with the right one: onPinRequired, onError, onAuthenticatedWithConference",
)
def _(cast: Cast) -> None:
    page = cast.page("Alan")
    assert (page.call("open", call_type=0) or {})["status"] == 403
    page.signal("onPinRequired")
    assert (page.call("open", call_type=0, pin="1") or {})["status"] == 403
    assert page.signal("onError").data["errorCode"] == "#pex101"
    page.join("open", call_type=0, pin="2468", callTag="tag", clientId="client")
    page.signal("onAuthenticatedWithConference", lambda data: data["conferenceName"] == "Open room")
    page.leave()


@row("setPin", "the PIN of the next call")
def _(cast: Cast) -> None:
    page = cast.page("Alan")
    page.run("setPin", "2468")
    assert page.join("open", call_type=0)["role"] == "HOST"
    page.leave()


@row("setCallTag", "comes back in the own participant")
def _(cast: Cast) -> None:
    page = cast.page("Alan")
    page.run("setCallTag", "tag 7")
    page.join("open", call_type=0, pin="none")
    page.signal("onMe", lambda data: data["participant"]["rawData"].get("call_tag") == "tag 7")
    page.leave()


@row("setToken", "kept by the client for a later call")
def _(cast: Cast) -> None:
    assert "thrown" not in cast.page("Alan").run("setToken", "")


@row("setConferenceExtension", "kept by the client for a virtual reception")
def _(cast: Cast) -> None:
    page = cast.page("Alan")
    page.run("setConferenceExtension", "12")
    page.join("open", call_type=0, pin="none")
    page.leave()


@row("setSsoToken", "kept by the client for an identity provider")
def _(cast: Cast) -> None:
    page = cast.page("Alan")
    page.run("setSsoToken", "none")
    page.join("open", call_type=0, pin="none")
    page.leave()


@row("isBreakoutRoom", "the main room is none")
def _(cast: Cast) -> None:
    assert cast.host.run("isBreakoutRoom", "main")["value"] is False


@row("lock", "a host locks and unlocks: onConferenceStatus")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.guest.mark()
        assert cast.host.ok("lock", {"lock": wanted}) is True
        cast.guest.conference(locked=wanted, start=place)


@row("startConference", "a host starts the meeting")
def _(cast: Cast) -> None:
    assert cast.host.ok("startConference", {}) is True


@row("availableLayouts", "names, plain and with tags")
def _(cast: Cast) -> None:
    plain = cast.host.ok("availableLayouts", {})
    assert "1:7" in plain, plain
    annotated = cast.host.ok("availableLayouts", {"annotate": True})
    assert {one if isinstance(one, str) else one["name"] for one in annotated} == set(plain)


@row("layoutSvgs", "a drawing of every layout")
def _(cast: Cast) -> None:
    drawings = cast.host.ok("layoutSvgs", {})
    assert set(drawings) == set(cast.host.ok("availableLayouts", {}))
    assert all("<svg" in drawing for drawing in drawings.values())


@row("setLayout", "a host chooses the layout, and names under pictures: onRequestedLayout, onLayoutUpdate")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.host.ok("setLayout", {"transforms": {"layout": "4:0", "enable_overlay_text": True}}) is True
    cast.guest.signal(
        "onRequestedLayout",
        lambda data: data["primaryScreen"] == {"hostLayout": "4:0", "guestLayout": "4:0"},
        start=place,
    )
    cast.guest.signal("onLayoutOverlayTextEnabled", lambda on: on is True, start=place)
    cast.guest.signal("onLayoutUpdate", start=place)


@row("setLayout", "another for guests than for hosts")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.host.ok("setLayout", {"transforms": {"host_layout": "1:7", "guest_layout": "2:21"}}) is True
    cast.guest.signal(
        "onRequestedLayout",
        lambda data: data["primaryScreen"] == {"hostLayout": "1:7", "guestLayout": "2:21"},
        start=place,
    )


@row("setLayout", "a name that is none", "refused: 400")
def _(cast: Cast) -> None:
    cast.host.ok("setLayout", {"transforms": {"layout": "17:4"}})


@row("setPersonalLayout", "somebody's own mix: participant_update")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.guest.ok("setPersonalLayout", {"transforms": {"layout": "9:0"}}) is True
    cast.guest.signal("onMe", lambda data: _mix(data) == "main.!personal", start=place)


@row("deleteVideoMix", "back to the mix of all")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.guest.ok("deleteVideoMix", {"mixName": "main.!personal"}) is True
    cast.guest.signal("onMe", lambda data: _mix(data) == "main", start=place)


@row("requestAspectRatio", "an upright picture is preferred")
def _(cast: Cast) -> None:
    assert cast.guest.ok("requestAspectRatio", {"aspectRatio": 9 / 16}) is True


@row("presInMix", "slides within the picture: participant_update")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        assert cast.guest.ok("presInMix", {"state": wanted}) is True
        cast.guest.participant("Grace", needsPresentationInMix=wanted)


@row("liveCaptions", "captions are shown, arrive and are hidden again: onLiveCaptions")
def _(cast: Cast) -> None:
    assert cast.guest.ok("liveCaptions", {"enable": True}) is None
    host = cast.host.signal("onAuthenticatedWithConference").data
    cast.host.evaluate(
        f"fetch('{cast.server.url}/api/meet/v1/conferences/open/captions', {{method: 'POST', headers:"
        f" {{token: '{host['token']}', 'Content-Type': 'application/json'}},"
        " body: JSON.stringify({data: 'Good evening', is_final: true})}).then(reply => reply.status)"
    )
    caption = cast.guest.signal("onLiveCaptions").data
    assert caption == {"data": "Good evening", "isFinal": True, "speakers": ["Ada"]}
    assert cast.guest.ok("liveCaptions", {"enable": False}) is None


@row("dial", "calling somebody in over SIP", "refused: 403", "no gateway to telephones or SIP")
def _(cast: Cast) -> None:
    cast.host.ok("dial", {"destination": "someone@example.com", "role": "GUEST", "protocol": "sip"})


@row("sendDTMF", "tones for another participant")
def _(cast: Cast) -> None:
    assert cast.host.ok("sendDTMF", {"digits": "12#", "participantUuid": cast.guest.uuid()}) is True


@row("sendConferenceRequest", "reads the status, and sets a classification: onConferenceStatus")
def _(cast: Cast) -> None:
    status = cast.host.run("sendConferenceRequest", {"path": "conference_status", "method": "GET"})["value"]
    assert status["status"] == 200
    assert status["data"]["result"]["started"] is True
    change = {"path": "set_classification_level", "method": "POST", "payload": {"level": 1}}
    changed = cast.host.run("sendConferenceRequest", change)["value"]
    assert changed["status"] == 200, changed
    assert cast.guest.conference(classification={"levels": {"0": "Public", "1": "Secret"}, "current": 1})


@row("disconnectAll", "a host ends the meeting for everybody: onDisconnected")
def _(cast: Cast) -> None:
    assert cast.host.ok("disconnectAll", {}) is True
    assert cast.guest.signal("onDisconnected").data == {
        "error": "Conference terminated by another participant",
        "errorCode": "#pex125",
    }


def _mix(data: Any) -> str:
    return str(data["participant"]["receiveFromVideoMix"]["mix_name"])
