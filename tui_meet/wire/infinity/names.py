"""Names on the wire: events of the stream (wire document 3.2), headers and paths (1.1, 1.2, 2)."""

from __future__ import annotations

from urllib.parse import quote

CLIENT_BASE = "/api/client/v2"
STATUS_PATH = CLIENT_BASE + "/status"

TOKEN_HEADER = "token"
PIN_HEADER = "pin"
NO_PIN = "none"
"""As the `pin` header: "join as a guest with no PIN"."""
NOT_GIVEN = "none"
"""In `chosen_idp` and `sso_token`: not given."""

SYNC_BEGIN = "participant_sync_begin"
SYNC_END = "participant_sync_end"
PARTICIPANT_CREATE = "participant_create"
PARTICIPANT_UPDATE = "participant_update"
PARTICIPANT_DELETE = "participant_delete"
CONFERENCE_UPDATE = "conference_update"
LAYOUT = "layout"
STAGE = "stage"
MESSAGE_RECEIVED = "message_received"
DISCONNECT = "disconnect"
CALL_DISCONNECTED = "call_disconnected"
REFER = "refer"
PRESENTATION_START = "presentation_start"
PRESENTATION_STOP = "presentation_stop"
PRESENTATION_FRAME = "presentation_frame"
NEW_OFFER = "new_offer"
UPDATE_SDP = "update_sdp"
NEW_CANDIDATE = "new_candidate"
PEER_DISCONNECT = "peer_disconnect"
REFRESH_TOKEN = "refresh_token"
SPLASH_SCREEN = "splash_screen"
LIVE_CAPTIONS = "live_captions"
FECC = "fecc"
BREAKOUT_BEGIN = "breakout_begin"
BREAKOUT_EVENT = "breakout_event"
BREAKOUT_END = "breakout_end"
BREAKOUT_REFER = "breakout_refer"
BYE = "bye"

SERVICE_CONFERENCE = "conference"
SERVICE_WAITING = "waiting_room"

TEXT = "text/plain"
JSON = "application/json"


def conference_path(alias: str) -> str:
    """The base of a conference, without a closing slash. The alias is percent-encoded whole, `@` and `/` too."""
    return f"{CLIENT_BASE}/conferences/{quote(alias, safe='')}"


def participant_path(alias: str, participant_uuid: str) -> str:
    """The base of a participant, without a closing slash."""
    return f"{conference_path(alias)}/participants/{quote(participant_uuid, safe='')}"


def breakout_participant_path(alias: str, breakout_uuid: str, participant_uuid: str) -> str:
    """The base of a participant of a breakout, without a closing slash."""
    room = f"{conference_path(alias)}/breakouts/{quote(breakout_uuid, safe='')}"
    return f"{room}/participants/{quote(participant_uuid, safe='')}"


def call_path(alias: str, participant_uuid: str, call_uuid: str) -> str:
    """The base of a call, without a closing slash."""
    return f"{participant_path(alias, participant_uuid)}/calls/{quote(call_uuid, safe='')}"
