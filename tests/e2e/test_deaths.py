"""Processes that die without a word."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Server
from tests.e2e.terminal import Terminal

QUIET = ("--mic", "none", "--speaker", "none", "--camera", "none")


def test_a_killed_client_is_gone_from_the_roster_within_15_seconds(
    server: Server, headless: Callable[..., Headless], record_property: Callable[[str, object], None]
) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace"})
    killed_at = time.monotonic()
    guest.kill()
    host.wait_names({"Ada"}, timeout=15)
    record_property("seconds", round(time.monotonic() - killed_at, 1))
    assert host.event("participantLeft", timeout=1)["participant"]["displayName"] == "Grace"


def test_a_client_that_is_told_to_end_leaves_at_once(server: Server, headless: Callable[..., Headless]) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace"})
    guest.process.terminate()
    host.wait_names({"Ada"}, timeout=3)
    guest.event("userInitiatedDisconnect", timeout=3)
    assert guest.wait() == 0


def test_a_server_that_ends_in_order_says_so(server: Server, headless: Callable[..., Headless]) -> None:
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    server.close()
    assert guest.event("disconnected", timeout=5)["errorCode"] == "#pex129"
    assert guest.wait() == 1


@pytest.mark.real
def test_a_killed_server_is_said_in_words_at_once(server: Server, terminal: Callable[..., Terminal]) -> None:
    grace = terminal("join", server.link("open"), "--name", "Grace", *QUIET, columns=80, lines=24)
    grace.wait("Open room")
    grace.wait("Grace")
    time.sleep(1)
    server.kill()
    screen = grace.wait("server lost", timeout=3)
    assert "Traceback" not in screen
    grace.keys("C-q")
    grace.exit_status()


@pytest.mark.real
def test_closing_the_terminal_leaves_the_meeting(
    server: Server, headless: Callable[..., Headless], terminal: Callable[..., Terminal]
) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    grace = terminal(
        "join", server.link("open"), "--name", "Grace", "--mic", "none", "--speaker", "none", "--camera", "pattern"
    )
    host.wait_names({"Ada", "Grace"}, timeout=20)
    grace.wait(lambda screen: "Open room" in screen.splitlines()[0])
    process = grace.process_id()
    grace.close()
    host.wait_names({"Ada"}, timeout=15)
    deadline = time.monotonic() + 15
    while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{process}").exists(), "the program outlives its terminal"
