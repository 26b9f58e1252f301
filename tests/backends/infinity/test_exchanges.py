"""The whole client against exchanges written by hand after the recordings of real nodes: no extension, odd fields."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.backends.infinity.stub import Stub, stub_server
from tests.patience import PATIENCE
from tui_meet.backends.fake.media import FakeMedia
from tui_meet.backends.infinity.client import InfinityBackend
from tui_meet.core.commands import Join
from tui_meet.core.ids import RoomId
from tui_meet.core.model import PublicEvent
from tui_meet.core.selectors import classification, room_name
from tui_meet.core.session import Session
from tui_meet.core.state import MeetingState, Phase
from tui_meet.media.types import MediaPlan
from tui_meet.runtime.driver import Driver

FOLDER = Path(__file__).resolve().parents[1] / "exchanges"
ME = "50b956c8-9a63-4711-8630-3810f8666b04"


class Client:
    """A client without a screen and what it has told."""

    def __init__(self, stub: Stub, driver: Driver, media: FakeMedia) -> None:
        self.stub = stub
        self.driver = driver
        self.media = media
        self.told: list[PublicEvent] = []
        self._news = asyncio.Event()
        driver.on_publish(self._hear)

    def _hear(self, event: PublicEvent, _wall: float) -> None:
        self.told.append(event)
        self._news.set()

    async def event(self, name: str) -> Any:
        """Payload of the newest event of that name, waited for."""
        async with asyncio.timeout(PATIENCE):
            while not any(event.name == name for event in self.told):
                self._news.clear()
                await self._news.wait()
        return next(event.payload for event in reversed(self.told) if event.name == name)

    async def until(self, reached: Callable[[MeetingState], bool]) -> MeetingState:
        """The first state that is so."""
        changed = asyncio.Event()
        forget = self.driver.snapshots.subscribe(lambda _: changed.set())
        async with asyncio.timeout(PATIENCE):
            while not reached(self.driver.state):
                changed.clear()
                await changed.wait()
        forget()
        return self.driver.state

    def posted(self, path: str) -> list[Any]:
        """Bodies of the requests to a path."""
        return [asked.body for asked in self.stub.asked if asked.path == path]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    exchange = json.loads((FOLDER / "composed.json").read_text(encoding="utf-8"))
    async with stub_server() as stub:
        stub.token_result = exchange["token"]
        stub.results = {path: (status, envelope) for path, (status, envelope) in exchange["replies"].items()}
        media = FakeMedia()
        driver = Driver(Session(lambda: 0.5), backend=InfinityBackend, media=lambda: media)
        found = Client(stub, driver, media)
        driver.start()
        driver.send(Join(stub.link("standup"), "Mira"))
        for name, data in exchange["events"]:
            stub.say(name, data)
        await found.event("message")
        try:
            yield found
        finally:
            await driver.aclose()


pytestmark = pytest.mark.may_block  # factories are called in threads, where the first import of the backend reads files


async def test_what_a_node_says_is_shown(client: Client) -> None:
    state = await client.until(lambda state: bool(state.layouts))
    assert (state.phase, state.conference_name, state.parts) == (Phase.IN_MEETING, "Stand-up", frozenset())
    assert [person.display_name for person in state.roster.people.values()] == ["Mira", "Grace"]
    marked = classification(state)
    assert marked is not None
    assert (marked.level, marked.name) == (3, "SECRET")
    assert (state.layout.view, state.layout.participants) == ("1:7", ("guest-1",))
    assert room_name(state, RoomId("b-7")) == "Group seven"
    assert state.captions.lines[-1].text == "hello all"
    assert state.layouts == ("1:0", "1:7", "4:0", "ac", "teams")
    assert {"participants", "conferenceStatus", "stage", "layoutUpdate", "breakoutBegin"} <= {
        event.name for event in client.told
    }
    assert (await client.event("raiseHand"))["participant"]["handRaisedTime"] == 1700000009.5


async def test_the_stage_is_the_one_composed_picture(client: Client) -> None:
    await client.event("connected")
    [plan] = [argument for name, argument in client.media.told if name == "connect"]
    assert isinstance(plan, MediaPlan)
    assert (plan.slots, plan.ice_servers[0].urls) == (0, ("stun:stun.example:3478",))
    assert client.driver.state.slots == ()


@pytest.mark.parametrize(
    ("line", "path", "body", "ok", "message"),
    [
        ("captions on", f"participants/{ME}/show_live_captions", None, True, "Live captions are on."),
        ("drop Grace", "participants/guest-1/disconnect", None, True, "Took Grace out of the meeting."),
        ("breakout close all", "breakouts/disconnect", None, True, "All breakout rooms are closing."),
        ("breakout open x Grace", "breakouts", {"name": "x", "participants": {"main": ["guest-1"]}}, True,
         "Opened “x”."),
        ("breakout move Grace group", "participants/breakout",
         {"breakout_uuid": "b-7", "participants": ["guest-1"]}, True, "Grace is being moved to “Group seven”."),
        ("transfer Grace other 1357", "participants/guest-1/transfer",
         {"role": "guest", "conference_alias": "other", "pin": "1357"}, True, "Moved Grace to “other”."),
        ("layout 1:99", "transform_layout", {"transforms": {"layout": "1:99"}}, False, "Illegal value"),
        ("lock", "lock", None, False, "Unauthorized"),
        ("classification public", "set_classification_level", {"level": 0}, True, "The meeting is “PUBLIC” now."),
    ],
)  # fmt: skip
async def test_commands_go_out_as_the_node_knows_them(
    client: Client, line: str, path: str, body: Any, ok: bool, message: str
) -> None:
    answer = await client.driver.run_line(line)
    assert (answer.ok, answer.message) == (ok, message)
    assert client.posted(path) == [body]


async def test_what_only_our_own_server_can_is_off_with_the_reason(client: Client) -> None:
    for line in ("volume Grace 50", "ignore Grace", "caption hello", "pin Grace", "record start", "mode lecture"):
        answer = await client.driver.run_line(line)
        assert not answer.ok
        assert "This server" in answer.message
    assert not any(asked.path.endswith(("volumes", "captions", "slots")) for asked in client.stub.asked)


async def test_presenting_takes_and_gives_back_the_floor(client: Client) -> None:
    await client.event("connected")
    floor = f"participants/{ME}/take_floor"
    assert (await client.driver.run_line("present deck.pdf")).ok
    assert client.posted(floor) == [None]
    assert ("present", "deck.pdf") in client.media.told
    assert await client.event("presentationConnectionStateChange") == {"send": "connected", "recv": "new"}
    assert (await client.driver.run_line("page next")).message == "Page 2 of 3."
    client.stub.say("presentation_start", {"presenter_name": "Grace", "presenter_uri": "", "presenter_uuid": "guest-1"})
    await client.stub.until(lambda: bool(client.posted(f"participants/{ME}/release_floor")))
    assert client.media.told[-2:] == [("present", None), ("receive_presentation", True)]
    assert not (await client.driver.run_line("present missing")).ok
    assert len(client.posted(floor)) == 2


async def test_a_host_is_referred_and_calls_from_the_breakout(client: Client) -> None:
    await client.event("connected")
    client.stub.say("breakout_refer", {"breakout_uuid": "b-7", "breakout_name": "Group seven", "requester_uuid": ME})
    assert await client.event("breakoutRefer") == {"breakout_uuid": "b-7"}
    assert (await client.driver.run_line("say hello group")).ok
    assert client.posted("breakouts/b-7/message") == [{"type": "text/plain", "payload": "hello group"}]
    assert client.driver.state.current_room == "b-7"


async def test_a_transfer_brings_its_token_in_the_body(client: Client) -> None:
    client.stub.say("refer", {"alias": "other room", "token": "b25jZQ==", "call_tag": "", "target": "conference"})
    assert await client.event("transfer") == {"alias": "other room"}
    await client.stub.until(lambda: len(client.posted("request_token")) == 2)
    again = [asked for asked in client.stub.asked if asked.path == "request_token"][-1]
    assert (again.alias, again.body["token"], again.pin) == ("other room", "b25jZQ==", "")
    assert client.posted("release_token") == [{"reason": "Transfer"}]


@pytest.mark.parametrize(
    ("reason", "code"),
    [("Disconnected by another participant", "#pex124"), ("Test call finished", "#pex143"), ("odd", "#pex117")],
)
async def test_codes_both_ways(client: Client, reason: str, code: str) -> None:
    client.stub.say("disconnect", {"reason": reason})
    assert await client.event("disconnected") == {"error": reason, "errorCode": code}
    ending = client.driver.state.ending
    assert ending is not None
    assert (ending.error, ending.code) == (reason, code)
    await client.stub.until(lambda: bool(client.posted("release_token")))
    assert client.posted("release_token") == [{"reason": reason}]
