"""Callbacks: names of the seed, order, faults."""

from __future__ import annotations

import asyncio
import logging
import re
import typing
from pathlib import Path
from typing import Any

import pytest

from tui_meet.api import MeetingEvents, events
from tui_meet.core.event_names import EXTENSION_EVENTS, SEED_EVENTS
from tui_meet.core.ids import MAIN_ROOM
from tui_meet.core.model import PublicEvent

CORE = Path(__file__).resolve().parents[2] / "tui_meet" / "core"


def _event(name: str, **payload: Any) -> PublicEvent:
    return PublicEvent(name, MAIN_ROOM, payload)


def test_the_names_are_exactly_those_of_the_seed_and_the_extension() -> None:
    names = {name for name, value in vars(MeetingEvents()).items() if isinstance(value, events.EventSource)}
    assert names == {*SEED_EVENTS, *EXTENSION_EVENTS} == set(typing.get_type_hints(MeetingEvents))
    assert len(set(SEED_EVENTS)) == 20


def test_everything_the_core_publishes_can_be_listened_to() -> None:
    source = "\n".join(path.read_text() for path in CORE.rglob("*.py"))
    published = set(re.findall(r'\.publish\(\s*"(\w+)"', source)) | {"message", "directMessage"}
    assert published == {*SEED_EVENTS, *EXTENSION_EVENTS}


def test_payloads_have_the_shape_of_the_seed() -> None:
    told: list[Any] = []
    found = MeetingEvents()
    found.connected.add(lambda: told.append("connected"))
    found.stage.add(told.append)
    found.transfer.add(told.append)
    found.tell(_event("connected"))
    found.tell(_event("stage", stage=[{"userId": "a", "stageIndex": 0, "vad": 100}]))
    found.tell(_event("transfer", alias="other"))
    found.tell(_event("somethingNew"))
    assert told == ["connected", [{"userId": "a", "stageIndex": 0, "vad": 100}], {"alias": "other"}]


def test_a_callback_is_taken_off_and_one_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Any] = []
    found = MeetingEvents()

    def fail(_payload: Any) -> None:
        raise ValueError("my own fault")

    found.message.add(fail)
    remove = found.message.add(told.append)
    with caplog.at_level(logging.ERROR):
        found.tell(_event("message", message="1"))
    assert "my own fault" in caplog.text
    remove()
    remove()
    found.tell(_event("message", message="2"))
    assert told == [{"message": "1"}]


async def test_a_coroutine_gets_one_event_after_the_other_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_WAITING", 3)
    told: list[str] = []
    go_on = asyncio.Event()
    found = MeetingEvents()

    async def slow(payload: dict[str, str]) -> None:
        told.append(payload["message"])
        await go_on.wait()
        if payload["message"] == "0":
            raise ValueError("the first fails")

    found.message.add(slow)
    for number in range(6):
        found.tell(_event("message", message=str(number)))
    await asyncio.sleep(0)
    assert told == ["0"]
    go_on.set()
    await found.aclose(1)
    assert told == ["0", "3", "4", "5"]
    assert found.message.dropped == 2
