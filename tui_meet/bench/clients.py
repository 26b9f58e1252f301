"""Clients without a face, for measurements: wired as the program wires them, but within this process."""

from __future__ import annotations

import random

from tui_meet.backends.infinity.client import InfinityBackend
from tui_meet.core.session import Session
from tui_meet.media.peer.plane import PeerMedia
from tui_meet.runtime.driver import Driver


def make_client(*, microphone: str = "none", camera: str = "none") -> Driver:
    """A client that plays to nobody."""
    return Driver(Session(random.random), backend=InfinityBackend, media=lambda: PeerMedia(microphone, "none", camera))
