"""Event streams that break at any moment: nothing that lasts is lost or doubled, and the state is the same again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.api.meeting import Clock, conferences
from tests.server.rooms.meeting_scene import HumanClient
from tui_meet.server.conferences import Conference, Refused
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import seat_uuid
from tui_meet.server.streams import EventQueue
from tui_meet.wire.sse import EventStreamParser

ROOM = "b1"
DEEDS: dict[str, Callable[[int], Any]] = {
    "say": lambda n: on.SendMessage("cy", f"word {n}", "text/plain"),
    "say inside": lambda n: on.SendMessage(seat_uuid(ROOM, "cy"), f"inside {n}", "text/plain"),
    "hand": lambda n: on.SetHand("cy", "cy", bool(n % 2)),
    "lock": lambda n: on.SetLocked("cy", bool(n % 2)),
    "lock inside": lambda n: on.SetLocked(seat_uuid(ROOM, "cy"), bool(n % 2)),
    "own microphone": lambda n: on.SetClientMuted("cy", "cy", bool(n % 2)),
    "newcomer": lambda n: on.Join(f"new-{n}", f"New {n}", ""),
    "gone": lambda n: on.Leave(f"new-{n - 1}"),
    "move": lambda n: ask.MovePeople("cy", ROOM, ("ada", "bo")),
    "help": lambda n: ask.AskForHelp(seat_uuid(ROOM, "cy"), bool(n % 2)),
}
walks = st.lists(
    st.one_of(st.sampled_from(list(DEEDS)), st.sampled_from(("lose", "lose", "open", "open", "again", "read"))),
    min_size=5, max_size=40,
)  # fmt: skip


class Reader:
    """A client that reads when told to."""

    def __init__(self, conference: Conference, uuid: str) -> None:
        self.conference = conference
        self.uuid = uuid
        self.client = HumanClient()
        self.stream: EventQueue | None = None
        self.open()

    def open(self) -> None:
        """A new connection, also where the server has not noticed the end of the one before."""
        self.stream = self.conference.open_stream(self.uuid)

    def lose(self) -> None:
        if self.stream is not None:
            self.conference.close_stream(self.uuid, self.stream)
            self.stream = None

    async def read(self) -> None:
        if self.stream is None:
            return
        parser = EventStreamParser()
        while True:
            taking = asyncio.ensure_future(self.stream.take())
            await asyncio.sleep(0)
            if not taking.done():
                taking.cancel()
                await asyncio.gather(taking, return_exceptions=True)
                return
            chunk = taking.result()
            assert chunk is not None
            for event in parser.feed(chunk):
                self.client.take(event.name, json.loads(event.data))


def words(client: HumanClient) -> list[str]:
    heard = [*client.own.messages, *(message for room in client.breakouts.values() for message in room.messages)]
    return sorted(message["payload"] for message in heard)


async def _walk(walk: list[str]) -> None:
    made, _ = conferences(Clock())
    conference = made.find("open")
    assert conference is not None
    for name in ("ada", "bo", "cy"):
        conference.join(on.Join(name, name.title()))
    conference.do(ask.OpenBreakout("cy", ROOM, "Blue"))
    steady, flaky = Reader(conference, "ada"), Reader(conference, "bo")
    said: list[str] = []
    for number, deed in enumerate(walk):
        if deed == "lose":
            flaky.lose()
        elif deed == "open":
            if flaky.stream is None:
                flaky.open()
        elif deed == "again":
            flaky.open()
        elif deed == "read":
            await flaky.read()
        else:
            request = DEEDS[deed](number)
            if isinstance(request, on.SendMessage):
                said.append(request.payload)
            with contextlib.suppress(Refused):  # locked already, gone already
                conference.do(request)
        await steady.read()
    if flaky.stream is None:
        flaky.open()
    await flaky.read()
    one, other = steady.client, flaky.client
    assert words(one) == words(other) == sorted(said)
    assert len(one.host_moves) == len(other.host_moves)
    assert one.own.roster == other.own.roster
    assert one.own.status == other.own.status
    assert one.own.stage == other.own.stage
    assert set(one.seats) == set(other.seats) == {ROOM}
    assert one.breakouts[ROOM].status == other.breakouts[ROOM].status
    assert set(other.breakouts[ROOM].roster) == {other.seats[ROOM]}
    await made.aclose()


@settings(max_examples=40, deadline=None)
@given(walks)
def test_nothing_is_lost_or_doubled_whenever_a_stream_breaks(walk: list[str]) -> None:
    asyncio.run(_walk(walk))


async def test_what_a_cut_stream_had_not_delivered_is_kept() -> None:
    queue = EventQueue(max_events=3)
    queue.put(b"state")
    queue.put(b"state")
    queue.put(b"one", lasting=True)
    assert not queue.put(b"two", lasting=True)
    queue.put(b"three", lasting=True)
    assert queue.left_over() == [b"one", b"two", b"three"]
    assert queue.left_over() == []
