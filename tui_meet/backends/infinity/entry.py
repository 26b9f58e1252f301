"""Asking to be let in: `request_token` and what its many replies mean (wire document 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.http import Http, HttpAnswer
from tui_meet.backends.infinity.translate import accepted_of
from tui_meet.core import events as ev
from tui_meet.core.effects import RequestToken
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.codes import DEFAULT_CODE, pex_code
from tui_meet.wire.infinity.token import PinNeeded, TokenReply, TokenRequest

SSO_FAILED = "SSO Authentication Failed"
"""The wire's own word for what becomes of us where an identity provider is asked for: this program knows none."""
NO_EXTENSION = "Conference extension not found"
"""A virtual reception asks which meeting is meant; a link names the meeting itself."""


@dataclass(frozen=True, slots=True)
class Admission:
    """We are in."""

    accepted: ev.JoinAccepted
    reply: TokenReply


async def ask(http: Http, effect: RequestToken) -> Admission | ev.PinNeeded | ev.JoinRefused:
    """Post `request_token` and read the reply. Raises `Unreachable`."""
    request = TokenRequest(
        display_name=effect.display_name,
        supports_direct_chat=True,
        direct_media=False,
        chosen_idp=names.NOT_GIVEN,
        sso_token=names.NOT_GIVEN,
        node=http.where,
        # An invitation is a token for one entry, as that of a transfer.
        token=effect.token or effect.link.invite,
    )
    path = f"{names.conference_path(effect.link.alias)}/request_token"
    answer = await http.post(path, body=request.to_json(), pin=effect.pin)
    reply = answer.reply()
    if answer.status == 200 and reply.ok:
        return _admission(answer, reply.result, effect.link.alias)
    if answer.status == 403:
        return _forbidden(reply.result, reply.sentence)
    error = reply.sentence or f"HTTP {answer.status}"
    return ev.JoinRefused(error, pex_code(error))


def _admission(answer: HttpAnswer, result: Any, alias: str) -> Admission:
    try:
        token = TokenReply.from_json(result)
        if not _is_plain(token.token):
            raise WireError("the token has characters that no header can carry")
        return Admission(accepted_of(token, alias), token)
    except WireError as error:
        raise Unreachable(
            f"The meeting server at {answer.where} let us in with words this program does not understand ({error}).",
            retryable=False,
        ) from None


def _forbidden(result: Any, sentence: str) -> ev.PinNeeded | ev.JoinRefused:
    """The 403 shapes, tried in the official client's order."""
    if isinstance(result, dict):
        pin = PinNeeded.from_json(result)
        if pin is not None:
            return ev.PinNeeded(host=pin.host_pin, guest=pin.guest_pin)
        if "idp" in result or "redirect_url" in result:
            return ev.JoinRefused(SSO_FAILED, pex_code(SSO_FAILED))
        if "conference_extension" in result:
            return ev.JoinRefused(NO_EXTENSION, pex_code(NO_EXTENSION))
    error = sentence or (result if isinstance(result, str) else "")
    if not error:
        return ev.JoinRefused("The meeting server refused without a reason.", DEFAULT_CODE)
    return ev.JoinRefused(error, pex_code(error))


def _is_plain(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token and "#" not in token and "&" not in token
