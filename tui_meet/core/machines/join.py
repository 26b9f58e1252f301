"""Getting in: from the link to the meeting, through PIN and waiting room, and out again.

The phases are the machine's states; `PHASES` is its table. `Joining` is what has to be remembered on the way and must
never be shown: PIN and one-time token.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from tui_meet.core.commands import Join
from tui_meet.core.machines.table import Table
from tui_meet.core.model import MeetingLink
from tui_meet.core.state import Phase, PinPrompt

MAX_TRIES = 3
"""Wrong PINs after which we give up."""
NO_PIN = "none"
"""Joins as a participant without a PIN (wire document 1.2)."""


class Move(Enum):
    """What moves a client from phase to phase."""

    JOIN = "the person joins"
    ASK_PIN = "the meeting asks for a PIN that we do not have"
    GIVE_PIN = "the person gives a PIN"
    WAIT = "the meeting keeps us in the waiting room"
    ENTER = "the meeting lets us in"
    MOVE_ON = "the server sends us to another meeting"
    END = "it is over"


PHASES: Table[Phase, Move] = Table(
    "join",
    {
        (Phase.IDLE, Move.JOIN): Phase.JOINING,
        (Phase.ENDED, Move.JOIN): Phase.JOINING,
        (Phase.JOINING, Move.ASK_PIN): Phase.PIN,
        (Phase.PIN, Move.GIVE_PIN): Phase.JOINING,
        (Phase.JOINING, Move.WAIT): Phase.WAITING,
        (Phase.JOINING, Move.ENTER): Phase.IN_MEETING,
        (Phase.WAITING, Move.ENTER): Phase.IN_MEETING,
        (Phase.IN_MEETING, Move.WAIT): Phase.WAITING,
        (Phase.WAITING, Move.MOVE_ON): Phase.JOINING,
        (Phase.IN_MEETING, Move.MOVE_ON): Phase.JOINING,
        (Phase.JOINING, Move.END): Phase.ENDED,
        (Phase.PIN, Move.END): Phase.ENDED,
        (Phase.WAITING, Move.END): Phase.ENDED,
        (Phase.IN_MEETING, Move.END): Phase.ENDED,
    },
)


@dataclass(frozen=True, slots=True)
class Joining:
    """What we know and have tried. Never part of the state that faces see."""

    order: Join
    """As the person gave it."""
    link: MeetingLink
    """Where we are going; another than the order's after a transfer."""
    given: str = field(default="", repr=False)
    """The PIN that was sent last; the one that let us in, once we are in."""
    token: str = field(default="", repr=False)
    """One-time token: of an invitation in the link, or of a transfer."""
    tries_left: int = MAX_TRIES
    guest_needs_pin: bool = False
    home: Joining | None = None
    """In a breakout: how we got into the meeting that it belongs to."""


def begin(order: Join) -> Joining:
    """The person joins."""
    return Joining(order, order.link, token=order.link.invite)


def again(order: Join, let_in: Joining | None) -> Joining:
    """The person joins; where this is the meeting that let us in last, its PIN is remembered."""
    known = let_in is not None and (let_in.link.server, let_in.link.alias) == (order.link.server, order.link.alias)
    if let_in is not None and known and not order.pin and let_in.given != NO_PIN:
        order = replace(order, pin=let_in.given)
    return begin(order)


def move_on(joining: Joining, alias: str, token: str) -> Joining:
    """A transfer: another conference of the same server. The PIN of the old one is not taken along."""
    link = replace(joining.link, alias=alias, invite="")
    return Joining(replace(joining.order, link=link, pin=""), link, token=token)


def go_out(joining: Joining, alias: str, token: str) -> Joining:
    """Into a breakout, or from one to the next. The meeting it belongs to is remembered for coming back."""
    home = joining.home or replace(joining, token="")
    return replace(home, link=replace(home.link, alias=alias, invite=""), given="", token=token, home=home)


def come_home(joining: Joining, alias: str, token: str) -> Joining:
    """Back from a breakout with a one-time token; later with the PIN as before."""
    home = joining.home or joining
    return replace(home, link=replace(home.link, alias=alias or home.link.alias), token=token)


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Ask the person for a PIN."""

    prompt: PinPrompt


@dataclass(frozen=True, slots=True)
class TryPin:
    """Ask the server again, with `Joining.given`."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Too many wrong PINs."""


Answer = AskPerson | TryPin | GiveUp


def pin_needed(joining: Joining, host: bool, guest: bool) -> tuple[Joining, Answer]:
    """The server asks for a PIN.

    With the PIN of the join form that one is tried; without, where only moderators have one, the person comes in as a
    participant at once.
    """
    joining = replace(joining, guest_needs_pin=guest)
    if joining.given and joining.given != NO_PIN:
        return wrong_pin(joining)
    if not joining.given and joining.order.pin:
        return replace(joining, given=joining.order.pin), TryPin()
    if not joining.given and host and not guest:
        return replace(joining, given=NO_PIN), TryPin()
    # asked again although we said that we have none: then one is needed after all
    asked = replace(joining, guest_needs_pin=guest or joining.given == NO_PIN)
    return asked, AskPerson(PinPrompt(asked.guest_needs_pin, tries_left=asked.tries_left))


def wrong_pin(joining: Joining) -> tuple[Joining, Answer]:
    """The PIN that was tried is wrong. Saying that one has none is no try."""
    if joining.given in ("", NO_PIN):
        asked = replace(joining, guest_needs_pin=True)
        return asked, AskPerson(PinPrompt(True, tries_left=asked.tries_left))
    joining = replace(joining, tries_left=joining.tries_left - 1)
    if joining.tries_left <= 0:
        return joining, GiveUp()
    return joining, AskPerson(PinPrompt(joining.guest_needs_pin, wrong=True, tries_left=joining.tries_left))


def give_pin(joining: Joining, pin: str) -> Joining | None:
    """The person answered the prompt; None when the answer cannot be used (empty, but one is needed)."""
    pin = pin.strip()
    if not pin and joining.guest_needs_pin:
        return None
    return replace(joining, given=pin or NO_PIN)
