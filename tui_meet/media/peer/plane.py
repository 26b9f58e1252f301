"""`PeerMedia`: the client's sound and picture over aiortc.

The caller lives on the runtime's loop, everything of aiortc on the media loop, every device on a thread of its own.
Signalling belongs to the runtime's loop and is awaited there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tui_meet.media.devices.spec import DeviceKind
from tui_meet.media.peer.connection import Call
from tui_meet.media.peer.equipment import Equipment
from tui_meet.media.peer.loop import MediaLoop
from tui_meet.media.peer.negotiation import Negotiation
from tui_meet.media.peer.presentation import NOTHING_PRESENTED, Presentation
from tui_meet.media.peer.stats import rate_kbps
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import (
    CallOffer,
    CallRefused,
    CallSignalling,
    Levels,
    MediaEvent,
    MediaPlan,
    MediaStats,
)

LEVEL_SECONDS = 0.1
"""Between two looks at the meters."""
LEVEL_STEP = 1.0
"""dB by which a level must have changed to be told."""
HANG_UP_SECONDS = 0.5
"""How long ending a call waits for the meeting system; it notices by itself as well."""

BAD_ANSWER = "The meeting's answer to our call cannot be understood; the server may be of another kind or version."
NO_CALL = "There is no call that could carry a presentation; join a meeting first."
ENDED_EARLY = "The call was ended before it was set up."


class PeerMedia:
    """Implements `MediaPlane`."""

    def __init__(self, microphone: str = "default", speaker: str = "default", camera: str = "default") -> None:
        """Takes the devices' SPECs. Raises `ValueError` with one sentence for a wrong one. Opens nothing yet."""
        self.board = FrameBoard()
        specs: dict[DeviceKind, str] = {"microphone": microphone, "speaker": speaker, "camera": camera}
        self._equipment = Equipment(specs, self.board, self._tell)
        self._media: MediaLoop | None = None
        self._call: Call | None = None
        self._signalling: CallSignalling | None = None
        self._negotiation: Negotiation | None = None
        self._presentation: Presentation | None = None
        self._listening: tuple[asyncio.AbstractEventLoop, Callable[[MediaEvent], None]] | None = None
        self._scalers = ThreadPoolExecutor(2, thread_name_prefix="media-scale")
        self._openers = ThreadPoolExecutor(3, thread_name_prefix="media-open")
        self._generation = 0
        self._levels_told = False
        self._closed: asyncio.Future[None] | None = None

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        """Tell events to `listener`, on the loop that runs now."""
        self._listening = (asyncio.get_running_loop(), listener)

    def _tell(self, event: MediaEvent) -> None:
        """Hand an event over, from any thread; late ones for a loop that is gone are let go."""
        listening = self._listening
        if listening is None or self._closed is not None:
            return
        loop, listener = listening
        try:
            loop.call_soon_threadsafe(listener, event)
        except RuntimeError:
            self._listening = None

    async def open_devices(self) -> None:
        """Open microphone, speaker and camera at the same time; what fails is told as `DeviceProblem`."""
        loop = asyncio.get_running_loop()
        kinds: tuple[DeviceKind, ...] = ("microphone", "speaker", "camera")
        await asyncio.gather(*(loop.run_in_executor(self._openers, self._equipment.open, kind) for kind in kinds))
        await self._media_loop().run(self._tell_levels_from_now())

    def _media_loop(self) -> MediaLoop:
        if self._closed is not None:
            raise RuntimeError("this media plane is closed")
        if self._media is None:
            self._media = MediaLoop()
        return self._media

    async def connect(self, signalling: CallSignalling, plan: MediaPlan) -> None:
        """Place a call, ending an earlier one. Raises `CallRefused`; everything later is told as an event."""
        # Before anything is waited for: what is switched meanwhile is newer than the plan.
        self._equipment.set_microphone(plan.microphone_on)
        self._equipment.set_camera(plan.camera_on)
        await self.disconnect()
        self._generation += 1
        generation = self._generation
        media = self._media_loop()
        # Something must drive the sound, or no packet would ever flow.
        await asyncio.get_running_loop().run_in_executor(self._openers, self._equipment.open, "microphone")
        made: list[Call] = []
        try:
            call, offer = await media.run(self._make_call(plan, made))
        except asyncio.CancelledError:
            # The call may have been finished over there all the same.
            await media.run(_close_all(made))
            raise
        self._call, self._signalling = call, signalling
        self._equipment.join_call(call.microphone, call.camera)
        try:
            answer = await signalling.place(offer)
            call.call_id = answer.call_id
            if generation != self._generation:
                raise CallRefused(ENDED_EARLY)
            try:
                await media.run(call.accept(answer.sdp))
            except ValueError as error:
                raise CallRefused(BAD_ANSWER) from error
            await signalling.acknowledge(answer.call_id)
        except BaseException:
            await self._end(call, signalling)
            raise
        if generation != self._generation:
            await self._end(call, signalling)
            raise CallRefused(ENDED_EARLY)
        self._negotiation = Negotiation(call, signalling, media)
        self._presentation = Presentation(self._negotiation, call.slides, self._openers, self._tell)

    async def _make_call(self, plan: MediaPlan, made: list[Call]) -> tuple[Call, CallOffer]:
        call = Call(plan, board=self.board, pool=self._scalers, play=self._equipment.ring.push, tell=self._tell)
        made.append(call)
        try:
            offer = await call.offer()
        except BaseException:
            await call.close()
            raise
        return call, offer

    async def disconnect(self) -> None:
        """End the running call, if any, also one that is being set up."""
        self._generation += 1
        call, signalling = self._call, self._signalling
        if call is not None and signalling is not None:
            await self._end(call, signalling)

    async def _end(self, call: Call, signalling: CallSignalling) -> None:
        """Close a call here and there, each once, whoever comes first."""
        if self._call is call:
            self._call = self._signalling = None
            self._equipment.leave_call()
            await self._end_presentation()
        if self._media is not None and not call.closing:
            await self._media.run(call.close())
        if call.call_id and not call.hung_up:
            call.hung_up = True
            try:
                async with asyncio.timeout(HANG_UP_SECONDS):
                    await signalling.hang_up(call.call_id)
            except (CallRefused, TimeoutError):
                # The meeting system has ended it already or cannot be reached; both ends are closed either way.
                return

    async def _end_presentation(self) -> None:
        negotiation, self._negotiation = self._negotiation, None
        presentation, self._presentation = self._presentation, None
        if negotiation is not None:
            negotiation.end()
        projector = presentation.end() if presentation is not None else None
        if projector is not None:
            await asyncio.get_running_loop().run_in_executor(self._openers, projector.join)

    async def present(self, path: str | None) -> None:
        """Send a picture, PDF or video file as the presentation of the running call; None stops.

        Of a video only the picture is sent. Presenting again changes what is sent; receiving ends. A presentation ends
        with its call: a new call begins without. Raises `ValueError` with a sentence for a file that cannot be used,
        `CallRefused` when there is no call or the meeting system refuses the change of it.
        """
        if path is None:
            if self._presentation is not None:
                await self._presentation.stop()
            return
        await self._running_presentation().present(path)

    def _running_presentation(self) -> Presentation:
        if self._presentation is None:
            raise CallRefused(NO_CALL)
        return self._presentation

    async def receive_presentation(self, on: bool) -> None:
        """Receive another's presentation as stream "slides", or no more; ours ends if there is one.

        Raises `CallRefused` when there is no call or the meeting system refuses the change of it.
        """
        if on:
            await self._running_presentation().receive()
        elif self._presentation is not None:
            await self._presentation.stop_receiving()

    async def next_page(self) -> tuple[int, int]:
        """Turn the presented PDF to its next page; at the last one it stays. Returns (page from 1, pages).

        Raises `ValueError` with a sentence when nothing is presented or the page cannot be drawn.
        """
        return await self._turn(1)

    async def previous_page(self) -> tuple[int, int]:
        """As `next_page`, to the page before."""
        return await self._turn(-1)

    async def _turn(self, by: int) -> tuple[int, int]:
        if self._presentation is None:
            raise ValueError(NOTHING_PRESENTED)
        return await self._presentation.turn(by)

    async def reoffer(self, sdp: str) -> str:
        """Take the meeting system's own offer and return the answer, or `OFFER_IGNORED` where ours goes first.

        Raises `CallRefused` when there is no call or the offer cannot be used.
        """
        if self._negotiation is None:
            raise CallRefused(NO_CALL)
        return await self._negotiation.answer(sdp)

    def set_microphone(self, on: bool) -> None:
        """Send what the microphone hears, or silence."""
        self._equipment.set_microphone(on)

    def set_camera(self, on: bool) -> None:
        """Send pictures, or none at all."""
        self._equipment.set_camera(on)

    def set_deafened(self, on: bool) -> None:
        """Play silence, or what arrives."""
        self._equipment.set_deafened(on)

    async def choose(self, kind: DeviceKind, spec: str) -> None:
        """Change a device; raises `ValueError` with a sentence when the SPEC is not usable (the old one stays)."""
        await asyncio.get_running_loop().run_in_executor(self._openers, self._equipment.choose, kind, spec)

    async def _tell_levels_from_now(self) -> None:
        if not self._levels_told:
            self._levels_told = True
            self._level_task = asyncio.get_running_loop().create_task(self._tell_levels())

    async def _tell_levels(self) -> None:
        told = Levels(0.0, 0.0)
        while True:
            await asyncio.sleep(LEVEL_SECONDS)
            now = self._equipment.levels()
            microphone_step = abs(now.microphone_dbfs - told.microphone_dbfs)
            speaker_step = abs(now.speaker_dbfs - told.speaker_dbfs)
            if microphone_step >= LEVEL_STEP or speaker_step >= LEVEL_STEP:
                told = now
                self._tell(now)

    def statistics(self) -> MediaStats:
        """Counters of the running call; all zero without one."""
        call = self._call
        slots = tuple((f"slot {name}", dropped) for name, _, dropped in self.board.statistics())
        if call is None:
            return MediaStats(dropped=(*self._equipment.dropped, *slots))
        now, earlier = call.counters, call.earlier
        seconds = now.at - earlier.at
        return MediaStats(
            sent_kbps=rate_kbps(earlier.bytes_sent, now.bytes_sent, seconds),
            received_kbps=rate_kbps(earlier.bytes_received, now.bytes_received, seconds),
            packets_lost=now.packets_lost,
            jitter_ms=now.jitter_ms,
            round_trip_ms=now.round_trip_ms,
            pictures_per_second=max(0, now.pictures - earlier.pictures) / seconds if seconds > 0 else 0.0,
            dropped=(*call.dropped, *self._equipment.dropped, *slots),
            presented=self._presentation.page if self._presentation is not None else (0, 0),
        )

    async def aclose(self) -> None:
        """End the call, close the devices and every thread. Calling it again waits for the first."""
        if self._closed is not None:
            await asyncio.shield(self._closed)
            return
        loop = asyncio.get_running_loop()
        self._closed = loop.create_future()
        try:
            await self.disconnect()
            await loop.run_in_executor(self._openers, self._equipment.close)
            if self._media is not None:
                await self._media.stop()
            self._scalers.shutdown(wait=False, cancel_futures=True)
            self._openers.shutdown(wait=False, cancel_futures=True)
        finally:
            self._closed.set_result(None)


async def _close_all(calls: list[Call]) -> None:
    for call in calls:
        await call.close()
