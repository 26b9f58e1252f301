"""What the demo's people notice in their own client's state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui_meet.cli import demo_play as play
from tui_meet.cli.demo_troupe import facts
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.model import Participant, Role
from tui_meet.core.state import MeetingState, Phase, Roster

ADA = Participant(ParticipantId("uuid-ada"), "Ada")


def state(me: Participant | None = ADA, **changes: object) -> MeetingState:
    people = {} if me is None else {me.id: me}
    inside = MeetingState(phase=Phase.IN_MEETING, me=ADA.id, rosters={MAIN_ROOM: Roster(people)})
    return replace(inside, **changes)  # type: ignore[arg-type]  # names of fields, as the cases have them


@pytest.mark.parametrize(
    ("before", "after", "noticed"),
    [
        (state(phase=Phase.JOINING), state(), [play.Entered("Ada")]),
        (state(phase=Phase.JOINING), state(phase=Phase.WAITING), [play.Knocking("Ada")]),
        (state(), state(phase=Phase.ENDED), [play.Gone("Ada")]),
        (state(), state(replace(ADA, is_muted=True)), [play.Silenced("Ada", True)]),
        (state(replace(ADA, is_muted=True)), state(), [play.Silenced("Ada", False)]),
        (state(None), state(replace(ADA, is_muted=True)), [play.Silenced("Ada", True)]),
        (state(replace(ADA, is_client_muted=True)), state(), []),
        (state(replace(ADA, hand_raised_at=1.0)), state(), [play.HandLowered("Ada")]),
        (state(), state(replace(ADA, hand_raised_at=1.0)), []),
        (state(), state(replace(ADA, spotlight_at=1.0)), [play.Spotlit("Ada")]),
        (state(), state(role=Role.MODERATOR), [play.Promoted("Ada")]),
        (state(), state(replace(ADA, display_name="Countess")), []),
        (state(), state(), []),
    ],
)
def test_a_change_becomes_a_fact(before: MeetingState, after: MeetingState, noticed: list[play.Fact]) -> None:
    assert list(facts("Ada", before, after)) == noticed
