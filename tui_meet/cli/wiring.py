"""Puts a client together: the core, the meeting system and the media plane that it is to have."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tui_meet.backends.base import Backend
    from tui_meet.config.load import Configuration
    from tui_meet.core.commands import Join
    from tui_meet.core.model import MeetingLink
    from tui_meet.media.types import MediaPlane
    from tui_meet.runtime.driver import Driver

Kind = Literal["microphone", "speaker", "camera"]
Chosen = dict[Kind, str]
"""SPECs by kind of device; kept up to date while the client runs."""


def make_driver(chosen: Chosen, *, with_media: bool = True) -> Driver:
    """A client over the Infinity API and a peer connection; heavy modules load when it first needs them.

    A device that is chosen in the meeting is written into `chosen`.
    """
    from tui_meet.core.session import Session
    from tui_meet.runtime.driver import Driver

    def backend() -> Backend:
        from tui_meet.backends.infinity.client import InfinityBackend

        return InfinityBackend()

    def media() -> MediaPlane:
        from tui_meet.media.peer.plane import PeerMedia

        class Media(PeerMedia):
            async def choose(self, kind: Kind, spec: str) -> None:
                await super().choose(kind, spec)
                chosen[kind] = spec

        return Media(**chosen)

    return Driver(Session(random.random), backend=backend, media=media if with_media else None)


def chosen_devices(configuration: Configuration) -> Chosen:
    """The devices that the settings ask for."""
    return {
        "microphone": configuration.text("mic"),
        "speaker": configuration.text("speaker"),
        "camera": configuration.text("camera"),
    }


def join_for(configuration: Configuration, link: MeetingLink, *, with_media: bool = True) -> Join:
    """The wish to join that the settings make. A microphone or camera that is `none` is off, and others see it so."""
    from tui_meet.core.commands import Join

    return Join(
        link,
        configuration.text("name"),
        configuration.text("pin"),
        with_media=with_media,
        microphone_on=configuration.text("mic") != "none",
        camera_on=configuration.text("camera") != "none",
        try_resume=configuration.switch("try_resume"),
    )
