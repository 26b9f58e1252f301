"""Who may ask for what: one table, looked at before any handler runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.model import Room
from tui_meet.wire.infinity import codes

NOBODY = "There is nobody with this id in the meeting."
WAITING = "You are still waiting to be let in."


class Who(Enum):
    """Who may."""

    HOSTS = auto()
    SELF = auto()
    """Everybody, about themself only."""
    SELF_AND_HOSTS = auto()
    """Everybody about themself, hosts about anybody."""
    EVERYBODY = auto()


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table."""

    who: Who
    sentence: str = ""
    """What somebody hears who may not."""
    while_waiting: bool = False
    """Also while waiting to be let in, about oneself."""


def _hosts(deed: str) -> Permission:
    return Permission(Who.HOSTS, f"Only a moderator can {deed}.")


PERMISSIONS: Mapping[type, Permission] = {
    on.Leave: Permission(Who.EVERYBODY, while_waiting=True),
    on.SetLocked: _hosts("lock or unlock the meeting"),
    on.StartConference: _hosts("start the meeting"),
    on.MuteGuests: _hosts("mute or unmute everybody"),
    on.SetGuestsCanUnmute: _hosts("decide whether people may unmute themselves"),
    on.DropAll: _hosts("end the meeting for everybody"),
    on.LowerAllHands: _hosts("lower all hands"),
    on.SetClassification: _hosts("change the classification"),
    on.SendMessage: Permission(Who.EVERYBODY),
    on.SetMuted: Permission(Who.SELF_AND_HOSTS, "Only a moderator can mute or unmute others."),
    on.SetClientMuted: Permission(Who.SELF, "Nobody can switch another person's microphone.", while_waiting=True),
    on.SetVideoMuted: Permission(
        Who.SELF_AND_HOSTS, "Only a moderator can switch off another person's camera.", while_waiting=True
    ),
    on.SetHand: Permission(Who.SELF_AND_HOSTS, "Only a moderator can lower another person's hand."),
    on.SetSpotlight: _hosts("spotlight people"),
    on.Admit: _hosts("let people in"),
    on.Drop: Permission(Who.SELF_AND_HOSTS, "Only a moderator can remove people."),
    on.SetRole: _hosts("change roles"),
    on.Rename: Permission(Who.SELF_AND_HOSTS, "Only a moderator can rename others."),
    on.SetWishes: Permission(Who.SELF, "Only your own pictures can be arranged.", while_waiting=True),
    on.SetVolumes: Permission(Who.SELF, "Only your own volumes can be set.", while_waiting=True),
    on.TakeFloor: Permission(Who.SELF, "Nobody can present in another person's place."),
    on.ReleaseFloor: Permission(Who.SELF, "Nobody can stop another person's presentation; present yourself instead."),
    on.SetGuestsCanPresent: _hosts("decide whether people may present"),
    on.SetReceivesPresentation: _hosts("decide who gets the presentation"),
    on.SetPresentationInMix: Permission(Who.SELF_AND_HOSTS, "Only a moderator can change another person's picture."),
    on.SetShowsCaptions: Permission(Who.SELF, "Only your own captions can be switched."),
    on.PublishCaption: Permission(Who.EVERYBODY),
    on.TransformLayout: _hosts("change the layout of the meeting"),
    on.CreateMix: Permission(Who.EVERYBODY),
    on.ConfigureMix: Permission(Who.EVERYBODY),
    on.DeleteMix: Permission(Who.EVERYBODY),
    on.SetMessageText: _hosts("set the text for everybody"),
    on.ClearSpotlights: _hosts("take people out of the spotlight"),
    on.ControlCamera: _hosts("move another person's camera"),
    on.SendTones: Permission(Who.SELF_AND_HOSTS, "Only a moderator can send tones to others."),
    on.DialOut: _hosts("dial out"),
}
"""Every request made by a person is here; a test compares the table with the vocabulary."""


def refusal(room: Room, request: on.Request) -> on.Refusal | None:
    """Why the asking person may not, or None. Requests that no person makes are always let through."""
    if not isinstance(request, on.ByPerson):
        return None
    actor = room.people.get(request.by)
    if actor is None:
        return on.Refusal(403, codes.INVALID_TOKEN)
    permission = PERMISSIONS[type(request)]
    target = request.target if isinstance(request, on.ByPersonAbout) else actor.uuid
    if actor.waiting and not (permission.while_waiting and target == actor.uuid):
        return on.Refusal(403, WAITING, codes.NOT_MODERATOR)
    allowed = (
        permission.who is Who.EVERYBODY
        or (permission.who is not Who.SELF and actor.is_host)
        or (permission.who in (Who.SELF, Who.SELF_AND_HOSTS) and target == actor.uuid)
    )
    if not allowed:
        return on.Refusal(403, permission.sentence, codes.NOT_MODERATOR)
    if target not in room.people:
        return on.Refusal(403, NOBODY)
    return None
