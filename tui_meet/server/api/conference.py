"""Control of the conference as a whole (wire document 2.2)."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from tui_meet.server.api import far_end, layouts, presentation
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


async def get_classification_level(caller: Caller) -> Response:
    """The levels there are and the one that holds; null where the room has none."""
    return ok(roster.status(caller.room, caller.room.people[caller.uuid]).to_json().get("classification"))


async def set_message_text(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    caller.conference.do(on.SetMessageText(caller.uuid, fields.text(body, "text", "")))
    return ok(True)


async def get_message_text(caller: Caller) -> Response:
    viewer = caller.room.people[caller.uuid]
    return ok({"text": "" if viewer.waiting else caller.room.message_text})


async def no_pinning_configs(caller: Caller) -> Response:
    """Places are not reserved for anybody here: there is nothing to choose from."""
    return ok([])


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
    "clearspotlights": _plain(on.ClearSpotlights),
    "set_message_text": set_message_text,
    **presentation.POST,
    **layouts.POST,
    **far_end.POST,
    **dict.fromkeys(
        ("silent_video_detection", "set_guests_can_see_guests", "set_clock", "set_pinning_config"), unavailable
    ),
}  # fmt: skip
GET: dict[str, CallerEndpoint] = {
    "conference_status": conference_status,
    "participants": participants,
    "get_classification_level": get_classification_level,
    "get_message_text": get_message_text,
    "available_pinning_configs": no_pinning_configs,
    "get_pinning_config": unavailable,
    "get_clock": unavailable,
    **presentation.GET,
    **layouts.GET,
}
