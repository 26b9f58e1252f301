"""A server for others without a certificate of an authority: its printed link works as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Program
from tests.patience import PATIENCE
from tui_meet.cli.rooms import NewRoom
from tui_meet.cli.server_child import running_server


def test_the_link_that_serve_prints(tmp_path: Path, headless: Callable[..., Headless]) -> None:
    serving = Program("serve", "--bind", "0.0.0.0:0", "--data", str(tmp_path))
    try:
        _, room = serving.out.wait(lambda line: line.startswith("room "), PATIENCE)
        base, certificate = serving.out.lines[:2]
        assert base.startswith("https://0.0.0.0:")
        link = room.split()[1]
        assert link.endswith("/meet" + certificate.split()[1])
        guest = headless(link, "Grace", "--no-media")
        assert guest.event("me")["participant"]["displayName"] == "Grace"
        stranger = headless(link.partition("#")[0], "Eve", "--no-media")
        assert stranger.wait() == 1
        assert any("cannot be trusted" in line for line in stranger.err.lines)
    finally:
        serving.close()


@pytest.mark.parametrize("bind", ["0.0.0.0:0", "127.0.0.1:0"])
def test_the_link_that_host_hands_out(tmp_path: Path, headless: Callable[..., Headless], bind: str) -> None:
    room = NewRoom("standup", "Stand-up", "2468")
    with running_server(room, options=("--bind", bind, "--data", str(tmp_path))) as server:
        assert ("#sha256=" in server.link) == (bind != "127.0.0.1:0")
        guest = headless(server.link, "Grace", "--no-media")
        assert guest.event("me")["participant"]["displayName"] == "Grace"
        guest.ok("leave")
