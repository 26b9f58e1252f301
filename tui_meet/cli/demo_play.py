"""Who of the demo's people does what when: a small machine without I/O, clock or chance.

Facts about the people go in with the time, acts come out. The acts are what any person could do: come, go, and lines
of the registry's command language.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui_meet.cli import demo_script as script

COMES_BACK_AFTER = 20.0
"""Seconds until somebody who was thrown out or turned away knocks again."""
FIRST_KNOCK, NEXT_KNOCK = 7.0, 45.0
"""Seconds after the start, and after the last newcomer was let in or turned away."""
HAND_AT, HAND_STAYS, NEXT_HAND = 4.0, 90.0, 40.0
"""Seconds: the first hand after the start, how long one stays up if nobody lowers it, until the next one."""
ANSWERS_AFTER = 1.6
"""Seconds to type an answer."""
ALL_AT_ONCE = 3
"""This many muted within `ANSWERS_AFTER` are taken for "everybody": one speaks for all."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in the meeting."""

    who: str


@dataclass(frozen=True, slots=True)
class Knocking:
    """Somebody is in the waiting room."""

    who: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody's meeting is over: thrown out, turned away, or the end for all."""

    who: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """Somebody was muted by the conference, or is no longer."""

    who: str
    muted: bool


@dataclass(frozen=True, slots=True)
class HandLowered:
    """Somebody's hand went down without their doing."""

    who: str


@dataclass(frozen=True, slots=True)
class Spotlit:
    """Somebody was put into the spotlight."""

    who: str


@dataclass(frozen=True, slots=True)
class Promoted:
    """Somebody was made a moderator."""

    who: str


@dataclass(frozen=True, slots=True)
class PrivateLine:
    """A person wrote to somebody in private."""

    who: str
    sender: str
    """Participant uuid."""
    text: str


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A person (not one of the cast) wrote to everybody; told once, by whoever saw it first."""

    text: str


@dataclass(frozen=True, slots=True)
class Due:
    """The time of `next_timer` has come."""


Fact = Entered | Knocking | Gone | Silenced | HandLowered | Spotlit | Promoted | PrivateLine | PublicLine | Due


@dataclass(frozen=True, slots=True)
class Come:
    """Join the meeting."""

    who: str


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the meeting."""

    who: str


@dataclass(frozen=True, slots=True)
class Run:
    """Run a command line."""

    who: str
    line: str


Act = Come | Go | Run


@dataclass(frozen=True, slots=True)
class _Complain:
    who: str


@dataclass(frozen=True, slots=True)
class _NextChat:
    pass


@dataclass(frozen=True, slots=True)
class _NextHand:
    pass


@dataclass(frozen=True, slots=True)
class _NextKnock:
    pass


_Plan = Come | Go | Run | _Complain | _NextChat | _NextHand | _NextKnock


@dataclass(slots=True)
class _Person:
    present: bool = False
    waiting: bool = False
    expected: bool = False
    """Asked to come, or due to."""
    muted_at: float | None = None
    hand_up: bool = False
    was_here: bool = False


@dataclass(order=True, slots=True)
class _Entry:
    at: float
    number: int
    plan: _Plan = field(compare=False)


class Play:
    """The demo's people. `start` is the monotonic time in seconds at which it begins."""

    def __init__(self, start: float) -> None:
        self._people = {actor.name: _Person() for actor in script.CAST}
        self._agenda: list[_Entry] = []
        self._numbers = 0
        self._chat_line = 0
        self._hand = 0
        self._newcomer: str | None = None
        for actor in script.CAST:
            if actor.comes is not None:
                self._expect(actor.name, start + actor.comes)
        self._plan(start + script.CHAT[0][0] + 1.0, _NextChat())
        self._plan(start + HAND_AT, _NextHand())
        self._plan(start + FIRST_KNOCK, _NextKnock())

    def next_timer(self) -> float:
        """Monotonic time at which `Due` is to be told."""
        return self._agenda[0].at

    def handle(self, fact: Fact, now: float) -> tuple[Act, ...]:
        """Take in a fact; the acts are to be carried out in this order. Facts about unknown people are ignored."""
        who = getattr(fact, "who", None)
        if who is None or who in self._people:
            self._take_in(fact, now)
        return tuple(self._due(now))

    def _take_in(self, fact: Fact, now: float) -> None:
        match fact:
            case Entered():
                self._entered(fact.who, now)
            case Knocking():
                self._people[fact.who].waiting = True
            case Gone():
                self._gone(fact.who, now)
            case Silenced():
                self._silenced(fact.who, fact.muted, now)
            case HandLowered():
                self._hand_lowered(fact.who, now)
            case Spotlit():
                self._say(fact.who, script.SPOTLIT, now)
            case Promoted():
                self._say(fact.who, script.PROMOTED, now)
            case PrivateLine():
                answer = _answer(fact.text, script.PRIVATE_ANSWERS, script.PRIVATE_DEFAULT).format(me=fact.who)
                self._plan(now + ANSWERS_AFTER, Run(fact.who, f"dm {fact.sender} {answer}"))
            case PublicLine():
                self._answer_all(fact.text, now)
            case Due():
                return  # what is due is done after every fact

    # what is due

    def _due(self, now: float) -> Iterator[Act]:
        while self._agenda and self._agenda[0].at <= now:
            plan = heapq.heappop(self._agenda).plan
            match plan:
                case Come():
                    yield plan
                case Go():
                    if self._people[plan.who].present:
                        yield plan
                case Run():
                    yield from self._run(plan)
                case _Complain():
                    yield from self._complain(plan.who, now)
                case _NextChat():
                    yield from self._next_chat(now)
                case _NextHand():
                    yield from self._next_hand(now)
                case _NextKnock():
                    self._next_knock(now)

    def _run(self, act: Run) -> Iterator[Act]:
        person = self._people[act.who]
        if not person.present:
            return
        if act.line == "hand down":
            if not person.hand_up:
                return
            person.hand_up = False
        yield act

    def _next_chat(self, now: float) -> Iterator[Act]:
        _pause, who, text = script.CHAT[self._chat_line]
        self._chat_line = (self._chat_line + 1) % len(script.CHAT)
        spoken = self._people[who].present
        # a line of somebody who is not there is left out without a long silence
        self._plan(now + (script.CHAT[self._chat_line][0] if spoken else 1.0), _NextChat())
        if spoken:
            yield Run(who, f"say {text}")

    def _next_hand(self, now: float) -> Iterator[Act]:
        who, _thanks = script.HANDS[self._hand]
        self._hand = (self._hand + 1) % len(script.HANDS)
        person = self._people[who]
        if not person.present or person.hand_up:
            self._plan(now + 5.0, _NextHand())
            return
        person.hand_up = True
        self._plan(now + HAND_STAYS, Run(who, "hand down"))
        self._plan(now + HAND_STAYS + NEXT_HAND, _NextHand())
        yield Run(who, "hand up")

    def _next_knock(self, now: float) -> None:
        """Somebody new comes; when all are there, one of the newcomers has to go, and knocks again later."""
        outside = [a.name for a in script.CAST if a.comes is None and not self._is_about(a.name)]
        if outside:
            self._newcomer = outside[0]
            self._expect(outside[0], now)
            return
        guests = [a.name for a in script.CAST if a.comes is None and self._people[a.name].present]
        if guests:
            self._plan(now, Run(guests[0], f"say {script.LEAVING}"))
            self._plan(now + 2.0, Go(guests[0]))
        self._plan(now + NEXT_KNOCK, _NextKnock())

    def _complain(self, who: str, now: float) -> Iterator[Act]:
        person = self._people[who]
        if person.muted_at is None or not person.present:
            return
        together = [
            name
            for name, other in self._people.items()
            if other.muted_at is not None and abs(other.muted_at - person.muted_at) < ANSWERS_AFTER
        ]
        if len(together) < ALL_AT_ONCE:
            yield Run(who, f"say {script.BY_NAME[who].complaint}")
        elif together[0] == who:
            yield Run(who, f"say {script.ALL_MUTED}")

    # what happened

    def _entered(self, who: str, now: float) -> None:
        person = self._people[who]
        if person.present:
            return
        if person.was_here:
            self._say(who, script.BACK, now)
        person.present, person.waiting, person.expected, person.was_here = True, False, False, True
        if who == self._newcomer:
            self._newcomer = None
            self._plan(now + NEXT_KNOCK, _NextKnock())

    def _gone(self, who: str, now: float) -> None:
        person = self._people[who]
        was_newcomer = who == self._newcomer
        person.present = person.waiting = person.expected = person.hand_up = False
        person.muted_at = None
        if was_newcomer:
            self._newcomer = None
            self._plan(now + NEXT_KNOCK, _NextKnock())
        else:
            self._expect(who, now + COMES_BACK_AFTER)

    def _silenced(self, who: str, muted: bool, now: float) -> None:
        person = self._people[who]
        if muted and person.muted_at is None:
            person.muted_at = now
            self._plan(now + ANSWERS_AFTER, _Complain(who))
        elif not muted and person.muted_at is not None:
            together = sum(1 for other in self._people.values() if other.muted_at is not None)
            person.muted_at = None
            if together == 1:  # of many who are unmuted together the last one says it
                self._say(who, script.UNMUTED, now)

    def _hand_lowered(self, who: str, now: float) -> None:
        person = self._people[who]
        if not person.hand_up:
            return
        person.hand_up = False
        thanks = dict(script.HANDS).get(who)
        if thanks:
            self._say(who, thanks, now)

    def _answer_all(self, text: str, now: float) -> None:
        there = [name for name, person in self._people.items() if person.present]
        if there:
            who = there[len(text) % len(there)]
            self._say(who, _answer(text, script.PUBLIC_ANSWERS, script.PUBLIC_DEFAULT), now)

    # plans

    def _say(self, who: str, text: str, now: float) -> None:
        self._plan(now + ANSWERS_AFTER, Run(who, f"say {text}"))

    def _expect(self, who: str, at: float) -> None:
        self._people[who].expected = True
        self._plan(at, Come(who))

    def _is_about(self, who: str) -> bool:
        person = self._people[who]
        return person.present or person.waiting or person.expected

    def _plan(self, at: float, plan: _Plan) -> None:
        self._numbers += 1
        heapq.heappush(self._agenda, _Entry(at, self._numbers, plan))


def _answer(text: str, answers: tuple[tuple[tuple[str, ...], str], ...], default: str) -> str:
    lowered = text.lower()
    words = {word.strip(".,;:!?") for word in lowered.split()}
    for triggers, answer in answers:
        if any(trigger in words or (trigger == "?" and "?" in lowered) for trigger in triggers):
            return answer
    return default
