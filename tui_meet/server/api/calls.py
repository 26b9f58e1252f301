"""Calls: SDP, candidates, acknowledgement (wire document 2.4). A call is found by its uuid, whatever the path says."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.responses import Response

from tui_meet.server.api import far_end
from tui_meet.server.api.answers import Caller, CallerEndpoint, ok, read_body
from tui_meet.server.conferences import Refused
from tui_meet.server.rooms.events import Refusal
from tui_meet.wire import fields
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.calls import CallRequest, Candidate

log = logging.getLogger(__name__)

OWN_CALLS = "Calls can be placed for yourself only."
_Result = TypeVar("_Result")


async def start(caller: Caller) -> Response:
    """Place a call."""
    if caller.target != caller.uuid:
        raise Refused(Refusal(403, OWN_CALLS))
    body = fields.as_object(await read_body(caller.request), "body")
    if fields.text(body, "call_type").upper() == "RTMP":
        raise Refused(Refusal(403, codes.NO_LICENCE))
    request = CallRequest.from_json(body)
    reply = await _with_media(lambda: caller.conference.calls.start(caller.uuid, request))
    return ok(reply.to_json())


async def update(caller: Caller) -> Response:
    """Negotiate again. Without an offer there is nothing to answer."""
    body = fields.as_object(await read_body(caller.request), "body")
    offer = fields.text(body, "sdp", "")
    if not offer:
        return ok("")
    reply = await _with_media(lambda: caller.conference.calls.update(caller.uuid, _call_uuid(caller), offer))
    return ok(reply.to_json())


async def new_candidate(caller: Caller) -> Response:
    candidate = Candidate.from_json(await read_body(caller.request))
    await _with_media(lambda: caller.conference.calls.add_candidate(caller.uuid, _call_uuid(caller), candidate))
    return ok(None)


async def ack(caller: Caller) -> Response:
    """Media started with the answer already (wire document 4.1, step 8); there is nothing left to do."""
    await read_body(caller.request)
    return ok(True)


async def disconnect(caller: Caller) -> Response:
    await read_body(caller.request)
    caller.conference.calls.end(caller.uuid, _call_uuid(caller))
    return ok(None)


def _call_uuid(caller: Caller) -> str:
    return str(caller.request.path_params["call"])


async def _with_media(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """A fault in the media becomes a listed 403: on 500 the official client waits for media without a word."""
    try:
        return await work()
    except Refused:
        raise
    except Exception:
        log.exception("media negotiation failed")
        raise Refused(Refusal(403, codes.OUT_OF_RESOURCE)) from None


POST: dict[str, CallerEndpoint] = {
    "update": update,
    "new_candidate": new_candidate,
    "ack": ack,
    "disconnect": disconnect,
    **far_end.CALL_POST,
}
