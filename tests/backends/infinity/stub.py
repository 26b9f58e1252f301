"""A scripted meeting server on a real socket: says what the test wants, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.backends.infinity.probe import TOKEN_RESULT
from tests.patience import PATIENCE
from tui_meet.core.model import MeetingLink
from tui_meet.wire.sse import format_event

BASE = "/api/client/v2/conferences/"


@dataclass
class Asked:
    """One request as it came."""

    path: str
    """After the conference, decoded."""
    alias: str
    token: str
    pin: str
    body: Any
    query: str


@dataclass
class Stub:
    """`results` maps the end of a path to (status, envelope); everything else gets `true`."""

    results: dict[str, tuple[int, Any]] = field(default_factory=dict)
    token_result: dict[str, Any] = field(default_factory=lambda: dict(TOKEN_RESULT))
    asked: list[Asked] = field(default_factory=list)
    streams: int = 0
    url: str = ""
    refreshes: int = 0
    delay: float = 0.0
    """s before a control request is answered."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _out: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)

    def link(self, alias: str = "room") -> MeetingLink:
        return MeetingLink(self.url, alias)

    def say(self, name: str, data: Any) -> None:
        """Send an event on the stream."""
        self._out.put_nowait(format_event(name, json.dumps(data)))

    def say_bytes(self, chunk: bytes) -> None:
        self._out.put_nowait(chunk)

    def end_stream(self) -> None:
        self._out.put_nowait(None)

    async def until(self, reached: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Wait until what was asked makes `reached` true."""
        async with asyncio.timeout(timeout):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def answer(self, request: Request) -> Response:
        alias, _, path = request.path_params["rest"].partition("/")
        raw = await request.body()
        headers = request.headers
        self.asked.append(
            Asked(path, alias, headers.get("token", ""), headers.get("pin", ""), json.loads(raw) if raw else None,
                  request.url.query)
        )  # fmt: skip
        self._changed.set()
        if path in self.results:
            status, envelope = self.results[path]
            return JSONResponse(envelope, status)
        if path == "request_token":
            return _ok(self.token_result)
        if path == "refresh_token":
            self.refreshes += 1
            self._changed.set()
            return _ok({"token": f"fresh{self.refreshes}", "expires": self.token_result["expires"]})
        if path == "events":
            self.streams += 1
            return StreamingResponse(self._stream(), media_type="text/event-stream")
        await asyncio.sleep(self.delay)
        return _ok(True)

    async def _stream(self) -> AsyncIterator[bytes]:
        while (chunk := await self._out.get()) is not None:
            yield chunk


def _ok(result: Any) -> Response:
    return JSONResponse({"status": "success", "result": result})


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def stub_server() -> AsyncIterator[Stub]:
    stub = Stub()
    routes = [
        Route(BASE + "{rest:path}", stub.answer, methods=["GET", "POST"]),
        Route("/api/meet/v1/conferences/{rest:path}", stub.answer, methods=["POST"]),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), port=0, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=0
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    await asyncio.wait_for(server.listening.wait(), PATIENCE)
    stub.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield stub
    finally:
        stub.end_stream()
        server.should_exit = True
        server.force_exit = True
        await task
