"""`request_token`, `refresh_token`, `release_token` (wire document 2.1)."""

from __future__ import annotations

import contextlib
import uuid as uuids

from starlette.requests import Request
from starlette.responses import Response

from tui_meet.server.api.answers import conference_of, conferences_of, no, ok, read_body, token_of
from tui_meet.server.conferences import Refused
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.model import CHAIR, TOKEN_SECONDS, Person
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.token import GUEST, HOST, RefreshReply, TokenReply, TokenRequest
from tui_meet.wire.meet import PART_ACTORS, PART_CAPTIONS, PART_SLOTS, PART_VOLUMES, announcement

PARTS = (PART_SLOTS, PART_VOLUMES, PART_ACTORS, PART_CAPTIONS)
VERSION_ID = "tui-meet"
MAX_PIN_LENGTH = 256


async def request_token(request: Request) -> Response:
    conference = conference_of(request)
    if conferences_of(request).going_down:
        return no(503, "503 Service Unavailable")
    asked = TokenRequest.from_json(await read_body(request))
    join = on.Join(
        uuid=str(uuids.uuid4()),
        display_name=asked.display_name,
        pin=_pin(request),
        address=request.client.host if request.client else "",
        supports_direct_chat=asked.supports_direct_chat,
        call_tag=asked.call_tag,
    )
    # In the body, or where some clients put every token (wire document 2.1).
    one_time = asked.token or request.headers.get(names.TOKEN_HEADER, "")
    person, token = conferences_of(request).redeem(conference, one_time, join) if one_time else conference.join(join)
    result = TokenReply(
        token=token,
        participant_uuid=person.uuid,
        display_name=person.display_name,
        role=_role(person),
        expires=TOKEN_SECONDS,
        current_service_type=names.SERVICE_WAITING if person.waiting else names.SERVICE_CONFERENCE,
        conference_name=conference.room.settings.title,
        call_tag=person.call_tag,
        breakout_rooms=conference.room.settings.breakouts,
        parent_participant_uuid=person.home,
        version_id=VERSION_ID,
        guests_can_present=conference.room.guests_can_present,
        meet=announcement(PARTS),
    )
    return ok(result.to_json())


async def refresh_token(request: Request) -> Response:
    """A dead token gets 401: on 403 the official client asks again without any pause (wire document 2.1)."""
    conference = conference_of(request)
    uuid = conferences_of(request).holder(conference, token_of(request))
    if uuid is None:
        return no(401, codes.INVALID_TOKEN)
    person, token = conference.refresh(uuid)
    return ok(RefreshReply(token, TOKEN_SECONDS, _role(person)).to_json())


async def release_token(request: Request) -> Response:
    """Leave. Accepted from somebody already gone, and with the token in the query (the beacon of a closed page)."""
    conference = conference_of(request)
    conferences = conferences_of(request)
    token = token_of(request)
    uuid = conferences.holder(conference, token)
    # The reason in the body is not needed; and whoever wants to leave may, also with a body that is broken.
    with contextlib.suppress(WireError):
        await read_body(request)
    if uuid is None:
        return ok(True) if conferences.farewell(conference, token) is not None else no(403, codes.INVALID_TOKEN)
    # Removed while the body was read: gone is gone.
    with contextlib.suppress(Refused):
        conference.do(on.Leave(uuid))
    return ok(True)


def _role(person: Person) -> str:
    return HOST if person.role == CHAIR else GUEST


def _pin(request: Request) -> str | None:
    """None where the header is absent; empty for the word `none`, which means "a guest without a PIN"."""
    pin = request.headers.get(names.PIN_HEADER)
    if pin is None or pin == "":
        return None
    return "" if pin == names.NO_PIN else pin[:MAX_PIN_LENGTH]
