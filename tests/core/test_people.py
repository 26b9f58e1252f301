"""Roster, stage, status and slots: public events, notices and the state they lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.meeting import (
    ADA,
    ALL_PARTS,
    BOB,
    GRACE,
    LINK,
    ME,
    MYSELF,
    PEOPLE,
    Meeting,
    accepted,
    in_meeting,
    of_type,
    payload,
    person,
    published,
    roster,
)
from tui_meet.core.commands import Dismiss, Join, ShowSlots
from tui_meet.core.effects import ConnectMedia, MuteVideo, ReportClientMute, RequestSlots
from tui_meet.core.events import (
    ActionReported,
    DeviceFailed,
    LayoutChanged,
    MediaLost,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    PictureStarted,
    RoleChanged,
    RosterSyncBegan,
    RosterSynced,
    SlotsBound,
    StageChanged,
    StatusChanged,
    StreamOpened,
)
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, RoomId, StreamId
from tui_meet.core.model import ConferenceStatus, Participant, Role, SlotBinding, StageEntry
from tui_meet.core.selectors import banners
from tui_meet.core.state import Phase

CAROL = ParticipantId("u-carol")
NO_ACTORS = ALL_PARTS - {"actors"}


def test_first_sync_publishes_the_roster_once_and_joins_nobody() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), accepted(), StreamOpened())
    out = meeting.feed(*roster(MYSELF, *PEOPLE))
    assert published(out) == ["participants"]
    listed = payload(out, "participants")
    assert listed["id"] == "main"
    assert [entry["uuid"] for entry in listed["participants"]] == [ME, ADA, BOB]
    assert list(meeting.state.roster.people) == [ME, ADA, BOB]


def test_update_of_myself_after_the_sync_is_me_even_when_nothing_changed() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, MYSELF))
    assert published(out) == ["me"]
    assert payload(out, "me")["participant"]["uuid"] == ME


def test_roster_stays_as_it_was_until_the_new_one_is_complete() -> None:
    meeting = in_meeting()
    out = meeting.feed(RosterSyncBegan(MAIN_ROOM), ParticipantCreated(MAIN_ROOM, PEOPLE[0]))
    assert published(out) == []
    assert BOB in meeting.state.roster.people
    meeting.feed(RosterSynced(MAIN_ROOM))
    assert list(meeting.state.roster.people) == [ADA]


def test_joining_and_leaving() -> None:
    meeting = in_meeting()
    out = meeting.feed(ParticipantCreated(MAIN_ROOM, person(CAROL, "Carol")))
    assert published(out) == ["participantJoined", "participants"]
    assert payload(out, "participantJoined")["participant"]["displayName"] == "Carol"
    out = meeting.feed(ParticipantDeleted(MAIN_ROOM, CAROL), ParticipantDeleted(MAIN_ROOM, CAROL))
    assert published(out) == ["participantLeft", "participants"]
    assert payload(out, "participantLeft")["participant"]["uuid"] == CAROL
    assert meeting.texts()[-2:] == ["Carol joined.", "Carol left."]


def test_unknown_people_are_not_updated_into_being() -> None:
    meeting = in_meeting()
    assert meeting.feed(ParticipantUpdated(MAIN_ROOM, person(CAROL, "Carol"))) == []
    assert CAROL not in meeting.state.roster.people


def test_roster_without_sync_marks_works() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), accepted(), StreamOpened())
    out = meeting.feed(ParticipantCreated(MAIN_ROOM, MYSELF), ParticipantCreated(MAIN_ROOM, PEOPLE[0]))
    assert published(out) == ["me", "participants", "participantJoined", "participants"]


def test_raised_hand_of_others_only_and_only_when_it_moves() -> None:
    meeting = in_meeting()
    up = replace(PEOPLE[1], hand_raised_at=50.0)
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, up))
    assert published(out) == ["raiseHand", "participants"]
    assert payload(out, "raiseHand")["participant"]["raisedHand"] is True
    assert published(meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(up, is_muted=True)))) == ["participants"]
    assert published(meeting.feed(ParticipantUpdated(MAIN_ROOM, PEOPLE[1]))) == ["raiseHand", "participants"]
    mine = replace(MYSELF, role=Role.MODERATOR, hand_raised_at=60.0)
    assert published(meeting.feed(ParticipantUpdated(MAIN_ROOM, mine))) == ["me", "participants"]


def test_parts_that_did_not_change_are_the_same_objects() -> None:
    meeting = in_meeting()
    before = meeting.state
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(PEOPLE[1], is_muted=True)))
    after = meeting.state
    assert after.chat is before.chat
    assert after.stage is before.stage
    assert after.local is before.local
    assert after.roster.people[ADA] is before.roster.people[ADA]
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(PEOPLE[1], is_muted=True)))
    assert meeting.state is after


def test_breakout_rosters_are_kept_apart() -> None:
    meeting = in_meeting()
    room = RoomId("b-1")
    out = meeting.feed(ParticipantCreated(room, person(CAROL, "Carol")))
    assert payload(out, "participants")["id"] == "b-1"
    assert CAROL not in meeting.state.roster.people
    assert CAROL in meeting.state.rosters[room].people


def test_moderators_see_who_waits_until_nobody_does() -> None:
    meeting = in_meeting()
    waits = person(GRACE, "Grace", service_type="waiting_room")
    meeting.feed(ParticipantCreated(MAIN_ROOM, waits))
    [banner] = banners(meeting.state)
    assert (banner.text, banner.sticky) == ("Grace is waiting: admit or deny (a / x).", True)
    meeting.feed(ParticipantCreated(MAIN_ROOM, person(CAROL, "Carol", service_type="waiting_room")))
    assert [notice.text for notice in banners(meeting.state)] == ["Grace and Carol are waiting: admit or deny (a / x)."]
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(waits, service_type="conference")))
    assert [notice.text for notice in banners(meeting.state)] == ["Carol is waiting: admit or deny (a / x)."]
    meeting.feed(ParticipantDeleted(MAIN_ROOM, CAROL))
    assert banners(meeting.state) == ()
    assert "Carol stopped waiting." in meeting.texts()
    assert "Grace was let in." in meeting.texts()


def test_late_moderator_sees_who_waits() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantCreated(MAIN_ROOM, person(GRACE, "Grace", service_type="waiting_room")))
    assert banners(meeting.state) == ()
    meeting.feed(RoleChanged(Role.MODERATOR))
    assert [notice.topic for notice in banners(meeting.state)] == ["role", "waiting"]
    meeting.feed(RoleChanged(Role.PARTICIPANT))
    assert [notice.text for notice in banners(meeting.state)] == ["You are a participant now."]


def test_acknowledged_banners_are_gone() -> None:
    meeting = in_meeting()
    meeting.feed(ParticipantCreated(MAIN_ROOM, person(GRACE, "Grace", service_type="waiting_room")))
    meeting.feed(Dismiss(meeting.state.notices[-1].number))
    assert banners(meeting.state) == ()


def test_who_muted_me_is_said_by_name() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    muted = replace(MYSELF, is_muted=True)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, muted), ActionReported("mute", ADA, ME))
    [banner] = banners(meeting.state)
    assert banner.text == "Ada Lovelace muted you."
    assert meeting.state.local.microphone_on  # the person's own choice is kept
    assert meeting.state.muted_by == {ME: ADA}
    meeting.feed(ParticipantUpdated(MAIN_ROOM, MYSELF))
    assert meeting.state.muted_by == {}


def test_without_actors_it_is_said_without_name() -> None:
    meeting = in_meeting(Role.PARTICIPANT, parts=NO_ACTORS)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_muted=True)))
    assert [banner.text for banner in banners(meeting.state)] == ["You were muted."]
    meeting.feed(StatusChanged(MAIN_ROOM, ConferenceStatus()), StatusChanged(MAIN_ROOM, ConferenceStatus(locked=True)))
    assert meeting.texts()[-1] == "The meeting is locked now."


@pytest.mark.parametrize(
    ("event", "text", "banner"),
    [
        (ActionReported("lock", ADA), "Ada Lovelace locked the meeting.", False),
        (ActionReported("lock", ME), "You locked the meeting.", False),
        (ActionReported("mute", ME, BOB), "You muted Bob.", False),
        (ActionReported("hand lower", ADA, ME), "Ada Lovelace lowered your hand.", True),
        (ActionReported("guests-unmute on", ME), "You let participants unmute themselves.", False),
        (ActionReported("drop", ParticipantId("?"), BOB), "Somebody took Bob out of the meeting.", False),
    ],
)
def test_actions_in_words(event: ActionReported, text: str, banner: bool) -> None:
    meeting = in_meeting()
    meeting.feed(event)
    assert meeting.texts()[-1] == text
    assert meeting.state.notices[-1].banner is banner


def test_action_about_somebody_who_is_gone_still_has_the_name() -> None:
    meeting = in_meeting()
    meeting.feed(ParticipantDeleted(MAIN_ROOM, BOB), ActionReported("drop", ADA, BOB))
    assert meeting.texts()[-1] == "Ada Lovelace took Bob out of the meeting."


def test_mute_all_concerns_me_when_it_muted_me() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_muted=True)), ActionReported("mute-all", ADA))
    assert [banner.text for banner in banners(meeting.state)] == ["Ada Lovelace muted everybody."]
    assert meeting.state.muted_by == {ME: ADA}


def test_unknown_actions_are_no_news() -> None:
    meeting = in_meeting()
    before = meeting.state
    meeting.feed(ActionReported("teleport", ADA, BOB))
    assert meeting.state is before


def test_conference_status_per_room() -> None:
    meeting = in_meeting()
    status = ConferenceStatus(locked=True, classification_levels={1: "secret\x1b[2J"}, classification_current=1)
    out = meeting.feed(StatusChanged(MAIN_ROOM, status))
    body = payload(out, "conferenceStatus")
    assert body["id"] == "main"
    assert body["status"]["locked"] is True
    assert body["status"]["classification"] == {"current": 1, "levels": {"1": "secret\ufffd[2J"}}
    out = meeting.feed(StatusChanged(RoomId("b-1"), ConferenceStatus()))
    assert payload(out, "conferenceStatus")["id"] == "b-1"
    assert meeting.state.status.locked


def test_stage_holds_people_of_the_roster_in_order() -> None:
    meeting = in_meeting()
    entries = (StageEntry(BOB, 1, 0), StageEntry(ADA, 0, 80), StageEntry(CAROL, 2, 9), StageEntry(ADA, 3, 1))
    out = meeting.feed(StageChanged(entries))
    assert payload(out, "stage") == {
        "stage": [{"userId": ADA, "stageIndex": 0, "vad": 80}, {"userId": BOB, "stageIndex": 1, "vad": 0}]
    }
    meeting.feed(ParticipantDeleted(MAIN_ROOM, ADA))
    assert [entry.participant for entry in meeting.state.stage] == [BOB]


def test_layout_is_handed_on_as_it_came() -> None:
    layout = {"view": "1:7", "participants": [ME], "requested_layout": {"primary_screen": {"chair_layout": "1:7"}}}
    assert payload(in_meeting().feed(LayoutChanged(layout)), "layoutUpdate") == layout


def bound(*people: ParticipantId | None) -> SlotsBound:
    return SlotsBound(tuple(SlotBinding(StreamId(f"v{index}"), who) for index, who in enumerate(people)))


def test_slots_are_asked_for_in_the_size_they_are_shown() -> None:
    meeting = in_meeting()
    assert meeting.feed(ShowSlots(((320, 180), (160, 90)))) == []
    [request] = of_type(meeting.feed(bound(ADA, BOB, None)), RequestSlots)
    assert request.sizes == (("v0", 320, 180), ("v1", 160, 90), ("v2", 0, 0))
    assert meeting.feed(bound(BOB, ADA, None)) == []  # other people, same streams: nothing new to ask for
    assert [slot.participant for slot in meeting.state.slots] == [BOB, ADA, None]
    assert meeting.feed(ShowSlots(((320, 180), (160, 90)))) == []
    [request] = of_type(meeting.feed(ShowSlots(((640, 360), (-5, 99999)))), RequestSlots)
    assert request.sizes == (("v0", 640, 360), ("v1", 0, 7680), ("v2", 0, 0))


def test_new_call_is_asked_anew() -> None:
    meeting = in_meeting()
    meeting.feed(ShowSlots(((320, 180),)), bound(ADA), PictureStarted(StreamId("v0"), 640, 360))
    assert meeting.state.pictures == {"v0"}
    out = meeting.feed(MediaLost("Gone."))
    assert of_type(out, ConnectMedia)
    assert meeting.state.pictures == frozenset()
    assert meeting.state.slots == ()
    assert len(of_type(meeting.feed(bound(ADA)), RequestSlots)) == 1


def test_a_device_that_fails_is_off_for_everybody() -> None:
    meeting = in_meeting()
    out = meeting.feed(DeviceFailed("camera", "No camera."), DeviceFailed("microphone", "No microphone."))
    assert of_type(out, MuteVideo) == [MuteVideo(NO_TICKET, ME, True, MAIN_ROOM)]
    assert of_type(out, ReportClientMute) == [ReportClientMute(NO_TICKET, True, MAIN_ROOM)]
    assert not meeting.state.local.camera_on
    assert not meeting.state.local.microphone_on
    assert meeting.feed(DeviceFailed("camera", "No camera.")) == []


def test_failing_device_is_a_banner_and_the_meeting_goes_on() -> None:
    meeting = in_meeting()
    meeting.feed(DeviceFailed("camera", "The camera is in use by another program; close it and choose it again."))
    assert [banner.topic for banner in banners(meeting.state)] == ["device-camera"]
    assert meeting.is_in(Phase.IN_MEETING)


def test_other_texts_of_strangers_are_made_safe() -> None:
    evil = person(ADA, "Ada", vendor="x\x1b[2J", protocol="a\u202eb", call_type="v\nw", service_type="c\x9b")
    meeting = in_meeting()
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, evil))
    shown = meeting.state.roster.people[ADA]
    for text in (shown.vendor, shown.protocol, shown.call_type, shown.service_type):
        assert text.isprintable()
    assert "\x1b" not in repr(out)
    clean = person(ADA, "Ada", vendor="Pexip Infinity Connect/3.0.0-0+1b8f (Windows NT 10.0; Win64; x64) (Ω) nwjs")
    meeting.feed(ParticipantUpdated(MAIN_ROOM, clean))
    assert meeting.state.roster.people[ADA].vendor == clean.vendor


def test_names_of_strangers_are_made_safe() -> None:
    meeting = in_meeting()
    rude = Participant(CAROL, "Eve\x1b]0;x\x07\u202egro" + "x" * 500)
    out = meeting.feed(ParticipantCreated(MAIN_ROOM, rude))
    name = meeting.state.roster.people[CAROL].display_name
    assert len(name) <= 64
    assert all(sign.isprintable() for sign in name)
    assert payload(out, "participantJoined")["participant"]["displayName"] == name
    meeting.feed(ParticipantCreated(MAIN_ROOM, Participant(GRACE, "  ", uri="sip:grace@example.org")))
    assert meeting.state.roster.people[GRACE].display_name == "grace@example.org"
