"""Speech to send, and how alike two recordings are."""

from __future__ import annotations

import shutil
import subprocess
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
