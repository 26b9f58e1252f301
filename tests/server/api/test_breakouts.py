"""Breakouts and transfer over real connections: what a guest's and a host's client see and send."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.server.api.meeting import OFFER, Clock, Guest, RecordingFactory, join, until
from tui_meet.server.main import RunningServer
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.names import CLIENT_BASE

YES = {"status": "success", "result": True}
NULL = {"status": "success", "result": None}


async def opened(host: Guest, name: str = "Blue", **more: Any) -> tuple[str, str]:
    """A new breakout; its uuid, and that of the host there."""
    reply = await host.post("breakouts", {"name": name, **more})
    assert reply.status_code == 200, reply.text
    uuid = reply.json()["result"]["breakout_uuid"]
    begin = json.loads((await host.until("breakout_begin", uuid)).data)
    return uuid, begin["participant_uuid"]


async def enter(client: httpx.AsyncClient, refer: dict[str, Any], name: str, header: bool = False) -> Guest:
    """What a client does after `refer`."""
    body = {"display_name": name} if header else {"display_name": name, "token": refer["token"]}
    reply = await client.post(
        f"{CLIENT_BASE}/conferences/{refer['alias']}/request_token",
        json=body,
        headers={"token": refer["token"]} if header else {},
    )
    assert reply.status_code == 200, reply.text
    guest = Guest(client, refer["alias"], reply.json()["result"])
    guest.watch()
    await guest.until("participant_sync_end")
    return guest


async def referred(guest: Guest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((await guest.until("refer")).data)
    return data


async def moved(client: httpx.AsyncClient, guest: Guest, name: str) -> Guest:
    """The guest goes where it was sent, as the official client does: first out, then in."""
    refer = await referred(guest)
    assert (await guest.post("release_token", {"reason": "Transfer"})).json() == YES
    return await enter(client, refer, name)


async def inner(host: Guest, name: str, containing: str = "") -> dict[str, Any]:
    """The data of the next event inside a `breakout_event`."""
    while True:
        event = json.loads((await host.until("breakout_event", containing)).data)
        if event["event"] == name:
            return {"room": event["breakout_uuid"], "data": event["data"]}


async def test_a_guest_goes_to_a_breakout_and_comes_back_as_they_were(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    assert ada.result["breakout_rooms"] is True
    await ada.post(f"participants/{bo.uuid}/overlaytext", {"text": "Bo B."})
    await ada.post(f"participants/{bo.uuid}/mute")
    room, seat = await opened(ada, participants={"main": [bo.uuid]}, duration=600, description="talk")
    refer = await referred(bo)
    assert refer["alias"] == "daily"
    assert (refer["target"], refer["breakout_name"]) == ("breakout", "Blue")
    inside = await enter(client, refer, "Bo")
    assert inside.result["role"] == "GUEST"
    assert inside.result["parent_participant_uuid"] == bo.uuid
    assert inside.result["display_name"] == "Bo B."
    status = json.loads((await inside.until("conference_update")).data)
    assert status["breakout"] is True
    assert (status["breakout_name"], status["breakout_description"]) == ("Blue", "talk")
    assert status["end_action"] == "transfer"
    assert status["breakoutbuzz"] == {"time": 0.0, "value": False}
    await ada.until("participant_delete", bo.uuid)
    # The old token is no more; a late release of it is.
    assert (await bo.post("message", {"type": "text/plain", "payload": "x"})).status_code == 403
    assert (await bo.post("release_token", {"reason": "Transfer"})).status_code == 200
    rows = (await inside.get("participants")).json()["result"]
    assert [(row["uuid"], row["is_muted"]) for row in rows] == [(inside.uuid, "YES")]
    assert (await inside.post("breakoutbuzz")).json() == YES
    assert (await inner(ada, "conference_update", '"value":true'))["room"] == room
    assert (await ada.post(f"breakouts/{room}/clearbreakoutbuzz")).json() == YES
    assert (await ada.post(f"breakouts/{room}/participants/{inside.uuid}/unmute")).json() == YES
    await inside.until("participant_update", '"is_muted":"NO"')
    assert (await inside.post("leavebreakout")).json() == YES
    back = await moved(client, inside, "Bo")
    assert back.uuid == bo.uuid
    assert "parent_participant_uuid" not in back.result
    rows = (await back.get("participants")).json()["result"]
    mine = next(row for row in rows if row["uuid"] == bo.uuid)
    assert (mine["display_name"], mine["overlay_text"], mine["is_muted"]) == ("Bo B.", "Bo B.", "YES")
    assert seat not in [row["uuid"] for row in rows]


@pytest.mark.parametrize("header", [False, True])
async def test_one_time_tokens_are_good_once(client: httpx.AsyncClient, clock: Clock, header: bool) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    room, _ = await opened(ada)
    token = (await ada.post(f"breakouts/{room}/request_guest_token")).json()["result"]
    guest = await enter(client, {"alias": "daily", "token": token}, "Cy", header)
    assert guest.result["role"] == "GUEST"
    assert (await inner(ada, "participant_create", guest.uuid))["room"] == room
    again = await guest.client.post(
        f"{guest.base}request_token", json={"display_name": "Cy", "token": token}, headers={"pin": "4711"}
    )
    assert (again.status_code, again.json()["result"]) == (403, codes.INVALID_TOKEN)
    late = (await ada.post(f"breakouts/{room}/request_guest_token")).json()["result"]
    clock.now += 61
    reply = await client.post(f"{ada.base}request_token", json={"display_name": "Dee", "token": late})
    assert (reply.status_code, reply.json()["result"]) == (403, codes.INVALID_TOKEN)


async def test_a_host_moves_only_media(
    client: httpx.AsyncClient, factory: RecordingFactory, server: RunningServer
) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    eve = await join(client, "daily", "Eve", "4711")
    room, seat = await opened(ada)
    await eve.until("breakout_begin", room)
    main_call = (await ada.mine("calls", {"call_type": "WEBRTC", "sdp": OFFER})).json()["result"]["call_uuid"]
    assert (await eve.post("participants/breakout", {"breakout_uuid": room, "participants": [ada.uuid]})).json() == YES
    sent = json.loads((await ada.until("breakout_refer")).data)
    assert sent == {"breakout_uuid": room, "breakout_name": "Blue", "requester_uuid": eve.uuid}
    await ada.mine(f"calls/{main_call}/disconnect")
    base = f"breakouts/{room}/participants/{seat}"
    reply = await ada.post(f"{base}/calls", {"call_type": "WEBRTC", "sdp": OFFER})
    call = reply.json()["result"]["call_uuid"]
    main, breakout = factory.made
    await until(lambda: ada.uuid not in main.connected)
    assert list(breakout.connected) == [seat]
    assert (await ada.post(f"{base}/calls/{call}/ack", {})).json() == YES
    assert (await ada.post(f"{base}/client_mute")).json() == YES
    # Seen by all hosts, and in the main room too, where nobody takes the floor meanwhile.
    await inner(eve, "participant_create", seat)
    # The official client clears its map first and hangs up on the main path.
    assert (await ada.mine(f"calls/{call}/disconnect")).json() == NULL
    await until(lambda: not breakout.connected)
    await inner(eve, "participant_delete", seat)
    assert (await ada.post(f"breakouts/{room}/participants/breakout", {
        "breakout_uuid": "", "participants": [seat]})).json() == YES  # fmt: skip
    assert json.loads((await ada.until("breakout_refer")).data)["breakout_uuid"] == "main"
    assert server.conferences.find("daily") is not None


async def test_closing_brings_everybody_back(client: httpx.AsyncClient, factory: RecordingFactory) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    room, seat = await opened(ada, participants={"main": [bo.uuid]})
    inside = await moved(client, bo, "Bo")
    await ada.post(f"breakouts/{room}/participants/{seat}/calls", {"call_type": "WEBRTC", "sdp": OFFER})
    assert (await ada.post("breakouts/disconnect")).json() == NULL
    assert json.loads((await ada.until("breakout_refer")).data)["breakout_uuid"] == "main"
    assert json.loads((await ada.until("breakout_end")).data) == {"breakout_uuid": room, "participant_uuid": seat}
    refer = await referred(inside)
    assert refer["target"] == "main"
    back = await enter(client, refer, "Bo")
    assert back.uuid == bo.uuid
    await until(lambda: factory.made[0].closed)
    assert (await ada.post(f"breakouts/{room}/lock")).status_code == 403
    reply = await ada.post("participants/breakout", {"breakout_uuid": room, "participants": [bo.uuid]})
    assert reply.status_code == 403


async def test_chats_are_apart_and_hosts_hear_all(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo, cy = await join(client, "daily", "Bo", "none"), await join(client, "daily", "Cy", "none")
    blue, _ = await opened(ada, "Blue", participants={"main": [bo.uuid]})
    red, _ = await opened(ada, "Red", participants={"main": [cy.uuid]})
    bo, cy = await moved(client, bo, "Bo"), await moved(client, cy, "Cy")
    await bo.post("message", {"type": "text/plain", "payload": "from blue"})
    heard = await inner(ada, "message_received", "from blue")
    assert (heard["room"], heard["data"]["origin"]) == (blue, "Bo")
    await ada.post(f"breakouts/{red}/message", {"type": "text/plain", "payload": "to red"})
    await cy.until("message_received", "to red")
    await ada.post("breakouts/message", {"type": "text/plain", "payload": "to all"})
    await cy.until("message_received", "to all")
    await bo.until("message_received", "to all")
    assert not any("to red" in event.data or "from blue" in event.data for event in bo.events + cy.events)
    # A private word to somebody in a breakout, on the path of the main room.
    assert (await ada.post(f"participants/{bo.uuid}/message", {"type": "text/plain", "payload": "you"})).json() == YES
    direct = json.loads((await bo.until("message_received", '"you"')).data)
    assert direct["direct"] is True
    reply = await bo.post(f"participants/{direct['uuid']}/message", {"type": "text/plain", "payload": "me?"})
    assert reply.json() == YES
    assert (await inner(ada, "message_received", "me?"))["room"] == blue


async def test_a_guest_may_none_of_it(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    room, _ = await opened(ada, guests_allowed_to_leave=False, participants={"main": [bo.uuid]})
    for path in (
        "breakouts/message", "breakouts/disconnect", "breakouts/empty", "breakouts", "participants/breakout",
        f"breakouts/{room}/disconnect", f"breakouts/{room}/request_guest_token", f"breakouts/{room}/lock",
        f"participants/{ada.uuid}/transfer",
    ):  # fmt: skip
        body = {"name": "x", "breakout_uuid": room, "participants": [], "type": "text/plain", "payload": "x",
                "role": "guest", "conference_alias": "open"}  # fmt: skip
        reply = await bo.post(path, None if path == "breakouts" else body)
        assert reply.status_code in (400, 403), path
    inside = await moved(client, bo, "Bo")
    reply = await inside.post("leavebreakout")
    assert (reply.status_code, reply.json()["status"]) == (403, "failed")


async def test_transfer_to_another_conference(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    bo = await join(client, "daily", "Bo", "none")
    path = f"participants/{bo.uuid}/transfer"
    for body, reason in (
        ({"role": "guest", "conference_alias": "nowhere"}, codes.TRANSFER_FAILED),
        ({"role": "guest", "conference_alias": "both"}, codes.TRANSFER_FAILED),
        ({"role": "host", "conference_alias": "both", "pin": "0815"}, codes.TRANSFER_FAILED),
        ({"role": "host", "conference_alias": "both", "pin": "1"}, codes.INVALID_PIN),
        ({"role": "host", "conference_alias": "knock"}, codes.TRANSFER_FAILED),
    ):
        reply = await ada.post(path, body)
        assert (reply.status_code, reply.json()["result"]) == (403, reason), body
    assert codes.pex_code(codes.TRANSFER_FAILED) == "#pex115"
    reply = await ada.post(path, {"role": "host", "conference_alias": "Both", "pin": "4711"})
    assert reply.json() == YES
    refer = await referred(bo)
    assert (refer["alias"], refer["target"]) == ("both", "conference")
    # Elsewhere the token is worth nothing, and is not used up by trying.
    reply = await client.post(f"{ada.base}request_token", json={"display_name": "x", "token": refer["token"]})
    assert reply.status_code == 403
    there = await enter(client, refer, "Bo")
    assert there.result["role"] == "HOST"
    # Whoever does not leave by themself has left all the same.
    await ada.until("participant_delete", bo.uuid)
    assert (await bo.post("release_token", {"reason": "Transfer"})).status_code == 200


async def test_a_transfer_into_a_knock_room_waits(client: httpx.AsyncClient) -> None:
    ada = await join(client, "daily", "Ada", "4711")
    await join(client, "knock", "Eve", "4711")
    bo = await join(client, "daily", "Bo", "none")
    await ada.post(f"participants/{bo.uuid}/transfer", {"role": "guest", "conference_alias": "knock"})
    there = await enter(client, await referred(bo), "Bo")
    assert there.result["current_service_type"] == "waiting_room"
