"""Staying in: two layers, signalling and media, that come back by themselves.

`SIGNALLING` and `MEDIA` are the tables. A `Leg` is where one layer stands, and when something is due; the steps are
plain functions of (leg, now) that say nothing about effects: entering a state has one meaning, and the caller carries
it out (`OPENING` opens the stream, `SIGNING_IN` asks for a new token, `CALLING` places the call).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

from tui_meet.core.machines.table import Table
from tui_meet.core.state import Layer

PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt; the last one repeats."""
JITTER = 0.2
"""Pauses vary by this part of themselves, so that clients do not all come at once."""
WINDOW = 60.0
"""Seconds after which we give up."""
STABLE = 5.0
"""Seconds a layer must hold before the next loss counts as a new one."""


class Signalling(Enum):
    """Where signalling stands."""

    OFF = "off"
    OPENING = "opening"
    """The event stream was asked for."""
    UP = "up"
    PAUSED = "paused"
    """Before the stream is asked for again."""
    SIGNING_IN = "signing in"
    """A new token was asked for, with the same name and PIN."""
    SIGN_IN_PAUSED = "sign-in paused"
    """Before the token is asked for again."""


class SignallingMove(Enum):
    """What happens to signalling."""

    OPEN = "a token is there"
    OPENED = "the stream is open"
    LOST = "no answer, or the stream ended"
    FORGOTTEN = "the server does not know the token"
    DUE = "the pause is over"
    STOP = "it is over"


_S, _SM = Signalling, SignallingMove
SIGNALLING: Table[Signalling, SignallingMove] = Table(
    "signalling",
    {
        (_S.OFF, _SM.OPEN): _S.OPENING,
        (_S.OPENING, _SM.OPENED): _S.UP,
        (_S.OPENING, _SM.LOST): _S.PAUSED,
        (_S.OPENING, _SM.FORGOTTEN): _S.SIGN_IN_PAUSED,
        (_S.UP, _SM.OPENED): _S.UP,
        (_S.UP, _SM.LOST): _S.PAUSED,
        (_S.UP, _SM.FORGOTTEN): _S.SIGN_IN_PAUSED,
        (_S.PAUSED, _SM.DUE): _S.OPENING,
        (_S.PAUSED, _SM.OPENED): _S.UP,
        (_S.PAUSED, _SM.FORGOTTEN): _S.SIGN_IN_PAUSED,
        (_S.SIGN_IN_PAUSED, _SM.DUE): _S.SIGNING_IN,
        (_S.SIGNING_IN, _SM.OPEN): _S.OPENING,
        (_S.SIGNING_IN, _SM.LOST): _S.SIGN_IN_PAUSED,
        **{(state, _SM.STOP): _S.OFF for state in _S},
    },
)


class Media(Enum):
    """Where media stands."""

    OFF = "off"
    CALLING = "calling"
    """A call was placed."""
    UP = "up"
    PAUSED = "paused"
    """Before the next call."""


class MediaMove(Enum):
    """What happens to media."""

    CALL = "a call is wanted"
    CONNECTED = "packets flow both ways"
    LOST = "the transport is gone"
    DUE = "the pause is over"
    STOP = "no call is wanted"


_M, _MM = Media, MediaMove
MEDIA: Table[Media, MediaMove] = Table(
    "media",
    {
        (_M.OFF, _MM.CALL): _M.CALLING,
        (_M.CALLING, _MM.CALL): _M.CALLING,
        (_M.CALLING, _MM.CONNECTED): _M.UP,
        (_M.CALLING, _MM.LOST): _M.PAUSED,
        (_M.UP, _MM.CALL): _M.CALLING,
        (_M.UP, _MM.LOST): _M.PAUSED,
        (_M.PAUSED, _MM.CALL): _M.CALLING,
        (_M.PAUSED, _MM.DUE): _M.CALLING,
        **{(state, _MM.STOP): _M.OFF for state in _M},
    },
)

S = TypeVar("S", bound=Enum)


@dataclass(frozen=True, slots=True)
class Leg(Generic[S]):
    """One layer: its state and its account of attempts. Times are monotonic seconds."""

    state: S
    attempts: int = 0
    """Attempts since the layer was lost; kept until it has held for `STABLE`."""
    due_at: float | None = None
    """When the pause is over; None when there is none."""
    lost_since: float | None = None
    up_since: float | None = None


SignallingLeg = Leg[Signalling]
MediaLeg = Leg[Media]
SIGNALLING_OFF: SignallingLeg = Leg(Signalling.OFF)
MEDIA_OFF: MediaLeg = Leg(Media.OFF)


def lost(leg: Leg[S], paused: S, now: float, chance: Callable[[], float]) -> Leg[S]:
    """The leg after a loss, in its pause. The first attempt of an outage comes at once."""
    held = leg.up_since is not None and now - leg.up_since >= STABLE
    if leg.lost_since is None or held:
        return Leg(paused, attempts=1, due_at=now + _pause(0, chance), lost_since=now)
    return Leg(paused, attempts=leg.attempts + 1, due_at=now + _pause(leg.attempts, chance), lost_since=leg.lost_since)


def up(leg: Leg[S], state: S, now: float) -> Leg[S]:
    """The leg after it came up. What an outage has cost stays known until it has held for a while."""
    since = now if leg.up_since is None else leg.up_since
    return replace(leg, state=state, due_at=None, up_since=since)


def trying(leg: Leg[S], state: S) -> Leg[S]:
    """The leg with an attempt under way."""
    return replace(leg, state=state, due_at=None, up_since=None)


def gives_up_at(leg: SignallingLeg) -> float | None:
    """When it is over unless signalling comes back."""
    if leg.lost_since is None or leg.state in (Signalling.UP, Signalling.OFF):
        return None
    return leg.lost_since + WINDOW


def signalling_layer(leg: SignallingLeg) -> Layer:
    """As shown on screen."""
    if leg.state is Signalling.OFF:
        return Layer.OFF
    if leg.state is Signalling.UP:
        return Layer.UP
    return Layer.CONNECTING if leg.lost_since is None else Layer.LOST


def media_layer(leg: MediaLeg) -> Layer:
    """As shown on screen."""
    if leg.state is Media.OFF:
        return Layer.OFF
    if leg.state is Media.UP:
        return Layer.UP
    return Layer.CONNECTING if leg.lost_since is None else Layer.LOST


def _pause(attempts: int, chance: Callable[[], float]) -> float:
    pause = PAUSES[min(attempts, len(PAUSES) - 1)]
    return pause * (1 + JITTER * (2 * min(max(chance(), 0.0), 1.0) - 1))
