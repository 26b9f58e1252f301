"""Lines to invocations: who is meant, quoting, and errors that help."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.meeting import ADA, BOB, GRACE, ME, MYSELF, PEOPLE, person, state_with
from tui_meet.core.completion import complete
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Role
from tui_meet.core.parsing import Everybody, parse
from tui_meet.core.state import Phase

ANN = ParticipantId("u-ann")
ALL = ParticipantId("u-all")
STATE = state_with(
    MYSELF,
    *PEOPLE,
    person(GRACE, "Grace Hopper", 4.0, service_type="waiting_room"),
    person(ANN, "Adam", 5.0),
    person(ALL, "all", 6.0),
    phase=Phase.IN_MEETING,
    role=Role.MODERATOR,
)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("lock", {}),
        ("mute", {}),
        ("mute lovel", {"who": ADA}),
        ("mute ada lovelace", {"who": ADA}),
        ("mute Adam", {"who": ANN}),
        ('mute "Ada Lovelace"', {"who": ADA}),
        ("mute @me", {"who": ME}),
        ("mute @ME", {"who": ME}),
        ("mute #1", {"who": ME}),
        ("mute #2", {"who": ADA}),
        ("mute u-bob", {"who": BOB}),
        ("drop bob Ada Lovelace adam", {"who": (BOB, ADA, ANN)}),
        ("drop bob bob", {"who": (BOB,)}),
        ("drop all", {"who": Everybody.ALL}),
        ('drop "all"', {"who": (ALL,)}),
        ("admit grace hopper", {"who": GRACE}),
        ("hand lower ALL", {"who": Everybody.ALL}),
        ('say he said "hi" and \'left', {"text": 'he said "hi" and \'left'}),
        ('dm "Ada Lovelace"   two  words ', {"who": ADA, "text": "two  words"}),
        ("dm bob x", {"who": BOB, "text": "x"}),
        ('send {"to": "bob"}', {"object": {"to": "bob"}}),
        ('send bob {"a": null}', {"who": BOB, "object": {"a": None}}),
        ("volume bob 0", {"who": BOB, "percent": 0}),
        ("camera   on", {}),
        ("  guests-unmute   off  ", {"state": "off"}),
        ("mic file:/tmp/my sound.wav?loop", {"spec": "file:/tmp/my sound.wav?loop"}),
        ('cam "file:/tmp/a b.mp4"', {"spec": "file:/tmp/a b.mp4"}),
        ("call ann bob", {"users": ("ann", "bob")}),
        ("floor grant bob", {"what": "grant", "who": BOB}),
        ("floor request", {"what": "request"}),
        ("theme", {}),
    ],
)
def test_values(line: str, values: dict[str, Any]) -> None:
    assert parse(line, STATE).values == values


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("mute ada", "“ada” is more than one: #2 Ada Lovelace and #4 Adam; say which by number."),
        ("mute bbo", "Nobody here is called “bbo”; did you mean Bob?"),
        ("mute #99", "There is nobody with the number #99 here."),
        ("mute #0", "There is nobody with the number #0 here."),
        ("lokc", "There is no command “lokc”; did you mean “lock”?"),
        ("camra on", "There is no command “camra”; did you mean “camera on”?"),
        ("hand", "“hand” goes on with up, down or lower."),
        ("xyzzy", "There is no command “xyzzy”."),
        ("dm bob", "“dm” needs more: dm WHO TEXT"),
        ("drop", "“drop” needs more: drop WHO...|all"),
        ("lock now", "“now” is too much: lock"),
        ("volume bob 201", "A volume is a number from 0 to 200, not “201”."),
        ("volume bob loud", "A volume is a number from 0 to 200, not “loud”."),
        ("guests-unmute maybe", "“guests-unmute” takes on or off, not “maybe”."),
        ('mute "ada', 'A quotation mark (") is not closed.'),
        ("send [1]", "Nobody here is called “[1]”."),
        ("send {oops}", 'The object is no JSON; write it like {"key": "value"}.'),
        ("admit bob", "Nobody here is called “bob”."),
        ('mute ""', "Say who: a part of the name, @me, #3 or an id."),
    ],
)
def test_errors_help(line: str, sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(line, STATE)
    assert str(caught.value) == sentence


def test_optional_person_of_send_needs_an_object_behind() -> None:
    with pytest.raises(CommandError, match="needs more"):
        parse("send bob", STATE)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(
            st.sampled_from(["drop ", "dm ", "send ", "volume ", "rename ", "mic ", "hand lower ", "admit ", "call "]),
            st.text(st.sampled_from('abo "#@{}[]:,19-\\\u202e\udc80é'), max_size=30),
        ).map("".join),
    )
)
def test_no_line_raises_anything_else(line: str) -> None:
    with suppress(CommandError):
        parse(line, STATE)
    for completion in complete(line, STATE):
        assert completion.text
        assert completion.label


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("loc", ["lock"]),
        ("hand l", ["hand lower "]),
        ("drop ad", ['drop "Ada Lovelace"', "drop Adam"]),
        ('drop Bob "Ada L', ['drop Bob "Ada Lovelace"']),
        ("dm bo", ["dm Bob "]),
        ("admit ", ['admit "Grace Hopper"', "admit all"]),
        ("guests-unmute o", ["guests-unmute on", "guests-unmute off"]),
        ("volume Bob 1", ["volume Bob 100", "volume Bob 150"]),
        ("layout 1:2", ["layout 1:21"]),
        ("mic to", ["mic tone:440"]),
        ("say hello ", []),
    ],
)
def test_completion(line: str, expected: list[str]) -> None:
    assert [completion.text for completion in complete(line, STATE)] == expected


def test_every_completed_person_parses_back_to_that_person() -> None:
    for completion in complete("mute ", STATE):
        who = parse(completion.text, STATE).values["who"]
        assert STATE.roster.people[who].display_name == completion.label


def test_impossible_commands_come_last_with_their_reason() -> None:
    guest = state_with(MYSELF, *PEOPLE, phase=Phase.IN_MEETING, role=Role.PARTICIPANT)
    rows = complete("", guest)
    possible = [row.label for row in rows]
    assert possible.index("hand up") < possible.index("lock")
    [lock] = [row for row in rows if row.label == "lock"]
    assert lock.help == "Only a moderator can use “lock”."
