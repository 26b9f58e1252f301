"""The room of a scripted meeting: who is in it, and what each request changes, as the real server would do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tui_meet.core import effects as order
from tui_meet.core.events import (
    ActionReported,
    Disconnected,
    Event,
    MessageArrived,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    RequestDone,
    RosterSyncBegan,
    RosterSynced,
    SlotsBound,
    StageChanged,
    StatusChanged,
)
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, StreamId
from tui_meet.core.model import ConferenceStatus, Participant, Role, SlotBinding, StageEntry

ALL_PARTS = frozenset({"slots", "volumes", "actors"})
"""Parts of the extension that a scripted meeting has."""


@dataclass(slots=True)
class FakeMeeting:
    """Mutable: the state on the pretended server's side."""

    me: Participant
    people: dict[ParticipantId, Participant] = field(default_factory=dict)
    """Everybody else, by id."""
    name: str = "Weekly planning"
    alias: str = "standup"
    status: ConferenceStatus = field(default_factory=ConferenceStatus)
    parts: frozenset[str] = ALL_PARTS
    host_pin: str = ""
    guest_pin: str = ""
    knock: bool = False
    """One waits until let in."""
    wall: float = 1_700_000_000.0
    """Unix seconds that hands and spotlights are stamped with; each stamp adds one."""
    stage: tuple[tuple[ParticipantId, int], ...] = ()
    """Speaking order with voice activity 0..100."""
    slots: int = 9
    messages: int = 0

    def everybody(self) -> tuple[Participant, ...]:
        """All people, oneself first."""
        return (self.me, *self.people.values())

    def stamp(self) -> float:
        """The next moment, Unix seconds."""
        self.wall += 1.0
        return self.wall

    def sync(self) -> Iterable[Event]:
        """What a newly opened event stream begins with."""
        yield StatusChanged(MAIN_ROOM, self.status)
        yield RosterSyncBegan(MAIN_ROOM)
        for person in self.everybody():
            yield ParticipantCreated(MAIN_ROOM, person)
        yield RosterSynced(MAIN_ROOM)
        if not self.me.is_waiting:
            yield from self.stage_events()

    def stage_events(self) -> Iterable[Event]:
        """Speaking order and who is on which stream."""
        yield StageChanged(tuple(StageEntry(who, index, vad) for index, (who, vad) in enumerate(self.stage)))
        if "slots" in self.parts:
            inside = [person for person in self.people.values() if not person.is_waiting]
            inside.sort(key=lambda person: (not person.is_spotlighted, person.joined_at))
            yield SlotsBound(
                tuple(
                    SlotBinding(StreamId(str(index)), inside[index].id if index < len(inside) else None)
                    for index in range(self.slots)
                )
            )

    def update(self, who: ParticipantId, **changes: object) -> Iterable[Event]:
        """Change somebody and say so."""
        person = self.me if who == self.me.id else self.people.get(who)
        if person is None:
            return
        changed = replace(person, **changes)  # type: ignore[arg-type]  # fields are checked by the dataclass itself
        if who == self.me.id:
            self.me = changed
        else:
            self.people[who] = changed
        yield ParticipantUpdated(MAIN_ROOM, changed)

    def join(self, person: Participant) -> Iterable[Event]:
        """Somebody comes."""
        self.people[person.id] = person
        yield ParticipantCreated(MAIN_ROOM, person)
        yield from self.stage_events()

    def leave(self, who: ParticipantId) -> Iterable[Event]:
        """Somebody goes."""
        if self.people.pop(who, None) is not None:
            self.stage = tuple(entry for entry in self.stage if entry[0] != who)
            yield ParticipantDeleted(MAIN_ROOM, who)
            yield from self.stage_events()

    def say(self, who: ParticipantId, text: str, *, direct: bool = False) -> Iterable[Event]:
        """Somebody writes."""
        self.messages += 1
        sender = next((person for person in self.everybody() if person.id == who), None)
        name = sender.display_name if sender is not None else ""
        yield MessageArrived(f"m{self.messages}", who, name, text, direct, MAIN_ROOM)

    def answer(self, request: order.Request) -> Iterable[Event]:
        """What a request does, ended by its `RequestDone`."""
        refusal = self._refusal(request)
        if refusal:
            yield RequestDone(request.ticket, False, 4101, refusal)
            return
        yield from self._carry_out(request)
        yield RequestDone(request.ticket, True)

    def _refusal(self, request: order.Request) -> str:
        own = isinstance(
            request,
            order.ReportClientMute | order.SendMessage | order.SendApplicationMessage | order.SetVolumes
            | order.RequestSlots,
        )  # fmt: skip
        target = getattr(request, "participant", None)
        mine = target == self.me.id and isinstance(request, order.RaiseHand | order.MuteVideo | order.MuteParticipant)
        if not (own or mine) and self.me.role is not Role.MODERATOR:
            return "Only a moderator may do that."
        if target is not None and target != self.me.id and target not in self.people:
            return "That person has left."
        return ""

    def _carry_out(self, request: order.Request) -> Iterable[Event]:
        match request:
            case order.SetLock(locked=locked):
                yield from self._set_status(locked=locked)
            case order.SetGuestsMuted(muted=muted):
                yield from self._set_status(guests_muted=muted)
                for person in self.everybody():
                    if not person.is_moderator and not person.is_waiting:
                        yield from self.update(person.id, is_muted=muted)
            case order.SetGuestsCanUnmute(allowed=allowed):
                yield from self._set_status(guests_can_unmute=allowed)
            case order.StartConference():
                yield from self._set_status(started=True)
            case order.MuteParticipant(participant=who, muted=muted):
                yield from self.update(who, is_muted=muted)
                yield ActionReported("mute" if muted else "unmute", self.me.id, who)
            case order.ReportClientMute(muted=muted):
                yield from self.update(self.me.id, is_client_muted=muted)
            case order.MuteVideo(participant=who, muted=muted):
                yield from self.update(who, is_camera_muted=muted)
            case order.RaiseHand(participant=who, raised=raised):
                yield from self.update(who, hand_raised_at=self.stamp() if raised else 0.0)
            case order.LowerAllHands():
                for person in self.everybody():
                    if person.hand_raised:
                        yield from self.update(person.id, hand_raised_at=0.0)
            case order.Spotlight(participant=who, on=on):
                yield from self.update(who, spotlight_at=self.stamp() if on else 0.0)
                yield from self.stage_events()
            case order.Admit(participant=who):
                yield from self.update(who, service_type="conference", has_media=True)
                yield from self.stage_events()
            case order.Drop(participant=who):
                yield from self.leave(who)
            case order.Rename(participant=who, name=name):
                yield from self.update(who, display_name=name)
            case order.SetRole(participant=who, moderator=moderator):
                yield from self.update(who, role=Role.MODERATOR if moderator else Role.PARTICIPANT)
            case order.TransferParticipant(participant=who):
                yield from self.leave(who)
            case order.SendMessage(text=text, to=None):
                yield from self.say(self.me.id, text)
            case order.EndMeeting():
                yield Disconnected("Conference terminated by a Host participant", "")
            case _:
                return

    def _set_status(self, **changes: bool) -> Iterable[Event]:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]  # every changed field is a bool
        yield StatusChanged(MAIN_ROOM, self.status)
