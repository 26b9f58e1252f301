"""Processes that die without a word."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Server
from tests.e2e.terminal import Terminal
from tests.patience import wait_until
from tui_meet.server.rooms import lobby

QUIET = ("--mic", "none", "--speaker", "none", "--camera", "none")


def test_a_killed_client_is_gone_from_the_roster_within_15_seconds(
    server: Server, headless: Callable[..., Headless], record_property: Callable[[str, object], None]
) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace"})
    killed_at = time.time()
    guest.kill()
    left = host.event("participantLeft")
    assert left["participant"]["displayName"] == "Grace"
    seconds = datetime.fromisoformat(left["at"]).timestamp() - killed_at
    record_property("seconds", round(seconds, 1))
    assert seconds < 15
    host.wait_names({"Ada"})


def test_a_client_that_is_told_to_end_leaves_at_once(server: Server, headless: Callable[..., Headless]) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace"})
    guest.process.terminate()
    leaving = guest.event("userInitiatedDisconnect")
    left = host.event("participantLeft")
    took = datetime.fromisoformat(left["at"]) - datetime.fromisoformat(leaving["at"])
    assert took.total_seconds() < lobby.STREAM_GAP_SECONDS, "it said so: nobody had to miss it"
    host.wait_names({"Ada"})
    assert guest.wait() == 0


def test_a_server_that_ends_in_order_says_so(server: Server, headless: Callable[..., Headless]) -> None:
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    server.close()
    assert guest.event("disconnected")["errorCode"] == "#pex129"
    assert guest.wait() == 1


@pytest.mark.real
def test_a_killed_server_is_said_in_words_at_once(server: Server, terminal: Callable[..., Terminal]) -> None:
    grace = terminal("join", server.link("open"), "--name", "Grace", *QUIET, columns=80, lines=24)
    grace.wait("Open room")
    grace.wait("Grace")
    server.kill()
    screen = grace.wait("server lost")
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
    host.wait_names({"Ada", "Grace"})
    grace.wait(lambda screen: "Open room" in screen.splitlines()[0])
    process = grace.process_id()
    grace.close()
    host.wait_names({"Ada"})
    wait_until(lambda: not Path(f"/proc/{process}").exists(), "the program outlives its terminal: its end")
