"""What faces ask about a state."""

from __future__ import annotations

from dataclasses import replace

from tests.core.meeting import ADA, BOB, GRACE, ME, MYSELF, PEOPLE, person, state_with
from tui_meet.core import selectors
from tui_meet.core.endings import ending_for
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.model import ConferenceStatus, StageEntry
from tui_meet.core.registry import COMMANDS
from tui_meet.wire.infinity.codes import pex_code, strings_of

ZOE = ParticipantId("u-zoe")
CROWD = (
    person(GRACE, "Grace", 0.5, service_type="waiting_room", hand_raised_at=1.0),
    person(ZOE, "Zoe", 4.0, hand_raised_at=30.0),
    *PEOPLE,
    replace(MYSELF, joined_at=9.0),
)


def test_rows_are_me_then_hands_then_others_then_those_who_wait() -> None:
    state = state_with(*CROWD)
    assert [row.id for row in selectors.sorted_people(state)] == [ME, ZOE, ADA, BOB, GRACE]
    raised = state_with(*CROWD[:2], PEOPLE[0], replace(PEOPLE[1], hand_raised_at=20.0), MYSELF)
    assert [row.id for row in selectors.sorted_people(raised)] == [ME, BOB, ZOE, ADA, GRACE]
    assert [row.id for row in selectors.hands(raised)] == [BOB, ZOE]
    assert [row.id for row in selectors.waiting(raised)] == [GRACE]


def test_talking_moves_nobody() -> None:
    quiet = state_with(*CROWD)
    loud = replace(quiet, stage=(StageEntry(BOB, 0, 90), StageEntry(ADA, 1, 0)))
    assert selectors.sorted_people(loud) == selectors.sorted_people(quiet)
    assert [row.id for row in selectors.talking(loud)] == [BOB]


def test_header_flags() -> None:
    status = ConferenceStatus(
        locked=True, guests_muted=True, guests_can_unmute=False, classification_levels={2: "secret"},
        classification_current=2,
    )  # fmt: skip
    state = state_with(MYSELF, statuses={MAIN_ROOM: status})
    assert selectors.room_flags(state) == ("locked", "participants muted", "no self-unmute", "secret")


def test_every_code_of_the_wire_has_a_sentence_of_its_own() -> None:
    unsaid = [
        string
        for number in range(100, 220)
        for string in strings_of(f"#pex{number}")
        if "The server ended the connection" in ending_for(string, pex_code(string), None).sentence
    ]
    # these tell a person nothing that a sentence of ours could say better
    assert set(unsaid) <= {
        "Failed to forward request", "invalid gateway routing rule transform",
        "No direct route between Edge and Transcoding",
        "Telehealth Call failure", "Failed to transfer into a multi-party conference",
        "Failed to transfer into a one-to-one conference",
    }  # fmt: skip


def test_keys_are_unique_or_toggles() -> None:
    by_key: dict[str, set[str]] = {}
    for spec in COMMANDS:
        if spec.key:
            by_key.setdefault(spec.key, set()).add(spec.name)
    shared = [names for names in by_key.values() if len(names) > 1]
    assert all(len(names) == 2 for names in shared), shared
