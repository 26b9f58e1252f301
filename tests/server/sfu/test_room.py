"""The media of a conference with real peers: pictures in the right colour, sound of the others, mutes, teardown."""

import asyncio
import threading

import pytest

from tests.server.sfu.peers import BLUE, GREEN, RED, Client, Conference, Rgb, conference, near, until, until_still
from tui_meet.server.sfu import keyframes as keyframe_requests
from tui_meet.server.sfu import room, watch
from tui_meet.server.sfu.room import SdpRefused


def last_colour(client: Client, mid: str) -> Rgb | None:
    colours = client.seen[mid].colours
    return colours[-1] if colours else None


def sees(client: Client, mid: str, wanted: Rgb) -> bool:
    colour = last_colour(client, mid)
    return colour is not None and near(colour, wanted)


def participants(held: Conference) -> dict[str, dict[str, int]]:
    report = held.room.statistics()["participants"]
    assert isinstance(report, dict)
    return report


def mixer(held: Conference) -> dict[str, int]:
    report = held.room.statistics()["mixer"]
    assert isinstance(report, dict)
    return report


async def test_pictures_arrive_in_their_colour_and_switching_sources_never_mixes_them() -> None:
    async with conference() as held:
        a = await held.join("a", colour=RED)
        b = await held.join("b", colour=GREEN, slots=2)
        await held.join("c", colour=BLUE)
        first, second = b.slot_mids
        held.room.set_slots("b", {first: "a", second: None})
        await until(lambda: sees(b, first, RED))
        assert not b.seen[second].colours
        assert set(held.room.receive_mids("b")) == {first, second}
        assert set(held.room.receive_mids("a")) == set(a.slot_mids)

        held.room.set_slots("b", {first: "c"})
        await until(lambda: sees(b, first, BLUE))
        assert all(near(colour, RED) or near(colour, BLUE) for colour in b.seen[first].colours)
        for picture in b.seen[first].pixels:
            assert picture.std(axis=(0, 1)).max() < 4, "a picture of both sources"

        held.room.set_slots("b", {first: None})
        await until_still(lambda: len(b.seen[first].colours), lambda: participants(held)["c"]["video_frames_received"])
        assert {("a", "connected"), ("b", "connected"), ("c", "connected")} <= set(held.states)


async def test_a_late_joiner_gets_a_picture_at_once_because_its_request_is_carried_back() -> None:
    async with conference() as held:
        await held.join("a", colour=GREEN)
        await until(lambda: participants(held)["a"].get("video_frames_received", 0) > 5)
        keyframes = participants(held)["a"]["video_keyframes_received"]
        late = await held.join("late", colour=None)
        await until(lambda: ("late", "connected") in held.states)
        held.room.set_slots("late", {late.slot_mids[0]: "a"})
        await until(lambda: sees(late, late.slot_mids[0], GREEN))  # by itself a camera sends none for minutes
        assert participants(held)["a"]["video_keyframes_received"] > keyframes


async def test_picture_loss_reported_by_a_receiver_reaches_the_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    async with conference() as held:
        await held.join("a", colour=GREEN)
        b = await held.join("b", colour=None)
        held.room.set_slots("b", {b.slot_mids[0]: "a"})
        await until(lambda: sees(b, b.slot_mids[0], GREEN))
        requests = held.room._forwarder._keyframes
        await until(lambda: requests.next_timer() is None)
        requests.forget("a")
        monkeypatch.setattr(keyframe_requests, "INTERVAL_SECONDS", 3600.0)
        wishes, keyframes = requests.wishes, participants(held)["a"]["video_keyframes_received"]
        receiver = b.connection.getTransceivers()[-1].receiver
        (source,) = receiver.getSynchronizationSources()
        for _ in range(5):
            await receiver._send_rtcp_pli(source.source)
        await until(lambda: requests.wishes >= wishes + 5)
        await until(lambda: participants(held)["a"]["video_keyframes_received"] > keyframes)
        pictures = len(b.seen[b.slot_mids[0]].colours)
        await until(lambda: len(b.seen[b.slot_mids[0]].colours) > pictures + 3)
        assert participants(held)["a"]["video_keyframes_received"] == keyframes + 1, "five reports, one request"


async def test_mutes_stop_sound_and_picture_in_the_server() -> None:
    async with conference() as held:
        await held.join("a", colour=RED, hertz=500)
        b = await held.join("b", colour=None)
        mid = b.slot_mids[0]
        held.room.set_slots("b", {mid: "a"})
        await until(lambda: sees(b, mid, RED) and len(b.heard) > 30 and b.spectrum()[500] > 2000)

        held.room.set_publishing("a", audio=False, video=False)
        await until_still(
            lambda: len(b.seen[mid].colours), lambda: participants(held)["a"].get("video_packets_dropped_muted", 0)
        )
        pictures, packets = len(b.seen[mid].colours), len(b.heard)
        await until(lambda: b.spectrum()[500] < 5)
        await until(lambda: len(b.heard) > packets + 20)  # silence is sent, so that packets are seen to flow
        assert b.spectrum()[500] < 5
        assert len(b.seen[mid].colours) == pictures
        assert participants(held)["a"]["video_packets_dropped_muted"] > 0
        assert participants(held)["a"]["audio_packets_dropped_muted"] > 0

        held.room.set_publishing("a", audio=True, video=True)
        await until(lambda: len(b.seen[mid].colours) > pictures)
        await until(lambda: b.spectrum()[500] > 2000)


async def test_nobody_is_heard_or_seen_before_the_rules_say_so() -> None:
    async with conference() as held:
        await held.join("a", colour=RED, hertz=500, publishing=False)
        b = await held.join("b", colour=None)
        mid = b.slot_mids[0]
        held.room.set_slots("b", {mid: "a"})
        await until(lambda: participants(held).get("a", {}).get("video_packets_dropped_muted", 0) > 5)
        await until(lambda: participants(held)["a"]["audio_packets_dropped_muted"] > 20 and len(b.heard) > 20)
        assert not b.seen[mid].colours
        assert b.spectrum()[500] < 5
        held.room.set_publishing("a", audio=True, video=True)
        await until(lambda: sees(b, mid, RED) and b.spectrum()[500] > 2000)


async def test_a_room_without_calls_rests_and_wakes_with_the_next() -> None:
    async with conference() as held:
        a = await held.join("a", colour=None)
        await until(lambda: len(a.heard) > 10)
        await held.room.disconnect("a")
        ticks = mixer(held)["ticks"]
        await asyncio.sleep(0.3)
        assert mixer(held)["ticks"] == ticks
        b = await held.join("b", colour=None)
        await until(lambda: len(b.heard) > 10)


async def test_everyone_hears_all_but_themselves_and_silent_listeners_share_an_encoder() -> None:
    async with conference() as held:
        a = await held.join("a", colour=None, hertz=500, slots=0)
        b = await held.join("b", colour=None, hertz=1100, slots=0)
        quiet = [await held.join(name, colour=None, slots=0) for name in ("c", "d")]
        everyone = [a, b, *quiet]
        await until(lambda: all(len(client.heard) > 60 for client in everyone))
        await until(lambda: mixer(held)["mixes"] == 3)
        for client, hears in ((a, {1100}), (b, {500}), (quiet[0], {500, 1100}), (quiet[1], {500, 1100})):

            def only(client: Client = client, hears: set[int] = hears) -> bool:
                lines = client.spectrum()
                return all(lines[hz] > 2500 if hz in hears else lines[hz] < 100 for hz in (500, 1100))

            await until(only)
        assert held.levels, "voice levels were told"
        assert held.levels[-1]["a"] > 30
        assert held.levels[-1]["c"] == 0

        held.room.set_gains("c", {"a": 0.0, "b": 0.5})
        await until(lambda: mixer(held)["mixes"] == 4)

        def softer() -> bool:
            loud, soft = quiet[1].spectrum(), quiet[0].spectrum()
            return loud[500] > 2500 and soft[500] < 100 and soft[1100] == pytest.approx(loud[1100] / 2, rel=0.15)

        await until(softer)


async def test_a_browser_with_one_line_is_sent_video_on_it_and_packets_never_stop() -> None:
    async with conference() as held:
        a = await held.join("a", colour=BLUE)
        browser = Client(held.room, "browser", colour=RED, slots=0)
        held.clients.append(browser)
        browser.connection.getTransceivers()[1].direction = "sendrecv"
        browser.connection.addTransceiver("video", "inactive")
        held.room.set_publishing("browser", audio=True, video=True)
        await browser.join(use_slot_mids=False)
        (mid,) = held.room.receive_mids("browser")
        await until(lambda: last_colour(browser, mid) is not None)
        assert near(last_colour(browser, mid) or RED, (24, 24, 24)), "the still picture, while there is nobody"
        held.room.set_slots("browser", {mid: "a"})
        held.room.set_slots("a", {a.slot_mids[0]: "browser"})
        await until(lambda: sees(browser, mid, BLUE))
        await until(lambda: sees(a, a.slot_mids[0], RED))
        held.room.set_slots("browser", {mid: None})
        count = len(browser.seen[mid].colours)
        await until(lambda: len(browser.seen[mid].colours) > count + 1)


async def test_a_call_can_get_more_slots_later() -> None:
    async with conference() as held:
        await held.join("a", colour=GREEN)
        b = await held.join("b", colour=BLUE, slots=1)
        held.room.set_slots("b", {b.slot_mids[0]: "a"})
        await until(lambda: sees(b, b.slot_mids[0], GREEN))
        b.connection.addTransceiver("video", "recvonly")
        await b.accept(await held.room.update("b", await b.offer()))
        assert held.room.receive_mids("b") == tuple(b.slot_mids)
        held.room.set_slots("b", {b.slot_mids[1]: "b"})
        await until(lambda: sees(b, b.slot_mids[1], BLUE))
        assert sees(b, b.slot_mids[0], GREEN)


async def test_a_second_call_of_the_same_person_replaces_the_first() -> None:
    async with conference() as held:
        a = await held.join("a", colour=GREEN)
        b = await held.join("b", colour=None)
        held.room.set_slots("b", {b.slot_mids[0]: "a"})
        await until(lambda: sees(b, b.slot_mids[0], GREEN))
        await held.join("a", colour=BLUE)
        await until(lambda: sees(b, b.slot_mids[0], BLUE))
        await until(lambda: a.connection.connectionState == "closed")
        assert ("a", "lost") not in held.states


async def test_candidates_may_trickle() -> None:
    async with conference() as held:
        client = Client(held.room, "a", colour=None)
        held.clients.append(client)
        sdp = await client.offer()
        lines = sdp.split("\r\n")
        candidates = [line[2:] for line in lines if line.startswith("a=candidate")]
        bare = "\r\n".join(line for line in lines if not line.startswith(("a=candidate", "a=end-of-candidates")))
        await client.accept(await held.room.connect("a", bare, client.slot_mids))
        for candidate in dict.fromkeys(candidates):
            await held.room.add_candidate("a", candidate, "0")
        await held.room.add_candidate("a", "candidate:1 1 udp 1 name.local 9 typ host", "1")
        await held.room.add_candidate("a", "", "0")
        await until(lambda: ("a", "connected") in held.states)
        for text, mid in (("candidate:nonsense", "0"), ("candidate:1 1 udp 1 127.0.0.1 9 typ host", "no such line")):
            with pytest.raises(SdpRefused):
                await held.room.add_candidate("a", text, mid)
        with pytest.raises(SdpRefused):
            await held.room.add_candidate("nobody", "", "0")


async def test_an_ice_restart_gets_a_new_transport_that_shows_the_same_people() -> None:
    async with conference() as held:
        await held.join("a", colour=GREEN)
        b = await held.join("b", colour=None)
        mid = b.slot_mids[0]
        held.room.set_slots("b", {mid: "a"})
        await until(lambda: sees(b, mid, GREEN))
        # aiortc has no ICE restart of its own: a new peer with the same lines offers what a restart would.
        again = Client(held.room, "b", colour=None)
        held.clients.append(again)
        await again.accept(await held.room.update("b", await again.offer()))
        await until(lambda: sees(again, mid, GREEN))
        await until(lambda: b.connection.connectionState == "closed")
        assert ("b", "lost") not in held.states


async def test_a_client_that_vanishes_without_a_word_is_lost_and_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SILENCE_SECONDS", 2.0)
    monkeypatch.setattr(room, "POLL_SECONDS", 0.1)
    async with conference() as held:
        a = await held.join("a", colour=GREEN)
        await until(lambda: participants(held)["a"]["video_frames_received"] > 3)
        transport = a.connection.getTransceivers()[0].sender.transport
        send = transport._send_rtp

        async def unplugged(data: bytes) -> None:
            """The network cable is out."""

        transport._send_rtp = unplugged  # type: ignore[method-assign]
        await until(lambda: held.states[-1] == ("a", "lost"))
        transport._send_rtp = send  # type: ignore[method-assign]
        await until(lambda: held.states[-1] == ("a", "connected"))
        assert held.states.count(("a", "lost")) == 1


async def test_a_client_that_hangs_up_is_reported_and_leaves_nothing_behind() -> None:
    threads = set(threading.enumerate())
    tasks = asyncio.all_tasks()
    async with conference() as held:
        a = await held.join("a", colour=GREEN)
        b = await held.join("b", colour=None)
        held.room.set_slots("b", {b.slot_mids[0]: "a"})
        await until(lambda: sees(b, b.slot_mids[0], GREEN))
        await a.leave()
        await until(lambda: ("a", "lost") in held.states)
        await held.room.disconnect("a")
        await held.room.disconnect("a")
        assert "a" not in participants(held)
        # Someone who leaves while their call is being set up.
        late = Client(held.room, "late", colour=RED)
        held.clients.append(late)
        joining = asyncio.create_task(held.room.connect("late", await late.offer(), late.slot_mids))
        await asyncio.sleep(0)
        await held.room.disconnect("late")
        with pytest.raises(SdpRefused):
            await joining
    await held.room.aclose()
    await until(lambda: asyncio.all_tasks() <= tasks | {asyncio.current_task()})
    # Threads of the loop's own executor and of aiortc clients' encoders are shared and stay.
    await until(lambda: not {t.name for t in set(threading.enumerate()) - threads if "asyncio" not in t.name})
