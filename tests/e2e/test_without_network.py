"""A machine that has no network but loopback: server and clients are processes of their own."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import processes
from tests.e2e.processes import Headless, Server
from tests.e2e.sound import read_wave


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Programs that start now are in a network namespace with nothing but loopback."""
    missing = [program for program in ("unshare", "nsenter", "ip") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    holder = subprocess.Popen(
        ["unshare", "-rn", "sh", "-c", "ip link set lo up && echo up && exec sleep 300"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        assert holder.stderr is not None
        try:
            if holder.stdout.readline() != b"up\n":
                pytest.skip(f"no network namespace of one's own here: {holder.stderr.read().decode().strip()}")
            enter = ("nsenter", "-t", str(holder.pid), "-U", "-n", "--preserve-credentials")
            inside = subprocess.run([*enter, "true"], capture_output=True, check=False)
            if inside.returncode:
                pytest.skip(f"network namespaces cannot be entered here: {inside.stderr.decode().strip()}")
            monkeypatch.setattr(processes, "COMMAND", (*enter, *processes.COMMAND))
            yield
        finally:
            holder.kill()


@pytest.mark.real
@pytest.mark.usefixtures("no_network")
def test_one_hears_the_other(request: pytest.FixtureRequest, tmp_path: Path, headless: Callable[..., Headless]) -> None:
    server: Server = request.getfixturevalue("server")
    heard = tmp_path / "heard.wav"
    grace = headless(server.link("open"), "Grace", "--mic", "none", "--speaker", f"file:{heard}", "--camera", "none")
    grace.event("connected", timeout=30)
    ada = headless(server.link("open"), "Ada", "--mic", "tone:440", "--speaker", "none", "--camera", "pattern")
    ada.event("connected", timeout=30)
    time.sleep(2)
    grace.ok("leave")
    assert grace.wait() == 0
    assert abs(read_wave(heard)).max() > 0.1
