"""The token table, the reading of offers."""

from __future__ import annotations

import pytest

from tui_meet.server.sdp import Sending, sending
from tui_meet.server.tokens import Holder, TokenTable

ADA = Holder("room", "ada")


def test_refresh_keeps_the_one_before_for_half_a_minute() -> None:
    table = TokenTable()
    table.issue("one", ADA)
    table.refresh("two", ADA, 100.0)
    assert table.find("one", 129.9) == ADA
    assert table.find("one", 130.0) is None
    assert table.find("two", 1e9) == ADA
    assert table.find("", 0) is None


def test_refreshing_without_end_keeps_few_tokens() -> None:
    table = TokenTable()
    table.issue("0", ADA)
    for number in range(1, 100):
        table.refresh(str(number), ADA, 0.0)
    assert sum(table.find(str(number), 0.0) is not None for number in range(100)) == 9
    assert table.find("99", 0.0) == ADA


def test_retired_tokens_say_why_for_a_minute() -> None:
    table = TokenTable()
    table.issue("one", ADA)
    table.refresh("two", ADA, 0.0)
    table.retire(ADA, "because", 10.0)
    assert table.find("one", 11.0) is None
    assert table.find("two", 11.0) is None
    assert table.farewell("one", "room", 69.0) == "because"
    assert table.farewell("two", "other", 69.0) is None
    assert table.farewell("two", "room", 70.0) is None
    assert table.farewell("never", "room", 10.0) is None


def test_retired_tokens_are_bounded() -> None:
    table = TokenTable()
    for number in range(5000):
        holder = Holder("room", str(number))
        table.issue(f"token-{number}", holder)
        table.retire(holder, "gone", float(number))
    known = sum(table.farewell(f"token-{number}", "room", 0.0) is not None for number in range(5000))
    assert known <= 62


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("", Sending(False, False)),
        ("v=0\r\nm=audio 9 X 0\r\nm=video 9 X 96\r\na=recvonly\r\n", Sending(True, False)),
        ("v=0\nm=audio 9 X 0\na=inactive\nm=video 9 X 96\na=sendonly\n", Sending(False, True)),
        ("v=0\r\na=recvonly\r\nm=audio 9 X 0\r\n", Sending(False, False)),
        ("v=0\r\nm=video 0 X 96\r\n", Sending(False, False)),
        ("v=0\r\nm=video 9 X 96\r\na=content:slides\r\n", Sending(False, False)),
        ("v=0\r\nm=\r\nm=video\r\n", Sending(False, False)),
        ("v=0\r\nm=video 9 X 96\r\na=recvonly\r\nm=video 9 X 96\r\na=sendrecv", Sending(False, True)),
    ],
)
def test_sending(offer: str, expected: Sending) -> None:
    assert sending(offer) == expected
