"""The rules of a room: `apply(room, request, now)` gives the room after and what has to be told and done.

Pure: no clock, no loop, no chance. New ids and `now` (Unix seconds) come in as arguments. A request passes three
stages: the table of who may (`roles`), its handler, and what follows by itself (`lobby.settle`, slots, and
`roster.consequences`, which tells everybody exactly what changed for them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tui_meet.server.rooms import captions, far_end, floor, layouts, lobby, moderation, roles, roster, stage
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.model import TOKEN_SECONDS, Person, Room
from tui_meet.wire.infinity import codes

Handler = Callable[[Room, Any, float], on.Outcome]


def apply(room: Room, request: on.Request, now: float) -> on.Outcome:
    """What comes of a request. Never raises for anything a client can cause."""
    refusal = roles.refusal(room, request)
    if refusal is not None:
        return on.Outcome(room, refusal=refusal)
    outcome = HANDLERS[type(request)](room, request, now)
    if outcome.refusal is not None:
        return outcome
    after, effects = follow(room, outcome.room)
    return replace(outcome, room=after, effects=(*effects, *outcome.effects))


def follow(room: Room, after: Room) -> tuple[Room, tuple[on.Effect, ...]]:
    """What follows by itself when a room has become another: the room it ends up as, and what is told and done."""
    if after.people is not room.people or (after.locked, after.started, after.reserved) != (
        room.locked,
        room.started,
        room.reserved,
    ):
        after = lobby.settle(after)
    if after is not room:
        after = stage.with_slots(floor.settle(after))
    return after, roster.consequences(room, after)


def next_deadline(room: Room) -> float | None:
    """When a `Tick` is due; None when nothing is."""
    times = [time for time in (lobby.next_overdue(room), stage.next_silence(room)) if time is not None]
    return min(times, default=None)


def _changed(change: Callable[[Person, Any, float], Person | None]) -> Handler:
    """A handler for what happened to one person; somebody who has left meanwhile changes nothing."""

    def handler(room: Room, request: Any, now: float) -> on.Outcome:
        person = room.people.get(request.uuid)
        after = change(person, request, now) if person is not None else None
        return on.Outcome(room.with_person(after) if after is not None and after != person else room)

    return handler


def _stream_opened(room: Room, request: on.StreamOpened, now: float) -> on.Outcome:
    person = room.people.get(request.uuid)
    if person is None:
        return on.Outcome(room)
    room = room.with_person(replace(person, streams=person.streams + 1, no_stream_after=None))
    return on.Outcome(room, roster.full_sync(room, request.uuid))


def _stream_closed(person: Person, request: on.StreamClosed, now: float) -> Person | None:
    if not person.streams:
        return None
    left = person.streams - 1
    return replace(person, streams=left, no_stream_after=None if left else now + lobby.STREAM_GAP_SECONDS)


def _token_refreshed(person: Person, request: on.TokenRefreshed, now: float) -> Person:
    return replace(person, token_expires=now + TOKEN_SECONDS)


def _call_started(person: Person, request: on.CallStarted, now: float) -> Person:
    # Slots and wishes belong to lines of the call before.
    return replace(person, call=request.call, slots=(), wishes=MappingProxyType({}))


def _call_changed(person: Person, request: on.CallChanged, now: float) -> Person | None:
    if person.call is None:
        return None
    call = replace(person.call, sends_audio=request.sends_audio, sends_video=request.sends_video)
    return replace(person, call=call)


def _call_ended(room: Room, request: on.CallEnded, now: float) -> on.Outcome:
    person = room.people.get(request.uuid)
    if person is None or person.call is None or person.call.uuid != request.call_uuid:
        return on.Outcome(room)
    without = replace(person, call=None, presenting=False, slots=(), wishes=MappingProxyType({}))
    return on.Outcome(room.with_person(without), (on.CloseMedia(person.uuid),))


def _media_state(person: Person, request: on.MediaState, now: float) -> Person | None:
    if person.call is None:
        return None
    return replace(person, call=replace(person.call, connected=request.connected))


def _levels(room: Room, request: on.Levels, now: float) -> on.Outcome:
    return on.Outcome(stage.hear(room, request.activity, now))


def _tick(room: Room, request: on.Tick, now: float) -> on.Outcome:
    gone = lobby.overdue(room, now)
    for uuid in gone:
        room = room.without(uuid)
    room = stage.hear(room, {}, now)
    return on.Outcome(room, tuple(on.DropPerson(uuid, reason) for uuid, reason in gone.items()))


def _shutdown(room: Room, request: on.Shutdown, now: float) -> on.Outcome:
    drops = tuple(on.DropPerson(uuid, codes.SERVER_GOING_DOWN) for uuid in room.people)
    return on.Outcome(replace(room, people=MappingProxyType({})), drops)


HANDLERS: Mapping[type, Handler] = {
    on.Join: lobby.join,
    on.Leave: moderation.leave,
    on.SetLocked: moderation.set_locked,
    on.StartConference: moderation.start_conference,
    on.MuteGuests: moderation.mute_guests,
    on.SetGuestsCanUnmute: moderation.set_guests_can_unmute,
    on.DropAll: moderation.drop_all,
    on.LowerAllHands: moderation.lower_all_hands,
    on.SetClassification: moderation.set_classification,
    on.SendMessage: moderation.send_message,
    on.SetMuted: moderation.set_muted,
    on.SetClientMuted: moderation.set_client_muted,
    on.SetVideoMuted: moderation.set_video_muted,
    on.SetHand: moderation.set_hand,
    on.SetSpotlight: moderation.set_spotlight,
    on.Admit: moderation.admit,
    on.Drop: moderation.drop,
    on.SetRole: moderation.set_role,
    on.Rename: moderation.rename,
    on.SetWishes: moderation.set_wishes,
    on.SetVolumes: moderation.set_volumes,
    on.SetMessageText: moderation.set_message_text,
    on.ClearSpotlights: moderation.clear_spotlights,
    on.TakeFloor: floor.take_floor,
    on.ReleaseFloor: floor.release_floor,
    on.SetGuestsCanPresent: floor.set_guests_can_present,
    on.SetReceivesPresentation: floor.set_receives_presentation,
    on.SetPresentationInMix: floor.set_presentation_in_mix,
    on.PresentationFrame: floor.new_frame,
    on.SetShowsCaptions: captions.set_shows_captions,
    on.PublishCaption: captions.publish,
    on.TransformLayout: layouts.transform_layout,
    on.CreateMix: layouts.create_mix,
    on.ConfigureMix: layouts.configure_mix,
    on.DeleteMix: layouts.delete_mix,
    on.ControlCamera: far_end.control_camera,
    on.SendTones: far_end.send_tones,
    on.DialOut: far_end.dial_out,
    on.StreamOpened: _stream_opened,
    on.StreamClosed: _changed(_stream_closed),
    on.TokenRefreshed: _changed(_token_refreshed),
    on.CallStarted: _changed(_call_started),
    on.CallChanged: _changed(_call_changed),
    on.CallEnded: _call_ended,
    on.MediaState: _changed(_media_state),
    on.Levels: _levels,
    on.Tick: _tick,
    on.Shutdown: _shutdown,
}
"""Every request has one handler; a test compares the table with the vocabulary."""
