"""Two apps in terminals of their own and a server, three processes, used by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.processes import Server
from tests.e2e.sound import RATE, Playing, best_match, is_all_heard, read_wave
from tests.e2e.terminal import Terminal
from tests.patience import PATIENCE, wait_until

Start = Callable[..., Terminal]
QUIET = ("--mic", "none", "--speaker", "none")
BARS = {
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
    "cyan": (0, 255, 255),
    "green": (0, 255, 0),
    "magenta": (255, 0, 255),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
}


def _cells_near(screen: Terminal, colour: tuple[int, int, int], distance: int = 60) -> int:
    counts = screen.backgrounds_and_foregrounds()
    return sum(
        count
        for shown, count in counts.items()
        if max(abs(a - b) for a, b in zip(shown, colour, strict=True)) <= distance
    )


@pytest.mark.real
def test_two_people_see_hear_chat_and_moderate(
    server: Server, terminal: Start, speech: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    heard = tmp_path / "heard.wav"
    ada = terminal(
        "join", server.link("open"), "--name", "Ada", "--pin", "2468",
        "--mic", "none", "--speaker", f"file:{heard}", "--camera", "none",
    )  # fmt: skip
    ada.wait(lambda screen: "Ada" in screen and "Open room" in screen)
    grace = terminal(
        "join", server.link("open"), "--name", "Grace",
        "--mic", f"file:{speech}", "--speaker", "none", "--camera", "pattern",
    )  # fmt: skip
    ada.wait("Grace")
    grace.wait("Ada")
    playing = Playing(grace.process_id(), speech)

    wait_until(
        lambda: all(_cells_near(ada, colour) >= 15 for colour in BARS.values()),
        lambda: f"{[name for name, colour in BARS.items() if _cells_near(ada, colour) < 15]} in\n{ada.screen()}",
    )

    ada.keys("c")
    ada.type("Hello from Ada")
    ada.keys("Enter")
    grace.wait("Hello from Ada")
    ada.keys("Escape")
    grace.keys("c")
    grace.type("Hello from Grace")
    grace.keys("Enter")
    ada.wait("Hello from Grace")
    grace.keys("Escape")
    grace.keys("h")
    ada.wait(lambda screen: re.search(r"Grace raised|⚑1", screen) is not None)

    spoken = read_wave(speech)
    wait_until(lambda: is_all_heard(spoken, heard), "the whole speech", len(spoken) / RATE + PATIENCE)

    ada.type(":mute Grace")
    ada.keys("Enter")
    grace.wait(lambda screen: "muted" in screen.lower())
    ada.keys("L")
    grace.wait(lambda screen: "locked" in screen.lower())
    ada.type(":drop Grace")
    ada.keys("Enter")
    grace.wait(lambda screen: "#pex124" in screen)
    ada.keys("q")
    ada.keys("y")
    ada.wait(lambda screen: "left" in screen.lower())
    ada.keys("C-q")
    assert ada.exit_status() == 0

    correlation, place = best_match(spoken, read_wave(heard))
    record_property("correlation", correlation)
    record_property("delay_ms", playing.delay_ms(place, heard))
    assert correlation > 0.9


@pytest.mark.real
def test_a_person_in_the_waiting_room_is_admitted_by_key(server: Server, terminal: Start) -> None:
    grace = terminal("join", server.link("knock"), "--name", "Grace", *QUIET, "--camera", "none", columns=80, lines=24)
    grace.wait(lambda screen: "wait" in screen.lower())
    ada = terminal(
        "join", server.link("knock"), "--name", "Ada", "--pin", "2468", *QUIET, "--camera", "none",
        columns=80, lines=24,
    )  # fmt: skip
    ada.wait("Grace")
    assert "Ada" not in grace.screen()
    ada.keys("a")
    grace.wait("Ada")


@pytest.mark.real
def test_a_wrong_pin_is_said_and_ends_after_three_tries(server: Server, terminal: Start) -> None:
    grace = terminal("join", server.link("closed"), "--name", "Grace", *QUIET, "--camera", "none")
    for said in ("asks for a PIN", "2 tries left", "1 try left"):
        grace.wait(said)
        grace.type("9999")
        grace.keys("Enter")
    grace.wait(lambda screen: "three times" in screen)
    grace.keys("C-q")
    grace.exit_status()
