"""The browser, its page and the processes it meets; what is missing on this machine is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conformance.bundle import MissingPart, bundle
from tests.conformance.chromium import Browser
from tests.conformance.official import Official
from tests.conformance.site import Site
from tests.e2e.processes import Headless, Program, Server


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The page with the official client."""
    try:
        script = bundle()
    except MissingPart as missing:
        pytest.skip(str(missing))
    site = Site(script)
    yield site
    site.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless Chromium for all tests; every participant has a page of their own in it."""
    try:
        browser = Browser(tmp_path_factory.mktemp("chromium"))
    except FileNotFoundError:
        pytest.skip("chromium is not installed: the official client runs in it")
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server with the rooms of `processes.ROOMS`."""
    server = Server(tmp_path / "server")
    yield server
    server.close()


@pytest.fixture
def official(browser: Browser, site: Site, server: Server) -> Iterator[Callable[[str], Official]]:
    """Opens pages by display name; they are closed at the end."""
    opened: list[Official] = []

    def open_page(name: str) -> Official:
        one = Official(browser, site, server.url, name)
        opened.append(one)
        return one

    yield open_page
    for one in reversed(opened):
        one.close()


@pytest.fixture
def headless() -> Iterator[Callable[..., Headless]]:
    """Starts headless clients and closes them at the end."""
    started: list[Program] = []

    def start(link: str, name: str, *options: str) -> Headless:
        client = Headless(link, name, *options)
        started.append(client)
        return client

    yield start
    for client in reversed(started):
        client.close()
