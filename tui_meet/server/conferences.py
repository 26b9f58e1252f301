"""The running conferences: feed the rules, carry out their effects, keep one timer each. `rooms` decides."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
import uuid as uuids
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from tui_meet.server import sdp
from tui_meet.server.media import MediaRoom, MediaRoomFactory, MediaState
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import rules
from tui_meet.server.rooms.model import Call, Person, Room, RoomSettings, new_room
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.streams import EventQueue
from tui_meet.server.tokens import Holder, TokenTable
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.calls import CallReply, CallRequest, Candidate
from tui_meet.wire.sse import format_event

log = logging.getLogger(__name__)

MAX_KEPT_MESSAGES = 200
"""Messages kept for somebody whose event stream is closed just now."""
TOKEN_BYTES = 32
_EPOCH = time.time() - time.monotonic()


def steady_time() -> float:
    """Unix seconds that never jump: the start's wall clock plus monotonic time."""
    return _EPOCH + time.monotonic()


class Refused(Exception):
    """A request the rules refused."""

    def __init__(self, refusal: on.Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


class Conference:
    """One running conference."""

    def __init__(
        self,
        settings: RoomSettings,
        media_factory: MediaRoomFactory,
        tokens: TokenTable,
        clock: Callable[[], float] = steady_time,
    ) -> None:
        self.room: Room = new_room(settings)
        self._media_factory = media_factory
        self._media: MediaRoom | None = None
        self._tokens = tokens
        self._clock = clock
        self._streams: dict[str, EventQueue] = {}
        self._kept: dict[str, deque[bytes]] = {}
        self._call_locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.streams_cut = 0
        """Event streams cut because the client did not read."""
        self.messages_lost = 0
        """Messages for people whose stream was closed, beyond what is kept."""

    @property
    def alias(self) -> str:
        return self.room.settings.alias

    # Requests ---------------------------------------------------------------------------------------------------------

    def do(self, request: on.Request) -> None:
        """Hand a request to the rules and carry out what they say. Raises `Refused`."""
        outcome = rules.apply(self.room, request, self._clock())
        self.room = outcome.room
        for effect in outcome.effects:
            self._perform(effect)
        self._arm()
        if outcome.refusal is not None:
            raise Refused(outcome.refusal)

    def join(self, request: on.Join) -> tuple[Person, str]:
        """Let somebody in, perhaps only to wait; returns them and their token. Raises `Refused`."""
        self.do(request)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._tokens.issue(token, Holder(self.alias, request.uuid))
        return self.room.people[request.uuid], token

    def refresh(self, uuid: str) -> tuple[Person, str]:
        """A new token for somebody who is in."""
        self.do(on.TokenRefreshed(uuid))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._tokens.refresh(token, Holder(self.alias, uuid), self._clock())
        return self.room.people[uuid], token

    def tick(self) -> None:
        """Let the rules see the time."""
        self.do(on.Tick())

    # Event streams ----------------------------------------------------------------------------------------------------

    def open_stream(self, uuid: str) -> EventQueue:
        """A new event stream for somebody; it begins with everything, and an older stream of theirs ends."""
        older = self._streams.pop(uuid, None)
        if older is not None:
            older.abort()
        stream = EventQueue()
        self._streams[uuid] = stream
        self.do(on.StreamOpened(uuid))
        for event in self._kept.pop(uuid, ()):
            stream.put(event)
        return stream

    def close_stream(self, uuid: str, stream: EventQueue) -> None:
        """The connection under a stream is gone."""
        stream.drained.set()
        if self._streams.get(uuid) is stream:
            del self._streams[uuid]
        self.do(on.StreamClosed(uuid))

    # Calls ------------------------------------------------------------------------------------------------------------

    async def start_call(self, uuid: str, request: CallRequest) -> CallReply:
        """Negotiate media; a call before is replaced, or goes on when this one is refused. Raises `Refused`."""
        async with self._call_lock(uuid):
            self._person(uuid)
            media = self._media_room()
            try:
                answer = await media.connect(uuid, request.sdp, request.slot_mids or ())
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None
            if uuid not in self.room.people:
                await media.disconnect(uuid)
                raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
            sends = sdp.sending(request.sdp)
            offers_slots = request.slot_mids is not None
            call = Call(
                uuid=str(uuids.uuid4()),
                sends_audio=sends.audio,
                sends_video=sends.video,
                slot_mids=(request.slot_mids or ()) if offers_slots else media.receive_mids(uuid),
                offers_slots=offers_slots,
            )
            self.do(on.CallStarted(uuid, call))
            return CallReply(call.uuid, answer)

    async def update_call(self, uuid: str, call_uuid: str, offer: str) -> CallReply:
        """Negotiate again within a call. Raises `Refused`."""
        async with self._call_lock(uuid):
            call = self._person(uuid).call
            if call is None or call.uuid != call_uuid:
                raise Refused(on.Refusal(403, codes.CALL_DISCONNECTED))
            try:
                answer = await self._media_room().update(uuid, offer)
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None
            sends = sdp.sending(offer)
            self.do(on.CallChanged(uuid, sends.audio, sends.video))
            return CallReply(call_uuid, answer)

    async def add_candidate(self, uuid: str, call_uuid: str, candidate: Candidate) -> None:
        """Take a remote candidate; one of an older call is dropped in silence (wire document 4.6). Raises `Refused`."""
        async with self._call_lock(uuid):
            call = self._person(uuid).call
            if call is None or call.uuid != call_uuid:
                return
            try:
                await self._media_room().add_candidate(uuid, candidate.candidate, candidate.mid)
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None

    def end_call(self, uuid: str, call_uuid: str) -> None:
        """End a call; one that is over already is no error."""
        self.do(on.CallEnded(uuid, call_uuid))

    # Ending -----------------------------------------------------------------------------------------------------------

    def shut_down(self) -> list[EventQueue]:
        """Tell everybody that the server goes down; returns the streams that still have to be drained."""
        streams = list(self._streams.values())
        self.do(on.Shutdown())
        return streams

    async def aclose(self) -> None:
        """Stop timer, tasks and media."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for stream in self._streams.values():
            stream.abort()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._media is not None:
            await self._media.aclose()
            self._media = None

    def statistics(self) -> dict[str, Any]:
        """Figures for operators and tests."""
        return {
            "alias": self.alias,
            "people": len(self.room.people),
            "streams": len(self._streams),
            "streams_cut": self.streams_cut,
            "messages_lost": self.messages_lost,
            "media": self._media.statistics() if self._media is not None else {},
        }

    # Effects ----------------------------------------------------------------------------------------------------------

    def _perform(self, effect: on.Effect) -> None:
        match effect:
            case on.Send():
                self._send(effect)
            case on.DropPerson(uuid, reason):
                self._drop(uuid, reason)
            case on.CloseMedia(uuid):
                self._spawn(self._disconnect_media(uuid))
            case _ if self._media is None:
                return
            case on.SetPublishing(uuid, audio, video):
                self._media.set_publishing(uuid, audio=audio, video=video)
            case on.SetSlots(uuid, sources):
                self._media.set_slots(uuid, sources)
            case on.SetGains(uuid, gains):
                self._media.set_gains(uuid, gains)

    def _send(self, effect: on.Send) -> None:
        event = format_event(effect.name, json.dumps(effect.data, separators=(",", ":")))
        for uuid in effect.to:
            stream = self._streams.get(uuid)
            if stream is not None:
                if not stream.put(event):
                    self.streams_cut += 1
            elif effect.lasting:
                kept = self._kept.setdefault(uuid, deque(maxlen=MAX_KEPT_MESSAGES))
                self.messages_lost += len(kept) == MAX_KEPT_MESSAGES
                kept.append(event)

    def _drop(self, uuid: str, reason: str) -> None:
        stream = self._streams.pop(uuid, None)
        if stream is not None:
            if reason:
                stream.put(format_event(names.DISCONNECT, json.dumps({"reason": reason})))
            stream.finish()
        self._kept.pop(uuid, None)
        self._tokens.retire(Holder(self.alias, uuid), reason, self._clock())
        if self._media is not None:
            self._spawn(self._disconnect_media(uuid, left=True))

    async def _disconnect_media(self, uuid: str, left: bool = False) -> None:
        async with self._call_lock(uuid):
            person = self.room.people.get(uuid)
            # A new call may have taken the place of the ended one while this waited.
            if self._media is not None and (person is None or person.call is None):
                await self._media.disconnect(uuid)
        if left:
            self._call_locks.pop(uuid, None)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("ending a media connection failed", exc_info=task.exception())

    # Media ------------------------------------------------------------------------------------------------------------

    def _media_room(self) -> MediaRoom:
        if self._media is None:
            self._media = self._media_factory(on_levels=self._on_levels, on_state=self._on_state)
        return self._media

    def _on_levels(self, activity: Mapping[str, float]) -> None:
        self.do(on.Levels(activity))

    def _on_state(self, uuid: str, state: MediaState) -> None:
        self.do(on.MediaState(uuid, state == "connected"))

    def _person(self, uuid: str) -> Person:
        person = self.room.people.get(uuid)
        if person is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        return person

    def _call_lock(self, uuid: str) -> asyncio.Lock:
        return self._call_locks.setdefault(uuid, asyncio.Lock())

    # Time -------------------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = rules.next_deadline(self.room)
        if deadline is not None:
            delay = max(deadline - self._clock(), 0.01)
            self._timer = asyncio.get_running_loop().call_later(delay, self.tick)


class Conferences:
    """Every conference of a server, by alias; case does not matter."""

    def __init__(
        self,
        rooms: Mapping[str, RoomSettings],
        media_factory: MediaRoomFactory,
        clock: Callable[[], float] = steady_time,
    ) -> None:
        self._clock = clock
        self.tokens = TokenTable()
        self.going_down = False
        self._running = {
            settings.alias.casefold(): Conference(settings, media_factory, self.tokens, clock)
            for settings in rooms.values()
        }

    def find(self, alias: str) -> Conference | None:
        """The conference of this alias."""
        return self._running.get(alias.casefold())

    def holder(self, conference: Conference, token: str) -> str | None:
        """The uuid of the person in this conference who holds the token."""
        holder = self.tokens.find(token, self._clock())
        if holder is None or holder.alias != conference.alias or holder.uuid not in conference.room.people:
            return None
        return holder.uuid

    def farewell(self, conference: Conference, token: str) -> str | None:
        """Why the stay of the one who held this token ended; None for a token not known."""
        return self.tokens.farewell(token, conference.alias, self._clock())

    async def shut_down(self, seconds: float) -> None:
        """Tell everybody that the server goes down, and wait at most so long until they have been told."""
        self.going_down = True
        streams = [stream for conference in self._running.values() for stream in conference.shut_down()]
        waits = [asyncio.ensure_future(stream.drained.wait()) for stream in streams]
        if waits:
            _, late = await asyncio.wait(waits, timeout=seconds)
            for wait in late:
                wait.cancel()

    async def aclose(self) -> None:
        """Stop everything that runs."""
        for conference in self._running.values():
            await conference.aclose()

    def statistics(self) -> list[dict[str, Any]]:
        return [conference.statistics() for conference in self._running.values()]
