"""Control of one participant, by themself or by a host (wire document 2.3)."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from tui_meet.server.api import far_end, presentation
from tui_meet.server.api.answers import Caller, CallerEndpoint, no, ok, read_body
from tui_meet.server.api.conference import unavailable
from tui_meet.server.rooms import events as on
from tui_meet.wire import fields
from tui_meet.wire.infinity.messages import MessageBody


def _about(make: Callable[[str, str], on.Request]) -> CallerEndpoint:
    """An endpoint for a request that needs nothing but who asks and about whom."""

    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(make(caller.uuid, caller.target))
        return ok(True)

    return endpoint


async def role(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    caller.conference.do(on.SetRole(caller.uuid, caller.target, fields.text(body, "role")))
    return ok(True)


async def overlaytext(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    caller.conference.do(on.Rename(caller.uuid, caller.target, fields.text(body, "text")))
    return ok(True)


async def message(caller: Caller) -> Response:
    body = MessageBody.from_json(await read_body(caller.request))
    caller.conference.do(on.SendMessage(caller.uuid, body.payload, body.type, to=caller.target))
    return ok(True)


async def avatar(caller: Caller) -> Response:
    return no(404, "No image available")


POST: dict[str, CallerEndpoint] = {
    "mute": _about(lambda by, target: on.SetMuted(by, target, True)),
    "unmute": _about(lambda by, target: on.SetMuted(by, target, False)),
    "client_mute": _about(lambda by, target: on.SetClientMuted(by, target, True)),
    "client_unmute": _about(lambda by, target: on.SetClientMuted(by, target, False)),
    "video_muted": _about(lambda by, target: on.SetVideoMuted(by, target, True)),
    "video_unmuted": _about(lambda by, target: on.SetVideoMuted(by, target, False)),
    "buzz": _about(lambda by, target: on.SetHand(by, target, True)),
    "clearbuzz": _about(lambda by, target: on.SetHand(by, target, False)),
    "spotlighton": _about(lambda by, target: on.SetSpotlight(by, target, True)),
    "spotlightoff": _about(lambda by, target: on.SetSpotlight(by, target, False)),
    "unlock": _about(on.Admit),
    "disconnect": _about(on.Drop),
    "role": role,
    "overlaytext": overlaytext,
    "message": message,
    **presentation.PARTICIPANT_POST,
    **far_end.PARTICIPANT_POST,
    **dict.fromkeys(("layout_group", "send_to_audio_mixes", "receive_from_audio_mix"), unavailable),
}
GET: dict[str, CallerEndpoint] = {
    "avatar.jpg": avatar,
    "get_properties": unavailable,
    "get_attestation": unavailable,
}
