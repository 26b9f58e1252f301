"""What can be presented: a picture, the pages of a PDF, or a video file, and the thread that shows it.

Only the picture of a video is presented; its sound stays here.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from tui_meet.media.devices.patterns import Picture
from tui_meet.media.devices.picture_sources import FileSource
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import FileDevice

_log = logging.getLogger(__name__)

SLIDE_WIDTH, SLIDE_HEIGHT = 1280, 720
"""px. Still slides have exactly this size, with black bars where their shape is another; videos at most this."""

SHARPEN_RATE = 5.0
"""Pictures a second right after a slide has appeared: each makes the far picture sharper."""
SHARPEN_SECONDS = 2.0
STILL_RATE = 2.0
"""Pictures a second afterwards. Who starts to look later waits no longer than this for a full picture, and the
official client restarts calls in which no packet comes for a second (wire document 4.7)."""

LARGEST_FILE = 64 * 1024 * 1024
"""bytes. Larger files are taken for videos; pictures and PDFs are read as a whole."""

CLOSE_SECONDS = 0.5
"""How long closing waits for a video that is just being decoded."""

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024
"""bytes in which the mark may stand (PDF Reference 1.7, appendix H.3.4.1)."""

# PDFium may be used by one thread at a time only.
_pdfium = threading.Lock()


class Material(ABC):
    """Something to present, open. `picture` is what is to be seen now: (height, width, 3) BGR."""

    picture: Picture
    page = 1
    """The page that is shown, counted from 1."""
    pages = 1

    def advance(self) -> float | None:
        """Go on to the next picture by itself; returns the seconds it stands, or None where the picture stays."""
        return None

    def turn(self, by: int) -> None:  # noqa: B027 - most have one page
        """Show another page, not beyond the first and last. Raises `ValueError` when it cannot be drawn."""

    @abstractmethod
    def close(self) -> None:
        """Let the file go."""


class PictureMaterial(Material):
    """One picture; transparent parts become white."""

    def __init__(self, picture: Picture) -> None:
        self.picture = letterbox(picture)

    def close(self) -> None:
        """The file was let go when it had been read."""


class PdfMaterial(Material):
    """The pages of a PDF, drawn when they are shown. The file is held in memory: it may be removed meanwhile."""

    def __init__(self, data: bytes, path: str) -> None:
        """Raises `ValueError` with one sentence."""
        self._path = path
        self._turning = threading.Lock()
        self._closed = False
        with _pdfium:
            try:
                self._document = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as error:
                if "password" in str(error).lower():
                    raise ValueError(
                        f"The PDF {path} is protected by a password; save it without one and present that."
                    ) from error
                raise ValueError(f"The PDF {path} is damaged; save it again and present that.") from error
            self.pages = len(self._document)
        try:
            if self.pages == 0:
                raise ValueError(f"The PDF {path} has no pages; present another file.")
            self.picture = self._draw(1)
        except ValueError:
            self.close()
            raise

    def _draw(self, number: int) -> Picture:
        with _pdfium:
            if self._closed:
                raise ValueError("The presentation has ended; there is no page to turn.")
            try:
                page = self._document[number - 1]
                try:
                    width, height = page.get_size()
                    scale = min(SLIDE_WIDTH / max(width, 1.0), SLIDE_HEIGHT / max(height, 1.0))
                    bitmap = page.render(scale=scale)
                    try:
                        # The array is PDFium's memory, gone with the bitmap: `letterbox` copies.
                        return letterbox(_colours(bitmap.to_numpy()))
                    finally:
                        bitmap.close()
                finally:
                    page.close()
            except pypdfium2.PdfiumError as error:
                raise ValueError(f"Page {number} of {self._path} cannot be drawn; save the PDF again.") from error

    def turn(self, by: int) -> None:
        with self._turning:
            number = min(max(self.page + by, 1), self.pages)
            if number != self.page:
                self.picture = self._draw(number)
                self.page = number

    def close(self) -> None:
        with _pdfium:
            if not self._closed:
                self._closed = True
                self._document.close()


class VideoMaterial(Material):
    """A video in real time, at most 15 pictures a second, without its sound; the last picture stays."""

    def __init__(self, path: str) -> None:
        """Raises `ValueError` with one sentence."""
        try:
            self._source = FileSource(FileDevice(path), SLIDE_WIDTH, SLIDE_HEIGHT)
            first = self._source.read()
        except DeviceUnavailable as error:
            raise ValueError(_cannot_be_presented(path)) from error
        if first is None:
            raise ValueError(_cannot_be_presented(path))
        self.picture = first
        self._ended = False

    def advance(self) -> float | None:
        if self._ended:
            return None
        try:
            picture = self._source.read()
        except DeviceUnavailable as problem:
            # Half a video is worth its last picture; what is wrong with the rest stands in the log.
            _log.warning("the presented video ends early: %s", problem)
            picture = None
        if picture is None:
            self._ended = True
            return None
        self.picture = picture
        return self._source.period

    def close(self) -> None:
        self._source.close()


def open_material(path: str) -> Material:
    """Open a picture, PDF or video by what is in the file, not by its name; may block for a moment.

    Raises `ValueError` with one sentence for a file that is missing, unreadable or nothing that can be presented.
    """
    file = Path(path).expanduser()
    if file.is_dir():
        raise ValueError(f"{path} is a folder; give the path of a picture, PDF or video.")
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE if size <= LARGEST_FILE else _PDF_MARK_WITHIN)
    except FileNotFoundError as error:
        raise ValueError(f"The file {path} does not exist; give the path of a picture, PDF or video.") from error
    except (OSError, ValueError) as error:
        raise ValueError(f"The file {path} cannot be read; check its name and that you may read it.") from error
    if _PDF_MARK in data[:_PDF_MARK_WITHIN]:
        if size > LARGEST_FILE:
            raise ValueError(f"The PDF {path} is larger than {LARGEST_FILE >> 20} MB; present a smaller one.")
        return PdfMaterial(data, path)
    picture = _read_picture(data) if size <= LARGEST_FILE else None
    return PictureMaterial(picture) if picture is not None else VideoMaterial(str(file))


def _cannot_be_presented(path: str) -> str:
    return f"The file {path} cannot be presented; use a picture (PNG, JPEG or WebP), a PDF or a video (MP4 or WebM)."


def _read_picture(data: bytes) -> Picture | None:
    """The picture in these bytes as BGR, turned as its camera says; None where there is none."""
    if not data:
        return None
    coded = np.frombuffer(data, np.uint8)
    try:
        raw = cv2.imdecode(coded, cv2.IMREAD_UNCHANGED)
        if raw is not None and raw.ndim == 3 and raw.shape[2] == 4 and raw.dtype == np.uint8:
            return _colours(np.asarray(raw, np.uint8))
        plain = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if plain is None else np.asarray(plain, np.uint8)


def _colours(picture: Picture) -> Picture:
    """BGR of a picture in grey, BGR or BGRA; what is transparent is white."""
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
    if picture.shape[2] == 4:
        opacity = picture[:, :, 3:].astype(np.uint16)
        return ((picture[:, :, :3] * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8)
    return picture


def letterbox(picture: Picture) -> Picture:
    """A copy as large as fits in the middle of SLIDE_WIDTH x SLIDE_HEIGHT px, on black."""
    height, width = picture.shape[:2]
    scale = min(SLIDE_WIDTH / width, SLIDE_HEIGHT / height)
    new_width = min(SLIDE_WIDTH, max(1, round(width * scale)))
    new_height = min(SLIDE_HEIGHT, max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    canvas = np.zeros((SLIDE_HEIGHT, SLIDE_WIDTH, 3), np.uint8)
    left, top = (SLIDE_WIDTH - new_width) // 2, (SLIDE_HEIGHT - new_height) // 2
    canvas[top : top + new_height, left : left + new_width] = cv2.resize(
        picture, (new_width, new_height), interpolation=way
    )
    return canvas


class Projector:
    """Shows a material: hands its picture out at the right rate, on a thread of its own, until closed."""

    def __init__(self, material: Material, deliver: Callable[[Picture, float], None]) -> None:
        """Starts at once. `deliver` takes (height, width, 3) BGR and monotonic seconds, on the projector's thread."""
        self._material = material
        self._deliver = deliver
        self._change = threading.Condition()
        self._closed = False
        self._turned = False
        self._thread = threading.Thread(target=self._run, name="media-slides", daemon=True)
        self._thread.start()

    @property
    def page(self) -> tuple[int, int]:
        """(page from 1, pages) on show."""
        return self._material.page, self._material.pages

    def turn(self, by: int) -> tuple[int, int]:
        """Show another page at once; (page, pages). Blocks for the drawing. Raises `ValueError`."""
        self._material.turn(by)
        with self._change:
            self._turned = True
            self._change.notify()
        return self.page

    def close(self) -> None:
        """Nothing is delivered any more; the material is closed with the thread. Returns at once."""
        with self._change:
            self._closed = True
            self._change.notify()

    def join(self) -> None:
        """Wait for the thread, at most `CLOSE_SECONDS`."""
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        try:
            self._show()
        finally:
            self._material.close()

    def _show(self) -> None:
        due = time.monotonic()
        appeared = due
        while True:
            with self._change:
                if self._closed:
                    return
                self._deliver(self._material.picture, time.monotonic())
            now = time.monotonic()
            stands = self._material.advance()
            if stands is not None:
                appeared = now
            else:
                stands = 1 / (SHARPEN_RATE if now - appeared < SHARPEN_SECONDS else STILL_RATE)
            due = max(due + stands, now)
            with self._change:
                self._change.wait_for(lambda: self._closed or self._turned, due - time.monotonic())
                if self._turned:
                    self._turned = False
                    due = appeared = time.monotonic()
