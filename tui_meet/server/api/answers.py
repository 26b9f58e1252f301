"""Requests and replies of every route: who asks, the body, the envelope, errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui_meet.server.conferences import Conference, Conferences, Refused
from tui_meet.server.rooms.events import Refusal
from tui_meet.server.rooms.meeting import MAIN, seat_uuid
from tui_meet.server.rooms.model import Room
from tui_meet.wire.errors import WireError
from tui_meet.wire.fields import parse_json
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.envelope import denied, failure, success
from tui_meet.wire.infinity.names import TOKEN_HEADER

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
JSON_TYPE = "application/json"
"""Exactly this, without a charset (wire document 1.3)."""

NOT_UTF8 = "The body is not UTF-8 text: send JSON in UTF-8."
TOO_LARGE = f"The body is too large: at most {MAX_BODY_BYTES // 1024} KiB are taken."
BROKEN = "Something went wrong inside the server: try again, and tell its operator if it stays."
NO_SUCH_PATH = "There is nothing at this address: check the path."
NOT_THERE = "There is no such breakout room, or you are not in it."
WRONG_METHOD = "This address does not take that method."


def reply(data: Any, status: int = 200) -> Response:
    """A JSON reply. ASCII only, so that text of any kind can be sent."""
    body = json.dumps(data, separators=(",", ":")).encode()
    return Response(body, status, headers={"content-type": JSON_TYPE, "cache-control": "no-store"})


def ok(result: Any) -> Response:
    """A 200 with this result."""
    return reply(success(result))


def no(status: int, sentence: str, code: int = 0) -> Response:
    """An error reply."""
    return reply(failure(sentence, code), status)


def refused(refusal: Refusal) -> Response:
    """What the rules refused, on the wire."""
    if refusal.pin is not None:
        return reply(failure(refusal.pin.to_json()), refusal.status)
    if refusal.status == 200:
        return reply(denied(refusal.sentence, refusal.code))
    return no(refusal.status, refusal.sentence, refusal.code)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: somebody with a valid token of this conference."""

    conference: Conference
    uuid: str
    """Of the one who asks, in the room that is meant: below `breakouts/<b>/` that of a host's seat there."""
    request: Request

    @property
    def room(self) -> Room:
        """The room that is meant. Raises `Refused` when the one who asks has left it meanwhile."""
        return self.conference.room_with(self.uuid)

    @property
    def target(self) -> str:
        """The participant the path names."""
        return str(self.request.path_params["participant"])


Endpoint = Callable[[Request], Awaitable[Response | ASGIApp]]
CallerEndpoint = Callable[[Caller], Awaitable[Response]]


def conferences_of(request: Request) -> Conferences:
    """The server's conferences."""
    conferences = request.app.state.conferences
    assert isinstance(conferences, Conferences)
    return conferences


def conference_of(request: Request) -> Conference:
    """The conference the path names. Raises `Refused` (404)."""
    conference = conferences_of(request).find(request.path_params["alias"])
    if conference is None:
        raise Refused(Refusal(404, codes.NOT_FOUND))
    return conference


def token_of(request: Request) -> str:
    """The token, from its header or the query; empty where none is."""
    return request.headers.get(TOKEN_HEADER) or request.query_params.get("token", "")


def for_caller(endpoint: CallerEndpoint) -> Endpoint:
    """Let only holders of a valid token through."""

    async def guarded(request: Request) -> Response:
        conference = conference_of(request)
        uuid = conferences_of(request).holder(conference, token_of(request))
        if uuid is None:
            return no(403, codes.INVALID_TOKEN)
        breakout = request.path_params.get("breakout", MAIN)
        if breakout != MAIN:
            uuid = _inside(conference, uuid, breakout)
            if uuid is None:
                return no(403, NOT_THERE)
        return await endpoint(Caller(conference, uuid, request))

    return guarded


def _inside(conference: Conference, uuid: str, breakout: str) -> str | None:
    """What somebody is in a breakout: a host's seat, or a guest who is there; None for others."""
    room = conference.meeting.breakouts.get(breakout)
    candidates = (seat_uuid(breakout, uuid), uuid)
    return next((here for here in candidates if room is not None and here in room.people), None)


async def read_body(request: Request) -> Any:
    """The JSON body; an empty body is an empty object. Raises `WireError`, or `Refused` (413) when too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refused(Refusal(413, TOO_LARGE))
    if not body.strip():
        return {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WireError(NOT_UTF8) from None
    return parse_json(text)


async def on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return refused(error.refusal)


async def on_wire_error(request: Request, error: Exception) -> Response:
    return no(400, f"The request is not understood: {str(error).rstrip('.')}.")


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = {404: NO_SUCH_PATH, 405: WRONG_METHOD}.get(error.status_code, str(error.detail))
    return no(error.status_code, sentence)


async def on_gone(request: Request, error: Exception) -> Response:
    """The client left in the middle of its request; nobody reads this."""
    return no(400, "The request broke off.")


HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    WireError: on_wire_error,
    HTTPException: on_http_error,
    ClientDisconnect: on_gone,
}


class LastResort:
    """The outermost layer: a fault of ours is logged and answered with a sentence, never with a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            # The path alone: the query may carry a token.
            log.exception("a request to %s failed", ascii(scope.get("path", "")))
            if started:
                raise
            await no(500, BROKEN)(scope, receive, send)
