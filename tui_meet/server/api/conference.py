"""Control of the conference as a whole (wire document 2.2)."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, conference_of, no, ok, read_body
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import roster
from tui_meet.wire import fields
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.messages import MessageBody


def _plain(make: Callable[[str], on.Request]) -> CallerEndpoint:
    """An endpoint for a request that needs nothing but who asks."""

    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(make(caller.uuid))
        return ok(True)

    return endpoint


def _switch(make: type[on.SetLocked] | type[on.MuteGuests], wanted: bool) -> CallerEndpoint:
    """An endpoint for one side of an on/off pair."""

    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(make(caller.uuid, wanted))
        return ok(True)

    return endpoint


async def conference_status(caller: Caller) -> Response:
    room = caller.room
    return ok(roster.status(room, room.people[caller.uuid]).to_json())


async def participants(caller: Caller) -> Response:
    room = caller.room
    return ok([row.to_json() for row in roster.visible_people(room, room.people[caller.uuid])])


async def set_guests_can_unmute(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    if not isinstance(body.get("setting"), bool):
        raise WireError("setting must be true or false")
    caller.conference.do(on.SetGuestsCanUnmute(caller.uuid, body["setting"]))
    return ok(True)


async def set_classification_level(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    level = body.get("level")
    if isinstance(level, bool) or not isinstance(level, int):
        raise WireError("level must be a whole number")
    caller.conference.do(on.SetClassification(caller.uuid, level))
    return ok(True)


async def message(caller: Caller) -> Response:
    body = MessageBody.from_json(await read_body(caller.request))
    caller.conference.do(on.SendMessage(caller.uuid, body.payload, body.type))
    return ok(True)


async def no_layouts(caller: Caller) -> Response:
    """Pictures are not composed here: every client lays out its own."""
    return ok([])


async def no_layout_pictures(caller: Caller) -> Response:
    return ok({})


async def unavailable(caller: Caller) -> Response:
    """In the wire document, but not done by this server. 403 with a listed string: the official client knows it."""
    await read_body(caller.request)
    return no(403, codes.UNAVAILABLE)


async def theme(request: Request) -> Response:
    """The client asks at every join and waits for an answer; we have no splash screens."""
    conference_of(request)
    return Response(status_code=204)


POST: dict[str, CallerEndpoint] = {
    "lock": _switch(on.SetLocked, True),
    "unlock": _switch(on.SetLocked, False),
    "start_conference": _plain(on.StartConference),
    "muteguests": _switch(on.MuteGuests, True),
    "unmuteguests": _switch(on.MuteGuests, False),
    "set_guests_can_unmute": set_guests_can_unmute,
    "set_classification_level": set_classification_level,
    "disconnect": _plain(on.DropAll),
    "message": message,
    "clearallbuzz": _plain(on.LowerAllHands),
    **dict.fromkeys(
        (
            "dial", "transform_layout", "silent_video_detection", "video_mixes/create", "set_guests_can_present", "set_message_text", "set_clock", "clearspotlights",
            "set_pinning_config",
        ),
        unavailable,
    ),
}  # fmt: skip
GET: dict[str, CallerEndpoint] = {
    "conference_status": conference_status,
    "participants": participants,
    "available_layouts": no_layouts,
    "layout_svgs": no_layout_pictures,
}
