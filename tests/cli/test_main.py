"""The command line from outside: what each wrong or right call says and how it ends. Real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tui_meet.cli.argv import hidden
from tui_meet.cli.children import Child
from tui_meet.cli.journal import log_fault
from tui_meet.cli.main import HIDDEN, SHOWN, make_parser, routed
from tui_meet.cli.refusal import Refusal
from tui_meet.cli.rooms import new_room, write_settings
from tui_meet.cli.server_child import reachable
from tui_meet.config.schema import SETTINGS
from tui_meet.server.settings import load_settings


def tui_meet(
    *arguments: str, given: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui_meet", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **(environment or {})},
    )


def test_help_names_every_command() -> None:
    done = tui_meet("--help")
    assert done.returncode == 0
    for module in SHOWN:
        assert re.search(rf"^    {module.NAME}\b", done.stdout, re.MULTILINE), module.NAME
    assert "demo-people" not in done.stdout


@pytest.mark.parametrize("name", [module.NAME for module in (*SHOWN, *HIDDEN)])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args([name, "--help"])
    assert ended.value.code == 0
    assert "usage: tui-meet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], "start"),
        (["http://127.0.0.1:1/room"], "start"),
        (["--name", "Ada"], "start"),
        (["demo"], "demo"),
        (["serve", "--bind", "x"], "serve"),
        (["--version"], "--version"),
    ],
)
def test_what_names_no_command_is_a_link(arguments: list[str], command: str) -> None:
    assert routed(arguments)[0] == command


def test_every_setting_is_an_option_of_join(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make_parser().parse_args(["join", "--help"])
    shown = capsys.readouterr().out
    for setting in SETTINGS:
        assert setting.flag in shown
        assert setting.variable in shown


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["headless", "nonsense"], 2, "The link names no meeting: "),
        (["headless", "ftp://host/room"], 2, "A meeting link starts with https:// or http://"),
        (["headless", "http://127.0.0.1:1/room", "--mic", "tone:loud"], 2, "--mic: microphone cannot be tone:loud;"),
        (["headless", "http://127.0.0.1:1/room", "--camera", "pattern:x"], 2, "--camera: camera has no pattern x;"),
        (["headless", "http://127.0.0.1:1/room", "--no-media"], 1, "Nothing answers at 127.0.0.1:1"),
        (["headless", "http://127.0.0.1:1/room", "--pin", "-"], 2, "--pin - asks on the terminal"),
        (["join", "http://127.0.0.1:1/room"], 1, "This needs a terminal"),
        (["demo"], 1, "This needs a terminal"),
        (["host"], 1, "This needs a terminal"),
        (["serve", "--config", "/nonexistent/server.toml"], 2, "/nonexistent/server.toml: there is no such file"),
        (["serve", "--bind", "127.0.0.1:99999"], 2, "“127.0.0.1:99999” has a port above 65535"),
        (["serve", "--tls-cert", "cert.pem"], 2, "--tls-cert and --tls-key belong together"),
        (["bench", "nothing"], 2, "There is no measurement “nothing”; there are picture, forwarding"),
    ],
)
def test_a_refusal_is_one_line_and_a_code(arguments: list[str], code: int, sentence: str) -> None:
    done = tui_meet(*arguments)
    assert done.stderr.startswith(f"tui-meet: {sentence}"), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.returncode == code


@pytest.mark.parametrize("arguments", [["headless"], ["join", "a", "b"], ["serve", "--port", "1"], ["--what"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert tui_meet(*arguments).returncode == 2


def test_a_wrong_variable_and_a_wrong_file_name_themselves(tmp_path: Path) -> None:
    done = tui_meet("headless", "http://h/r", environment={"TUI_MEET_CAMERA": "tone:3"})
    assert done.stderr.startswith("tui-meet: TUI_MEET_CAMERA: camera cannot be tone:3;")
    (tmp_path / "tui-meet").mkdir()
    (tmp_path / "tui-meet" / "config.toml").write_text('\nspeaker = "tone:3"\n')
    done = tui_meet("headless", "http://h/r", environment={"XDG_CONFIG_HOME": str(tmp_path)})
    assert "config.toml, line 2: speaker cannot be tone:3;" in done.stderr
    assert done.returncode == 2


def test_a_fault_of_ours_is_one_sentence_and_a_traceback_in_the_log(tmp_path: Path) -> None:
    code = (
        "import sys; from tui_meet.cli import devices, main\n"
        "def broken(arguments): raise ZeroDivisionError('pin=4711')\n"
        "devices.run = broken; sys.exit(main.main(['devices']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    said = re.fullmatch(r"tui-meet: Something went wrong inside tui-meet; the details are in (\S+)\.\n", done.stderr)
    assert said is not None, done.stderr
    log = Path(said[1]).read_text()
    assert "ZeroDivisionError" in log
    assert "4711" not in log


def test_a_drawn_traceback_is_logged_without_the_values_of_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    drawn = "│ app.py:3 in run │\n│ ╭──── locals ────╮ │\n│ │ secret = '4711' │ │\n│ ╰────╯ │\nValueError: no"
    path = log_fault(drawn)
    assert path is not None
    text = path.read_text()
    assert "app.py:3 in run" in text
    assert "ValueError: no" in text
    assert "4711" not in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([b"join", b"L", b"--pin", b"4711"], [b"join", b"L", b"--pin", b"****"]),
        ([b"join", b"--pin=4711", b"L"], [b"join", b"--pin=****", b"L"]),
        ([b"--pin", b"--pin", b"x"], [b"--pin", b"*****", b"x"]),
        ([b"join", b"--name", b"4711"], [b"join", b"--name", b"4711"]),
        ([b"join", b"https://h/r?invite=abc"], [b"join", b"https://h/r?invite=***"]),
    ],
)
def test_pins_are_hidden_in_the_argument_list(given: list[bytes], shown: list[bytes]) -> None:
    assert hidden(given) == shown


@pytest.fixture
def serving() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_meet", "serve", "--bind", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_serve_without_a_file_makes_a_room_and_tells_its_pin_once(serving: subprocess.Popen[str]) -> None:
    assert serving.stdout is not None
    base = serving.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", base)
    room, pin = serving.stdout.readline().split(), serving.stdout.readline().split()
    assert room == ["room", f"{base}/meet"]
    done = tui_meet("headless", room[1], "--no-media", "--pin", pin[-1], given="lock\nleave\n")
    answers = [json.loads(line) for line in done.stdout.splitlines() if "result" in json.loads(line)]
    assert [(answer["result"], answer["ok"]) for answer in answers] == [("lock", True), ("leave", True)]
    assert done.returncode == 0
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(PATIENCE) == 0
    assert serving.stdout.read() == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_pin_does_not_stand_in_the_process_list(serving: subprocess.Popen[str]) -> None:
    assert serving.stdout is not None
    link = serving.stdout.readline().strip() + "/meet"
    client = subprocess.Popen(
        [sys.executable, "-m", "tui_meet", "headless", link, "--no-media", "--pin", "471147"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert client.stdout is not None
        client.stderr.readline()  # type: ignore[union-attr]  # it has refused the PIN, or joined: its start is over
        shown = Path(f"/proc/{client.pid}/cmdline").read_bytes()
        assert b"471147" not in shown
    finally:
        client.terminate()
        client.communicate(timeout=PATIENCE)


def test_a_child_ends_when_its_input_does(tmp_path: Path) -> None:
    room = new_room("child")
    write_settings(tmp_path / "server.toml", room, bind="127.0.0.1:0")
    child = Child(
        ["serve", "--until-input-ends", "--config", str(tmp_path / "server.toml")],
        what="The server",
        journal=tmp_path / "log",
    )
    assert child.read_line(PATIENCE).startswith("http://127.0.0.1:")
    begin = time.monotonic()
    child.close(PATIENCE)
    assert not child.running
    assert time.monotonic() - begin < PATIENCE, "it ended by itself"


def test_a_child_that_cannot_start_says_why(tmp_path: Path) -> None:
    child = Child(["serve", "--config", str(tmp_path / "none.toml")], what="The server", journal=tmp_path / "log")
    with pytest.raises(Refusal, match=r"The server could not run\. It said: .*none\.toml: there is no such file"):
        child.read_line()
    child.close()


def test_a_room_made_here_is_a_room_of_the_server(tmp_path: Path) -> None:
    room = new_room("stand-up", 'The "daily" \\ one')
    path = tmp_path / "server.toml"
    write_settings(path, room, bind="127.0.0.1:0")
    read = load_settings(path).rooms["stand-up"]
    assert (read.name, read.host_pin) == ('The "daily" \\ one', room.host_pin)
    assert path.stat().st_mode & 0o077 == 0
    assert room.host_pin not in repr(room)


def test_doctor_as_json() -> None:
    done = tui_meet("doctor", "--json", environment={"TERM": "xterm-256color", "COLORTERM": "", "NO_COLOR": ""})
    findings = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0
    assert findings["colours"]["verdict"] == "note"
    assert findings["UDP"]["verdict"] == "ok"
    assert {"tui-meet", "libraries", "size", "microphone", "speaker", "camera", "config file", "log"} <= set(findings)


def test_doctor_ends_with_1_when_something_prevents_a_meeting(tmp_path: Path) -> None:
    (tmp_path / "tui-meet").mkdir()
    (tmp_path / "tui-meet" / "config.toml").write_text("theme = 3")
    done = tui_meet("doctor", environment={"XDG_CONFIG_HOME": str(tmp_path)})
    assert done.returncode == 1
    assert re.search(r"^problem +config file +.*config\.toml, line 1: “theme” must be text", done.stdout, re.MULTILINE)


def test_devices_that_need_no_hardware_pass_the_test(tmp_path: Path) -> None:
    sound = tmp_path / "out.wav"
    options = ("--mic", "tone:440", "--speaker", f"file:{sound}", "--camera", "pattern@64x36")
    done = tui_meet("devices", "--test", *options)
    assert done.returncode == 0, done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok", "ok", "ok"]
    assert sound.stat().st_size > 48_000
    done = tui_meet("devices", "--test", "--mic", "none", "--speaker", "none", "--camera", "file:/nonexistent.mp4")
    assert done.returncode == 1
    assert done.stdout.splitlines()[2].startswith("problem  camera")


@pytest.mark.parametrize("base", ["http://127.0.0.1:80", "https://meet.example:8443", "https://[::1]:8443"])
def test_a_link_keeps_an_address_that_can_be_reached(base: str) -> None:
    assert reachable(base) == base


def test_a_link_never_names_all_addresses() -> None:
    assert re.fullmatch(r"https://(?!0\.0\.0\.0)[\d.]+:8443", reachable("https://0.0.0.0:8443"))
