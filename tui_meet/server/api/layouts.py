"""Layouts of the composed picture and personal mixes (wire document 2.2)."""

from __future__ import annotations

from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, ok, read_body
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.layout_geometry import BIG_PLACES, LAYOUTS, PRESENTATION_GROUP_LAYOUT, PRESENTATION_LAYOUT
from tui_meet.server.rooms.layout_svgs import layout_svgs
from tui_meet.wire import fields
from tui_meet.wire.infinity.layout import PERSONAL_MIX, Transforms, mix_layout


async def transform_layout(caller: Caller) -> Response:
    transforms = Transforms.from_json(await read_body(caller.request))
    caller.conference.do(on.TransformLayout(caller.uuid, transforms))
    return ok(True)


async def available_layouts(caller: Caller) -> Response:
    if caller.request.query_params.get("annotate", "").lower() != "true":
        return ok(list(LAYOUTS))
    return ok([{"name": layout, "tags": _tags(layout)} for layout in LAYOUTS])


async def svgs(caller: Caller) -> Response:
    return ok(layout_svgs())


async def create_mix(caller: Caller) -> Response:
    body = fields.as_object(await read_body(caller.request), "body")
    caller.conference.do(on.CreateMix(caller.uuid, fields.text(body, "mix_name", PERSONAL_MIX)))
    return ok(True)


async def configure_mix(caller: Caller) -> Response:
    layout = mix_layout(await read_body(caller.request))
    caller.conference.do(on.ConfigureMix(caller.uuid, _mix(caller), layout))
    return ok(True)


async def delete_mix(caller: Caller) -> Response:
    await read_body(caller.request)
    caller.conference.do(on.DeleteMix(caller.uuid, _mix(caller)))
    return ok(True)


def _mix(caller: Caller) -> str:
    return str(caller.request.path_params["mix"])


def _tags(layout: str) -> list[str]:
    if layout in (PRESENTATION_LAYOUT, PRESENTATION_GROUP_LAYOUT):
        return ["presentation"]
    return ["speaker"] if layout in BIG_PLACES else ["equal"]


POST: dict[str, CallerEndpoint] = {
    "transform_layout": transform_layout,
    "video_mixes/create": create_mix,
    "video_mixes/{mix}/configure": configure_mix,
    "video_mixes/{mix}/delete": delete_mix,
}
GET: dict[str, CallerEndpoint] = {"available_layouts": available_layouts, "layout_svgs": svgs}
