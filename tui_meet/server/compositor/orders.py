"""What the event loop tells the composing thread: pictures wanted, and encoded pictures of those shown in them.

Written by the loop, read by the thread. Every hand-over is one atomic operation (assignment, `append`, `popleft`), so
that there is no lock on which the loop could wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu.assembler import EncodedFrame

SLIDES = "\0slides"
"""Source name of the presentation; no participant's id begins like this."""
INTAKE_LIMIT = 30
"""pictures, 2 s: beyond that everything up to the next keyframe is dropped"""


@dataclass(frozen=True, slots=True)
class Order:
    """One distinct picture."""

    key: int
    picture: Picture
    codecs: tuple[str, ...]
    """`VP8` and `H264`, as its viewers need."""


class Intake:
    """Encoded pictures of one source on their way to the thread. Bounded; a later one is worth nothing without its
    predecessors, so an overflow drops all up to the next keyframe.

    Attributes:
        dropped: pictures dropped.
    """

    def __init__(self, limit: int = INTAKE_LIMIT) -> None:
        self._limit = limit
        self._frames: deque[EncodedFrame] = deque()
        self._waiting = True
        self.dropped = 0

    def put(self, frame: EncodedFrame) -> bool:
        """Take a picture, on the loop. True: a keyframe is needed."""
        if len(self._frames) >= self._limit:
            self.dropped += len(self._frames)
            self._frames.clear()
            self._waiting = True
        if self._waiting and not frame.keyframe:
            self.dropped += 1
            return True
        self._waiting = False
        self._frames.append(frame)
        return False

    def take(self) -> list[EncodedFrame]:
        """All that is there, in the thread."""
        frames: list[EncodedFrame] = []
        try:
            while True:
                frames.append(self._frames.popleft())
        except IndexError:
            return frames


@dataclass(slots=True)
class Orders:
    """Everything the thread looks at. The loop assigns whole new values and never changes one in place."""

    pictures: tuple[Order, ...] = ()
    intakes: Mapping[str, Intake] = field(default_factory=dict)
    """By source."""
    dark: frozenset[str] = frozenset()
    """Sources that have no camera, or whose pictures are not let through: shown as cards."""
    talkers: frozenset[str] = frozenset()
    slides: int = 0
    """Number of the presentation that is on, 0 for none: another one never begins with the last one's slide."""
    stopped: bool = False
    _wishes: deque[tuple[int, str]] = field(default_factory=deque)

    def wish_keyframe(self, key: int, codec: str) -> None:
        """On the loop: the next picture of this key is to be a keyframe."""
        self._wishes.append((key, codec))

    def take_keyframe_wishes(self) -> set[tuple[int, str]]:
        """In the thread: all wishes since the last time, joined."""
        wishes: set[tuple[int, str]] = set()
        try:
            while True:
                wishes.add(self._wishes.popleft())
        except IndexError:
            return wishes
