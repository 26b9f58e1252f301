"""The one door to PortAudio. The library may be missing; then everything here raises one sentence, and nothing else."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import DefaultDevice, DeviceSpec, NamedDevice, NumberedDevice

MISSING = (
    "No sound: the PortAudio library is missing; "
    "install libportaudio2 (Debian, Ubuntu) or portaudio (Fedora, Arch, Homebrew)."
)
NOT_STARTED = (
    "No sound: PortAudio could not be started ({reason}); see that the sound system runs, or join without sound "
    "by --mic none --speaker none."
)
_problem = MISSING

try:
    import sounddevice as _imported
except OSError:
    # The Python package is there but the C library behind it is not.
    sounddevice: ModuleType | None = None
except Exception as error:
    # The import starts the library at once; the type of its error cannot be imported when that has failed.
    if type(error).__name__ != "PortAudioError":
        raise
    sounddevice = None
    _problem = NOT_STARTED.format(reason=error.args[0] if error.args else "unknown reason")
else:
    sounddevice = _imported

Direction = Literal["microphone", "speaker"]

OPENING = threading.Lock()
"""PortAudio may not open or close two streams at once."""

LATENCY_SECONDS = 0.05
"""Buffered by the sound system: two blocks and a half, so that a late Python callback is not heard."""

_OPTION: dict[Direction, str] = {"microphone": "--mic", "speaker": "--speaker"}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A device as PortAudio lists it."""

    number: int
    name: str
    channels: int
    """The most it takes or gives in the asked direction."""
    sample_rate: int
    """Hz, the device's own choice."""
    default: bool


def library() -> Any:
    """The sounddevice module. Raises `DeviceUnavailable` where PortAudio is missing or does not start."""
    if sounddevice is None:
        raise DeviceUnavailable(_problem)
    return sounddevice


def sound_devices(direction: Direction) -> list[SoundDevice]:
    """Every device of one direction. Raises `DeviceUnavailable` where PortAudio is missing."""
    sd = library()
    key = "max_input_channels" if direction == "microphone" else "max_output_channels"
    default = sd.default.device[0 if direction == "microphone" else 1]
    if default < 0:
        hosts = sd.query_hostapis()
        kind = "default_input_device" if direction == "microphone" else "default_output_device"
        default = next((host[kind] for host in hosts if host[kind] >= 0), -1)
    return [
        SoundDevice(
            number=number,
            name=str(device["name"]),
            channels=int(device[key]),
            sample_rate=int(device["default_samplerate"]),
            default=number == default,
        )
        for number, device in enumerate(sd.query_devices())
        if device[key] > 0
    ]


def find_device(direction: Direction, spec: DeviceSpec) -> SoundDevice:
    """The device that a SPEC means. Raises `DeviceUnavailable` when there is none or more than one."""
    devices = sound_devices(direction)
    option = _OPTION[direction]
    if not devices:
        raise DeviceUnavailable(f"No {direction} was found; plug one in, or go on without by {option} none.")
    match spec:
        case DefaultDevice():
            return next((device for device in devices if device.default), devices[0])
        case NumberedDevice(number):
            for device in devices:
                if device.number == number:
                    return device
            raise DeviceUnavailable(f"There is no {direction} number {number}; tui-meet devices lists them.")
        case NamedDevice(part):
            found = [device for device in devices if part.lower() in device.name.lower()]
            exact = [device for device in found if device.name.lower() == part.lower()]
            # One sound card is often listed by several host interfaces under one name: the first is the preferred.
            if exact or len({device.name for device in found}) == 1:
                return (exact or found)[0]
            if not found:
                raise DeviceUnavailable(f"No {direction} has “{part}” in its name; tui-meet devices lists them.")
            names = ", ".join(device.name for device in found[:4])
            raise DeviceUnavailable(f"“{part}” fits several devices ({names}); say more of the name or its number.")
    raise DeviceUnavailable(f"This is no sound device; use {option} default.")


def open_stream(direction: Direction, spec: DeviceSpec, callback: Any, finished: Any) -> tuple[Any, int, int, str]:
    """Open and start a stream of 16 bit samples: (stream, sample rate in Hz, channels, device name).

    48 kHz mono is tried first, then what the device prefers. `callback` is called as sounddevice does, with
    (samples, channels) arrays. Raises `DeviceUnavailable`.
    """
    sd = library()
    device = find_device(direction, spec)
    make = sd.InputStream if direction == "microphone" else sd.OutputStream
    tries = [(rate, channels) for rate in dict.fromkeys((48_000, device.sample_rate)) for channels in (1, 2)]
    problem = ""
    for rate, channels in tries:
        if channels > device.channels:
            continue
        try:
            with OPENING:
                stream = make(
                    samplerate=rate,
                    channels=channels,
                    dtype="int16",
                    blocksize=rate // 50,
                    device=device.number,
                    latency=LATENCY_SECONDS,
                    callback=lambda *args, rate=rate, channels=channels: callback(rate, channels, *args),
                    finished_callback=finished,
                )
                stream.start()
        except sd.PortAudioError as error:
            problem = str(error.args[0]) if error.args else "unknown reason"
            continue
        return stream, rate, channels, device.name
    option = _OPTION[direction]
    raise DeviceUnavailable(
        f"The {direction} “{device.name}” could not be opened ({problem}); "
        f"close other programs that use it or choose another with {option}."
    )


def close_stream(stream: Any) -> None:
    """Stop and close a stream; what waits to be played is dropped."""
    with OPENING:
        stream.abort()
        stream.close()
