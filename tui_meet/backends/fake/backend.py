"""A meeting system that is not there: for tests of the faces, for snapshots and for looking at screens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

from tui_meet.backends.base import BackendEffect
from tui_meet.backends.fake.media import FakeCalls, FakeMedia
from tui_meet.backends.fake.meeting import FakeMeeting
from tui_meet.core.effects import Leave, OpenStream, RequestToken
from tui_meet.core.events import Event, JoinAccepted, JoinRefused, PinNeeded, ServerUnreachable, StreamOpened
from tui_meet.core.ids import RoomId
from tui_meet.core.model import Role
from tui_meet.media.types import CallSignalling, MediaPlane

NO_PIN = "none"
"""What the wire gives as PIN to join as a participant without one."""


class FakeBackend:
    """Answers every order at once, as the server of a `FakeMeeting` would."""

    def __init__(self, meeting: FakeMeeting, media: FakeMedia | None = None) -> None:
        self.meeting = meeting
        self.performed: list[BackendEffect] = []
        """Every order, in the order in which it came."""
        self.refusal: JoinRefused | ServerUnreachable | None = None
        """Answer this to the next request to be let in."""
        self.stream_answers = True
        """False: an order to open the event stream is never answered, as by a server that is gone."""
        self._media = media
        self._calls = FakeCalls()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._closed = False

    @property
    def calls(self) -> CallSignalling | None:
        return self._calls

    def calls_in(self, room: RoomId) -> CallSignalling | None:
        return self._calls

    async def answer_offer(self, sdp: str) -> None:
        """A meeting that is not there makes no offers."""

    @property
    def media(self) -> MediaPlane | None:
        return self._media

    def feed(self, events: Iterable[Event]) -> None:
        """Let these happen."""
        for event in events:
            self._events.put_nowait(event)

    async def perform(self, effect: BackendEffect) -> None:
        self.performed.append(effect)
        match effect:
            case RequestToken():
                self.feed((self._let_in(effect),))
            case OpenStream() if not self.stream_answers:
                return
            case OpenStream():
                self.feed((StreamOpened(), *self.meeting.sync()))
            case Leave():
                return
            case _:
                self.feed(self.meeting.answer(effect))

    async def events(self) -> AsyncIterator[Event]:
        while (event := await self._events.get()) is not None:
            yield event

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            self._events.put_nowait(None)

    def _let_in(self, request: RequestToken) -> Event:
        meeting = self.meeting
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            return refusal
        if meeting.host_pin:
            moderator = request.pin == meeting.host_pin
            welcome = moderator or request.pin == (meeting.guest_pin or NO_PIN)
            if not welcome:
                if request.pin:
                    return JoinRefused("Invalid PIN", "")
                return PinNeeded(host=True, guest=bool(meeting.guest_pin))
            meeting.me = replace(meeting.me, role=Role.MODERATOR if moderator else Role.PARTICIPANT)
        meeting.me = replace(
            meeting.me,
            display_name=request.display_name,
            service_type="waiting_room" if meeting.knock and not meeting.me.is_moderator else "conference",
        )
        me = meeting.me
        return JoinAccepted(
            me.id, me.role, me.display_name, meeting.alias, meeting.name, me.service_type, parts=meeting.parts
        )
