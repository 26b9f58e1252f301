"""What a person writes to name a microphone, speaker or camera, taken apart. Pure: nothing is opened here.

    default         the system's device                      tone:HZ         microphone: a steady tone
    7               device number 7 of `tui-meet devices`    pattern         camera: moving colour bars
    usb             the device with "usb" in its name        pattern:waves   camera: another moving picture
    file:PATH       play it (speaker: record to it)          none            no device
    file:PATH?loop  play it again and again

A pattern may name its size: `pattern@320x180`, `pattern:orbit@320x180`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

DeviceKind = Literal["microphone", "speaker", "camera"]

USABLE: dict[DeviceKind, str] = {
    "microphone": "default, a number or name, file:PATH, tone:HZ or none",
    "speaker": "default, a number or name, file:PATH or none",
    "camera": "default, a number or name, file:PATH, pattern or none",
}
"""What each kind takes, as it stands in the error sentences."""

PATTERN_NAMES = (
    "bars",
    "waves",
    "orbit",
    "plasma",
    "clock",
    "rings",
    "face-teal",
    "face-amber",
    "face-rose",
    "face-violet",
)
"""Every `pattern:NAME`; `patterns.PATTERNS` draws them."""

LOWEST_TONE, HIGHEST_TONE = 20.0, 20_000.0
"""Hz. What people hear, and below half the sample rate."""

LARGEST_PATTERN = 1920
"""px. The longest side a pattern can be asked for."""


@dataclass(frozen=True, slots=True)
class DefaultDevice:
    """The system's own choice."""


@dataclass(frozen=True, slots=True)
class NumberedDevice:
    """A device by its number in `tui-meet devices`."""

    number: int


@dataclass(frozen=True, slots=True)
class NamedDevice:
    """A device by part of its name, in any case."""

    part: str


@dataclass(frozen=True, slots=True)
class FileDevice:
    """A file that is played (microphone, camera) or recorded to (speaker)."""

    path: str
    loop: bool = False
    """Play it again and again; without it silence, or no picture, follows its end."""


@dataclass(frozen=True, slots=True)
class ToneDevice:
    """A steady sine tone."""

    hertz: float


@dataclass(frozen=True, slots=True)
class PatternDevice:
    """A moving picture made on the spot."""

    name: str = "bars"
    width: int = 640
    """px, even"""
    height: int = 360
    """px, even"""


@dataclass(frozen=True, slots=True)
class NoDevice:
    """No device is wanted."""


DeviceSpec = DefaultDevice | NumberedDevice | NamedDevice | FileDevice | ToneDevice | PatternDevice | NoDevice


def parse_spec(kind: DeviceKind, text: str) -> DeviceSpec:
    """Take a SPEC apart.

    Raises `ValueError` with one sentence that says what is usable for this kind.
    """
    spec = text.strip()
    lowered = spec.lower()
    if lowered == "default":
        return DefaultDevice()
    if lowered == "none":
        return NoDevice()
    if spec.isascii() and spec.isdigit():
        return NumberedDevice(int(spec))
    if lowered.startswith("file:"):
        return _parse_file(kind, spec[len("file:") :])
    if lowered.startswith("tone:"):
        return _parse_tone(kind, spec)
    if re.match(r"pattern(?=$|[:@])", lowered):
        return _parse_pattern(kind, lowered)
    if not spec:
        raise ValueError(f"{kind} cannot be empty; use {USABLE[kind]}")
    return NamedDevice(spec)


def _parse_file(kind: DeviceKind, rest: str) -> FileDevice:
    loop = rest.endswith("?loop")
    path = rest.removesuffix("?loop")
    if not path:
        raise ValueError(f"{kind} file: names no file; use file:PATH")
    if loop and kind == "speaker":
        raise ValueError("speaker cannot be a looped file; use file:PATH to record to it")
    return FileDevice(path, loop)


def _parse_tone(kind: DeviceKind, spec: str) -> ToneDevice:
    if kind != "microphone":
        raise ValueError(f"{kind} cannot be {spec}; use {USABLE[kind]}")
    try:
        hertz = float(spec[len("tone:") :])
    except ValueError:
        hertz = 0.0
    if not LOWEST_TONE <= hertz <= HIGHEST_TONE:
        raise ValueError(f"microphone cannot be {spec}; use tone:HZ with {LOWEST_TONE:.0f} to {HIGHEST_TONE:.0f} Hz")
    return ToneDevice(hertz)


def _parse_pattern(kind: DeviceKind, spec: str) -> PatternDevice:
    if kind != "camera":
        raise ValueError(f"{kind} cannot be {spec}; use {USABLE[kind]}")
    found = re.fullmatch(r"pattern(?::(?P<name>[a-z-]+))?(?:@(?P<width>\d{1,4})x(?P<height>\d{1,4}))?", spec)
    if found is None:
        raise ValueError(f"camera cannot be {spec}; use pattern, pattern:NAME or pattern:NAME@WIDTHxHEIGHT")
    name = found["name"] or "bars"
    if name not in PATTERN_NAMES:
        raise ValueError(f"camera has no pattern {name}; use one of {', '.join(PATTERN_NAMES)}")
    width, height = int(found["width"] or 640), int(found["height"] or 360)
    if not (64 <= width <= LARGEST_PATTERN and 36 <= height <= LARGEST_PATTERN):
        raise ValueError(f"camera cannot be {spec}; use a size from 64x36 to {LARGEST_PATTERN}x{LARGEST_PATTERN}")
    return PatternDevice(name, width - width % 2, height - height % 2)
