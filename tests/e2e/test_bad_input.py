"""What goes wrong at the door is one clear sentence, an exit code that is not 0, and never a traceback."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.processes import COMMAND, Headless, Server
from tests.e2e.terminal import Terminal
from tests.patience import PATIENCE

QUIET = ("--mic", "none", "--speaker", "none", "--camera", "none")


def _refused(*arguments: str, code: int = 1) -> str:
    """Run to the end; the one sentence on stderr."""
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.mark.parametrize("link", ["", "not a link", "ftp://example/room", "http://127.0.0.1:99999/room", "http:///x"])
@pytest.mark.parametrize("command", ["join", "headless"])
def test_a_wrong_link_says_what_a_link_looks_like(command: str, link: str) -> None:
    done = subprocess.run(
        [*COMMAND, command, link, "--name", "Ada"],
        capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert "://" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_listening_is_said(free_port: Callable[[], int]) -> None:
    sentence = _refused("headless", f"http://127.0.0.1:{free_port()}/room", "--name", "Ada", *QUIET)
    assert "127.0.0.1" in sentence


def test_an_unknown_meeting_is_said(server: Server) -> None:
    assert "nowhere" in _refused("headless", server.link("nowhere"), "--name", "Ada", *QUIET)


def test_a_wrong_pin_is_said_and_never_shown(server: Server) -> None:
    sentence = _refused("headless", server.link("closed"), "--name", "Ada", "--pin", "8642", *QUIET)
    assert "PIN" in sentence
    assert "8642" not in sentence


def test_a_missing_pin_is_said(server: Server) -> None:
    assert "PIN" in _refused("headless", server.link("closed"), "--name", "Ada", *QUIET)


def test_a_full_room_is_said(server: Server, headless: Callable[..., Headless]) -> None:
    for name in ("Ada", "Grace"):
        headless(server.link("small"), name, *QUIET).event("authenticatedWithConference")
    assert "full" in _refused("headless", server.link("small"), "--name", "Alan", *QUIET)


@pytest.mark.parametrize(
    ("option", "spec"), [("--camera", "tone:440"), ("--mic", "pattern"), ("--speaker", "tone:440")]
)
def test_a_spec_of_the_wrong_kind_is_refused_before_joining(server: Server, option: str, spec: str) -> None:
    sentence = _refused("headless", server.link("open"), "--name", "Ada", option, spec, code=2)
    assert spec in sentence


@pytest.mark.parametrize(
    ("option", "spec"),
    [("--camera", "file:{}"), ("--camera", "7"), ("--mic", "file:{}"), ("--camera", "file:/nowhere.mp4")],
)
def test_a_device_that_does_not_work_is_said_and_the_meeting_goes_on(
    server: Server, headless: Callable[..., Headless], tmp_path: Path, option: str, spec: str
) -> None:
    nonsense = tmp_path / "notes.mp4"
    nonsense.write_text("this is no video")
    options = [word for pair in (("--mic", "none"), ("--speaker", "none"), ("--camera", "none")) for word in pair]
    options[options.index(option) + 1] = spec.format(nonsense)
    client = headless(server.link("open"), "Ada", *options)
    client.event("connected")
    client.ok("say still here")
    _, line = client.err.wait(lambda text: True, PATIENCE)
    assert len(line) > 20
    assert "Traceback" not in line


def test_a_port_in_use_is_said(server: Server, tmp_path: Path) -> None:
    address = server.url.removeprefix("http://")
    sentence = _refused("serve", "--bind", address, "--data", str(tmp_path / "other"))
    assert address.rpartition(":")[2] in sentence


@pytest.mark.real
@pytest.mark.parametrize(
    ("columns", "lines", "environment"),
    [
        (40, 10, {}),
        (80, 24, {"NO_COLOR": "1"}),
        (80, 24, {"LANG": "C", "LC_ALL": "C"}),
        (80, 24, {"COLORTERM": "", "TERM": "screen"}),
        (30, 8, {}),
    ],
)
def test_small_and_odd_terminals(
    server: Server,
    terminal: Callable[..., Terminal],
    headless: Callable[..., Headless],
    columns: int,
    lines: int,
    environment: dict[str, str],
) -> None:
    ada = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    ada.event("connected")
    grace = terminal(
        "join", server.link("open"), "--name", "Grace", "--mic", "none", "--speaker", "none", "--camera", "pattern",
        columns=columns, lines=lines, environment=environment,
    )  # fmt: skip
    ada.event("participantJoined")
    if columns < 40:
        grace.wait("40x10")
        grace.resize(80, 24)
    grace.wait(lambda screen: "Open room" in screen.splitlines()[0])
    grace.type(":say I can still write")
    grace.keys("Enter")
    ada.event("message", lambda event: event["message"] == "I can still write")
    if environment.get("LC_ALL") == "C":
        assert grace.screen().isascii(), [character for character in grace.screen() if not character.isascii()]
    time.sleep(0.5)
    grace.keys("C-q")
    assert grace.exit_status() == 0
    screen = grace.screen()
    assert "Traceback" not in screen
