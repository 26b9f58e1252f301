"""The envelope of every JSON reply: `{"status": .., "result": ..}` (wire document 1.3).

An error reply is `failed` with a sentence, or with a string of section 5, as its result. Our server adds `code`, a
number of the moderation seed, where there is one; with `"result": false` it adds `code` and `message`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError


@dataclass(frozen=True, slots=True)
class Reply:
    """An opened envelope."""

    ok: bool
    """`status` is `success`."""
    result: Any
    code: int = 0
    """Moderation code; 0 = none."""
    message: str = ""
    """What a person is told, when `result` is no text itself."""

    @property
    def sentence(self) -> str:
        """The text of a refusal, empty where there is none."""
        return self.message or (self.result if isinstance(self.result, str) and not self.ok else "")


def success(result: Any) -> dict[str, Any]:
    """The envelope of a 200 reply."""
    return {"status": "success", "result": result}


def denied(message: str, code: int) -> dict[str, Any]:
    """The envelope of a 200 reply that says "no": the official client throws on other statuses (wire document 4.9)."""
    return {"status": "success", "result": False, "code": code, "message": message}


def failure(result: Any, code: int = 0) -> dict[str, Any]:
    """The envelope of an error reply. `result` is a string, or one of the 403 objects of `request_token`."""
    data: dict[str, Any] = {"status": "failed", "result": result}
    if code:
        data["code"] = code
    return data


def parse_reply(value: Any) -> Reply:
    """Open an envelope. Raises `WireError` when it is none."""
    data = read.as_object(value, "reply")
    status = read.text(data, "status")
    if status not in ("success", "failed", "failure"):
        raise WireError("status must be success or failed")
    code = data.get("code")
    message = data.get("message")
    return Reply(
        ok=status == "success",
        result=data.get("result"),
        code=code if isinstance(code, int) and not isinstance(code, bool) else 0,
        message=message if isinstance(message, str) else "",
    )
