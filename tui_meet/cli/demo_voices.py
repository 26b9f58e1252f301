"""Voices of the demo's people: babble made of harmonics under moving formants, quiet, each one recognisable.

Everybody's sound file is as long as the whole round of talk and silent while the others talk, so that files begun
together take turns. Who comes late gets the file turned to the right place.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tui_meet.cli import demo_script as script

RATE = 16_000
"""Hz. Telephone wideband: enough for vowels, cheap to make."""

_LEVEL = 0.055
"""RMS of full scale while talking, about -25 dBFS."""

_VOWELS = (
    (730, 1090, 2440),
    (530, 1840, 2480),
    (300, 2250, 2950),
    (570, 840, 2410),
    (350, 900, 2300),
    (490, 1350, 1690),
)
"""Formants in Hz: Peterson and Barney (1952), men's averages."""


def round_seconds() -> float:
    """Length of one round of talk."""
    return sum(seconds + script.BREATH for _name, seconds in script.TALK)


def voice(actor: script.Actor) -> npt.NDArray[np.int16]:
    """One round of talk of this person: mono int16 at `RATE`, silent while others talk. The same each time."""
    out = np.zeros(round(round_seconds() * RATE), dtype=np.float32)
    chance = np.random.default_rng([ord(letter) for letter in actor.name])
    at = 0.0
    for name, seconds in script.TALK:
        if name == actor.name:
            begin = round(at * RATE)
            spoken = _sentence(actor, seconds, chance)
            out[begin : begin + spoken.size] = spoken
        at += seconds + script.BREATH
    return np.asarray(np.clip(out, -1.0, 1.0) * 32767.0, dtype=np.int16)


def write_from(path: Path, samples: npt.NDArray[np.int16], phase: float) -> None:
    """Write a WAV that begins `phase` seconds into the round and goes around once."""
    turned = np.roll(samples, -round(phase * RATE) % samples.size)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(turned.astype("<i2").tobytes())


def _sentence(actor: script.Actor, seconds: float, chance: np.random.Generator) -> npt.NDArray[np.float32]:
    """Syllables for so many seconds, with words, a falling melody and short pauses."""
    out = np.zeros(round(seconds * RATE), dtype=np.float32)
    at = 0.05
    while at < seconds - 0.35:
        for _syllable in range(int(chance.integers(1, 5))):
            length = float(chance.uniform(0.12, 0.24))
            if at + length > seconds - 0.05:
                break
            melody = actor.pitch * (1.12 - 0.25 * at / seconds + float(chance.normal(0.0, 0.05)))
            formants = np.array(_VOWELS[int(chance.integers(len(_VOWELS)))]) * actor.brightness
            begin = round(at * RATE)
            sound = _syllable_sound(melody, formants, length, chance)
            out[begin : begin + sound.size] += sound
            at += length
        at += float(chance.uniform(0.06, 0.22))
    loud = float(np.sqrt(np.mean(np.square(out)))) or 1.0
    return np.asarray(out * (_LEVEL / loud), dtype=np.float32)


def _syllable_sound(
    pitch: float, formants: npt.NDArray[np.float64], seconds: float, chance: np.random.Generator
) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * RATE)) / RATE
    bend = pitch * (1.0 + 0.03 * np.sin(2 * np.pi * 5.5 * time) - 0.10 * time / seconds)
    phase = 2 * np.pi * np.cumsum(bend) / RATE
    harmonics = np.arange(1, int(min(3600.0, RATE / 2 - 400) / pitch) + 1)
    frequency = harmonics[:, None] * pitch
    resonance = np.sum(1.0 / (1.0 + ((frequency - formants) / (60.0 + 0.06 * formants)) ** 2), axis=1)
    strength = resonance / harmonics**0.7
    sound = strength @ np.sin(harmonics[:, None] * phase)
    breath = chance.normal(0.0, 0.02, time.size) * np.exp(-time * 60.0)  # a consonant, hardly more than air
    envelope = np.minimum(1.0, time / 0.025) * np.minimum(1.0, (seconds - time) / 0.045)
    return np.asarray((sound + breath) * envelope, dtype=np.float32)
