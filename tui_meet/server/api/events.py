"""The event stream (wire document 3.1): headers at once, everything from the start, a comment every few seconds."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tui_meet.server.api.answers import WRONG_METHOD, conference_of, conferences_of, no, token_of
from tui_meet.server.conferences import Conference
from tui_meet.server.streams import EventQueue
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.sse import KEEP_ALIVE, format_event

KEEP_ALIVE_SECONDS = 5.0
LAST_WORD_SECONDS = 1.0
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def events(request: Request) -> Response | ASGIApp:
    """Open the stream of the token's holder; somebody already gone hears once more why."""
    if request.method != "GET":
        return no(405, WRONG_METHOD)
    conference = conference_of(request)
    conferences = conferences_of(request)
    token = token_of(request)
    uuid = conferences.holder(conference, token)
    if uuid is not None:
        return EventStreamReply(conference, uuid)
    reason = conferences.farewell(conference, token)
    if reason is None:
        return no(403, codes.INVALID_TOKEN)
    last = format_event(names.DISCONNECT, json.dumps({"reason": reason or codes.CALL_DISCONNECTED}))
    return Response(last, headers={"content-type": "text/event-stream", "cache-control": "no-store"})


class EventStreamReply:
    """An open stream, as an ASGI application of its own."""

    def __init__(self, conference: Conference, uuid: str) -> None:
        self._conference = conference
        self._uuid = uuid

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._conference.meeting.person(self._uuid) is None:
            await no(403, codes.INVALID_TOKEN)(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        # At once, whatever follows: from here on the client knows that silence would mean trouble.
        await send({"type": "http.response.body", "body": KEEP_ALIVE, "more_body": True})
        if self._conference.meeting.person(self._uuid) is None:
            # Gone while the connection was slow to take the head.
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        queue = self._conference.open_stream(self._uuid)
        writing = asyncio.ensure_future(_write(queue, send))
        tasks = [writing, asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(queue.cut.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if queue.cut.is_set():
                # A proper end where the client still reads; one that does not is left to the socket's own time limit.
                await asyncio.wait({writing}, timeout=LAST_WORD_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._conference.close_stream(self._uuid, queue)


async def _write(queue: EventQueue, send: Send) -> None:
    while True:
        try:
            chunk = await asyncio.wait_for(queue.take(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            chunk = KEEP_ALIVE
        if chunk is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _gone(receive: Receive) -> None:
    """Returns when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        continue
