"""Payloads of the public events against the fields of the events seed and the rules of the wire document."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.core.meeting import ADA, MYSELF, PEOPLE, in_meeting, of_type
from tui_meet.core import published
from tui_meet.core.effects import Publish
from tui_meet.core.events import ParticipantUpdated
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.model import ConferenceStatus, Participant, Role

SEED_PARTICIPANT = {
    "callType", "canControl", "canChangeLayout", "canDisconnect", "canMute", "canTransfer", "canFecc", "canRaiseHand",
    "canSpotlight", "displayName", "handRaisedTime", "identity", "isCameraMuted", "isEndpoint", "isExternal",
    "isIdpAuthenticated", "isGateway", "isHost", "isMainVideoDroppedOut", "isMuted", "isPresenting", "isSpotlight",
    "isStreaming", "isVideoSilent", "isWaiting", "needsPresentationInMix", "protocol", "raisedHand", "role",
    "rxPresentation", "serviceType", "spotlightOrder", "startAt", "startTime", "uri", "uuid", "vendor",
}  # fmt: skip
SEED_STATUS = {
    "locked", "guestsMuted", "allMuted", "started", "liveCaptionsAvailable", "breakoutRooms", "directMedia",
    "presentationAllowed",
}  # fmt: skip


def test_every_field_of_the_seed_is_there() -> None:
    assert set(published.participant(Participant(ADA))) >= SEED_PARTICIPANT
    assert set(published.conference_status(MAIN_ROOM, ConferenceStatus())["status"]) >= SEED_STATUS


@pytest.mark.parametrize(
    ("role", "service_type", "control", "layout", "hand"),
    [
        (Role.MODERATOR, "conference", True, True, True),
        (Role.MODERATOR, "lecture", True, True, True),
        (Role.MODERATOR, "gateway", False, True, False),
        (Role.MODERATOR, "waiting_room", False, False, True),
        (Role.PARTICIPANT, "conference", False, False, True),
        (Role.PARTICIPANT, "gateway", False, False, False),
    ],
)
def test_what_a_person_can(role: Role, service_type: str, control: bool, layout: bool, hand: bool) -> None:
    found = published.participant(Participant(ADA, "Ada", role, service_type))
    assert (found["canControl"], found["canChangeLayout"]) == (control, layout)
    assert found["canRaiseHand"] is hand
    assert found["canSpotlight"] is hand
    assert found["isHost"] is (role is Role.MODERATOR)
    assert found["isWaiting"] is (service_type == "waiting_room")


def test_derived_fields() -> None:
    found = published.participant(
        Participant(
            ADA, "", uri="sip:ada@example.org", hand_raised_at=5.5, spotlight_at=7.0, joined_at=1_700_000_000.25
        )
    )
    assert found["displayName"] == "ada@example.org"
    assert found["isEndpoint"] is True
    assert (found["raisedHand"], found["handRaisedTime"]) == (True, 5.5)
    assert (found["isSpotlight"], found["spotlightOrder"]) == (True, 7.0)
    assert found["startAt"] == "2023-11-14T22:13:20.250Z"
    assert found["role"] == "guest"


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e300, -1e300])
def test_impossible_times_do_not_raise(seconds: float) -> None:
    assert published.iso(seconds) == "1970-01-01T00:00:00.000Z"


def test_classification_only_where_there_is_one() -> None:
    assert "classification" not in published.conference_status(MAIN_ROOM, ConferenceStatus())["status"]
    status = ConferenceStatus(classification_levels={1: "open"}, classification_current=1)
    found = published.conference_status(MAIN_ROOM, status)["status"]["classification"]
    assert found == {"current": 1, "levels": {"1": "open"}}


def test_payloads_are_json_and_nobodys_elses() -> None:
    meeting = in_meeting()
    first = of_type(meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(PEOPLE[0], is_muted=True))), Publish)[-1]
    kept = json.dumps(first.event.payload)
    participants = first.event.payload["participants"]
    participants[0]["displayName"] = "changed by a script"
    second = of_type(meeting.feed(ParticipantUpdated(MAIN_ROOM, PEOPLE[0])), Publish)[-1]
    assert "changed by a script" in json.dumps(first.event.payload)
    assert "changed by a script" not in json.dumps(second.event.payload)
    assert MYSELF.display_name in kept
    assert ParticipantId(participants[0]["uuid"]) == MYSELF.id
