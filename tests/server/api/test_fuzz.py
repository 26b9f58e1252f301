"""Thousands of malformed requests: each gets a clean answer, none a 500, and the meeting goes on."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx

from tests.server.api.meeting import join
from tui_meet.server.api import breakouts, calls, conference, meet, participants

REQUESTS = 10_000
_VALUES: list[Any] = [
    None, True, False, 0, -1, 1e308, 10**400, "", "x", "none", "\u0000", "\ud800", "é" * 300, [], [None], {}, {"a": 1},
    "text/plain", "application/json", "chair", "WEBRTC", "0", "v=0\r\nm=audio 9 X 0\r\n", "m=\r\n",
    ["0", "1"], [{"mid": "0", "width": -5, "height": 1e99}], {"x": "y"}, {"x": 500}, "start", "12#",
    "main.!personal", {"layout": "4:0"}, {"layout": "x"}, {"free_form_overlay_text": ["\u0000", "\ud800"]},
    {"layout": 1}, [{"axis": "pan", "direction": "left"}],
]  # fmt: skip
_NAMES = (
    "display_name", "type", "payload", "role", "text", "setting", "sdp", "call_type", "slot_mids", "candidate", "mid",
    "slots", "volumes", "level", "token", "supports_direct_chat", "call_tag", "chosen_idp", "unknown", "name",
    "duration", "end_action", "participants", "breakout_uuid", "conference_alias", "transforms", "digits", "state",
    "data", "is_final", "action", "movement", "target", "mix_name", "transform_layout", "destination", "protocol",
)  # fmt: skip
_BODIES: list[bytes] = [b"", b"{", b"null", b"[]", b"1", b'"x"', b"\xff\xfe", b"{" * 5000, b"NaN", b"9" * 5000, b"\x00"]


def _body(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return chance.choice(_BODIES)
    fields = {name: chance.choice(_VALUES) for name in chance.sample(_NAMES, chance.randint(0, 6))}
    body = json.dumps(fields).encode()
    if chance.random() < 0.2:
        cut = chance.randrange(len(body))
        body = body[:cut] + bytes([chance.randrange(256)]) + body[cut + chance.randint(0, 2) :]
    return body


async def test_malformed_requests_are_answered_cleanly(quick: httpx.AsyncClient) -> None:
    chance = random.Random(2)
    ada = await join(quick, "daily", "Ada", "4711", watch=False)
    bo = await join(quick, "daily", "Bo", "none", watch=False)
    room = (await ada.post("breakouts", {"name": "Blue"})).json()["result"]["breakout_uuid"]
    spare = [name for name in conference.POST if name != "disconnect"]
    own = [name for name in participants.POST if name != "disconnect"]
    paths = [
        *(f"{ada.base}{name}" for name in (*spare, "request_token", "refresh_token", "x", "..", "%00", "%ff")),
        *(f"{ada.base}participants/{{who}}/{name}" for name in (*own, "calls", "nonsense")),
        *(f"{ada.base}participants/{{who}}/calls/{{who}}/{name}" for name in calls.POST),
        *(f"/api/meet/v1/conferences/daily/participants/{{who}}/{name}" for name in meet.POST),
        *(f"{ada.base}{name}" for name in breakouts.POST if name != "breakouts/disconnect"),
        *(f"{ada.base}breakouts/{room}/{name}" for name in breakouts.ROOM if name != "disconnect"),
        *(f"{ada.base}breakouts/{room}/{name}" for name in ("lock", "message", "events", "x", "participants")),
        *(f"{ada.base}breakouts/{room}/participants/{{who}}/{name}" for name in (*own, "calls", "transfer")),
        *(f"/api/meet/v1/conferences/daily/{name}" for name in meet.CONFERENCE_POST),
        *(f"{ada.base}{name}" for name in (*conference.GET, "events", "theme/", "participants")),
        "/", "/daily", "/%e2%80%ae", "/api", "/api/client/v2/status",
    ]  # fmt: skip
    statuses: dict[int, int] = {}
    for _ in range(REQUESTS):
        path = chance.choice(paths).replace("{who}", chance.choice((ada.uuid, bo.uuid, "x", "%00")))
        path = path.replace("{mix}", chance.choice(("main.!personal", "main", "%00")))
        headers = {"token": chance.choice((ada.token, bo.token, bo.token, "", "x", "é"))}.items()
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        if chance.random() < 0.2:
            encoded.append((b"pin", chance.choice((b"none", b"1", b"\xff", b"4711"))))
        method = chance.choice(("POST", "POST", "POST", "GET", "PUT", "OPTIONS", "HEAD"))
        if path.endswith("/events") and method == "GET":
            encoded = []  # a good stream has no end
        response = await quick.request(method, path, content=_body(chance), headers=encoded)
        if path.endswith("/refresh_token") and response.status_code == 200:
            # Only so many tokens before the newest are good.
            holder = next(guest for guest in (ada, bo) if (b"token", guest.token.encode()) in encoded)
            holder.token = response.json()["result"]["token"]
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
        assert response.status_code in (200, 204, 400, 401, 403, 404, 405, 413), (method, path, response.text)
        if response.headers.get("content-type") == "application/json" and method != "HEAD":
            reply = response.json()
            assert reply["status"] == ("success" if response.status_code == 200 else "failed")
            if response.status_code >= 400:
                assert reply["result"]
    assert min(statuses[status] for status in (200, 400, 403, 404, 405)) > 20, statuses
    assert (await ada.get("conference_status")).status_code == 200
