"""The thread that composes: decodes every shown camera once, draws every distinct picture once, encodes it once.

It never talks to the event loop except through the `emit` and `ask` it was given, and is told things through plain
attributes and deques, whose single operations are atomic: neither side ever waits for the other.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui_meet.server.compositor.canvas import Canvas, Tile
from tui_meet.server.compositor.codecs import CameraDecoder, PictureEncoder, Planes
from tui_meet.server.compositor.cost import CostGovernor
from tui_meet.server.compositor.orders import SLIDES, Intake, Order, Orders
from tui_meet.server.rooms.layout_geometry import DEFAULT_LAYOUT, LAYOUTS, arrange
from tui_meet.server.sfu.assembler import EncodedFrame

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 0.3
"""A picture in which nothing changes is sent again after this: packets that stand still for a second are taken for a
broken connection by the official browser client (wire document, section 4.7)."""
STALE_SECONDS = 5.0
"""Somebody whose pictures do not come any more is shown as a card after this."""
SHARE_WINDOW = 15
"""ticks over which the share of busy time is taken"""
CARD = -1


@dataclass(slots=True)
class _Camera:
    """One source, decoded once for all pictures it is in."""

    decoder: CameraDecoder
    serial: int = 0
    planes: Planes | None = None
    at: float = 0.0
    asked_at: float = float("-inf")


@dataclass(slots=True)
class _Composition:
    """One distinct picture and its encoders, one per codec that its viewers have."""

    order: Order
    canvas: Canvas
    slides: int = 0
    tiles: list[Tile] = field(default_factory=list)
    encoders: dict[str, PictureEncoder] = field(default_factory=dict)
    sent_at: dict[str, float] = field(default_factory=dict)


class Worker:
    """Composes until `stop`. `run` is the thread; everything else belongs to it, except `figures`, for reading.

    Attributes:
        figures: ticks, late ticks; pictures decoded, undecodable, superseded, composed, encoded; height in px; share of
            time lately spent working, 0..1.
    """

    def __init__(
        self,
        orders: Orders,
        emit: Callable[[int, EncodedFrame], None],
        ask: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
        governor: CostGovernor | None = None,
    ) -> None:
        """
        Args:
            orders: what is to be done, and the pictures that come in.
            emit: takes (key of the picture, encoded picture); called in this thread.
            ask: takes the name of a source of which a keyframe is needed; called in this thread.
            clock: steady, in seconds.
            governor: size and rate; begins with the best by default.
        """
        self._orders = orders
        self._emit = emit
        self._ask = ask
        self._clock = clock
        self._cameras: dict[str, _Camera] = {}
        self._compositions: dict[int, _Composition] = {}
        self._slides = 0
        self._governor = governor or CostGovernor()
        self._busy: deque[float] = deque(maxlen=SHARE_WINDOW)
        self._start = clock()
        self.figures: dict[str, float] = dict.fromkeys(
            ("ticks", "late", "decoded", "undecodable", "superseded", "composed", "encoded", "share", "height"), 0
        )

    def run(self) -> None:
        """Work until told to stop; a fault ends it with a line in the log."""
        deadline = self._clock()
        while not self._orders.stopped:
            began = self._clock()
            self.tick(began)
            level = self._governor.level
            period = 1 / level.pictures_per_second
            now = self._clock()
            self._account((now - began) / period, now)
            deadline += period
            if now > deadline:
                self.figures["late"] += 1
                deadline = now
            time.sleep(deadline - now)

    def tick(self, now: float) -> None:
        """Decode what has come, compose and encode what has changed. `now` in seconds of the clock."""
        orders = tuple(self._orders.pictures)
        self.figures["ticks"] += 1
        self._take_in(self._orders.intakes, now)
        self._settle(orders)
        wished = self._orders.take_keyframe_wishes()
        for key, composition in self._compositions.items():
            self._compose(key, composition, wished, now)

    # Cameras ----------------------------------------------------------------------------------------------------------

    def _take_in(self, intakes: Mapping[str, Intake], now: float) -> None:
        for source in [source for source in self._cameras if source not in intakes]:
            del self._cameras[source]
        if self._orders.slides != self._slides:
            self._slides = self._orders.slides
            self._cameras.pop(SLIDES, None)
        for source, intake in intakes.items():
            frames = intake.take()
            if not frames:
                continue
            camera = self._cameras.get(source)
            if camera is None or camera.decoder.codec != frames[-1].codec:
                camera = self._cameras[source] = _Camera(CameraDecoder(frames[-1].codec))
            self._decode(source, camera, frames, now)

    def _decode(self, source: str, camera: _Camera, frames: list[EncodedFrame], now: float) -> None:
        failed, new = camera.decoder.failed, 0
        for frame in frames:
            planes = camera.decoder.decode(frame)
            if planes is not None:
                camera.planes, camera.at = planes, now
                new += 1
        if new:
            camera.serial += 1
        self.figures["decoded"] += new
        self.figures["superseded"] += max(0, new - 1)
        self.figures["undecodable"] += camera.decoder.failed - failed
        if camera.decoder.needs_keyframe and now - camera.asked_at > 0.3:
            camera.asked_at = now
            self._ask(source)

    def _picture_of(self, source: str, now: float) -> tuple[int, Planes | None]:
        camera = self._cameras.get(source)
        dark = source in self._orders.dark
        if camera is not None and dark:
            camera.planes = None  # or the old picture would be seen when the camera is switched on again
        if camera is None or camera.planes is None or (source != SLIDES and now - camera.at > STALE_SECONDS):
            return CARD, None
        return camera.serial, camera.planes

    # Pictures ---------------------------------------------------------------------------------------------------------

    def _settle(self, orders: tuple[Order, ...]) -> None:
        """Make the compositions those of the orders, at the level of now; what stays keeps its encoders."""
        level = self._governor.level
        self.figures["height"] = level.height
        wanted = {order.key: order for order in orders}
        for key in [key for key in self._compositions if key not in wanted]:
            del self._compositions[key]
        slides = self._orders.slides
        for key, order in wanted.items():
            known = self._compositions.get(key)
            if known is None or known.canvas.height != level.height:
                known = self._compositions[key] = _Composition(order, Canvas(level.width, level.height), slides)
                self._lay_out(known)
            elif known.order != order or known.slides != slides:
                if known.order.picture != order.picture or known.slides != slides:
                    known.order, known.slides = order, slides
                    self._lay_out(known)
                known.order = order
            for codec in [codec for codec in known.encoders if codec not in order.codecs]:
                del known.encoders[codec]
                known.sent_at.pop(codec, None)

    def _lay_out(self, composition: _Composition) -> None:
        picture, canvas = composition.order.picture, composition.canvas
        layout = picture.layout if picture.layout in LAYOUTS else DEFAULT_LAYOUT
        places = arrange(layout, len(picture.people), picture.presentation and composition.slides > 0)
        canvas.clear()
        composition.sent_at.clear()
        composition.tiles = [
            Tile(
                canvas,
                canvas.box(place.x, place.y, place.w, place.h),
                person,
                picture.names.get(person) or picture.initials.get(person, ""),
                picture.names.get(person, ""),
                framed=picture.mark_talkers and len(places.people) > 1,
            )
            for person, place in zip(picture.people, places.people, strict=False)
        ]
        if (place := places.presentation) is not None:
            box = canvas.box(place.x, place.y, place.w, place.h)
            composition.tiles.append(Tile(canvas, box, SLIDES, None, "", framed=False))
        if not composition.tiles:
            canvas.words(canvas.box(0, 0, 1, 1), "Nobody else is here yet.", canvas.height // 24)

    def _compose(self, key: int, composition: _Composition, wished: set[tuple[int, str]], now: float) -> None:
        changed = False
        for tile in composition.tiles:
            serial, planes = self._picture_of(tile.source, now)
            changed |= tile.draw(serial, planes, tile.source in self._orders.talkers)
        self.figures["composed"] += changed
        for codec in composition.order.codecs:
            keyframe = (key, codec) in wished
            quiet_for = now - composition.sent_at.get(codec, float("-inf"))
            if changed or keyframe or quiet_for >= REPEAT_SECONDS:
                self._encode(key, composition, codec, keyframe, now)

    def _encode(self, key: int, composition: _Composition, codec: str, keyframe: bool, now: float) -> None:
        encoder = composition.encoders.get(codec)
        if encoder is None:
            encoder = composition.encoders[codec] = PictureEncoder(codec, self._governor.level)
        timestamp = round((now - self._start) * 90_000)
        frame = encoder.encode(composition.canvas.array, timestamp, keyframe)
        composition.sent_at[codec] = now
        if frame is not None:
            self.figures["encoded"] += 1
            self._emit(key, frame)

    # Cost -------------------------------------------------------------------------------------------------------------

    def _account(self, share: float, now: float) -> None:
        self._busy.append(share)
        lately = sum(self._busy) / len(self._busy)
        self.figures["share"] = round(lately, 3)
        if len(self._busy) == SHARE_WINDOW and self._governor.update(lately, now):
            logger.info("composed pictures are now %s", self._governor.level)
            self._busy.clear()
            # Another size or rate needs other encoders, also where only the rate has changed.
            self._compositions.clear()
