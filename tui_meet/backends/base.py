"""The seam to a meeting system. No vendor's habits: facts come out, orders go in.

A system whose media is negotiated with SDP over its signalling offers `calls`; one that brings its own media plane
(an SFU with an SDK) leaves `calls` None and offers `media`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from tui_meet.core.effects import Leave, OpenStream, Request, RequestToken
from tui_meet.core.events import Event
from tui_meet.core.ids import RoomId
from tui_meet.media.types import CallSignalling, MediaPlane

BackendEffect = RequestToken | OpenStream | Leave | Request


class Backend(Protocol):
    """One meeting system, for one meeting at a time."""

    @property
    def calls(self) -> CallSignalling | None:
        """Signalling of calls in the main room, where media is the client's own peer connection."""

    def calls_in(self, room: RoomId) -> CallSignalling | None:
        """The same in a room of the meeting: `MAIN_ROOM` or a breakout."""

    async def answer_offer(self, sdp: str) -> None:
        """Send what `MediaPlane.reoffer` gave for the meeting system's own offer. Raises `CallRefused`."""

    @property
    def media(self) -> MediaPlane | None:
        """The system's own media plane, where it has one."""

    async def perform(self, effect: BackendEffect) -> None:
        """Carry out an order. Never raises for what the network or the server does: failure comes back as an event."""

    def events(self) -> AsyncIterator[Event]:
        """Everything that happens, in order; ends after `aclose`."""

    async def aclose(self) -> None:
        """Release what is held, within a second or so. Safe to call twice."""
