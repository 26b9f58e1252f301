"""Microphone, speaker and camera of one client: opened, swapped, muted, and joined to the running call.

Everything here may be called from any thread. Opening and closing block for a moment and belong in an executor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import cv2
import numpy as np

from tui_meet.media.audio.meter import Meter
from tui_meet.media.audio.ring import JitterRing, Samples
from tui_meet.media.devices.camera import Camera
from tui_meet.media.devices.microphone import Microphone, SilentMicrophone, make_microphone
from tui_meet.media.devices.patterns import Picture
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.speaker import PacedSpeaker, Speaker, make_speaker
from tui_meet.media.devices.spec import (
    DefaultDevice,
    DeviceKind,
    DeviceSpec,
    NamedDevice,
    NumberedDevice,
    parse_spec,
)
from tui_meet.media.peer.reception import fit_inside
from tui_meet.media.peer.tracks import MicrophoneTrack, PictureTrack
from tui_meet.media.slots import SELF_STREAM, FrameBoard
from tui_meet.media.types import BLOCK_SAMPLES, DeviceProblem, Levels, VideoFrame

CLOSE_SECONDS = 0.2
"""How long closing waits for each device that is being opened or swapped."""

_SILENCE = np.zeros(BLOCK_SAMPLES, np.int16)


def _is_hardware(spec: DeviceSpec) -> bool:
    return isinstance(spec, DefaultDevice | NumberedDevice | NamedDevice)


class Equipment:
    """The three devices. A device that fails is told once as `DeviceProblem` and replaced by silence or nothing."""

    def __init__(self, specs: dict[DeviceKind, str], board: FrameBoard, tell: Callable[[DeviceProblem], None]) -> None:
        """Raises `ValueError` with a sentence for a wrong SPEC."""
        self._specs: dict[DeviceKind, DeviceSpec] = {kind: parse_spec(kind, text) for kind, text in specs.items()}
        self._board = board
        self._tell = tell
        self._swapping: dict[DeviceKind, threading.Lock] = {kind: threading.Lock() for kind in self._specs}
        self._microphone: Microphone | None = None
        self._speaker: Speaker | None = None
        self._camera: Camera | None = None
        self._turns: dict[DeviceKind, int] = {"microphone": 0, "speaker": 0, "camera": 0}
        self._retired: list[Microphone | Speaker] = []
        self._microphone_track: MicrophoneTrack | None = None
        self._camera_track: PictureTrack | None = None
        self._microphone_on = True
        self._camera_on = True
        self._camera_switching = threading.Lock()
        self._deafened = False
        self._microphone_meter = Meter()
        self._speaker_meter = Meter()
        self._closed = False
        self.ring = JitterRing()

    # Opening and swapping

    def open(self, kind: DeviceKind) -> None:
        """Open one device if it is not open; what fails is told, and silence takes its place."""
        with self._swapping[kind]:
            if self._closed or self._current(kind) is not None:
                return
            try:
                self._put_in(kind, self._specs[kind])
            except DeviceUnavailable as problem:
                self._tell(DeviceProblem(kind, str(problem)))
                self._put_in_nothing(kind)
            self._close_if_late(kind)

    def choose(self, kind: DeviceKind, text: str) -> None:
        """Swap a device. Raises `ValueError` with a sentence; then the old one stays."""
        spec = parse_spec(kind, text)
        with self._swapping[kind]:
            old_spec, old = self._specs[kind], self._current(kind)
            if self._closed or (spec == old_spec and old is not None):
                return
            # Hardware may be open only once: the old device makes way first, and comes back if the new one fails.
            way_first = old is not None and _is_hardware(old_spec) and _is_hardware(spec)
            if way_first and old is not None:
                self._turns[kind] += 1
                old.close()
            try:
                self._put_in(kind, spec)
            except DeviceUnavailable as problem:
                if way_first:
                    self._bring_back(kind, old_spec)
                raise ValueError(str(problem)) from problem
            if old is not None and not way_first:
                old.close()
            self._specs[kind] = spec
            self._close_retired()
            self._close_if_late(kind)

    def _bring_back(self, kind: DeviceKind, spec: DeviceSpec) -> None:
        try:
            self._put_in(kind, spec)
        except DeviceUnavailable as problem:
            self._tell(DeviceProblem(kind, str(problem)))
            self._put_in_nothing(kind)

    def _current(self, kind: DeviceKind) -> Microphone | Speaker | Camera | None:
        return {"microphone": self._microphone, "speaker": self._speaker, "camera": self._camera}[kind]

    def _put_in(self, kind: DeviceKind, spec: DeviceSpec) -> None:
        """Open a device and make it the current one. A device of an earlier turn is not listened to any more."""
        turn = self._turns[kind] + 1

        def failed(sentence: str) -> None:
            self._failed(kind, turn, sentence)

        if kind == "microphone":
            microphone = make_microphone(spec, lambda block: self._heard(turn, block), failed)
            microphone.open()
            self._microphone = microphone
        elif kind == "speaker":
            speaker = make_speaker(spec, lambda samples: self._pull(turn, samples), failed)
            speaker.open()
            self._speaker = speaker
        else:
            camera = Camera(spec, lambda picture, at: self._seen(turn, picture, at), failed)
            camera.open(on=self._camera_on)
            self._camera = camera
        self._turns[kind] = turn

    def _put_in_nothing(self, kind: DeviceKind) -> None:
        turn = self._turns[kind] + 1
        if kind == "microphone":
            self._microphone = SilentMicrophone(lambda block: self._heard(turn, block), self._no_matter)
            self._microphone.open()
        elif kind == "speaker":
            self._speaker = PacedSpeaker(lambda samples: self._pull(turn, samples), self._no_matter)
            self._speaker.open()
        self._turns[kind] = turn

    def _no_matter(self, sentence: str) -> None:
        """Silence cannot go away."""

    def _failed(self, kind: DeviceKind, turn: int, sentence: str) -> None:
        """On the device's own thread, which therefore cannot be waited for: the device is closed later."""
        if self._closed or turn != self._turns[kind]:
            return
        self._tell(DeviceProblem(kind, sentence))
        if kind == "microphone" and self._microphone is not None:
            self._retired.append(self._microphone)
            self._put_in_nothing(kind)
        elif kind == "speaker" and self._speaker is not None:
            self._retired.append(self._speaker)
            self._put_in_nothing(kind)

    def _close_retired(self) -> None:
        while self._retired:
            self._retired.pop().close()

    def close(self) -> None:
        """Close all three; returns when their threads are gone. A device that is just opening closes itself then."""
        self._closed = True
        for kind, swapping in self._swapping.items():
            if swapping.acquire(timeout=CLOSE_SECONDS):
                try:
                    self._drop(kind)
                finally:
                    swapping.release()
        self._close_retired()

    def _close_if_late(self, kind: DeviceKind) -> None:
        if self._closed:
            self._drop(kind)

    def _drop(self, kind: DeviceKind) -> None:
        device = self._current(kind)
        if device is not None:
            device.close()
        if kind == "microphone":
            self._microphone = None
        elif kind == "speaker":
            self._speaker = None
        else:
            self._camera = None

    # Switches

    def set_microphone(self, on: bool) -> None:
        """Send sound or silence from the next block on."""
        self._microphone_on = on

    def set_camera(self, on: bool) -> None:
        """Send pictures or none; the device is let go while off."""
        with self._camera_switching:
            self._camera_on = on
            track, camera = self._camera_track, self._camera
            if track is not None:
                track.set_on(on)
        if camera is not None:
            camera.set_on(on)

    def set_deafened(self, on: bool) -> None:
        """Play silence, or what arrives, from the next block on."""
        self._deafened = on

    # The call

    def join_call(self, microphone: MicrophoneTrack, camera: PictureTrack) -> None:
        """Feed these tracks from now on."""
        self.ring.clear()
        self._microphone_track = microphone
        with self._camera_switching:
            camera.set_on(self._camera_on)
            self._camera_track = camera

    def leave_call(self) -> None:
        self._microphone_track = None
        self._camera_track = None
        self.ring.clear()

    # The devices' threads

    def _heard(self, turn: int, block: Samples) -> None:
        if turn != self._turns["microphone"]:
            return
        self._microphone_meter.add(block)
        track = self._microphone_track
        if track is not None:
            track.put(block if self._microphone_on else _SILENCE)
            if track.reading.is_set() and self._microphone is not None:
                self._microphone.begin()

    def _pull(self, turn: int, count: int) -> Samples:
        if turn != self._turns["speaker"]:
            return np.zeros(count, np.int16)
        samples = self.ring.pull(count)
        if self._deafened:
            samples[:] = 0
        self._speaker_meter.add(samples)
        return samples

    def _seen(self, turn: int, picture: Picture, at: float) -> None:
        if turn != self._turns["camera"] or not self._camera_on:
            return
        track = self._camera_track
        if track is not None:
            track.put(picture, at)
        slot = self._board.slot(SELF_STREAM)
        wanted = slot.wanted
        if wanted is not None:
            height, width = picture.shape[:2]
            small = cv2.resize(picture, fit_inside(width, height, wanted), interpolation=cv2.INTER_AREA)
            pixels = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), dtype=np.uint8)
            slot.put(VideoFrame(pixels, width, height, at))

    # Reports

    def levels(self) -> Levels:
        """The loudest blocks since the last call, to a tenth of a dB."""
        return Levels(round(self._microphone_meter.take(), 1), round(self._speaker_meter.take(), 1))

    @property
    def dropped(self) -> tuple[tuple[str, int], ...]:
        """What the ring let go, in samples."""
        return (("speaker samples", self.ring.overflowed + self.ring.trimmed),)
