"""What the conferences need of the media of a room; `tui_meet.server.sfu` is the real one, tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

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
        """What others get of this person; the rest is dropped here."""
        ...

    def set_slots(self, participant_id: str, sources: Mapping[str, str | None]) -> None:
        """mid to the person shown there."""
        ...

    def set_gains(self, participant_id: str, gains: Mapping[str, float]) -> None:
        """Person heard to factor; 1 where absent."""
        ...

    def receive_mids(self, participant_id: str) -> tuple[str, ...]:
        """Lines that can carry video to a client that offered no slots."""
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
