"""Composed pictures on real transports: who stands where, one encoder for equal wishes, none when nobody needs it."""

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.server.sfu.peers import BLUE, GREEN, RED, Client, Conference, Rgb, SolidTrack, conference, near, until
from tui_meet.server.rooms.layout_geometry import Rect, arrange
from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu import keyframes as keyframe_requests


def figures(held: Conference) -> dict[str, float]:
    report = held.room.statistics()["compositor"]
    assert isinstance(report, dict)
    return report


def picture_of(client: Client) -> NDArray[np.uint8] | None:
    pixels = client.seen[client.main_mid].pixels
    return pixels[-1] if pixels else None


def colour_in(picture: NDArray[np.uint8], place: Rect) -> Rgb:
    """The middle of a place, away from frame and text."""
    height, width = picture.shape[:2]
    part = picture[
        round((place.y + place.h * 0.3) * height) : round((place.y + place.h * 0.6) * height),
        round((place.x + place.w * 0.2) * width) : round((place.x + place.w * 0.8) * width),
    ]
    r, g, b = (int(value) for value in part.mean(axis=(0, 1)))
    return r, g, b


def shows(client: Client, place: Rect, wanted: Rgb) -> bool:
    picture = picture_of(client)
    return picture is not None and picture.shape[1] > 200 and near(colour_in(picture, place), wanted)


async def test_people_stand_in_their_places_and_equal_pictures_share_one_encoder() -> None:
    async with conference() as held:
        await held.join("a", colour=RED)
        await held.join("b", colour=GREEN)
        c = await held.join("c", colour=None, one_line=True)
        d = await held.join("d", colour=BLUE, one_line=True)
        wish = Picture("4:0", ("a", "b"))
        held.room.set_composition("c", wish)
        held.room.set_composition("d", Picture("4:0", ("a", "b"), names={}))
        left, right = arrange("4:0", 2).people
        for client in (c, d):
            await until(lambda client=client: shows(client, left, RED) and shows(client, right, GREEN))  # type: ignore[misc]
        report = figures(held)
        assert (report["compositions"], report["encoders"], report["viewers"]) == (1, 1, 2)
        assert report["sources"] == 2, "each camera is decoded once"


async def test_nothing_runs_while_nobody_needs_it_and_the_line_goes_back_to_its_slot() -> None:
    async with conference() as held:
        await held.join("a", colour=RED)
        c = await held.join("c", colour=None, one_line=True)
        await until(lambda: ("c", "connected") in held.states)
        held.room.set_slots("c", {c.main_mid: "a"})
        await until(lambda: c.seen[c.main_mid].colours and near(c.seen[c.main_mid].colours[-1], RED))
        assert figures(held)["compositions"] == 0
        assert not figures(held)["running"]
        held.room.set_composition("c", Picture("4:0", ("a", "nobody")))
        await until(lambda: shows(c, arrange("4:0", 2).people[0], RED))
        held.room.set_composition("c", None)
        await until(lambda: not figures(held)["running"])
        await until(lambda: picture_of(c) is not None and picture_of(c).shape[1] == 160)  # type: ignore[union-attr]
        report = figures(held)
        assert (report["compositions"], report["encoders"], report["sources"]) == (0, 0, 0)
        await until(lambda: not any(thread.name == "compositor" for thread in threading.enumerate()))


async def test_another_order_is_the_same_stream_and_a_late_viewer_begins_at_once() -> None:
    async with conference() as held:
        await held.join("a", colour=RED)
        await held.join("b", colour=GREEN)
        c = await held.join("c", colour=None, one_line=True)
        held.room.set_composition("c", Picture("1:7", ("a", "b")))
        big, _small = arrange("1:7", 2).people
        await until(lambda: shows(c, big, RED))
        made = figures(held)["encoded"]
        held.room.set_composition("c", Picture("1:7", ("b", "a")))
        await until(lambda: shows(c, big, GREEN))
        assert figures(held)["encoded"] > made
        assert list(held.room._studio._keys.values()) == [1], "the composition turned, no new one was made"

        d = await held.join("d", colour=None, one_line=True)
        await until(lambda: ("d", "connected") in held.states)
        held.room.set_composition("d", Picture("1:7", ("b", "a")))
        await until(lambda: shows(d, big, GREEN))
        assert figures(held)["encoders"] == 1


async def test_a_muted_camera_becomes_a_card_and_comes_back() -> None:
    async with conference() as held:
        await held.join("a", colour=RED)
        c = await held.join("c", colour=None, one_line=True)
        held.room.set_composition("c", Picture("1:0", ("a",), initials={"a": "Ada Lovelace"}))
        (place,) = arrange("1:0", 1).people
        await until(lambda: shows(c, place, RED))
        held.room.set_publishing("a", audio=True, video=False)
        await until(lambda: not shows(c, place, RED))
        count = len(c.seen[c.main_mid].colours)
        # Packets go on: a browser takes a pause for a fault.
        await until(lambda: len(c.seen[c.main_mid].colours) >= count + 3)
        picture = picture_of(c)
        assert picture is not None
        assert picture.max() > 180, "the initials"
        held.room.set_publishing("a", audio=True, video=True)
        await until(lambda: shows(c, place, RED))


async def test_slides_stand_in_the_picture_while_somebody_presents() -> None:
    async with conference() as held:
        a = await held.join("a", colour=RED, slides=True)
        c = await held.join("c", colour=None, one_line=True)
        held.room.set_composition("c", Picture("1:7", ("a",), presentation=True))
        await until(lambda: shows(c, arrange("1:7", 1).people[0], RED))
        held.room.set_presentation("a", [])
        await a.turn_slides("sendonly", SolidTrack(BLUE))
        arrangement = arrange("1:7", 1, presentation=True)
        assert arrangement.presentation is not None
        slides, person = arrangement.presentation, arrangement.people[0]
        await until(lambda: shows(c, slides, BLUE) and shows(c, person, RED))
        held.room.set_presentation(None, [])
        await until(lambda: shows(c, arrange("1:7", 1).people[0], RED))


async def test_a_viewer_that_reports_loss_gets_a_keyframe_and_five_reports_make_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with conference() as held:
        await held.join("a", colour=RED)
        c = await held.join("c", colour=None, one_line=True)
        held.room.set_composition("c", Picture("1:0", ("a",)))
        await until(lambda: shows(c, arrange("1:0", 1).people[0], RED))
        requests = held.room._forwarder._keyframes
        await until(lambda: requests.next_timer() is None)
        requests.forget("\0composed 1 VP8")
        monkeypatch.setattr(keyframe_requests, "INTERVAL_SECONDS", 3600.0)
        source = held.room._forwarder._sources["\0composed 1 VP8"]
        keyframes, wishes = source.keyframes, requests.wishes
        receiver = c.connection.getTransceivers()[1].receiver
        (sender,) = receiver.getSynchronizationSources()
        for _ in range(5):
            await receiver._send_rtcp_pli(sender.source)
        await until(lambda: requests.wishes >= wishes + 5)
        await until(lambda: source.keyframes > keyframes)
        pictures = len(c.seen[c.main_mid].colours)
        await until(lambda: len(c.seen[c.main_mid].colours) > pictures + 3)
        assert source.keyframes == keyframes + 1
