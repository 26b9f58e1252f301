"""What a composed picture costs the server: decoding the cameras in it, drawing, encoding.

The server's own worker runs here without its thread and as fast as it can, on pre-encoded cameras with moving content;
processor time per picture times the rate gives its share of a core. Nothing is sent: see `forwarding` for that.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tui_meet.server.compositor.codecs import CameraDecoder, PictureEncoder
from tui_meet.server.compositor.cost import LEVELS, CostGovernor, Level
from tui_meet.server.compositor.orders import Intake, Order, Orders
from tui_meet.server.compositor.worker import Worker
from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu.assembler import EncodedFrame

CAMERA = Level(640, 360, 15.0, 400_000)
CYCLE = 30
"""Pictures of a camera before it begins again with its keyframe."""
TICKS = 60
SIZES = (("720p", 0), ("360p", 1))
LAYOUT = {4: "4:0", 9: "9:0"}


def measure() -> dict[str, Any]:
    """Milliseconds of processor time per picture, and percent of one core at 15 pictures a second."""
    cameras = [_camera(seed) for seed in range(3)]
    figures: dict[str, Any] = {"camera": "640x360 VP8, 400 kbit/s, 15 a second", "pictures": TICKS}
    figures["decoder_ms_per_picture"] = round(_decoding_ms(cameras[0]), 3)
    figures["decoder_cpu_percent_of_one_core"] = _percent(figures["decoder_ms_per_picture"])
    for name, level in SIZES:
        encoder_ms, bit_rate = _encoding_ms(LEVELS[level])
        figures[f"encoder_{name}_ms_per_picture"] = round(encoder_ms, 3)
        figures[f"encoder_{name}_cpu_percent_of_one_core"] = _percent(encoder_ms)
        figures[f"encoder_{name}_kbit_per_second"] = round(bit_rate / 1000)
        for people, layout in LAYOUT.items():
            one = _composing_ms(cameras, people, [Picture(layout, _people(people), _names(people))], level)
            two = _composing_ms(
                cameras,
                people,
                [Picture(layout, _people(people), _names(people)), Picture("1:7", _people(people), _names(people))],
                level,
            )
            figures[f"compositor_{name}_{people}_people_ms_per_picture"] = round(one, 3)
            figures[f"compositor_{name}_{people}_people_cpu_percent_of_one_core"] = _percent(one)
            figures[f"second_compositor_{name}_{people}_people_cpu_percent_of_one_core"] = _percent(max(0.0, two - one))
    return figures


def _percent(ms: float) -> float:
    return round(ms * 15 / 10, 1)


def _people(count: int) -> tuple[str, ...]:
    return tuple(f"person {number}" for number in range(count))


def _names(count: int) -> dict[str, str]:
    return {person: person.title() for person in _people(count)}


def _moving(level: Level, index: int, seed: int) -> NDArray[np.uint8]:
    """A soft pattern that moves, with a little noise, as a camera has it."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 220, (level.height // 20, level.width // 20), dtype=np.uint8)
    y = cv2.resize(coarse, (level.width, level.height), interpolation=cv2.INTER_CUBIC)
    y = np.roll(y, 2 * index, axis=1)
    noise = np.random.default_rng(index).integers(-2, 3, y.shape, dtype=np.int16)
    y = np.clip(y + noise, 16, 235).astype(np.uint8)
    return np.concatenate([y, np.full((level.height // 2, level.width), 120 + seed * 5, np.uint8)])


def _camera(seed: int) -> list[EncodedFrame]:
    encoder = PictureEncoder("VP8", CAMERA)
    frames = [encoder.encode(_moving(CAMERA, index, seed), index * 6000, False) for index in range(CYCLE)]
    return [frame for frame in frames if frame is not None]


def _decoding_ms(camera: Sequence[EncodedFrame]) -> float:
    decoder = CameraDecoder("VP8")
    begin = time.process_time()
    for _ in range(3):
        for frame in camera:
            decoder.decode(frame)
    return (time.process_time() - begin) * 1000 / (3 * len(camera))


def _encoding_ms(level: Level) -> tuple[float, float]:
    """(ms per picture, bit/s)"""
    pictures = [_moving(level, index, 0) for index in range(CYCLE)]
    encoder = PictureEncoder("VP8", level)
    size, begin = 0, time.process_time()
    for index, picture in enumerate(pictures):
        frame = encoder.encode(picture, index * 6000, False)
        size += len(frame.data) if frame is not None else 0
    ms = (time.process_time() - begin) * 1000 / CYCLE
    return ms, size * 8 * level.pictures_per_second / CYCLE


def _composing_ms(cameras: Sequence[list[EncodedFrame]], people: int, pictures: Sequence[Picture], level: int) -> float:
    """Processor time of everything the worker does in one tick."""
    orders = Orders(tuple(Order(key, picture, ("VP8",)) for key, picture in enumerate(pictures)))
    intakes = {person: Intake() for person in _people(people)}
    orders.intakes = intakes
    worker = Worker(orders, lambda key, frame: None, lambda source: None, governor=CostGovernor(level))
    spent = 0.0
    for tick in range(TICKS + CYCLE):
        for number, intake in enumerate(intakes.values()):
            intake.put(cameras[number % len(cameras)][tick % CYCLE])
        begin = time.process_time()
        worker.tick(tick / 15)
        if tick >= CYCLE:
            spent += time.process_time() - begin
    return spent * 1000 / TICKS
