"""Values of the Infinity API: what is written is what is read; foreign JSON raises one error type only."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.wire import meet
from tui_meet.wire.errors import WireError
from tui_meet.wire.fields import parse_json
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.calls import CallReply, CallRequest, Candidate
from tui_meet.wire.infinity.conference import Classification, ConferenceStatus
from tui_meet.wire.infinity.envelope import denied, failure, parse_reply, success
from tui_meet.wire.infinity.messages import MessageBody, MessageReceived, StageRow, parse_stage
from tui_meet.wire.infinity.participant import WireParticipant
from tui_meet.wire.infinity.token import PinNeeded, RefreshReply, TokenReply, TokenRequest

times = st.floats(0, 4e9, allow_nan=False)
texts = st.text(max_size=12)
filled = texts.filter(lambda text: bool(text.strip()))
participants = st.builds(
    WireParticipant, uuid=filled, display_name=texts, overlay_text=texts, role=st.sampled_from(("chair", "guest")),
    is_muted=st.booleans(), is_client_muted=st.booleans(), is_video_muted=st.booleans(), has_media=st.booleans(),
    buzz_time=times, spotlight=times, start_time=times, call_tag=texts, vendor=texts, mix_name=filled, mix_layout=texts,
    is_audio_only_call=st.booleans(), is_presenting=st.booleans(), mix_timestamp=times,
)  # fmt: skip
statuses = st.builds(
    ConferenceStatus, locked=st.booleans(), guests_muted=st.booleans(), started=st.booleans(),
    guests_can_unmute=st.booleans(), presentation_allowed=st.booleans(),
    classification=st.one_of(
        st.none(),
        st.builds(Classification, st.dictionaries(st.integers(0, 9), texts), st.one_of(st.none(), st.integers())),
    ),
)  # fmt: skip
replies = st.builds(
    TokenReply, token=filled, participant_uuid=filled, display_name=texts, role=st.sampled_from(("HOST", "GUEST")),
    expires=st.integers(1, 1000).map(float), current_service_type=st.sampled_from(("conference", "waiting_room")),
    conference_name=texts, call_tag=texts, chat_enabled=st.booleans(), stun=st.lists(texts, max_size=2).map(tuple),
    version_id=texts, meet=st.one_of(st.none(), st.just(meet.announcement(["slots"]))),
    turn=st.lists(st.just({"urls": ["turn:x"], "username": "u"}), max_size=1).map(tuple),
)  # fmt: skip
ROUND_TRIPS: list[tuple[st.SearchStrategy[Any], Callable[[Any], Any]]] = [
    (participants, WireParticipant.from_json),
    (statuses, ConferenceStatus.from_json),
    (replies, TokenReply.from_json),
    (st.builds(TokenRequest, texts, st.booleans(), call_tag=texts, token=texts), TokenRequest.from_json),
    (st.builds(PinNeeded, st.booleans(), st.booleans()), PinNeeded.from_json),
    (
        st.builds(RefreshReply, filled, st.integers(1, 999).map(float), st.sampled_from(("", "HOST"))),
        RefreshReply.from_json,
    ),
    (st.builds(MessageReceived, texts, texts, texts, texts.filter(bool), st.booleans()), MessageReceived.from_json),
    (st.builds(MessageBody, texts), MessageBody.from_json),
    (st.builds(CallReply, texts, texts), CallReply.from_json),
    (st.builds(Candidate, texts, texts, texts), Candidate.from_json),
    (
        st.builds(CallRequest, texts, st.one_of(st.none(), st.lists(texts, unique=True, max_size=9).map(tuple)), texts),
        CallRequest.from_json,
    ),
]


@given(st.data())
@pytest.mark.parametrize(("values", "read"), ROUND_TRIPS, ids=lambda item: getattr(item, "__qualname__", ""))
def test_round_trips(values: st.SearchStrategy[Any], read: Callable[[Any], Any], data: st.DataObject) -> None:
    value = data.draw(values)
    encoded = parse_json(json.dumps(value.to_json()))
    assert read(encoded) == value
    if isinstance(encoded, dict):
        assert read({**encoded, "a_field_of_the_future": {"x": [1]}}) is not None


foreign = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=4),
        st.sampled_from(("YES", "NO", "HOST")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
known = st.sampled_from(
    (
        "uuid", "display_name", "is_muted", "buzz_time", "receive_from_video_mix", "mix_name", "mix_config",
        "transform_layout", "layout", "locked", "classification", "levels", "current", "token", "expires", "role",
        "participant_uuid", "current_service_type", "stun", "turn", "url", "sdp", "call_uuid", "call_type", "slot_mids",
        "candidate", "mid", "type", "payload", "direct", "status", "result", "code", "slots", "width", "volumes",
        "action", "by", "stage_index", "vad", "version", "parts", "pin", "meet",
    )
)  # fmt: skip
READERS: list[Callable[[Any], Any]] = [
    *(read for _, read in ROUND_TRIPS), parse_reply, parse_stage, meet.parse_slots, meet.parse_wishes,
    meet.parse_volumes, meet.parse_action, meet.parse_parts,
]  # fmt: skip


@given(st.one_of(foreign, st.dictionaries(known, foreign), st.lists(st.dictionaries(known, foreign), max_size=3)))
def test_foreign_json_raises_one_error_only(value: Any) -> None:
    for read in READERS:
        with contextlib.suppress(WireError):
            read(value)


@given(st.one_of(st.text(), st.binary().map(lambda data: data.decode("utf-8", "replace"))))
def test_foreign_text_raises_one_error_only(text: str) -> None:
    with contextlib.suppress(WireError):
        parse_json(text)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "[" * 100_000, "9" * 5000, "", "{'a':1}", '{"a":NaN}'])
def test_texts_that_are_no_json(text: str) -> None:
    with pytest.raises(WireError):
        parse_json(text)


def test_envelopes() -> None:
    assert parse_reply(success([1])).result == [1]
    no = parse_reply(failure("Only a moderator can lock.", codes.NOT_MODERATOR))
    assert (no.ok, no.code, no.sentence) == (False, 4101, "Only a moderator can lock.")
    already = parse_reply(denied("It is locked already.", codes.ALREADY_SO))
    assert (already.ok, already.result, already.code, already.sentence) == (True, False, 4121, "It is locked already.")
    assert parse_reply({"status": "failure", "result": "x"}).sentence == "x"
    with pytest.raises(WireError):
        parse_reply({"status": "maybe"})


def test_required_fields_of_the_official_validator_are_there() -> None:
    row = WireParticipant("u").to_json()
    required = {
        "uuid", "display_name", "overlay_text", "local_alias", "external_node_uuid", "role", "protocol",
        "call_direction", "encryption", "has_media", "is_audio_only_call", "is_video_call", "is_muted",
        "is_video_muted", "is_video_silent", "is_presenting", "rx_presentation_policy", "disconnect_supported",
        "mute_supported", "transfer_supported", "fecc_supported", "supports_direct_chat", "buzz_time", "spotlight",
        "start_time",
        "is_external", "is_streaming_conference", "can_receive_personal_mix", "receive_from_video_mix",
    }  # fmt: skip
    assert required <= set(row)
    assert None not in row.values()
    reply = TokenReply("t", "p", "n").to_json()
    assert reply["expires"] == "120"
    assert reply["version"] == {}
    assert None not in reply.values()


def test_secrets_stay_out_of_repr() -> None:
    assert "s3cret" not in repr(TokenReply("s3cret", "p", "n")) + repr(RefreshReply("s3cret"))
    assert "s3cret" not in repr(TokenRequest("n", token="s3cret", sso_token="s3cret"))


def test_stage_is_ordered_and_held_to_its_range() -> None:
    rows = parse_stage(
        [
            {"participant_uuid": "b", "stage_index": 1, "vad": 900},
            {"participant_uuid": "a", "stage_index": 0, "vad": -3},
        ]
    )
    assert rows == (StageRow("a", 0, 0), StageRow("b", 1, 100))


@pytest.mark.parametrize("expires", ["", "soon", "-1", "0", "nan", "inf", 0, True, [], "1e999"])
def test_expires_that_is_no_time(expires: object) -> None:
    with pytest.raises(WireError):
        RefreshReply.from_json({"token": "t", "expires": expires})


def test_paths_are_encoded() -> None:
    assert names.call_path("a@b/c d", "p", "c") == ("/api/client/v2/conferences/a%40b%2Fc%20d/participants/p/calls/c")
    assert meet.conference_path("ä") == "/api/meet/v1/conferences/%C3%A4"


def test_codes_both_ways() -> None:
    assert codes.pex_code(codes.DROPPED) == "#pex124"
    assert codes.pex_code("something new") == codes.DEFAULT_CODE
    assert codes.INVALID_TOKEN in codes.strings_of("#pex113")
    for text in (codes.ENDED, codes.REJECTED, codes.UNAVAILABLE, codes.CALL_DISCONNECTED, codes.TOKEN_EXPIRED):
        assert codes.pex_code(text) != codes.DEFAULT_CODE


def test_parts_are_read_of_this_version_only() -> None:
    assert meet.parse_parts(meet.announcement(["slots", "volumes"])) == ("slots", "volumes")
    assert meet.parse_parts({"version": 2, "parts": ["slots"]}) == ()
    assert meet.parse_parts(None) == ()


def test_slots_and_volumes_are_held_to_their_ranges() -> None:
    binding = meet.SlotBinding("0", "u")
    assert meet.parse_slots(meet.slots_to_json([binding])) == (binding,)
    (wish,) = meet.parse_wishes({"slots": [{"mid": "0", "width": -3, "height": 1e12}]})
    assert (wish.width, wish.height) == (0, 7680)
    assert meet.parse_volumes({"volumes": {"a": 900, "b": -1, "c": 50.7}}) == {"a": 200, "b": 0, "c": 50}
