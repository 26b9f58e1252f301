"""Presenting and receiving a presentation in one call (wire document 4.5)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from tui_meet.media.devices.slides import Material, Projector, open_material
from tui_meet.media.peer.negotiation import ENDED, Negotiation
from tui_meet.media.peer.tracks import PictureTrack
from tui_meet.media.types import CallRefused, PresentationState

_log = logging.getLogger(__name__)

NOT_TAKEN = "The meeting does not take a presentation from us; a host can allow it."
NOTHING_PRESENTED = "Nothing is presented; start a presentation first."


class Presentation:
    """One direction at a time: who presents does not receive, whose presentation is taken over receives.

    Lives on the runtime's loop. Every change waits for the one before it. The words of `PresentationState` follow the
    negotiation, not the pictures, as the official client's do.
    """

    def __init__(
        self,
        negotiation: Negotiation,
        track: PictureTrack,
        pool: Executor,
        tell: Callable[[PresentationState], None],
    ) -> None:
        """`track` takes what is presented; `pool` is where files are opened and pages drawn."""
        self._negotiation = negotiation
        self._track = track
        self._pool = pool
        self._tell = tell
        self._changing = asyncio.Lock()
        self._projector: Projector | None = None
        self._receiving = False
        self._ended = False
        self._told = PresentationState("new", "new")

    async def present(self, path: str) -> None:
        """Send this file from now on, instead of what was sent before.

        Raises `ValueError` with a sentence for a file that cannot be used (what was sent before goes on), and
        `CallRefused`.
        """
        async with self._changing:
            material = await self._open(path)
            try:
                if self._projector is None:
                    await self._open_line()
            except BaseException:
                material.close()
                self._say(send="failed")
                raise
            self._halt()
            self._receiving = False
            self._projector = Projector(material, self._track.put)
            self._say(send="connected", recv="disconnected" if self._told.recv == "connected" else None)

    async def _open(self, path: str) -> Material:
        # In turn with the other changes, or a stop that comes at once would be overtaken by what it stops.
        if self._ended:
            raise CallRefused(ENDED)
        opening = asyncio.get_running_loop().run_in_executor(self._pool, open_material, path)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_unused)
            raise

    async def _open_line(self) -> None:
        self._say(send="connecting")
        if await self._negotiation.set_slides("sendonly") != "sendonly":
            raise CallRefused(NOT_TAKEN)

    async def stop(self) -> None:
        """Send nothing any more; without a presentation of ours nothing happens."""
        async with self._changing:
            if self._projector is None:
                return
            self._halt()
            self._say(send="disconnected")
            await self._close_line()

    async def receive(self) -> None:
        """Receive another's presentation; ours ends if there is one. Raises `CallRefused`."""
        async with self._changing:
            if self._receiving:
                return
            if self._projector is not None:
                self._halt()
                self._say(send="disconnected")
            self._say(recv="connecting")
            try:
                await self._negotiation.set_slides("recvonly")
            except BaseException:
                self._say(recv="failed")
                raise
            self._receiving = True
            self._say(recv="connected")

    async def stop_receiving(self) -> None:
        """Receive nothing any more; when nothing was received nothing happens."""
        async with self._changing:
            if not self._receiving:
                return
            self._receiving = False
            self._say(recv="disconnected")
            await self._close_line()

    async def _close_line(self) -> None:
        try:
            await self._negotiation.set_slides("inactive")
        except CallRefused as refusal:
            # Nothing is sent or shown any more, which is what was asked for; the line itself follows next time.
            _log.info("the line for slides stays open: %s", refusal)

    @property
    def page(self) -> tuple[int, int]:
        """(page from 1, pages) on show; zeros while nothing is presented."""
        return self._projector.page if self._projector is not None else (0, 0)

    async def turn(self, by: int) -> tuple[int, int]:
        """Show another page; (page, pages). Raises `ValueError` when nothing is presented or it cannot be drawn."""
        projector = self._projector
        if projector is None:
            raise ValueError(NOTHING_PRESENTED)
        return await asyncio.get_running_loop().run_in_executor(self._pool, projector.turn, by)

    def end(self) -> Projector | None:
        """The call is over. Returns the projector that still has to be waited for, off the loop."""
        projector = self._projector
        self._halt()
        self._receiving = False
        active = ("connecting", "connected")
        self._say(
            send="disconnected" if self._told.send in active else None,
            recv="disconnected" if self._told.recv in active else None,
        )
        self._ended = True
        return projector

    def _halt(self) -> None:
        """Put no picture on the line any more; the next one will be a keyframe."""
        if self._projector is not None:
            self._projector.close()
            self._projector = None
        self._track.pause()

    def _say(self, send: str | None = None, recv: str | None = None) -> None:
        now = PresentationState(send or self._told.send, recv or self._told.recv)
        if now != self._told and not self._ended:
            self._told = now
            self._tell(now)


def _close_unused(opening: asyncio.Future[Material]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
