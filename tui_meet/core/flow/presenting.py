"""Presenting: who has the floor, what is sent and what is received (wire document 4.5).

Sending goes floor first, then media; whoever takes the floor from us ends our sending. What the media plane says about
either direction is the public event `presentationConnectionStateChange`.
"""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.effects import Present, ReceivePresentation, ReleaseFloor, TakeFloor
from tui_meet.core.events import PresentationChanged, PresentationStarted, PresentationStopped
from tui_meet.core.ids import NO_TICKET, ParticipantId, RoomId
from tui_meet.core.machines.connection import Media
from tui_meet.core.model import Presentation, Presenter, Severity
from tui_meet.core.sanitise import safe_name
from tui_meet.core.selectors import name_of
from tui_meet.core.state import Phase
from tui_meet.core.turn import Turn

WORDS = ("closed", "connected", "connecting", "disconnected", "failed", "new")
"""W3C `RTCPeerConnectionState`."""
_ALIVE = ("connecting", "connected")


def on_started(turn: Turn, event: PresentationStarted) -> None:
    """Somebody took the floor, perhaps from us."""
    state, memory, room = turn.state, turn.memory, event.room
    if state.phase is not Phase.IN_MEETING or (event.participant and event.participant == state.me_in(room)):
        return
    name = safe_name(event.name, name_of(state, event.participant))
    if memory.floor == room:
        _end_sending(turn)
        if event.participant:
            turn.do(ReleaseFloor(NO_TICKET, room))
            turn.note(f"{name} presents now instead of you.", Severity.WARNING, banner=True, topic="presenting")
        else:
            turn.note("Your presentation was ended by the server.", Severity.WARNING, banner=True, topic="presenting")
    if not event.participant:
        return
    presenter = Presenter(event.participant, name)
    news = state.presenters.get(room) != presenter
    if news:
        turn.set(presenters={**state.presenters, room: presenter})
    if room == state.current_room:
        if news:
            turn.note(f"{name} presents.")
        receive(turn)


def on_stopped(turn: Turn, event: PresentationStopped) -> None:
    """Nobody presents in the room any more. It does not end our own sending."""
    presenter_gone(turn, event.room)


def presenter_gone(turn: Turn, room: RoomId, who: ParticipantId | None = None) -> None:
    """The presenter of a room (only `who`, where given) presents no more."""
    presenter = turn.state.presenters.get(room)
    if presenter is None or who not in (None, presenter.id):
        return
    turn.set(presenters={key: value for key, value in turn.state.presenters.items() if key != room})
    if room == turn.state.current_room:
        turn.note(f"{presenter.name} presents no more.")
        _stop_receiving(turn)


def check_presenter(turn: Turn, room: RoomId) -> None:
    """After a sync: did the presentation end while we were away?"""
    presenter = turn.state.presenters.get(room)
    if presenter is None:
        return
    person = turn.state.rosters[room].people.get(presenter.id)
    if person is None or not person.is_presenting:
        presenter_gone(turn, room)


def receive(turn: Turn) -> None:
    """Ask the media plane for the slides of the room in which we are, where there are any."""
    memory = turn.memory
    if memory.receiving or turn.state.presenter is None or memory.media.state is not Media.UP:
        return
    memory.receiving = True
    turn.do(ReceivePresentation(True))


def call_connected(turn: Turn) -> None:
    """A new call: what ran in the old one goes on in it."""
    file = turn.state.presentation.file
    if turn.memory.floor is not None and file:
        turn.do(Present(NO_TICKET, file))
    receive(turn)


def call_ended(turn: Turn) -> None:
    """The call is gone, and with it both directions; the floor is kept."""
    turn.memory.receiving = False
    now = turn.state.presentation
    _show(
        turn,
        send="disconnected" if now.send in _ALIVE else now.send,
        recv="disconnected" if now.recv in _ALIVE else now.recv,
    )


def give_up_floor(turn: Turn, *, tell_server: bool) -> None:
    """We move to another room, or are somebody else for the server now: what we presented ends."""
    memory = turn.memory
    floor = memory.floor
    if floor is None:
        return
    _end_sending(turn)
    if tell_server:
        turn.do(ReleaseFloor(NO_TICKET, floor))
    turn.note("Your presentation has stopped.", Severity.WARNING, banner=True, topic="presenting")


def forget(turn: Turn) -> None:
    """Another meeting."""
    memory = turn.memory
    memory.floor = None
    memory.receiving = False
    memory.told_presentation = ("new", "new")
    turn.set(presenters={}, presentation=Presentation())


def floor_answered(turn: Turn, request: TakeFloor, ok: bool, waited: bool) -> None:
    """The server gave us the floor, or not."""
    if not ok:
        _show(turn, send="failed")
        return
    if not waited or request.room != turn.state.current_room:
        # nobody waits for it any more: it must not stay with one who shows nothing
        turn.do(ReleaseFloor(NO_TICKET, request.room))
        return
    turn.memory.floor = request.room
    if turn.state.presenter is not None:
        presenter_gone(turn, request.room)
    _show(turn, send="connecting")


def present_answered(turn: Turn, request: Present, ok: bool) -> None:
    """The media plane sends the file, or says why not."""
    memory = turn.memory
    if request.path is None:
        return
    if ok:
        if memory.floor is None:
            # taken from us in between
            turn.do(Present(NO_TICKET, None))
            return
        turn.set(presentation=replace(turn.state.presentation, file=request.path))
        return
    if turn.state.presentation.file not in ("", request.path):
        # another file was wanted and cannot be used: the one before goes on
        return
    floor = memory.floor
    if floor is not None:
        memory.floor = None
        turn.do(ReleaseFloor(NO_TICKET, floor))
    turn.set(presentation=replace(turn.state.presentation, file=""))
    _show(turn, send="failed")


def stopped_by_me(turn: Turn) -> None:
    """`present stop`: the requests are on their way."""
    turn.memory.floor = None
    turn.set(presentation=replace(turn.state.presentation, file=""))


def on_changed(turn: Turn, event: PresentationChanged) -> None:
    """The media plane says where both directions stand."""
    memory = turn.memory
    if turn.state.phase is not Phase.IN_MEETING or event.send not in WORDS or event.recv not in WORDS:
        return
    send_before, recv_before = memory.told_presentation
    memory.told_presentation = (event.send, event.recv)
    now = turn.state.presentation
    # only what is news: the other direction may stand at what the floor's answer made of it
    _show(
        turn,
        send=event.send if event.send != send_before else now.send,
        recv=event.recv if event.recv != recv_before else now.recv,
    )
    if event.send == "closed" and send_before in _ALIVE and memory.floor is not None:
        floor = memory.floor
        _end_sending(turn)
        turn.do(ReleaseFloor(NO_TICKET, floor))
        turn.note("Your presentation is over.")


def _end_sending(turn: Turn) -> None:
    turn.memory.floor = None
    if turn.state.presentation.file or turn.state.presentation.send in _ALIVE:
        turn.do(Present(NO_TICKET, None))
    turn.set(presentation=replace(turn.state.presentation, file=""))
    if turn.state.presentation.send in _ALIVE:
        _show(turn, send="disconnected")


def _stop_receiving(turn: Turn) -> None:
    if turn.memory.receiving:
        turn.memory.receiving = False
        turn.do(ReceivePresentation(False))


def _show(turn: Turn, *, send: str | None = None, recv: str | None = None) -> None:
    """Put the states into the picture; every change of either is a public event."""
    now = turn.state.presentation
    after = replace(now, send=send or now.send, recv=recv or now.recv)
    if after == now:
        return
    turn.set(presentation=after)
    turn.publish("presentationConnectionStateChange", {"send": after.send, "recv": after.recv})
