"""Payloads of the public events, as the events seed has them: camelCase, derivations of the wire document 3.3.

Values are plain JSON; dates are ISO-8601 strings in UTC. Where the seed's payload is a list or nothing, the payload
here is an object with one key or none, since every line of the headless client is one object.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tui_meet.core.ids import RoomId
from tui_meet.core.model import ConferenceStatus, Participant, StageEntry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IN_A_MEETING = ("conference", "lecture")


def iso(seconds: float) -> str:
    """Unix seconds as ISO-8601 in UTC with milliseconds; what no calendar holds becomes the epoch."""
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        moment = _EPOCH
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def participant(person: Participant) -> dict[str, Any]:
    """The seed's `Participant`."""
    is_host = person.is_moderator
    is_gateway = person.service_type == "gateway"
    payload: dict[str, Any] = {
        "callType": person.call_type,
        "canControl": is_host and person.service_type in _IN_A_MEETING,
        "canChangeLayout": is_host and (person.service_type in _IN_A_MEETING or is_gateway),
        "canDisconnect": person.can_disconnect,
        "canMute": person.can_mute,
        "canTransfer": person.can_transfer,
        "canFecc": person.can_fecc,
        "canRaiseHand": not is_gateway,
        "canSpotlight": not is_gateway,
        "displayName": person.display_name or person.uri.removeprefix("sip:"),
        "handRaisedTime": person.hand_raised_at,
        "identity": person.id,
        "isCameraMuted": person.is_camera_muted,
        "isClientMuted": person.is_client_muted,
        "isEndpoint": "sip" in person.uri,
        "isExternal": person.is_external,
        "isIdpAuthenticated": person.is_idp_authenticated,
        "isGateway": is_gateway,
        "isHost": is_host,
        "isMainVideoDroppedOut": person.is_main_video_dropped_out,
        "isMuted": person.is_muted,
        "isPresenting": person.is_presenting,
        "isSpotlight": person.is_spotlighted,
        "isStreaming": person.is_streaming,
        "isTransferring": person.is_transferring,
        "isVideoSilent": person.is_video_silent,
        "isWaiting": person.is_waiting,
        "needsPresentationInMix": person.needs_presentation_in_mix,
        "protocol": person.protocol,
        "raisedHand": person.hand_raised,
        "role": person.role.value,
        "rxPresentation": person.rx_presentation,
        "serviceType": person.service_type,
        "spotlightOrder": person.spotlight_at,
        "startAt": iso(person.joined_at),
        "startTime": person.joined_at,
        "supportsDirectChat": person.supports_direct_chat,
        "uri": person.uri,
        "uuid": person.id,
        "vendor": person.vendor,
    }
    return payload


def one(room: RoomId, person: Participant) -> dict[str, Any]:
    """`me`, `participantJoined`, `participantLeft`, `raiseHand`."""
    return {"id": room, "participant": participant(person)}


def several(room: RoomId, people: Iterable[Participant]) -> dict[str, Any]:
    """`participants`."""
    return {"id": room, "participants": [participant(person) for person in people]}


def conference_status(room: RoomId, status: ConferenceStatus) -> dict[str, Any]:
    """`conferenceStatus`."""
    payload: dict[str, Any] = {
        "locked": status.locked,
        "guestsMuted": status.guests_muted,
        "allMuted": status.all_muted,
        "started": status.started,
        "liveCaptionsAvailable": status.live_captions_available,
        "breakoutRooms": status.breakout_rooms,
        "directMedia": status.direct_media,
        "presentationAllowed": status.presentation_allowed,
        "guestsCanUnmute": status.guests_can_unmute,
    }
    if status.classification_levels:
        levels = {str(level): name for level, name in status.classification_levels.items()}
        payload["classification"] = {"current": status.classification_current, "levels": levels}
    return {"id": room, "status": payload}


def message(id_: str, at: float, name: str, sender: str, text: str, direct: bool) -> dict[str, Any]:
    """`message` and `directMessage`."""
    return {"at": iso(at), "id": id_, "message": text, "displayName": name, "userId": sender, "direct": direct}


def stage(entries: Iterable[StageEntry]) -> dict[str, Any]:
    """`stage`; the seed's list is under `stage`."""
    return {"stage": [{"userId": entry.participant, "stageIndex": entry.index, "vad": entry.vad} for entry in entries]}
