"""One composed picture as an I420 array: places for people and slides, drawn into when something there has changed.

The canvas has shape (1.5 h, w), uint8: Y rows first, then U, then V, as encoders take it. All places stand on even
pixels, so that brightness and colour agree.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui_meet.server.compositor.codecs import Planes
from tui_meet.server.compositor.lettering import initials, text_mask, written

BACKGROUND = (24, 128, 128)
"""Y, U, V behind everything and in bars beside pictures of another shape."""
TALKER = (150, 85, 75)
"""Y, U, V of the frame around the one who talks: a light green."""
_CARD_LUMINANCE = 70


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole, even px."""

    x: int
    y: int
    w: int
    h: int

    def inner(self, margin: int) -> Box:
        """The box without a margin on each side."""
        return Box(self.x + margin, self.y + margin, max(2, self.w - 2 * margin), max(2, self.h - 2 * margin))


class Canvas:
    """The array, and how to fill boxes of it."""

    def __init__(self, width: int, height: int) -> None:
        """`width` and `height` in px, multiples of 4."""
        self.width, self.height = width, height
        self.array: NDArray[np.uint8] = np.empty((height * 3 // 2, width), np.uint8)
        colour = self.array[height:].reshape(2, height // 2, width // 2)
        self._y, self._u, self._v = self.array[:height], colour[0], colour[1]
        self.clear()

    def clear(self) -> None:
        """Nothing but background."""
        self.fill(Box(0, 0, self.width, self.height), BACKGROUND)

    def box(self, x: float, y: float, w: float, h: float) -> Box:
        """Fractions of the picture as even px; neighbours share their borders."""
        left, top = _even(x * self.width), _even(y * self.height)
        right, bottom = _even((x + w) * self.width), _even((y + h) * self.height)
        return Box(left, top, max(4, right - left), max(4, bottom - top))

    def fill(self, box: Box, colour: tuple[int, int, int]) -> None:
        """One colour (Y, U, V)."""
        for plane, value in zip(self._cut(box), colour, strict=True):
            plane[:] = value

    def outline(self, box: Box, width: int, colour: tuple[int, int, int]) -> None:
        """A frame inside the box's border, `width` px, even."""
        for part in (
            Box(box.x, box.y, box.w, width),
            Box(box.x, box.y + box.h - width, box.w, width),
            Box(box.x, box.y, width, box.h),
            Box(box.x + box.w - width, box.y, width, box.h),
        ):
            self.fill(part, colour)

    def paste(self, box: Box, planes: Planes) -> None:
        """A picture, as big as fits in its own shape, bars beside it."""
        height, width = planes[0].shape
        scale = min(box.w / width, box.h / height)
        w, h = min(box.w, max(2, _even(width * scale))), min(box.h, max(2, _even(height * scale)))
        # A few percent come from frames and rounding and are not a shape of its own.
        w, h = (box.w if w > 0.96 * box.w else w), (box.h if h > 0.96 * box.h else h)
        place = Box(box.x + _even((box.w - w) / 2), box.y + _even((box.h - h) / 2), w, h)
        if place != box:
            self.fill(box, BACKGROUND)
        smaller = w < width
        for source, target in zip(planes, self._cut(place), strict=True):
            size = (target.shape[1], target.shape[0])
            cv2.resize(source, size, dst=target, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)

    def label(self, box: Box, text: str) -> None:
        """Text on a darkened strip at the lower left of the box."""
        height = max(7, min(18, box.h // 16)) if self.height < 500 else max(9, min(26, box.h // 16))
        mask = text_mask(text, height, box.w)
        rows, columns = min(mask.shape[0], box.h), min(mask.shape[1], box.w)
        strip = Box(box.x, box.y + box.h - rows, columns, rows)
        y, u, v = self._cut(strip)
        np.maximum(y // 4 + 12, mask[:rows, :columns], out=y)
        u[:], v[:] = u // 2 + 64, v // 2 + 64

    def words(self, box: Box, text: str, height: int) -> None:
        """Text in the middle of the box; capitals are `height` px high."""
        mask = text_mask(text, height, box.w)
        rows, columns = min(mask.shape[0], box.h), min(mask.shape[1], box.w)
        place = Box(box.x + _even((box.w - columns) / 2), box.y + _even((box.h - rows) / 2), columns, rows)
        y = self._cut(place)[0]
        np.maximum(y, mask[:rows, :columns], out=y)

    def card(self, box: Box, person: str, name: str) -> None:
        """What stands for somebody without a picture: initials on their own colour, or a head where there are none."""
        hue = zlib.crc32(person.encode()) / 2**32 * 2 * np.pi
        self.fill(box, (_CARD_LUMINANCE, round(128 + 28 * np.cos(hue)), round(128 + 28 * np.sin(hue))))
        letters = initials(name)
        if letters:
            self.words(box, letters, max(8, box.h // 4))
            return
        y = self._cut(box)[0]
        middle, unit = (box.w // 2, box.h // 2), max(2, box.h // 8)
        cv2.circle(y, (middle[0], middle[1] - unit), unit, 150, -1, cv2.LINE_AA)
        cv2.ellipse(y, (middle[0], middle[1] + 2 * unit), (2 * unit, 2 * unit), 0, 180, 360, 150, -1, cv2.LINE_AA)

    def _cut(self, box: Box) -> Planes:
        x, y, right, bottom = box.x // 2, box.y // 2, (box.x + box.w) // 2, (box.y + box.h) // 2
        return (
            self._y[box.y : box.y + box.h, box.x : box.x + box.w],
            self._u[y:bottom, x:right],
            self._v[y:bottom, x:right],
        )


class Tile:
    """One place of the picture, which knows what was last drawn there."""

    def __init__(self, canvas: Canvas, box: Box, source: str, name: str | None, label: str, *, framed: bool) -> None:
        """
        Args:
            canvas: where to draw.
            box: the place; a margin of it stays free for the frame.
            source: who is shown there.
            name: for the card; None leaves the place dark instead.
            label: overlay text as it came, empty for none.
            framed: whether talking is shown there.
        """
        self._canvas = canvas
        self._outer = box
        self._margin = _even(max(2, canvas.height / 180)) if box.w < canvas.width or framed else 0
        self._inner = box.inner(self._margin)
        self.source = source
        self._name = name
        self._label = written(label)
        self._framed = framed
        self._drawn: int | None = None
        self._talking = False

    def draw(self, serial: int, planes: Planes | None, talking: bool) -> bool:
        """Bring the place up to date; True when anything was drawn.

        Args:
            serial: number of the picture; the same number is not drawn again. -1 stands for the card.
            planes: the picture, None for the card.
            talking: whether the frame is to be lit.
        """
        talking = talking and self._framed
        if serial == self._drawn and talking == self._talking:
            return False
        if talking != self._talking:
            self._talking = talking
            self._canvas.outline(self._outer, self._margin, TALKER if talking else BACKGROUND)
        if serial != self._drawn:
            self._drawn = serial
            if planes is not None:
                self._canvas.paste(self._inner, planes)
            elif self._name is not None:
                self._canvas.card(self._inner, self.source, self._name)
            else:
                self._canvas.fill(self._inner, BACKGROUND)
            if self._label:
                self._canvas.label(self._inner, self._label)
        return True


def _even(value: float) -> int:
    return int(value / 2 + 0.5) * 2
