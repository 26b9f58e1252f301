"""Wire events to facts (wire document 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_meet.backends.infinity.translate import Translator, participant_of
from tui_meet.core import events as ev
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId
from tui_meet.core.model import ConferenceStatus, Participant, Role, SlotBinding, StageEntry
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.participant import WireParticipant

ME = ParticipantId("me-1")


def _translator(role: Role = Role.PARTICIPANT) -> Translator:
    return Translator(ME, role, lambda: "id-1")


PERSON: dict[str, Any] = {
    "uuid": "p-2", "display_name": "Grace", "overlay_text": "Grace Hopper", "role": "chair",
    "uri": "sip:grace@navy.example", "service_type": "waiting_room",
    "is_muted": "YES", "is_client_muted": True, "is_video_muted": True,
    "is_audio_only_call": "NO", "is_video_call": "YES", "has_media": True, "buzz_time": 12.5, "spotlight": 3.0,
    "start_time": 1.5, "disconnect_supported": "NO", "rx_presentation_policy": "DENY", "vendor": "x", "new_field": {},
}  # fmt: skip

TABLE: list[tuple[str, Any, tuple[ev.Event, ...]]] = [
    ("participant_sync_begin", None, (ev.RosterSyncBegan(MAIN_ROOM),)),
    ("participant_sync_end", None, (ev.RosterSynced(MAIN_ROOM),)),
    ("participant_delete", {"uuid": "p-2"}, (ev.ParticipantDeleted(MAIN_ROOM, ParticipantId("p-2")),)),
    (
        "participant_create",
        PERSON,
        (
            ev.ParticipantCreated(
                MAIN_ROOM,
                Participant(
                    ParticipantId("p-2"), "Grace Hopper", Role.MODERATOR, "waiting_room", "sip:grace@navy.example",
                    vendor="x", call_type="video", has_media=True, is_muted=True, is_client_muted=True,
                    is_camera_muted=True, hand_raised_at=12.5, spotlight_at=3.0, joined_at=1.5, can_disconnect=False,
                    rx_presentation=False,
                ),
            ),
        ),
    ),
    (
        "conference_update",
        {"locked": True, "guests_muted": True, "started": False,
         "classification": {"levels": {"1": "Red"}, "current": 1}},
        (
            ev.StatusChanged(
                MAIN_ROOM,
                ConferenceStatus(
                    locked=True, guests_muted=True, started=False, presentation_allowed=False,
                    classification_levels={1: "Red"}, classification_current=1,
                ),
            ),
        ),
    ),
    (
        "stage",
        [{"participant_uuid": "b", "stage_index": 1, "vad": 0},
         {"participant_uuid": "a", "stage_index": 0, "vad": 100}],
        (ev.StageChanged((StageEntry(ParticipantId("a"), 0, 100), StageEntry(ParticipantId("b"), 1, 0))),),
    ),
    ("layout", {"view": "1:7", "participants": "a"}, (ev.LayoutChanged({"view": "1:7", "participants": "a"}),)),
    (
        "message_received",
        {"origin": "Grace", "uuid": "p-2", "type": "text/plain; charset=utf-8", "payload": "hi", "direct": True},
        (ev.MessageArrived("id-1", ParticipantId("p-2"), "Grace", "hi", True, MAIN_ROOM),),
    ),
    (
        "message_received",
        {"origin": "Grace", "uuid": "p-2", "type": "application/json", "payload": '{"a": [1]}'},
        (ev.ApplicationMessageArrived(ParticipantId("p-2"), "Grace", {"a": [1]}, False, MAIN_ROOM),),
    ),
    (
        "meet_slots",
        {"slots": [{"mid": "2", "participant_uuid": "p-2"}, {"mid": "3", "participant_uuid": ""}]},
        (ev.SlotsBound((SlotBinding(StreamId("2"), ParticipantId("p-2")), SlotBinding(StreamId("3"), None))),),
    ),
    ("meet_action", {"action": "lock", "by": "p-2"}, (ev.ActionReported("lock", ParticipantId("p-2")),)),
    (
        "meet_action",
        {"action": "mute", "by": "p-2", "target": "me-1"},
        (ev.ActionReported("mute", ParticipantId("p-2"), ME),),
    ),
    ("disconnect", {"reason": "Disconnected by another participant"},
     (ev.Disconnected("Disconnected by another participant", "#pex124"),)),
    ("disconnect", {"reason": "Disconnected by remote host"},
     (ev.Disconnected("Disconnected by remote host", "#pex117"),)),
    ("refer", {"alias": "other", "token": "once"}, (ev.Transferred("other", "once"),)),
    ("breakout_event", {"breakout_uuid": "b-1", "event": "participant_delete", "data": {"uuid": "x"}},
     (ev.ParticipantDeleted(RoomId("b-1"), ParticipantId("x")),)),
    ("refer", {"alias": "standup", "token": "once", "breakout_name": "One", "target": "breakout"},
     (ev.Transferred("standup", "once", "breakout", "One"),)),
    ("refer", {"alias": "standup", "token": "once", "target": "main"}, (ev.Transferred("standup", "once", "main"),)),
    ("refer", {"alias": "x", "token": "t", "target": "moon"}, (ev.Transferred("x", "t"),)),
    ("breakout_event", {"breakout_uuid": "b-1", "event": "stage", "data": []},
     (ev.StageChanged((), RoomId("b-1")),)),
    ("breakout_event", {"breakout_uuid": "b-1", "event": "layout", "data": {"view": "1:7"}, "id": "x"},
     (ev.LayoutChanged({"view": "1:7"}, RoomId("b-1")),)),
    ("breakout_event", {"breakout_uuid": "b-1", "event": "refer", "data": {"alias": "x"}}, ()),
    (
        "breakout_event",
        {"breakout_uuid": "b-1", "event": "conference_update", "data": {
            "locked": False, "guests_muted": False, "started": True, "presentation_allowed": True, "breakout": True,
            "breakout_name": "One", "end_time": 90.5, "breakout_guests_allowed_to_leave": False,
            "breakoutbuzz": {"time": 7.5, "value": True}}},
        (
            ev.StatusChanged(
                RoomId("b-1"),
                ConferenceStatus(
                    breakout=True, breakout_name="One", end_time=90.5, guests_allowed_to_leave=False,
                    help_asked_at=7.5,
                ),
            ),
        ),
    ),
    ("breakout_begin", {"breakout_uuid": "b-1", "participant_uuid": "me-2"},
     (ev.BreakoutBegan(RoomId("b-1"), ParticipantId("me-2")),)),
    ("breakout_end", {"breakout_uuid": "b-1", "participant_uuid": "me-2"},
     (ev.BreakoutEnded(RoomId("b-1"), ParticipantId("me-2")),)),
    ("breakout_refer", {"breakout_uuid": "main", "breakout_name": "", "requester_uuid": "p-2"},
     (ev.BreakoutReferred(MAIN_ROOM, "", ParticipantId("p-2")),)),
    ("breakout_refer", {"breakout_uuid": "b-1"}, (ev.BreakoutReferred(RoomId("b-1")),)),
    ("presentation_start", {"presenter_name": "Grace", "presenter_uri": "sip:g", "presenter_uuid": "p-2"},
     (ev.PresentationStarted(MAIN_ROOM, ParticipantId("p-2"), "Grace"),)),
    ("presentation_start", {"presenter_name": "", "presenter_uri": "", "presenter_uuid": ""},
     (ev.PresentationStarted(MAIN_ROOM, ParticipantId(""), ""),)),
    ("presentation_stop", None, (ev.PresentationStopped(MAIN_ROOM),)),
    ("presentation_stop", {}, (ev.PresentationStopped(MAIN_ROOM),)),
    ("presentation_frame", {}, ()),
    ("update_sdp", {"sdp": "v=0"}, (ev.OfferArrived("v=0"),)),
    ("live_captions", {"data": "good mor", "is_final": False, "src_lang": "en",
                       "sources": [{"participant_uuid": "p-2", "indices": [0, 2]}]},
     (ev.CaptionArrived(MAIN_ROOM, "good mor", False, (ParticipantId("p-2"),)),)),
    ("live_captions", {"data": "good morning", "is_final": True},
     (ev.CaptionArrived(MAIN_ROOM, "good morning", True),)),
    ("splash_screen", None, ()),
    ("what_comes_next_year", {"x": 1}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "facts"), TABLE)
def test_events_become_facts(name: str, data: Any, facts: tuple[ev.Event, ...]) -> None:
    assert _translator().translate(name, json.dumps(data)) == facts


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("participant_create", "{"),
        ("participant_create", '{"uuid": " "}'),
        ("participant_update", '{"uuid": "x", "is_muted": 3}'),
        ("participant_delete", "null"),
        ("conference_update", '{"locked": "yes"}'),
        ("stage", '{"a": 1}'),
        ("message_received", '{"type": "application/json", "payload": "{"}'),
        ("message_received", '{"type": "application/json", "payload": "[]"}'),
        ("breakout_event", '{"breakout_uuid": "b", "event": "breakout_event", "data": {}}'),
        ("refer", "{}"),
    ],
)
def test_what_does_not_fit_is_one_error(name: str, data: str) -> None:
    with pytest.raises(WireError):
        _translator().translate(name, data)


def test_ones_own_role_is_told_once() -> None:
    translator = _translator()
    mine = json.dumps({"uuid": "me-1", "role": "chair"})
    first, second = translator.translate("participant_update", mine)
    assert first == ev.RoleChanged(Role.MODERATOR)
    assert isinstance(second, ev.ParticipantUpdated)
    assert len(translator.translate("participant_update", mine)) == 1
    assert translator.role_told("HOST") == ()
    assert translator.role_told("") == ()
    assert translator.role_told("GUEST") == (ev.RoleChanged(Role.PARTICIPANT),)


def test_the_role_of_others_is_not_mine() -> None:
    assert len(_translator().translate("participant_update", json.dumps({"uuid": "p-2", "role": "chair"}))) == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"display_name": "Ada", "overlay_text": ""}, "Ada"),
        ({"display_name": "Ada", "overlay_text": "Ada L."}, "Ada L."),
        ({"display_name": " ", "uri": "sip:ada@x"}, "ada@x"),
    ],
)
def test_the_name_that_is_shown(fields: dict[str, str], name: str) -> None:
    assert participant_of(WireParticipant(uuid="x", **fields)).display_name == name  # type: ignore[arg-type]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["uuid", "type", "payload", "slots", "mid", "reason", "alias", "event", "data", "breakout_uuid",
                         "participant_uuid", "stage_index", "vad", "locked", "classification", "levels", "role"]),
        inner, max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip
_NAMES = st.sampled_from(sorted({name for name, _, _ in TABLE} | {"participant_update", "breakout_event"}))


@settings(max_examples=300, deadline=None)
@given(_NAMES, _JSON)
def test_nothing_else_is_ever_raised(name: str, data: Any) -> None:
    try:
        facts = _translator().translate(name, json.dumps(data))
    except WireError:
        return
    assert isinstance(facts, tuple)
