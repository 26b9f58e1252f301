"""Staying connected: the event stream, the token and the call, each coming back by itself."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core import endings
from tui_meet.core.effects import (
    AnswerOffer,
    ConnectMedia,
    DisconnectMedia,
    ListLayouts,
    MuteVideo,
    OpenStream,
    ReportClientMute,
    RequestToken,
    SetCamera,
    SetMicrophone,
    SetVolumes,
)
from tui_meet.core.events import (
    MediaConnected,
    MediaLost,
    OfferArrived,
    PictureStarted,
    StreamLost,
    StreamOpened,
    TokenLost,
)
from tui_meet.core.flow import presenting
from tui_meet.core.flow.finish import finish
from tui_meet.core.ids import NO_TICKET
from tui_meet.core.machines import connection as machine
from tui_meet.core.machines.connection import MEDIA, SIGNALLING, Media, MediaMove, Signalling, SignallingMove
from tui_meet.core.model import Participant, Severity
from tui_meet.core.reducers.roster import stop_sync
from tui_meet.core.sanitise import safe_text
from tui_meet.core.state import Connection, Phase
from tui_meet.core.turn import Turn

_COMING_BACK = "Coming back…"


def token_request(turn: Turn) -> RequestToken:
    """The request for a token, with the name, PIN and one-time token that we have."""
    joining = turn.memory.joining
    assert joining is not None
    return RequestToken(joining.link, joining.order.display_name, joining.given, joining.token)


# Signalling.


def open_stream(turn: Turn, alias: str, *, returning: bool) -> None:
    """A token is there: open the event stream with it."""
    memory = turn.memory
    memory.alias = alias or (turn.state.link.alias if turn.state.link else "")
    leg = memory.signalling
    if not SIGNALLING.allows(leg.state, SignallingMove.OPEN):
        return
    following = SIGNALLING.after(leg.state, SignallingMove.OPEN)
    memory.signalling = machine.trying(leg, following) if returning else replace(leg, state=following)
    turn.do(OpenStream())
    show(turn)


def on_stream_opened(turn: Turn, _event: StreamOpened) -> None:
    """Signalling is up."""
    memory = turn.memory
    leg = memory.signalling
    if not SIGNALLING.allows(leg.state, SignallingMove.OPENED):
        return
    came_back = leg.state is not Signalling.UP and leg.lost_since is not None
    memory.signalling = machine.up(leg, SIGNALLING.after(leg.state, SignallingMove.OPENED), turn.now)
    if not memory.authenticated:
        memory.authenticated = True
        context = {"conferenceAlias": memory.alias}
        if turn.state.conference_name:
            context["conferenceName"] = turn.state.conference_name
        turn.publish("authenticatedWithConference", context)
    if came_back:
        turn.note("The connection is back.", Severity.GOOD, banner=True, topic="connection")
    show(turn)
    if turn.state.phase is Phase.IN_MEETING:
        entered(turn)


def on_stream_lost(turn: Turn, event: StreamLost) -> None:
    """The event stream ended or could not be opened."""
    _signalling_lost(turn, SignallingMove.LOST, safe_text(event.sentence).strip() or "The connection is lost.")


def on_token_lost(turn: Turn, _event: TokenLost) -> None:
    """The server no longer knows us: sign in again with the same name and PIN instead of dropping out."""
    memory = turn.memory
    if not SIGNALLING.allows(memory.signalling.state, SignallingMove.FORGOTTEN):
        return
    me = turn.state.myself
    memory.was_silenced = memory.was_silenced or (me is not None and me.is_muted)
    memory.was_camera_muted = memory.was_camera_muted or (me is not None and me.is_camera_muted)
    # the floor was that of a participant who is no more
    presenting.give_up_floor(turn, tell_server=False)
    stop_media(turn)
    if memory.joining is not None and memory.joining.home is not None:
        # the way into the breakout was for one time: what is known is the way into its meeting
        memory.joining = memory.joining.home
    _signalling_lost(turn, SignallingMove.FORGOTTEN, "The server no longer knows you; signing in again.")


def sign_in_failed(turn: Turn, sentence: str, retryable: bool) -> None:
    """The server could not be reached for a new token."""
    if not retryable:
        finish(turn, endings.unreachable(sentence, retryable), endings.COULD_NOT_RECONNECT)
        return
    _signalling_lost(turn, SignallingMove.LOST, sentence)


def _signalling_lost(turn: Turn, move: SignallingMove, sentence: str) -> None:
    memory = turn.memory
    leg = memory.signalling
    if not SIGNALLING.allows(leg.state, move):
        return
    if memory.joining is not None and not memory.joining.order.try_resume:
        # up to “;” it says what is lost, after that how it is to come back
        ending = replace(endings.GAVE_UP, sentence=f"{sentence.partition(';')[0].rstrip('. …')}.")
        finish(turn, ending, endings.COULD_NOT_RECONNECT)
        return
    news = leg.state is Signalling.UP or leg.lost_since is None
    memory.signalling = machine.lost(leg, SIGNALLING.after(leg.state, move), turn.now, memory.chance)
    turn.set(rosters={room: stop_sync(roster) for room, roster in turn.state.rosters.items()})
    if news:
        turn.note(
            f"{sentence.rstrip('. …')}. {_COMING_BACK}", Severity.WARNING, banner=True, sticky=True, topic="connection"
        )
    show(turn, sentence)
    on_time(turn)


def on_time(turn: Turn) -> None:
    """Do what is due."""
    memory = turn.memory
    leg = memory.signalling
    gives_up_at = machine.gives_up_at(leg)
    if gives_up_at is not None and turn.now >= gives_up_at:
        finish(turn, endings.GAVE_UP, endings.COULD_NOT_RECONNECT)
        return
    if leg.due_at is not None and turn.now >= leg.due_at:
        memory.signalling = machine.trying(leg, SIGNALLING.after(leg.state, SignallingMove.DUE))
        signing_in = memory.signalling.state is Signalling.SIGNING_IN
        turn.do(token_request(turn) if signing_in else OpenStream())
        show(turn, turn.state.connection.sentence)
    media = memory.media
    ready = memory.signalling.state is Signalling.UP and turn.state.phase is Phase.IN_MEETING
    if ready and media.due_at is not None and turn.now >= media.due_at:
        memory.media = machine.trying(media, MEDIA.after(media.state, MediaMove.DUE))
        turn.do(DisconnectMedia())
        _place_call(turn)
        show(turn, turn.state.connection.sentence)


def next_timer(signalling: machine.SignallingLeg, media: machine.MediaLeg) -> float | None:
    """When something is due next, monotonic seconds."""
    times = [signalling.due_at, machine.gives_up_at(signalling)]
    if signalling.state is Signalling.UP:
        times.append(media.due_at)
    return min((time for time in times if time is not None), default=None)


# Media.


def entered(turn: Turn) -> None:
    """We are in and signalling is up: tell the room which devices are off, and place the call."""
    memory = turn.memory
    joining = memory.joining
    if joining is None or memory.signalling.state is not Signalling.UP:
        return
    if memory.was_silenced:
        memory.was_silenced = False
        _stay_silent(turn)
    if memory.was_camera_muted:
        memory.was_camera_muted = False
        _stay_unseen(turn)
    ask_for_layouts(turn)
    if not joining.order.with_media:
        return
    _report_devices(turn)
    if memory.media.state is Media.OFF:
        memory.media = machine.trying(memory.media, MEDIA.after(Media.OFF, MediaMove.CALL))
        _place_call(turn)
        show(turn, turn.state.connection.sentence)
    else:
        on_time(turn)


def call_room(turn: Turn) -> None:
    """The room in which we are has changed: place the call there."""
    memory = turn.memory
    joining = memory.joining
    if joining is None or not joining.order.with_media:
        return
    _report_devices(turn)
    if memory.media.state is Media.OFF:
        return
    presenting.call_ended(turn)
    memory.media = machine.trying(memory.media, MEDIA.after(memory.media.state, MediaMove.CALL))
    turn.do(DisconnectMedia())
    _place_call(turn)
    show(turn, turn.state.connection.sentence)


def ask_for_layouts(turn: Turn) -> None:
    """Moderators choose among the layouts that the server has."""
    memory = turn.memory
    if memory.layouts_asked or not turn.state.is_moderator or turn.state.phase is not Phase.IN_MEETING:
        return
    memory.layouts_asked = True
    turn.do(ListLayouts(NO_TICKET))


def _stay_silent(turn: Turn) -> None:
    """The room had me muted under my old token: the microphone is not opened by coming back."""
    if not turn.state.local.microphone_on:
        return
    turn.set(local=replace(turn.state.local, microphone_on=False))
    turn.do(SetMicrophone(False))
    turn.note("You were muted before the connection was lost, so your microphone stays off.", banner=True)


def _stay_unseen(turn: Turn) -> None:
    """The room had my camera off under my old token: it is not opened by coming back."""
    if not turn.state.local.camera_on:
        return
    turn.set(local=replace(turn.state.local, camera_on=False))
    turn.do(SetCamera(False))
    turn.note("Your camera was switched off before the connection was lost, so it stays off.", banner=True)


def _report_devices(turn: Turn) -> None:
    memory, state = turn.memory, turn.state
    me, room = state.me_here, state.current_room
    if me is None or memory.reported_for == me:
        return
    memory.reported_for = me
    if not state.local.microphone_on:
        turn.do(ReportClientMute(NO_TICKET, True, room))
    if not state.local.camera_on:
        turn.do(MuteVideo(NO_TICKET, me, True, room))
    if state.local.volumes and "volumes" in state.parts:
        turn.do(SetVolumes(NO_TICKET, state.local.volumes, room))


def repeat_reports(turn: Turn, myself: Participant) -> None:
    """After an outage: what was switched while nobody could be told."""
    memory, local = turn.memory, turn.state.local
    if turn.state.phase is not Phase.IN_MEETING or memory.reported_for != myself.id:
        return
    if myself.is_client_muted is local.microphone_on:
        turn.do(ReportClientMute(NO_TICKET, not local.microphone_on))
    if not local.camera_on and not myself.is_camera_muted:
        turn.do(MuteVideo(NO_TICKET, myself.id, True))


def _place_call(turn: Turn) -> None:
    memory, state = turn.memory, turn.state
    joining = memory.joining
    assert joining is not None
    memory.asked_slots = None
    turn.set(slots=(), pictures=frozenset())
    has_slots = "slots" in state.parts and memory.call_type != "audio"
    turn.do(
        ConnectMedia(
            slots=max(0, min(joining.order.slots, memory.max_slots)) if has_slots else 0,
            ice_servers=memory.ice_servers,
            microphone_on=state.local.microphone_on and memory.call_type != "video-only",
            camera_on=state.local.camera_on and memory.call_type != "audio",
            room=state.current_room,
        )
    )


def stop_media(turn: Turn) -> None:
    """No call any more, until we are in again."""
    memory = turn.memory
    if memory.media.state is not Media.OFF:
        turn.do(DisconnectMedia())
        presenting.call_ended(turn)
    memory.media = machine.MEDIA_OFF
    memory.asked_slots = None
    turn.set(slots=(), pictures=frozenset())
    show(turn, turn.state.connection.sentence)


def on_media_connected(turn: Turn, _event: MediaConnected) -> None:
    """Packets flow both ways: only now are we connected."""
    memory = turn.memory
    leg = memory.media
    if not MEDIA.allows(leg.state, MediaMove.CONNECTED):
        return
    memory.media = machine.up(leg, MEDIA.after(leg.state, MediaMove.CONNECTED), turn.now)
    turn.publish("connected")
    if leg.lost_since is not None:
        turn.note("Sound and picture are back.", Severity.GOOD, banner=True, topic="media")
    show(turn, "" if memory.signalling.state is Signalling.UP else turn.state.connection.sentence)
    presenting.call_connected(turn)


def on_media_lost(turn: Turn, event: MediaLost) -> None:
    """The call's transport is gone; signalling may be well."""
    memory = turn.memory
    leg = memory.media
    if not MEDIA.allows(leg.state, MediaMove.LOST):
        return
    news = leg.state is Media.UP or leg.lost_since is None
    memory.media = machine.lost(leg, MEDIA.after(leg.state, MediaMove.LOST), turn.now, memory.chance)
    presenting.call_ended(turn)
    sentence = safe_text(event.sentence).strip() or "Sound and picture are lost."
    if news:
        turn.note(
            f"{sentence.rstrip('. …')}. {_COMING_BACK}", Severity.WARNING, banner=True, sticky=True, topic="media"
        )
    if memory.signalling.state is Signalling.UP:
        show(turn, sentence)
    else:
        show(turn, turn.state.connection.sentence or sentence)
    on_time(turn)


def on_offer(turn: Turn, event: OfferArrived) -> None:
    """The server wants the call changed; without a call there is nothing to change."""
    if turn.memory.media.state in (Media.CALLING, Media.UP):
        turn.do(AnswerOffer(event.sdp))


def on_picture_started(turn: Turn, event: PictureStarted) -> None:
    """A stream shows its first picture."""
    if turn.memory.media.state is Media.OFF or event.stream in turn.state.pictures:
        return
    turn.set(pictures=turn.state.pictures | {event.stream})


def show(turn: Turn, sentence: str = "") -> None:
    """Put what both legs stand at into the state."""
    signalling, media = turn.memory.signalling, turn.memory.media
    both_well = signalling.state in (Signalling.UP, Signalling.OFF) and media.state in (Media.UP, Media.OFF)
    attempt = next_try_at = None
    if signalling.state not in (Signalling.UP, Signalling.OFF):
        attempt, next_try_at = signalling.attempts, signalling.due_at
    elif media.state in (Media.PAUSED, Media.CALLING):
        attempt, next_try_at = media.attempts, media.due_at
    shown = Connection(
        signalling=machine.signalling_layer(signalling),
        media=machine.media_layer(media),
        sentence="" if both_well else sentence,
        attempt=attempt or 0,
        next_try_at=next_try_at,
        gives_up_at=machine.gives_up_at(signalling),
    )
    if shown != turn.state.connection:
        turn.set(connection=shown)
