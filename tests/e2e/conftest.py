"""Real parts for whole-process tests; a test that needs a missing part says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Program, Server
from tests.e2e.sound import write_speech
from tests.e2e.terminal import Terminal


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server with the rooms of `processes.ROOMS`."""
    server = Server(tmp_path / "server")
    yield server
    server.close()


@pytest.fixture
def headless() -> Iterator[Callable[..., Headless]]:
    """Starts headless clients and closes them at the end."""
    started: list[Program] = []

    def start(link: str, name: str, *options: str) -> Headless:
        client = Headless(link, name, *options)
        started.append(client)
        return client

    yield start
    for client in reversed(started):
        client.close()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts apps in terminals of their own and closes them at the end."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    started: list[Terminal] = []

    def start(*arguments: str, **options: object) -> Terminal:
        opened = Terminal(tmp_path / f"terminal{len(started)}", *arguments, **options)  # type: ignore[arg-type]
        started.append(opened)
        return opened

    yield start
    for opened in reversed(started):
        opened.close()


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WAV file of spoken text, about ten seconds."""
    if shutil.which("espeak-ng") is None or shutil.which("sox") is None:
        pytest.skip("espeak-ng and sox are needed to make speech")
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    write_speech(path)
    return path
