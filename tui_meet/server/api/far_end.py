"""Camera control, tones, dialling out (wire document 2.2 to 2.4): passed on, or answered as without a gateway."""

from __future__ import annotations

from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, ok, read_body
from tui_meet.server.conferences import Refused
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.far_end import FIXED_CAMERA
from tui_meet.wire import fields
from tui_meet.wire.infinity.far_end import CameraControl, DialRequest, digits


async def dial(caller: Caller) -> Response:
    caller.conference.do(on.DialOut(caller.uuid, DialRequest.from_json(await read_body(caller.request))))
    return ok([])


async def tones(caller: Caller) -> Response:
    caller.conference.do(on.SendTones(caller.uuid, caller.target, digits(await read_body(caller.request))))
    return ok(True)


async def camera(caller: Caller) -> Response:
    """The body names the target; the path may be that of the one who asks."""
    control = CameraControl.from_json(await read_body(caller.request))
    caller.conference.do(on.ControlCamera(caller.uuid, control.target or caller.target, control))
    return ok(True)


async def call_camera(caller: Caller) -> Response:
    """The far end of a call is this server, and it has no camera."""
    CameraControl.from_json(await read_body(caller.request))
    raise Refused(on.Refusal(403, FIXED_CAMERA))


async def aspect_ratio(caller: Caller) -> Response:
    """Taken and not used: composed pictures are 16:9 for everybody, so that they can be shared."""
    fields.number(fields.as_object(await read_body(caller.request), "body"), "aspect_ratio")
    return ok(True)


async def not_away(caller: Caller) -> Response:
    """Nobody is thrown out here for doing nothing, so there is nothing to put off."""
    await read_body(caller.request)
    return ok(True)


async def statistics(caller: Caller) -> Response:
    """What the client measured; taken and not kept."""
    fields.as_object(await read_body(caller.request), "body")
    return ok(None)


POST: dict[str, CallerEndpoint] = {"dial": dial}
PARTICIPANT_POST: dict[str, CallerEndpoint] = {
    "dtmf": tones,
    "fecc": camera,
    "preferred_aspect_ratio": aspect_ratio,
    "notify_not_afk": not_away,
    "statistics": statistics,
}
CALL_POST: dict[str, CallerEndpoint] = {"dtmf": tones, "fecc": call_camera, "statistics": statistics}
