"""Moving pictures made with numpy: for tests, for people without a camera, and for the people of the demo.

Every picture is (height, width, 3) uint8 in BGR, OpenCV's order, drawn from the number of the picture alone, so that
a run can be repeated exactly. One 640x360 picture costs a quarter of a millisecond at most.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import cos, pi, sin

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""(height, width, 3) BGR."""

PATTERN_RATE = 15
"""Pictures a second."""

BARS_RGB = (
    (255, 255, 255),
    (255, 255, 0),
    (0, 255, 255),
    (0, 255, 0),
    (255, 0, 255),
    (255, 0, 0),
    (0, 0, 255),
    (0, 0, 0),
)
"""White, yellow, cyan, green, magenta, red, blue, black, from left to right."""

COUNTER_BITS = 16
"""The bars show their number as so many black (0) and white (1) squares, highest bit left, along the bottom."""

BARS_SHARE = 0.75
"""Share of the height, from the top, that is nothing but bars."""

COUNTER_SHARE = 8 / 9
"""Share of the height above the counter's squares."""


class Pattern(ABC):
    """A moving picture of one size."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    @abstractmethod
    def draw(self, number: int) -> Picture:
        """Picture `number`, a new array each time."""


class Bars(Pattern):
    """Eight colour bars, a box that runs to and fro below them, and a binary counter at the bottom."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        rgb = np.array(BARS_RGB, dtype=np.uint8)
        columns = np.arange(width) * len(BARS_RGB) // width
        self._base = np.empty((height, width, 3), np.uint8)
        self._base[:] = rgb[columns][None, :, ::-1]
        self._top = round(height * BARS_SHARE)
        self._bottom = round(height * COUNTER_SHARE)
        self._base[self._top :] = 24
        self._bit_of_column = COUNTER_BITS - 1 - np.arange(width) * COUNTER_BITS // width

    def draw(self, number: int) -> Picture:
        picture = self._base.copy()
        side = self._bottom - self._top
        way = max(1, self.width - side)
        step = (number * max(2, self.width // 80)) % (2 * way)
        left = step if step < way else 2 * way - step
        picture[self._top : self._bottom, left : left + side] = (0, 165, 255)
        picture[self._bottom :] = (((number >> self._bit_of_column) & 1) * 255).astype(np.uint8)[None, :, None]
        return picture


def read_counter(pixels: npt.NDArray[np.uint8]) -> int:
    """The number that a picture of `Bars` shows, from (height, width, 3) pixels of any size and channel order."""
    height, width = pixels.shape[:2]
    row = min(height - 1, int(height * (COUNTER_SHARE + 1) / 2))
    number = 0
    for bit in range(COUNTER_BITS):
        column = int((bit + 0.5) * width / COUNTER_BITS)
        number = number << 1 | int(pixels[row, column].mean() > 127)
    return number


def _ramp(*stops: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    """256 colours that run through the RGB `stops` and back to the first: (256, 1, 3) BGR."""
    closed = np.array([*stops, stops[0]], dtype=np.float64)
    where = np.linspace(0, len(closed) - 1, 256)
    channels = [np.interp(where, np.arange(len(closed)), closed[:, channel]) for channel in (2, 1, 0)]
    return np.stack(channels, axis=-1).astype(np.uint8)[:, None, :]


class Flow(Pattern):
    """Two shade fields that slide over each other, added and coloured by a ramp."""

    def __init__(self, width: int, height: int, ramp: npt.NDArray[np.uint8]) -> None:
        super().__init__(width, height)
        self._ramp = ramp
        self._reach = max(8, min(width, height) // 4)
        rows, columns = np.mgrid[0 : height + 2 * self._reach, 0 : width + 2 * self._reach].astype(np.float32)
        self._first, self._second = self.fields(columns / height, rows / height)

    def fields(
        self, across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Two fields of shades over coordinates in picture heights."""
        first = 90 * (np.sin(across * 5.1) + np.sin(down * 6.3))
        second = 64 * np.sin((across + down) * 7.7) + 60 * np.sin(np.hypot(across - 0.9, down - 0.7) * 9)
        return (first.astype(np.int32) & 255).astype(np.uint8), (second.astype(np.int32) & 255).astype(np.uint8)

    def draw(self, number: int) -> Picture:
        angle = number * 2 * pi / (PATTERN_RATE * 9)
        shades = self._window(self._first, sin(angle), cos(angle * 0.7))
        shades = shades + self._window(self._second, cos(angle * 1.3), sin(angle))
        shades += np.uint8(number * 2 & 255)
        return np.asarray(cv2.applyColorMap(shades, self._ramp), dtype=np.uint8)

    def _window(self, field: npt.NDArray[np.uint8], across: float, down: float) -> npt.NDArray[np.uint8]:
        left = round(self._reach * (1 + across))
        top = round(self._reach * (1 + down))
        return field[top : top + self.height, left : left + self.width]


class Plasma(Flow):
    """Warm colours that melt into each other."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height, _ramp((255, 60, 120), (90, 0, 160), (20, 20, 90), (255, 160, 40)))


class Waves(Flow):
    """A sea seen from above: slow blue bands."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height, _ramp((8, 40, 90), (20, 120, 180), (150, 230, 235), (20, 120, 180)))

    def fields(
        self, across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        first = down * 420 + 30 * np.sin(across * 4)
        second = 40 * np.sin(across * 7 + down * 2)
        return (first.astype(np.int32) & 255).astype(np.uint8), (second.astype(np.int32) & 255).astype(np.uint8)


class Rings(Flow):
    """Green rings that run outwards from two moving places."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height, _ramp((5, 40, 20), (40, 160, 70), (220, 240, 120), (40, 160, 70)))

    def fields(
        self, across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        first = -np.hypot(across - 0.8, down - 0.6) * 380
        second = 50 * np.sin(np.hypot(across - 1.5, down - 0.9) * 8)
        return (first.astype(np.int32) & 255).astype(np.uint8), (second.astype(np.int32) & 255).astype(np.uint8)


class Orbit(Pattern):
    """Planets around a sun on a dark sky."""

    PLANETS = ((0.16, 3.0, 0.03, (120, 180, 255)), (0.27, 5.2, 0.05, (220, 150, 60)), (0.40, 9.0, 0.06, (90, 220, 120)))
    """Distance (picture heights), time of one round (s), radius (heights), BGR."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        sky = np.zeros((height, width, 3), np.uint8)
        sky[:] = (48, 20, 16)
        stars = np.random.default_rng(7)
        for x, y, light in zip(
            stars.integers(0, width, 90), stars.integers(0, height, 90), stars.integers(70, 230, 90), strict=True
        ):
            sky[y, x] = light
        for distance, _, _, _ in self.PLANETS:
            cv2.circle(sky, (width // 2, height // 2), round(distance * height), (92, 60, 52), 1, cv2.LINE_AA)
        cv2.circle(sky, (width // 2, height // 2), round(0.08 * height), (60, 210, 255), -1, cv2.LINE_AA)
        self._sky = sky

    def draw(self, number: int) -> Picture:
        picture = self._sky.copy()
        for distance, seconds, radius, colour in self.PLANETS:
            angle = 2 * pi * number / (PATTERN_RATE * seconds)
            place = (
                round(self.width / 2 + distance * self.height * cos(angle)),
                round(self.height / 2 + distance * self.height * sin(angle)),
            )
            cv2.circle(picture, place, max(2, round(radius * self.height)), colour, -1, cv2.LINE_AA)
        return picture


class Clock(Pattern):
    """A stopwatch: one hand a round in ten seconds, one in a minute."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self._middle = (width // 2, height // 2)
        self._radius = round(min(width, height) * 0.44)
        dial = np.empty((height, width, 3), np.uint8)
        dial[:] = (96, 64, 120)
        cv2.circle(dial, self._middle, self._radius, (232, 240, 245), -1, cv2.LINE_AA)
        cv2.circle(dial, self._middle, self._radius, (40, 24, 48), max(2, height // 60), cv2.LINE_AA)
        for mark in range(12):
            inner = 0.78 if mark % 3 == 0 else 0.88
            cv2.line(dial, self._at(mark / 12, inner), self._at(mark / 12, 0.95), (40, 24, 48), max(1, height // 90))
        self._dial = dial

    def _at(self, turn: float, reach: float) -> tuple[int, int]:
        x, y = self._middle
        return (
            round(x + self._radius * reach * sin(2 * pi * turn)),
            round(y - self._radius * reach * cos(2 * pi * turn)),
        )

    def draw(self, number: int) -> Picture:
        picture = self._dial.copy()
        seconds = number / PATTERN_RATE
        cv2.line(picture, self._middle, self._at(seconds / 60, 0.55), (40, 24, 48), max(2, self.height // 40))
        cv2.line(picture, self._middle, self._at(seconds / 10, 0.85), (48, 48, 220), max(2, self.height // 70))
        return picture


class Face(Pattern):
    """A drawn person who sways, blinks and talks, in front of a coloured wall."""

    WALL = (150, 140, 60)
    """BGR"""
    SHIRT = (60, 60, 160)
    SKIN = (150, 190, 235)
    HAIR = (30, 45, 70)
    PACE = 1.0
    """How fast this one moves and talks."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        light = np.linspace(1.15, 0.6, height)[:, None, None]
        wall = np.clip(np.array(self.WALL, np.float64)[None, None, :] * light, 0, 255).astype(np.uint8)
        self._wall = np.ascontiguousarray(np.broadcast_to(wall, (height, width, 3)))

    def draw(self, number: int) -> Picture:
        picture = self._wall.copy()
        seconds = self.PACE * number / PATTERN_RATE
        unit = self.height / 100
        x = round(self.width / 2 + 6 * unit * sin(seconds * 1.1))
        y = round(50 * unit + 2 * unit * sin(seconds * 2.3))

        def oval(dx: float, dy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
            place = (round(x + dx * unit), round(y + dy * unit))
            cv2.ellipse(picture, place, (round(rx * unit), max(1, round(ry * unit))), 0, 0, 360, colour, -1)

        oval(0, 62, 42, 34, self.SHIRT)
        oval(0, 26, 9, 12, self.SKIN)
        oval(0, -8, 25, 27, self.HAIR)
        oval(0, 0, 22, 27, self.SKIN)
        oval(0, -21, 22, 11, self.HAIR)
        look = 2 * sin(seconds * 0.8)
        blinking = seconds % 3.1 < 0.15
        for side in (-9, 9):
            oval(side, -4, 4.2, 0.8 if blinking else 3, (255, 255, 255))
            if not blinking:
                oval(side + look, -4, 1.8, 1.8, (50, 35, 30))
        talking = max(0.0, sin(seconds * 0.9)) * abs(sin(seconds * 9))
        oval(0, 14, 8 - 2 * talking, 1.2 + 5 * talking, (60, 50, 150))
        return picture


class TealFace(Face):
    WALL, SHIRT, SKIN, HAIR, PACE = (140, 128, 30), (40, 90, 220), (160, 200, 240), (25, 35, 50), 1.0


class AmberFace(Face):
    WALL, SHIRT, SKIN, HAIR, PACE = (40, 150, 225), (120, 70, 30), (90, 130, 175), (15, 15, 20), 1.2


class RoseFace(Face):
    WALL, SHIRT, SKIN, HAIR, PACE = (150, 110, 220), (90, 150, 60), (175, 205, 250), (60, 150, 215), 0.85


class VioletFace(Face):
    WALL, SHIRT, SKIN, HAIR, PACE = (170, 70, 110), (60, 200, 230), (60, 90, 130), (20, 20, 25), 1.1


PATTERNS: dict[str, type[Pattern]] = {
    "bars": Bars,
    "waves": Waves,
    "orbit": Orbit,
    "plasma": Plasma,
    "clock": Clock,
    "rings": Rings,
    "face-teal": TealFace,
    "face-amber": AmberFace,
    "face-rose": RoseFace,
    "face-violet": VioletFace,
}
"""What draws each of `spec.PATTERN_NAMES`."""
