"""Every method the official client has, and every signal: called, answered, arrived, or told why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.cast import Cast
from tests.conformance.chromium import Browser
from tests.conformance.rows_breakouts import BREAKOUTS
from tests.conformance.rows_endpoints import ENDPOINTS
from tests.conformance.rows_media import MEDIA
from tests.conformance.rows_people import PEOPLE
from tests.conformance.rows_room import ROOM
from tests.conformance.site import Site
from tests.conformance.table import Group, Record, Row, document

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

GROUPS = (PEOPLE, ROOM, MEDIA, BREAKOUTS, ENDPOINTS)
DOCUMENT = Path(__file__).resolve().parent.parent.parent / "tui_meet" / "docs" / "conformance.md"

SOMETIMES = {"onCallQuality": "only when the quality of the sound changes, which it need not on one machine"}
"""Signals that may arrive in a run or not."""
NOT_APPLICABLE = {
    "onCallDisconnected": "the server ends a call only together with the stay",
    "onCancelTransfer": "a transfer that was told stands",
    "onExtension": "there is no virtual reception",
    "onIdp": "there is no single sign-on",
    "onRedirect": "there is no single sign-on",
    "onIceCandidate": "the server's candidates are all in its answer",
    "onNewOffer": "media go through the server, never from client to client",
    "onPeerDisconnect": "media go through the server, never from client to client",
    "onPresentationAnswer": "the client has no code that emits it",
    "onSplashScreen": "splash screens are of direct media",
    "onUpdateSdp": "the server answers offers and makes none",
}
"""Why a signal never arrives."""

ALL_ROWS = [(group, row) for group in GROUPS for row in group.rows]


def _named(value: object) -> str:
    if isinstance(value, Row):
        return f"{value.method or 'situation'}: {value.how[:40]}"
    return value.name if isinstance(value, Group) else str(value)


@pytest.fixture(scope="module")
def records(browser: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """What came of each group, played when first asked for."""
    return _Played(browser, site, tmp_path_factory.mktemp("table"))


class _Played(dict[str, Record]):
    def __init__(self, browser: Browser, site: Site, folder: Path) -> None:
        super().__init__()
        self._browser = browser
        self._site = site
        self._folder = folder

    def __missing__(self, name: str) -> Record:
        group = next(group for group in GROUPS if group.name == name)
        record = self[name] = Record()
        cast = Cast(self._browser, self._site, self._folder / name, group)
        try:
            record.methods = tuple(cast.host.evaluate("participant.methods()"))
            names = cast.host.evaluate("participant.signalNames()")
            record.signal_names = tuple(sorted({*names["infinity"], *names["call"]}))
            cast.enter()
            for row in group.rows:
                record.play(row, cast)
            record.signals = {one.name for page in cast.pages for one in page.heard.signals}
        except AssertionError as failure:
            record.outcomes |= {(row.method, row.how): f"failed: nobody came in: {failure}" for row in group.rows}
        finally:
            cast.close()
        return record


@pytest.fixture(scope="module")
def whole(records: dict[str, Record]) -> Record:
    """All groups together."""
    whole = Record()
    for group in GROUPS:
        record = records[group.name]
        whole.outcomes |= record.outcomes
        whole.signals |= record.signals
        whole.methods, whole.signal_names = record.methods, record.signal_names
    return whole


@pytest.mark.parametrize(("group", "row"), ALL_ROWS, ids=_named)
def test_method(records: dict[str, Record], group: Group, row: Row) -> None:
    outcome = records[group.name].outcomes[row.method, row.how]
    if outcome != row.expected:
        pytest.fail(f"{row.method} ({row.how}): {outcome}, expected: {row.expected}", pytrace=False)


def test_every_method_is_called(whole: Record) -> None:
    called = {row.method for group, row in ALL_ROWS if row.method and not group.is_api}
    assert called == set(whole.methods)


def test_every_signal_arrives_or_is_told_why_not(whole: Record) -> None:
    assert set(whole.signal_names) - whole.signals - set(NOT_APPLICABLE) - set(SOMETIMES) == set()
    assert set(NOT_APPLICABLE) & whole.signals == set()
    assert not set(NOT_APPLICABLE) & set(SOMETIMES)


def test_the_table_of_the_documentation_is_that_of_the_run(whole: Record) -> None:
    text = document(GROUPS, whole, NOT_APPLICABLE, SOMETIMES)
    as_expected = all(whole.outcomes[row.method, row.how] == row.expected for _, row in ALL_ROWS)
    if os.environ.get("CONFORMANCE_WRITE") and as_expected:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text
