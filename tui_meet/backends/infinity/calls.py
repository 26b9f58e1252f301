"""SDP to the meeting server and back (wire document 2.4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.http import HttpAnswer
from tui_meet.core.ids import MAIN_ROOM, RoomId
from tui_meet.media.types import OFFER_IGNORED, CallAnswer, CallOffer, CallRefused
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.calls import CallReply, CallRequest

_log = logging.getLogger(__name__)

_NO_ANSWER = "The meeting server answered the call with something else than an answer."


class CallPath(Protocol):
    """What calls need of the stay they belong to."""

    @property
    def media_type(self) -> str: ...

    @property
    def has_slots(self) -> bool: ...

    @property
    def open_calls(self) -> set[str]: ...

    async def post_own(self, action: str, body: Mapping[str, Any] | None, room: RoomId = MAIN_ROOM) -> HttpAnswer:
        """Post below one's own participant of a room. Raises `Unreachable`."""


class InfinityCalls:
    """The calls of whatever stay there is at the moment, room by room."""

    def __init__(self) -> None:
        self.stay: CallPath | None = None

    def in_room(self, room: RoomId) -> RoomCalls:
        """Signalling of calls in the main room or a breakout."""
        return RoomCalls(self, room)

    async def answer(self, sdp: str) -> None:
        """Answer the server's own offer (event `update_sdp`), or say that it is ignored. Raises `CallRefused`."""
        stay = self.stay
        if stay is None or not stay.open_calls:
            raise CallRefused("There is no call to change.")
        body: dict[str, Any] = {"sdp": sdp}
        if sdp == OFFER_IGNORED:
            body["offer_ignored"] = True
        for call_id in tuple(stay.open_calls):
            try:
                await stay.post_own(f"calls/{quote(call_id, safe='')}/ack", body)
            except Unreachable as error:
                raise CallRefused(error.sentence) from error


class RoomCalls:
    """`CallSignalling` in one room."""

    def __init__(self, owner: InfinityCalls, room: RoomId) -> None:
        self._owner = owner
        self._room = room

    async def place(self, offer: CallOffer) -> CallAnswer:
        stay = self._stay()
        mids = offer.slot_mids if stay.has_slots else None
        body = CallRequest(offer.sdp, mids, stay.media_type).to_json()
        result = await self._result(stay, "calls", body)
        try:
            reply = CallReply.from_json(result)
        except WireError as error:
            raise CallRefused(_NO_ANSWER) from error
        if not reply.call_uuid or not reply.sdp:
            raise CallRefused(_NO_ANSWER)
        if self._owner.stay is not stay:
            raise CallRefused("The meeting was left while the call was being placed.")
        stay.open_calls.add(reply.call_uuid)
        return CallAnswer(reply.call_uuid, reply.sdp)

    async def acknowledge(self, call_id: str) -> None:
        await self._result(self._stay(), f"calls/{quote(call_id, safe='')}/ack", {})

    async def update(self, call_id: str, sdp: str) -> str:
        result = await self._result(self._stay(), f"calls/{quote(call_id, safe='')}/update", {"sdp": sdp})
        try:
            return CallReply.from_json(result).sdp
        except WireError as error:
            raise CallRefused("The meeting server answered the change of the call with something else.") from error

    async def hang_up(self, call_id: str) -> None:
        """Never refused: a call that the server no longer knows is hung up."""
        stay = self._owner.stay
        if stay is None or call_id not in stay.open_calls:
            return
        stay.open_calls.discard(call_id)
        try:
            await stay.post_own(f"calls/{quote(call_id, safe='')}/disconnect", None, self._room)
        except Unreachable as error:
            _log.debug("The call could not be hung up at the server: %s", error)

    def _stay(self) -> CallPath:
        if self._owner.stay is None:
            raise CallRefused("There is no meeting to call.")
        return self._owner.stay

    async def _result(self, stay: CallPath, action: str, body: Mapping[str, Any]) -> Any:
        try:
            answer = await stay.post_own(action, body, self._room)
            if answer.status == 200:
                reply = answer.reply()
                if reply.ok and reply.result is not False:
                    return reply.result
                raise CallRefused(reply.sentence or "The meeting server refused the call.")
            raise CallRefused(_sentence(answer))
        except Unreachable as error:
            raise CallRefused(error.sentence) from error


def _sentence(answer: HttpAnswer) -> str:
    """Refusals of calls may be JSON or bare text (wire document 2.4)."""
    if answer.is_json:
        try:
            return answer.reply().sentence or f"The meeting server refused the call (HTTP {answer.status})."
        except Unreachable:
            return f"The meeting server refused the call (HTTP {answer.status})."
    return f"The meeting server refused the call (HTTP {answer.status})."
