"""`join`: puts a client together for a Python program."""

from __future__ import annotations

import random
from importlib import import_module

from tui_meet.api.meeting import Meeting
from tui_meet.backends.base import Backend
from tui_meet.core.commands import Join
from tui_meet.core.links import parse_link
from tui_meet.core.session import Session
from tui_meet.media.devices.spec import DeviceKind, parse_spec
from tui_meet.media.types import MediaPlane
from tui_meet.runtime.driver import Driver


def join(
    link: str,
    *,
    name: str,
    pin: str = "",
    mic: str = "none",
    speaker: str = "none",
    camera: str = "none",
    media: bool = True,
) -> Meeting:
    """A meeting to enter by `async with`.

    `link` is `http(s)://HOST:PORT/ALIAS`; `mic`, `speaker` and `camera` are SPECs as on the command line (`default`,
    `file:PATH`, `tone:HZ`, `pattern`, `none`). `media=False` joins for control and chat alone. Raises `LinkError` or
    `ValueError` with a sentence for what cannot be used; everything else happens on entering.
    """
    specs: dict[DeviceKind, str] = {"microphone": mic, "speaker": speaker, "camera": camera}
    for kind, spec in specs.items():
        parse_spec(kind, spec)
    order = Join(
        parse_link(link),
        name,
        pin,
        with_media=media,
        microphone_on=mic != "none",
        camera_on=camera != "none",
    )

    # Loaded in the driver's worker threads: these imports are heavy, and a loop may be running already.
    def backend() -> Backend:
        made: Backend = import_module("tui_meet.backends.infinity.client").InfinityBackend()
        return made

    def plane() -> MediaPlane:
        made: MediaPlane = import_module("tui_meet.media.peer.plane").PeerMedia(mic, speaker, camera)
        return made

    return Meeting(Driver(Session(random.random), backend=backend, media=plane if media else None), order)
