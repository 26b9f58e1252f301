from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.media.exchange import Exchange
from tests.patience import PATIENCE


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange()
    yield made
    await made.close()


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    """Fails when a thread of the media plane outlives the test."""
    before = set(threading.enumerate())
    yield
    names = ("media", "microphone", "speaker", "camera", "audio-decoder", "video-decoder")
    left = [thread for thread in set(threading.enumerate()) - before if thread.name.startswith(names)]
    for thread in left:
        thread.join(PATIENCE)
    assert [thread.name for thread in left if thread.is_alive()] == []
