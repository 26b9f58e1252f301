"""A media plane whose pictures and loudness are put in by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import (
    CallAnswer,
    CallOffer,
    CallSignalling,
    FirstPicture,
    Levels,
    MediaConnected,
    MediaEvent,
    MediaPlan,
    MediaStats,
    PresentationState,
    VideoFrame,
)

PAGES = 3
"""Of whatever is presented."""


class FakeCalls:
    """Accepts every call."""

    async def place(self, offer: CallOffer) -> CallAnswer:
        return CallAnswer("call", offer.sdp)

    async def acknowledge(self, call_id: str) -> None:
        """Nothing has to be done for a call that is not there."""

    async def update(self, call_id: str, sdp: str) -> str:
        return sdp

    async def hang_up(self, call_id: str) -> None:
        """Nothing has to be done for a call that is not there."""


class FakeMedia:
    """Connects at once; remembers what it was told."""

    def __init__(self) -> None:
        self.board = FrameBoard()
        self.told: list[tuple[str, object]] = []
        """(method, argument) of every order."""
        self.figures = MediaStats()
        self._listeners: list[Callable[[MediaEvent], None]] = []
        self._seen: set[str] = set()
        self._send = self._recv = "new"
        self._page = 1

    async def open_devices(self) -> None:
        self.told.append(("open_devices", None))

    async def connect(self, signalling: CallSignalling, plan: MediaPlan) -> None:
        self.told.append(("connect", plan))
        self._tell(MediaConnected())

    async def disconnect(self) -> None:
        self.told.append(("disconnect", None))

    def set_microphone(self, on: bool) -> None:
        self.told.append(("set_microphone", on))

    def set_camera(self, on: bool) -> None:
        self.told.append(("set_camera", on))

    def set_deafened(self, on: bool) -> None:
        self.told.append(("set_deafened", on))

    async def choose(self, kind: Literal["microphone", "speaker", "camera"], spec: str) -> None:
        if spec == "missing":
            raise ValueError("There is no such device.")
        self.told.append((kind, spec))

    async def present(self, path: str | None) -> None:
        if path == "missing":
            raise ValueError("There is no such file.")
        self.told.append(("present", path))
        self._page = 1
        self._presentation("connected" if path else "disconnected", self._recv)

    async def receive_presentation(self, on: bool) -> None:
        self.told.append(("receive_presentation", on))
        self._presentation(self._send, "connected" if on else "disconnected")

    async def next_page(self) -> tuple[int, int]:
        return self._turn(1)

    async def previous_page(self) -> tuple[int, int]:
        return self._turn(-1)

    def _turn(self, by: int) -> tuple[int, int]:
        if self._send != "connected":
            raise ValueError("Nothing is presented; start with present PATH.")
        self._page = min(max(self._page + by, 1), PAGES)
        self.told.append(("page", self._page))
        return self._page, PAGES

    async def reoffer(self, sdp: str) -> str:
        self.told.append(("reoffer", sdp))
        return sdp

    def statistics(self) -> MediaStats:
        return replace(self.figures, presented=(self._page, PAGES) if self._send == "connected" else (0, 0))

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        self._listeners.append(listener)

    async def aclose(self) -> None:
        self.told.append(("aclose", None))

    # By hand.

    def loudness(self, microphone_dbfs: float, speaker_dbfs: float = -100.0) -> None:
        """Tell levels, dBFS."""
        self._tell(Levels(microphone_dbfs, speaker_dbfs))

    def put(self, stream: str, pixels: npt.NDArray[np.uint8], at: float) -> None:
        """A picture (h, w, 3) of a stream arrives; `at` in monotonic seconds."""
        height, width = pixels.shape[:2]
        self.board.slot(stream).put(VideoFrame(pixels, width * 4, height * 4, at))
        if stream not in self._seen:
            self._seen.add(stream)
            self._tell(FirstPicture(stream, width * 4, height * 4))

    async def play(self, streams: Sequence[str], pictures_per_second: float = 15.0) -> None:
        """Moving pictures on these streams until cancelled, each at the size its tile wants."""
        step = 0
        while True:
            for number, stream in enumerate(streams):
                wanted = self.board.slot(stream).wanted
                if wanted is not None:
                    self.put(stream, moving_picture(*wanted, number, step), time.monotonic())
            step += 1
            await asyncio.sleep(1 / pictures_per_second)

    def _presentation(self, send: str, recv: str) -> None:
        self._send, self._recv = send, recv
        self._tell(PresentationState(send, recv))

    def _tell(self, event: MediaEvent) -> None:
        for listener in self._listeners:
            listener(event)


_TINTS = np.array(
    [(92, 132, 176), (176, 124, 92), (110, 160, 110), (150, 110, 160), (170, 160, 100), (100, 160, 165)],
    dtype=np.float32,
)


def moving_picture(width: int, height: int, number: int, step: int) -> npt.NDArray[np.uint8]:
    """A head and shoulders that sway before a tinted wall: (height, width, 3) RGB; `number` picks the tint."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = x / max(1, width - 1) * 2 - 1, y / max(1, height - 1) * 2 - 1
    tint = _TINTS[number % len(_TINTS)]
    picture = tint * (0.42 - 0.18 * v[..., None]) * np.ones((height, width, 1), np.float32)
    sway = 0.12 * np.sin(step / 9 + number)
    nod = 0.03 * np.sin(step / 5 + number)
    shape = width / max(1, height)
    head = ((u - sway) * shape / 0.42) ** 2 + ((v + 0.12 + nod) / 0.42) ** 2 < 1
    body = ((u - sway / 2) * shape / 0.95) ** 2 + ((v - 1.15) / 0.75) ** 2 < 1
    picture[body] = tint * 0.9
    picture[head] = np.array((214, 178, 150), np.float32) * (0.82 + 0.06 * (number % 4))
    eyes = (np.abs(np.abs(u - sway) * shape - 0.15) < 0.05) & (np.abs(v + 0.2 + nod) < 0.06)
    mouth = (np.abs(u - sway) * shape < 0.14) & (np.abs(v - 0.08 + nod) < 0.03 + 0.03 * abs(np.sin(step / 2 + number)))
    picture[eyes | mouth] = (60, 44, 44)
    return np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
