"""Rows about people: muting, hands, spotlight, roles, names, removing, messages."""

from __future__ import annotations

from tests.conformance.cast import Cast
from tests.conformance.table import Group

PEOPLE = Group("people")
row = PEOPLE.row


@row("getMe", "who one is oneself")
def _(cast: Cast) -> None:
    me = cast.guest.run("getMe")["value"]
    assert me["displayName"] == "Grace", me
    assert me["uuid"] == cast.guest.uuid()


@row("getParticipants", "both are in the roster")
def _(cast: Cast) -> None:
    assert {one["displayName"] for one in cast.host.roster()} == {"Ada", "Grace"}


@row("requestParticipants", "the list of participants with every field the validator asks for")
def _(cast: Cast) -> None:
    assert len(cast.host.ok("requestParticipants", {})) == 2


@row("mute", "a host mutes and unmutes a guest: onMyselfMuted, participant_update")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.guest.mark()
        assert cast.host.ok("mute", {"mute": wanted, "participantUuid": cast.guest.uuid()}) is True
        assert cast.guest.signal("onMyselfMuted", start=place).data is wanted
        cast.host.participant("Grace", isMuted=wanted)


@row("mute", "a guest mutes and unmutes themself")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        assert cast.guest.ok("mute", {"mute": wanted}) is True
        cast.host.participant("Grace", isMuted=wanted)


@row("mute", "a guest may not mute a host", "refused: 403 Only a moderator can mute or unmute others.", "rights")
def _(cast: Cast) -> None:
    cast.guest.ok("mute", {"mute": True, "participantUuid": cast.host.uuid()})


@row("clientMute", "one's own microphone is off and on")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        assert cast.guest.ok("clientMute", {"mute": wanted}) is True
        cast.host.participant("Grace", isClientMuted=wanted)


@row("muteVideo", "one's own camera is off and on; a host switches a guest's off and on")
def _(cast: Cast) -> None:
    for page, options in ((cast.guest, {}), (cast.host, {"participantUuid": cast.guest.uuid()})):
        for wanted in (True, False):
            assert page.ok("muteVideo", {"muteVideo": wanted, **options}) is True
            cast.host.participant("Grace", isCameraMuted=wanted)


@row("muteAllGuests", "guests are muted and unmuted: onConferenceStatus, participant_update of each")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.guest.mark()
        assert cast.host.ok("muteAllGuests", {"mute": wanted}) is True
        cast.guest.conference(guestsMuted=wanted, start=place)
        cast.guest.participant("Grace", isMuted=wanted)


@row("muteAllGuests", "a guest may not: onFailedRequest", "refused: 403", "rights")
def _(cast: Cast) -> None:
    try:
        cast.guest.ok("muteAllGuests", {"mute": True})
    finally:
        cast.guest.signal("onFailedRequest", lambda name: name == "muteAllGuests")


@row("guestsCanUnmute", "guests may unmute themselves, or not: onConferenceStatus")
def _(cast: Cast) -> None:
    for wanted in (False, True):
        place = cast.guest.mark()
        assert cast.host.ok("guestsCanUnmute", {"setting": wanted}) is True
        cast.guest.conference(guestsCanUnmute=wanted, start=place)


@row("raiseHand", "a guest raises and lowers a hand: onRaiseHand at the host")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.host.mark()
        assert cast.guest.ok("raiseHand", {"raise": wanted}) is True
        raised = cast.host.signal("onRaiseHand", start=place).data
        assert raised["participant"]["raisedHand"] is wanted
        assert raised["id"] == "main"


@row("lowerAllRaisedHands", "a host lowers all hands")
def _(cast: Cast) -> None:
    cast.guest.ok("raiseHand", {"raise": True})
    cast.guest.participant("Grace", raisedHand=True)
    assert cast.host.ok("lowerAllRaisedHands", {}) is True
    cast.guest.participant("Grace", raisedHand=False)


@row("spotlight", "a host spotlights a guest and stops it")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        assert cast.host.ok("spotlight", {"enable": wanted, "participantUuid": cast.guest.uuid()}) is True
        cast.guest.participant("Grace", isSpotlight=wanted)


@row("setTextOverlay", "a host changes the text under a guest's picture")
def _(cast: Cast) -> None:
    for text in ("Rear Admiral", "Grace"):
        place = cast.guest.mark()
        assert cast.host.ok("setTextOverlay", {"text": text, "participantUuid": cast.guest.uuid()}) is True
        cast.guest.signal("onMe", lambda data, text=text: data["participant"]["overlayText"] == text, start=place)  # type: ignore[misc]


@row("setRole", "a guest becomes a host and a guest again: onMe")
def _(cast: Cast) -> None:
    for role in ("chair", "guest"):
        place = cast.guest.mark()
        cast.host.ok("setRole", {"role": role, "participantUuid": cast.guest.uuid()})
        cast.guest.signal("onMe", lambda data, role=role: data["participant"]["role"] == role, start=place)  # type: ignore[misc]


@row("sendMessage", "to everybody: onMessage")
def _(cast: Cast) -> None:
    assert cast.host.ok("sendMessage", {"payload": "Good morning – ☕ <b>&"}) is True
    message = cast.guest.signal("onMessage").data
    assert message["message"] == "Good morning – ☕ <b>&"
    assert message["displayName"] == "Ada"
    assert message["userId"] == cast.host.uuid()
    assert message["direct"] is False


@row("sendMessage", "to one person: onMessage with direct, for them alone")
def _(cast: Cast) -> None:
    third = cast.extra("Alan")
    assert cast.guest.ok("sendMessage", {"payload": "Psst", "participantUuid": cast.host.uuid()}) is True
    assert cast.host.signal("onMessage", lambda data: data["message"] == "Psst").data["direct"] is True
    cast.guest.ok("sendMessage", {"payload": "for all"})
    third.signal("onMessage", lambda data: data["message"] == "for all")
    assert not [one for one in third.heard.signals if one.name == "onMessage" and one.data["message"] == "Psst"]
    third.leave()


@row("sendApplicationMessage", "an object for programs: onApplicationMessage")
def _(cast: Cast) -> None:
    assert cast.host.ok("sendApplicationMessage", {"payload": {"poll": [1, {"a": "ä"}]}}) is True
    assert cast.guest.signal("onApplicationMessage").data["message"] == {"poll": [1, {"a": "ä"}]}


@row("admit", "a host lets in who waits: onServiceType")
def _(cast: Cast) -> None:
    cast.host.ok("lock", {"lock": True})
    waiting = cast.extra("Alan")
    assert cast.host.ok("admit", {"participantUuid": waiting.uuid()}) is True
    waiting.signal("onServiceType", lambda kind: kind == "conference")
    cast.host.ok("lock", {"lock": False})
    cast.memory["alan"] = waiting


@row("kick", "a host removes a guest: onDisconnected there, onParticipantLeft here")
def _(cast: Cast) -> None:
    place = cast.host.mark()
    assert cast.host.ok("kick", {"participantUuid": cast.memory["alan"].uuid()}) in (True, None)
    gone = cast.memory["alan"].signal("onDisconnected").data
    assert gone == {"error": "Disconnected by another participant", "errorCode": "#pex124"}
    cast.host.signal("onParticipantLeft", start=place)


@row("transfer", "a host sends a guest to another meeting: onTransfer, and the call there with its token")
def _(cast: Cast) -> None:
    third = cast.extra("Edsger")
    assert cast.host.ok(
        "transfer", {"destination": "elsewhere", "pin": "", "role": "guest", "participantUuid": third.uuid()}
    ) in (True, None)
    transfer = third.signal("onTransfer").data
    assert transfer["alias"] == "elsewhere"
    third.run("disconnect", {"reason": "Transfer"})
    third.join("elsewhere", call_type=0, token=transfer["token"])


@row("transfer", "to a meeting that does not exist", "refused: 403 transfer failed", "#pex115")
def _(cast: Cast) -> None:
    cast.host.ok(
        "transfer", {"destination": "nowhere", "pin": "", "role": "guest", "participantUuid": cast.guest.uuid()}
    )


@row("notifyNotAFK", "somebody says that they are there")
def _(cast: Cast) -> None:
    assert cast.guest.ok("notifyNotAFK", {}) is True


@row("disconnect", "a guest leaves: onParticipantLeft")
def _(cast: Cast) -> None:
    place = cast.host.mark()
    cast.guest.leave()
    cast.host.signal("onParticipantLeft", start=place)
