"""Speech to send, and how alike two recordings are."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import subprocess
import threading
import time
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
Signal = npt.NDArray[np.float64]

SENTENCE = (
    "The quick brown fox jumps over the lazy dog, while the old mill turns slowly in the evening wind. "
    "Please call Stella and ask her to bring these things with her from the store."
)


def write_speech(path: Path) -> None:
    """A few seconds of spoken text as 48 kHz mono WAV."""
    espeak, sox = shutil.which("espeak-ng"), shutil.which("sox")
    assert espeak is not None, "espeak-ng is missing"
    assert sox is not None, "sox is missing"
    raw = path.with_suffix(".raw.wav")
    subprocess.run([espeak, "-w", str(raw), SENTENCE], check=True, capture_output=True)
    subprocess.run([sox, str(raw), "-r", str(RATE), "-c", "1", str(path), "gain", "-n", "-6"], check=True)


def read_wave(path: Path) -> Signal:
    """Mono samples in -1..1."""
    with wave.open(str(path)) as file:
        assert file.getframerate() == RATE, file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float64) / 32768
        mono: Signal = samples.reshape(-1, file.getnchannels()).mean(axis=1)
        return mono


def is_all_heard(spoken: Signal, recording: Path) -> bool:
    """A running recording has what is loud of the speech, and then a second and a half of silence."""
    try:
        heard = read_wave(recording)
    except (OSError, EOFError, wave.Error):  # it has not begun yet
        return False
    tail = heard[-RATE * 3 // 2 :]
    return len(heard) > len(spoken) and bool(np.abs(tail).max() < 0.01 < 0.1 < np.abs(heard).max())


class Playing:
    """When a client begins to play a sound file: watches how far it has read (Linux)."""

    def __init__(self, process: int, path: Path) -> None:
        """From now on, until the file has been read."""
        self._steps: list[tuple[float, int]] = []
        """(Unix s, bytes read until then)"""
        self._thread = threading.Thread(target=self._watch, args=(process, path.resolve()), daemon=True)
        self._thread.start()

    def _watch(self, process: int, path: Path) -> None:
        read, size = -1, path.stat().st_size
        with contextlib.suppress(OSError):  # the process has ended
            while read < size:
                for file in Path(f"/proc/{process}/fd").iterdir():
                    with contextlib.suppress(OSError, ValueError):  # closed meanwhile
                        if file.readlink() == path:
                            place = int(Path(f"/proc/{process}/fdinfo/{file.name}").read_text().split()[1])
                            if place != read:
                                self._steps.append((time.time(), place))
                            read = place
                time.sleep(0.02)

    def delay_ms(self, place: float, recording: Path) -> float | None:
        """From microphone to speaker, give or take 50 ms: the file's begin stands `place` ms into an ended recording.

        None where too little was seen of the reading.
        """
        # A step comes when what was read before has been played: 44 bytes of header, then 2 bytes a sample.
        began = [
            at - (before - 44) / 2 / RATE
            for (_, before), (at, _) in itertools.pairwise(self._steps[len(self._steps) // 3 :])
        ]
        if len(began) < 3:
            return None
        ended = recording.stat().st_mtime
        return round((ended - len(read_wave(recording)) / RATE + place / 1000 - float(np.median(began))) * 1000)


def best_match(sent: Signal, heard: Signal) -> tuple[float, float]:
    """(normalised cross-correlation, delay in ms) of the best place of `sent` within `heard`.

    The correlation is that of the two signals at the best delay over the part that both have, 1.0 = the same.
    """
    size = 1 << (len(sent) + len(heard) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sent, size)), size)
    # Energy of every window of `heard` as long as `sent`, so that a quiet place is not preferred to the right one.
    padded = np.concatenate([heard, np.zeros(max(0, len(sent) - 1))])
    sums = np.concatenate([[0.0], np.cumsum(padded**2)])
    energy = sums[len(sent) :] - sums[: -len(sent)]
    places = len(energy)
    scores = product[:places] / np.sqrt(np.maximum(energy, 1e-9) * np.sum(sent**2))
    scores[energy < np.sum(sent**2) * 0.02] = 0.0
    place = int(np.argmax(scores))
    return float(scores[place]), place * 1000 / RATE
