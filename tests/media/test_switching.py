"""Switches that are thrown, and calls that are given up, just while something else is under way."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.media.exchange import Exchange
from tests.media.test_peer import Client, clients, until
from tests.patience import PATIENCE
from tui_meet.media.peer.connection import Call
from tui_meet.media.peer.equipment import Equipment
from tui_meet.media.peer.tracks import MicrophoneTrack, PictureTrack
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import CallOffer, MediaConnected, MediaPlan

__all__ = ["clients"]

pytestmark = pytest.mark.usefixtures("no_thread_left")

PICTURE: npt.NDArray[np.uint8] = np.zeros((18, 32, 3), np.uint8)


async def test_muting_while_the_call_is_being_placed_stays(
    exchange: Exchange, clients: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(microphone="tone:440", camera="pattern:orbit@160x90")
    clients.append(client)
    await client.media.open_devices()
    opening = threading.Event()

    def slow(_equipment: Equipment, _kind: str) -> None:
        opening.set()
        time.sleep(0.2)

    monkeypatch.setattr(Equipment, "open", slow)
    line = exchange.line()
    connecting = asyncio.create_task(client.media.connect(line, MediaPlan(slots=1)))
    await until(opening.is_set)
    client.media.set_microphone(False)
    client.media.set_camera(False)
    await connecting
    await client.told(MediaConnected)
    await asyncio.sleep(0.3)
    assert not client.media._equipment._microphone_on
    assert await line.sent_by_client("video") == 0


async def test_a_call_given_up_as_it_is_made_is_closed(
    exchange: Exchange, clients: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    clients.append(client)
    calls: list[Call] = []
    begun, made = threading.Event(), threading.Event()
    offer = Call.offer

    async def watched(call: Call) -> CallOffer:
        calls.append(call)
        begun.set()
        await asyncio.sleep(0.2)
        found = await offer(call)
        asyncio.get_running_loop().call_later(0.02, made.set)
        return found

    monkeypatch.setattr(Call, "offer", watched)
    connecting = asyncio.create_task(client.media.connect(exchange.line(), MediaPlan(slots=1)))
    await until(begun.is_set)
    # This loop stands still until the call is there, so that nobody here knows of it yet when it is given up.
    made.wait(PATIENCE)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert [call.closing for call in calls] == [True]
    assert client.media._equipment._camera_track is None


class Interrupted(PictureTrack):
    """The camera is switched off just when a picture is about to be taken."""

    equipment: Equipment

    def put(self, picture: npt.NDArray[np.uint8], at: float) -> None:
        self.equipment.set_camera(False)
        super().put(picture, at)


async def test_no_picture_goes_out_after_the_camera_was_switched_off() -> None:
    told: list[Any] = []
    equipment = Equipment({"microphone": "none", "speaker": "none", "camera": "none"}, FrameBoard(), told.append)
    track = Interrupted()
    track.equipment = equipment
    equipment.join_call(MicrophoneTrack(), track)
    equipment._seen(0, PICTURE, 1.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await track.recv()
    equipment.set_camera(True)
    PictureTrack.put(track, PICTURE, 2.0)
    assert (await track.recv()).width == 32


async def test_a_call_begun_with_the_camera_off_takes_no_picture_until_it_is_on() -> None:
    equipment = Equipment({"microphone": "none", "speaker": "none", "camera": "none"}, FrameBoard(), lambda _: None)
    equipment.set_camera(False)
    track = PictureTrack()
    equipment.join_call(MicrophoneTrack(), track)
    track.put(PICTURE, 1.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await track.recv()
    equipment.set_camera(True)
    track.put(PICTURE, 2.0)
    assert (await track.recv()).height == 18
