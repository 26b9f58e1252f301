"""Error strings of the wire and their `#pex` codes (wire document section 5). Matching is exact and case-sensitive."""

from __future__ import annotations

DEFAULT_CODE = "#pex117"

_STRINGS: dict[str, tuple[str, ...]] = {
    "#pex100": ("Invalid role",),
    "#pex101": ("Invalid PIN",),
    "#pex109": ("Out of proxying resource",),
    "#pex110": ("System in maintenance mode",),
    "#pex111": ("502 Bad Gateway",),
    "#pex112": ("503 Service Unavailable",),
    "#pex113": ("Invalid token", "Timer expired awaiting token refresh"),
    "#pex114": ("Out of resource", "Out of transcoding resource"),
    "#pex115": ("transfer failed",),
    "#pex116": ("Unexpected Response: 503",),
    "#pex119": ("Failed to forward request",),
    "#pex120": ("Conference host ended the conference with a DTMF command",),
    "#pex121": ("API initiated conference termination",),
    "#pex122": ("API initiated participant disconnect", "Conference terminated by an administrator"),
    "#pex123": ("Disconnected by an administrator",),
    "#pex124": ("Disconnected by another participant",),
    "#pex125": ("Conference terminated by another participant",),
    "#pex126": ("Timeout waiting for conference host to join or permit access to locked conference",),
    "#pex127": ("Disabled",),
    "#pex128": ("WebRTC connection failed",),
    "#pex129": ("Signaling node disconnected",),
    "#pex130": ("Media process disconnected",),
    "#pex131": ("Media node disconnected",),
    "#pex132": ("Proxied participant disconnected",),
    "#pex140": ("No participants can keep conference alive",),
    "#pex141": ("All conference hosts departed hosted conference",),
    "#pex142": ("Last remaining participant removed from conference after timeout",),
    "#pex143": ("Test call finished",),
    "#pex150": ("Call rejected",),
    "#pex151": ("Call disconnected",),
    "#pex152": ("Gateway dial out failed",),
    "#pex153": ("invalid gateway routing rule transform",),
    "#pex154": ("Neither conference nor gateway found",),
    "#pex156": ("No direct route between Edge and Transcoding",),
    "#pex157": ("404 Not Found",),
    "#pex191": ("Resource unavailable",),
    "#pex192": ("Participant exceeded PIN entry retries",),
    "#pex193": ("Invalid license",),
    "#pex194": ("Participant limit reached",),
    "#pex195": ("Insufficient licenses",),
    "#pex196": ("Ice failure",),
    "#pex197": ("Telehealth Call failure",),
    "#pex200": ("SSO Authentication Failed",),
    "#pex201": ("SSO enabled but no Identity Providers configured",),
    "#pex203": ("SSO Authentication Failed. The system is in Maintenance mode",),
    "#pex204": ("SSO Authentication Failed. SSO is not available from this domain",),
    "#pex210": ("Failed to transfer into a multi-party conference",),
    "#pex211": ("Failed to transfer into a one-to-one conference",),
}
_CODES = {string: code for code, strings in _STRINGS.items() for string in strings}

INVALID_PIN = "Invalid PIN"
INVALID_TOKEN = "Invalid token"
INVALID_ROLE = "Invalid role"
PIN_RETRIES = "Participant exceeded PIN entry retries"
NOT_FOUND = "Neither conference nor gateway found"
ROOM_FULL = "Participant limit reached"
DROPPED = "Disconnected by another participant"
ENDED = "Conference terminated by another participant"
REJECTED = "Call rejected"
WAITED_TOO_LONG = "Timeout waiting for conference host to join or permit access to locked conference"
SERVER_GOING_DOWN = "Signaling node disconnected"
TOKEN_EXPIRED = "Timer expired awaiting token refresh"
CALL_DISCONNECTED = "Call disconnected"
UNAVAILABLE = "Resource unavailable"
NO_GATEWAY = "Gateway dial out failed"
NO_LICENCE = "Insufficient licenses"
OUT_OF_RESOURCE = "Out of resource"
TRANSFER_FAILED = "transfer failed"
COULD_NOT_RECONNECT = "Could not reconnect to the meeting"

LEFT_BY_USER = "User initiated disconnect"
"""`release_token` reason of a person's own leave."""
LEFT_FOR_TRANSFER = "Transfer"

NOT_MODERATOR = 4101
"""A person without the role called for it (moderation seed)."""
ALREADY_SO = 4121
"""The room is in the requested state already (moderation seed)."""


def pex_code(string: str) -> str:
    """The `#pex` code of an error string; `#pex117` for everything not listed."""
    return _CODES.get(string, DEFAULT_CODE)


def strings_of(code: str) -> tuple[str, ...]:
    """The error strings of a code; none for an unknown code."""
    return _STRINGS.get(code, ())
