"""Breakouts: who is where, what they bring along, what hosts see, how it ends."""

from __future__ import annotations

import typing

import pytest

from tests.server.rooms.meeting_scene import MeetingScene
from tests.server.rooms.scene import GUEST_PIN, HOST_PIN
from tui_meet.server.rooms import breakout_events as ask
from tui_meet.server.rooms import breakouts, conduct, lobby
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.meeting import MAIN, PASS_SECONDS, Meeting
from tui_meet.server.rooms.model import new_room
from tui_meet.wire.infinity import codes


def a_meeting(**settings: object) -> tuple[MeetingScene, str, str, str]:
    scene = MeetingScene(**settings)
    return scene, scene.host("Ada"), scene.join("Bo"), scene.join("Cy")


def keep_alive(scene: MeetingScene, seconds: float) -> None:
    """Time passes, with tokens refreshed as clients do."""
    for _ in range(int(seconds / 40)):
        for _, room in scene.meeting.rooms:
            for uuid in room.people:
                scene.do(on.TokenRefreshed(uuid))
        scene.wait(40)
    scene.wait(seconds % 40)


def test_the_table_covers_the_vocabulary() -> None:
    requests = set(typing.get_args(ask.MeetingRequest))
    assert requests == conduct.MEETING_WIDE


def test_hosts_have_a_seat_in_every_breakout_and_nobody_sees_it_while_they_are_away() -> None:
    scene, ada, bo, _ = a_meeting()
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    seat = scene.seat(room, ada)
    assert scene.clients[ada].seats == {room: seat}
    assert set(scene.clients[ada].breakouts[room].roster) == {seat, inside}
    assert set(scene.clients[inside].own.roster) == {inside}
    assert [row["participant_uuid"] for row in scene.clients[inside].own.stage] == [inside]
    scene.call(seat)
    assert set(scene.clients[inside].own.roster) == {seat, inside}
    eve = scene.host("Eve")
    assert set(scene.clients[eve].breakouts[room].roster) == {scene.seat(room, eve), seat, inside}
    scene.do(on.SetRole(ada, eve, "guest"))
    assert scene.clients[eve].seats == {}
    scene.do(on.SetRole(ada, eve, "chair"))
    assert scene.clients[eve].seats == {room: scene.seat(room, eve)}
    scene.do(on.Leave(ada))
    assert set(scene.clients[inside].own.roster) == {inside}


def test_media_of_a_host_is_in_one_room() -> None:
    scene, ada, _, _ = a_meeting()
    blue, red = scene.open(ada), scene.open(ada, name="Red")
    scene.call(ada)
    for room in (blue, red):
        scene.call(scene.seat(room, ada))
        assert list(scene.media) == [(room, scene.seat(room, ada))]
    scene.call(ada)
    assert list(scene.media) == [(MAIN, ada)]


def test_microphone_and_camera_of_a_host_are_the_same_everywhere() -> None:
    scene, ada, _, _ = a_meeting()
    room = scene.open(ada)
    seat = scene.seat(room, ada)
    scene.do(on.SetClientMuted(ada, ada, True))
    assert scene.person(seat).is_client_muted
    scene.call(seat)
    assert scene.media[room, seat] == (False, True)
    scene.do(on.SetVideoMuted(seat, seat, True))
    assert scene.person(ada).camera_off
    scene.do(on.Rename(ada, seat, "Ada L."))
    assert {scene.person(uuid).display_name for uuid in (ada, seat)} == {"Ada L."}


def test_a_guest_brings_mutes_along_and_comes_back_with_hand_and_spotlight() -> None:
    scene, ada, bo, cy = a_meeting()
    scene.do(on.SetHand(bo, bo, True))
    scene.do(on.SetSpotlight(ada, bo, True))
    scene.do(on.SetVideoMuted(ada, bo, True))
    scene.do(on.SetMuted(ada, bo, True))
    scene.do(on.SetVolumes(bo, bo, {cy: 20}))
    was = scene.person(bo)
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    assert inside != bo
    here = scene.person(inside)
    assert (here.is_muted, here.camera_off_by_host, here.buzz_time, here.spotlight) == (True, True, 0.0, 0.0)
    scene.do(on.SetMuted(ada, inside, False))
    scene.do(on.SetHand(inside, inside, True))
    scene.do(on.SetClientMuted(inside, inside, True))
    scene.do(ask.MovePeople(scene.seat(room, ada), MAIN, (inside,)))
    back = scene.follow(inside)
    assert back == bo
    now = scene.person(bo)
    for kept in ("role", "buzz_time", "spotlight", "is_muted", "camera_off_by_host", "joined_at", "volumes"):
        assert getattr(now, kept) == getattr(was, kept), kept
    assert now.is_client_muted


def test_who_comes_back_into_a_muted_and_locked_room_is_muted_and_in() -> None:
    scene, ada, bo, _ = a_meeting(knock=True)
    scene.do(on.Admit(ada, bo))
    scene.open(ada, bo)
    inside = scene.follow(bo)
    scene.do(on.SetLocked(ada, True))
    scene.do(on.MuteGuests(ada, True))
    scene.do(ask.LeaveBreakout(inside))
    back = scene.follow(inside)
    assert (scene.person(back).waiting, scene.person(back).is_muted) == (False, True)


def test_from_one_breakout_to_another_and_home() -> None:
    scene, ada, bo, _ = a_meeting()
    blue, red = scene.open(ada, bo), scene.open(ada, name="Red")
    first = scene.follow(bo)
    scene.do(ask.MovePeople(ada, red, (first,)))
    second = scene.follow(first)
    assert (scene.guests(blue), scene.guests(red)) == ([], ["Bo"])
    scene.do(ask.EmptyBreakouts(ada))
    assert scene.follow(second) == bo
    assert set(scene.meeting.breakouts) == {blue, red}


def test_the_newest_word_counts() -> None:
    scene, ada, bo, _ = a_meeting()
    blue, red = scene.open(ada, bo), scene.open(ada, bo, name="Red")
    first, second = scene.clients[bo].referred
    assert scene.redeem(first) == ""
    assert scene.refusal == on.Refusal(403, codes.INVALID_TOKEN)
    assert scene.redeem(second)
    assert scene.redeem(second) == ""
    assert (scene.guests(blue), scene.guests(red)) == ([], ["Bo"])


def test_time_ends_a_breakout_and_takes_everybody_back() -> None:
    scene, ada, bo, cy = a_meeting()
    room = scene.open(ada, bo, cy, duration=100.0)
    bo_inside, cy_inside = scene.follow(bo), scene.follow(cy)
    scene.call(scene.seat(room, ada))
    assert scene.clients[bo_inside].own.status["end_time"] == scene.now + 100
    deadline = conduct.next_deadline(scene.meeting)
    assert deadline is not None
    assert deadline <= scene.now + 100
    keep_alive(scene, 100)
    assert scene.clients[ada].seats == {}
    assert scene.clients[ada].host_moves[-1]["breakout_uuid"] == MAIN
    assert scene.clients[ada].host_moves[-1]["requester_uuid"] == ada
    assert not scene.media
    assert scene.follow(bo_inside) == bo
    assert scene.guests(MAIN) == ["Ada", "Bo"]
    # Whoever does not go is removed, and then the room is no more.
    keep_alive(scene, PASS_SECONDS)
    assert scene.ended[cy_inside] == codes.ENDED
    assert not scene.meeting.breakouts


def test_the_other_end_action_removes() -> None:
    scene, ada, bo, _ = a_meeting()
    room = scene.open(ada, bo, end_action="disconnect")
    inside = scene.follow(bo)
    scene.do(ask.CloseBreakout(ada, room))
    assert scene.ended[inside] == codes.ENDED
    assert not scene.meeting.breakouts


def test_a_pass_to_a_breakout_that_closed_meanwhile_leads_to_the_main_room() -> None:
    scene, ada, bo, _ = a_meeting()
    room = scene.open(ada, bo)
    pass_id = scene.clients[bo].referred[-1]
    scene.do(on.Leave(bo))
    scene.do(ask.CloseBreakout(ada, room))
    assert scene.redeem(pass_id) == bo
    assert scene.guests(MAIN) == ["Ada", "Cy", "Bo"]


def test_a_place_is_kept_for_those_between_two_rooms() -> None:
    scene, ada, bo, _ = a_meeting(capacity=3)
    scene.open(ada, bo)
    pass_id = scene.clients[bo].referred[-1]
    scene.do(on.Leave(bo))
    assert scene.join("Dee") == ""
    assert scene.refusal is not None
    assert scene.refusal.sentence == codes.ROOM_FULL
    inside = scene.redeem(pass_id)
    assert scene.join("Dee") == ""
    scene.do(on.Leave(inside))
    assert scene.join("Dee")


def test_a_pass_nobody_uses_ends_and_frees_the_place() -> None:
    scene, ada, bo, _ = a_meeting(capacity=3)
    scene.open(ada, bo)
    pass_id = scene.clients[bo].referred[-1]
    scene.do(on.Leave(bo))
    keep_alive(scene, PASS_SECONDS)
    assert scene.redeem(pass_id) == ""
    assert scene.join("Dee")


def test_help() -> None:
    scene, ada, bo, _ = a_meeting()
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    scene.do(ask.AskForHelp(inside, True))
    asked = {"time": scene.now, "value": True}
    assert scene.clients[ada].breakouts[room].status["breakoutbuzz"] == asked
    assert scene.clients[inside].own.status["breakoutbuzz"] == asked
    scene.do(ask.AskForHelp(scene.seat(room, ada), False))
    assert scene.clients[inside].own.status["breakoutbuzz"]["value"] is False
    assert scene.do(ask.AskForHelp(ada, True)) is not None


def test_lock_hands_and_mutes_are_of_one_room() -> None:
    scene, ada, bo, cy = a_meeting()
    room = scene.open(ada, bo)
    inside, seat = scene.follow(bo), scene.seat(room, ada)
    scene.do(on.SetLocked(seat, True))
    scene.do(on.MuteGuests(seat, True))
    scene.do(on.SetHand(cy, cy, True))
    scene.do(on.LowerAllHands(seat))
    assert (scene.room(room).locked, scene.meeting.main.locked) == (True, False)
    assert (scene.person(inside).is_muted, scene.person(cy).is_muted) == (True, False)
    assert scene.person(cy).buzz_time
    scene.do(ask.MakeGuestPass(ada, room))
    outsider = scene.redeem(str(scene.meeting.serial), "Dee")
    assert scene.person(outsider).waiting
    scene.do(on.Admit(seat, outsider))
    assert not scene.person(outsider).waiting
    assert scene.person(outsider).is_muted


@pytest.mark.parametrize("where", ["main", "breakout"])
def test_hosts_act_on_people_in_breakouts_from_either_path(where: str) -> None:
    scene, ada, bo, _ = a_meeting()
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    me = ada if where == "main" else scene.seat(room, ada)
    assert scene.do(on.SetMuted(me, inside, True)) is None
    assert scene.person(inside).is_muted
    assert scene.clients[inside].own.actions[-1]["action"] == "mute"
    refusal = scene.do(on.SetRole(me, inside, "chair"))
    assert refusal == on.Refusal(403, conduct.ROLES_IN_MAIN)
    assert scene.do(on.Drop(me, inside)) is None
    assert scene.ended[inside] == codes.DROPPED


def test_removing_a_hosts_seat_removes_the_host() -> None:
    scene, ada, _, _ = a_meeting()
    eve = scene.host("Eve")
    room = scene.open(ada)
    scene.do(on.Drop(scene.seat(room, ada), scene.seat(room, eve)))
    assert scene.ended == {eve: codes.DROPPED}


def test_the_end_of_the_meeting_is_the_end_of_its_breakouts() -> None:
    scene, ada, bo, cy = a_meeting()
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    scene.call(scene.seat(room, ada))
    scene.do(on.DropAll(ada))
    assert scene.ended == {bo: "", ada: codes.ENDED, cy: codes.ENDED, inside: codes.ENDED}
    assert not scene.media
    assert conduct.next_deadline(scene.meeting) is None


def test_a_meeting_goes_on_in_its_breakouts() -> None:
    scene, ada, bo, cy = a_meeting()
    room = scene.open(ada, bo)
    inside = scene.follow(bo)
    scene.do(on.SetLocked(ada, True))
    scene.do(on.Leave(cy))
    scene.do(on.Leave(ada))
    assert scene.guests(room) == ["Bo"]
    assert scene.meeting.main.locked
    scene.do(ask.LeaveBreakout(inside))
    assert scene.follow(inside) == bo
    scene.do(on.Leave(bo))
    assert scene.meeting == Meeting(new_room(scene.meeting.main.settings), serial=scene.meeting.serial)


def test_rooms_without_breakouts_say_so() -> None:
    scene, ada, _, _ = a_meeting(breakouts=False)
    assert scene.clients[ada].own.status["breakout_rooms"] is False
    scene.open(ada)
    assert scene.refusal == on.Refusal(403, codes.UNAVAILABLE)


def test_there_is_an_end_to_opening() -> None:
    scene, ada, _, _ = a_meeting()
    for _ in range(breakouts.MAX_BREAKOUTS):
        scene.open(ada)
        assert scene.refusal is None
    scene.open(ada)
    assert scene.refusal == on.Refusal(403, breakouts.TOO_MANY)
    assert len(scene.clients[ada].seats) == breakouts.MAX_BREAKOUTS


@pytest.mark.parametrize(
    ("host", "pin", "refused"),
    [
        (True, HOST_PIN, ""), (False, HOST_PIN, ""), (False, GUEST_PIN, ""), (True, GUEST_PIN, codes.TRANSFER_FAILED),
        (False, "", codes.TRANSFER_FAILED), (True, "x", codes.INVALID_PIN),
    ],
)  # fmt: skip
def test_a_transfer_pass_needs_the_pin_of_its_role(host: bool, pin: str, refused: str) -> None:
    scene = MeetingScene(guest_pin=GUEST_PIN)
    refusal = scene.do(ask.MakeTransferPass(host, pin, "::1"))
    assert (refusal.sentence if refusal is not None else "") == refused
    if not refused:
        uuid = scene.redeem("1", "Zoe")
        assert scene.person(uuid).role == ("chair" if host else "guest")


def test_wrong_pins_of_transfers_are_counted_with_those_at_the_door() -> None:
    scene = MeetingScene()
    for _ in range(lobby.HOST_PIN_FAILURES):
        scene.do(ask.MakeTransferPass(True, "no", "192.0.2.1"))
    assert scene.join("Ada", HOST_PIN) == ""
    assert scene.refusal is not None
    assert scene.refusal.sentence == codes.PIN_RETRIES
