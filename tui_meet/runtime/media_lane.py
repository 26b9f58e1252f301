"""Orders to the media plane: one call at a time, a newer order replaces an older one that is still under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tui_meet.backends.base import Backend
from tui_meet.core import events as core
from tui_meet.core.effects import AnswerOffer, ChooseDevice, ConnectMedia, Present, ReceivePresentation, TurnPage
from tui_meet.core.ids import StreamId
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import (
    CallRefused,
    DeviceProblem,
    FirstPicture,
    IceServer,
    Levels,
    MediaConnected,
    MediaEvent,
    MediaLost,
    MediaPlan,
    MediaPlane,
    MediaStats,
    PresentationState,
)

_log = logging.getLogger(__name__)

NO_MEDIA = "This client runs without sound and picture."
_FAULT = "Sound and picture could not be set up because of a fault in this program; the log file has the details."


class _NotMade(CallRefused):
    """The plane could not be made; the log has been told why. The next order tries again."""


class MediaLane:
    """Makes the plane when it is first needed, in a worker thread, and opens its devices once."""

    def __init__(
        self,
        factory: Callable[[], MediaPlane] | None,
        backend: Callable[[], Awaitable[Backend]],
        report: Callable[[core.Event], None],
    ) -> None:
        self._factory = factory
        self._backend = backend
        self._report = report
        self._making: asyncio.Task[MediaPlane | None] | None = None
        self._fault = ""
        self._opening: asyncio.Task[None] | None = None
        self._opened_for: asyncio.Task[MediaPlane | None] | None = None
        self._call: asyncio.Task[None] | None = None
        self._calling = asyncio.Lock()
        self._choices: set[asyncio.Task[None]] = set()
        self._presenting = asyncio.Lock()
        self._choosing = asyncio.Lock()
        self._dirty = False
        self._closed = False
        self._microphone_on = True
        self._camera_on = True
        self._deafened = False
        self.plane: MediaPlane | None = None
        self.levels: Levels | None = None

    @property
    def board(self) -> FrameBoard | None:
        return self.plane.board if self.plane is not None else None

    def statistics(self) -> MediaStats:
        return self.plane.statistics() if self.plane is not None else MediaStats()

    def warm_up(self) -> None:
        """Begin to make the plane; call inside a running loop. Opens no device."""
        making = self._making
        failed = making is not None and making.done() and (making.cancelled() or making.exception() is not None)
        if (making is None or failed) and not self._closed:
            self._making = asyncio.create_task(self._make(), name="media-make")
            # Perhaps nobody waits for it: asyncio need not complain about a fault that is in the log already.
            self._making.add_done_callback(lambda made: made.cancelled() or made.exception())

    def prepare(self, *, microphone_on: bool, camera_on: bool) -> None:
        """Begin to open the devices, while the meeting is still being asked to let us in."""
        self.set_microphone(microphone_on)
        self.set_camera(camera_on)
        self._open()

    def set_microphone(self, on: bool) -> None:
        self._microphone_on = on
        if self.plane is not None:
            self.plane.set_microphone(on)

    def set_camera(self, on: bool) -> None:
        self._camera_on = on
        if self.plane is not None:
            self.plane.set_camera(on)

    def set_deafened(self, on: bool) -> None:
        self._deafened = on
        if self.plane is not None:
            self.plane.set_deafened(on)

    def connect(self, effect: ConnectMedia) -> None:
        """Place a call instead of whatever call there is or is being made."""
        self.set_microphone(effect.microphone_on)
        self.set_camera(effect.camera_on)
        self._replace(effect)

    def disconnect(self) -> None:
        """Hang up, or give up the call that is being made."""
        if self._call is not None or self._dirty:
            self._replace(None)

    def choose(self, effect: ChooseDevice) -> None:
        """Change a device; answered by `DeviceChosen`."""
        self._start(self._choose(effect), "media-choose")

    def present(self, effect: Present) -> None:
        """Send a file as the presentation, or no more; answered by `RequestDone`."""
        self._start(self._present(effect), "media-present")

    def receive_presentation(self, effect: ReceivePresentation) -> None:
        """Receive somebody else's presentation, or no more."""
        self._start(self._receive(effect.on), "media-slides")

    def turn_page(self, effect: TurnPage) -> None:
        """Another page of what is presented; answered by `RequestDone`."""
        self._start(self._turn_page(effect), "media-page")

    def answer_offer(self, effect: AnswerOffer) -> None:
        """The meeting system's own offer for the running call."""
        self._start(self._answer_offer(effect), "media-offer")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._choices.add(task)
        task.add_done_callback(self._choices.discard)

    async def drained(self, timeout: float) -> None:
        """Wait until the last order about the call is carried out, `timeout` seconds at most."""
        if self._call is not None and not self._call.done():
            await asyncio.wait({self._call}, timeout=timeout)

    async def aclose(self, timeout: float) -> None:
        """Hang up and close devices, within about `timeout` seconds."""
        self._closed = True
        tasks = {task for task in (self._call, self._opening, *self._choices) if task is not None and not task.done()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)
        if self._making is not None and not self._making.done():
            await asyncio.wait({self._making}, timeout=timeout)
            self._making.cancel()
        if self.plane is not None:
            try:
                async with asyncio.timeout(timeout):
                    await self.plane.aclose()
            except Exception:
                _log.exception("Sound and picture could not be closed in order")

    # The plane.

    async def _make(self) -> MediaPlane | None:
        try:
            plane = (await self._backend()).media
            if plane is None and self._factory is not None:
                plane = await asyncio.to_thread(self._factory)
        except Exception as error:
            # A call is tried again and again: the same fault is told in full only once.
            again, self._fault = self._fault == repr(error), repr(error)
            _log.error("Sound and picture could not be set up: %s", self._fault, exc_info=None if again else error)
            raise _NotMade(_FAULT) from error
        if plane is not None:
            plane.listen(self._heard)
            plane.set_microphone(self._microphone_on)
            plane.set_camera(self._camera_on)
            plane.set_deafened(self._deafened)
            self.plane = plane
        return plane

    def _open(self) -> None:
        self.warm_up()
        if self._making is not None and self._opened_for is not self._making and not self._closed:
            self._opened_for = self._making
            self._opening = asyncio.create_task(self._open_devices(self._making), name="media-devices")

    async def _open_devices(self, making: asyncio.Task[MediaPlane | None]) -> None:
        try:
            plane = await asyncio.shield(making)
            if plane is not None:
                await plane.open_devices()
        except _NotMade:
            return
        except Exception:
            # Whoever waits for the plane is told; this task only must not be lost.
            _log.exception("The devices could not be opened")

    def _heard(self, event: MediaEvent) -> None:
        if isinstance(event, Levels):
            self.levels = event
        elif isinstance(event, MediaConnected):
            self._report(core.MediaConnected())
        elif isinstance(event, MediaLost):
            self._report(core.MediaLost(event.reason))
        elif isinstance(event, FirstPicture):
            self._report(core.PictureStarted(StreamId(event.stream_id), event.width, event.height))
        elif isinstance(event, PresentationState):
            self._report(core.PresentationChanged(event.send, event.recv))
        elif isinstance(event, DeviceProblem):
            self._report(core.DeviceFailed(event.kind, event.sentence))

    # Calls.

    def _replace(self, effect: ConnectMedia | None) -> None:
        if self._closed:
            return
        if self._call is not None and not self._call.done():
            self._call.cancel()
        self._call = asyncio.create_task(self._carry_out(effect), name="media-call")

    async def _carry_out(self, effect: ConnectMedia | None) -> None:
        # The lock makes a new call wait until the one it replaced has cleaned up after its cancellation.
        async with self._calling:
            try:
                if self._dirty and self.plane is not None:
                    await self.plane.disconnect()
                    self._dirty = False
                if effect is not None:
                    await self._connect(effect)
            except CallRefused as refusal:
                self._report(core.MediaLost(str(refusal)))
            except Exception:
                _log.exception("A call could not be placed or ended")
                if effect is not None:
                    self._report(core.MediaLost(_FAULT))

    async def _connect(self, effect: ConnectMedia) -> None:
        self._open()
        assert self._making is not None
        plane = await asyncio.shield(self._making)
        calls = (await self._backend()).calls_in(effect.room)
        if plane is None or calls is None:
            self._report(core.MediaLost(NO_MEDIA))
            return
        # The call is placed while slow devices are still being opened: others are seen and heard the sooner.
        self._dirty = True
        servers = tuple(IceServer(item.urls, item.username, item.credential) for item in effect.ice_servers)
        await plane.connect(calls, MediaPlan(effect.slots, servers, self._microphone_on, self._camera_on))

    async def _present(self, effect: Present) -> None:
        problem = ""
        try:
            # One after the other: a presentation that is stopped while it begins must not begin after that.
            async with self._presenting:
                if self.plane is not None:
                    await self.plane.present(effect.path)
                elif effect.path is not None:
                    problem = NO_MEDIA
        except (ValueError, CallRefused) as refusal:
            problem = str(refusal)
        except Exception:
            _log.exception("A presentation could not be begun or ended")
            problem = _FAULT
        self._report(core.RequestDone(effect.ticket, not problem, message=problem))

    async def _turn_page(self, effect: TurnPage) -> None:
        try:
            if self.plane is None:
                raise ValueError(NO_MEDIA)
            page, pages = await (self.plane.next_page() if effect.forward else self.plane.previous_page())
        except ValueError as refusal:
            self._report(core.RequestDone(effect.ticket, False, message=str(refusal)))
        except Exception:
            _log.exception("A page could not be turned")
            self._report(core.RequestDone(effect.ticket, False, message=_FAULT))
        else:
            self._report(core.RequestDone(effect.ticket, True, message=f"Page {page} of {pages}."))

    async def _answer_offer(self, effect: AnswerOffer) -> None:
        if self.plane is None:
            return
        try:
            answer = await self.plane.reoffer(effect.sdp)
            await (await self._backend()).answer_offer(answer)
        except CallRefused as refusal:
            _log.info("An offer of the meeting system came to nothing: %s", refusal)
        except Exception:
            _log.exception("An offer of the meeting system could not be answered")

    async def _receive(self, on: bool) -> None:
        try:
            async with self._presenting:
                if self.plane is not None:
                    await self.plane.receive_presentation(on)
        except CallRefused as refusal:
            _log.info("A presentation cannot be received: %s", refusal)
        except Exception:
            _log.exception("A presentation cannot be received")

    async def _choose(self, effect: ChooseDevice) -> None:
        problem = ""
        try:
            async with self._choosing:
                self.warm_up()
                assert self._making is not None
                plane = await asyncio.shield(self._making)
                if plane is None:
                    problem = NO_MEDIA
                else:
                    await plane.choose(effect.kind, effect.spec)
        except (ValueError, _NotMade) as refusal:
            problem = str(refusal)
        except Exception:
            _log.exception("A device could not be chosen")
            problem = _FAULT
        self._report(core.DeviceChosen(effect.ticket, problem))
