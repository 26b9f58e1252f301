"""How loud sound is, in dBFS: the root of the mean square against a full-scale square wave. Pure numpy."""

from __future__ import annotations

import threading
from math import log10

import numpy as np
import numpy.typing as npt

SILENCE_DBFS = -100.0
"""dBFS that stands for silence."""


def dbfs(samples: npt.NDArray[np.int16]) -> float:
    """Loudness of int16 samples: 0 at full scale (a full-scale sine is -3), `SILENCE_DBFS` for silence or none."""
    if samples.size == 0:
        return SILENCE_DBFS
    wide = samples.astype(np.float32)
    mean_square = float(np.dot(wide, wide)) / samples.size
    if mean_square < 1e-2:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10 * log10(mean_square / 32768.0**2))


class Meter:
    """The loudest block since the last look. One thread writes, another reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loudest = SILENCE_DBFS

    def add(self, samples: npt.NDArray[np.int16]) -> None:
        """Measure one block."""
        level = dbfs(samples)
        with self._lock:
            self._loudest = max(self._loudest, level)

    def take(self) -> float:
        """dBFS of the loudest block since the last call; silence when there was none."""
        with self._lock:
            loudest, self._loudest = self._loudest, SILENCE_DBFS
            return loudest
