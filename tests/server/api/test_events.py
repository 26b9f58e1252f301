"""The event stream over real connections."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from tests.patience import PATIENCE
from tests.server.api.meeting import Clock, Guest, conferences, join, until
from tui_meet.server.api import events
from tui_meet.server.conferences import Conference
from tui_meet.server.main import RunningServer
from tui_meet.server.rooms import events as on
from tui_meet.server.streams import EventQueue
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.conference import ConferenceStatus
from tui_meet.wire.infinity.participant import WireParticipant
from tui_meet.wire.sse import KEEP_ALIVE


async def test_a_stream_begins_with_everything(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711", watch=False)
    await join(client, "daily", "Bo", "none", watch=False)
    ada.watch()
    await until(lambda: bool(ada.events) and ada.events[-1].name == "participant_update")
    assert [event.name for event in ada.events] == [
        "participant_sync_begin", "participant_create", "participant_create", "participant_sync_end",
        "conference_update", "layout", "stage", "participant_update",
    ]  # fmt: skip
    assert ada.events[0].data == "null"
    me = WireParticipant.from_json(json.loads(ada.events[1].data))
    assert (me.uuid, me.role, me.display_name) == (ada.uuid, "chair", "Ada")
    assert ConferenceStatus.from_json(json.loads(ada.events[4].data)).started


async def test_a_stream_begins_with_a_comment_so_that_silence_can_be_told(server: RunningServer) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        ada = await join(client, "open", "Ada", watch=False)
        async with client.stream("GET", f"/api/client/v2/conferences/open/events?token={ada.token}") as reply:
            async for chunk in reply.aiter_raw():
                assert chunk.startswith(KEEP_ALIVE)
                break


async def test_a_killed_client_is_gone_for_everyone(
    server: RunningServer, client: httpx.AsyncClient, clock: Clock
) -> None:
    ada = await join(client, "open", "Ada")
    bo = await join(client, "open", "Bo")
    conference = server.conferences.find("open")
    assert conference is not None
    await bo.vanish()
    await until(lambda: conference.room.people[bo.uuid].streams == 0)
    clock.now += 9.9
    conference.tick()
    assert bo.uuid in conference.room.people
    clock.now += 0.2
    conference.tick()
    await ada.until("participant_delete", bo.uuid)


async def test_the_newest_stream_wins(client: httpx.AsyncClient) -> None:
    ada = await join(client, "open", "Ada")
    again = Guest(client, "open", ada.result)
    again.watch()
    await again.until("participant_sync_end")
    async with asyncio.timeout(PATIENCE):
        await ada.ended.wait()
    assert (await ada.mine("buzz")).json()["result"] is True
    await again.until("participant_update", '"buzz_time":1')
    assert not ada.events


async def test_an_unknown_token_opens_no_stream(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/client/v2/conferences/open/events?token=x")
    assert (response.status_code, response.json()["result"]) == (403, codes.INVALID_TOKEN)
    assert (await client.head("/api/client/v2/conferences/open/events?token=x")).status_code == 405


async def test_messages_sent_while_a_stream_is_away_come_after_the_sync(client: httpx.AsyncClient) -> None:
    ada = await join(client, "open", "Ada")
    bo = await join(client, "open", "Bo", watch=False)
    await ada.post("message", {"type": "text/plain", "payload": "are you there?"})
    bo.watch()
    await bo.until("participant_sync_end")
    await bo.until("message_received", "are you there?")


async def test_dropped_hears_why_also_on_a_stream_opened_late(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    reply = await ada.post(f"participants/{bo.uuid}/disconnect")
    assert reply.json() == {"status": "success", "result": True}
    await bo.until("meet_action", '"drop"')
    assert json.loads((await bo.until("disconnect")).data) == {"reason": codes.DROPPED}
    async with asyncio.timeout(PATIENCE):
        await bo.ended.wait()
    bo.watch()
    assert codes.DROPPED in (await bo.until("disconnect")).data
    assert (await bo.post("release_token", {"reason": codes.DROPPED})).status_code == 200
    assert (await bo.post("message", {"type": "text/plain", "payload": "x"})).status_code == 403


async def test_end_for_all_and_the_room_stays(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    await ada.post("disconnect")
    for guest in (ada, bo):
        assert codes.ENDED in (await guest.until("disconnect")).data
    assert await join(client, "daily", "Bo", "none") is not None


async def test_admission_brings_a_fresh_sync(client: httpx.AsyncClient) -> None:
    ada = await join(client, "knock", "Ada", "4711")
    bo = await join(client, "knock", "Bo", "none")
    assert bo.result["current_service_type"] == "waiting_room"
    await ada.until("participant_create", bo.uuid)
    assert [row["uuid"] for row in (await bo.get("participants")).json()["result"]] == [bo.uuid]
    await ada.post(f"participants/{bo.uuid}/unlock")
    update = await bo.until("participant_update", bo.uuid)
    assert json.loads(update.data)["service_type"] == "conference"
    await bo.until("participant_sync_begin")
    await bo.until("participant_create", ada.uuid)
    await bo.until("participant_sync_end")


async def test_a_quiet_stream_carries_comments(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert events.KEEP_ALIVE_SECONDS == 5
    monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.05)
    ada = await join(client, "open", "Ada", watch=False)
    seen = b""
    async with client.stream("GET", f"{ada.base}events", headers={"token": ada.token}) as response:
        async for chunk in response.aiter_raw():
            seen += chunk
            if seen.count(KEEP_ALIVE) == 3:
                break
    assert seen.endswith(KEEP_ALIVE)


async def test_a_client_that_does_not_read_is_cut_and_counted() -> None:
    clock = Clock()
    made, _ = conferences(clock)
    conference = made.find("open")
    assert isinstance(conference, Conference)
    conference.join(on.Join("ada", "Ada"))
    conference.join(on.Join("bo", "Bo"))
    stream = conference.open_stream("bo")
    for number in range(3000):
        clock.now += 0.2
        conference.do(on.SendMessage("ada", f"{number}", "text/plain"))
    assert stream.cut.is_set()
    assert conference.streams_cut == 1
    await conference.aclose()


async def test_queue_gives_everything_in_order_and_ends() -> None:
    queue = EventQueue(max_events=3)
    assert queue.put(b"a")
    assert queue.put(b"b")
    assert await queue.take() == b"ab"
    assert queue.put(b"c")
    queue.finish()
    assert queue.put(b"late")
    assert await queue.take() == b"c"
    assert await queue.take() is None
    full = EventQueue(max_events=1)
    assert full.put(b"a")
    assert not full.put(b"b")
    assert full.cut.is_set()


async def test_nobody_stays_without_a_stream() -> None:
    clock = Clock()
    made, _ = conferences(clock)
    conference = made.find("open")
    assert conference is not None
    conference.join(on.Join("ada", "Ada"))
    clock.now += 9
    conference.tick()
    assert "ada" in conference.room.people
    clock.now += 1
    conference.tick()
    assert not conference.room.people
    await made.aclose()
