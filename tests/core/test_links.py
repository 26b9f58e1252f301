"""Links as people give them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.core.errors import LinkError
from tui_meet.core.links import format_link, parse_link
from tui_meet.core.model import MeetingLink

PRINT = "ab" * 32


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("http://127.0.0.1:8080/standup", MeetingLink("http://127.0.0.1:8080", "standup")),
        ("  https://Meet.Example/standup/ ", MeetingLink("https://meet.example", "standup")),
        ("meet.example/standup", MeetingLink("https://meet.example", "standup")),
        ("meet.example:8443/standup", MeetingLink("https://meet.example:8443", "standup")),
        ("https://meet.example:443/a", MeetingLink("https://meet.example", "a")),
        ("http://[::1]:8080/a", MeetingLink("http://[::1]:8080", "a")),
        ("https://m.example/ops%40example.org", MeetingLink("https://m.example", "ops@example.org")),
        ("https://m.example/team%20room", MeetingLink("https://m.example", "team room")),
        ("https://m.example/a?invite=x-1_Y", MeetingLink("https://m.example", "a", "x-1_Y")),
        (f"https://m.example/a#sha256={PRINT.upper()}", MeetingLink("https://m.example", "a", "", PRINT)),
        (
            f"https://m.example/a?invite=q%2B1#sha256={':'.join([PRINT[i : i + 2] for i in range(0, 64, 2)])}",
            MeetingLink("https://m.example", "a", "q+1", PRINT),
        ),
        ("https://m.example/a?theme=x#top", MeetingLink("https://m.example", "a")),
    ],
)
def test_good_links(text: str, link: MeetingLink) -> None:
    assert parse_link(text) == link


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No link was given"),
        ("meet.example", "names no meeting"),
        ("https://meet.example/", "names no meeting"),
        ("https:///standup", "names no server"),
        ("ftp://meet.example/a", "not ftp://"),
        ("javascript://x/a", "not javascript://"),
        ("https://user:secret@meet.example/a", "must not carry a user name"),
        ("https://meet.example:0/a", "port"),
        ("https://meet.example:99999/a", "port"),
        ("https://meet.example:x/a", "port"),
        ("https://meet.example:/a", "port"),
        ("https://meet.example/a b", "spaces or control"),
        ("https://meet.example/a\x1b[31m", "spaces or control"),
        ("https://meet.example/a%1b", "control characters"),
        ("https://meet.example/a%00", "control characters"),
        ("https://meet.example/a%ff", "control characters"),
        ("https://meet.example/a/b", "one name"),
        ("https://meet.example/..", "no name of a meeting"),
        ("https://meet.example/a#sha256=abcd", "64 hexadecimal digits"),
        ("https://meet.example/a?invite=%0a", "copy the whole link"),
        ("https://[::1/a", "cannot be read"),
        ("x" * 3000, "too long"),
    ],
)
def test_bad_links_say_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(LinkError, match=words) as caught:
        parse_link(text)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\x1b" not in sentence
    assert "secret" not in sentence


@given(st.text(max_size=80))
def test_anything_is_a_link_or_a_sentence(text: str) -> None:
    with suppress(LinkError):
        link = parse_link(text)
        assert parse_link(format_link(link)) == link


def test_the_invitation_is_no_part_of_what_is_shown() -> None:
    link = parse_link("https://m.example/a?invite=secret")
    assert "secret" not in repr(link)
    assert "secret" not in str(link)
    assert format_link(link) == "https://m.example/a?invite=secret"
