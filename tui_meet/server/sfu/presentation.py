"""The slides of one conference: from the one who presents to the slides lines of those who receive."""

from collections.abc import Iterable

from tui_meet.server.sfu.aiortc_bridge import IncomingPacket
from tui_meet.server.sfu.forwarder import Forwarder, Tap
from tui_meet.server.sfu.link import Camera
from tui_meet.server.sfu.stills import Stills
from tui_meet.server.sfu.tracks import SlotTrack

LINE = "slides"
"""Name of everybody's one line here; its mid does not matter."""


class Presentation:
    """Everything runs on the event loop. Who presents and who receives may be set before their lines are there."""

    def __init__(self) -> None:
        self._forwarder = Forwarder()
        self._presenter: str | None = None
        self._receivers: frozenset[str] = frozenset()
        self._tap: Tap | None = None
        self._stills = Stills(self.want_keyframe)

    @property
    def presenter(self) -> str | None:
        """Who presents."""
        return self._presenter

    def set(self, presenter: str | None, receivers: Iterable[str]) -> None:
        """Forward the slides of `presenter` to `receivers` and to nobody else; drop those of everybody else."""
        wanted = frozenset(receivers) - {presenter} if presenter is not None else frozenset[str]()
        if presenter != self._presenter:
            self._switch(presenter)
        for receiver in (self._receivers | wanted) if presenter is not None else self._receivers:
            self._forwarder.show(receiver, {LINE: presenter if receiver in wanted else None})
        self._receivers = wanted

    def set_lines(self, participant_id: str, track: SlotTrack | None, camera: Camera | None) -> None:
        """What a participant's slides line can do now: `track` while it receives, `camera` while it sends."""
        if camera is None:
            self._forwarder.remove_source(participant_id)
        else:
            self._forwarder.set_publishing(participant_id, participant_id == self._presenter)
            self._forwarder.add_source(participant_id, camera)
        self._forwarder.show(participant_id, {LINE: self._presenter if participant_id in self._receivers else None})
        self._forwarder.set_lines(participant_id, {LINE: track} if track is not None else {})

    def packet(self, participant_id: str, packet: IncomingPacket) -> None:
        """Take one packet of somebody's slides."""
        before = self._forwarder.newest_keyframe(participant_id)
        self._forwarder.packet(participant_id, packet)
        newest = self._forwarder.newest_keyframe(participant_id)
        if participant_id == self._presenter and newest is not None and newest is not before:
            self._stills.keyframe(newest)

    def keyframe_wanted(self, participant_id: str) -> None:
        """A receiver reported picture loss."""
        self._forwarder.keyframe_wanted(participant_id, LINE)

    def newest_still(self) -> bytes | None:
        """The newest picture as JPEG, None while there is none."""
        return self._stills.newest() if self._presenter is not None else None

    def set_tap(self, tap: Tap | None) -> None:
        """Hand the slides of whoever presents to `tap` as well."""
        self._tap = tap
        if self._presenter is not None:
            self._forwarder.tap(self._presenter, tap)

    def want_keyframe(self) -> None:
        """Ask whoever presents for a keyframe."""
        if self._presenter is not None:
            self._forwarder.want_keyframe(self._presenter)

    def forget(self, participant_id: str) -> None:
        """A participant's call has ended. Who presents and receives is not changed by that: a new call may follow."""
        self._forwarder.forget(participant_id)

    def statistics(self) -> dict[str, object]:
        """Who presents, and per person what came in and went out."""
        return {
            "presenter": self._presenter,
            "participants": self._forwarder.statistics(),
            "keyframes": self._forwarder.keyframe_counters,
            "stills": self._stills.made,
            "stills_skipped": self._stills.skipped,
        }

    async def aclose(self) -> None:
        """Stop what runs."""
        await self._stills.aclose()
        await self._forwarder.aclose()

    def _switch(self, presenter: str | None) -> None:
        before, self._presenter = self._presenter, presenter
        self._stills.restart()
        if before is not None:
            self._forwarder.tap(before, None)
            self._forwarder.set_publishing(before, False)
        if presenter is not None:
            self._forwarder.set_publishing(presenter, True)
            if self._tap is not None:
                self._forwarder.tap(presenter, self._tap)
