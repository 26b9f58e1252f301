from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.server.api.meeting import ROOMS, Clock, RecordingFactory
from tui_meet.server.api.app import make_app
from tui_meet.server.conferences import Conferences
from tui_meet.server.main import RunningServer, running
from tui_meet.server.settings import ServerSettings


@pytest.fixture
def factory() -> RecordingFactory:
    return RecordingFactory()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(factory: RecordingFactory, clock: Clock) -> AsyncIterator[RunningServer]:
    """The real server on a free port, with recorded media and a clock moved by hand."""
    async with running(ServerSettings(ROOMS, port=0), media_factory=factory, clock=clock) as started:
        yield started


@pytest.fixture
async def client(server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, limits=limits) as made:
        yield made


@pytest.fixture
async def quick(factory: RecordingFactory, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """The application without sockets; an event stream cannot be read through it."""
    made = Conferences(ROOMS, factory, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app(made)), base_url="http://test") as client:
        yield client
    await made.aclose()
