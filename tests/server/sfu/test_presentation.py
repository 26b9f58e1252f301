"""Slides on real transports: the third line is turned by `update`, forwarded to its receivers, stolen and stopped."""

import cv2
import numpy as np
import pytest

from tests.server.sfu.peers import (
    BLUE,
    GREEN,
    RED,
    Client,
    Conference,
    SolidTrack,
    conference,
    near,
    until,
    until_still,
)


def last_slide_is(client: Client, wanted: tuple[int, int, int]) -> bool:
    seen = client.seen.get(client.slides_mid)
    return seen is not None and bool(seen.colours) and near(seen.colours[-1], wanted)


def figures(held: Conference, name: str) -> dict[str, int]:
    report = held.room.statistics()["presentation"]
    assert isinstance(report, dict)
    return dict(report["participants"].get(name, {}))


def dropped(held: Conference, name: str) -> int:
    """Packets of slides that went nowhere."""
    return figures(held, name).get("video_packets_dropped_muted", 0)


def video_received(held: Conference, name: str) -> int:
    """Slides that came, in packets or pictures."""
    return figures(held, name).get("video_packets_received", 0)


async def test_slides_reach_a_one_line_client_and_one_with_slots_but_not_the_main_lines() -> None:
    async with conference() as held:
        a = await held.join("a", colour=RED, slides=True)
        b = await held.join("b", colour=None, slots=2, slides=True)
        c = await held.join("c", colour=BLUE, slides=True, one_line=True)
        assert a.slides_mid not in held.room.receive_mids("a"), "people never go to the slides line"
        held.room.set_presentation("a", ["b", "c"])
        assert await a.turn_slides("sendonly", SolidTrack(GREEN)) == "recvonly"
        assert await b.turn_slides("recvonly") == "sendonly"
        assert await c.turn_slides("recvonly") == "sendonly"
        await until(lambda: last_slide_is(b, GREEN) and last_slide_is(c, GREEN))
        assert all(not b.seen[mid].colours for mid in b.slot_mids)
        assert not any(near(colour, GREEN) for colour in c.seen[c.main_mid].colours)


async def test_a_late_receiver_gets_slides_at_once_and_those_not_named_get_nothing() -> None:
    async with conference() as held:
        a = await held.join("a", colour=None, slides=True)
        held.room.set_presentation("a", ["b"])
        await a.turn_slides("sendonly", SolidTrack(GREEN))
        await until(lambda: video_received(held, "a") > 20)
        b = await held.join("b", colour=None, slides=True)
        c = await held.join("c", colour=None, slides=True)
        await b.turn_slides("recvonly")
        await c.turn_slides("recvonly")
        await until(lambda: last_slide_is(b, GREEN))
        assert not c.seen[c.slides_mid].colours
        held.room.set_presentation("a", ["b", "c"])
        await until(lambda: last_slide_is(c, GREEN))


async def test_a_stolen_presentation_switches_without_a_mixed_picture_and_the_old_one_is_dropped() -> None:
    async with conference() as held:
        a = await held.join("a", colour=None, slides=True)
        b = await held.join("b", colour=None, slides=True)
        c = await held.join("c", colour=None, slides=True)
        held.room.set_presentation("a", ["b", "c"])
        await a.turn_slides("sendonly", SolidTrack(RED))
        await b.turn_slides("recvonly")
        await c.turn_slides("recvonly")
        await until(lambda: last_slide_is(b, RED) and last_slide_is(c, RED))

        held.room.set_presentation("b", ["a", "c"])
        await b.turn_slides("sendonly", SolidTrack(BLUE))
        await until(lambda: last_slide_is(c, BLUE))
        assert dropped(held, "a") > 0, "the old presenter's slides go nowhere while it has not stopped yet"
        assert await a.turn_slides("recvonly") == "sendonly"
        await until(lambda: last_slide_is(a, BLUE))
        assert all(near(colour, RED) or near(colour, BLUE) for colour in c.seen[c.slides_mid].colours)

        held.room.set_presentation(None, [])
        await until_still(lambda: len(c.seen[c.slides_mid].colours), lambda: dropped(held, "b"))


async def test_a_line_is_turned_again_and_again_on_the_same_connection() -> None:
    async with conference() as held:
        a = await held.join("a", colour=RED, slides=True)
        b = await held.join("b", colour=BLUE, slides=True, one_line=True)
        held.room.set_slots("b", {b.main_mid: "a"})
        track = SolidTrack(GREEN)
        for _ in range(3):
            held.room.set_presentation("a", ["b"])
            await a.turn_slides("sendonly", track)
            await b.turn_slides("recvonly")
            await until(lambda: last_slide_is(b, GREEN))
            held.room.set_presentation(None, [])
            assert await a.turn_slides("inactive") == "inactive"
            assert await b.turn_slides("inactive") == "inactive"
            b.seen[b.slides_mid].colours.clear()
        await until(lambda: near(b.seen[b.main_mid].colours[-1], RED))


async def test_a_sender_that_comes_back_with_another_ssrc_is_understood() -> None:
    """As a browser does: a line that was silent begins with a new SSRC, of the same payload type as the camera."""
    async with conference() as held:
        a = await held.join("a", colour=RED, slides=True)
        b = await held.join("b", colour=None, slides=True)
        held.room.set_presentation("a", ["b"])
        await a.turn_slides("sendonly", SolidTrack(GREEN))
        await b.turn_slides("recvonly")
        await until(lambda: last_slide_is(b, GREEN))
        await a.turn_slides("inactive")
        assert a.slides is not None
        sender = a.slides.sender
        sender.transport._rtp_router.senders[77_777] = sender
        sender._ssrc, sender._rtx_ssrc = 77_777, 77_778
        b.seen[b.slides_mid].colours.clear()
        await a.turn_slides("sendonly")
        await until(lambda: last_slide_is(b, GREEN))


async def test_the_newest_slide_is_there_as_a_jpeg_and_goes_with_its_presenter() -> None:
    async with conference() as held:
        a = await held.join("a", colour=None, slides=True)
        assert held.room.presentation_frame() is None
        held.room.set_presentation("a", [])
        track = SolidTrack(RED)
        await a.turn_slides("sendonly", track)
        await until(lambda: held.room.presentation_frame() is not None)

        def shows(wanted: tuple[int, int, int]) -> bool:
            jpeg = held.room.presentation_frame()
            assert jpeg is not None
            pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            blue, green, red = (int(value) for value in pixels.mean(axis=(0, 1)))
            return near((red, green, blue), wanted)

        assert shows(RED)
        track.colour = BLUE
        await until(lambda: shows(BLUE))  # who asks now and then gets new ones
        held.room.set_presentation("b", ["a"])
        assert held.room.presentation_frame() is None


@pytest.mark.parametrize("one_line", [True, False], ids=["retransmission streams", "plain retransmissions"])
async def test_packets_lost_on_the_way_to_a_receiver_are_sent_again(one_line: bool) -> None:
    async with conference() as held:
        a = await held.join("a", colour=None, slides=True)
        b = await held.join("b", colour=None, slides=True, one_line=one_line)
        held.room.set_presentation("a", ["b"])
        await a.turn_slides("sendonly", SolidTrack(GREEN))
        await b.turn_slides("recvonly")
        await until(lambda: last_slide_is(b, GREEN))
        sender = next(t.sender for t in held.room._links["b"]._connection.getTransceivers() if t.mid == b.slides_mid)
        transport, lost = sender.transport, set()
        send = transport._send_rtp

        async def lossy(data: bytes) -> None:
            ssrc, sequence = int.from_bytes(data[8:12], "big"), int.from_bytes(data[2:4], "big")
            if ssrc == sender._ssrc and sequence % 5 == 0 and sequence not in lost:
                lost.add(sequence)
            else:
                await send(data)

        transport._send_rtp = lossy  # type: ignore[method-assign]
        shown = len(b.seen[b.slides_mid].colours)
        await until(lambda: len(lost) >= 4 and len(b.seen[b.slides_mid].colours) >= shown + 15)
