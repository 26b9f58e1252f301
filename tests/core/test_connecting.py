"""Both layers come back by themselves, or give up in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.meeting import BOB, LINK, ME, MYSELF, PEOPLE, Meeting, accepted, in_meeting, of_type, published, roster
from tui_meet.core.commands import Join
from tui_meet.core.effects import (
    ConnectMedia,
    DisconnectMedia,
    Leave,
    MuteVideo,
    OpenStream,
    ReportClientMute,
    RequestToken,
    SetCamera,
    SetMicrophone,
    SetVolumes,
)
from tui_meet.core.events import (
    JoinRefused,
    MediaConnected,
    MediaLost,
    ParticipantUpdated,
    PinNeeded,
    ServerUnreachable,
    StreamLost,
    StreamOpened,
    TokenLost,
)
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.machines import connection as machine
from tui_meet.core.model import Role
from tui_meet.core.selectors import banners
from tui_meet.core.state import Layer, Phase


def test_lost_stream_is_said_at_once_and_tried_at_once() -> None:
    meeting = in_meeting()
    out = meeting.feed(StreamLost("The server does not answer."))
    assert out == [OpenStream()]
    connection = meeting.state.connection
    assert connection.signalling is Layer.LOST
    assert connection.media is Layer.UP
    assert connection.sentence == "The server does not answer."
    assert connection.attempt == 1
    assert connection.gives_up_at == meeting.now + 60
    [banner] = banners(meeting.state)
    assert (banner.text, banner.sticky, banner.topic) == (
        "The server does not answer. Coming back…", True, "connection",
    )  # fmt: skip


def test_attempts_come_with_growing_pauses_and_end_after_a_minute() -> None:
    meeting = in_meeting()
    start = meeting.now
    meeting.feed(StreamLost("Gone."))
    at = []
    while meeting.is_in(Phase.IN_MEETING):
        meeting.feed(StreamLost("Gone."))
        due = meeting.session.next_timer()
        assert due is not None
        out = meeting.later(due - meeting.now)
        at += [round(meeting.now - start, 3)] * len(of_type(out, OpenStream))
    assert at == [0.5, 1.5, 3.5, 7.5, 15.5, 23.5, 31.5, 39.5, 47.5, 55.5]
    ending = meeting.state.ending
    assert meeting.now - start == 60
    assert ending is not None
    assert "did not come back within 60 s" in ending.sentence
    assert ending.can_rejoin
    assert ending.code == "#pex117"
    assert of_type(meeting.out, Leave) == [Leave("Could not reconnect to the meeting")]
    assert meeting.session.next_timer() is None


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 0.4), (0.5, 0.5), (1.0, 0.6)])
def test_pauses_are_jittered(chance: float, pause: float) -> None:
    leg = machine.lost(machine.SIGNALLING_OFF, machine.Signalling.PAUSED, 10.0, lambda: chance)
    again = machine.lost(leg, machine.Signalling.PAUSED, 10.0, lambda: chance)
    assert leg.due_at == 10.0
    assert again.due_at == pytest.approx(10.0 + pause)


def test_silent_server_ends_at_the_deadline_too() -> None:
    meeting = in_meeting()
    meeting.feed(StreamLost("Gone."))
    meeting.later(59.9)
    assert meeting.is_in(Phase.IN_MEETING)
    meeting.later(0.2)
    assert meeting.is_in(Phase.ENDED)


def test_back_again_settles_the_banner_and_keeps_the_call() -> None:
    meeting = in_meeting()
    meeting.feed(StreamLost("Gone."))
    out = meeting.feed(StreamOpened(), *roster(replace(MYSELF, role=Role.MODERATOR), *PEOPLE))
    assert of_type(out, ConnectMedia) == []
    assert "authenticatedWithConference" not in published(out)
    assert "participantJoined" not in published(out)
    assert meeting.state.connection.sentence == ""
    assert meeting.state.connection.attempt == 0
    assert [banner.text for banner in banners(meeting.state)] == ["The connection is back."]
    assert banners(meeting.state, wall=meeting.wall + 60) == ()


def test_flapping_stream_is_not_hammered() -> None:
    meeting = in_meeting()
    meeting.now += 10
    opened = 0
    for _ in range(200):
        out = meeting.feed(StreamLost("Gone."))
        opened += len(of_type(out, OpenStream))
        due = meeting.session.next_timer()
        if due is None or not meeting.is_in(Phase.IN_MEETING):
            break
        opened += len(of_type(meeting.later(max(0.0, due - meeting.now)), OpenStream))
        meeting.feed(StreamOpened())
    assert opened <= 12
    assert meeting.is_in(Phase.ENDED)


def test_stable_connection_starts_a_new_account() -> None:
    meeting = in_meeting()
    for _ in range(5):
        meeting.now += 30
        assert meeting.feed(StreamLost("Gone.")) == [OpenStream()]
        meeting.feed(StreamOpened())
    assert meeting.is_in(Phase.IN_MEETING)


def test_people_missed_are_told_without_join_events() -> None:
    meeting = in_meeting()
    meeting.feed(StreamLost("Gone."), StreamOpened())
    new = replace(PEOPLE[0], id=ParticipantId("u-new"), display_name="Nina")
    out = meeting.feed(*roster(MYSELF, PEOPLE[0], new))
    assert set(published(out)) == {"participants"}
    assert "Bob left while the connection was lost." in meeting.texts()
    assert "Nina came while the connection was lost." in meeting.texts()


def test_half_a_sync_is_forgotten() -> None:
    meeting = in_meeting()
    meeting.feed(*roster(MYSELF)[:2], StreamLost("Gone."))
    assert not meeting.state.roster.syncing
    assert BOB in meeting.state.roster.people


def test_lost_token_signs_in_again_with_the_same_name_and_pin() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", pin="4711"), PinNeeded(True, False), accepted(), StreamOpened())
    meeting.feed(*roster(MYSELF, *PEOPLE), MediaConnected())
    meeting.ask("volume Bob 30")
    meeting.ask("mute")
    out = meeting.feed(TokenLost())
    [request] = of_type(out, RequestToken)
    assert (request.display_name, request.pin) == ("Mira", "4711")
    assert DisconnectMedia() in out
    assert meeting.is_in(Phase.IN_MEETING)
    again = replace(accepted(), participant=ParticipantId("u-me-2"))
    assert meeting.feed(again) == [OpenStream()]
    out = meeting.feed(StreamOpened())
    assert of_type(out, ConnectMedia) == [ConnectMedia(9, (), False, True)]
    assert len(of_type(out, ReportClientMute)) == 1
    assert [effect.volumes for effect in of_type(out, SetVolumes)] == [{BOB: 30}]
    meeting.feed(*roster(replace(MYSELF, id=ParticipantId("u-me-2")), *PEOPLE))
    assert meeting.state.me == "u-me-2"
    assert not [text for text in meeting.texts() if text.startswith("Mira")]


def test_who_was_muted_by_the_room_does_not_come_back_louder() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_muted=True)))
    meeting.feed(TokenLost())
    out = meeting.feed(replace(accepted(Role.PARTICIPANT), participant=ParticipantId("u-2")), StreamOpened())
    assert SetMicrophone(False) in out
    assert of_type(out, ConnectMedia) == [ConnectMedia(9, (), False, True)]
    assert not meeting.state.local.microphone_on


def test_whose_camera_the_room_switched_off_does_not_come_back_seen() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_camera_muted=True)))
    meeting.feed(TokenLost())
    again = ParticipantId("u-2")
    out = meeting.feed(replace(accepted(Role.PARTICIPANT), participant=again), StreamOpened())
    assert SetCamera(False) in out
    assert of_type(out, ConnectMedia) == [ConnectMedia(9, (), True, False)]
    assert [(effect.participant, effect.muted) for effect in of_type(out, MuteVideo)] == [(again, True)]
    assert not meeting.state.local.camera_on
    assert "camera was switched off" in meeting.texts()[-1]
    meeting.run("camera on")
    assert meeting.state.local.camera_on


def test_sign_in_pauses_while_the_server_is_away_and_ends_when_refused() -> None:
    meeting = in_meeting()
    meeting.feed(TokenLost())
    assert meeting.feed(ServerUnreachable("Nothing answers.")) == []
    assert of_type(meeting.later(0.5), RequestToken) != []
    assert meeting.is_in(Phase.IN_MEETING)
    meeting.feed(JoinRefused("Neither conference nor gateway found", "#pex154"))
    ending = meeting.state.ending
    assert ending is not None
    assert "no meeting “standup”" in ending.sentence


def test_certificate_that_changed_stops_the_sign_in() -> None:
    meeting = in_meeting()
    meeting.feed(TokenLost(), ServerUnreachable("The certificate has changed.", retryable=False))
    ending = meeting.state.ending
    assert ending is not None
    assert ending.sentence == "The certificate has changed."
    assert not ending.can_rejoin


def test_lost_media_is_called_again_while_signalling_is_up() -> None:
    meeting = in_meeting()
    out = meeting.feed(MediaLost("No packets come any more."))
    assert [type(effect) for effect in out] == [DisconnectMedia, ConnectMedia]
    assert meeting.state.connection.media is Layer.LOST
    assert meeting.state.connection.signalling is Layer.UP
    assert meeting.state.connection.sentence == "No packets come any more."
    assert meeting.feed(MediaLost("Refused.")) == []
    assert len(of_type(meeting.later(0.5), ConnectMedia)) == 1
    out = meeting.feed(MediaConnected())
    assert published(out) == ["connected"]
    assert meeting.state.connection.sentence == ""
    assert meeting.texts()[-1] == "Sound and picture are back."
    assert meeting.is_in(Phase.IN_MEETING)


def test_media_waits_for_signalling() -> None:
    meeting = in_meeting()
    meeting.feed(StreamLost("Gone."))
    assert of_type(meeting.feed(MediaLost("No packets.")), ConnectMedia) == []
    assert of_type(meeting.later(10), ConnectMedia) == []
    assert len(of_type(meeting.feed(StreamOpened()), ConnectMedia)) == 1


def test_every_state_can_stop() -> None:
    assert all(
        machine.SIGNALLING.after(state, machine.SignallingMove.STOP) is machine.Signalling.OFF
        for state in machine.Signalling
    )
    assert all(machine.MEDIA.after(state, machine.MediaMove.STOP) is machine.Media.OFF for state in machine.Media)


def test_nobody_is_asked_for_after_the_end() -> None:
    meeting = in_meeting()
    meeting.run("leave")
    assert meeting.feed(StreamLost("Gone."), TokenLost(), MediaLost("Gone."), MediaConnected(), StreamOpened()) == []
    assert meeting.state.me is None
    assert ME not in meeting.state.roster.people


def test_what_was_switched_during_an_outage_is_told_afterwards() -> None:
    meeting = in_meeting()
    meeting.feed(StreamLost("Gone."))
    meeting.run("mute")
    meeting.run("camera off")
    meeting.feed(StreamOpened())
    out = meeting.feed(*roster(replace(MYSELF, role=Role.MODERATOR), *PEOPLE))
    assert [effect.muted for effect in of_type(out, ReportClientMute)] == [True]
    assert [effect.muted for effect in of_type(out, MuteVideo)] == [True]


def test_who_does_not_want_to_come_back_is_told_at_once() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", try_resume=False), accepted(), StreamOpened())
    meeting.feed(StreamLost("The server broke off the connection."))
    assert meeting.is_in(Phase.ENDED)
    assert meeting.state.ending is not None
    assert meeting.state.ending.sentence == "The server broke off the connection."
    assert meeting.state.ending.can_rejoin


def test_who_does_not_want_to_come_back_is_not_signed_in_again_either() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", try_resume=False), accepted(), StreamOpened())
    assert of_type(meeting.feed(TokenLost()), RequestToken) == []
    assert meeting.state.ending is not None
    assert meeting.state.ending.sentence == "The server no longer knows you."


def test_an_old_stream_that_ends_late_ends_no_new_meeting() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", try_resume=False), StreamLost("Gone."))
    assert meeting.is_in(Phase.JOINING)
