"""Rows about endpoints that the official client has request functions and validators for but never calls itself."""

from __future__ import annotations

from tests.conformance.cast import Cast
from tests.conformance.table import Group

ENDPOINTS = Group("endpoints", is_api=True)
row = ENDPOINTS.row

HERE = {"conferenceAlias": "open"}


@row("conferenceStatus", "the state of the meeting")
def _(cast: Cast) -> None:
    status = cast.guest.endpoint("conferenceStatus", HERE)
    assert status["locked"] is False
    assert status["started"] is True


@row("refreshToken", "a new token, good for what follows")
def _(cast: Cast) -> None:
    token = cast.guest.endpoint("refreshToken", HERE)
    assert token["token"]
    assert int(token["expires"]) > 0


@row("silentVideoDetection", "who counts as silent", "refused: 403", "pictures are not searched for faces")
def _(cast: Cast) -> None:
    assert cast.host.endpoint("silentVideoDetection", HERE, {"config": {"enable": True, "silent_after": 30}}) is True


@row("denyrxpresentationParticipant", "a host keeps the slides from a guest: participant_update")
def _(cast: Cast) -> None:
    grace = {**HERE, "participantUuid": cast.guest.uuid()}
    assert cast.host.endpoint("denyrxpresentationParticipant", grace) is True
    cast.host.participant("Grace", rxPresentation=False)


@row("allowrxpresentationParticipant", "and gives them back: participant_update")
def _(cast: Cast) -> None:
    grace = {**HERE, "participantUuid": cast.guest.uuid()}
    assert cast.host.endpoint("allowrxpresentationParticipant", grace) is True
    cast.host.participant("Grace", rxPresentation=True)


@row("avatarJpgParticipant", "nobody has a picture of themself here", "refused: 404 No image available", "no avatars")
def _(cast: Cast) -> None:
    cast.host.endpoint("avatarJpgParticipant", {**HERE, "participantUuid": cast.guest.uuid()})


@row("callsRtmpParticipant", "a call by RTMP", "refused: 403 Insufficient licenses", "no RTMP")
def _(cast: Cast) -> None:
    cast.guest.endpoint(
        "callsRtmpParticipant", {**HERE, "participantUuid": cast.guest.uuid()}, {"call_type": "RTMP", "streaming": True}
    )


@row("breakouts", "a host opens a room")
def _(cast: Cast) -> None:
    cast.memory["room"] = cast.host.endpoint("breakouts", HERE, {"name": "Group 1"})["breakout_uuid"]
    cast.host.signal("onBreakoutBegin")


@row("breakoutsMessage", "a host writes to all rooms")
def _(cast: Cast) -> None:
    assert cast.host.endpoint("breakoutsMessage", HERE, {"type": "text/plain", "payload": "Five minutes"}) is True


@row("breakoutMuteguests", "a host mutes the guests of a room")
def _(cast: Cast) -> None:
    room = cast.memory.get("room", "")
    assert cast.host.endpoint("breakoutMuteguests", {**HERE, "breakoutUuid": room}) is True
    cast.host.conference(room, guestsMuted=True)


@row("breakoutUnmuteguests", "and unmutes them")
def _(cast: Cast) -> None:
    room = cast.memory.get("room", "")
    place = cast.host.mark()
    assert cast.host.endpoint("breakoutUnmuteguests", {**HERE, "breakoutUuid": room}) is True
    cast.host.conference(room, guestsMuted=False, start=place)
