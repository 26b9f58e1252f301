"""Rows about breakout rooms."""

from __future__ import annotations

from tests.conformance.cast import Cast
from tests.conformance.seeing import shows_green, until
from tests.conformance.table import NO_SUCH_ROOM, Group

BREAKOUTS = Group("breakouts", media=True)
row = BREAKOUTS.row


def _room(cast: Cast) -> str:
    return str(cast.memory.get("room", NO_SUCH_ROOM))


@row("breakout", "a host opens a room: onBreakoutBegin, its roster and its status")
def _(cast: Cast) -> None:
    room = cast.host.ok("breakout", {"name": "Group 1", "duration": 600, "guests_allowed_to_leave": True})
    cast.memory["room"] = room["breakout_uuid"]
    cast.host.signal("onBreakoutBegin", lambda data: data["breakout_uuid"] == _room(cast))
    cast.host.signal("onParticipants", lambda data: data["id"] == _room(cast))
    status = cast.host.signal("onConferenceStatus", lambda data: data["id"] == _room(cast)).data["status"]
    assert status["breakout"] is True
    assert status["breakoutName"] == "Group 1"
    assert cast.host.run("isBreakoutRoom", _room(cast))["value"] is True


@row("breakoutMoveParticipants", "a host moves a guest there: onTransfer, and the guest follows with media")
def _(cast: Cast) -> None:
    cast.host.ok("breakoutMoveParticipants", {"toRoomUuid": _room(cast), "participants": [cast.guest.uuid()]})
    _follow(cast, "breakout")
    cast.host.signal(
        "onParticipantJoined",
        lambda rows: any(one["id"] == _room(cast) and one["participant"]["displayName"] == "Grace" for one in rows),
    )
    assert "Grace" not in {one["displayName"] for one in cast.host.roster()}


@row("breakoutAskForHelp", "a guest asks for help: onConferenceStatus of the room at the host")
def _(cast: Cast) -> None:
    assert cast.guest.ok("breakoutAskForHelp", {}) is True
    cast.host.signal(
        "onConferenceStatus",
        lambda data: data["id"] == _room(cast) and (data["status"].get("breakoutbuzz") or {}).get("value") is True,
    )


@row("breakoutRemoveAskForHelp", "a host has seen it")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.host.ok("breakoutRemoveAskForHelp", {"breakoutUuid": _room(cast)}) is True
    cast.guest.signal(
        "onConferenceStatus", lambda data: not (data["status"].get("breakoutbuzz") or {}).get("value"), start=place
    )


@row("sendMessage", "a guest writes in a room: onMessage of that room at the host")
def _(cast: Cast) -> None:
    assert cast.guest.ok("sendMessage", {"payload": "from the room"}) is True
    message = cast.host.signal("onMessage", lambda data: data["message"] == "from the room").data
    assert message["roomId"] == _room(cast)


@row("joinBreakoutRoom", "a host's media go to the room: both see each other there")
def _(cast: Cast) -> None:
    cast.host.rest()
    place = cast.host.mark()
    cast.host.run("joinBreakoutRoom", {"breakoutUuid": _room(cast)})
    cast.host.signal("onCallConnected", start=place)
    assert cast.host.evaluate("participant.property('roomId')") == _room(cast)
    until("the guest's camera at the host", lambda: shows_green(cast.host))
    until("the host's camera at the guest", lambda: shows_green(cast.guest))


@row("lock", "a host locks and unlocks a room")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.host.mark()
        assert cast.host.ok("lock", {"lock": wanted, "breakoutUuid": _room(cast)}) is True
        cast.host.conference(_room(cast), locked=wanted, start=place)


@row("mute", "a host in a room mutes and unmutes a guest there")
def _(cast: Cast) -> None:
    for wanted in (True, False):
        place = cast.guest.mark()
        grace = _in_room(cast, "Grace")
        assert cast.host.ok("mute", {"mute": wanted, "participantUuid": grace, "breakoutUuid": _room(cast)}) is True
        assert cast.guest.signal("onMyselfMuted", start=place).data is wanted


@row("raiseHand", "a guest in a room raises a hand: onRaiseHand of that room at the host")
def _(cast: Cast) -> None:
    place = cast.host.mark()
    assert cast.guest.ok("raiseHand", {"raise": True}) is True
    assert cast.host.signal("onRaiseHand", start=place).data["id"] == _room(cast)


@row("lowerAllRaisedHands", "a host lowers the hands of a room")
def _(cast: Cast) -> None:
    assert cast.host.ok("lowerAllRaisedHands", {"breakoutUuid": _room(cast)}) is True
    cast.guest.participant("Grace", raisedHand=False)


@row("spotlight", "a host spotlights a guest in a room")
def _(cast: Cast) -> None:
    grace = _in_room(cast, "Grace")
    assert cast.host.ok("spotlight", {"enable": True, "participantUuid": grace, "breakoutUuid": _room(cast)}) is True
    cast.guest.participant("Grace", isSpotlight=True)


@row("setLayout", "a host chooses the layout of a room: onRequestedLayout there")
def _(cast: Cast) -> None:
    place = cast.guest.mark()
    assert cast.host.ok("setLayout", {"transforms": {"layout": "9:0"}, "breakoutUuid": _room(cast)}) is True
    cast.guest.signal(
        "onRequestedLayout", lambda data: data["primaryScreen"]["guestLayout"] == "9:0", start=place
    )  # fmt: skip


@row("breakoutRequestGuestToken", "a one-time token with which a guest enters a room by themself")
def _(cast: Cast) -> None:
    token = cast.host.ok("breakoutRequestGuestToken", {"breakoutUuid": _room(cast)})
    page = cast.page("Alan")
    page.join("open", call_type=0, token=token)
    page.conference(breakout=True)
    cast.host.signal(
        "onParticipantJoined",
        lambda rows: any(one["id"] == _room(cast) and one["participant"]["displayName"] == "Alan" for one in rows),
    )
    page.leave()


@row("guestLeaveBreakoutRoom", "a guest goes back to the main room: onTransfer")
def _(cast: Cast) -> None:
    assert cast.guest.ok("guestLeaveBreakoutRoom") is True
    _follow(cast, "main")
    cast.host.participant("Grace")


@row("joinBreakoutRoom", "a host's media come back to the main room")
def _(cast: Cast) -> None:
    cast.host.rest()
    place = cast.host.mark()
    cast.host.run("joinBreakoutRoom", {"breakoutUuid": "main"})
    cast.host.signal("onCallConnected", start=place)
    assert cast.host.evaluate("participant.property('roomId')") == "main"
    until("the guest's camera at the host", lambda: shows_green(cast.host))


@row("breakoutMoveParticipants", "another host moves a host: onBreakoutRefer")
def _(cast: Cast) -> None:
    other = cast.extra("Edsger", pin="2468")
    other.ok("breakoutMoveParticipants", {"toRoomUuid": _room(cast), "participants": [cast.host.uuid()]})
    refer = cast.host.signal("onBreakoutRefer").data
    assert refer == {"breakoutUuid": _room(cast), "breakoutName": "Group 1", "requesterUuid": other.uuid()}
    other.leave()


@row("emptyBreakouts", "everybody comes back, the rooms stay: onTransfer")
def _(cast: Cast) -> None:
    cast.host.ok("breakoutMoveParticipants", {"toRoomUuid": _room(cast), "participants": [_newest(cast)]})
    _follow(cast, "breakout")
    assert cast.host.ok("emptyBreakouts") is True
    _follow(cast, "main")
    assert _room(cast) in cast.host.evaluate("participant.property('rooms')")


@row("closeBreakoutRoom", "one room is closed: onBreakoutEnd")
def _(cast: Cast) -> None:
    assert cast.host.ok("closeBreakoutRoom", {"breakoutUuid": _room(cast)}) is True
    cast.host.signal("onBreakoutEnd", lambda data: data["breakout_uuid"] == _room(cast))


@row("closeBreakouts", "all rooms are closed: onBreakoutEnd of each, and everybody is back")
def _(cast: Cast) -> None:
    rooms = [cast.host.ok("breakout", {"name": name})["breakout_uuid"] for name in ("Left", "Right")]
    cast.host.ok("breakoutMoveParticipants", {"toRoomUuid": rooms[0], "participants": [_newest(cast)]})
    _follow(cast, "breakout")
    assert cast.host.ok("closeBreakouts") is None
    for room in rooms:
        cast.host.signal("onBreakoutEnd", lambda data, room=room: data["breakout_uuid"] == room)  # type: ignore[misc]
    _follow(cast, "main")


def _follow(cast: Cast, target: str) -> None:
    """Do at the guest's what its app does: leave, and call again with the alias and token of the newest transfer."""
    transfer = cast.guest.signal(
        "onTransfer", lambda data: data["target"] == target, start=cast.memory.get("followed", 0)
    ).data
    cast.memory["followed"] = cast.guest.mark()
    cast.guest.rest()
    cast.guest.run("disconnect", {"reason": "Transfer"})
    cast.guest.join(transfer["alias"], token=transfer["token"], media=True)


def _newest(cast: Cast) -> str:
    """The guest's uuid after their last transfer."""
    return str(cast.guest.run("getMe")["value"]["uuid"])


def _in_room(cast: Cast, name: str) -> str:
    found = [str(one["uuid"]) for one in cast.host.roster(_room(cast)) if one["displayName"] == name]
    assert found, f"{name} is not in the room"
    return found[0]
