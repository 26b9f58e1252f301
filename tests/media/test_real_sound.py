"""The sound card path on a real sound server: PortAudio, ALSA's way to PulseAudio, a null sink and its monitor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tui_meet.media.devices import portaudio

pytestmark = pytest.mark.real

LOOPED_TONE = """
import sys, threading, time
import numpy as np
from tui_meet.media.devices import probe
from tui_meet.media.devices.microphone import make_microphone
from tui_meet.media.devices.spec import parse_spec

print([device.name for device in probe.probe().microphones if device.default])
blocks, problems = [], []
microphone = make_microphone(parse_spec("microphone", "default"), blocks.append, problems.append)
microphone.open()
# A null sink renders up to two seconds at once: its monitor begins that late.
probe.test_speaker("default", 3.0, 440.0)
heard = np.concatenate(blocks)[-24_000:].astype(float)
spectrum = np.abs(np.fft.rfft(heard * np.hanning(heard.size)))
print(round(np.argmax(spectrum) * 2), bool(np.abs(heard).max() > 4000), {block.shape for block in blocks})
print("ready", problems, flush=True)
sys.stdin.readline()
until = time.monotonic() + 20
while not problems and time.monotonic() < until:
    time.sleep(0.05)
print(problems, flush=True)
microphone.close()
print("closed", flush=True)
"""


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """A PulseAudio of our own whose only sink is a null sink; its monitor is the default source."""
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is not installed")
    if portaudio.sounddevice is None:
        pytest.skip("the PortAudio library is not installed")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_RUNTIME_PATH": str(tmp_path / "pulse")}
    environment.pop("PULSE_SERVER", None)
    (tmp_path / "pulse").mkdir(mode=0o700)
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
    modules = ["-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=loop rate=48000 channels=1"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([*command, *modules], env=environment, stdout=log, stderr=log)
    try:
        patience = time.monotonic() + PATIENCE
        while not (tmp_path / "pulse" / "native").exists():
            if server.poll() is not None or time.monotonic() > patience:
                pytest.skip(f"pulseaudio does not start here: {(tmp_path / 'log').read_text()[-300:]}")
            time.sleep(0.05)
        yield server, environment
    finally:
        server.kill()
        server.wait()


def test_a_tone_goes_through_the_sound_server_and_its_death_is_told(
    sound_server: tuple[subprocess.Popen[bytes], dict[str, str]],
) -> None:
    server, environment = sound_server
    with subprocess.Popen(
        [sys.executable, "-c", LOOPED_TONE],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            if child.stdout.readline().strip() == "[]":
                pytest.skip("ALSA has no way to PulseAudio here")
            assert child.stdout.readline().strip() == "440 True {(960,)}"
            assert child.stdout.readline().strip() == "ready []"
            server.kill()
            child.stdin.write("\n")
            child.stdin.flush()
            problem = child.stdout.readline()
            assert "went away; plug it in and choose it again with mic SPEC." in problem
            assert child.stdout.readline().strip() == "closed"
        finally:
            child.kill()
