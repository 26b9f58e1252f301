"""What holds for every test: a home of its own, no blocked event loop, and no silent skipping of real parts in CI."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

_HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
_skipped_real: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "may_block: code of ours may block the event loop in this test; the reason stands beside it"
    )


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the files of the person who runs it; children started by tests inherit this."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in _HOMES:
            patch.setenv(name, str(home if name == "HOME" else home / name.lower()))
        for name in [name for name in os.environ if name.startswith("TUI_MEET_")]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _no_blocked_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """A call of ours that blocks a running event loop raises `blockbuster.BlockingError`."""
    if request.node.get_closest_marker("may_block"):
        yield
        return
    with blockbuster_ctx("tui_meet"):
        yield


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives TCP ports of 127.0.0.1 on which nothing listens. Prefer binding port 0 where the caller can."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def repository() -> Path:
    """The root of the source tree."""
    return Path(__file__).resolve().parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("real") is not None and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped_real.append(f"{item.nodeid}: {reason}")
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing real may be missing: a skipped `real` test fails the run."""
    if _IN_CI and _skipped_real and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _IN_CI and _skipped_real:
        terminalreporter.section("real tests skipped in CI: this fails the run")
        for line in _skipped_real:
            terminalreporter.line(line)
