"""One stay in one meeting: from the token that let us in to its release."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from tui_meet.backends.infinity.control import ControlQueue
from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.http import Http, HttpAnswer
from tui_meet.backends.infinity.requests import room_of, to_wire
from tui_meet.backends.infinity.stream import SILENCE_SECONDS, End, read_stream
from tui_meet.backends.infinity.tokens import TokenKeeper
from tui_meet.backends.infinity.translate import Translator
from tui_meet.core import events as ev
from tui_meet.core.effects import ListLayouts, Request
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.wire.errors import WireError
from tui_meet.wire.fields import as_object, parse_json, text
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.conference import parse_layouts
from tui_meet.wire.infinity.token import RefreshReply, TokenReply
from tui_meet.wire.meet import PART_SLOTS
from tui_meet.wire.sse import ServerSentEvent

_log = logging.getLogger(__name__)

LEAVE_SECONDS = 0.8
"""For hanging up and releasing the token together, however dead the server is."""
_FAULT = "The event stream broke off because of a fault in this program; the log file has the details."


class Stay:
    """Everything that lives as long as one token (refreshed or not)."""

    def __init__(
        self,
        http: Http,
        accepted: ev.JoinAccepted,
        reply: TokenReply,
        *,
        report: Callable[[ev.Event], None],
        room: Callable[[], Any],
        chance: Callable[[], float],
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._http = http
        self._alias = accepted.alias
        self._me: dict[RoomId, ParticipantId] = {MAIN_ROOM: accepted.participant}
        """Who we are in each room."""
        self._tell = report
        self._room = room
        self._silence = silence
        self._translator = Translator(accepted.participant, accepted.role, lambda: str(uuid.uuid4()))
        self._keeper = TokenKeeper(
            reply.token,
            reply.expires,
            refresh=self._post_refresh,
            refreshed=self._refreshed,
            lost=self._token_lost,
            chance=chance,
        )
        self._control = ControlQueue(self._post_request, self._tell)
        self._refreshing = asyncio.create_task(self._keeper.run(), name="infinity-token")
        self._stream: asyncio.Task[None] | None = None
        self._over = False
        self._lost_told = False
        self.media_type = accepted.call_type
        self.has_slots = PART_SLOTS in accepted.parts
        self.open_calls: set[str] = set()
        self.malformed = 0
        """Events of the stream that were skipped because they did not fit the protocol."""

    # Orders.

    def open_stream(self) -> None:
        """Open the event stream, instead of the one there is."""
        if self._stream is not None:
            self._stream.cancel()
        self._stream = asyncio.create_task(self._read(), name="infinity-stream")

    def request(self, effect: Request) -> None:
        self._control.put(effect)

    async def leave(self, reason: str, message: str) -> None:
        """Stop everything, hang up, release the token, within about a second. `message` answers pending requests."""
        await self.stop(message)
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                for call in tuple(self.open_calls):
                    self.open_calls.discard(call)
                    await self.post_own(f"calls/{quote(call, safe='')}/disconnect", None)
                path = f"{names.conference_path(self._alias)}/release_token"
                await self._http.post(path, body={"reason": reason}, token=self._keeper.token)
        except (Unreachable, TimeoutError) as error:
            _log.info("The server was not told that we left: %s", error)
        await self._close_http()

    async def stop(self, message: str) -> None:
        """Report nothing more but the end of pending requests."""
        self._over = True
        tasks = {task for task in (self._refreshing, self._stream) if task is not None and not task.done()}
        for task in tasks:
            task.cancel()
        await self._control.close(message)
        if tasks:
            await asyncio.wait(tasks, timeout=0.2)

    async def post_own(self, action: str, body: Mapping[str, Any] | None, room: RoomId = MAIN_ROOM) -> HttpAnswer:
        """Post below one's own participant of a room. Raises `Unreachable`, also for a room in which we are not."""
        me = self._me.get(room)
        if me is None:
            raise Unreachable("This breakout room is closed.")
        if room == MAIN_ROOM:
            path = names.participant_path(self._alias, me)
        else:
            path = names.breakout_participant_path(self._alias, room, me)
        return await self._http.post(f"{path}/{action}", body=body, token=self._keeper.token)

    async def _close_http(self) -> None:
        try:
            async with asyncio.timeout(0.3):
                await self._http.aclose()
        except TimeoutError:
            _log.debug("Connections to the server took too long to close")

    # Requests and tokens.

    async def _post_request(self, effect: Request) -> HttpAnswer:
        me = self._me.get(room_of(effect))
        if me is None:
            raise Unreachable("This breakout room is closed.")
        wire = to_wire(effect, me)
        if wire.read:
            answer = await self._http.get(wire.address(self._alias), token=self._keeper.token)
        else:
            answer = await self._http.post(wire.address(self._alias), body=wire.body, token=self._keeper.token)
        if isinstance(effect, ListLayouts):
            self._layouts_listed(answer)
        if answer.token_is_dead:
            self._token_lost()
        return answer

    def _layouts_listed(self, answer: HttpAnswer) -> None:
        if answer.status != 200:
            return
        try:
            self._report(ev.LayoutsListed(parse_layouts(answer.reply().result)))
        except WireError as error:
            _log.debug("The list of layouts does not fit the protocol: %s", error)

    async def _post_refresh(self, token: str) -> HttpAnswer:
        return await self._http.post(f"{names.conference_path(self._alias)}/refresh_token", token=token)

    def _refreshed(self, reply: RefreshReply) -> None:
        for fact in self._translator.role_told(reply.role):
            self._report(fact)

    def _token_lost(self) -> None:
        if not self._lost_told:
            self._lost_told = True
            self._report(ev.TokenLost())

    def _report(self, event: ev.Event) -> None:
        if not self._over:
            self._tell(event)

    # The stream.

    async def _read(self) -> None:
        # The token goes raw into the query, as the official client sends it (wire document 1.1).
        address = f"{names.conference_path(self._alias)}/events?token={self._keeper.token}"
        try:
            end = await read_stream(
                self._http,
                address,
                opened=lambda: self._report(ev.StreamOpened()),
                event=self._arrived,
                room=self._room,
                silence=self._silence,
            )
        except Exception:
            _log.exception("Reading the event stream failed")
            self._report(ev.StreamLost(_FAULT))
            return
        if end.kind is End.TOKEN_DEAD:
            self._lost_told = True
            self._report(ev.TokenLost())
        else:
            self._report(ev.StreamLost(end.sentence))

    def _arrived(self, event: ServerSentEvent) -> None:
        """One event of the stream. What does not fit is skipped: the stream goes on (wire document 3.1)."""
        try:
            if event.name == names.REFRESH_TOKEN:
                self._keeper.refresh_soon()
            elif event.name == names.CALL_DISCONNECTED:
                self._call_ended(event.data)
            else:
                for fact in self._translator.translate(event.name, event.data):
                    self._follow_rooms(fact)
                    self._report(fact)
                if event.name == names.DISCONNECT:
                    self._dismissed()
        except WireError as error:
            self.malformed += 1
            _log.debug("Skipped a malformed event “%.40s” (%d so far): %s", event.name, self.malformed, error)

    def _follow_rooms(self, fact: ev.Event) -> None:
        if isinstance(fact, ev.BreakoutBegan):
            self._me[fact.room] = fact.participant
        elif isinstance(fact, ev.BreakoutEnded):
            self._me.pop(fact.room, None)

    def _call_ended(self, data: str) -> None:
        ended = as_object(parse_json(data), names.CALL_DISCONNECTED)
        call = text(ended, "call_uuid", "")
        if call in self.open_calls:
            self.open_calls.discard(call)
            self._report(ev.MediaLost(text(ended, "reason", "") or "The meeting server ended the call."))

    def _dismissed(self) -> None:
        """The server has thrown us out: what happens to stream and token from now on is no news."""
        self._over = True
        self._refreshing.cancel()
