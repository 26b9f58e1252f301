"""The backend against a scripted server on a real socket."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.backends.infinity.probe import TOKEN_RESULT, Probe, probing, reply
from tests.backends.infinity.stub import Stub, stub_server
from tests.patience import PATIENCE
from tui_meet.backends.infinity import control, stay
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, Ticket
from tui_meet.core.model import MeetingLink, Role
from tui_meet.media.types import CallOffer, CallRefused
from tui_meet.wire.sse import KEEP_ALIVE


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with stub_server() as running:
        yield running


@pytest.fixture
async def probe() -> AsyncIterator[Probe]:
    async with probing(silence=0.3) as probe:
        yield probe


async def test_joining_and_the_captured_start_of_a_stream(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link("my room@x"), pin="none")
    assert [(asked.path, asked.alias, asked.pin) for asked in stub.asked] == [
        ("request_token", "my room@x", "none"),
        ("events", "my room@x", ""),
    ]
    assert stub.asked[1].query == "token=dG9rZW4="
    stub.say("participant_sync_begin", None)
    stub.say("participant_create", {"uuid": "me-1", "display_name": "Ada", "role": "chair"})
    stub.say("participant_sync_end", None)
    await probe.next(ev.RosterSyncBegan)
    created = await probe.next(ev.ParticipantCreated)
    assert created.participant.display_name == "Ada"
    await probe.next(ev.RosterSynced)


async def test_requests_keep_their_order_and_each_has_one_answer(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.delay = 0.002
    texts = [f"line {number}" for number in range(20)]
    tickets = [probe.ticket() for _ in texts]
    for ticket, text in zip(tickets, texts, strict=True):
        await probe.backend.perform(fx.SendMessage(ticket, text))
    done = [await probe.next(ev.RequestDone) for _ in texts]
    assert [item.ticket for item in done] == tickets
    assert all(item.ok and not item.message for item in done)
    assert [asked.body["payload"] for asked in stub.asked if asked.path == "message"] == texts
    assert {asked.token for asked in stub.asked if asked.path == "message"} == {"dG9rZW4="}


@pytest.mark.parametrize(
    ("status", "envelope", "code", "words"),
    [
        (200, {"status": "success", "result": False, "code": 4121, "message": "It is locked already."}, 4121, "locked"),
        (200, {"status": "success", "result": False}, 0, "said no"),
        (200, {"status": "failed", "result": "Not now"}, 0, "Not now"),
        (403, {"status": "failed", "result": "Only a moderator can", "code": 4101}, 4101, "Only a moderator"),
        (403, {"status": "success", "result": None}, 0, "HTTP 403"),
        (404, {"status": "failed", "result": "404 Not Found"}, 0, "404 Not Found"),
        (500, "oops", 0, "not available"),
        (418, [], 0, "not a meeting server"),
    ],
)
async def test_refusals_of_requests(
    stub: Stub, probe: Probe, status: int, envelope: object, code: int, words: str
) -> None:
    await probe.join(stub.link())
    stub.results["lock"] = (status, envelope)
    done = await probe.ask(fx.SetLock(probe.ticket(), True))
    assert not done.ok
    assert done.code == code
    assert words in done.message
    assert not probe.has(ev.TokenLost)


async def test_null_and_lists_are_a_yes(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.results["participants/p/disconnect"] = (200, {"status": "success", "result": None})
    stub.results["dial"] = (200, {"status": "success", "result": []})
    assert (await probe.ask(fx.Drop(probe.ticket(), ParticipantId("p")))).ok
    assert (await probe.ask(fx.Dial(probe.ticket(), "sip:x"))).ok


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_died_is_noticed_by_a_request(stub: Stub, probe: Probe, status: int) -> None:
    await probe.join(stub.link())
    stub.results["lock"] = (status, {"status": "failed", "result": "Invalid token"})
    await probe.backend.perform(fx.SetLock(Ticket(1), True))
    await probe.backend.perform(fx.SetLock(Ticket(2), True))
    await probe.next(ev.TokenLost)
    await probe.next(ev.RequestDone)
    await probe.next(ev.RequestDone)
    assert sum(isinstance(event, ev.TokenLost) for event in probe.events) == 1


async def test_too_many_requests_are_refused_in_words(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.delay = 0.5
    for number in range(1, control.MAX_WAITING + 4):
        await probe.backend.perform(fx.LowerAllHands(Ticket(number)))
    refused = await probe.next(ev.RequestDone)
    assert (refused.ok, refused.message) == (False, control.TOO_MANY)
    await probe.backend.perform(fx.Leave("x"))
    for _ in range(control.MAX_WAITING + 2):
        await probe.next(ev.RequestDone)
    answered = [event.ticket for event in probe.events if isinstance(event, ev.RequestDone)]
    assert sorted(answered) == list(range(1, control.MAX_WAITING + 4))


async def test_without_a_meeting_every_order_is_answered(probe: Probe) -> None:
    assert not (await probe.ask(fx.LowerAllHands(Ticket(7)))).ok
    await probe.backend.perform(fx.OpenStream())
    await probe.next(ev.TokenLost)
    await probe.backend.perform(fx.Leave("nobody"))
    calls = probe.backend.calls
    assert calls is not None
    with pytest.raises(CallRefused):
        await calls.place(CallOffer("v=0"))


async def test_tokens_are_refreshed_and_the_newest_is_used(stub: Stub, probe: Probe) -> None:
    stub.token_result |= {"expires": "0.3"}
    await probe.join(stub.link())
    await stub.until(lambda: stub.refreshes >= 3)
    await probe.ask(fx.LowerAllHands(probe.ticket()))
    refreshes = [asked.token for asked in stub.asked if asked.path == "refresh_token"]
    assert refreshes[:3] == ["dG9rZW4=", "fresh1", "fresh2"]
    assert stub.asked[-1].token in {f"fresh{stub.refreshes}", f"fresh{stub.refreshes - 1}"}
    await probe.backend.perform(fx.OpenStream())
    await probe.next(ev.StreamOpened)
    opened = [asked.query for asked in stub.asked if asked.path == "events"][-1]
    assert opened.startswith("token=fresh")


async def test_the_server_asks_for_a_refresh_and_changes_the_role(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    fresh = {"token": "new", "expires": "120", "role": "GUEST"}
    stub.results["refresh_token"] = (200, {"status": "success", "result": fresh})
    stub.say("refresh_token", None)
    changed = await probe.next(ev.RoleChanged)
    assert changed.role is Role.PARTICIPANT


async def test_a_dead_token_is_told_once_by_the_refresh(stub: Stub, probe: Probe) -> None:
    stub.token_result |= {"expires": "0.1"}
    stub.results["refresh_token"] = (403, {"status": "failed", "result": "Invalid token"})
    await probe.join(stub.link())
    await probe.next(ev.TokenLost)
    await asyncio.sleep(0.2)
    assert stub.paths().count("refresh_token") == 1


async def test_the_end_of_the_stream_is_told_and_it_opens_again(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.end_stream()
    lost = await probe.next(ev.StreamLost)
    assert "ended the connection" in lost.sentence
    await probe.backend.perform(fx.OpenStream())
    await probe.next(ev.StreamOpened)
    assert stub.streams == 2


async def test_silence_counts_only_where_keep_alives_were_seen(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.say("stage", [])
    await probe.next(ev.StageChanged)
    await asyncio.sleep(0.5)
    assert not probe.has(ev.StreamLost)
    stub.say_bytes(KEEP_ALIVE)
    lost = await probe.next(ev.StreamLost)
    assert "gone quiet" in lost.sentence


@pytest.mark.parametrize(
    ("status", "envelope", "kind"),
    [
        (401, {"status": "failed", "result": "Invalid token"}, ev.TokenLost),
        (403, {"status": "failed", "result": "Invalid token"}, ev.TokenLost),
        (404, {"status": "failed", "result": "x"}, ev.TokenLost),
        (503, {"status": "failed", "result": "x"}, ev.StreamLost),
        (200, {"status": "success", "result": True}, ev.StreamLost),
    ],
)
async def test_a_stream_that_does_not_open(
    stub: Stub, probe: Probe, status: int, envelope: object, kind: type[ev.Event]
) -> None:
    stub.results["events"] = (status, envelope)
    await probe.backend.perform(fx.RequestToken(stub.link(), "Ada"))
    await probe.next(ev.JoinAccepted)
    await probe.backend.perform(fx.OpenStream())
    await probe.next(kind)


async def test_being_thrown_out_is_the_last_news(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.say("disconnect", {"reason": "Disconnected by another participant"})
    stub.end_stream()
    out = await probe.next(ev.Disconnected)
    assert out.code == "#pex124"
    await asyncio.sleep(0.1)
    assert not probe.has(ev.StreamLost)
    await probe.backend.perform(fx.Leave(out.error))
    assert stub.asked[-1].path == "release_token"
    assert stub.asked[-1].body == {"reason": "Disconnected by another participant"}


async def test_calls(stub: Stub, probe: Probe) -> None:
    stub.token_result |= {"meet": {"version": 1, "parts": ["slots"]}}
    await probe.join(stub.link())
    calls = probe.backend.calls
    assert calls is not None
    own = "participants/me-1/calls"
    answer = {"call_uuid": "c/1", "sdp": "v=0 answer"}
    stub.results[own] = (200, {"status": "success", "result": answer})
    placed = await calls.place(CallOffer("v=0 offer", ("2", "3")))
    assert (placed.call_id, placed.sdp) == ("c/1", "v=0 answer")
    assert stub.asked[-1].body == {
        "call_type": "WEBRTC", "sdp": "v=0 offer", "media_type": "video", "slot_mids": ["2", "3"],
    }  # fmt: skip
    await calls.acknowledge("c/1")
    assert (stub.asked[-1].path, stub.asked[-1].body) == (f"{own}/c/1/ack", {})
    stub.results[f"{own}/c/1/update"] = (200, {"status": "success", "result": "v=0 again"})
    assert await calls.update("c/1", "v=0 more") == "v=0 again"
    await calls.hang_up("c/1")
    await calls.hang_up("c/1")
    assert stub.paths().count(f"{own}/c/1/disconnect") == 1


async def test_a_server_without_slots_is_not_told_of_them(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.results["participants/me-1/calls"] = (200, {"status": "success", "result": {"call_uuid": "c", "sdp": "v=0"}})
    calls = probe.backend.calls
    assert calls is not None
    await calls.place(CallOffer("v=0", ("2",)))
    assert "slot_mids" not in stub.asked[-1].body


@pytest.mark.parametrize(
    ("status", "envelope", "words"),
    [
        (403, {"status": "failed", "result": "Out of resource"}, "Out of resource"),
        (400, "text", "HTTP 400"),
        (504, {"no": "envelope"}, "HTTP 504"),
        (200, {"status": "success", "result": {"call_uuid": "c", "sdp": ""}}, "something else"),
        (200, {"status": "success", "result": True}, "something else"),
        (200, {"status": "success", "result": False, "message": "No room."}, "No room."),
    ],
)
async def test_refused_calls(stub: Stub, probe: Probe, status: int, envelope: object, words: str) -> None:
    await probe.join(stub.link())
    stub.results["participants/me-1/calls"] = (status, envelope)
    calls = probe.backend.calls
    assert calls is not None
    with pytest.raises(CallRefused, match=words):
        await calls.place(CallOffer("v=0"))


async def test_the_server_ends_my_call_and_only_mine(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.results["participants/me-1/calls"] = (200, {"status": "success", "result": {"call_uuid": "c", "sdp": "v=0"}})
    calls = probe.backend.calls
    assert calls is not None
    await calls.place(CallOffer("v=0"))
    stub.say("call_disconnected", {"call_uuid": "other"})
    stub.say("call_disconnected", {"call_uuid": "c", "reason": "Media process disconnected"})
    lost = await probe.next(ev.MediaLost)
    assert lost.sentence == "Media process disconnected"
    assert sum(isinstance(event, ev.MediaLost) for event in probe.events) == 1


async def test_leaving_hangs_up_then_gives_the_token_back(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.results["participants/me-1/calls"] = (200, {"status": "success", "result": {"call_uuid": "c", "sdp": "v=0"}})
    calls = probe.backend.calls
    assert calls is not None
    await calls.place(CallOffer("v=0"))
    await probe.backend.perform(fx.Leave("User initiated disconnect"))
    assert stub.paths()[-2:] == ["participants/me-1/calls/c/disconnect", "release_token"]
    assert stub.asked[-1].body == {"reason": "User initiated disconnect"}
    told = len(probe.events)
    stub.say("stage", [])
    await asyncio.sleep(0.05)
    assert len(probe.events) == told
    await probe.join(stub.link("other"))


async def test_leaving_a_server_that_says_nothing_takes_less_than_a_second_or_so() -> None:
    hang = asyncio.Event()

    async def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("request_token"):
            return reply(TOKEN_RESULT)
        await hang.wait()
        return reply(True)

    async with probing(handler) as probe:
        await probe.backend.perform(fx.RequestToken(MeetingLink("http://x", "room"), "Ada"))
        await probe.next(ev.JoinAccepted)
        await probe.backend.perform(fx.OpenStream())
        await probe.backend.perform(fx.LowerAllHands(Ticket(5)))
        async with asyncio.timeout(PATIENCE):  # without its own bound it would wait for ever
            await probe.backend.perform(fx.Leave("User initiated disconnect"))
        assert stay.LEAVE_SECONDS < 1
        done = await probe.next(ev.RequestDone)
        assert (done.ticket, done.ok) == (5, False)


async def test_leaving_while_joining_gives_back_a_token_that_comes_late(stub: Stub, probe: Probe) -> None:
    await probe.backend.perform(fx.RequestToken(stub.link(), "Ada"))
    await probe.backend.perform(fx.Leave("User initiated disconnect"))
    assert stub.paths() == ["request_token", "release_token"]
    await asyncio.sleep(0.02)
    assert not probe.has(ev.JoinAccepted)


async def test_joining_anew_gives_back_the_old_token(stub: Stub, probe: Probe) -> None:
    await probe.join(stub.link())
    stub.token_result |= {"token": "second"}
    await probe.join(stub.link())
    await stub.until(lambda: "release_token" in stub.paths())
    released = next(asked for asked in stub.asked if asked.path == "release_token")
    assert released.token == "dG9rZW4="
    await probe.ask(fx.LowerAllHands(probe.ticket()))
    assert stub.asked[-1].token == "second"


async def test_a_killed_server_is_noticed_at_once() -> None:
    """The kernel of a killed process resets its connections; so does this server."""
    streams: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/events" in head:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: hello\n\n")
            streams.append(writer)
        else:
            body = json.dumps({"status": "success", "result": TOKEN_RESULT}).encode()
            lines = ["HTTP/1.1 200 OK", "content-type: application/json", "connection: close"]
            writer.write("\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body)
            await writer.drain()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    link = MeetingLink(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "room")
    async with server, probing(silence=3600) as probe:
        await probe.join(link)
        server.close()
        streams[0].transport.abort()
        lost = await probe.next(ev.StreamLost)
        assert "connection" in lost.sentence
        await probe.backend.perform(fx.OpenStream())
        again = await probe.next(ev.StreamLost)
        assert "Nothing answers at 127.0.0.1:" in again.sentence


async def test_ten_thousand_malformed_chunks_crash_nothing() -> None:
    chance = random.Random(5)
    pieces = [
        b"event: participant_create\n", b"data: {\"uuid\": 3}\n\n", b"data: ", b"\n\n", b"\r", b":\n",
        b"event: stage\n",
        b"data: [1, {}]\n\n", b"id: \x00\n", b"data: {\"uuid\": \"x\", \"role\": []}\n\n", b"event: disconnected\n",
        b"event: breakout_event\ndata: {\"event\": \"breakout_event\"}\n\n", b"event: call_disconnected\ndata: 7\n\n",
        b"event: message_received\ndata: {\"type\": \"application/json\", \"payload\": \"{\"}\n\n", b"\xef\xbb\xbf",
        b"event: refer\ndata: null\n\n", b"event: disconnect\ndata: []\n\n", b"data: " + b"[" * 5000 + b"\n\n",
    ]  # fmt: skip

    async def stream() -> AsyncIterator[bytes]:
        for number in range(10_000):
            yield chance.choice(pieces) if number % 2 else chance.randbytes(chance.randrange(1, 60))
        yield b"\n\nevent: participant_sync_end\ndata: null\n\n"
        await asyncio.sleep(60)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("request_token"):
            return reply(TOKEN_RESULT)
        if request.url.path.endswith("events"):
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream())
        return reply(True)

    async with probing(handler) as probe:
        await probe.join(MeetingLink("http://x", "room"))
        await probe.next(ev.RosterSynced, lambda event: event.room == MAIN_ROOM)
        assert not probe.has(ev.StreamLost)
        assert (await probe.ask(fx.SetLock(NO_TICKET, True))).ok
