"""What holds whatever happens, in whatever order: found by Hypothesis."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.meeting import LINK
from tui_meet.core import commands as c
from tui_meet.core import effects as fx
from tui_meet.core import events as e
from tui_meet.core.flow.presenting import WORDS
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId, Ticket
from tui_meet.core.model import ConferenceStatus, MeetingLink, Participant, Role, SlotBinding, StageEntry
from tui_meet.core.reducers.captions import MAX_LINES as MAX_CAPTIONS
from tui_meet.core.reducers.chat import MAX_LINES
from tui_meet.core.reducers.notices import MAX_NOTICES
from tui_meet.core.registry import COMMANDS
from tui_meet.core.selectors import banners, classification_levels, room_name, sorted_people
from tui_meet.core.session import Session
from tui_meet.core.state import Layer, MeetingState, Phase

PIN = "pin-93187"
TOKEN = "token-40152"
SECRETS = (PIN, TOKEN)

ids = st.sampled_from([ParticipantId(name) for name in ("me", "me-2", "ada", "bob", "eve")])
rooms = st.sampled_from([MAIN_ROOM, MAIN_ROOM, MAIN_ROOM, RoomId("b-1")])
breakouts = st.sampled_from([RoomId("b-1"), RoomId("b-2")])
words = st.sampled_from([*WORDS, "odd"])
names = st.sampled_from(["Ada", "Ada Lovelace", "ada", "all", "#1", 'q"t', "\x1b[2J", "", "{}", "x" * 200])
times = st.sampled_from([0.0, 1.0, 2.5])
flags = st.booleans()
errors = st.sampled_from(
    ["Invalid PIN", "Participant limit reached", "Conference terminated by another participant", "odd", ""]
)
people = st.builds(
    Participant,
    ids,
    names,
    st.sampled_from(Role),
    st.sampled_from(["conference", "waiting_room", "connecting"]),
    is_muted=flags,
    hand_raised_at=times,
    spotlight_at=times,
    joined_at=times,
)
parts = st.sampled_from([frozenset[str](), frozenset({"slots", "volumes"}), frozenset({"slots", "volumes", "actors"})])
tickets = st.integers(0, 40).map(Ticket)
numbers = st.sampled_from(["", " 50", " start", " on", ' {"a": 1}', " hello there", " stop", " main", " one", " 1:7"])
who = st.sampled_from(["", " ada", " @me", " #2", " all", ' "Ada Lovelace"', " bob eve", " nobody"])
lines = st.one_of(
    st.builds(lambda spec, a, b: spec.name + a + b, st.sampled_from(COMMANDS), who, numbers), st.text(max_size=12)
)

events = st.one_of(
    st.builds(
        e.JoinAccepted,
        ids,
        st.sampled_from(Role),
        names,
        st.just("standup"),
        service_type=st.sampled_from(["conference", "conference", "waiting_room"]),
        call_type=st.sampled_from(["video", "audio"]),
        parts=parts,
    ),
    st.builds(e.PinNeeded, flags, flags),
    st.builds(e.JoinRefused, errors, st.just("#pex1")),
    st.builds(e.ServerUnreachable, st.just("Nothing answers."), flags),
    st.just(e.StreamOpened()),
    st.just(e.StreamLost("Gone.")),
    st.just(e.TokenLost()),
    st.builds(e.RoleChanged, st.sampled_from(Role)),
    st.builds(e.RosterSyncBegan, rooms),
    st.builds(e.RosterSynced, rooms),
    st.builds(e.ParticipantCreated, rooms, people),
    st.builds(e.ParticipantUpdated, rooms, people),
    st.builds(e.ParticipantDeleted, rooms, ids),
    st.builds(
        e.StatusChanged,
        rooms,
        st.builds(
            ConferenceStatus,
            locked=flags,
            guests_muted=flags,
            started=flags,
            breakout_rooms=flags,
            live_captions_available=flags,
            classification_levels=st.sampled_from([{}, {1: "one", 2: "\x1b[2J"}]),
            classification_current=st.sampled_from([None, 1, 9]),
            breakout=flags,
            breakout_name=names,
            help_asked_at=times,
        ),
    ),
    st.builds(
        e.StageChanged,
        st.lists(st.builds(StageEntry, ids, st.integers(0, 4), st.integers(0, 100))).map(tuple),
        rooms,
    ),
    st.builds(
        e.SlotsBound,
        st.lists(st.builds(SlotBinding, st.sampled_from([StreamId("v0"), StreamId("v1")]), ids)).map(tuple),
    ),
    st.builds(e.LayoutChanged, st.sampled_from([{"view": "1:7"}, {"view": 1, "participants": [2]}]), rooms),
    st.just(e.LayoutsListed(("1:7", "x y"))),
    st.builds(e.PresentationStarted, rooms, st.sampled_from([*map(ParticipantId, ("", "me", "ada"))]), names),
    st.builds(e.PresentationStopped, rooms),
    st.builds(e.PresentationChanged, words, words),
    st.builds(e.CaptionArrived, rooms, names, flags, st.lists(ids, max_size=2).map(tuple)),
    st.builds(e.BreakoutBegan, breakouts, ids),
    st.builds(e.BreakoutEnded, breakouts, ids),
    st.builds(e.BreakoutReferred, st.one_of(breakouts, st.just(MAIN_ROOM)), names, st.none() | ids),
    st.builds(e.MessageArrived, st.just("m"), ids, names, names, flags, rooms),
    st.builds(e.ApplicationMessageArrived, ids, names, st.just({"a": 1}), flags, rooms),
    st.builds(e.ActionReported, st.sampled_from(["mute", "mute-all", "drop", "lock", "x"]), ids, st.none() | ids),
    st.builds(
        e.Transferred,
        st.sampled_from(["other", "standup"]),
        st.just(TOKEN),
        st.sampled_from(["conference", "breakout", "main"]),
    ),
    st.builds(e.Disconnected, errors, st.just("#pex1")),
    st.builds(e.RequestDone, tickets, flags, st.sampled_from([0, 4101]), st.sampled_from(["", "No."])),
    st.just(e.MediaConnected()),
    st.just(e.OfferArrived("v=0")),
    st.just(e.MediaLost("No packets.")),
    st.builds(e.PictureStarted, st.just(StreamId("v0")), st.just(640), st.just(360)),
    st.builds(e.DeviceFailed, st.just("camera"), st.just("No camera.")),
    st.builds(e.DeviceChosen, tickets, st.sampled_from(["", "No."])),
    st.just(e.Tick()),
)
wishes = st.one_of(
    st.builds(
        c.Join,
        st.sampled_from([LINK, MeetingLink("http://127.0.0.1:1", "other", TOKEN)]),
        names,
        st.sampled_from(["", PIN]),
        microphone_on=flags,
        with_media=flags,
    ),
    st.builds(c.GivePin, st.sampled_from(["", PIN])),
    st.builds(c.RunLine, lines, tickets),
    st.builds(c.ShowSlots, st.lists(st.tuples(st.integers(-5, 9999), st.integers(0, 99)), max_size=3).map(tuple)),
    st.builds(c.ReadChat, st.sampled_from(["", "ada"])),
    st.builds(c.Dismiss, st.integers(0, 50)),
)
# most runs get into a meeting: what happens before is short
entry: list[Any] = [
    c.Join(LINK, "Mira", PIN),
    e.PinNeeded(True, True),
    e.JoinAccepted(ParticipantId("me"), Role.MODERATOR, "Mira", "standup", parts=frozenset({"slots", "volumes"})),
    e.StreamOpened(),
    e.RosterSyncBegan(MAIN_ROOM),
    e.ParticipantCreated(MAIN_ROOM, Participant(ParticipantId("me"), "Mira", Role.MODERATOR)),
    e.ParticipantCreated(MAIN_ROOM, Participant(ParticipantId("ada"), "Ada")),
    e.RosterSynced(MAIN_ROOM),
]
steps = st.tuples(
    st.sampled_from([[], entry, entry, entry]),
    st.lists(st.tuples(st.one_of(events, wishes), st.sampled_from([0.0, 0.1, 1.0, 16.0])), max_size=40),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_no_order_of_inputs_breaks_anything(run: tuple[list[Any], list[tuple[Any, float]]]) -> None:
    before, inputs = run
    session = Session(lambda: 0.5)
    now = 10.0
    asked: list[tuple[Ticket, str]] = []
    answered: list[tuple[Ticket, str]] = []
    for item, wait in [*((item, 0.0) for item in before), *inputs]:
        now += wait
        old = session.state
        out = session.handle(item, now, 1_700_000_000 + now)
        if isinstance(item, c.RunLine):
            asked.append((item.ticket, item.line.strip()))
        answered += [(effect.ticket, effect.line) for effect in out if isinstance(effect, fx.Answer)]
        check_state(session.state)
        check_secrets(session.state, out)
        if old.phase is Phase.ENDED and not isinstance(item, c.Join):
            assert session.state is old, item
        timer = session.next_timer()
        if isinstance(item, e.Tick):
            assert timer is None or timer > now, "the session would ask for ticks for ever"
    out = session.handle(e.Tick(), now + 100.0, now)  # all that is open ends by time alone
    answered += [(effect.ticket, effect.line) for effect in out if isinstance(effect, fx.Answer)]
    assert [ticket for ticket, _ in answered] == [ticket for ticket, _ in asked]
    for (_, line), (_, told) in zip(asked, answered, strict=True):
        assert told == line or line.startswith(("promote", "transfer"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(events, st.builds(c.RunLine, lines, tickets)), max_size=30))
def test_every_line_is_answered_within_its_time(inputs: list[Any]) -> None:
    session = Session(lambda: 0.5)
    asked: list[Ticket] = []
    answers: list[Ticket] = []
    for number, item in enumerate([*entry, *inputs]):
        if isinstance(item, c.RunLine):
            item = c.RunLine(item.line, Ticket(100 + number))
            asked.append(item.ticket)
        out = session.handle(item, 10.0, 10.0)
        answers += [effect.ticket for effect in out if isinstance(effect, fx.Answer)]
    out = session.handle(e.Tick(), 25.1, 25.1)
    answers += [effect.ticket for effect in out if isinstance(effect, fx.Answer)]
    assert answers == asked


def check_state(state: MeetingState) -> None:
    """What holds of every state."""
    people_in = state.roster.people
    assert {entry.participant for entry in state.stage} <= set(people_in)
    assert len(state.notices) <= MAX_NOTICES
    assert len(state.chat.lines) <= MAX_LINES
    numbers = [notice.number for notice in state.notices]
    assert numbers == sorted(set(numbers))
    assert (state.pin_prompt is not None) is (state.phase is Phase.PIN)
    assert (state.ending is not None) is (state.phase is Phase.ENDED)
    if state.phase in (Phase.IDLE, Phase.ENDED, Phase.PIN):
        assert state.connection.signalling is Layer.OFF
        assert state.connection.media is Layer.OFF
        assert state.me is None
    if state.phase is Phase.WAITING:
        assert state.connection.media is Layer.OFF
    for who in people_in.values():
        assert who.display_name
        assert "\x1b" not in who.display_name
    assert len(sorted_people(state)) == len(people_in)
    assert state.current_room == MAIN_ROOM or state.current_room in state.breakouts
    assert set(state.rosters) | set(state.statuses) | set(state.presenters) <= {
        MAIN_ROOM, RoomId("b-1"), *state.breakouts,
    }  # fmt: skip
    assert {state.presentation.send, state.presentation.recv} <= set(WORDS)
    assert len(state.captions.lines) <= MAX_CAPTIONS
    assert all(line.is_final for line in state.captions.lines[:-1])
    shown = [room_name(state, room) for room in state.breakouts]
    shown += [level.name for level in classification_levels(state)] + [line.text for line in state.captions.lines]
    assert "\x1b" not in "".join(shown)
    if state.phase is not Phase.IN_MEETING:
        assert state.current_room == MAIN_ROOM
        assert state.presentation.file == ""
    assert len({notice.topic for notice in banners(state) if notice.topic}) == sum(
        bool(notice.topic) for notice in banners(state)
    )


def check_secrets(state: MeetingState, out: tuple[fx.Effect, ...]) -> None:
    """No PIN and no token is where somebody could read it."""
    shown = repr(state) + repr(out)
    for effect in out:
        if isinstance(effect, fx.Publish):
            shown += json.dumps(effect.event.payload)
    assert not any(secret in shown for secret in SECRETS)
