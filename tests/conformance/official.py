"""One participant of a meeting: the official client in a page of headless Chromium."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.conformance.chromium import Browser
from tests.conformance.site import Site
from tests.patience import PATIENCE

Json = Mapping[str, Any]
T = TypeVar("T")

NO_MEDIA = 0
"""`callType`: control only (wire document 7.3)."""
AUDIO_VIDEO = 30
AUDIO_VIDEO_PRESENTATION = 126

BINDING = "report"

WAIT_SECONDS = PATIENCE
"""How long anything is waited for: much more than it takes, for machines with other things to do."""


class Refused(Exception):
    """The server said no, in a way the client's validators accept or not."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(f"{status} {words}".strip())


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal the client gave."""

    name: str
    data: Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request of the page and the status of its reply, 0 where none came."""

    method: str
    path: str
    status: int


@dataclass(slots=True)
class Heard:
    """Everything a page has told so far, in order."""

    signals: list[Signal] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    """Of the client itself, from warnings up, and exceptions nobody caught."""
    events: list[tuple[str, Any]] = field(default_factory=list)
    """Server-sent events as they came over the wire: name and data."""
    exchanges: list[Exchange] = field(default_factory=list)


class Official:
    """A page with the client, and what came out of it."""

    def __init__(self, browser: Browser, site: Site, server: str, name: str) -> None:
        self.name = name
        self.heard = Heard()
        self._server = server
        self._changed = threading.Condition()
        self._requests: dict[str, tuple[str, str]] = {}
        self._page = browser.open(site.url, self._listen, BINDING)
        self._wait_loaded()

    # What the test does.

    def call(
        self, alias: str, *, call_type: int = AUDIO_VIDEO_PRESENTATION, media: bool = False, **options: Any
    ) -> Json | None:
        """`client.call`: the reply of `request_token` as {status, data}, or None where the client gave up."""
        given = {
            "conferenceAlias": alias,
            "displayName": self.name,
            "bandwidth": 0,
            "callType": call_type,
            "host": self._server,
            "node": self._server.partition("//")[2],
            "media": media,
            **options,
        }
        result = self.run("call", given)
        assert "thrown" not in result, result
        value = result.get("value")
        assert value is None or isinstance(value, Mapping), value
        return value

    def join(self, alias: str, *, call_type: int = AUDIO_VIDEO_PRESENTATION, **options: Any) -> Json:
        """Call, and wait until the meeting is there (and the media, where there are any); the reply's `result`."""
        reply = self.call(alias, call_type=call_type, **options)
        assert reply is not None, self.trouble()
        assert reply["status"] == 200, reply
        self.signal("onAuthenticatedWithConference")
        if call_type != NO_MEDIA:
            self.signal("onCallConnected")
        result = reply["data"]["result"]
        assert isinstance(result, Mapping)
        return result

    def run(self, method: str, *arguments: Any, timeout: float = 30) -> Json:
        """Any method of the client: {"value": what it resolved to} or {"thrown": text}."""
        words = ", ".join(json.dumps(value) for value in (method, *arguments))
        result = self._page.evaluate(f"participant.run({words})", timeout)
        assert isinstance(result, Mapping), result
        return result

    def ok(self, method: str, *arguments: Any) -> Any:
        """Run a method that makes a request; the reply's `result`. Raises `Refused` where the reply is not 200."""
        before = len(self.heard.exchanges)
        done = self.run(method, *arguments)
        value = done.get("value")
        if isinstance(value, Mapping) and "status" in value:
            if value["status"] != 200:
                raise Refused(value["status"], str(value["data"]["result"]))
            return value["data"]["result"]
        # The client gives nothing but what the reply held, or throws, or resolves to nothing at all.
        refusals = [one.status for one in self.heard.exchanges[before:] if one.status >= 400]
        if refusals:
            raise Refused(refusals[0])
        assert "thrown" not in done, (method, done, self.trouble())
        return value

    def endpoint(self, name: str, parameters: Json, body: Json | None = None) -> Any:
        """The `result` of an endpoint, by the request function of `@pexip/infinity-api` that checks its reply.

        Raises `Refused` where the reply is not 200.
        """
        words = ", ".join(json.dumps(value) for value in (name, parameters, body))
        done = self._page.evaluate(f"participant.endpoint({words})")
        unlisted = re.match(r"Error: Unexpected status (\d+)", done.get("thrown", ""))
        if unlisted is not None:
            raise Refused(int(unlisted.group(1)))
        assert "thrown" not in done, (done, self.trouble())
        if done["value"]["status"] != 200:
            raise Refused(done["value"]["status"], str((done["value"].get("data") or {}).get("result")))
        return (done["value"].get("data") or {}).get("result")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self._page.evaluate(expression)

    def uuid(self) -> str:
        """The own participant."""
        return str(self.signal("onMe").data["participant"]["uuid"])

    def leave(self) -> None:
        self.run("disconnect", {"reason": "User initiated disconnect"})

    def go_offline(self, offline: bool) -> None:
        """Take the network away from the page's requests, or give it back. Media are not touched."""
        self._page.go_offline(offline)

    def close(self) -> None:
        self._page.close()

    # What the test sees.

    def mark(self) -> int:
        """A place in the signals to wait from."""
        return len(self.heard.signals)

    def signal(
        self, name: str, fits: Callable[[Any], bool] = lambda _: True, timeout: float = WAIT_SECONDS, start: int = 0
    ) -> Signal:
        """The first signal of that name whose data fit, from place `start` on. Fails the test when none comes."""
        found = self._wait(
            lambda: next((one for one in self.heard.signals[start:] if one.name == name and fits(one.data)), None),
            timeout,
        )
        if found is None:
            seen = [one.data for one in self.heard.signals[start:] if one.name == name]
            shown = json.dumps(seen)[-1500:]
            raise AssertionError(f"{self.name}: no fitting {name} in {timeout} s, only {shown}\n{self.trouble()}")
        return found

    def rest(self, seconds: float = 1.0) -> None:
        """Wait until no request has been underway for so long: a negotiation has several, one after the other.

        The client applies an answer that comes late to whatever call there is then.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        quiet_since = time.monotonic()
        seen = -1
        while time.monotonic() - quiet_since < seconds:
            assert time.monotonic() < deadline, f"{self.name} does not come to rest\n{self.trouble()}"
            if self._requests or len(self.heard.exchanges) != seen:
                seen = len(self.heard.exchanges)
                quiet_since = time.monotonic()
            time.sleep(0.05)

    def event(self, name: str, fits: Callable[[Any], bool] = lambda _: True, timeout: float = WAIT_SECONDS) -> Any:
        """The data of the first server-sent event of that name that fits."""
        found = self._wait(
            lambda: next((one for one in self.heard.events if one[0] == name and fits(one[1])), None), timeout
        )
        assert found is not None, f"{self.name}: no fitting event {name} in {timeout} s\n{self.trouble()}"
        return found[1]

    def participant(self, name: str, *, timeout: float = WAIT_SECONDS, **fields: Any) -> Json:
        """The state of the one with that display name in the main room, once these fields are so."""
        deadline = time.monotonic() + timeout
        while True:
            rows: list[Json] = [row for row in self.roster() if row.get("displayName") == name]
            if rows and all(rows[0].get(field) == value for field, value in fields.items()):
                return rows[0]
            if time.monotonic() > deadline:
                seen = {field: rows[0].get(field) for field in fields} if rows else "nobody"
                raise AssertionError(f"{self.name} sees {name} as {seen}, not {fields}\n{self.trouble()}")
            time.sleep(0.05)

    def conference(self, room: str = "main", *, start: int = 0, **fields: Any) -> Json:
        """The first status of a room, from place `start` on, with these fields."""
        status = self.signal(
            "onConferenceStatus",
            lambda data: data["id"] == room and all(data["status"].get(key) == value for key, value in fields.items()),
            start=start,
        ).data["status"]
        assert isinstance(status, Mapping)
        return status

    def roster(self, room: str = "main") -> list[Json]:
        """Everybody the client knows of in a room."""
        return list(self.run("getParticipants", room)["value"] or ())

    def look(self, screen: str = "main") -> Json | None:
        """The remote picture now: {width, height, pixels: 32x18 of [r, g, b], row by row}."""
        value = self._page.evaluate(f"participant.look({json.dumps(screen)})")
        assert value is None or isinstance(value, Mapping)
        return value

    def listen(self, screen: str = "main") -> Json | None:
        """The remote sound now: {level: root mean square, hertz: the loudest frequency}."""
        value = self._page.evaluate(f"participant.listen({json.dumps(screen)})")
        assert value is None or isinstance(value, Mapping)
        return value

    def trouble(self) -> str:
        """What the client complained about, and its last requests, for a failing test."""
        lines = [*self.heard.logs[-12:], *(str(exchange) for exchange in self.heard.exchanges[-12:])]
        return "\n".join(line[:600] for line in lines)

    def complaints(self) -> list[str]:
        """What the client logged as an error, and exceptions nobody caught."""
        return [line for line in self.heard.logs if not line.startswith("warn")]

    # What the page tells; these run in the browser's thread.

    def _listen(self, method: str, data: Json) -> None:
        match method:
            case "Runtime.bindingCalled":
                self._told(json.loads(data["payload"]))
            case "Network.requestWillBeSent":
                request = data["request"]
                path = request["url"].partition("://")[2].partition("/")[2].partition("?")[0]
                self._requests[data["requestId"]] = (request["method"], "/" + path)
            case "Network.responseReceived":
                self._replied(data["requestId"], int(data["response"]["status"]))
            case "Network.loadingFailed":
                self._replied(data["requestId"], 0)
            case "Network.eventSourceMessageReceived":
                with self._changed:
                    self.heard.events.append((data["eventName"], json.loads(data["data"])))
                    self._changed.notify_all()

    def _told(self, told: Json) -> None:
        with self._changed:
            if told["kind"] == "signal":
                self.heard.signals.append(Signal(told["name"], told["data"]))
            else:
                self.heard.logs.append(f"{told.get('level', told['kind'])}: {told['text']}")
            self._changed.notify_all()

    def _replied(self, request: str, status: int) -> None:
        sent = self._requests.pop(request, None)
        if sent is not None and "/api/" in sent[1]:
            with self._changed:
                self.heard.exchanges.append(Exchange(*sent, status))
                self._changed.notify_all()

    def _wait(self, find: Callable[[], T | None], timeout: float) -> T | None:
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = find()
                left = deadline - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._changed.wait(left)

    def _wait_loaded(self) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if self._page.evaluate("document.readyState === 'complete' && typeof participant === 'object'"):
                return
            time.sleep(0.02)
        raise AssertionError(f"the page did not load: {self.trouble()}")
