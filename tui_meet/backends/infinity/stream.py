"""The event stream of one stay: opened, read, watched for silence; its end is said in one sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

import httpx

from tui_meet.backends.infinity.errors import explain
from tui_meet.backends.infinity.http import Http
from tui_meet.wire.sse import EventStreamParser, ServerSentEvent

_log = logging.getLogger(__name__)

SILENCE_SECONDS = 15.0
"""Three keep-alives of our server. A server that sends none is never watched (wire document 3.1)."""
OPEN_SECONDS = 10.0
"""Until the headers of the reply are there."""


class End(Enum):
    """Why a stream ended."""

    LOST = "lost"
    TOKEN_DEAD = "token dead"


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """How a stream ended, and the sentence for it."""

    kind: End
    sentence: str


async def read_stream(
    http: Http,
    address: str,
    *,
    opened: Callable[[], None],
    event: Callable[[ServerSentEvent], None],
    room: Callable[[], Awaitable[None]],
    silence: float = SILENCE_SECONDS,
) -> StreamEnd:
    """Read until it ends. `opened` is called once it is open, `event` for each event, `room` awaited before more.

    `address` is path and query. `silence` in s. Raises only what the callbacks raise.
    """
    try:
        async with asyncio.timeout(OPEN_SECONDS) as opening, http.events(address) as response:
            opening.reschedule(None)
            refusal = _refusal(response, http.where)
            if refusal is not None:
                return refusal
            opened()
            return await _read(response, http.where, event=event, room=room, silence=silence)
    except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
        return StreamEnd(End.LOST, explain(error, http.where).sentence)


async def _read(
    response: httpx.Response,
    where: str,
    *,
    event: Callable[[ServerSentEvent], None],
    room: Callable[[], Awaitable[None]],
    silence: float,
) -> StreamEnd:
    parser = EventStreamParser()
    watched = False
    chunks = response.aiter_bytes()
    while True:
        try:
            async with asyncio.timeout(silence if watched else None):
                chunk = await anext(chunks, None)
        except TimeoutError:
            return StreamEnd(End.LOST, f"{where} has gone quiet: the connection may be lost.")
        if chunk is None:
            return StreamEnd(End.LOST, f"{where} ended the connection.")
        watched = watched or is_keep_alive(chunk)
        for item in parser.feed(chunk):
            event(item)
        if parser.dropped:
            _log.debug("%d lines of the event stream were too long so far", parser.dropped)
        await room()


def is_keep_alive(chunk: bytes) -> bool:
    """A line that starts with a colon is in it. JSON holds no line ends, so data cannot be taken for one."""
    return chunk.startswith(b":") or b"\n:" in chunk or b"\r:" in chunk


def _refusal(response: httpx.Response, where: str) -> StreamEnd | None:
    status = response.status_code
    if status in (401, 403, 404):
        return StreamEnd(End.TOKEN_DEAD, f"{where} no longer knows us.")
    if status != 200:
        return StreamEnd(End.LOST, f"The meeting server at {where} is not available now (HTTP {status}).")
    kind: str = response.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "text/event-stream":
        return StreamEnd(End.LOST, f"What answers at {where} is not a meeting server: check the link.")
    return None
