"""Why a meeting is over, in words. The strings are those of the wire document, section 5."""

from __future__ import annotations

from tui_meet.core.model import Ending, MeetingLink
from tui_meet.core.sanitise import safe_name, safe_text

INVALID_PIN = "Invalid PIN"
LEFT_BY_USER = "User initiated disconnect"
LEFT_FOR_TRANSFER = "Transfer"
COULD_NOT_RECONNECT = "Could not reconnect to the meeting"
ENDED_BY_OTHER = "Conference terminated by another participant"
DEFAULT_CODE = "#pex117"
_REJECTED = "Call rejected"
_DROPPED = "Disconnected by another participant"
_NOT_FOUND = ("Neither conference nor gateway found", "404 Not Found")

_FULL = "The meeting is full; try again later."
_NO_ROOM = "The server has no capacity left; try again later."
_UNAVAILABLE = "The server is not available; try again later."
_SERVER_LOST = "The server lost a part that carries this meeting; join again."
_SSO = "This meeting asks for a company sign-in, which this program cannot do; ask for another way in."

_SENTENCES: dict[str, tuple[str, bool]] = {
    INVALID_PIN: ("The PIN was wrong.", True),
    "Participant exceeded PIN entry retries": ("Too many wrong PINs were given; try again in a few minutes.", True),
    "Invalid token": ("The server no longer knows you; join again.", True),
    "Timer expired awaiting token refresh": ("The server no longer knows you; join again.", True),
    "Invalid role": ("The server refused the role; join again with another PIN.", True),
    "System in maintenance mode": ("The server is in maintenance; try again later.", True),
    "502 Bad Gateway": (_UNAVAILABLE, True),
    "503 Service Unavailable": (_UNAVAILABLE, True),
    "Unexpected Response: 503": (_UNAVAILABLE, True),
    "Out of proxying resource": (_NO_ROOM, True),
    "Out of resource": (_NO_ROOM, True),
    "Out of transcoding resource": (_NO_ROOM, True),
    "Insufficient licenses": (_NO_ROOM, True),
    "Invalid license": ("The server has no valid licence; tell whoever runs it.", True),
    "Participant limit reached": (_FULL, True),
    "transfer failed": ("You could not be moved to the other meeting; join it by its link.", True),
    "Conference host ended the conference with a DTMF command": ("A moderator ended the meeting.", True),
    "API initiated conference termination": ("The server's administrator ended the meeting.", True),
    "Conference terminated by an administrator": ("The server's administrator ended the meeting.", True),
    ENDED_BY_OTHER: ("A moderator ended the meeting for everybody.", True),
    "API initiated participant disconnect": ("The server's administrator took you out of the meeting.", True),
    "Disconnected by an administrator": ("The server's administrator took you out of the meeting.", True),
    _DROPPED: ("A moderator took you out of the meeting.", True),
    _REJECTED: ("A moderator did not let you in.", True),
    "Timeout waiting for conference host to join or permit access to locked conference": (
        "Nobody let you in for a long time; try again when a moderator is there.", True),
    "Conference extension not found": (
        "This link leads to a virtual reception; use the link of the meeting itself.", False),
    "Disabled": ("This meeting is switched off; ask whoever invited you.", False),
    "WebRTC connection failed": ("No way for sound and picture was found; check the network, then join again.", True),
    "Signaling node disconnected": ("The server went down; join again when it is back.", True),
    "Media process disconnected": (_SERVER_LOST, True),
    "Media node disconnected": (_SERVER_LOST, True),
    "Proxied participant disconnected": (_SERVER_LOST, True),
    "No participants can keep conference alive": ("The meeting is over: nobody is left to keep it going.", True),
    "All conference hosts departed hosted conference": ("The meeting is over: every moderator left.", True),
    "Last remaining participant removed from conference after timeout": (
        "The meeting was closed because you were the last one in it.", True),
    "Test call finished": ("The test call is over.", True),
    "Call disconnected": ("The server hung up; join again.", True),
    "Gateway dial out failed": ("The other side could not be called; try again later.", True),
    "Resource unavailable": (_UNAVAILABLE, True),
    "Ice failure": ("No way for sound and picture was found; check the network, then join again.", True),
    "SSO Authentication Failed": (_SSO, False),
    "SSO enabled but no Identity Providers configured": (_SSO, False),
    "SSO Authentication Failed. The system is in Maintenance mode": (_SSO, False),
    "SSO Authentication Failed. SSO is not available from this domain": (_SSO, False),
    COULD_NOT_RECONNECT: ("The connection did not come back within 60 s; check the network, then join again.", True),
}  # fmt: skip


def ending_for(error: str, code: str, link: MeetingLink | None, *, waiting: bool = False) -> Ending:
    """Why it is over, from the wire's own string; an unknown string is shown as it came."""
    if error in _NOT_FOUND:
        name = safe_name(link.alias) if link is not None else "?"
        return Ending(f"There is no meeting “{name}” on this server; check the link.", error, code, can_rejoin=False)
    if waiting and error == _DROPPED:
        error_sentence, can_rejoin = _SENTENCES[_REJECTED]
        return Ending(error_sentence, error, code, can_rejoin=can_rejoin)
    if error in _SENTENCES:
        sentence, can_rejoin = _SENTENCES[error]
        return Ending(sentence, error, code, can_rejoin=can_rejoin)
    shown = safe_text(error).strip() or "no reason given"
    return Ending(f"The server ended the connection: {shown.rstrip('.')}.", error, code)


LEFT = Ending("You left the meeting.", by_user=True)
ENDED_BY_ME = Ending("You ended the meeting for everybody.", by_user=True)
GAVE_UP = ending_for(COULD_NOT_RECONNECT, DEFAULT_CODE, None)


def wrong_pin(code: str) -> Ending:
    """The PIN was wrong for the last time."""
    return Ending(
        "The PIN was wrong three times; ask whoever invited you for the right one, then join again.", INVALID_PIN, code
    )


def unreachable(sentence: str, retryable: bool) -> Ending:
    """The server could not be used at all."""
    return Ending(sentence, code=DEFAULT_CODE, can_rejoin=retryable)
