"""The extension (see `tui_meet.wire.meet`): sizes of tiles, volumes per person, publishing captions."""

from __future__ import annotations

from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, ok, read_body
from tui_meet.server.api.presentation import publish_caption
from tui_meet.server.rooms import events as on
from tui_meet.wire.meet import parse_volumes, parse_wishes


async def slots(caller: Caller) -> Response:
    wishes = {wish.mid: (wish.width, wish.height) for wish in parse_wishes(await read_body(caller.request))}
    caller.conference.do(on.SetWishes(caller.uuid, caller.target, wishes))
    return ok(True)


async def volumes(caller: Caller) -> Response:
    caller.conference.do(on.SetVolumes(caller.uuid, caller.target, parse_volumes(await read_body(caller.request))))
    return ok(True)


CONFERENCE_POST: dict[str, CallerEndpoint] = {"captions": publish_caption}
POST: dict[str, CallerEndpoint] = {"slots": slots, "volumes": volumes}
