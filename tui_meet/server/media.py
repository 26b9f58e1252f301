"""What the conferences need of the media of a room; `tui_meet.server.sfu` is the real one, tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from tui_meet.server.rooms.picture import Picture as Picture

MediaState = Literal["connected", "lost"]


class MediaRoom(Protocol):
    """Media connections of one room. Every method runs on the event loop; the setters return at once.

    Setters for somebody without a connection, and a `disconnect` of nobody, do nothing.
    """

    async def connect(self, participant_id: str, offer_sdp: str, slot_mids: Sequence[str]) -> str:
        """Make the connection, in place of one before; returns the answer.

        Raises `SdpRefused`; a connection before then goes on.
        """
        ...

    async def update(self, participant_id: str, offer_sdp: str) -> str:
        """Negotiate again within the connection; returns the answer. Raises `SdpRefused`."""
        ...

    async def add_candidate(self, participant_id: str, candidate: str, mid: str) -> None:
        """A remote ICE candidate; empty = no more. Raises `SdpRefused`."""
        ...

    async def disconnect(self, participant_id: str) -> None: ...

    def set_publishing(self, participant_id: str, *, audio: bool, video: bool) -> None:
        """What others get of this person, nothing before this was called; the rest is dropped here."""
        ...

    def set_slots(self, participant_id: str, sources: Mapping[str, str | None]) -> None:
        """mid to the person shown there."""
        ...

    def set_gains(self, participant_id: str, gains: Mapping[str, float]) -> None:
        """Person heard to factor; 1 where absent."""
        ...

    def set_presentation(self, presenter: str | None, receivers: Iterable[str]) -> None:
        """Whose slides go to the slides lines of whom, in place of what was set before. None: nobody presents.

        May be set before the slides lines are negotiated; the slides of everybody else are dropped here.
        """
        ...

    def set_composition(self, participant_id: str, picture: Picture | None) -> None:
        """What a client with one video line gets on it; None: the source that `set_slots` gave the line."""
        ...

    def presentation_frame(self) -> bytes | None:
        """The newest picture of the slides as JPEG, None when there is none (yet).

        Asking keeps it fresh: pictures are decoded while they are asked for, at most one a second.
        """
        ...

    def receive_mids(self, participant_id: str) -> tuple[str, ...]:
        """Lines that can carry people's video to a client that offered no slots; never the slides line."""
        ...

    def statistics(self) -> dict[str, Any]: ...

    async def aclose(self) -> None: ...


class MediaRoomFactory(Protocol):
    """Makes the media of a room."""

    def __call__(
        self,
        *,
        on_levels: Callable[[Mapping[str, float]], None],
        on_state: Callable[[str, MediaState], None],
    ) -> MediaRoom:
        """`on_levels`: person to voice activity 0..100. `on_state`: packets flow, or no longer do."""
        ...
