"""Microphones: every kind gives blocks of 20 ms, 48 kHz, mono, int16, from a thread of its own."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from tui_meet.media.devices import portaudio
from tui_meet.media.devices.pace import Pace
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import (
    DeviceSpec,
    FileDevice,
    NoDevice,
    PatternDevice,
    ToneDevice,
)
from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE

Block = npt.NDArray[np.int16]
"""(BLOCK_SAMPLES,) mono at SAMPLE_RATE."""

TONE_DBFS = -12.0
"""Peak of the `tone:HZ` microphone."""


class Microphone(ABC):
    """A source of sound. `deliver` is called on the device's thread; `failed`, with a sentence, if it goes away."""

    def __init__(self, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> None:
        self._deliver = deliver
        self._failed = failed

    @abstractmethod
    def open(self) -> None:
        """Open and start; may block for a moment. Raises `DeviceUnavailable`."""

    def begin(self) -> None:  # noqa: B027 - only files have something to begin
        """Somebody listens now: a file begins, so that its first words are heard. May be called again and again."""

    @abstractmethod
    def close(self) -> None:
        """Stop; returns when the thread is gone."""


class PacedMicrophone(Microphone):
    """A microphone without hardware, on a 20 ms beat."""

    def __init__(self, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> None:
        super().__init__(deliver, failed)
        self._thread: threading.Thread | None = None
        self._pace: Pace | None = None

    @abstractmethod
    def next_block(self) -> Block:
        """The next 20 ms."""

    def open(self) -> None:
        self._pace = Pace(BLOCK_SAMPLES / SAMPLE_RATE)
        self._thread = threading.Thread(target=self._run, args=(self._pace,), name="microphone", daemon=True)
        self._thread.start()

    def _run(self, pace: Pace) -> None:
        while pace.wait():
            self._deliver(self.next_block())

    def close(self) -> None:
        if self._pace is not None and self._thread is not None:
            self._pace.stop()
            self._thread.join(1.0)


class SilentMicrophone(PacedMicrophone):
    """No microphone: silence, so that packets keep flowing."""

    _SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)

    def next_block(self) -> Block:
        return self._SILENCE


class ToneMicrophone(PacedMicrophone):
    """A sine of constant frequency, without a click between blocks."""

    def __init__(self, hertz: float, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> None:
        super().__init__(deliver, failed)
        self._step = 2 * np.pi * hertz / SAMPLE_RATE
        self._phase = 0.0
        self._peak = 32767 * 10 ** (TONE_DBFS / 20)

    def next_block(self) -> Block:
        angles = self._phase + self._step * np.arange(BLOCK_SAMPLES)
        self._phase = float((self._phase + self._step * BLOCK_SAMPLES) % (2 * np.pi))
        return np.asarray(self._peak * np.sin(angles), dtype=np.int16)


class FileMicrophone(PacedMicrophone):
    """Plays a sound file in real time, decoded as it goes; silence before it begins and after its end."""

    def __init__(self, spec: FileDevice, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> None:
        super().__init__(deliver, failed)
        self._spec = spec
        self._begun = threading.Event()
        self._blocks: Iterator[Block | None] = iter(())
        self._first: Block | None = None

    def open(self) -> None:
        self._blocks = sound_file_blocks(self._spec.path)
        self._first = next(self._blocks, None)
        if self._first is None:
            raise DeviceUnavailable(_no_sound(self._spec.path))
        super().open()

    def begin(self) -> None:
        self._begun.set()

    def next_block(self) -> Block:
        if not self._begun.is_set():
            return SilentMicrophone._SILENCE
        if self._first is not None:
            first, self._first = self._first, None
            return first
        block: Block | None = None
        try:
            block = next(self._blocks, None)
            if block is None and self._spec.loop:
                self._blocks = sound_file_blocks(self._spec.path)
                block = next(self._blocks, None)
        except DeviceUnavailable as problem:
            self._blocks = iter(())
            self._failed(str(problem))
        return SilentMicrophone._SILENCE if block is None else block


class CardMicrophone(Microphone):
    """A microphone of the machine, through PortAudio, whose thread delivers."""

    def __init__(self, spec: DeviceSpec, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> None:
        super().__init__(deliver, failed)
        self._spec = spec
        self._stream: Any = None
        self._closing = False
        self._name = "microphone"
        self._resampler: av.AudioResampler | None = None

    def open(self) -> None:
        self._stream, _, _, self._name = portaudio.open_stream("microphone", self._spec, self._heard, self._finished)

    def _heard(self, rate: int, channels: int, samples: Block, frames: int, time: Any, status: Any) -> None:
        mono = samples[:, 0] if channels == 1 else (samples.sum(axis=1, dtype=np.int32) // channels).astype(np.int16)
        if rate == SAMPLE_RATE and frames == BLOCK_SAMPLES:
            self._deliver(mono.copy())
            return
        if self._resampler is None:
            self._resampler = block_resampler()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono)[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in self._resampler.resample(frame):
            self._deliver(piece.to_ndarray()[0])

    def _finished(self) -> None:
        if not self._closing:
            self._failed(f"The microphone “{self._name}” went away; plug it in and choose it again with mic SPEC.")

    def close(self) -> None:
        self._closing = True
        if self._stream is not None:
            portaudio.close_stream(self._stream)
            self._stream = None


def block_resampler() -> av.AudioResampler:
    """Whatever comes in leaves in blocks of BLOCK_SAMPLES, mono, int16, 48 kHz."""
    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE, frame_size=BLOCK_SAMPLES)


def sound_file_blocks(path: str) -> Iterator[Block]:
    """The sound of a file as 20 ms blocks, decoded as they are asked for; the last one is filled up with silence.

    Raises `DeviceUnavailable` (on `next`) when the file is missing or holds no sound.
    """
    if not Path(path).is_file():
        raise DeviceUnavailable(f"The microphone file {path} does not exist; give the path of a sound file.")
    try:
        with av.open(path) as container:
            if not container.streams.audio:
                raise DeviceUnavailable(_no_sound(path))
            resampler = block_resampler()
            for frame in container.decode(container.streams.audio[0]):
                for piece in resampler.resample(frame):
                    yield np.asarray(piece.to_ndarray()[0], dtype=np.int16)
            for piece in resampler.resample(None):
                block = np.zeros(BLOCK_SAMPLES, np.int16)
                rest = piece.to_ndarray()[0]
                block[: rest.size] = rest
                yield block
    except (av.FFmpegError, OSError) as error:
        raise DeviceUnavailable(_no_sound(path)) from error


def _no_sound(path: str) -> str:
    return f"The microphone file {path} has no sound that can be read; use a WAV, Ogg, MP3 or similar file."


def make_microphone(spec: DeviceSpec, deliver: Callable[[Block], None], failed: Callable[[str], None]) -> Microphone:
    """The microphone that a SPEC means, not yet open."""
    match spec:
        case NoDevice() | PatternDevice():
            return SilentMicrophone(deliver, failed)
        case ToneDevice(hertz):
            return ToneMicrophone(hertz, deliver, failed)
        case FileDevice():
            return FileMicrophone(spec, deliver, failed)
    return CardMicrophone(spec, deliver, failed)
