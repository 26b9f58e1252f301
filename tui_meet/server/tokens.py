"""Who holds which token. Pure: tokens and `now` come in as arguments.

Only digests are kept and looked up, so the time of a look-up tells nothing about a token. Refreshing and releasing
follow the wire document, 2.1.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256

PREVIOUS_SECONDS = 30.0
"""A refreshed token answers this much longer: requests with it may be under way."""
RETIRED_SECONDS = 60.0
"""After the end of somebody's stay the token is known this long, to accept a late release and to say the reason."""
MAX_PREVIOUS = 8
MAX_RETIRED = 4096
MAX_ONE_TIME = 4096
"""One-time tokens out at a time; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is."""

    alias: str
    uuid: str


@dataclass(slots=True)
class _Tokens:
    current: bytes
    previous: list[tuple[bytes, float]] = field(default_factory=list)
    """Digest and end of validity."""


class TokenTable:
    """Tokens of everybody in every conference."""

    def __init__(self) -> None:
        self._holders: dict[bytes, tuple[Holder, float | None]] = {}
        self._tokens: dict[Holder, _Tokens] = {}
        self._retired: OrderedDict[bytes, tuple[Holder, str, float]] = OrderedDict()

    def issue(self, token: str, holder: Holder) -> None:
        """The first token of somebody."""
        digest = _digest(token)
        self._holders[digest] = (holder, None)
        self._tokens[holder] = _Tokens(digest)

    def refresh(self, token: str, holder: Holder, now: float) -> None:
        """A new token for somebody; the ones before end soon."""
        tokens = self._tokens[holder]
        until = now + PREVIOUS_SECONDS
        self._holders[tokens.current] = (holder, until)
        tokens.previous.append((tokens.current, until))
        live = [(digest, end) for digest, end in tokens.previous if end > now][-MAX_PREVIOUS:]
        for digest, _ in tokens.previous:
            if digest not in [kept for kept, _ in live]:
                self._holders.pop(digest, None)
        tokens.previous = live
        tokens.current = _digest(token)
        self._holders[tokens.current] = (holder, None)

    def find(self, token: str, now: float) -> Holder | None:
        """Who holds this token now."""
        holder, until = self._holders.get(_digest(token), (None, None))
        return holder if until is None or until > now else None

    def retire(self, holder: Holder, reason: str, now: float) -> None:
        """The holder's stay has ended; none of the tokens is good any more."""
        tokens = self._tokens.pop(holder, None)
        if tokens is None:
            return
        for digest in (tokens.current, *(digest for digest, _ in tokens.previous)):
            self._holders.pop(digest, None)
            self._retired[digest] = (holder, reason, now + RETIRED_SECONDS)
        while self._retired and (len(self._retired) > MAX_RETIRED or next(iter(self._retired.values()))[2] <= now):
            self._retired.popitem(last=False)

    def farewell(self, token: str, holder_alias: str, now: float) -> str | None:
        """Why the stay of this token's holder ended ("" = left by themself); None for a token not known."""
        entry = self._retired.get(_digest(token))
        if entry is None or entry[2] <= now or entry[0].alias != holder_alias:
            return None
        return entry[1]


@dataclass(frozen=True, slots=True)
class Admission:
    """What a one-time token stands for."""

    alias: str
    """Of the conference it lets into."""
    pass_id: str
    """There (`tui_meet.server.rooms.meeting.Pass`); what it allows, and whether it is used, is decided there."""
    leaves: Holder | None = None
    """Whose stay in another conference ends with it."""


class OneTimeTokens:
    """Tokens of `refer` events, each good once and for a short time. Only digests are kept."""

    def __init__(self) -> None:
        self._admissions: OrderedDict[bytes, tuple[Admission, float]] = OrderedDict()

    def issue(self, token: str, admission: Admission, until: float, now: float) -> None:
        """A new token, good until then."""
        while self._admissions and (
            len(self._admissions) >= MAX_ONE_TIME or next(iter(self._admissions.values()))[1] <= now
        ):
            self._admissions.popitem(last=False)
        self._admissions[_digest(token)] = (admission, until)

    def use(self, token: str, alias: str, now: float) -> Admission | None:
        """What the token stands for, once; None for one that is unknown, used, over, or for another conference."""
        digest = _digest(token)
        entry = self._admissions.get(digest)
        if entry is None or entry[0].alias != alias:
            return None
        del self._admissions[digest]
        return entry[0] if entry[1] > now else None


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
