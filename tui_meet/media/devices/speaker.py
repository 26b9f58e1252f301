"""Speakers: every kind pulls 48 kHz, mono, int16 from its feed, on a thread of its own."""

from __future__ import annotations

import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import numpy.typing as npt

from tui_meet.media.devices import portaudio
from tui_meet.media.devices.pace import Pace
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import DeviceSpec, FileDevice, NoDevice, PatternDevice, ToneDevice
from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE

Pull = Callable[[int], npt.NDArray[np.int16]]
"""Gives exactly so many mono samples at SAMPLE_RATE, silence where there is none."""


class Speaker(ABC):
    """Plays what it pulls. `failed` is called once, with a sentence, if it goes away."""

    def __init__(self, pull: Pull, failed: Callable[[str], None]) -> None:
        self._pull = pull
        self._failed = failed

    @abstractmethod
    def open(self) -> None:
        """Open and start; may block for a moment. Raises `DeviceUnavailable`."""

    @abstractmethod
    def close(self) -> None:
        """Stop; returns when the thread is gone."""


class PacedSpeaker(Speaker):
    """A speaker without hardware, on a 20 ms beat. By itself it throws the sound away."""

    def __init__(self, pull: Pull, failed: Callable[[str], None]) -> None:
        super().__init__(pull, failed)
        self._thread: threading.Thread | None = None
        self._pace: Pace | None = None

    def play(self, samples: npt.NDArray[np.int16]) -> None:
        """Take 20 ms."""

    def open(self) -> None:
        self._pace = Pace(BLOCK_SAMPLES / SAMPLE_RATE)
        self._thread = threading.Thread(target=self._run, args=(self._pace,), name="speaker", daemon=True)
        self._thread.start()

    def _run(self, pace: Pace) -> None:
        try:
            while pace.wait():
                self.play(self._pull(BLOCK_SAMPLES))
        except OSError as error:
            self._failed(f"The speaker could not write its file ({error.strerror}); make room or choose another file.")

    def close(self) -> None:
        if self._pace is not None and self._thread is not None:
            self._pace.stop()
            self._thread.join(1.0)


class WavSpeaker(PacedSpeaker):
    """Records to a WAV file (48 kHz, mono, 16 bit) whose header is right again every second, even if we are killed."""

    HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
    BLOCKS_PER_HEADER = 50

    def __init__(self, path: str, pull: Pull, failed: Callable[[str], None]) -> None:
        super().__init__(pull, failed)
        self._path = path
        self._file: BinaryIO | None = None
        self._bytes = 0
        self._blocks = 0

    def open(self) -> None:
        try:
            self._file = Path(self._path).open("wb")  # noqa: SIM115 - open as long as the speaker
            self._write_header(self._file)
        except OSError as error:
            raise DeviceUnavailable(
                f"The speaker file {self._path} cannot be written ({error.strerror}); choose another path."
            ) from error
        super().open()

    def play(self, samples: npt.NDArray[np.int16]) -> None:
        if self._file is None:
            return
        data = samples.astype("<i2", copy=False).tobytes()
        self._file.write(data)
        self._bytes += len(data)
        self._blocks += 1
        if self._blocks % self.BLOCKS_PER_HEADER == 0:
            self._write_header(self._file)

    def _write_header(self, file: BinaryIO) -> None:
        """The 44 bytes of a PCM WAV file, RIFF specification; sizes above 4 GiB are told as the largest."""
        size = min(self._bytes, 0xFFFFFFFF - 36)
        rate = SAMPLE_RATE
        file.seek(0)
        file.write(
            self.HEADER.pack(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", size)
        )
        file.seek(0, 2)
        file.flush()

    def close(self) -> None:
        super().close()
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                self._write_header(file)


class CardSpeaker(Speaker):
    """A speaker of the machine, through PortAudio, whose thread pulls."""

    def __init__(self, spec: DeviceSpec, pull: Pull, failed: Callable[[str], None]) -> None:
        super().__init__(pull, failed)
        self._spec = spec
        self._stream: Any = None
        self._closing = False
        self._name = "speaker"
        self._resampler: av.AudioResampler | None = None
        self._rest: npt.NDArray[np.int16] = np.zeros(0, np.int16)

    def open(self) -> None:
        self._stream, _, _, self._name = portaudio.open_stream("speaker", self._spec, self._wanted, self._finished)

    def _wanted(
        self, rate: int, channels: int, out: npt.NDArray[np.int16], frames: int, time: Any, status: Any
    ) -> None:
        out[:] = (self._pull(frames) if rate == SAMPLE_RATE else self._converted(rate, frames))[:, None]

    def _converted(self, rate: int, frames: int) -> npt.NDArray[np.int16]:
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
        while self._rest.size < frames:
            block = av.AudioFrame.from_ndarray(self._pull(BLOCK_SAMPLES)[None, :], format="s16", layout="mono")
            block.sample_rate = SAMPLE_RATE
            pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(block)]
            self._rest = np.concatenate([self._rest, *pieces])
        out, self._rest = self._rest[:frames], self._rest[frames:]
        return out

    def _finished(self) -> None:
        if not self._closing:
            self._failed(f"The speaker “{self._name}” went away; plug it in and choose it again with speaker SPEC.")

    def close(self) -> None:
        self._closing = True
        if self._stream is not None:
            portaudio.close_stream(self._stream)
            self._stream = None


def make_speaker(spec: DeviceSpec, pull: Pull, failed: Callable[[str], None]) -> Speaker:
    """The speaker that a SPEC means, not yet open."""
    match spec:
        case NoDevice() | ToneDevice() | PatternDevice():
            return PacedSpeaker(pull, failed)
        case FileDevice(path):
            return WavSpeaker(path, pull, failed)
    return CardSpeaker(spec, pull, failed)
