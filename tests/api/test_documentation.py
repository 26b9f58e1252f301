"""The example of the documentation, as it stands there, against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Server
from tests.patience import PATIENCE
from tui_meet.core.event_names import EXTENSION_EVENTS, SEED_EVENTS

DOCUMENT = Path(__file__).resolve().parents[2] / "tui_meet" / "docs" / "python-api.md"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server")
    yield server
    server.close()


def test_the_document_names_every_event() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert set(re.findall(r"\w+", text)) >= {*SEED_EVENTS, *EXTENSION_EVENTS}


def test_the_example_greets_answers_and_leaves(server: Server, tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    script = tmp_path / "bot.py"
    script.write_text(blocks[0], encoding="utf-8")
    bot = subprocess.Popen(
        [sys.executable, "-W", "error", str(script), server.link("open")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    first = Headless(server.link("open"), "Ada", "--pin", "2468", "--no-media")
    second: Headless | None = None
    try:
        first.wait_names({"Ada", "Greeter"})
        second = Headless(server.link("open"), "Grace", "--no-media")
        welcome = first.event("message", lambda event: "Grace" in event["message"])
        assert (welcome["displayName"], welcome["message"]) == ("Greeter", "Welcome, Grace!")
        first.ok("say !who")
        listed = first.event("message", lambda event: event["message"].startswith("Here:"))
        assert set(listed["message"].removeprefix("Here: ").split(", ")) == {"Greeter", "Ada", "Grace"}
        first.ok("say !bye")
        out, err = bot.communicate(timeout=PATIENCE)
        assert (bot.returncode, out.strip(), err) == (0, "You left the meeting.", "")
        first.event("participantLeft", lambda event: event["participant"]["displayName"] == "Greeter")
    finally:
        if bot.poll() is None:
            bot.kill()
            bot.communicate()
        first.close()
        if second is not None:
            second.close()
