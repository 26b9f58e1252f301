"""`InfinityBackend`: the seam to Pexip Infinity and to our own server."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx

from tui_meet.backends.base import BackendEffect
from tui_meet.backends.infinity.calls import InfinityCalls
from tui_meet.backends.infinity.control import NOT_IN_A_MEETING
from tui_meet.backends.infinity.entry import Admission, ask
from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.facts import FactQueue
from tui_meet.backends.infinity.http import Http
from tui_meet.backends.infinity.stay import Stay
from tui_meet.backends.infinity.stream import SILENCE_SECONDS
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.ids import MAIN_ROOM, RoomId
from tui_meet.media.types import CallSignalling, MediaPlane
from tui_meet.wire.infinity.codes import LEFT_BY_USER

_log = logging.getLogger(__name__)

_LEFT = "You left the meeting."
_REPLACED = "The connection to the meeting was made anew before this was carried out."
_FAULT = "Joining failed because of a fault in this program; the log file has the details."
_JOIN_GRACE = 0.4
"""s that leaving waits for a request to join under way, so that its token can be given back."""


class InfinityBackend:
    """One client of one meeting at a time. Make it inside a running loop or before; use it on one loop only."""

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        chance: Callable[[], float] = random.random,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        """`transport` replaces the network in tests, `chance` gives 0..1, `silence` in s (see `stream`)."""
        self._transport = transport
        self._chance = chance
        self._silence = silence
        self._facts = FactQueue()
        self._calls = InfinityCalls()
        self._stay: Stay | None = None
        self._joining: asyncio.Task[None] | None = None
        self._farewells: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def calls(self) -> CallSignalling | None:
        return self._calls.in_room(MAIN_ROOM)

    def calls_in(self, room: RoomId) -> CallSignalling | None:
        return self._calls.in_room(room)

    async def answer_offer(self, sdp: str) -> None:
        await self._calls.answer(sdp)

    @property
    def media(self) -> MediaPlane | None:
        return None

    def events(self) -> AsyncIterator[ev.Event]:
        return self._facts.read()

    async def perform(self, effect: BackendEffect) -> None:
        """Carry out an order. Only `Leave` is waited for; the others go on by themselves and end in a fact."""
        if isinstance(effect, fx.RequestToken):
            await self._join(effect)
        elif isinstance(effect, fx.OpenStream):
            if self._stay is None:
                self._facts.put(ev.TokenLost())
            else:
                self._stay.open_stream()
        elif isinstance(effect, fx.Leave):
            await self._leave(effect.reason)
        elif self._stay is None:
            self._facts.put(ev.RequestDone(effect.ticket, ok=False, message=NOT_IN_A_MEETING))
        else:
            self._stay.request(effect)

    async def aclose(self) -> None:
        """Leave if need be, and end `events`."""
        if self._closed:
            return
        self._closed = True
        if self._stay is not None or self._joining is not None:
            await self._leave(LEFT_BY_USER)
        if self._farewells:
            await asyncio.wait(self._farewells, timeout=0.5)
        self._facts.close()

    async def _join(self, effect: fx.RequestToken) -> None:
        if self._joining is not None:
            self._joining.cancel()
            await asyncio.wait({self._joining}, timeout=0.2)
        old = self._take_stay()
        if old is not None:
            # Signed in anew: the old token may be dead or alive; giving it back must not hold up the new join.
            await old.stop(_REPLACED)
            self._farewell(old.leave("Replaced", _REPLACED))
        self._joining = asyncio.create_task(self._ask(effect), name="infinity-join")

    async def _ask(self, effect: fx.RequestToken) -> None:
        http: Http | None = None
        try:
            http = await Http.open(effect.link, self._transport)
            answer = await ask(http, effect)
            if isinstance(answer, Admission):
                self._stay = self._calls.stay = Stay(
                    http,
                    answer.accepted,
                    answer.reply,
                    report=self._facts.put,
                    room=self._facts.room,
                    chance=self._chance,
                    silence=self._silence,
                )
                http = None
                self._tell_of_joining(answer.accepted)
            else:
                self._tell_of_joining(answer)
        except Unreachable as error:
            self._tell_of_joining(ev.ServerUnreachable(error.sentence, error.retryable))
        except Exception:
            _log.exception("Joining failed")
            self._tell_of_joining(ev.ServerUnreachable(_FAULT, retryable=False))
        finally:
            if http is not None:
                await http.aclose()

    def _tell_of_joining(self, event: ev.Event) -> None:
        # When we are leaving already, a token that comes late is only given back.
        if self._joining is asyncio.current_task():
            self._facts.put(event)

    async def _leave(self, reason: str) -> None:
        joining, self._joining = self._joining, None
        if joining is not None and not joining.done():
            await asyncio.wait({joining}, timeout=_JOIN_GRACE)
            if not joining.done():
                joining.cancel()
                await asyncio.wait({joining}, timeout=0.1)
        stay = self._take_stay()
        self._facts.forget_meeting()
        if stay is not None:
            await stay.leave(reason, _LEFT)

    def _take_stay(self) -> Stay | None:
        stay, self._stay, self._calls.stay = self._stay, None, None
        return stay

    def _farewell(self, leaving: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(leaving, name="infinity-farewell")
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)
