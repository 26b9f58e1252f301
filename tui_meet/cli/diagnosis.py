"""The doctor's examinations. Each looks at one thing and never raises."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import metadata

SMALLEST, COMFORTABLE = (80, 24), (160, 45)
"""Columns and lines."""
LIBRARIES = ("textual", "aiortc", "av", "numpy", "opencv-python-headless", "httpx", "starlette", "sounddevice")


class Verdict(Enum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    """A meeting goes on without it."""
    PROBLEM = "problem"
    """No meeting without it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor."""

    subject: str
    verdict: Verdict
    found: str
    """What it is like."""
    advice: str = ""
    """The one thing to do; empty when all is well."""


def diagnose() -> tuple[Finding, ...]:
    """Everything, in the order of the report."""
    environment = os.environ
    examinations: tuple[Callable[[], Iterator[Finding]], ...] = (
        _program,
        lambda: terminal(environment, shutil.get_terminal_size(), sys.stdout.isatty()),
        _sound_and_camera,
        _loopback,
        _files,
    )
    return tuple(finding for examination in examinations for finding in examination())


def terminal(environment: Mapping[str, str], size: os.terminal_size, is_terminal: bool) -> Iterator[Finding]:
    """Size, colours, characters and what stands between."""
    from tui_meet.render.capability import ColourDepth, terminal_capability

    if not is_terminal:
        yield Finding(
            "terminal", Verdict.NOTE, "standard output is not a terminal.", "Run the doctor where you will meet."
        )
    shown = f"{size.columns}x{size.lines} cells"
    if size.columns < SMALLEST[0] or size.lines < SMALLEST[1]:
        yield Finding("size", Verdict.NOTE, shown, f"Make it {SMALLEST[0]}x{SMALLEST[1]} or larger.")
    elif size.columns < COMFORTABLE[0] or size.lines < COMFORTABLE[1]:
        yield Finding("size", Verdict.OK, f"{shown}; {COMFORTABLE[0]}x{COMFORTABLE[1]} is comfortable")
    else:
        yield Finding("size", Verdict.OK, shown)
    capability = terminal_capability(environment)
    if capability.depth is ColourDepth.TRUECOLOUR:
        yield Finding("colours", Verdict.OK, "true colour")
    else:
        advice = "If your terminal has true colour, set COLORTERM=truecolor."
        if environment.get("NO_COLOR"):
            advice = "NO_COLOR is set; unset it for pictures in colour."
        yield Finding("colours", Verdict.NOTE, f"{capability.depth.value}", advice)
    if capability.unicode:
        yield Finding("characters", Verdict.OK, "UTF-8")
    else:
        yield Finding(
            "characters", Verdict.NOTE, "not UTF-8, so pictures are drawn in ASCII", "Set LANG=C.UTF-8 for blocks."
        )
    if environment.get("TMUX"):
        if capability.depth is ColourDepth.TRUECOLOUR:
            yield Finding("tmux", Verdict.OK, "inside tmux, with true colour")
        else:
            yield Finding(
                "tmux",
                Verdict.NOTE,
                "inside tmux",
                "For true colour put “set -as terminal-features ',*:RGB'” into ~/.tmux.conf and set COLORTERM.",
            )
    if capability.remote:
        yield Finding("remote", Verdict.OK, "over SSH; sound and camera are those of this machine")


def _program() -> Iterator[Finding]:
    from tui_meet import __version__

    yield Finding("tui-meet", Verdict.OK, f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    missing: list[str] = []
    versions: list[str] = []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("libraries", Verdict.PROBLEM, f"missing: {', '.join(missing)}", "Install tui-meet again.")
    else:
        yield Finding("libraries", Verdict.OK, ", ".join(versions))


def _sound_and_camera() -> Iterator[Finding]:
    try:
        from tui_meet.media.devices.picture_sources import list_cameras
        from tui_meet.media.devices.portaudio import sound_devices
        from tui_meet.media.devices.problem import DeviceUnavailable
    except ImportError as error:
        yield Finding("media", Verdict.PROBLEM, f"{error.name} cannot be loaded.", "Install tui-meet again.")
        return
    for direction, without in (("microphone", "--mic none or file:PATH"), ("speaker", "--speaker none or file:PATH")):
        try:
            devices = sound_devices(direction)  # type: ignore[arg-type]  # the two directions there are
        except DeviceUnavailable as problem:
            yield Finding(direction, Verdict.NOTE, str(problem))
            continue
        if devices:
            default = next((device.name for device in devices if device.default), "no default")
            yield Finding(direction, Verdict.OK, f"{len(devices)} found, {default}")
        else:
            yield Finding(direction, Verdict.NOTE, "none found.", f"Plug one in, or join with {without}.")
    cameras = list_cameras()
    if cameras:
        yield Finding("camera", Verdict.OK, ", ".join(f"{camera.number} {camera.name}" for camera in cameras))
    else:
        yield Finding("camera", Verdict.NOTE, "none found.", "Plug one in, or join with --camera pattern or none.")


def _loopback() -> Iterator[Finding]:
    """Media goes over UDP; where not even loopback carries it a firewall or sandbox forbids it."""
    try:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
        ):
            here.bind(("127.0.0.1", 0))
            here.settimeout(1.0)
            there.sendto(b"tui-meet", here.getsockname())
            carried = here.recv(64) == b"tui-meet"
    except OSError as error:
        yield Finding("UDP", Verdict.PROBLEM, f"does not work on loopback ({error}).", "Allow it in the firewall.")
        return
    if carried:
        yield Finding("UDP", Verdict.OK, "works on loopback")


def _files() -> Iterator[Finding]:
    from tui_meet.cli.journal import log_path
    from tui_meet.config.load import ConfigError, read_file
    from tui_meet.config.paths import config_file

    file = config_file()
    try:
        settings = read_file(file)
    except ConfigError as error:
        yield Finding("config file", Verdict.PROBLEM, str(error), "Correct it or take it away.")
    else:
        there = f"{len(settings)} settings" if file.exists() else "not there, which is fine"
        yield Finding("config file", Verdict.OK, f"{file}, {there}")
    log = log_path()
    nearest = next(folder for folder in (log.parent, *log.parents) if folder.exists())
    if os.access(nearest, os.W_OK):
        yield Finding("log", Verdict.OK, str(log))
    else:
        yield Finding("log", Verdict.NOTE, f"{log} cannot be written.", f"Make {nearest} writable.")
