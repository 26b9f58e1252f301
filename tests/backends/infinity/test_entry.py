"""Asking to be let in: every reply of the wire document 2.1, and what no meeting server would say."""

from __future__ import annotations

import socket
import ssl
from typing import Any, cast

import httpx
import pytest

from tests.backends.infinity.probe import TOKEN_RESULT, Probe, body_of, probing, reply
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import IceServer, MeetingLink, Role

LINK = MeetingLink("http://meet.example:8080", "my room@x")


async def _ask(response: httpx.Response | Exception, **request: str) -> tuple[ev.Event, list[httpx.Request]]:
    """The fact that follows a reply, and the requests made."""
    requests: list[httpx.Request] = []

    def handler(asked: httpx.Request) -> httpx.Response:
        requests.append(asked)
        if isinstance(response, Exception):
            raise response
        return response if asked.url.path.endswith("request_token") else reply(True)

    async with probing(handler) as probe:
        await probe.backend.perform(fx.RequestToken(LINK, "Ada", **request))
        return await _first(probe), list(requests)


async def _first(probe: Probe) -> ev.Event:
    return await probe.next(cast("type[ev.Event]", object))


async def test_the_request_is_the_official_clients() -> None:
    _, (request, *_) = await _ask(reply(TOKEN_RESULT), pin="1234", token="once")
    assert request.method == "POST"
    assert request.url.raw_path == b"/api/client/v2/conferences/my%20room%40x/request_token"
    assert request.headers["pin"] == "1234"
    assert request.headers["content-type"] == "application/json"
    assert "token" not in request.headers
    assert body_of(request) == {
        "display_name": "Ada",
        "supports_direct_chat": True,
        "direct_media": False,
        "chosen_idp": "none",
        "sso_token": "none",
        "node": "meet.example:8080",
        "token": "once",
    }


async def test_without_a_pin_there_is_no_header() -> None:
    _, (request, *_) = await _ask(reply(TOKEN_RESULT))
    assert "pin" not in request.headers
    assert "token" not in body_of(request)


async def test_a_full_reply_is_understood() -> None:
    result = TOKEN_RESULT | {
        "role": "GUEST",
        "conference_name": "My room",
        "current_service_type": "waiting_room",
        "call_type": "audio",
        "chat_enabled": False,
        "stun": [{"url": "stun:s.example"}, {"url": "javascript:alert(1)"}],
        "turn": [{"urls": ["turn:t.example"], "username": "u", "credential": "c"}],
        "meet": {"version": 1, "parts": ["slots", "volumes"]},
        "something_new": [1],
    }
    event, _ = await _ask(reply(result))
    assert event == ev.JoinAccepted(
        participant=ParticipantId("me-1"),
        role=Role.PARTICIPANT,
        display_name="Ada",
        alias="my room@x",
        conference_name="My room",
        service_type="waiting_room",
        call_type="audio",
        chat_enabled=False,
        parts=frozenset({"slots", "volumes"}),
        ice_servers=(IceServer(("stun:s.example",)), IceServer(("turn:t.example",), "u", "c")),
    )


@pytest.mark.parametrize(
    ("result", "host", "guest"),
    [
        ({"pin": "required", "guest_pin": "required", "version": {}}, True, True),
        ({"pin": "required", "guest_pin": "none", "version": {}}, True, False),
        ({"pin": "none", "guest_pin": "required", "version": {}, "conference_extension": "standard"}, False, True),
    ],
)
async def test_a_pin_is_asked_for(result: dict[str, Any], host: bool, guest: bool) -> None:
    event, _ = await _ask(reply(result, 403))
    assert event == ev.PinNeeded(host=host, guest=guest)


@pytest.mark.parametrize(
    ("status", "result", "error", "code"),
    [
        (403, "Invalid PIN", "Invalid PIN", "#pex101"),
        (403, "Participant limit reached", "Participant limit reached", "#pex194"),
        (404, "Neither conference nor gateway found", "Neither conference nor gateway found", "#pex154"),
        (503, "System in maintenance mode", "System in maintenance mode", "#pex110"),
        (529, "Out of resource", "Out of resource", "#pex114"),
        (403, "words nobody knows", "words nobody knows", "#pex117"),
        (415, None, "HTTP 415", "#pex117"),
    ],
)
async def test_refusals_keep_the_servers_words(status: int, result: Any, error: str, code: str) -> None:
    event, _ = await _ask(reply(result, status))
    assert event == ev.JoinRefused(error, code)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"idp": [{"name": "x", "uuid": "y"}], "version": {}}, "SSO Authent"),
        ({"redirect_url": "https://x", "redirect_idp": {"name": "x", "uuid": "y"}, "version": {}}, "SSO Authent"),
        ({"conference_extension": "required", "conference_extension_type": "standard"}, "extension not found"),
        ({}, "without a reason"),
        (None, "without a reason"),
        ([1], "without a reason"),
    ],
)
async def test_what_this_program_cannot_do_is_said(result: Any, words: str) -> None:
    event, _ = await _ask(reply(result, 403))
    assert isinstance(event, ev.JoinRefused)
    assert words in event.error


HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("response", "words", "retryable"),
    [
        (httpx.Response(200, text="<html>", headers=HTML), "not a meeting server", False),
        (httpx.Response(404, text="<html>", headers=HTML), "not a meeting server", False),
        (httpx.Response(301, headers={"location": "https://elsewhere"}), "not a meeting server", False),
        (httpx.Response(502, text="<html>", headers=HTML), "not available now (HTTP 502)", True),
        (httpx.Response(200, text="{", headers=JSON), "not a meeting server", False),
        (httpx.Response(200, text="[]", headers=JSON), "not a meeting server", False),
        (httpx.Response(200, text='{"status": "success", "result": NaN}', headers=JSON), "not a meeting server", False),
        (httpx.Response(200, content=b'{"status": "\xff"}', headers=JSON), "not a meeting server", False),
        (httpx.Response(200, text="[" * 100_000, headers=JSON), "not a meeting server", False),
        (httpx.Response(200, content=b"x" * 9_000_000, headers=JSON), "not a meeting server", False),
        (reply({}), "does not understand", False),
        (reply(None), "does not understand", False),
        (reply(TOKEN_RESULT | {"expires": "soon"}), "does not understand", False),
        (reply(TOKEN_RESULT | {"expires": "-3"}), "does not understand", False),
        (reply(TOKEN_RESULT | {"token": ""}), "does not understand", False),
        (reply(TOKEN_RESULT | {"token": "a\r\nb"}), "does not understand", False),
        (reply(TOKEN_RESULT | {"token": "a&b"}), "does not understand", False),
        (reply(TOKEN_RESULT | {"role": "KING"}), "does not understand", False),
        (reply(TOKEN_RESULT | {"call_type": "smell"}), "does not understand", False),
        (httpx.ConnectTimeout("x"), "does not answer", True),
        (httpx.ReadTimeout("x"), "too long to answer", True),
        (httpx.RemoteProtocolError("illegal status line"), "not a meeting server", False),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "broke off", True),
        (httpx.ReadError("x"), "broke", True),
        (httpx.ConnectError("All connection attempts failed"), "Nothing answers", True),
    ],
)
async def test_what_is_no_meeting_servers_reply(response: Any, words: str, retryable: bool) -> None:
    event, _ = await _ask(response)
    assert isinstance(event, ev.ServerUnreachable)
    assert words in event.sentence
    assert event.retryable is retryable
    assert "\n" not in event.sentence


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "no server named meet.example"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "looked up now"),
        (ConnectionRefusedError(111, "x"), "Nothing answers at meet.example:8080"),
        (OSError(101, "Network is unreachable"), "check your network"),
        (ExceptionGroup("several", [ConnectionRefusedError(111, "x")]), "Nothing answers"),
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "cannot be trusted"),
        (ssl.SSLError(1, "wrong version number"), "does not speak HTTPS"),
    ],
)
async def test_the_cause_of_a_failed_connection_is_named(cause: Exception, words: str) -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = cause
    event, _ = await _ask(error)
    assert isinstance(event, ev.ServerUnreachable)
    assert words in event.sentence


@pytest.mark.parametrize("server", ["ftp://x", "", "http://", "http://[::1", "http://127.0.0.1:99999999"])
async def test_a_link_that_cannot_be_used(server: str) -> None:
    async with probing() as probe:
        await probe.backend.perform(fx.RequestToken(MeetingLink(server, "room"), "Ada"))
        event = await probe.next(ev.ServerUnreachable)
    assert not event.retryable


async def test_nothing_listens() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        link = MeetingLink(f"http://127.0.0.1:{reserved.getsockname()[1]}", "room")
        async with probing() as probe:
            await probe.backend.perform(fx.RequestToken(link, "Ada"))
            event = await probe.next(ev.ServerUnreachable)
    assert event.sentence.startswith("Nothing answers at 127.0.0.1:")
    assert event.retryable


async def test_secrets_are_in_no_repr() -> None:
    result = TOKEN_RESULT | {"turn": [{"urls": ["turn:x"], "username": "u", "credential": "TURNPASS"}]}
    event, _ = await _ask(reply(result), pin="98765")
    assert "TURNPASS" not in repr(event)
    assert TOKEN_RESULT["token"] not in repr(event)
