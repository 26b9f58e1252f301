"""Wire events to facts of the core (wire document 3). No sockets; what does not fit raises `WireError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tui_meet.core import events as ev
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId
from tui_meet.core.model import ConferenceStatus, IceServer, Participant, Role, SlotBinding, StageEntry
from tui_meet.wire import fields as read
from tui_meet.wire import meet
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.codes import pex_code
from tui_meet.wire.infinity.conference import ConferenceStatus as WireStatus
from tui_meet.wire.infinity.messages import MessageReceived, parse_stage
from tui_meet.wire.infinity.participant import WireParticipant
from tui_meet.wire.infinity.presentation import LiveCaptions, PresentationStart
from tui_meet.wire.infinity.token import HOST, TokenReply

Facts = tuple[ev.Event, ...]


class Translator:
    """Turns the events of one stay into facts; remembers who "me" is and in which role."""

    def __init__(self, me: ParticipantId, role: Role, new_id: Callable[[], str]) -> None:
        self._me = me
        self._new_id = new_id
        self.role = role

    def translate(self, name: str, data: str) -> Facts:
        """One event of the stream. Unknown names give nothing. Raises `WireError`."""
        return self._translate(name, read.parse_json(data), MAIN_ROOM)

    def role_told(self, word: str) -> Facts:
        """`HOST` or `GUEST` of a refresh reply; empty says nothing."""
        return self._role(Role.MODERATOR if word == HOST else Role.PARTICIPANT) if word else ()

    def _translate(self, name: str, data: Any, room: RoomId) -> Facts:
        if name == names.SYNC_BEGIN:
            return (ev.RosterSyncBegan(room),)
        if name == names.SYNC_END:
            return (ev.RosterSynced(room),)
        if name in (names.PARTICIPANT_CREATE, names.PARTICIPANT_UPDATE):
            return self._person(name, data, room)
        if name == names.PARTICIPANT_DELETE:
            uuid = read.text(read.as_object(data, name), "uuid")
            return (ev.ParticipantDeleted(room, ParticipantId(uuid)),)
        if name == names.CONFERENCE_UPDATE:
            return (ev.StatusChanged(room, status_of(WireStatus.from_json(data))),)
        if name == names.MESSAGE_RECEIVED:
            return self._message(MessageReceived.from_json(data), room)
        if name == names.BREAKOUT_EVENT:
            return self._breakout(read.as_object(data, name))
        return self._of_any_room(name, data, room) or (self._of_main_room(name, data) if room == MAIN_ROOM else ())

    def _of_any_room(self, name: str, data: Any, room: RoomId) -> Facts:
        if name == names.STAGE:
            entries = tuple(
                StageEntry(ParticipantId(row.participant_uuid), row.stage_index, row.vad) for row in parse_stage(data)
            )
            return (ev.StageChanged(entries, room),)
        if name == names.LAYOUT:
            return (ev.LayoutChanged(dict(read.as_object(data, name)), room),)
        if name == names.PRESENTATION_START:
            start = PresentationStart.from_json(data)
            who = start.presenter_name or start.presenter_uri
            return (ev.PresentationStarted(room, ParticipantId(start.presenter_uuid), who),)
        if name == names.PRESENTATION_STOP:
            return (ev.PresentationStopped(room),)
        if name == names.LIVE_CAPTIONS:
            caption = LiveCaptions.from_json(data)
            speakers = tuple(ParticipantId(uuid) for uuid in caption.speakers)
            return (ev.CaptionArrived(room, caption.data, caption.is_final, speakers),)
        if name == meet.SLOTS_EVENT:
            bindings = meet.parse_slots(data)
            return (
                ev.SlotsBound(
                    tuple(
                        SlotBinding(StreamId(item.mid), ParticipantId(item.participant_uuid) or None)
                        for item in bindings
                    ),
                    room,
                ),
            )
        if name == meet.ACTION_EVENT:
            action = meet.parse_action(data)
            target = ParticipantId(action.target) if action.target else None
            return (ev.ActionReported(action.action, ParticipantId(action.by), target),)
        return ()

    def _of_main_room(self, name: str, data: Any) -> Facts:
        if name in (names.BREAKOUT_BEGIN, names.BREAKOUT_END):
            told = read.as_object(data, name)
            kind = ev.BreakoutBegan if name == names.BREAKOUT_BEGIN else ev.BreakoutEnded
            return (kind(_filled_room(told), ParticipantId(read.text(told, "participant_uuid", ""))),)
        if name == names.BREAKOUT_REFER:
            told = read.as_object(data, name)
            requester = ParticipantId(read.text(told, "requester_uuid", "")) or None
            return (ev.BreakoutReferred(_filled_room(told), read.text(told, "breakout_name", ""), requester),)
        if name == names.UPDATE_SDP:
            return (ev.OfferArrived(read.text(read.as_object(data, name), "sdp")),)
        if name == names.DISCONNECT:
            reason = read.text(read.as_object(data, name), "reason", "")
            return (ev.Disconnected(reason, pex_code(reason)),)
        if name == names.REFER:
            refer = read.as_object(data, name)
            breakout = read.text(refer, "breakout_name", "")
            target = read.text(refer, "target", "") or ("breakout" if breakout else "conference")
            if target not in ("conference", "breakout", "main"):
                target = "conference"
            alias, token = read.text(refer, "alias"), read.text(refer, "token", "")
            return (ev.Transferred(alias, token, target, breakout),)  # type: ignore[arg-type]  # one of the three
        return ()

    def _person(self, name: str, data: Any, room: RoomId) -> Facts:
        person = participant_of(WireParticipant.from_json(data))
        before: Facts = ()
        if room == MAIN_ROOM and person.id == self._me:
            before = self._role(person.role)
        kind = ev.ParticipantCreated if name == names.PARTICIPANT_CREATE else ev.ParticipantUpdated
        return (*before, kind(room, person))

    def _role(self, role: Role) -> Facts:
        if role is self.role:
            return ()
        self.role = role
        return (ev.RoleChanged(role),)

    def _message(self, message: MessageReceived, room: RoomId) -> Facts:
        sender = ParticipantId(message.uuid)
        if message.is_text:
            return (ev.MessageArrived(self._new_id(), sender, message.origin, message.payload, message.direct, room),)
        content = read.as_object(read.parse_json(message.payload), "application message")
        return (ev.ApplicationMessageArrived(sender, message.origin, dict(content), message.direct, room),)

    def _breakout(self, data: Mapping[str, Any]) -> Facts:
        inner = read.text(data, "event")
        if inner == names.BREAKOUT_EVENT:
            raise WireError("a breakout event inside a breakout event")
        return self._translate(inner, data.get("data"), RoomId(read.text(data, "breakout_uuid")))


def _filled_room(data: Mapping[str, Any]) -> RoomId:
    room = read.text(data, "breakout_uuid")
    if not room.strip():
        raise WireError("breakout_uuid must not be blank")
    return RoomId(room)


def participant_of(person: WireParticipant) -> Participant:
    """The core's participant. The name shown is the overlay text where there is one: renaming changes only that."""
    name = person.overlay_text.strip() or person.display_name.strip() or person.uri.removeprefix("sip:")
    return Participant(
        id=ParticipantId(person.uuid),
        display_name=name,
        role=Role.MODERATOR if person.role == Role.MODERATOR.value else Role.PARTICIPANT,
        service_type=person.service_type,
        uri=person.uri,
        protocol=person.protocol,
        vendor=person.vendor,
        call_type="audio" if person.is_audio_only_call else "video" if person.is_video_call else "api",
        has_media=person.has_media,
        is_muted=person.is_muted,
        is_client_muted=person.is_client_muted,
        is_camera_muted=person.is_video_muted,
        is_video_silent=person.is_video_silent,
        is_main_video_dropped_out=person.is_main_video_dropped_out,
        is_presenting=person.is_presenting,
        rx_presentation=person.rx_presentation_policy == "ALLOW",
        needs_presentation_in_mix=person.needs_presentation_in_mix,
        can_disconnect=person.disconnect_supported,
        can_mute=person.mute_supported,
        can_transfer=person.transfer_supported,
        can_fecc=person.fecc_supported,
        supports_direct_chat=person.supports_direct_chat,
        hand_raised_at=person.buzz_time,
        spotlight_at=person.spotlight,
        joined_at=person.start_time,
        is_external=person.is_external,
        is_idp_authenticated=person.is_idp_authenticated,
        is_streaming=person.is_streaming_conference,
        is_transferring=person.is_transferring,
    )


def status_of(status: WireStatus) -> ConferenceStatus:
    """The core's conference status."""
    classification = status.classification
    more = status.extra
    buzz = more.get("breakoutbuzz")
    asked = read.number(buzz, "time") if isinstance(buzz, dict) and read.flag(buzz, "value") else 0.0
    return ConferenceStatus(
        locked=status.locked,
        guests_muted=status.guests_muted,
        all_muted=status.all_muted,
        started=status.started,
        live_captions_available=status.live_captions_available,
        breakout_rooms=status.breakout_rooms,
        direct_media=status.direct_media,
        presentation_allowed=status.presentation_allowed,
        guests_can_unmute=status.guests_can_unmute,
        classification_levels=dict(classification.levels) if classification is not None else {},
        classification_current=classification.current if classification is not None else None,
        classification_colours=dict(classification.colours) if classification is not None else {},
        guests_can_present=status.guests_can_present,
        breakout=read.flag(more, "breakout"),
        breakout_name=read.text(more, "breakout_name", ""),
        breakout_description=read.text(more, "breakout_description", ""),
        end_time=read.number(more, "end_time"),
        guests_allowed_to_leave=read.flag(more, "breakout_guests_allowed_to_leave", True),
        help_asked_at=asked,
    )


def accepted_of(reply: TokenReply, alias: str) -> ev.JoinAccepted:
    """What the core is told of a `request_token` that let us in. Raises `WireError`."""
    call_type = reply.call_type
    if call_type not in ("video", "video-only", "audio"):
        raise WireError("call_type is unknown")
    return ev.JoinAccepted(
        participant=ParticipantId(reply.participant_uuid),
        role=Role.MODERATOR if reply.role == HOST else Role.PARTICIPANT,
        display_name=reply.display_name,
        alias=alias,
        conference_name=reply.conference_name,
        service_type=reply.current_service_type,
        call_type=call_type,  # type: ignore[arg-type]  # narrowed by the check above
        chat_enabled=reply.chat_enabled,
        parts=frozenset(meet.parse_parts(reply.meet)),
        ice_servers=ice_servers_of(reply),
    )


def ice_servers_of(reply: TokenReply) -> tuple[IceServer, ...]:
    """STUN and TURN servers of a `request_token` reply, those with addresses that make sense."""
    servers = [IceServer((url,)) for url in reply.stun if _is_ice(url)]
    for item in reply.turn:
        urls = tuple(url for url in read.texts(item, "urls") if _is_ice(url))
        if urls:
            servers.append(IceServer(urls, read.text(item, "username", ""), read.text(item, "credential", "")))
    return tuple(servers)


def _is_ice(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("stun", "stuns", "turn", "turns")
    except ValueError:
        return False
