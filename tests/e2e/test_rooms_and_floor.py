"""Processes against the real server, without a screen: breakout rooms, transfer, captions, classification, layouts,
presenting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.e2e.processes import Headless, Server
from tests.patience import PATIENCE

Start = Callable[..., Headless]
QUIET = ("--mic", "none", "--speaker", "none", "--camera", "none")
SOON = PATIENCE
ROOMS = """
[server]
bind = "127.0.0.1:0"

[rooms.open]
name = "Open room"
host_pin = "2468"
classification_levels = ["Open", "Internal", "Secret"]

[rooms.other]
name = "Other room"
host_pin = "2468"
guest_pin = "1357"
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server", ROOMS)
    yield server
    server.close()


def _host_and_guest(server: Server, headless: Start) -> tuple[Headless, Headless]:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    guest = headless(server.link("open"), "Grace", *QUIET)
    host.event("connected", timeout=SOON)
    guest.event("connected", timeout=SOON)
    host.wait_names({"Ada", "Grace"}, SOON)
    return host, guest


def _connected(client: Headless, times: int) -> None:
    """Wait until a call has been up so many times."""
    deadline = time.monotonic() + SOON
    while len(client.events("connected")) < times:
        assert time.monotonic() < deadline, client.out.lines[-20:]
        time.sleep(0.05)


def test_a_breakout_is_opened_filled_visited_and_closed(server: Server, headless: Start) -> None:
    host, guest = _host_and_guest(server, headless)
    host.ok('breakout open "Group one" Grace')
    begun = host.event("breakoutBegin", timeout=SOON)
    room = begun["breakout_uuid"]
    assert begun["participant_uuid"]
    assert guest.event("transfer", timeout=SOON)["alias"] == "open"
    _connected(guest, 2)
    host.event("participantJoined", lambda event: event["id"] == room, SOON)
    host.event("conferenceStatus", lambda event: event["id"] == room, SOON)

    guest.ok("breakout help")
    host.ok('breakout move @me "Group one"')
    assert host.event("breakoutRefer", timeout=SOON)["breakout_uuid"] == room
    _connected(host, 2)
    host.ok("say only for this group")
    assert guest.event("message", timeout=SOON)["message"] == "only for this group"
    guest.ok("say heard")
    heard = host.event("message", timeout=SOON)
    assert (heard["room"], heard["message"], heard["displayName"]) == (room, "heard", "Grace")
    host.ok("breakout clear")

    host.ok("breakout back @me")
    host.event("breakoutRefer", lambda event: event["breakout_uuid"] == "main", SOON)
    _connected(host, 3)
    host.ok('breakout close "Group one"')
    assert host.event("breakoutEnd", timeout=SOON)["breakout_uuid"] == room
    _connected(guest, 3)
    host.wait_names({"Ada", "Grace"}, SOON)
    assert [event["alias"] for event in guest.events("transfer")] == ["open", "open"]


def test_a_participant_leaves_a_breakout_alone(server: Server, headless: Start) -> None:
    host, guest = _host_and_guest(server, headless)
    host.ok("breakout open One Grace")
    _connected(guest, 2)
    guest.ok("breakout leave")
    _connected(guest, 3)
    host.event(
        "participantJoined",
        lambda event: event["id"] == "main" and event["participant"]["displayName"] == "Grace",
        SOON,
    )
    guest.refused("breakout leave")


def test_a_transfer_needs_no_pin_and_media_follows(server: Server, headless: Start) -> None:
    host, guest = _host_and_guest(server, headless)
    host.refused("transfer Grace other")
    assert host.ok("transfer Grace other 1357")["result"] == "transfer Grace other ***"
    assert guest.event("transfer", timeout=SOON)["alias"] == "other"
    guest.event("authenticatedWithConference", lambda event: event["conferenceAlias"] == "other", SOON)
    _connected(guest, 2)
    host.wait_names({"Ada"}, SOON)
    assert "Other room" in guest.ok("room")["message"]


def test_captions_classification_and_layouts(server: Server, headless: Start) -> None:
    host, guest = _host_and_guest(server, headless)
    guest.ok("captions on")
    host.ok("caption Good morning everybody")
    told = guest.event("liveCaptions", timeout=SOON)
    assert (told["data"], told["isFinal"], told["speakers"]) == ("Good morning everybody", True, ["Ada"])
    guest.refused("classification Secret", 4101)
    host.ok("classification Secret")
    marked = guest.event(
        "conferenceStatus", lambda event: event["status"].get("classification", {}).get("current") == 2, SOON
    )
    assert marked["status"]["classification"]["levels"]["2"] == "Secret"
    host.ok("layout 1:7")
    layout = guest.event(
        "layoutUpdate",
        lambda event: event["requested_layout"]["primary_screen"]["guest_layout"] == "1:7",
        SOON,
    )
    assert layout["requested_layout"]["primary_screen"]["chair_layout"] == "1:7"
    host.ok("layout 4:0 guest")
    guest.event(
        "layoutUpdate", lambda event: event["requested_layout"]["primary_screen"]["guest_layout"] == "4:0", SOON
    )
    host.refused("layout nonsense")
    host.ok("overlay on")
    guest.event("layoutUpdate", lambda event: event.get("overlay_text_enabled") is True, SOON)


def test_presenting_is_taken_over_and_ends(server: Server, headless: Start, tmp_path: Path) -> None:
    host, guest = _host_and_guest(server, headless)
    picture = tmp_path / "slide one.png"
    cv2.imwrite(str(picture), np.full((360, 640, 3), 90, np.uint8))
    state = "presentationConnectionStateChange"
    guest.refused("present stop")
    guest.refused(f"present {tmp_path}/none.png")
    guest.event(state, lambda event: event["send"] == "failed", SOON)
    guest.ok(f"present {picture}")
    guest.event(state, lambda event: event["send"] == "connected", SOON)
    host.event(state, lambda event: event["recv"] == "connected", SOON)
    host.event(
        "participants",
        lambda event: any(p["displayName"] == "Grace" and p["isPresenting"] for p in event["participants"]),
        SOON,
    )
    host.ok(f"present {picture}")
    host.event(state, lambda event: event["send"] == "connected", SOON)
    guest.event(state, lambda event: event["send"] == "disconnected" and event["recv"] == "connected", SOON)
    host.ok("present stop")
    guest.event(state, lambda event: event["recv"] == "disconnected", SOON)
    host.event(state, lambda event: event["send"] == "disconnected", SOON)
