"""A session with a clock that tests turn by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from tui_meet.core.commands import Command, Join, RunLine
from tui_meet.core.effects import Answer, Effect, Publish
from tui_meet.core.events import (
    Event,
    JoinAccepted,
    MediaConnected,
    ParticipantCreated,
    RequestDone,
    RosterSyncBegan,
    RosterSynced,
    StreamOpened,
    Tick,
)
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, Ticket
from tui_meet.core.model import MeetingLink, Participant, Role
from tui_meet.core.session import Session
from tui_meet.core.state import MeetingState, Phase, Roster

T = TypeVar("T")
LINK = MeetingLink("http://127.0.0.1:8080", "standup")
ME = ParticipantId("u-me")
ADA = ParticipantId("u-ada")
BOB = ParticipantId("u-bob")
GRACE = ParticipantId("u-grace")
ALL_PARTS = frozenset({"slots", "volumes", "actors"})


def person(id_: ParticipantId, name: str, joined_at: float = 1.0, **fields: Any) -> Participant:
    """Somebody."""
    return Participant(id_, name, joined_at=joined_at, **fields)


MYSELF = person(ME, "Mira", 1.0)
PEOPLE = (person(ADA, "Ada Lovelace", 2.0), person(BOB, "Bob", 3.0))


def state_with(*people: Participant, **fields: Any) -> MeetingState:
    """A state in a meeting, without a session."""
    from_defaults = MeetingState()
    return replace(from_defaults, me=ME, rosters={MAIN_ROOM: Roster({p.id: p for p in people})}, **fields)


class Meeting:
    """Feeds a session and keeps what came out."""

    def __init__(self, chance: float = 0.5, max_slots: int = 9) -> None:
        self.session = Session(lambda: chance, max_slots)
        self.now = 100.0
        self.out: list[Effect] = []
        self._tickets = 1000

    @property
    def state(self) -> MeetingState:
        return self.session.state

    def is_in(self, phase: Phase) -> bool:
        """A method, so that the type checker does not take the phase for settled."""
        return self.state.phase is phase

    @property
    def wall(self) -> float:
        return 1_700_000_000.0 + self.now

    def feed(self, *items: Event | Command) -> list[Effect]:
        """Feed inputs at this moment; returns what they led to."""
        out: list[Effect] = []
        for item in items:
            out.extend(self.session.handle(item, self.now, self.wall))
        self.out.extend(out)
        return out

    def run(self, line: str) -> list[Effect]:
        """Run a command line with a ticket of its own."""
        self._tickets += 1
        return self.feed(RunLine(line, Ticket(self._tickets)))

    def ask(self, line: str, *, ok: bool = True, code: int = 0, message: str = "") -> Answer:
        """Run a line, let the server answer every request of it, return the answer."""
        out = self.run(line)
        for effect in list(out):
            ticket: Ticket = getattr(effect, "ticket", NO_TICKET)
            if ticket != NO_TICKET and not isinstance(effect, Answer):
                out += self.feed(RequestDone(ticket, ok, code, message))
        answers = of_type(out, Answer)
        assert len(answers) == 1, answers
        return answers[0]

    def settle(self) -> None:
        """Let the picture become older than the last answer."""
        self.now += 2.0

    def later(self, seconds: float) -> list[Effect]:
        """Let time pass, with the ticks that the session asks for."""
        end = self.now + seconds
        out: list[Effect] = []
        for _ in range(1000):
            due = self.session.next_timer()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            out += self.feed(Tick())
        else:
            raise AssertionError("the session asks for ticks without end")
        self.now = end
        return out

    def texts(self) -> list[str]:
        return [notice.text for notice in self.state.notices]


def of_type(effects: Iterable[Effect], kind: type[T]) -> list[T]:
    """Effects of one type."""
    return [effect for effect in effects if isinstance(effect, kind)]


def published(effects: Iterable[Effect]) -> list[str]:
    """Names of the public events."""
    return [effect.event.name for effect in of_type(effects, Publish)]


def payload(effects: Iterable[Effect], name: str) -> dict[str, Any]:
    """Payload of the one public event with this name."""
    found = [effect.event.payload for effect in of_type(effects, Publish) if effect.event.name == name]
    assert len(found) == 1, (name, found)
    return dict(found[0])


def accepted(role: Role = Role.MODERATOR, parts: frozenset[str] = ALL_PARTS, **fields: Any) -> JoinAccepted:
    """The server lets us in."""
    return JoinAccepted(ME, role, "Mira", "standup", "Daily standup", parts=parts, **fields)


def roster(*people: Participant) -> list[Event]:
    """A full sync."""
    created = [ParticipantCreated(MAIN_ROOM, p) for p in people]
    return [RosterSyncBegan(MAIN_ROOM), *created, RosterSynced(MAIN_ROOM)]


def in_meeting(role: Role = Role.MODERATOR, *, parts: frozenset[str] = ALL_PARTS, **join: Any) -> Meeting:
    """A meeting with Mira (us), Ada and Bob in it, media up."""
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", **join), accepted(role, parts), StreamOpened())
    meeting.feed(*roster(replace(MYSELF, role=role), *PEOPLE), MediaConnected())
    meeting.out.clear()
    return meeting
