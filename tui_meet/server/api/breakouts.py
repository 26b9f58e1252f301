"""Breakout rooms (wire document 2.5) and `transfer` (2.3)."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, conferences_of, ok, read_body
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.wire.infinity.breakouts import BreakoutBody, MoveBody, TransferBody
from tui_meet.wire.infinity.messages import MessageBody


def _plain(make: Callable[[str], ask.MeetingRequest], result: bool | None = True) -> CallerEndpoint:
    """An endpoint for a request that needs nothing but who asks."""

    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(make(caller.uuid))
        return ok(result)

    return endpoint


def _room(caller: Caller) -> str:
    return str(caller.request.path_params["breakout"])


async def open_breakout(caller: Caller) -> Response:
    body = BreakoutBody.from_json(await read_body(caller.request))
    uuid = str(uuids.uuid4())
    people = tuple(person for room in body.participants.values() for person in room)
    caller.conference.do(
        ask.OpenBreakout(
            caller.uuid, uuid, body.name, body.description, body.duration, body.end_action,
            body.guests_allowed_to_leave, people,
        )
    )  # fmt: skip
    return ok({"breakout_uuid": uuid})


async def message(caller: Caller) -> Response:
    body = MessageBody.from_json(await read_body(caller.request))
    caller.conference.do(ask.TellBreakouts(caller.uuid, body.payload, body.type))
    return ok(True)


async def move(caller: Caller) -> Response:
    body = MoveBody.from_json(await read_body(caller.request))
    caller.conference.do(ask.MovePeople(caller.uuid, body.room, body.participants))
    return ok(True)


async def close(caller: Caller) -> Response:
    await read_body(caller.request)
    caller.conference.do(ask.CloseBreakout(caller.uuid, _room(caller)))
    return ok(True)


async def request_guest_token(caller: Caller) -> Response:
    await read_body(caller.request)
    return ok(caller.conference.one_time_token(ask.MakeGuestPass(caller.uuid, _room(caller))))


async def transfer(caller: Caller) -> Response:
    """Send somebody to another conference of this server."""
    body = TransferBody.from_json(await read_body(caller.request))
    address = caller.request.client.host if caller.request.client else ""
    conferences_of(caller.request).transfer(caller.conference, caller.uuid, caller.target, body, address)
    return ok(True)


POST: dict[str, CallerEndpoint] = {
    "breakouts": open_breakout,
    "breakouts/message": message,
    "breakouts/disconnect": _plain(ask.CloseAllBreakouts, None),
    "breakouts/empty": _plain(ask.EmptyBreakouts),
    "participants/breakout": move,
    "leavebreakout": _plain(ask.LeaveBreakout),
    "breakoutbuzz": _plain(lambda by: ask.AskForHelp(by, True)),
    "clearbreakoutbuzz": _plain(lambda by: ask.AskForHelp(by, False)),
}
"""Below the conference."""
ROOM: dict[str, CallerEndpoint] = {
    "disconnect": close,
    "request_guest_token": request_guest_token,
    "participants/breakout": move,
    "leavebreakout": POST["leavebreakout"],
    "breakoutbuzz": POST["breakoutbuzz"],
    "clearbreakoutbuzz": POST["clearbreakoutbuzz"],
}
"""Below `breakouts/<b>`, beside what every room takes; there the one who asks is a host's seat, or a guest inside."""
PARTICIPANT: dict[str, CallerEndpoint] = {"transfer": transfer}
"""Below a participant, of the main room or of a breakout."""
