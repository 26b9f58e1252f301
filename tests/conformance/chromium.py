"""Headless Chromium, driven by the DevTools protocol over its debugging pipe: no port, no driver program."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, TimeoutError
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

Json = Mapping[str, Any]
Listener = Callable[[str, Json], None]

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the run may be root's, in a container; it only opens our own page
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-pings",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Several pages take part in one meeting; none of them is in the background.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # Nothing but loopback, whatever a page or the browser itself may want.
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1",
    "--remote-debugging-pipe",
)
_ON_FILES_THREE_AND_FOUR = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
ANSWER_SECONDS = max(30.0, PATIENCE)


class PageError(AssertionError):
    """A script in the page threw, or the browser refused a command."""


class Browser:
    """One browser process. Raises `FileNotFoundError` where Chromium is not installed."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise FileNotFoundError("chromium is not installed")
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _ON_FILES_THREE_AND_FOUR, "sh", program, *FLAGS, f"--user-data-dir={profile}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Json]] = {}
        self._listeners: dict[str, Listener] = {}
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def command(self, method: str, session: str = "", timeout: float = ANSWER_SECONDS, **parameters: Any) -> Json:
        """Do one command of the protocol; its result. Raises `PageError`."""
        message: dict[str, Any] = {"id": next(self._numbers), "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        answer: Future[Json] = Future()
        with self._lock:
            self._waiting[message["id"]] = answer
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(message).encode() + b"\0")
            self.process.stdin.flush()
        try:
            result = answer.result(timeout)
        except TimeoutError:
            raise PageError(f"no answer to {method} in {timeout} s") from None
        if "error" in result:
            raise PageError(f"{method}: {result['error'].get('message')}")
        return result["result"]  # type: ignore[no-any-return]

    def open(self, url: str, listener: Listener, binding: str) -> Page:
        """A page in a window and browser context of its own. What it sends to the function `binding` and what goes
        over its network is told to `listener`, from a thread of the browser's."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        target = self.command("Target.createTarget", url="about:blank", browserContextId=context, newWindow=True)
        session = self.command("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        self._listeners[session] = listener
        for domain in ("Page", "Runtime", "Network"):
            self.command(f"{domain}.enable", session)
        self.command("Runtime.addBinding", session, name=binding)
        self.command("Emulation.setFocusEmulationEnabled", session, enabled=True)
        self.command("Page.navigate", session, url=url)
        return Page(self, context, session)

    def forget(self, session: str) -> None:
        """Listen to a page no longer."""
        self._listeners.pop(session, None)

    def close(self) -> None:
        """End the browser and everything it started."""
        if self.process.poll() is None:
            with contextlib.suppress(PageError, OSError):
                self.command("Browser.close", timeout=5)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGKILL)
                self.process.wait(5)
        self._reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        rest = b""
        while chunk := self.process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
            *messages, rest = (rest + chunk).split(b"\0")
            for message in messages:
                self._take(json.loads(message))
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.set_result({"error": {"message": "the browser has ended"}})

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            with self._lock:
                answer = self._waiting.pop(message["id"], None)
            if answer is not None:
                answer.set_result(message)
            return
        listener = self._listeners.get(message.get("sessionId", ""))
        if listener is not None:
            listener(message["method"], message["params"])


class Page:
    """One open page."""

    def __init__(self, browser: Browser, context: str, session: str) -> None:
        self._browser = browser
        self._context = context
        self._session = session

    def evaluate(self, expression: str, timeout: float = ANSWER_SECONDS) -> Any:
        """The value of an expression, awaited if it is a promise. Raises `PageError` with what it threw."""
        done = self._browser.command(
            "Runtime.evaluate",
            self._session,
            timeout,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in done:
            thrown = done["exceptionDetails"]
            raise PageError(thrown.get("exception", {}).get("description") or thrown.get("text"))
        return done["result"].get("value")

    def go_offline(self, offline: bool) -> None:
        """Requests of the page fail, or no longer."""
        self._browser.command(
            "Network.emulateNetworkConditions",
            self._session,
            offline=offline,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def close(self) -> None:
        self._browser.forget(self._session)
        with contextlib.suppress(PageError, OSError):
            self._browser.command("Target.disposeBrowserContext", browserContextId=self._context, timeout=10)
