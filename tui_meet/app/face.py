"""What every screen is given when it is made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tui_meet.app.marks import Marks, marks_for
from tui_meet.core.state import MeetingState
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import Levels, MediaStats
from tui_meet.render.capability import TerminalCapability
from tui_meet.runtime.driver import Driver

DeviceKind = Literal["microphone", "speaker", "camera"]


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device that can be chosen."""

    kind: DeviceKind
    spec: str
    """What `mic`, `speaker` or `cam` take."""
    name: str
    """As the system calls it."""
    chosen: bool = False


DeviceLister = Callable[[], tuple[DeviceRow, ...]]
"""Lists devices; may take a while, so it is called in a worker thread."""


@dataclass(frozen=True, slots=True)
class Face:
    """The meeting's driver and what the terminal can do."""

    driver: Driver
    capability: TerminalCapability
    devices: DeviceLister | None = None
    clock: Callable[[], float] = time.monotonic
    """Monotonic seconds, the same clock as the driver's."""
    wall: Callable[[], float] = time.time
    """Unix seconds."""
    marks: Marks = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", marks_for(self.capability.unicode))

    @property
    def state(self) -> MeetingState:
        """The newest state."""
        return self.driver.state

    @property
    def board(self) -> FrameBoard | None:
        """The pictures, once the media plane is there."""
        return self.driver.board

    @property
    def levels(self) -> Levels | None:
        """The latest loudness."""
        return self.driver.levels

    def statistics(self) -> MediaStats:
        """Figures of the running call."""
        return self.driver.statistics()
