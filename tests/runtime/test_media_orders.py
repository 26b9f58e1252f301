"""Orders about presentations and the meeting's own offers, from the core through the driver to the media plane."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.runtime.parts import Backend, Brain, Media, turns, until
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.commands import Dismiss, Join
from tui_meet.core.ids import RoomId, Ticket
from tui_meet.core.model import MeetingLink
from tui_meet.core.state import MeetingState, Phase
from tui_meet.media.types import CallRefused, MediaConnected, PresentationState
from tui_meet.runtime.driver import Driver
from tui_meet.runtime.media_lane import NO_MEDIA, MediaLane

CONNECT = fx.ConnectMedia(0, (), True, True, RoomId("b-1"))


class Table:
    """A driver whose brain orders what the test says."""

    def __init__(self, *, with_media: bool = True) -> None:
        self.media = Media()
        self.backend = Backend()
        self.orders: tuple[fx.Effect, ...] = ()
        self.brain = Brain(lambda item: self.orders if isinstance(item, Dismiss) else ())
        media = (lambda: self.media) if with_media else None
        self.driver = Driver(self.brain, backend=lambda: self.backend, media=media)
        self.driver.start()

    def order(self, *effects: fx.Effect) -> None:
        self.orders = effects
        self.driver.send(Dismiss(0))

    async def connected(self) -> None:
        self.order(CONNECT)
        await until(lambda: "connect" in self.media.log)
        self.media.log.clear()

    async def answer(self) -> ev.RequestDone:
        await until(lambda: bool(self.brain.of(ev.RequestDone)))
        found = self.brain.of(ev.RequestDone)[-1]
        assert isinstance(found, ev.RequestDone)
        return found


@pytest.fixture
async def table() -> AsyncIterator[Table]:
    found = Table()
    yield found
    await found.driver.aclose()


async def test_calls_are_placed_in_their_room_and_states_reach_the_core(table: Table) -> None:
    await table.connected()
    assert table.backend.rooms == ["b-1"]
    table.media.tell(PresentationState("connecting", "new"))
    table.media.tell(MediaConnected())
    assert table.brain.of(ev.PresentationChanged) == [ev.PresentationChanged("connecting", "new")]


async def test_presenting_and_stopping_go_one_after_the_other(table: Table) -> None:
    await table.connected()
    table.order(
        fx.Present(Ticket(1), "a.pdf"), fx.Present(Ticket(2), None),
        fx.ReceivePresentation(True), fx.ReceivePresentation(False),
    )  # fmt: skip
    await until(lambda: len(table.media.log) == 4)
    assert table.media.log == [
        "present a.pdf", "present None", "receive presentation True", "receive presentation False",
    ]  # fmt: skip
    await until(lambda: len(table.brain.of(ev.RequestDone)) == 2)
    assert [(done.ticket, done.ok) for done in table.brain.of(ev.RequestDone)] == [(1, True), (2, True)]


@pytest.mark.parametrize("refusal", [ValueError("There is no such file."), CallRefused("The call was refused.")])
async def test_why_a_file_cannot_be_presented_is_said(table: Table, refusal: Exception) -> None:
    def refuse(path: str | None) -> None:
        raise refusal

    table.media.presenting = refuse
    await table.connected()
    table.order(fx.Present(Ticket(7), "a.pdf"))
    assert await table.answer() == ev.RequestDone(Ticket(7), False, message=str(refusal))


async def test_pages_say_which_they_are(table: Table) -> None:
    await table.connected()
    table.order(fx.TurnPage(Ticket(3), True))
    assert await table.answer() == ev.RequestDone(Ticket(3), True, message="Page 2 of 3.")


async def test_without_media_the_reason_is_said() -> None:
    table = Table(with_media=False)
    table.order(fx.Present(Ticket(1), "a.pdf"))
    assert await table.answer() == ev.RequestDone(Ticket(1), False, message=NO_MEDIA)
    table.order(fx.Present(Ticket(2), None), fx.ReceivePresentation(True), fx.AnswerOffer("v=0"))
    await turns()
    assert (await table.answer()).ok
    await table.driver.aclose()


async def test_the_meetings_own_offer_is_answered(table: Table) -> None:
    await table.connected()
    table.order(fx.AnswerOffer("v=0 theirs"))
    await until(lambda: bool(table.backend.answers))
    assert table.backend.answers == ["answer to v=0 theirs"]


async def test_a_join_that_is_ignored_touches_no_device(table: Table) -> None:
    await table.connected()
    table.brain._state = replace(MeetingState(), phase=Phase.IN_MEETING)
    table.order()
    table.media.log.clear()
    table.driver.send(Join(MeetingLink("http://x", "room"), "Ada", microphone_on=True, camera_on=True))
    await turns()
    assert table.media.log == []


async def test_a_plane_that_could_not_be_made_is_made_later_and_the_fault_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    media, backend = Media(), Backend()
    told: list[ev.Event] = []
    failures = 2

    def make() -> Media:
        nonlocal failures
        if failures:
            failures -= 1
            raise ImportError("no such codec")
        return media

    async def found() -> Backend:
        return backend

    lane = MediaLane(make, found, told.append)
    lane.prepare(microphone_on=False, camera_on=True)
    await until(lambda: failures == 1)
    for count in (1, 2):
        lane.connect(CONNECT)
        await until(lambda count=count: len(told) == count or "connect" in media.log)  # type: ignore[misc]
        if "connect" in media.log:
            break
    await until(lambda: {"open", "connect"} <= set(media.log))
    assert media.log.count("open") == 1
    assert all(isinstance(event, ev.MediaLost) and "log file" in event.sentence for event in told)
    assert len([record for record in caplog.records if record.exc_info]) == 1
    await lane.aclose(1)


async def test_a_plane_that_could_not_be_made_says_so_when_a_device_is_chosen() -> None:
    told: list[ev.Event] = []

    def make() -> Media:
        raise ImportError("no such codec")

    async def found() -> Backend:
        return Backend()

    lane = MediaLane(make, found, told.append)
    lane.choose(fx.ChooseDevice(Ticket(1), "camera", "pattern"))
    await until(lambda: bool(told))
    [done] = told
    assert isinstance(done, ev.DeviceChosen)
    assert "log file" in done.problem
    await lane.aclose(1)
