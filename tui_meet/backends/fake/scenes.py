"""Meetings to look at: the same people in every test, snapshot and picture."""

from __future__ import annotations

from tui_meet.backends.fake.meeting import FakeMeeting
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Participant, Role

EPOCH = 1_700_000_000.0
"""Unix seconds at which scenes begin."""

ME = ParticipantId("00000000-0000-4000-8000-000000000001")
ALICE = ParticipantId("00000000-0000-4000-8000-00000000000a")
BORIS = ParticipantId("00000000-0000-4000-8000-00000000000b")
CHIARA = ParticipantId("00000000-0000-4000-8000-00000000000c")
DMITRI = ParticipantId("00000000-0000-4000-8000-00000000000d")
EVE = ParticipantId("00000000-0000-4000-8000-00000000000e")


def person(
    id: ParticipantId, name: str, joined_after: float, *, moderator: bool = False, waiting: bool = False,
    muted: bool = False, camera_off: bool = False, hand_after: float = 0.0,
) -> Participant:  # fmt: skip
    """Somebody; times are seconds after EPOCH, 0 = never for the hand."""
    return Participant(
        id, name, Role.MODERATOR if moderator else Role.PARTICIPANT,
        service_type="waiting_room" if waiting else "conference",
        has_media=not waiting, is_client_muted=muted, is_camera_muted=camera_off,
        hand_raised_at=EPOCH + hand_after if hand_after else 0.0, joined_at=EPOCH + joined_after,
    )  # fmt: skip


def planning(*, moderator: bool = True) -> FakeMeeting:
    """Four people and oneself; one talks, one has a hand up, one has no camera, one waits outside."""
    meeting = FakeMeeting(person(ME, "Mira Okafor", 5.0, moderator=moderator), wall=EPOCH + 300.0)
    for somebody in (
        person(ALICE, "Alice Lindqvist", 1.0, moderator=True),
        person(BORIS, "Boris Petrov", 2.0, muted=True, hand_after=200.0),
        person(CHIARA, "Chiara Rossi", 3.0),
        person(DMITRI, "Dmitri Hale", 4.0, muted=True, camera_off=True),
        person(EVE, "Eve Nakamura", 250.0, waiting=True),
    ):
        meeting.people[somebody.id] = somebody
    meeting.stage = ((CHIARA, 70), (ALICE, 0))
    return meeting


def alone(*, moderator: bool = True) -> FakeMeeting:
    """Nobody but oneself."""
    return FakeMeeting(person(ME, "Mira Okafor", 5.0, moderator=moderator), wall=EPOCH + 300.0)
