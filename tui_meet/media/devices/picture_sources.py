"""Where a camera's pictures come from: hardware through OpenCV, a file through PyAV, or a pattern."""

from __future__ import annotations

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from tui_meet.media.devices.patterns import PATTERN_RATE, PATTERNS, Picture
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import (
    DefaultDevice,
    DeviceSpec,
    FileDevice,
    NamedDevice,
    NumberedDevice,
    PatternDevice,
)

LARGEST_WIDTH, LARGEST_HEIGHT = 640, 360
"""px. What is sent at most; a pattern may ask for another size."""

LARGEST_RATE = 15.0
"""Pictures a second that are sent at most."""

VIDEO4LINUX = Path("/sys/class/video4linux")

# OpenCV's own threads spin while they wait; one picture of this size is quicker without them. Its log would be
# written across the terminal's picture.
cv2.setNumThreads(1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class PictureSource(ABC):
    """Gives one picture after the other, on the camera's thread."""

    period = 1 / LARGEST_RATE
    """Seconds between two pictures."""
    paces_itself = False
    """`read` waits for the next picture by itself, as hardware does."""

    @abstractmethod
    def read(self) -> Picture | None:
        """The next picture, or None at the end. Raises `DeviceUnavailable` when the device is gone."""

    def close(self) -> None:  # noqa: B027 - a pattern holds nothing
        """Let the device or file go."""


class PatternSource(PictureSource):
    """A moving picture made here."""

    period = 1 / PATTERN_RATE

    def __init__(self, spec: PatternDevice) -> None:
        self._pattern = PATTERNS[spec.name](spec.width, spec.height)
        self._number = 0

    def read(self) -> Picture | None:
        picture = self._pattern.draw(self._number)
        self._number += 1
        return picture


class FileSource(PictureSource):
    """A video, or a still picture, in real time; what exceeds the largest rate is left out before it costs anything."""

    def __init__(self, spec: FileDevice, most_wide: int = LARGEST_WIDTH, most_high: int = LARGEST_HEIGHT) -> None:
        """Pictures are scaled down to fit `most_wide` x `most_high` px. Raises `DeviceUnavailable`."""
        self._path = spec.path
        self._most = (most_wide, most_high)
        self._loop = spec.loop
        if not Path(spec.path).is_file():
            raise DeviceUnavailable(f"The camera file {spec.path} does not exist; give the path of a video.")
        self._pictures = self._decode()
        self._first: Picture | None = next(self._pictures, None)
        if self._first is None:
            raise DeviceUnavailable(self._no_video())

    def _no_video(self) -> str:
        return f"The camera file {self._path} is no video that can be read; use an MP4, WebM or similar file."

    def _decode(self) -> Generator[Picture | None, None, None]:
        try:
            with av.open(self._path) as container:
                # FFmpeg would draw any text file as a picture of a terminal.
                if not container.streams.video or container.format.name == "tty":
                    raise DeviceUnavailable(self._no_video())
                stream = container.streams.video[0]
                rate = float(stream.average_rate or LARGEST_RATE)
                self.period = 1 / min(max(rate, 1.0), LARGEST_RATE)
                reformatter = VideoReformatter()
                due = 0.0
                start: float | None = None
                for number, frame in enumerate(container.decode(stream)):
                    at = frame.time if frame.time is not None else number / rate
                    start = at if start is None else start
                    if at - start + 1e-3 < due:
                        continue
                    due += self.period
                    width, height = fit_within(frame.width, frame.height, *self._most)
                    scaled = reformatter.reformat(frame, width, height, "bgr24", interpolation="AREA", threads=1)
                    yield np.ascontiguousarray(np.rot90(scaled.to_ndarray(), int(frame.rotation) // 90))
        except (av.FFmpegError, OSError) as error:
            raise DeviceUnavailable(self._no_video()) from error

    def read(self) -> Picture | None:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        picture = next(self._pictures, None)
        if picture is None and self._loop:
            self._pictures = self._decode()
            picture = next(self._pictures, None)
        return picture

    def close(self) -> None:
        self._pictures.close()


class HardwareSource(PictureSource):
    """A camera of the machine, by OpenCV's number."""

    paces_itself = True
    PATIENCE_SECONDS = 3.0
    """How long a camera may give nothing before it counts as gone."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._capture = cv2.VideoCapture(number)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceUnavailable(why_not_opened(number))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, LARGEST_WIDTH)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, LARGEST_HEIGHT)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        self._due = time.monotonic()
        picture = self.read()
        if picture is None:
            self._capture.release()
            raise DeviceUnavailable(why_not_opened(number))

    def read(self) -> Picture | None:
        patience = time.monotonic() + self.PATIENCE_SECONDS
        while time.monotonic() < patience:
            # `grab` waits for the hardware; only pictures that are due are worth decoding.
            if not self._capture.grab():
                time.sleep(0.02)
                continue
            now = time.monotonic()
            if now < self._due - self.period / 4:
                continue
            self._due = max(self._due + self.period, now - self.period)
            there, picture = self._capture.retrieve()
            if there:
                return shrink(np.asarray(picture, dtype=np.uint8), LARGEST_WIDTH, LARGEST_HEIGHT)
        raise DeviceUnavailable(
            f"The camera number {self._number} gives no pictures any more; plug it in and choose it with cam SPEC."
        )

    def close(self) -> None:
        self._capture.release()


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """A camera as the system lists it."""

    number: int
    name: str


def list_cameras(directory: Path = VIDEO4LINUX) -> list[CameraDevice]:
    """The cameras that Linux knows, by number; without Video4Linux none."""
    found: list[CameraDevice] = []
    for node in directory.glob("video*"):
        try:
            # A camera has further nodes for its metadata; its pictures are at index 0.
            if (node / "index").read_text().strip() != "0":
                continue
            name = (node / "name").read_text().strip()
        except OSError:
            continue
        number = node.name.removeprefix("video")
        if number.isdigit():
            found.append(CameraDevice(int(number), name))
    return sorted(found, key=lambda camera: camera.number)


def find_camera(spec: DeviceSpec, directory: Path = VIDEO4LINUX) -> int:
    """OpenCV's number of the camera that a SPEC means. Raises `DeviceUnavailable`."""
    cameras = list_cameras(directory)
    on_linux = sys.platform == "linux"
    match spec:
        case NumberedDevice(number):
            if on_linux and number not in {camera.number for camera in cameras}:
                raise DeviceUnavailable(f"There is no camera number {number}; tui-meet devices lists them.")
            return number
        case NamedDevice(part):
            found = [camera for camera in cameras if part.lower() in camera.name.lower()]
            if not found and not on_linux:
                raise DeviceUnavailable("Cameras are known by number only on this system; use --camera 0 or 1.")
            if not found:
                raise DeviceUnavailable(f"No camera has “{part}” in its name; tui-meet devices lists them.")
            if len({camera.name for camera in found}) > 1:
                names = ", ".join(camera.name for camera in found[:4])
                raise DeviceUnavailable(f"“{part}” fits several cameras ({names}); say more of the name or its number.")
            return found[0].number
    if cameras:
        return cameras[0].number
    if on_linux:
        raise DeviceUnavailable("No camera was found; plug one in, or go on with --camera pattern, file:PATH or none.")
    return 0


def why_not_opened(number: int) -> str:
    """The sentence for a camera that is listed but does not open."""
    node = Path(f"/dev/video{number}")
    if sys.platform == "linux":
        if not node.exists():
            return f"There is no camera number {number}; tui-meet devices lists them."
        if not os.access(node, os.R_OK | os.W_OK):
            return f"The camera {node} may not be used by you; add yourself to the group video and sign in again."
    return (
        f"The camera number {number} is in use by another program or gives no pictures; "
        "close that program or choose another with --camera."
    )


def fit_within(width: int, height: int, most_wide: int, most_high: int) -> tuple[int, int]:
    """The largest even size of the same shape that fits, never larger than the picture; at least 2x2 px."""
    scale = min(1.0, most_wide / width, most_high / height)
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def shrink(picture: Picture, most_wide: int, most_high: int) -> Picture:
    """The picture, scaled down by area to fit; the same array where it fits already."""
    height, width = picture.shape[:2]
    size = fit_within(width, height, most_wide, most_high)
    if size == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def make_source(spec: DeviceSpec) -> PictureSource:
    """Open the source that a SPEC means; may block for a moment. Raises `DeviceUnavailable`."""
    match spec:
        case PatternDevice():
            return PatternSource(spec)
        case FileDevice():
            return FileSource(spec)
        case DefaultDevice() | NumberedDevice() | NamedDevice():
            return HardwareSource(find_camera(spec))
    raise DeviceUnavailable("This is no camera; use --camera default, file:PATH, pattern or none.")
