"""Client media against the media of the embedded server, without HTTP between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.media.test_peer import Client
from tests.media.test_presentation import mostly
from tests.media.test_slides import BLUE, GREEN, RED, solid, write_pdf
from tui_meet.media.slots import MAIN_STREAM, PRESENTATION_STREAM
from tui_meet.media.types import CallAnswer, CallOffer, FirstPicture, MediaConnected, MediaPlan
from tui_meet.server.sfu.room import MediaRoom

pytestmark = pytest.mark.usefixtures("no_thread_left")


class ServerLine:
    """Signalling without a network. Implements `CallSignalling`."""

    def __init__(self, room: MediaRoom, name: str) -> None:
        self.room = room
        self.name = name
        self.acknowledged = 0

    async def place(self, offer: CallOffer) -> CallAnswer:
        return CallAnswer(self.name, await self.room.connect(self.name, offer.sdp, offer.slot_mids))

    async def acknowledge(self, call_id: str) -> None:
        self.acknowledged += 1

    async def update(self, call_id: str, sdp: str) -> str:
        return await self.room.update(self.name, sdp)

    async def hang_up(self, call_id: str) -> None:
        await self.room.disconnect(self.name)


@pytest.fixture
async def room() -> AsyncIterator[MediaRoom]:
    made = MediaRoom(on_levels=lambda levels: None, on_state=lambda name, state: None)
    yield made
    await made.aclose()


@pytest.fixture
async def ada() -> AsyncIterator[Client]:
    client = Client(camera="pattern@160x90")
    yield client
    await client.media.aclose()


@pytest.fixture
async def bob() -> AsyncIterator[Client]:
    client = Client()
    yield client
    await client.media.aclose()


async def join(client: Client, room: MediaRoom, name: str, slots: int) -> None:
    await client.media.open_devices()
    await client.media.connect(ServerLine(room, name), MediaPlan(slots))
    room.set_publishing(name, audio=True, video=True)


async def test_slides_go_from_one_client_to_the_other(
    room: MediaRoom, ada: Client, bob: Client, tmp_path: Path
) -> None:
    await join(ada, room, "ada", 1)
    await join(bob, room, "bob", 1)
    await asyncio.gather(ada.told(MediaConnected), bob.told(MediaConnected))
    bob.media.board.slot(PRESENTATION_STREAM).want((160, 90))
    for turn in range(2):
        bob.events.clear()
        room.set_presentation("ada", ["bob"])
        await ada.media.present(write_pdf(tmp_path / "pages.pdf", [GREEN, BLUE]))
        await bob.media.receive_presentation(True)
        await bob.picture(PRESENTATION_STREAM, lambda frame: mostly(frame, GREEN))
        assert FirstPicture(PRESENTATION_STREAM, 1280, 720) in bob.events, turn
        await ada.media.next_page()
        await bob.picture(PRESENTATION_STREAM, lambda frame: mostly(frame, BLUE))
        room.set_presentation(None, [])
        await ada.media.present(None)
        await bob.media.receive_presentation(False)
    # The other one presents: each line now carries the other direction.
    ada.media.board.slot(PRESENTATION_STREAM).want((160, 90))
    room.set_presentation("bob", ["ada"])
    await bob.media.present(solid(tmp_path / "red.png", RED))
    await ada.media.receive_presentation(True)
    await ada.picture(PRESENTATION_STREAM, lambda frame: mostly(frame, RED))


async def test_a_client_without_slots_gets_its_one_picture_as_main(room: MediaRoom, ada: Client, bob: Client) -> None:
    await join(ada, room, "ada", 1)
    await join(bob, room, "bob", 0)
    (mid,) = room.receive_mids("bob")
    room.set_slots("bob", {mid: "ada"})
    bob.media.board.slot(MAIN_STREAM).want((80, 80))
    picture = await bob.picture(MAIN_STREAM, lambda frame: frame.source_width == 160)
    assert picture.pixels.shape == (45, 80, 3)
