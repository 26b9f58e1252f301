"""Real media between the official client and terminal clients: pictures arrive and change, sound arrives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conformance.official import Official
from tests.conformance.seeing import heard_level, hears, pixels, shows_bars, shows_green, until
from tests.e2e.processes import Headless, Server
from tests.e2e.sound import read_wave
from tui_meet.media.devices.patterns import read_counter

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

Open = Callable[[str], Official]
Start = Callable[..., Headless]

TONE = 660
"""Hz. Chromium's fake microphone beeps far from it."""


def sees_pictures(terminal: Headless) -> bool:
    return bool(json.loads(terminal.ok("stats")["message"])["pictures_per_second"] > 3)


def test_a_browser_and_a_terminal_see_and_hear_each_other(
    server: Server, official: Open, headless: Start, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    terminal = headless(
        server.link("open"), "Ada", "--pin", "2468", "--mic", f"tone:{TONE}", "--camera", "pattern",
        "--speaker", f"file:{heard}",
    )  # fmt: skip
    terminal.event("connected")
    browser = official("Grace")
    browser.join("open", pin="none", media=True)
    until("the terminal's colour bars in the browser", lambda: shows_bars(browser))
    until("the terminal's tone in the browser", lambda: hears(browser, TONE))
    until("pictures of the browser in the terminal", lambda: sees_pictures(terminal))
    first = read_counter(pixels(browser))
    time.sleep(1)
    assert 5 <= read_counter(pixels(browser)) - first <= 30
    browser.leave()
    terminal.event("participantLeft")
    terminal.ok("leave")
    assert terminal.wait() == 0
    sound = read_wave(heard)
    assert np.sqrt(np.mean(sound**2)) > 0.01
    assert np.abs(sound).max() > 0.1
    assert browser.complaints() == []


def test_two_browsers_see_each_other_and_the_speaking_order_is_told(official: Open) -> None:
    first, second = official("Grace"), official("Alan")
    first.join("open", pin="none", media=True)
    second.join("open", pin="none", media=True)
    for page in (first, second):
        until("the other's camera", lambda page=page: shows_green(page))  # type: ignore[misc]
        before = pixels(page)
        until("a picture that changes", lambda page=page, before=before: (pixels(page) != before).any())  # type: ignore[misc]
        until("the other's beeps", lambda page=page: heard_level(page) > 0.02)  # type: ignore[misc]
    stage = first.signal("onStage", lambda rows: any(row["vad"] > 0 for row in rows)).data
    assert {row["userId"] for row in stage} <= {row["uuid"] for row in first.roster()}
    for page in (first, second):
        page.signal("onRtcStats")
        assert page.complaints() == []


def test_a_camera_that_is_switched_off_is_no_reason_to_connect_again(
    server: Server, official: Open, headless: Start
) -> None:
    terminal = headless(
        server.link("open"), "Ada", "--pin", "2468", "--mic", "none", "--speaker", "none", "--camera", "pattern"
    )
    terminal.event("connected")
    browser = official("Grace")
    browser.join("open", pin="none", media=True)
    until("the terminal's colour bars", lambda: shows_bars(browser))
    place = browser.mark()
    terminal.ok("camera off")
    browser.participant("Ada", isCameraMuted=True)
    time.sleep(5)
    assert not [one for one in browser.heard.signals[place:] if one.name == "onReconnecting"]
    terminal.ok("camera on")
    until("the terminal's colour bars again", lambda: shows_bars(browser))
    assert browser.complaints() == []


def test_sound_alone(server: Server, official: Open, headless: Start) -> None:
    terminal = headless(
        server.link("open"), "Ada", "--pin", "2468", "--mic", f"tone:{TONE}", "--speaker", "none", "--camera", "none"
    )
    terminal.event("connected")
    browser = official("Grace")
    browser.join("open", pin="none", media=True, call_type=6)
    until("the terminal's tone in the browser", lambda: hears(browser, TONE))
    assert browser.participant("Grace", callType="audio")
    assert browser.complaints() == []
