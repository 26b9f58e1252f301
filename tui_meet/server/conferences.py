"""The running conferences: feed the rules, carry out their effects, keep one timer each. `rooms` decides."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tui_meet.server.calls import Calls, Refused
from tui_meet.server.media import MediaRoomFactory
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import conduct
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import MAIN, Meeting, new_meeting
from tui_meet.server.rooms.model import Person, Room, RoomSettings
from tui_meet.server.streams import EventQueue
from tui_meet.server.tokens import Admission, Holder, OneTimeTokens, TokenTable
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.breakouts import TransferBody
from tui_meet.wire.sse import format_event

__all__ = ["Conference", "Conferences", "Refused", "steady_time"]

MAX_KEPT_MESSAGES = 200
"""Messages kept for somebody whose event stream is closed just now."""
TOKEN_BYTES = 32
_EPOCH = time.time() - time.monotonic()


def steady_time() -> float:
    """Unix seconds that never jump: the start's wall clock plus monotonic time."""
    return _EPOCH + time.monotonic()


class Conference:
    """One running conference."""

    def __init__(
        self,
        settings: RoomSettings,
        media_factory: MediaRoomFactory,
        tokens: TokenTable,
        one_time: OneTimeTokens,
        clock: Callable[[], float] = steady_time,
    ) -> None:
        self.meeting: Meeting = new_meeting(settings)
        self.calls = Calls(media_factory, lambda: self.meeting, self.do)
        self._tokens = tokens
        self._one_time = one_time
        self._clock = clock
        self._streams: dict[str, EventQueue] = {}
        self._kept: dict[str, deque[bytes]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.streams_cut = 0
        """Event streams cut because the client did not read."""
        self.messages_lost = 0
        """Messages for people whose stream was closed, beyond what is kept."""

    @property
    def room(self) -> Room:
        """The main room."""
        return self.meeting.main

    @property
    def alias(self) -> str:
        return self.room.settings.alias

    # Requests ---------------------------------------------------------------------------------------------------------

    def do(self, request: on.Request | ask.MeetingRequest, room_id: str = MAIN) -> None:
        """Hand a request to the rules and carry out what they say. Raises `Refused`.

        The room is found by the person who asks; `room_id` is for what names nobody.
        """
        self._do(request, room_id)

    def _do(self, request: on.Request | ask.MeetingRequest, room_id: str = MAIN) -> str:
        """As `do`; returns the uuid of the one who came in, if somebody did."""
        before = self.meeting
        outcome = conduct.apply(before, request, self._clock(), room_id)
        self.meeting = outcome.meeting
        for where, effect in outcome.effects:
            self._perform(where, effect)
        for closed in before.breakouts.keys() - self.meeting.breakouts.keys():
            self.calls.close_room(closed)
        self._arm()
        if outcome.refusal is not None:
            raise Refused(outcome.refusal)
        return outcome.uuid

    def join(self, request: on.Join | ask.JoinByPass) -> tuple[Person, str]:
        """Let somebody in, perhaps only to wait; returns them and their token. Raises `Refused`."""
        uuid = self._do(request)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._tokens.issue(token, Holder(self.alias, uuid))
        return self.person(uuid), token

    def refresh(self, uuid: str) -> tuple[Person, str]:
        """A new token for somebody who is in."""
        self.do(on.TokenRefreshed(uuid))
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._tokens.refresh(token, Holder(self.alias, uuid), self._clock())
        return self.person(uuid), token

    def one_time_token(self, request: ask.MakeGuestPass | ask.MakeTransferPass, leaves: Holder | None = None) -> str:
        """A token with which somebody enters once. `leaves` says whose stay elsewhere ends then. Raises `Refused`."""
        self.do(request)
        return self._token_of_pass(str(self.meeting.serial), leaves)

    def person(self, uuid: str) -> Person:
        """Somebody who is in one of the rooms. Raises `Refused`."""
        person = self.meeting.person(uuid)
        if person is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        return person

    def room_with(self, uuid: str) -> Room:
        """The room in which somebody is. Raises `Refused`."""
        room_id = self.meeting.room_of(uuid)
        room = self.meeting.room(room_id) if room_id is not None else None
        if room is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        return room

    def _token_of_pass(self, pass_id: str, leaves: Holder | None = None) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        until = self.meeting.passes[pass_id].until
        self._one_time.issue(token, Admission(self.alias, pass_id, leaves), until, self._clock())
        return token

    def tick(self) -> None:
        """Let the rules see the time."""
        self.do(on.Tick())

    # Event streams ----------------------------------------------------------------------------------------------------

    def open_stream(self, uuid: str) -> EventQueue:
        """A new event stream for somebody; it begins with everything, and an older stream of theirs ends."""
        older = self._streams.pop(uuid, None)
        if older is not None:
            older.abort()
            self._keep(uuid, older.left_over())
        stream = EventQueue()
        self._streams[uuid] = stream
        self.do(on.StreamOpened(uuid))
        for event in self._kept.pop(uuid, ()):
            stream.put(event, lasting=True)
        return stream

    def close_stream(self, uuid: str, stream: EventQueue) -> None:
        """The connection under a stream is gone."""
        stream.drained.set()
        if self._streams.get(uuid) is stream:
            del self._streams[uuid]
            self._keep(uuid, stream.left_over())
        self.do(on.StreamClosed(uuid))

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
        await self.calls.aclose()

    def statistics(self) -> dict[str, Any]:
        """Figures for operators and tests."""
        media = self.calls.statistics()
        return {
            "alias": self.alias,
            "people": len(self.room.people) + len(self.meeting.guests_out),
            "streams": len(self._streams),
            "streams_cut": self.streams_cut,
            "messages_lost": self.messages_lost,
            "media": media.pop(MAIN, {}),
            "breakouts": {room_id: media.get(room_id, {}) for room_id in self.meeting.breakouts},
        }

    # Effects ----------------------------------------------------------------------------------------------------------

    def _perform(self, room_id: str, effect: ask.MeetingEffect) -> None:
        match effect:
            case on.Send():
                self._send(effect)
            case ask.Refer(uuid, pass_id, target, breakout_name):
                data = {"alias": self.alias, "token": self._token_of_pass(pass_id), "target": target}
                if breakout_name:
                    data["breakout_name"] = breakout_name
                self._send(on.Send((uuid,), names.REFER, data, lasting=True))
            case on.DropPerson(uuid, reason):
                self._drop(room_id, uuid, reason)
            case _:
                self.calls.perform(room_id, effect)

    def _send(self, effect: on.Send) -> None:
        event = format_event(effect.name, json.dumps(effect.data, separators=(",", ":")))
        for uuid in effect.to:
            stream = self._streams.get(uuid)
            if stream is not None:
                if not stream.put(event, effect.lasting):
                    self.streams_cut += 1
            elif effect.lasting:
                self._keep(uuid, (event,))

    def _keep(self, uuid: str, events: Iterable[bytes]) -> None:
        """Keep lasting events for the next event stream of somebody."""
        for event in events:
            kept = self._kept.setdefault(uuid, deque(maxlen=MAX_KEPT_MESSAGES))
            self.messages_lost += len(kept) == MAX_KEPT_MESSAGES
            kept.append(event)

    def _drop(self, room_id: str, uuid: str, reason: str) -> None:
        stream = self._streams.pop(uuid, None)
        if stream is not None:
            if reason:
                stream.put(format_event(names.DISCONNECT, json.dumps({"reason": reason})))
            stream.finish()
        self._kept.pop(uuid, None)
        self._tokens.retire(Holder(self.alias, uuid), reason, self._clock())
        self.calls.leave(room_id, uuid)

    # Time -------------------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = conduct.next_deadline(self.meeting)
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
        self._one_time = OneTimeTokens()
        self.going_down = False
        self._running = {
            settings.alias.casefold(): Conference(settings, media_factory, self.tokens, self._one_time, clock)
            for settings in rooms.values()
        }

    def find(self, alias: str) -> Conference | None:
        """The conference of this alias."""
        return self._running.get(alias.casefold())

    def holder(self, conference: Conference, token: str) -> str | None:
        """The uuid of the person in this conference who holds the token."""
        holder = self.tokens.find(token, self._clock())
        if holder is None or holder.alias != conference.alias or conference.meeting.person(holder.uuid) is None:
            return None
        return holder.uuid

    def redeem(self, conference: Conference, token: str, join: on.Join) -> tuple[Person, str]:
        """Let somebody in who has a one-time token; their stay elsewhere ends with it. Raises `Refused`."""
        admission = self._one_time.use(token, conference.alias, self._clock())
        if admission is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        entered = conference.join(ask.JoinByPass(join, admission.pass_id))
        if admission.leaves is not None:
            left = self.find(admission.leaves.alias)
            # Gone by themself, as the official client goes.
            with contextlib.suppress(Refused):
                if left is not None:
                    left.do(on.Leave(admission.leaves.uuid))
        return entered

    def transfer(self, conference: Conference, by: str, target: str, wanted: TransferBody, address: str) -> None:
        """Send somebody to another conference of this server. Raises `Refused`."""
        refusal = conduct.may(conference.meeting, ask.Transfer(by, target, wanted.alias, ""))
        if refusal is not None:
            raise Refused(refusal)
        goal = self.find(wanted.alias)
        if goal is None:
            raise Refused(on.Refusal(403, codes.TRANSFER_FAILED))
        leaves = Holder(conference.alias, conference.meeting.human(target))
        making = ask.MakeTransferPass(wanted.host, wanted.pin, address)
        token = goal.one_time_token(making, None if goal is conference else leaves)
        conference.do(ask.Transfer(by, target, goal.alias, token))

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
