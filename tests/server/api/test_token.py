"""Tokens over HTTP: the exact shapes of the wire document, 2.1."""

from __future__ import annotations

import httpx
import pytest

from tests.server.api.meeting import Clock, join
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.token import TokenReply

BASE = "/api/client/v2/conferences/"


async def test_a_host_gets_every_required_field_and_no_null(quick: httpx.AsyncClient) -> None:
    response = await quick.post(
        BASE + "daily/request_token",
        json={
            "display_name": "Ada", "chosen_idp": "none", "sso_token": "none", "direct_media": True, "node": "x",
            "sso_redirect_target": "y", "supports_direct_chat": True, "call_tag": "tag", "unknown": {"deep": [1]},
        },
        headers={"pin": "4711"},
    )  # fmt: skip
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert body["status"] == "success"
    result = body["result"]
    assert {"token", "expires", "participant_uuid", "version", "role", "display_name", "current_service_type"} <= set(
        result
    )
    assert None not in result.values()
    assert result["expires"] == "120"
    assert (result["role"], result["current_service_type"], result["call_tag"]) == ("HOST", "conference", "tag")
    assert result["meet"] == {"version": 1, "parts": ["slots", "volumes", "actors", "captions"]}
    assert result["direct_media"] is False
    assert len(result["token"]) >= 22
    assert TokenReply.from_json(result).conference_name == "Daily"


@pytest.mark.parametrize(
    ("alias", "pin", "status", "result"),
    [
        ("daily", None, 403, {"pin": "required", "guest_pin": "none", "version": {}}),
        ("both", None, 403, {"pin": "required", "guest_pin": "required", "version": {}}),
        ("both", "none", 403, {"pin": "required", "guest_pin": "required", "version": {}}),
        ("daily", "1", 403, codes.INVALID_PIN),
        ("nowhere", None, 404, codes.NOT_FOUND),
    ],
)
async def test_refusals(quick: httpx.AsyncClient, alias: str, pin: str | None, status: int, result: object) -> None:
    headers = {} if pin is None else {"pin": pin}
    response = await quick.post(f"{BASE}{alias}/request_token", json={"display_name": "Bo"}, headers=headers)
    assert response.status_code == status
    assert response.json() == {"status": "failed", "result": result}


async def test_full_room_and_pin_retries(quick: httpx.AsyncClient) -> None:
    await join(quick, "small", "Ada", watch=False)
    full = await quick.post(BASE + "small/request_token", json={"display_name": "Bo"})
    assert (full.status_code, full.json()["result"]) == (403, codes.ROOM_FULL)
    said = [
        (await quick.post(BASE + "daily/request_token", json={"display_name": "E"}, headers={"pin": "0"})).json()
        for _ in range(6)
    ]
    assert [reply["result"] for reply in said] == [codes.INVALID_PIN] * 5 + [codes.PIN_RETRIES]


async def test_alias_is_decoded_and_case_does_not_matter(quick: httpx.AsyncClient) -> None:
    response = await quick.post(BASE + "%44AILY/request_token", json={"display_name": "Bo"}, headers={"pin": "none"})
    assert response.json()["result"]["role"] == "GUEST"


async def test_refresh_replaces_and_the_previous_token_answers_half_a_minute(
    quick: httpx.AsyncClient, clock: Clock
) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    first = ada.token
    reply = await ada.post("refresh_token")
    assert reply.json()["result"]["expires"] == "120"
    ada.token = reply.json()["result"]["token"]
    assert ada.token != first
    second = await quick.get(f"{ada.base}conference_status", headers={"token": first})
    assert second.status_code == 200
    clock.now += 15
    clock_ok = await quick.get(f"{ada.base}conference_status?token={ada.token}")
    assert clock_ok.status_code == 200, "a token may be in the query"
    clock.now += 16
    late = await quick.get(f"{ada.base}conference_status", headers={"token": first})
    assert (late.status_code, late.json()["result"]) == (403, codes.INVALID_TOKEN)


async def test_a_dead_token_is_refreshed_with_401_and_a_token_opens_no_other_room(quick: httpx.AsyncClient) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    dead = await quick.post(BASE + "open/refresh_token", headers={"token": "dead"})
    assert dead.status_code == 401
    other = await quick.post(BASE + "daily/lock", headers={"token": ada.token})
    assert (other.status_code, other.json()["result"]) == (403, codes.INVALID_TOKEN)


async def test_release_is_tolerant(client: httpx.AsyncClient) -> None:
    ada = await join(client, "open", "Ada")
    bo = await join(client, "open", "Bo")
    beacon = await client.post(f"{bo.base}release_token?token={bo.token}", json={"reason": "Browser closed"})
    assert beacon.json() == {"status": "success", "result": True}
    await ada.until("participant_delete", bo.uuid)
    again = await bo.post("release_token", {"reason": "once more"})
    assert again.json()["result"] is True
    unknown = await client.post(f"{bo.base}release_token", headers={"token": "unknown"})
    assert unknown.status_code == 403
    cy = await join(client, "open", "Cy", watch=False)
    broken = await client.post(f"{cy.base}release_token", content=b"{", headers={"token": cy.token})
    assert broken.json()["result"] is True, "whoever wants to leave may"
