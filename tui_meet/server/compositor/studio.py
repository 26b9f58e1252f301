"""Composed pictures, seen from the event loop: who is to get which, and the thread that makes them while there are any.

Viewers of equal pictures share one composition and, per codec, one encoder, which is a source of the forwarder like any
camera: keyframe wishes of its viewers are joined there. When all viewers of a composition turn to another picture at
once (a new layout, another order), the composition turns with them and its encoder goes on without a keyframe.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_meet.server.compositor.orders import SLIDES, Intake, Order, Orders
from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu.assembler import EncodedFrame
from tui_meet.server.sfu.forwarder import Forwarder
from tui_meet.server.sfu.presentation import Presentation

if TYPE_CHECKING:
    from tui_meet.server.compositor.worker import Worker

logger = logging.getLogger(__name__)

WORKER_MODULE = "tui_meet.server.compositor.worker"
RESTART_SECONDS = 2.0
"""Pause before the thread is started again after a fault."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What one viewer gets."""

    mid: str
    """The line on which it gets the picture."""
    codec: str
    picture: Picture


def source_name(key: int, codec: str) -> str:
    """The forwarder's name of a composition's encoder; no participant's id begins like this."""
    return f"\0composed {key} {codec}"


class Studio:
    """Composed pictures of one conference. Everything runs on the event loop; changes of one loop turn take effect
    together."""

    def __init__(self, forwarder: Forwarder, presentation: Presentation) -> None:
        self._forwarder = forwarder
        self._presentation = presentation
        self._viewings: dict[str, Viewing] = {}
        self._placed: dict[str, tuple[str, str]] = {}
        self._keys: dict[Picture, int] = {}
        self._members: dict[int, set[str]] = {}
        self._sources: set[str] = set()
        self._tapped: dict[str, Intake] = {}
        self._orders = Orders()
        self._thread: threading.Thread | None = None
        self._leaving: list[threading.Thread] = []
        self._worker: Worker | None = None
        self._last_key = 0
        self._presentations = 0
        self._presenter: str | None = None
        self._talkers: frozenset[str] = frozenset()
        self._settling: asyncio.Handle | None = None
        self._closed = False

    def show(self, viewer: str, viewing: Viewing) -> None:
        """Give a viewer a composed picture on one of its lines."""
        if self._viewings.get(viewer) != viewing:
            self._viewings[viewer] = viewing
            self.refresh()

    def hide(self, viewer: str) -> bool:
        """No composed picture for this viewer any more; whether there was one. Its line is left to the caller."""
        was_shown = self._viewings.pop(viewer, None) is not None
        self._placed.pop(viewer, None)
        if was_shown:
            self.refresh()
        return was_shown

    def refresh(self) -> None:
        """Cameras, mutes or the presenter may have changed."""
        if self._settling is None and not self._closed and (self._viewings or self._keys):
            self._settling = asyncio.get_running_loop().call_soon(self._settle)

    def set_talkers(self, talkers: Iterable[str]) -> None:
        """Who is talking just now."""
        self._talkers = frozenset(talkers)
        self._orders.talkers = self._talkers

    def statistics(self) -> dict[str, object]:
        """Compositions, encoders and viewers at work, pictures dropped on their way in, and the thread's figures."""
        return {
            "compositions": len(self._keys),
            "encoders": len(self._sources),
            "viewers": len(self._viewings),
            "sources": len(self._tapped),
            "dropped": sum(intake.dropped for intake in self._tapped.values()),
            "running": self._thread is not None,
            **(self._worker.figures if self._worker is not None else {}),
        }

    async def aclose(self) -> None:
        """Stop the thread and wait for it."""
        self._closed = True
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        self._stop()
        for thread in self._leaving:
            await asyncio.to_thread(thread.join)
        self._leaving.clear()

    # What is composed -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        self._settling = None
        self._assign_keys()
        self._place_encoders()
        self._tap_sources()
        if self._keys:
            self._start()
        else:
            self._stop()

    def _assign_keys(self) -> None:
        wanted: dict[Picture, set[str]] = {}
        for viewer, viewing in self._viewings.items():
            wanted.setdefault(viewing.picture, set()).add(viewer)
        keys = {picture: self._keys[picture] for picture in wanted if picture in self._keys}
        free = {key for picture, key in self._keys.items() if picture not in wanted}
        for picture, viewers in wanted.items():
            if picture in keys:
                continue
            # One whose viewers all come along: they need no keyframe.
            staying = {key: self._members[key] & self._viewings.keys() for key in free}
            fitting = [key for key, members in staying.items() if members and members <= viewers]
            key = max(fitting, key=lambda key: len(staying[key]), default=None)
            if key is None:
                self._last_key += 1
                key = self._last_key
            free.discard(key)
            keys[picture] = key
        self._keys = keys
        self._members = {keys[picture]: viewers for picture, viewers in wanted.items()}

    def _place_encoders(self) -> None:
        orders = []
        sources: set[str] = set()
        for picture, key in self._keys.items():
            codecs = tuple(sorted({self._viewings[viewer].codec for viewer in self._members[key]}))
            orders.append(Order(key, picture, codecs))
            for codec in codecs:
                name = source_name(key, codec)
                sources.add(name)
                if name not in self._sources:
                    self._forwarder.add_encoder(name, codec, lambda k=key, c=codec: self._wish(k, c))  # type: ignore[misc]
        for name in self._sources - sources:
            self._forwarder.remove_source(name)
        self._sources = sources
        self._orders.pictures = tuple(orders)
        for viewer, viewing in self._viewings.items():
            place = (viewing.mid, source_name(self._keys[viewing.picture], viewing.codec))
            if self._placed.get(viewer) != place:
                self._placed[viewer] = place
                self._forwarder.show(viewer, {place[0]: place[1]})

    def _wish(self, key: int, codec: str) -> None:
        self._orders.wish_keyframe(key, codec)

    def _tap_sources(self) -> None:
        shown = {person for picture in self._keys for person in picture.people}
        for person in self._tapped.keys() - shown - {SLIDES}:
            del self._tapped[person]
            self._forwarder.tap(person, None)
        added = shown - self._tapped.keys()
        for person in added:
            self._tapped[person] = Intake()
        self._tap_slides(any(picture.presentation for picture in self._keys))
        self._orders.intakes = dict(self._tapped)
        self._orders.dark = frozenset(person for person in shown if not self._forwarder.is_on_air(person))
        for person in added:
            self._tap(person, self._tapped[person])

    def _tap(self, person: str, intake: Intake) -> None:
        def take(frame: EncodedFrame) -> None:
            if intake.put(frame):
                self._forwarder.want_keyframe(person)

        self._forwarder.tap(person, take)

    def _tap_slides(self, wanted: bool) -> None:
        presenter = self._presentation.presenter if wanted else None
        if presenter == self._presenter:
            return
        self._presenter = presenter
        if presenter is None:
            self._tapped.pop(SLIDES, None)
            self._orders.slides = 0
            self._presentation.set_tap(None)
            return
        self._presentations += 1
        self._orders.slides = self._presentations
        intake = self._tapped[SLIDES] = Intake()

        def take(frame: EncodedFrame) -> None:
            if intake.put(frame):
                self._presentation.want_keyframe()

        self._presentation.set_tap(take)

    # The thread -------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._thread is not None or self._closed:
            return
        self._thread = threading.Thread(
            target=self._run, args=(asyncio.get_running_loop(), self._orders), name="compositor", daemon=True
        )
        self._thread.start()

    def _stop(self) -> None:
        if self._thread is None:
            return
        self._orders.stopped = True
        self._leaving = [thread for thread in self._leaving if thread.is_alive()] + [self._thread]
        self._thread = None
        self._worker = None
        self._orders = Orders(talkers=self._talkers)

    def _run(self, loop: asyncio.AbstractEventLoop, orders: Orders) -> None:
        """In the thread. The modules that draw and encode are loaded here: they take a moment."""

        def post(method: object, *args: object) -> None:
            try:
                loop.call_soon_threadsafe(method, *args)  # type: ignore[arg-type]
            except RuntimeError:
                orders.stopped = True  # the loop is gone

        try:
            module = importlib.import_module(WORKER_MODULE)
            worker: Worker = module.Worker(
                orders,
                lambda key, frame: post(self._forwarder.frame, source_name(key, frame.codec), frame),
                lambda source: post(self._needs_keyframe, source),
            )
            post(self._began, orders, worker)
            worker.run()
        except Exception:
            logger.exception("composing pictures failed")
            post(self._failed, orders)

    def _began(self, orders: Orders, worker: Worker) -> None:
        if orders is self._orders:
            self._worker = worker

    def _failed(self, orders: Orders) -> None:
        if orders is not self._orders or self._closed:
            return
        pictures, intakes = orders.pictures, orders.intakes
        slides, dark = orders.slides, orders.dark
        self._stop()
        self._orders = Orders(pictures, intakes, dark, self._talkers, slides)
        asyncio.get_running_loop().call_later(RESTART_SECONDS, self.refresh)

    def _needs_keyframe(self, source: str) -> None:
        if source == SLIDES:
            self._presentation.want_keyframe()
        else:
            self._forwarder.want_keyframe(source)
