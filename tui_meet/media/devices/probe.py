"""What devices there are, and whether one works: for `tui-meet devices`, `doctor` and the settings.

Everything here blocks for a moment and belongs in an executor.
"""

# ruff: noqa: PT028 - what is called test here tries a device; it is no test of pytest

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass

import numpy as np

from tui_meet.media.audio.meter import SILENCE_DBFS, dbfs
from tui_meet.media.devices import portaudio
from tui_meet.media.devices.camera import Camera
from tui_meet.media.devices.microphone import Block, ToneMicrophone, make_microphone
from tui_meet.media.devices.patterns import Picture
from tui_meet.media.devices.picture_sources import list_cameras
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.speaker import make_speaker
from tui_meet.media.devices.spec import NoDevice, parse_spec


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One device; `number` and `name` are what a SPEC takes."""

    number: int
    name: str
    default: bool


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Everything that was found."""

    microphones: tuple[ListedDevice, ...] = ()
    speakers: tuple[ListedDevice, ...] = ()
    cameras: tuple[ListedDevice, ...] = ()
    problems: tuple[str, ...] = ()
    """Sentences for a person: what could not be found and what to do."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a microphone heard."""

    peak_dbfs: float
    """The loudest sample."""
    rms_dbfs: float
    """The whole time."""


@dataclass(frozen=True, slots=True)
class PictureRate:
    """What a camera gave."""

    width: int
    """px"""
    height: int
    """px"""
    per_second: float


def probe() -> DeviceList:
    """List microphones, speakers and cameras without opening any."""
    problems: list[str] = []
    sound: dict[portaudio.Direction, tuple[ListedDevice, ...]] = {}
    directions: tuple[portaudio.Direction, ...] = ("microphone", "speaker")
    for direction in directions:
        try:
            found = portaudio.sound_devices(direction)
        except DeviceUnavailable as problem:
            if str(problem) not in problems:
                problems.append(str(problem))
            sound[direction] = ()
            continue
        sound[direction] = tuple(ListedDevice(device.number, device.name, device.default) for device in found)
        if not found:
            problems.append(f"No {direction} was found; plug one in, or join without.")
    cameras = list_cameras()
    if not cameras and sys.platform == "linux":
        problems.append("No camera was found; plug one in, or join with --camera pattern, file:PATH or none.")
    elif not cameras:
        problems.append("Cameras cannot be listed on this system; try --camera 0, then 1.")
    return DeviceList(
        sound["microphone"],
        sound["speaker"],
        tuple(ListedDevice(camera.number, camera.name, place == 0) for place, camera in enumerate(cameras)),
        tuple(problems),
    )


def test_microphone(spec: str, seconds: float = 1.0) -> Loudness:
    """Listen for a while. Raises `ValueError` for a wrong SPEC, `DeviceUnavailable` where it cannot be opened."""
    blocks: list[Block] = []
    microphone = make_microphone(parse_spec("microphone", spec), blocks.append, lambda sentence: None)
    microphone.open()
    try:
        microphone.begin()
        time.sleep(seconds)
    finally:
        microphone.close()
    heard = np.concatenate(blocks) if blocks else np.zeros(0, np.int16)
    loudest = np.abs(heard.astype(np.int32)).max(initial=0)
    peak = max(SILENCE_DBFS, 20 * float(np.log10(loudest / 32768))) if loudest else SILENCE_DBFS
    return Loudness(round(peak, 1), round(dbfs(heard), 1))


def test_speaker(spec: str, seconds: float = 1.0, hertz: float = 440.0) -> None:
    """Play a tone. Raises `ValueError` for a wrong SPEC, `DeviceUnavailable` where it cannot be opened."""
    tone = ToneMicrophone(hertz, lambda block: None, lambda sentence: None)
    rest = np.zeros(0, np.int16)

    def pull(count: int) -> Block:
        nonlocal rest
        while rest.size < count:
            rest = np.concatenate([rest, tone.next_block()])
        out, rest = rest[:count], rest[count:]
        return out

    speaker = make_speaker(parse_spec("speaker", spec), pull, lambda sentence: None)
    speaker.open()
    try:
        time.sleep(seconds)
    finally:
        speaker.close()


def test_camera(spec: str, pictures: int = 10, patience: float = 5.0) -> PictureRate:
    """Take some pictures. Raises `ValueError` for a wrong SPEC, `DeviceUnavailable` where none come.

    `patience` in seconds bounds the wait.
    """
    parsed = parse_spec("camera", spec)
    if isinstance(parsed, NoDevice):
        raise DeviceUnavailable("There is no camera to try; choose one with --camera.")
    taken: list[tuple[Picture, float]] = []
    enough = threading.Event()

    def take(picture: Picture, at: float) -> None:
        taken.append((picture, at))
        if len(taken) >= pictures:
            enough.set()

    camera = Camera(parsed, take, lambda sentence: enough.set())
    camera.open(on=True)
    try:
        enough.wait(patience)
    finally:
        camera.close()
    if not taken:
        raise DeviceUnavailable(f"The camera {spec} opened but gave no picture; try another.")
    height, width = taken[-1][0].shape[:2]
    passed = taken[-1][1] - taken[0][1]
    return PictureRate(width, height, round((len(taken) - 1) / passed, 1) if passed > 0 else 0.0)
