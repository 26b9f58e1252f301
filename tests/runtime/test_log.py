"""What never gets into the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tui_meet import log

SECRET = "s3cr3t-Zx"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"display_name": "Ada", "token": "{SECRET}", "pin": "{SECRET}"}}',
        f"{{'pin': '{SECRET}'}}",
        f'{{"token":"{SECRET}\\"{SECRET}"}}',
        f"headers: [(b'token', b'{SECRET}'), (b'pin', b'{SECRET}')]",
        f"GET http://x/api/client/v2/conferences/a/events?token={SECRET} HTTP/1.1",
        f"http://x/room?invite={SECRET}#sha256=aa",
        f"url?a=1&token={SECRET}&b=2",
        f"token: {SECRET}",
        f"Pin: {SECRET} {SECRET}",
        f"Authorization: x-pexip-basic {SECRET}",
        f"sent x-pexip-basic {SECRET}",
        f"Join(pin={SECRET})",
        f"a=ice-ufrag:ab\r\na=ice-pwd:{SECRET}\r\n",
        f"{{'credential': '{SECRET}', 'username': 'u'}}",
        f'password="{SECRET} {SECRET}"',
        f"RequestToken(pin='{SECRET}')",
        f"Headers({{'token': '{SECRET}'}})",
        f"token: '{SECRET}'",
        f'pin: "{SECRET} {SECRET}"',
        f"tui-meet join LINK --pin {SECRET} --name Ada",
        f"tui-meet host standup --host-pin '{SECRET} x'",
        f"['tui-meet', '--pin', '{SECRET}']",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    hidden = log.hide_secrets(text)
    assert SECRET not in hidden
    assert log.HIDDEN in hidden


@pytest.mark.parametrize(
    "text",
    ["The token could not be refreshed, next try in 0.1 s", "spinning: 3", "pins 4 people", "tokens: none", "Ada: hi"],
)
def test_plain_text_stays(text: str) -> None:
    assert log.hide_secrets(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"pin": 12345678, "name": "Ada"}', '{"pin": [hidden], "name": "Ada"}'),
        ("{'pin': 12345678}", "{'pin': [hidden]}"),
        ('{"pin": null, "token": None}', '{"pin": null, "token": None}'),
        ("--pin 12345678 --name Ada", "--pin [hidden] --name Ada"),
        ("This meeting asks for a PIN: give it with --pin.", "This meeting asks for a PIN: give it with --pin."),
    ],
)
def test_numbers_and_options_are_hidden_alone(text: str, shown: str) -> None:
    assert log.hide_secrets(text) == shown


@pytest.fixture
def fresh_log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    path = tmp_path / "logs" / "tui-meet.log"
    assert log.set_up(path, logging.DEBUG) == path
    yield path
    for handler in tuple(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


def test_the_file_holds_lines_and_tracebacks_without_secrets(
    fresh_log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("tui_meet.test")
    logger.info("request %s", httpx.URL(f"http://x/events?token={SECRET}"))
    try:
        raise ValueError(f"'pin': '{SECRET}'")
    except ValueError:
        logger.exception("failed")
    logging.getLogger("httpx").info("chatter")
    text = fresh_log.read_text()
    assert "tui_meet.test: request http://x/events?token=[hidden]" in text
    assert "Traceback" in text
    assert SECRET not in text
    assert "chatter" not in text
    assert fresh_log.stat().st_mode & 0o077 == 0
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    root = logging.getLogger()
    before = list(root.handlers)
    assert log.set_up(blocker / "log") is None
    logging.getLogger("tui_meet.test").warning("unheard")
    assert "unheard" not in capsys.readouterr().err
    for handler in tuple(root.handlers):
        if handler not in before:
            root.removeHandler(handler)
    root.setLevel(logging.WARNING)
