"""A capture replays to the same states, and holds no secret."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest

from tests.runtime.parts import Backend, Clock, turns
from tui_meet.core import events as ev
from tui_meet.core.commands import GivePin, Join, ReadChat, RunLine, ShowSlots
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, StreamId, Ticket
from tui_meet.core.model import (
    ConferenceStatus,
    IceServer,
    MeetingLink,
    Participant,
    Role,
    SlotBinding,
    StageEntry,
)
from tui_meet.core.session import Session
from tui_meet.core.state import MeetingState, Phase
from tui_meet.runtime.capture import CaptureError, Recorder, Replay
from tui_meet.runtime.driver import Driver

ME, GRACE = ParticipantId("me-1"), ParticipantId("p-2")
SECRET = "s3cr3t"


def _meeting() -> list[tuple[float, Any]]:
    """A meeting as (seconds since the one before, input)."""
    accepted = ev.JoinAccepted(
        ME, Role.MODERATOR, "Ada", "room", "Room", parts=frozenset({"slots", "volumes", "actors"}),
        ice_servers=(IceServer(("turn:x",), "u", SECRET),),
    )  # fmt: skip
    grace = Participant(GRACE, "Grace", hand_raised_at=12.0)
    return [
        (0, Join(MeetingLink("http://x", "room"), "Ada", SECRET)),
        (0.1, ev.PinNeeded(True, True)),
        (0.1, ev.JoinRefused("Invalid PIN", "#pex101")),
        (2, GivePin(SECRET)),
        (0.1, accepted),
        (0.1, ev.StreamOpened()),
        (0, ev.RosterSyncBegan(MAIN_ROOM)),
        (0, ev.ParticipantCreated(MAIN_ROOM, Participant(ME, "Ada", Role.MODERATOR))),
        (0, ev.ParticipantCreated(MAIN_ROOM, grace)),
        (0, ev.RosterSynced(MAIN_ROOM)),
        (0, ev.StatusChanged(MAIN_ROOM, ConferenceStatus(classification_levels={1: "Red"}, classification_current=1))),
        (0, ev.StageChanged((StageEntry(GRACE, 0, 80), StageEntry(ME, 1, 0)))),
        (0, ev.SlotsBound((SlotBinding(StreamId("2"), GRACE), SlotBinding(StreamId("3"), None)))),
        (0, ev.LayoutChanged({"view": "1:7", "requested_layout": {"primary_screen": {"chair_layout": "1:7"}}})),
        (1, ShowSlots(((320, 180), (0, 0)))),
        (1, ev.MessageArrived("m", GRACE, "Grace", "hi – “there”", True, MAIN_ROOM)),
        (1, ev.ApplicationMessageArrived(GRACE, "Grace", {"a": [1, {"b": None}]}, False, MAIN_ROOM)),
        (1, RunLine("say hello", Ticket(5))),
        (0.1, ev.RequestDone(Ticket(1), True)),
        (1, RunLine(f"promote {SECRET}", Ticket(6))),
        (1, ReadChat(GRACE)),
        (1, ev.ActionReported("lock", GRACE, None)),
        (1, ev.DeviceFailed("camera", "No camera.")),
        (1, ev.StreamLost("It ended.")),
        (1, ev.Tick()),
        (1, ev.TokenLost()),
        (5, ev.Tick()),
        (1, ev.Transferred("other", SECRET)),
        (1, RunLine("leave", Ticket(7))),
    ]


async def _record(file: io.StringIO) -> list[MeetingState]:
    recorder, clock = Recorder(file), Clock()
    session = Session(recorder.chance(random.Random(3).random))
    driver = Driver(session, backend=Backend, media=None, clock=clock, wall=lambda: 1e9 + clock.now,
                    witness=recorder.witness)  # fmt: skip
    states = []
    for seconds, item in _meeting():
        clock.now += seconds
        driver.send(item)
        states.append(driver.state)
    await turns(1)
    await driver.aclose()
    return states


async def test_a_capture_replays_to_the_same_states() -> None:
    file = io.StringIO()
    states = await _record(file)
    assert {state.phase for state in states} >= {Phase.PIN, Phase.IN_MEETING, Phase.ENDED}
    replay = Replay(file.getvalue().splitlines())
    session = Session(replay.chance)
    again = []
    for given in replay.inputs:
        session.handle(given.item, given.now, given.wall)
        again.append(session.state)
    assert again[: len(states)] == states


async def test_a_capture_holds_no_secret() -> None:
    file = io.StringIO()
    await _record(file)
    assert SECRET not in file.getvalue()
    assert "say hello" in file.getvalue()


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (f"promote\t{SECRET}", "promote hidden"),
        (f"  promote   {SECRET} ", "promote hidden"),
        (f"transfer\tGrace other {SECRET}", "transfer\tGrace other ***"),
        ("say promote me", "say promote me"),
    ],
)
def test_lines_with_secrets_are_written_without(line: str, written: str) -> None:
    file = io.StringIO()
    Recorder(file).witness(RunLine(line, Ticket(1)), 1.0, 2.0)
    [given] = Replay(file.getvalue().splitlines()).inputs
    assert given.item == RunLine(written, Ticket(1))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["{}"],
        ["not json"],
        ['{"capture": "tui-meet capture", "version": 99}'],
        ['{"capture": "tui-meet capture", "version": 1}', '{"input": "Nonsense", "fields": {}, "now": 0, "wall": 0}'],
        ['{"capture": "tui-meet capture", "version": 1}', '{"input": "Tick", "fields": {"x": 1}, "now": 0, "wall": 0}'],
        ['{"capture": "tui-meet capture", "version": 1}', "[]"],
    ],
)
def test_what_is_no_capture(lines: list[str]) -> None:
    with pytest.raises(CaptureError, match="line"):
        Replay(lines)


def test_more_chance_than_was_recorded_is_said() -> None:
    with pytest.raises(CaptureError, match="chance"):
        Replay(['{"capture": "tui-meet capture", "version": 1}']).chance()
