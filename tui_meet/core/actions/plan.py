"""What a command comes to, before anything of it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tui_meet.core.answers import Settle
from tui_meet.core.effects import ChooseDevice, Effect, FaceCommand, Present, Request, TurnPage
from tui_meet.core.model import LocalMedia
from tui_meet.core.parsing import Invocation
from tui_meet.core.state import MeetingState


class Then(Enum):
    """What else follows."""

    NOTHING = "nothing"
    LEAVE = "leave"
    QUIT = "quit"
    END = "end"
    """The meeting is over for us when the server has agreed."""
    STOP_PRESENTING = "stop presenting"


Asked = Request | ChooseDevice | FaceCommand | Present | TurnPage
"""What is answered by `RequestDone`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command comes to."""

    message: str
    """Answer when all goes well."""
    requests: tuple[Asked, ...] = ()
    """Waited for; each gets its own ticket in place of the one it was made with."""
    after: tuple[Asked, ...] = ()
    """Ordered when all of `requests` went well, and waited for as they are."""
    effects: tuple[Effect, ...] = ()
    """Ordered at once, nobody waits for them."""
    local: LocalMedia | None = None
    """Own devices from now on."""
    settle: Settle | None = None
    """What the answers change in the state."""
    echo: tuple[str, str | None] | None = None
    """A chat line as it is sent, and to whom in private."""
    then: Then = Then.NOTHING
    secret: str = field(default="", repr=False)
    """A word at the end of the line that must not be shown."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What an action may look at."""

    state: MeetingState
    wall: float
    """Unix seconds."""
    line_number: int
    """Counts lines; makes ids of own chat lines."""


Action = Callable[[Invocation, Scene], Plan]
"""Raises `CommandError` when the command makes no sense now."""
