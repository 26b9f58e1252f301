"""Control over HTTP: envelopes, results, codes, media orders, calls."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.server.api.meeting import OFFER, RecordingFactory, join, until
from tui_meet.server.main import RunningServer
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.participant import WireParticipant

YES = {"status": "success", "result": True}


async def test_lock_envelopes(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    no = await bo.post("lock")
    assert no.status_code == 403
    assert no.json() == {
        "status": "failed",
        "result": "Only a moderator can lock or unlock the meeting.",
        "code": 4101,
    }
    assert (await ada.post("lock")).json() == YES
    assert json.loads((await bo.until("conference_update")).data)["locked"] is True
    again = await ada.post("lock")
    assert again.status_code == 200
    assert again.json() == {
        "status": "success",
        "result": False,
        "code": 4121,
        "message": "The meeting is locked already.",
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("muteguests", None), ("unmuteguests", None), ("set_guests_can_unmute", {"setting": False}),
        ("clearallbuzz", {}),
        ("message", {"type": "text/plain", "payload": "hi"}), ("start_conference", None),
        ("message", {"type": "application/json; v=1", "payload": '{"a":1}'}),
        ("participants/{me}/mute", None), ("participants/{me}/unmute", None), ("participants/{me}/client_mute", None),
        ("participants/{me}/client_unmute", None), ("participants/{me}/video_muted", None),
        ("participants/{me}/video_unmuted", None), ("participants/{me}/buzz", None),
        ("participants/{me}/clearbuzz", None), ("participants/{me}/spotlighton", None),
        ("participants/{me}/spotlightoff", None), ("participants/{me}/overlaytext", {"text": "A"}),
        ("participants/{me}/role", {"role": "chair"}), ("participants/{you}/role", {"role": "chair"}),
        ("participants/{you}/message", {"type": "text/plain", "payload": "psst"}),
    ],
)  # fmt: skip
async def test_accepted(quick: httpx.AsyncClient, path: str, body: Any) -> None:
    ada = await join(quick, "daily", "Ada", "4711", watch=False)
    bo = await join(quick, "daily", "Bo", "none", watch=False)
    reply = await ada.post(path.format(me=ada.uuid, you=bo.uuid), body)
    assert reply.status_code == 200
    assert reply.json() == YES


@pytest.mark.parametrize(
    "path",
    [
        "silent_video_detection", "set_guests_can_see_guests", "set_clock", "set_pinning_config",
        "participants/{me}/layout_group", "participants/{me}/send_to_audio_mixes",
    ],
)  # fmt: skip
async def test_what_is_not_done_here_says_so_with_a_listed_string(quick: httpx.AsyncClient, path: str) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    reply = await ada.post(path.format(me=ada.uuid), {})
    assert reply.status_code == 403
    assert reply.json() == {"status": "failed", "result": codes.UNAVAILABLE}
    assert codes.pex_code(codes.UNAVAILABLE) == "#pex191"


async def test_lists_and_odd_corners(quick: httpx.AsyncClient) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    rows = (await ada.get("participants")).json()["result"]
    assert [WireParticipant.from_json(row).uuid for row in rows] == [ada.uuid]
    assert None not in rows[0].values()
    status = (await ada.get("conference_status")).json()["result"]
    assert (status["locked"], status["guests_muted"], status["started"]) == (False, False, True)
    assert (await quick.get(f"{ada.base}theme/")).status_code == 204
    assert (await ada.mine("release_floor")).json() == {"status": "success", "result": None}
    avatar = await ada.get(f"participants/{ada.uuid}/avatar.jpg")
    assert (avatar.status_code, avatar.json()["result"]) == (404, "No image available")
    node = await quick.get("/api/client/v2/status")
    assert node.status_code == 200
    lost = await quick.get("/api/client/v2/nonsense")
    assert (lost.status_code, lost.json()["status"]) == (404, "failed")
    wrong = await quick.get(f"{ada.base}lock", headers={"token": ada.token})
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, "application/json")


async def test_a_person_with_a_browser_is_told_how_to_join(server: RunningServer, client: httpx.AsyncClient) -> None:
    page = await client.get("/daily")
    assert page.headers["content-type"].startswith("text/html")
    assert f"tui-meet join {server.url}/daily" in page.text
    assert (await client.get("/")).status_code == 200
    missing = await client.get("/<script>")
    assert missing.status_code == 404
    assert "<script>" not in missing.text


async def test_browsers_of_other_origins_may_call(quick: httpx.AsyncClient) -> None:
    preflight = await quick.options(
        "/api/client/v2/conferences/open/lock",
        headers={
            "origin": "https://elsewhere.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "token,pin,content-type",
        },
    )
    assert preflight.status_code == 200
    # The origin itself, and credentials: else no farewell of a closed page comes through (`navigator.sendBeacon`).
    assert preflight.headers["access-control-allow-origin"] == "https://elsewhere.example"
    assert preflight.headers["access-control-allow-credentials"] == "true"
    reply = await quick.post("/api/client/v2/conferences/open/lock", headers={"origin": "https://elsewhere.example"})
    assert reply.status_code == 403
    assert reply.headers["access-control-allow-origin"] == "https://elsewhere.example"


async def test_body_limits(quick: httpx.AsyncClient) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    headers = {"token": ada.token}
    for body, status in ((b"{", 400), (b"\xff", 400), (b"[" * 100_000, 400), (b" " * 1_100_000, 413), (b"[]", 400)):
        reply = await quick.post(f"{ada.base}message", content=body, headers=headers)
        assert reply.status_code == status, body[:10]
        assert reply.json()["status"] == "failed"
    long = await ada.post("message", {"type": "text/plain", "payload": "x" * 70_000})
    assert long.status_code == 413


async def test_a_call_from_offer_to_end(client: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await join(client, "open", "Ada")
    bo = await join(client, "open", "Bo")
    body = {"call_type": "WEBRTC", "sdp": OFFER, "slot_mids": ["2", "3"], "media_type": "video"}
    reply = await ada.mine("calls", body)
    result = reply.json()["result"]
    assert result["sdp"] == f"answer to {ada.uuid}"
    media = factory.made[0]
    assert media.publishing[ada.uuid] == (True, True)
    call = f"participants/{ada.uuid}/calls/{result['call_uuid']}"
    assert (await ada.post(f"{call}/ack", {})).json() == YES
    null = {"status": "success", "result": None}
    assert (await ada.post(f"{call}/new_candidate", {"candidate": "", "mid": "0"})).json() == null
    assert media.candidates == [(ada.uuid, "", "0")]
    stray = await ada.mine("calls/of-an-older-offer/new_candidate", {"candidate": "", "mid": "0"})
    assert stray.json() == null
    assert len(media.candidates) == 1
    assert (await ada.post(f"{call}/statistics", {"audio": {}})).json() == null
    update = await ada.post(f"{call}/update", {"sdp": OFFER})
    assert update.json()["result"] == {"call_uuid": result["call_uuid"], "sdp": "new answer"}

    await bo.mine("calls", {"call_type": "WEBRTC", "sdp": OFFER})
    bound = json.loads((await ada.until("meet_slots", bo.uuid)).data)
    assert bound == {"slots": [{"mid": "2", "participant_uuid": bo.uuid}, {"mid": "3", "participant_uuid": ""}]}
    assert media.slots[bo.uuid] == {"1": ada.uuid}, "a client without slots is shown one person"

    media.on_state(ada.uuid, "connected")
    assert json.loads((await bo.until("participant_update", '"has_media":true')).data)["uuid"] == ada.uuid
    media.on_levels({ada.uuid: 80.0})
    await bo.until("stage", '"vad":80')

    wishes = {"slots": [{"mid": "2", "width": 0, "height": 0}]}
    meet = f"/api/meet/v1/conferences/open/participants/{ada.uuid}"
    assert (await client.post(f"{meet}/slots", json=wishes, headers={"token": ada.token})).json() == YES
    assert media.slots[ada.uuid] == {"2": None, "3": None}
    volumes = {"volumes": {bo.uuid: 30}}
    assert (await client.post(f"{meet}/volumes", json=volumes, headers={"token": ada.token})).json() == YES
    assert (await client.post(f"{meet}/volumes", json=volumes, headers={"token": bo.token})).status_code == 403

    assert (await ada.post(f"{call}/disconnect")).json() == null
    await until(lambda: ada.uuid not in media.connected)
    assert (await ada.post(f"{call}/disconnect")).json() == null
    gone = await ada.post(f"{call}/update", {"sdp": OFFER})
    assert gone.status_code == 403


async def test_calls_that_cannot_be(quick: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    bo = await join(quick, "open", "Bo", watch=False)
    offer = {"call_type": "WEBRTC", "sdp": "nothing"}
    refused = await ada.mine("calls", offer)
    assert (refused.status_code, refused.json()["result"]) == (403, "The offer has no media.")
    assert (await ada.post(f"participants/{bo.uuid}/calls", offer)).status_code == 403
    stream = await ada.mine("calls", {"call_type": "RTMP", "streaming": True})
    assert (stream.status_code, stream.json()["result"]) == (403, codes.NO_LICENCE)
    assert (await ada.mine("calls", {"call_type": "PIGEON", "sdp": ""})).status_code == 400
    many = [str(number) for number in range(26)]
    assert (await ada.mine("calls", {**offer, "slot_mids": many})).status_code == 400
    fault = await ada.mine("calls", {"call_type": "WEBRTC", "sdp": OFFER + "boom"})
    assert (fault.status_code, fault.json()["result"]) == (403, codes.OUT_OF_RESOURCE)
    assert "a fault of ours" in caplog.text


async def test_leaving_ends_the_media(quick: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await join(quick, "open", "Ada", watch=False)
    await ada.mine("calls", {"call_type": "WEBRTC", "sdp": OFFER})
    await ada.post("release_token", {"reason": "User initiated disconnect"})
    await until(lambda: not factory.made[0].connected)
