"""A server for tests: the real application and conferences, recording media, a clock moved by hand where wanted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import httpx

from tests.patience import PATIENCE
from tui_meet.server.conferences import Conferences
from tui_meet.server.media import MediaState, Picture
from tui_meet.server.settings import room_settings
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.wire.infinity.names import CLIENT_BASE
from tui_meet.wire.sse import EventStreamParser, ServerSentEvent

OFFER = "v=0\r\ns=-\r\nm=audio 9 X 111\r\na=mid:0\r\nm=video 9 X 96\r\na=mid:1\r\na=sendonly\r\n"


class RecordedMedia:
    """Media that answers everything and keeps what it was told."""

    def __init__(
        self,
        *,
        on_levels: Callable[[Mapping[str, float]], None],
        on_state: Callable[[str, MediaState], None],
    ) -> None:
        self.on_levels = on_levels
        self.on_state = on_state
        self.connected: dict[str, str] = {}
        self.publishing: dict[str, tuple[bool, bool]] = {}
        self.slots: dict[str, Mapping[str, str | None]] = {}
        self.candidates: list[tuple[str, str, str]] = []
        self.presentation: tuple[str | None, frozenset[str]] = (None, frozenset())
        self.compositions: dict[str, Picture] = {}
        self.jpeg: bytes | None = None
        self.closed = False

    async def connect(self, participant_id: str, offer_sdp: str, slot_mids: Sequence[str]) -> str:
        await asyncio.sleep(0)
        if "m=" not in offer_sdp:
            raise SdpRefused("The offer has no media.")
        if "boom" in offer_sdp:
            raise RuntimeError("a fault of ours")
        self.connected[participant_id] = offer_sdp
        return f"answer to {participant_id}"

    async def update(self, participant_id: str, offer_sdp: str) -> str:
        await asyncio.sleep(0)
        return "new answer"

    async def add_candidate(self, participant_id: str, candidate: str, mid: str) -> None:
        await asyncio.sleep(0)
        self.candidates.append((participant_id, candidate, mid))

    async def disconnect(self, participant_id: str) -> None:
        await asyncio.sleep(0)
        self.connected.pop(participant_id, None)

    def set_publishing(self, participant_id: str, *, audio: bool, video: bool) -> None:
        self.publishing[participant_id] = (audio, video)

    def set_slots(self, participant_id: str, sources: Mapping[str, str | None]) -> None:
        self.slots[participant_id] = sources

    def set_gains(self, participant_id: str, gains: Mapping[str, float]) -> None:
        assert participant_id not in gains

    def set_presentation(self, presenter: str | None, receivers: Iterable[str]) -> None:
        self.presentation = (presenter, frozenset(receivers))

    def set_composition(self, participant_id: str, picture: Picture | None) -> None:
        if picture is None:
            self.compositions.pop(participant_id, None)
        else:
            self.compositions[participant_id] = picture

    def presentation_frame(self) -> bytes | None:
        return self.jpeg

    def receive_mids(self, participant_id: str) -> tuple[str, ...]:
        return ("1",)

    def statistics(self) -> dict[str, Any]:
        return {"connected": len(self.connected)}

    async def aclose(self) -> None:
        self.closed = True


class RecordingFactory:
    """Makes recorded media and keeps the last."""

    def __init__(self) -> None:
        self.made: list[RecordedMedia] = []

    def __call__(
        self,
        *,
        on_levels: Callable[[Mapping[str, float]], None],
        on_state: Callable[[str, MediaState], None],
    ) -> RecordedMedia:
        self.made.append(RecordedMedia(on_levels=on_levels, on_state=on_state))
        return self.made[-1]


class Clock:
    """Time that moves only by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


ROOMS = {
    "daily": room_settings("daily", {"name": "Daily", "host_pin": "4711"}),
    "open": room_settings("open", {}),
    "both": room_settings("both", {"host_pin": "4711", "guest_pin": "0815"}),
    "knock": room_settings("knock", {"host_pin": "4711", "knock": True}),
    "small": room_settings("small", {"capacity": 1}),
    "marked": room_settings("marked", {"classification_levels": ["Open", {"name": "Secret", "colour": "#CC2200"}]}),
}


def conferences(clock: Callable[[], float] | None = None) -> tuple[Conferences, RecordingFactory]:
    factory = RecordingFactory()
    made = Conferences(ROOMS, factory, clock) if clock is not None else Conferences(ROOMS, factory)
    return made, factory


class Guest:
    """One client: requests with its token, events as they come."""

    def __init__(self, client: httpx.AsyncClient, alias: str, result: Mapping[str, Any]) -> None:
        self.client = client
        self.base = f"{CLIENT_BASE}/conferences/{alias}/"
        self.alias = alias
        self.token = str(result["token"])
        self.uuid = str(result["participant_uuid"])
        self.result = result
        self.events: list[ServerSentEvent] = []
        self.ended = asyncio.Event()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.client.post(self.base + path, json=body, headers={"token": self.token}, **more)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(self.base + path, headers={"token": self.token})

    async def mine(self, path: str, body: Any = None) -> httpx.Response:
        return await self.post(f"participants/{self.uuid}/{path}", body)

    def watch(self) -> None:
        """Open the event stream."""
        self._task = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        parser = EventStreamParser()
        try:
            # The server may go away under the stream at the end of a test.
            with contextlib.suppress(httpx.TransportError):
                await self._read_stream(parser)
        finally:
            self.ended.set()
            self._changed.set()

    async def _read_stream(self, parser: EventStreamParser) -> None:
        async with self.client.stream("GET", f"{self.base}events?token={self.token}", timeout=None) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream"
            async for chunk in response.aiter_raw():
                self.events += parser.feed(chunk)
                self._changed.set()

    async def until(self, name: str, containing: str = "", seconds: float = PATIENCE) -> ServerSentEvent:
        """The first event of this name from now on or already there; it and everything before are taken."""
        async with asyncio.timeout(seconds):
            while True:
                for index, event in enumerate(self.events):
                    if event.name == name and containing in event.data:
                        del self.events[: index + 1]
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def vanish(self) -> None:
        """Close the connection under the stream, as a killed client does."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


async def join(client: httpx.AsyncClient, alias: str, name: str, pin: str | None = None, watch: bool = True) -> Guest:
    response = await client.post(
        f"{CLIENT_BASE}/conferences/{alias}/request_token",
        json={"display_name": name},
        headers={} if pin is None else {"pin": pin},
    )
    assert response.status_code == 200, response.text
    guest = Guest(client, alias, response.json()["result"])
    if watch:
        guest.watch()
        await guest.until("participant_sync_end")
        await guest.until("participant_update", guest.uuid)
    return guest


async def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something holds that announces itself to nobody."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
