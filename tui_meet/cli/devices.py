"""`tui-meet devices`: what microphones, speakers and cameras there are, and with --test whether they work."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui_meet.cli.options import add_joining
from tui_meet.cli.refusal import DONE, FAILED

if TYPE_CHECKING:
    from tui_meet.config.load import Configuration
    from tui_meet.media.devices.probe import ListedDevice

NAME = "devices"
HELP = "list microphones, speakers and cameras; --test tries the chosen ones"
DESCRIPTION = """\
List the devices. The number, or a part of the name, is what --mic, --speaker and --camera take; a star marks the
system's default. With --test the chosen ones are tried: two seconds of microphone, a short tone, a few pictures.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--test", action="store_true", help="try the chosen microphone, speaker and camera")
    add_joining(parser, without=("name", "pin", "theme", "try_resume"))


def run(arguments: argparse.Namespace) -> int:
    from tui_meet.cli.options import configuration

    settings = configuration(arguments)
    if arguments.test:
        return _test(settings)
    from tui_meet.media.devices.probe import probe

    found = probe()
    for title, devices in (
        ("Microphones", found.microphones),
        ("Speakers", found.speakers),
        ("Cameras", found.cameras),
    ):
        print(title)
        print("\n".join(_rows(devices)))
    for problem in found.problems:
        print(problem)
    return DONE


def _rows(devices: Sequence[ListedDevice]) -> list[str]:
    if not devices:
        return ["      none"]
    return [f"  {device.number:>2} {'*' if device.default else ' '} {device.name}" for device in devices]


def _test(settings: Configuration) -> int:
    """Try all three, also when one fails. 1 when one that was chosen does not work."""
    from tui_meet.media.devices import probe
    from tui_meet.media.devices.problem import DeviceUnavailable

    def microphone(spec: str) -> str:
        heard = probe.test_microphone(spec, 2.0)
        told = f"peak {heard.peak_dbfs:.0f} dBFS, mean {heard.rms_dbfs:.0f} dBFS"
        return told if heard.peak_dbfs > -80 else f"{told}: silence; is it muted, or the wrong one?"

    def speaker(spec: str) -> str:
        probe.test_speaker(spec)
        return "a tone of 440 Hz was played for one second"

    def camera(spec: str) -> str:
        seen = probe.test_camera(spec)
        return f"{seen.width}x{seen.height}, {seen.per_second:.0f} pictures a second"

    tries: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("microphone", settings.text("mic"), microphone),
        ("speaker", settings.text("speaker"), speaker),
        ("camera", settings.text("camera"), camera),
    )
    worst = DONE
    for kind, spec, attempt in tries:
        if spec == "none":
            print(f"skipped  {kind:<11}none is wanted")
            continue
        try:
            print(f"ok       {kind:<11}{attempt(spec)}")
        except (DeviceUnavailable, ValueError) as problem:
            worst = FAILED
            print(f"problem  {kind:<11}{problem}")
    return worst
