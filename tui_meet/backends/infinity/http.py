"""HTTP to one meeting server: bounded waits, bounded replies, one error type."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tui_meet import __version__
from tui_meet.backends.infinity.errors import Unreachable, explain, not_a_meeting_server
from tui_meet.backends.infinity.pinning import tls_context
from tui_meet.core.model import MeetingLink
from tui_meet.wire.errors import WireError
from tui_meet.wire.fields import parse_json
from tui_meet.wire.infinity.codes import INVALID_TOKEN
from tui_meet.wire.infinity.envelope import Reply, parse_reply
from tui_meet.wire.infinity.names import PIN_HEADER, TOKEN_HEADER

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
_TOTAL_SECONDS = 20.0
MAX_REPLY_BYTES = 8 * 1024 * 1024
_IDLE_SECONDS = 3.0
"""Shorter than the 5 s after which uvicorn closes an idle connection, so that no request runs into the closing."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole reply."""

    status: int
    is_json: bool
    body: bytes = field(repr=False)
    where: str
    """host:port, for sentences."""

    def reply(self) -> Reply:
        """The opened envelope. Raises `Unreachable` where there is none."""
        try:
            if not self.is_json:
                raise WireError("not JSON")
            return parse_reply(parse_json(self.body.decode("utf-8")))
        except (WireError, UnicodeDecodeError):
            if self.status >= 500:
                raise Unreachable(
                    f"The meeting server at {self.where} is not available now (HTTP {self.status}): try again later."
                ) from None
            raise not_a_meeting_server(self.where, f"HTTP {self.status}") from None

    @property
    def token_is_dead(self) -> bool:
        """The server does not know the token that was sent."""
        if self.status == 401:
            return True
        if self.status != 403:
            return False
        try:
            return bool(self.reply().result == INVALID_TOKEN)
        except Unreachable:
            return False


class Http:
    """A client for one server, for one stay."""

    def __init__(self, client: httpx.AsyncClient, where: str) -> None:
        self._client = client
        self.where = where

    @classmethod
    async def open(cls, link: MeetingLink, transport: httpx.AsyncBaseTransport | None = None) -> Http:
        """Raises `Unreachable` when the link's server part cannot be used."""
        try:
            url = httpx.URL(link.server)
        except httpx.InvalidURL as error:
            raise explain(error, link.server) from error
        if url.scheme not in ("http", "https") or not url.host:
            raise explain(httpx.UnsupportedProtocol("scheme"), link.server)
        secure = url.scheme == "https" and transport is None
        verify = await asyncio.to_thread(tls_context, link.fingerprint) if secure else False
        client = httpx.AsyncClient(
            base_url=url,
            transport=transport,
            verify=verify,
            trust_env=False,
            http2=False,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=_IDLE_SECONDS),
            headers={"User-Agent": f"tui-meet/{__version__}", "Accept": "application/json"},
        )
        port = url.port or (443 if url.scheme == "https" else 80)
        return cls(client, f"{url.host}:{port}")

    async def post(
        self, path: str, *, body: Mapping[str, Any] | None = None, token: str = "", pin: str = ""
    ) -> HttpAnswer:
        """Post and read the whole reply. Raises `Unreachable`. Without a body no content type is sent either."""
        return await self._ask("POST", path, body, token, pin)

    async def get(self, path_and_query: str, *, token: str = "") -> HttpAnswer:
        """Get the whole reply. Raises `Unreachable`."""
        return await self._ask("GET", path_and_query, None, token, "")

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None, token: str, pin: str) -> HttpAnswer:
        headers: dict[bytes, bytes] = {}
        if token:
            headers[TOKEN_HEADER.encode()] = token.encode("utf-8")
        if pin:
            # A PIN with letters beyond ASCII must not become an error of ours.
            headers[PIN_HEADER.encode()] = pin.encode("utf-8")
        content = None
        if body is not None:
            headers[b"Content-Type"] = b"application/json"
            content = json.dumps(body, ensure_ascii=True).encode("ascii")
        try:
            async with (
                asyncio.timeout(_TOTAL_SECONDS),
                self._client.stream(method, path, content=content, headers=headers) as response,
            ):
                return HttpAnswer(response.status_code, _is_json(response), await _read(response), self.where)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as error:
            raise explain(error, self.where) from error

    @asynccontextmanager
    async def events(self, path_and_query: str) -> AsyncIterator[httpx.Response]:
        """Open an event stream; no limit on how long it is silent. Raises httpx's errors: `stream` explains them."""
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, read=None)
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        async with self._client.stream("GET", path_and_query, headers=headers, timeout=timeout) as response:
            yield response

    async def aclose(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            raise httpx.DecodingError("the reply is too long")
        chunks.append(chunk)
    return b"".join(chunks)


def _is_json(response: httpx.Response) -> bool:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == "application/json"
