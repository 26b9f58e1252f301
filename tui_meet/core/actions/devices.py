"""Own devices, and how loud others are for oneself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from tui_meet.core.actions.plan import Action, Plan, Scene
from tui_meet.core.effects import (
    ChooseDevice,
    Effect,
    FaceCommand,
    MuteParticipant,
    MuteVideo,
    ReportClientMute,
    Request,
    SetCamera,
    SetDeafened,
    SetMicrophone,
    SetVolumes,
)
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import NO_TICKET, ParticipantId
from tui_meet.core.model import LocalMedia
from tui_meet.core.parsing import Invocation
from tui_meet.core.reducers import local_media
from tui_meet.core.registry import BY_NAME
from tui_meet.core.selectors import name_of, room_of
from tui_meet.core.state import MeetingState, Phase

NOT_MODERATOR = 4101
"""A person without the role called for it (moderation seed)."""


def mute(invocation: Invocation, scene: Scene) -> Plan:
    """Silence oneself, or (moderator) somebody else in the conference."""
    who = invocation.values.get("who")
    if who is None or who == scene.state.me_here:
        _guard("mute", scene.state)
        local = replace(scene.state.local, microphone_on=False)
        return Plan("You are muted.", effects=(SetMicrophone(False), *_report(scene.state, True)), local=local)
    return _mute_other(scene.state, who, True)


def unmute(invocation: Invocation, scene: Scene) -> Plan:
    """Be heard again, or (moderator) let somebody else be heard."""
    state = scene.state
    who = invocation.values.get("who")
    if who is not None and who != state.me_here:
        return _mute_other(state, who, False)
    _guard("unmute", state)
    local = replace(state.local, microphone_on=True)
    effects: tuple[Effect, ...] = (SetMicrophone(True), *_report(state, False))
    requests: tuple[Request, ...] = ()
    myself = state.myself
    if myself is not None and myself.is_muted and not _in_lobby(state):
        requests = (MuteParticipant(NO_TICKET, myself.id, False, state.current_room),)
    return Plan("You are not muted any more.", requests=requests, effects=effects, local=local)


def _report(state: MeetingState, muted: bool) -> tuple[Effect, ...]:
    """Tell the room; from the waiting room that is done on entering."""
    return () if _in_lobby(state) else (ReportClientMute(NO_TICKET, muted, state.current_room),)


def _in_lobby(state: MeetingState) -> bool:
    return state.phase is Phase.WAITING


def _mute_other(state: MeetingState, who: ParticipantId, muted: bool) -> Plan:
    word = "mute" if muted else "unmute"
    if not state.is_moderator:
        raise CommandError(f"Only a moderator can {word} others.", NOT_MODERATOR)
    name = name_of(state, who)
    request = MuteParticipant(NO_TICKET, who, muted, room_of(state, who))
    return Plan(f"{word.capitalize()}d {name}.", requests=(request,))


def _guard(name: str, state: MeetingState) -> None:
    guard = BY_NAME[name].guard
    reason = guard(state) if guard is not None else ""
    if reason:
        raise CommandError(reason)


def _camera(on: bool) -> Action:
    def act(_invocation: Invocation, scene: Scene) -> Plan:
        state = scene.state
        effects: list[Effect] = [SetCamera(on)]
        if state.me_here is not None and not _in_lobby(state):
            effects.append(MuteVideo(NO_TICKET, state.me_here, not on, state.current_room))
        local = replace(state.local, camera_on=on)
        return Plan(f"Your camera is {'on' if on else 'off'}.", effects=tuple(effects), local=local)

    return act


def _deafen(on: bool) -> Action:
    def act(_invocation: Invocation, scene: Scene) -> Plan:
        local = replace(scene.state.local, deafened=on)
        message = "You hear nobody now." if on else "You hear people again."
        return Plan(message, effects=(SetDeafened(on),), local=local)

    return act


def volume(invocation: Invocation, scene: Scene) -> Plan:
    """Hear somebody louder or softer."""
    who, percent = invocation.values["who"], invocation.values["percent"]
    _not_me(scene.state, who)
    local = local_media.set_volume(scene.state.local, who, percent)
    return _volumes(scene.state, who, local, f"You hear {name_of(scene.state, who)} at {percent} %.")


def ignore(invocation: Invocation, scene: Scene) -> Plan:
    """Hear somebody no more, or as before."""
    who = invocation.values["who"]
    _not_me(scene.state, who)
    local = local_media.toggle_ignored(scene.state.local, who)
    name = name_of(scene.state, who)
    message = f"You do not hear {name} any more." if who in local.ignored else f"You hear {name} again."
    return _volumes(scene.state, who, local, message)


def _not_me(state: MeetingState, who: ParticipantId) -> None:
    if who == state.me_here:
        raise CommandError("You do not hear yourself anyway.")


def _volumes(state: MeetingState, who: ParticipantId, local: LocalMedia, message: str) -> Plan:
    before = state.local

    def undo(now: MeetingState, ok: bool) -> MeetingState:
        """When the server refused, the picture goes back to what is heard."""
        return now if ok else replace(now, local=_restored(now.local, before, who))

    return Plan(message, requests=(SetVolumes(NO_TICKET, local.volumes, state.current_room),), local=local, settle=undo)


def _restored(local: LocalMedia, before: LocalMedia, who: ParticipantId) -> LocalMedia:
    volumes = {key: value for key, value in local.volumes.items() if key != who}
    ignored = {key: value for key, value in local.ignored.items() if key != who}
    if who in before.volumes:
        volumes[who] = before.volumes[who]
    if who in before.ignored:
        ignored[who] = before.ignored[who]
    return replace(local, volumes=volumes, ignored=ignored)


def _choose(kind: Literal["microphone", "speaker", "camera"]) -> Action:
    def act(invocation: Invocation, _scene: Scene) -> Plan:
        spec = invocation.values["spec"]
        return Plan(f"The {kind} is “{spec}” now.", requests=(ChooseDevice(NO_TICKET, kind, spec),))

    return act


def _face(argument: str = "") -> Action:
    def act(invocation: Invocation, _scene: Scene) -> Plan:
        value: Any = invocation.values.get(argument, "") if argument else ""
        return Plan("", requests=(FaceCommand(NO_TICKET, invocation.spec.name, str(value)),))

    return act


ACTIONS: dict[str, Action] = {
    "mute": mute,
    "unmute": unmute,
    "camera on": _camera(True),
    "camera off": _camera(False),
    "deafen on": _deafen(True),
    "deafen off": _deafen(False),
    "volume": volume,
    "ignore": ignore,
    "mic": _choose("microphone"),
    "speaker": _choose("speaker"),
    "cam": _choose("camera"),
    "devices": _face(),
    "stats": _face(),
    "theme": _face("name"),
}
