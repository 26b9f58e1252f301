"""The driver: feed, drain, act, re-arm."""

from __future__ import annotations

import asyncio
import logging
import threading
import typing
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.runtime.parts import Backend, Brain, Clock, Media, turns, until
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.commands import Dismiss, Join, ReadChat, RunLine
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import MAIN_ROOM, StreamId, Ticket
from tui_meet.core.model import IceServer, MeetingLink, PublicEvent
from tui_meet.core.state import MeetingState
from tui_meet.media.types import (
    CallRefused,
    DeviceProblem,
    FirstPicture,
    Levels,
    MediaConnected,
    MediaLost,
    MediaPlan,
    MediaStats,
)
from tui_meet.media.types import IceServer as MediaIceServer
from tui_meet.runtime.driver import Driver

LINK = MeetingLink("http://x", "room")


class Scene:
    def __init__(self) -> None:
        self.brain = Brain()
        self.backend = Backend()
        self.media = Media()
        self.clock = Clock()
        self.threads: list[str] = []
        self.driver = Driver(
            self.brain, backend=self._make_backend, media=self._make_media, clock=self.clock, wall=lambda: 5.0
        )

    def _make_backend(self) -> Backend:
        self.threads.append(threading.current_thread().name)
        return self.backend

    def _make_media(self) -> Media:
        self.threads.append(threading.current_thread().name)
        return self.media

    def effects(self, *effects: fx.Effect) -> None:
        """Make the core ask for these now."""
        self.brain.script = lambda item: effects if isinstance(item, Dismiss) else ()
        self.driver.send(Dismiss(0))
        self.brain.script = lambda item: ()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    scene.driver.start()
    yield scene
    await scene.driver.aclose()


def test_every_effect_has_a_performer() -> None:
    scene = Scene()
    assert set(scene.driver._performers) == set(typing.get_args(fx.Effect))


async def test_inputs_are_handled_at_once_with_both_clocks(scene: Scene) -> None:
    scene.clock.now = 7.5
    scene.driver.send(ReadChat())
    assert scene.brain.inputs == [ReadChat()]
    assert scene.brain.times == [7.5]
    assert scene.driver.state.display_name == "1"


async def test_what_listeners_send_is_taken_up_after_never_nested(scene: Scene) -> None:
    order: list[str] = []

    def script(item: Any) -> tuple[fx.Effect, ...]:
        order.append(f"in {item}")
        return (fx.Publish(PublicEvent("a", MAIN_ROOM, {})), fx.Publish(PublicEvent("b", MAIN_ROOM, {})))

    def listen(event: PublicEvent, wall: float) -> None:
        order.append(event.name)
        if len(order) < 4:
            scene.driver.send(Dismiss(9))

    scene.brain.script = script
    scene.driver.on_publish(listen)
    scene.driver.send(Dismiss(1))
    first, second = f"in {Dismiss(1)}", f"in {Dismiss(9)}"
    assert order == [first, "a", "b", second, "a", "b", second, "a", "b"]


async def test_snapshots_are_told_once_per_turn(scene: Scene) -> None:
    seen: list[str] = []
    stop = scene.driver.snapshots.subscribe(lambda state: seen.append(state.display_name))
    for _ in range(50):
        scene.driver.send(Dismiss(0))
    assert seen == []
    await turns(1)
    assert seen == ["50"]
    assert scene.driver.snapshots.coalesced == 49
    stop()
    stop()
    scene.driver.send(Dismiss(0))
    await turns(2)
    assert seen == ["50"]


async def test_one_listener_that_fails_does_not_blind_the_others(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[MeetingState] = []

    def broken(state: MeetingState) -> None:
        raise RuntimeError("listener")

    scene.driver.snapshots.subscribe(broken)
    scene.driver.snapshots.subscribe(seen.append)

    def broken_too(event: PublicEvent, wall: float) -> None:
        raise RuntimeError("publish")

    scene.driver.on_publish(broken_too)
    heard: list[str] = []
    scene.driver.on_publish(lambda event, wall: heard.append(event.name))
    scene.effects(fx.Publish(PublicEvent("x", MAIN_ROOM, {})))
    await turns(2)
    assert len(seen) == 1
    assert heard == ["x"]
    assert sum("listener" in record.message for record in caplog.records) == 2


class Alarms:
    """The loop's timers of the driver: they ring when the test says so."""

    def __init__(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.set: list[tuple[float, asyncio.TimerHandle]] = []
        """(seconds asked for, handle)"""
        self._tick = driver._tick
        loop = asyncio.get_running_loop()
        self._call_later = loop.call_later
        monkeypatch.setattr(loop, "call_later", self._keep)

    def _keep(self, delay: float, callback: Any, *arguments: Any, **options: Any) -> asyncio.TimerHandle:
        ours = callback == self._tick
        handle = self._call_later(3600 if ours else delay, callback, *arguments, **options)
        if ours:
            self.set.append((delay, handle))
        return handle

    @property
    def waiting(self) -> list[float]:
        return [delay for delay, handle in self.set if not handle.cancelled()]

    def ring(self) -> None:
        """The newest one."""
        self.set[-1][1].cancel()
        self._tick()


async def test_the_timer_comes_when_asked_for_and_is_only_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms = Alarms(scene.driver, monkeypatch)

    def script(item: Any) -> tuple[fx.Effect, ...]:
        scene.brain.timer = scene.clock.now + 0.03 if len(scene.brain.of(ev.Tick)) < 2 else None
        return ()

    scene.brain.script = script
    for _ in range(5):
        scene.clock.now += 0.01
        scene.driver.send(Dismiss(0))
        assert alarms.waiting == [pytest.approx(0.03)]
    for ticks in (1, 2):
        scene.clock.now += 0.03
        alarms.ring()
        assert len(scene.brain.of(ev.Tick)) == ticks
    assert alarms.waiting == []


async def test_a_timer_comes_by_itself(scene: Scene) -> None:
    scene.brain.timer = scene.clock.now + 0.03
    scene.driver.send(Dismiss(0))
    assert not scene.brain.of(ev.Tick)
    await until(lambda: bool(scene.brain.of(ev.Tick)))


async def test_a_timer_in_the_past_does_not_starve_the_loop(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms = Alarms(scene.driver, monkeypatch)
    scene.brain.timer = 0.0
    scene.driver.send(Dismiss(0))
    for _ in range(3):
        assert alarms.waiting == [pytest.approx(0.001)], "others have their turns of the loop before it"
        alarms.ring()
    assert len(scene.brain.of(ev.Tick)) == 3


async def test_lines_are_answered(scene: Scene) -> None:
    lines: dict[Ticket, str] = {}

    def script(item: Any) -> tuple[fx.Effect, ...]:
        if isinstance(item, RunLine):
            lines[item.ticket] = item.line
            return ()
        return tuple(fx.Answer(ticket, line, True, line.upper()) for ticket, line in lines.items())

    scene.brain.script = script
    running = [asyncio.create_task(scene.driver.run_line(f"line {number}")) for number in range(5)]
    await turns(2)
    assert len(lines) == 5
    scene.driver.send(Dismiss(0))
    answers = await asyncio.gather(*running)
    assert [answer.message for answer in answers] == [f"LINE {number}" for number in range(5)]


async def test_a_fault_of_the_core_is_answered_and_logged_and_the_loop_lives(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    def script(item: Any) -> tuple[fx.Effect, ...]:
        raise ZeroDivisionError("core")

    scene.brain.script = script
    answer = await scene.driver.run_line("promote secret")
    assert not answer.ok
    assert "log file" in answer.message
    assert "secret" not in answer.line
    assert any(record.exc_info for record in caplog.records)
    scene.brain.script = lambda item: ()
    scene.driver.send(Dismiss(0))
    assert scene.driver.state.display_name == "2"


async def test_orders_reach_the_backend_in_order_from_a_thread_made_backend(scene: Scene) -> None:
    orders: list[fx.Effect] = [fx.RequestToken(LINK, "Ada"), fx.OpenStream(), fx.LowerAllHands(Ticket(1))]
    scene.effects(*orders)
    await until(lambda: len(scene.backend.orders) == 3)
    assert scene.backend.orders == orders
    assert scene.threads[0] != threading.current_thread().name


async def test_facts_reach_the_core_in_order(scene: Scene) -> None:
    scene.driver.warm_up()
    facts: list[ev.Event] = [ev.StageChanged(()), ev.StreamOpened(), ev.RosterSynced(MAIN_ROOM)] * 100
    for fact in facts:
        scene.backend.facts.put_nowait(fact)
    await until(lambda: len(scene.brain.inputs) == 300)
    assert scene.brain.inputs == facts


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        (fx.RequestToken(LINK, "Ada"), ev.ServerUnreachable),
        (fx.OpenStream(), ev.StreamLost),
        (fx.LowerAllHands(Ticket(3)), ev.RequestDone),
    ],
)
async def test_a_backend_that_fails_is_a_fact(
    scene: Scene, caplog: pytest.LogCaptureFixture, order: fx.Effect, kind: type
) -> None:
    def fail(effect: object) -> None:
        raise ZeroDivisionError("backend")

    scene.backend.performing = fail
    scene.effects(order)
    await until(lambda: bool(scene.brain.of(kind)))
    assert any(record.exc_info for record in caplog.records)
    if kind is ev.RequestDone:
        assert scene.brain.of(kind)[0].ticket == 3
    scene.backend.performing = lambda effect: None
    scene.effects(fx.OpenStream())
    await until(lambda: scene.backend.orders[-1] == fx.OpenStream())


async def test_a_backend_that_cannot_be_made_is_a_fact(caplog: pytest.LogCaptureFixture) -> None:
    brain = Brain()

    def broken() -> Backend:
        raise ImportError("no such module")

    driver = Driver(brain, backend=broken, media=None)
    brain.script = lambda item: (fx.RequestToken(LINK, "Ada"),) if isinstance(item, Dismiss) else ()
    driver.send(Dismiss(0))
    await until(lambda: bool(brain.of(ev.ServerUnreachable)))
    assert not brain.of(ev.ServerUnreachable)[0].retryable
    await driver.aclose()


async def test_facts_that_break_off_are_a_fact(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    scene.driver.warm_up()
    scene.backend.facts.put_nowait(RuntimeError("stream"))
    await until(lambda: bool(scene.brain.of(ev.StreamLost)))
    assert "broke off" in caplog.text


# Media.


def _connect(slots: int = 4) -> fx.ConnectMedia:
    return fx.ConnectMedia(slots, (IceServer(("stun:x",), "u", "c"),), microphone_on=False, camera_on=True)


async def test_a_call_is_placed_while_a_slow_device_is_still_being_opened(scene: Scene) -> None:
    scene.media.opening = asyncio.Event().wait
    scene.effects(_connect())
    await until(lambda: {"open", "connect"} <= set(scene.media.log))
    assert scene.media.plans == [MediaPlan(4, (MediaIceServer(("stun:x",), "u", "c"),), False, True)]
    assert scene.driver.board is scene.media.board
    assert scene.driver.statistics().sent_kbps == 12.0


async def test_joining_opens_devices_before_the_call(scene: Scene) -> None:
    scene.driver.send(Join(LINK, "Ada", microphone_on=False, camera_on=False))
    await until(lambda: "open" in scene.media.log)
    assert scene.media.log[:4] == ["mic False", "cam False", "deaf False", "open"]
    scene.effects(_connect())
    await until(lambda: "connect" in scene.media.log)
    assert scene.media.log.count("open") == 1


async def test_joining_without_media_opens_nothing(scene: Scene) -> None:
    scene.driver.send(Join(LINK, "Ada", with_media=False))
    await turns()
    assert scene.threads == []


async def test_a_newer_call_replaces_one_that_is_being_placed(scene: Scene) -> None:
    hold = asyncio.Event()
    scene.media.connecting = hold.wait
    scene.effects(_connect(1))
    await until(lambda: "connect" in scene.media.log)
    scene.effects(_connect(2))
    scene.effects(_connect(3))
    hold.set()
    await until(lambda: len(scene.media.plans) == 2)
    await turns()
    calls = [entry for entry in scene.media.log if entry in ("connect", "given up", "disconnect")]
    assert calls == ["connect", "given up", "disconnect", "connect"]
    assert [plan.slots for plan in scene.media.plans] == [1, 3]
    assert not scene.brain.of(ev.MediaLost)


async def test_disconnecting_gives_up_a_call_under_way(scene: Scene) -> None:
    scene.media.connecting = asyncio.Event().wait
    scene.effects(_connect())
    await until(lambda: "connect" in scene.media.log)
    scene.effects(fx.DisconnectMedia())
    await until(lambda: "disconnect" in scene.media.log)
    assert "given up" in scene.media.log
    scene.effects(fx.DisconnectMedia())
    await turns()
    assert scene.media.log.count("disconnect") == 1


async def test_a_refused_call_is_a_fact(scene: Scene) -> None:
    def refuse() -> None:
        raise CallRefused("No room for your picture.")

    scene.media.connecting = refuse
    scene.effects(_connect())
    await until(lambda: bool(scene.brain.of(ev.MediaLost)))
    assert scene.brain.of(ev.MediaLost) == [ev.MediaLost("No room for your picture.")]


async def test_a_fault_of_the_plane_is_a_fact(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ZeroDivisionError("media")

    scene.media.connecting = fail
    scene.effects(_connect())
    await until(lambda: bool(scene.brain.of(ev.MediaLost)))
    assert any(record.exc_info for record in caplog.records)


async def test_what_media_tells(scene: Scene) -> None:
    scene.driver.warm_up()
    await until(lambda: scene.driver.board is not None)
    scene.media.tell(Levels(-20.0, -40.0))
    scene.media.tell(MediaConnected())
    scene.media.tell(FirstPicture("2", 320, 180))
    scene.media.tell(DeviceProblem("camera", "No camera."))
    scene.media.tell(MediaLost("Gone."))
    assert scene.driver.levels == Levels(-20.0, -40.0)
    assert scene.brain.inputs == [
        ev.MediaConnected(),
        ev.PictureStarted(StreamId("2"), 320, 180),
        ev.DeviceFailed("camera", "No camera."),
        ev.MediaLost("Gone."),
    ]


async def test_switches_are_kept_for_a_plane_that_is_made_later(scene: Scene) -> None:
    scene.effects(fx.SetMicrophone(False), fx.SetCamera(False), fx.SetDeafened(True))
    scene.driver.warm_up()
    await until(lambda: scene.driver.board is not None)
    assert scene.media.log == ["mic False", "cam False", "deaf True"]
    scene.effects(fx.SetMicrophone(True))
    assert scene.media.log[-1] == "mic True"


async def test_choosing_devices(scene: Scene) -> None:
    def choose(spec: str) -> None:
        if spec == "7":
            raise ValueError("There is no camera 7.")

    scene.media.choosing = choose
    scene.effects(fx.ChooseDevice(Ticket(1), "camera", "pattern"), fx.ChooseDevice(Ticket(2), "camera", "7"))
    await until(lambda: len(scene.brain.of(ev.DeviceChosen)) == 2)
    assert scene.brain.of(ev.DeviceChosen) == [
        ev.DeviceChosen(Ticket(1)), ev.DeviceChosen(Ticket(2), "There is no camera 7."),
    ]  # fmt: skip


async def test_a_client_without_media() -> None:
    brain = Brain()
    driver = Driver(brain, backend=Backend, media=None)
    effects = (_connect(), fx.ChooseDevice(Ticket(1), "camera", "pattern"), fx.DisconnectMedia())
    brain.script = lambda item: effects[:2] if isinstance(item, Dismiss) else ()
    driver.send(Dismiss(0))
    await until(lambda: bool(brain.of(ev.DeviceChosen)) and bool(brain.of(ev.MediaLost)))
    assert "without sound" in brain.of(ev.DeviceChosen)[0].problem
    assert driver.board is None
    assert driver.statistics() == MediaStats()
    await driver.aclose()


# Faces.


async def test_face_commands_are_answered_through_the_core(scene: Scene) -> None:
    scene.effects(fx.FaceCommand(Ticket(1), "stats"))
    assert not scene.brain.of(ev.RequestDone)[-1].ok

    async def later() -> str:
        await asyncio.sleep(0)
        return "later"

    def face(effect: fx.FaceCommand) -> Any:
        if effect.name == "theme":
            raise CommandError("There is no such theme.", 7)
        if effect.name == "broken":
            raise ZeroDivisionError
        return later() if effect.name == "devices" else f"fine {effect.argument}"

    stop = scene.driver.on_face_command(face)
    for number, name in enumerate(("stats", "theme", "devices", "broken"), 2):
        scene.effects(fx.FaceCommand(Ticket(number), name, "x"))
    await turns()
    done = {item.ticket: item for item in scene.brain.of(ev.RequestDone)}
    assert done[Ticket(2)] == ev.RequestDone(Ticket(2), True, message="fine x")
    assert done[Ticket(3)] == ev.RequestDone(Ticket(3), False, 7, "There is no such theme.")
    assert done[Ticket(4)] == ev.RequestDone(Ticket(4), True, message="later")
    assert "log file" in done[Ticket(5)].message
    stop()


async def test_quitting_is_told(scene: Scene) -> None:
    told: list[int] = []
    scene.driver.on_quit(lambda: told.append(1))
    scene.effects(fx.Quit())
    assert told == [1]


# The end.


async def test_closing_answers_waiting_lines_and_closes_both(scene: Scene) -> None:
    scene.driver.warm_up()
    await until(lambda: scene.driver.board is not None)
    waiting = asyncio.create_task(scene.driver.run_line("say hi"))
    await turns(2)
    await asyncio.gather(scene.driver.aclose(), scene.driver.aclose())
    answer = await waiting
    assert (answer.ok, answer.line) == (False, "say")
    assert scene.backend.closed == 1
    assert scene.media.log[-1] == "close"
    assert not (await scene.driver.run_line("say more")).ok
    inputs = len(scene.brain.inputs)
    scene.driver.send(Dismiss(0))
    assert len(scene.brain.inputs) == inputs


async def test_closing_is_quick_when_everything_hangs(scene: Scene) -> None:
    never = asyncio.Event()
    scene.backend.performing = lambda effect: never.wait()
    scene.media.connecting = never.wait
    scene.effects(fx.RequestToken(LINK, "Ada"), _connect())
    await until(lambda: "connect" in scene.media.log)
    async with asyncio.timeout(PATIENCE):  # what hangs here hangs for ever
        await scene.driver.aclose()


async def test_nothing_is_logged_when_all_is_well(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "tui_meet"):
        scene.effects(_connect(), fx.OpenStream())
        await until(lambda: "connect" in scene.media.log)
        await scene.driver.aclose()
    assert [record for record in caplog.records if record.name.startswith("tui_meet")] == []
