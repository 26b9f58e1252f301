"""Presentation, captions, layouts and camera control over HTTP: envelopes, null results, orders for the media."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.server.api.meeting import OFFER, Clock, Guest, RecordingFactory, join, until
from tui_meet.server.rooms.layout_geometry import LAYOUTS
from tui_meet.server.still_watch import StillWatch
from tui_meet.wire.infinity import codes
from tui_meet.wire.meet import API_BASE

YES = {"status": "success", "result": True}
NULL = {"status": "success", "result": None}


async def with_call(client: httpx.AsyncClient, alias: str, name: str, pin: str | None = None, **body: Any) -> Guest:
    guest = await join(client, alias, name, pin)
    reply = await guest.mine("calls", {"call_type": "WEBRTC", "sdp": OFFER, **body})
    assert reply.status_code == 200
    return guest


def presentation(factory: RecordingFactory) -> tuple[str | None, frozenset[str]]:
    return factory.made[0].presentation


async def test_presenting_over_http(client: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await with_call(client, "daily", "Ada", "4711")
    bo = await with_call(client, "daily", "Bo", "none")
    assert (await ada.mine("take_floor")).json() == NULL
    start = json.loads((await bo.until("presentation_start")).data)
    assert start == {"presenter_name": "Ada", "presenter_uri": "", "presenter_uuid": ada.uuid}
    assert presentation(factory) == (ada.uuid, frozenset({bo.uuid}))
    assert (await bo.mine("take_floor")).json() == NULL
    assert json.loads((await ada.until("presentation_start")).data)["presenter_uuid"] == bo.uuid
    assert (await ada.mine("release_floor")).json() == NULL
    assert presentation(factory) == (bo.uuid, frozenset({ada.uuid}))
    assert (await bo.mine("release_floor")).json() == NULL
    assert json.loads((await ada.until("presentation_stop")).data) == {}
    assert presentation(factory) == (None, frozenset())
    foreign = await bo.post(f"participants/{ada.uuid}/take_floor")
    assert (foreign.status_code, foreign.json()["status"]) == (403, "failed")


async def test_stills_are_told_and_fetched(client: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await with_call(client, "daily", "Ada", "4711")
    bo = await with_call(client, "daily", "Bo", "none")
    assert (await bo.get("presentation.jpeg")).status_code == 404
    factory.made[0].jpeg = b"\xff\xd8 a page"
    await ada.mine("take_floor")
    assert json.loads((await bo.until("presentation_frame")).data) == {}
    still = await client.get(f"{bo.base}presentation_high.jpeg?id=1&token={bo.token}")
    assert (still.headers["content-type"], still.content) == ("image/jpeg", b"\xff\xd8 a page")
    await ada.post(f"participants/{bo.uuid}/denyrxpresentation")
    missing = await bo.get("presentation.jpeg")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/json")
    await bo.until("presentation_stop")


async def test_later_stills_are_looked_for_only_while_somebody_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_meet.server.still_watch.POLL_SECONDS", 0.01)
    asked = told = 0
    page: bytes | None = None

    def newest() -> bytes | None:
        nonlocal asked
        asked += 1
        return page

    def announce() -> None:
        nonlocal told
        told += 1

    clock = Clock()
    watch = StillWatch(newest, announce, clock)
    assert watch.fetch() is None
    watch.present("ada")
    await until(lambda: asked > 2)
    page = b"one"
    await until(lambda: told == 1)
    page = b"two"
    watch.fetch()
    await until(lambda: told == 2)
    clock.now += 10.1
    before, page = asked, b"three"
    await asyncio.sleep(0.1)
    assert (asked, told) == (before, 2), "nobody fetches: nothing is decoded"
    watch.present("bo")
    await until(lambda: told == 3)
    watch.present(None)
    assert watch.fetch() is None


async def test_captions_over_http(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    assert "captions" in ada.result["meet"]["parts"]
    assert (await bo.mine("show_live_captions")).json() == NULL
    path = f"{API_BASE}/conferences/daily/captions"
    said = await client.post(path, json={"data": "Hello", "is_final": True}, headers={"token": ada.token})
    assert said.json() == YES
    caption = json.loads((await bo.until("live_captions")).data)
    assert (caption["data"], caption["sources"][0]["participant_uuid"]) == ("Hello", ada.uuid)
    no = await client.post(path, json={"data": "psst"}, headers={"token": bo.token})
    assert (no.status_code, no.json()["code"]) == (403, codes.NOT_MODERATOR)
    assert (await client.post(path, json={}, headers={"token": ada.token})).status_code == 400
    assert (await bo.mine("hide_live_captions")).json() == NULL


async def test_layouts_over_http(client: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await with_call(client, "daily", "Ada", "4711")
    bo = await with_call(client, "daily", "Bo", "none", slot_mids=["1"])
    assert (await ada.get("available_layouts")).json()["result"] == list(LAYOUTS)
    annotated = (await ada.get("available_layouts?annotate=true")).json()["result"]
    assert [row["name"] for row in annotated] == list(LAYOUTS)
    assert all(isinstance(tag, str) for row in annotated for tag in row["tags"])
    assert set((await ada.get("layout_svgs")).json()["result"]) == set(LAYOUTS)
    assert (await ada.post("transform_layout", {"transforms": {"guest_layout": "4:0"}})).json() == YES
    assert json.loads((await bo.until("layout", '"4:0"')).data)["view"] == "4:0"
    bad = await ada.post("transform_layout", {"transforms": {"layout": "3:14"}})
    assert (bad.status_code, bad.json()) == (400, {"status": "failed", "result": "Illegal value"})
    assert factory.made[0].compositions[ada.uuid].people == (bo.uuid,)
    assert bo.uuid not in factory.made[0].compositions
    assert (await bo.post("video_mixes/create", {"mix_name": "main.!personal"})).json() == YES
    wanted = {"transform_layout": {"layout": "9:0"}}
    assert (await bo.post("video_mixes/main.!personal/configure", wanted)).json() == YES
    row = json.loads((await ada.until("participant_update", '"9:0"')).data)
    assert row["receive_from_video_mix"]["mix_config"] == {"transform_layout": {"layout": "9:0"}}
    assert (await bo.post("video_mixes/main.!personal/delete")).json() == YES
    assert (await bo.post("video_mixes/main.!personal/delete")).status_code == 404


async def test_the_camera_of_somebody_who_allows_it(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await with_call(client, "daily", "Bo", "none", fecc_supported=True)
    body = {"action": "start", "movement": [{"axis": "tilt", "direction": "up"}], "timeout": 500, "target": bo.uuid}
    assert (await ada.mine("fecc", body)).json() == YES
    told = json.loads((await bo.until("fecc")).data)
    assert told == {"action": "start", "movement": [{"axis": "tilt", "direction": "up"}], "timeout": 500.0}
    assert (await ada.mine("fecc", {**body, "target": ada.uuid})).status_code == 403
    assert (await ada.mine("fecc", {**body, "action": "spin"})).status_code == 400
    assert (await ada.mine("fecc", {**body, "target": "nobody"})).status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "status", "result"),
    [
        ("participants/{me}/dtmf", {"digits": "12#"}, 200, True),
        ("participants/{me}/dtmf", {"digits": "twelve"}, 400, None),
        ("participants/{me}/calls/x/dtmf", {"digits": "1"}, 200, True),
        ("participants/{me}/calls/x/fecc", {"action": "stop", "movement": []}, 403, None),
        ("participants/{me}/calls/x/statistics", {"audio": {}}, 200, None),
        ("participants/{me}/statistics", {"audio": {}}, 200, None),
        ("participants/{me}/preferred_aspect_ratio", {"aspect_ratio": 0.5625}, 200, True),
        ("participants/{me}/preferred_aspect_ratio", {"aspect_ratio": "tall"}, 400, None),
        ("participants/{me}/notify_not_afk", None, 200, True),
        ("participants/{me}/pres_in_mix", {"state": True}, 200, True),
        ("participants/{me}/pres_in_mix", {}, 400, None),
        ("participants/{me}/allowrxpresentation", None, 200, True),
        ("set_guests_can_present", {"setting": False}, 200, True),
        ("set_guests_can_present", {"setting": "no"}, 400, None),
        ("set_message_text", {"text": "Back at ten"}, 200, True),
        ("clearspotlights", None, 200, True),
        ("transform_layout", {"transforms": {"layout": 4}}, 400, None),
        ("dial", {"role": "GUEST", "destination": "a@b", "protocol": "sip"}, 403, codes.NO_GATEWAY),
        ("dial", {"role": "GUEST", "destination": "a@b", "protocol": "rtmp"}, 403, codes.NO_LICENCE),
        ("dial", {"role": "GUEST"}, 400, None),
    ],
)  # fmt: skip
async def test_statuses(quick: httpx.AsyncClient, path: str, body: Any, status: int, result: Any) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    reply = await ada.post(path.format(me=ada.uuid), body)
    assert reply.status_code == status
    assert reply.json()["status"] == ("success" if status == 200 else "failed")
    if result is not None or status == 200:
        assert reply.json()["result"] == result


async def test_what_can_be_read(quick: httpx.AsyncClient) -> None:
    ada = await join(quick, "marked", "Ada", watch=False)
    await ada.post("set_message_text", {"text": "Back at ten"})
    assert (await ada.get("get_message_text")).json()["result"] == {"text": "Back at ten"}
    assert (await ada.get("conference_status")).json()["result"]["message_text"] == "Back at ten"
    assert (await ada.post("set_classification_level", {"level": 1})).json() == YES
    assert (await ada.get("get_classification_level")).json()["result"] == {
        "levels": {"0": "Open", "1": "Secret"}, "current": 1, "colours": {"1": "#cc2200"}
    }  # fmt: skip
    assert (await ada.get("available_pinning_configs")).json()["result"] == []
    for path in ("get_clock", "get_pinning_config", f"participants/{ada.uuid}/get_properties"):
        assert (await ada.get(path)).json()["result"] == codes.UNAVAILABLE
    plain = await join(quick, "open", "Bo", watch=False)
    assert (await plain.get("get_classification_level")).json()["result"] is None
