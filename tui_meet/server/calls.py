"""The calls of a conference: media for each of its rooms, negotiation in turn, what the rules say to the media."""

from __future__ import annotations

import asyncio
import logging
import uuid as uuids
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from tui_meet.server import sdp
from tui_meet.server.media import MediaRoom, MediaRoomFactory, MediaState
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.breakout_events import MeetingRequest
from tui_meet.server.rooms.meeting import MAIN, Meeting
from tui_meet.server.rooms.model import Call, Person
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.still_watch import StillWatch
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.calls import CallReply, CallRequest, Candidate

log = logging.getLogger(__name__)


class Refused(Exception):
    """A request the rules refused."""

    def __init__(self, refusal: on.Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


class Rules(Protocol):
    """Hands a request to the rules and has done what they say. Raises `Refused`."""

    def __call__(self, request: on.Request | MeetingRequest, room_id: str = MAIN) -> None: ...


class Calls:
    """Every call of one conference, in whichever of its rooms."""

    def __init__(self, factory: MediaRoomFactory, meeting: Callable[[], Meeting], do: Rules) -> None:
        self._factory = factory
        self._meeting = meeting
        self._do = do
        self._media: dict[str, MediaRoom] = {}
        self._stills: dict[str, StillWatch] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def media(self, room_id: str) -> MediaRoom | None:
        """The media of a room, where there has been a call."""
        return self._media.get(room_id)

    # Negotiation ------------------------------------------------------------------------------------------------------

    async def start(self, uuid: str, request: CallRequest) -> CallReply:
        """Negotiate media; a call before is replaced, or goes on when this one is refused. Raises `Refused`."""
        async with self._lock(uuid):
            self._person(uuid)
            media = self._media_of(uuid)
            try:
                answer = await media.connect(uuid, request.sdp, request.slot_mids or ())
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None
            if self._meeting().person(uuid) is None:
                await media.disconnect(uuid)
                raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
            sends = sdp.sending(request.sdp)
            offers_slots = request.slot_mids is not None
            call = Call(
                uuid=str(uuids.uuid4()),
                sends_audio=sends.audio,
                sends_video=sends.video,
                slot_mids=(request.slot_mids or ()) if offers_slots else media.receive_mids(uuid),
                offers_slots=offers_slots,
                fecc_supported=request.fecc_supported,
            )
            self._do(on.CallStarted(uuid, call))
            return CallReply(call.uuid, answer)

    async def update(self, uuid: str, call_uuid: str, offer: str) -> CallReply:
        """Negotiate again within a call. Raises `Refused`."""
        uuid = self._owner(uuid, call_uuid)
        async with self._lock(uuid):
            call = self._person(uuid).call
            if call is None or call.uuid != call_uuid:
                raise Refused(on.Refusal(403, codes.CALL_DISCONNECTED))
            try:
                answer = await self._media_of(uuid).update(uuid, offer)
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None
            sends = sdp.sending(offer)
            self._do(on.CallChanged(uuid, sends.audio, sends.video))
            return CallReply(call_uuid, answer)

    async def add_candidate(self, uuid: str, call_uuid: str, candidate: Candidate) -> None:
        """Take a remote candidate; one of an older call is dropped in silence (wire document 4.6). Raises `Refused`."""
        uuid = self._owner(uuid, call_uuid)
        async with self._lock(uuid):
            call = self._person(uuid).call
            if call is None or call.uuid != call_uuid:
                return
            try:
                await self._media_of(uuid).add_candidate(uuid, candidate.candidate, candidate.mid)
            except SdpRefused as refused:
                raise Refused(on.Refusal(403, str(refused))) from None

    def end(self, uuid: str, call_uuid: str) -> None:
        """End a call; one that is over already is no error."""
        self._do(on.CallEnded(self._owner(uuid, call_uuid), call_uuid))

    # What the rules say -----------------------------------------------------------------------------------------------

    def perform(self, room_id: str, effect: on.Effect) -> None:
        """Do to the media of a room what the rules say."""
        media = self._media.get(room_id)
        if media is None:
            return
        match effect:
            case on.CloseMedia(uuid):
                self._spawn(self._disconnect(room_id, uuid))
            case on.SetPublishing(uuid, audio, video):
                media.set_publishing(uuid, audio=audio, video=video)
            case on.SetSlots(uuid, sources):
                media.set_slots(uuid, sources)
            case on.SetGains(uuid, gains):
                media.set_gains(uuid, gains)
            case on.SetComposition(uuid, picture):
                media.set_composition(uuid, picture)
            case on.SetPresentation(presenter, receivers):
                media.set_presentation(presenter, receivers)
                self._stills[room_id].present(presenter)

    def still(self, uuid: str) -> bytes | None:
        """The newest slides shown in this person's room as JPEG; None while there are none."""
        watch = self._stills.get(self._meeting().room_of(uuid) or "")
        return watch.fetch() if watch is not None else None

    def leave(self, room_id: str, uuid: str) -> None:
        """Somebody's stay has ended."""
        if room_id in self._media:
            self._spawn(self._disconnect(room_id, uuid))
        else:
            self._locks.pop(uuid, None)

    def close_room(self, room_id: str) -> None:
        """A breakout is over."""
        media = self._media.pop(room_id, None)
        if media is not None:
            self._stills.pop(room_id).present(None)
            self._spawn(media.aclose())

    async def aclose(self) -> None:
        """Stop tasks and media."""
        for watch in self._stills.values():
            watch.present(None)
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for media in self._media.values():
            await media.aclose()
        self._media.clear()

    def statistics(self) -> dict[str, Any]:
        """Figures per room id."""
        return {room_id: media.statistics() for room_id, media in self._media.items()}

    async def _disconnect(self, room_id: str, uuid: str) -> None:
        async with self._lock(uuid):
            media = self._media.get(room_id)
            person = self._meeting().person(uuid)
            # A new call may have taken the place of the ended one while this waited.
            if media is not None and (person is None or person.call is None):
                await media.disconnect(uuid)
        if self._meeting().person(uuid) is None:
            self._locks.pop(uuid, None)

    # Who and where ----------------------------------------------------------------------------------------------------

    def _owner(self, uuid: str, call_uuid: str) -> str:
        """The person whose call this is: the one who asks, or what else they are in another room."""
        meeting = self._meeting()
        persons = meeting.persons_of(meeting.human(uuid))
        return next((p.uuid for _, p in persons if p.call is not None and p.call.uuid == call_uuid), uuid)

    def _person(self, uuid: str) -> Person:
        person = self._meeting().person(uuid)
        if person is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        return person

    def _media_of(self, uuid: str) -> MediaRoom:
        room_id = self._meeting().room_of(uuid)
        if room_id is None:
            raise Refused(on.Refusal(403, codes.INVALID_TOKEN))
        media = self._media.get(room_id)
        if media is None:

            def on_levels(activity: Mapping[str, float]) -> None:
                self._do(on.Levels(activity), room_id)

            media = self._factory(on_levels=on_levels, on_state=self._on_state)
            self._media[room_id] = media
            self._stills[room_id] = StillWatch(
                media.presentation_frame, lambda: self._do(on.PresentationFrame(), room_id)
            )
        return media

    def _on_state(self, uuid: str, state: MediaState) -> None:
        self._do(on.MediaState(uuid, state == "connected"))

    def _lock(self, uuid: str) -> asyncio.Lock:
        return self._locks.setdefault(uuid, asyncio.Lock())

    # Work in the background -------------------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("ending a media connection failed", exc_info=task.exception())
