"""The camera: one thread that reads a picture source and hands pictures out, at most 15 a second and 640x360.

While the camera is off its source is closed: the light of a real camera goes out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from tui_meet.media.devices.patterns import Picture
from tui_meet.media.devices.picture_sources import PictureSource, make_source
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.spec import DeviceSpec, NoDevice

Deliver = Callable[[Picture, float], None]
"""Takes (height, width, 3) BGR and the monotonic seconds of its capture, on the camera's thread."""

OPEN_SECONDS = 10.0
"""How long a camera may take to open."""
CLOSE_SECONDS = 0.5
"""How long closing waits for a driver that does not answer; the thread ends when the driver does."""


class Camera:
    """A camera that can be switched on and off. `failed` is called with a sentence if it cannot be opened or goes."""

    def __init__(self, spec: DeviceSpec, deliver: Deliver, failed: Callable[[str], None]) -> None:
        self._spec = spec
        self._deliver = deliver
        self._failed = failed
        self._change = threading.Condition()
        self._on = False
        self._closed = False
        self._broken = False
        self._thread: threading.Thread | None = None
        self._opened: Future[None] = Future()

    def open(self, *, on: bool) -> None:
        """Start; with `on`, wait until the source is open. Raises `DeviceUnavailable`."""
        if isinstance(self._spec, NoDevice):
            return
        self._on = on
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()
        if on:
            try:
                self._opened.result(OPEN_SECONDS)
            except TimeoutError as error:
                self.close()
                raise DeviceUnavailable(
                    "The camera does not answer; unplug it and plug it in again, or choose another with --camera."
                ) from error
            except DeviceUnavailable:
                self.close()
                raise

    def set_on(self, on: bool) -> None:
        """Switch on or off; returns at once. Switching on tries a broken camera again."""
        with self._change:
            if on and not self._on:
                self._broken = False
            self._on = on
            self._change.notify()

    def close(self) -> None:
        """Stop; returns when the thread is gone, or after `CLOSE_SECONDS` with a driver that hangs."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while self._wait_until_on():
            try:
                source = make_source(self._spec)
            except DeviceUnavailable as problem:
                self._broken = True
                if self._opened.done():
                    self._failed(str(problem))
                else:
                    self._opened.set_exception(problem)
                continue
            if not self._opened.done():
                self._opened.set_result(None)
            try:
                self._hand_out(source)
            except DeviceUnavailable as problem:
                self._broken = True
                self._failed(str(problem))
            finally:
                source.close()

    def _wait_until_on(self) -> bool:
        with self._change:
            self._change.wait_for(lambda: self._closed or (self._on and not self._broken))
            return not self._closed

    def _hand_out(self, source: PictureSource) -> None:
        """Deliver pictures until switched off, closed or at the source's end."""
        due = time.monotonic()
        while True:
            picture = source.read()
            if picture is None:
                # The end of a file is no fault: nothing more is sent until the camera is switched on anew.
                self._broken = True
                return
            if not source.paces_itself:
                due = max(due + source.period, time.monotonic() - 1.0)
            with self._change:
                delay = due - time.monotonic()
                if delay > 0:
                    self._change.wait_for(lambda: self._closed or not self._on, delay)
                if self._closed or not self._on:
                    return
            self._deliver(picture, time.monotonic())
