"""The server's TOML file: what is read, and one sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_meet.server.settings import SettingsError, load_settings, parse_bind


def write(folder: Path, text: str) -> Path:
    path = folder / "server.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_full_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [server]
        bind = "127.0.0.1:9000"
        data = "data"
        tls_cert = "cert.pem"
        tls_key = "/etc/key.pem"
        [rooms.daily]
        name = "Daily stand-up"
        host_pin = "4711"
        guest_pin = "0815"
        knock = true
        wait_for_moderator = true
        max_active_talkers = 4
        capacity = 12
        guests_can_unmute = false
        breakouts = false
        classification_levels = ["public", {name = "internal", colour = "#CC2200"}]
        guests_can_present = false
        guests_can_caption = true
        mode = "group"
        [rooms.open]
        """,
    )
    settings = load_settings(path)
    assert (settings.host, settings.port) == ("127.0.0.1", 9000)
    assert settings.tls_cert == tmp_path / "cert.pem"
    assert settings.tls_key == Path("/etc/key.pem")
    assert settings.data == tmp_path / "data"
    daily = settings.rooms["daily"]
    assert (daily.title, daily.host_pin, daily.guest_pin) == ("Daily stand-up", "4711", "0815")
    assert (daily.knock, daily.wait_for_moderator, daily.guests_can_unmute) == (True, True, False)
    assert not daily.breakouts
    assert (daily.max_active_talkers, daily.capacity) == (4, 12)
    assert daily.classification_levels == {0: "public", 1: "internal"}
    assert daily.classification_colours == {1: "#cc2200"}
    assert (daily.guests_can_present, daily.guests_can_caption) == (False, True)
    assert settings.rooms["open"].title == "open"
    assert "4711" not in repr(settings)
    assert "0815" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[server", "TOML"),
        ("[servers]\n", "servers"),
        ("[users.ada]\n", "users"),
        ("server = 1", "server"),
        ("[server]\nport = 1", "server.port"),
        ("[server]\nbind = 8080", "server.bind"),
        ('[server]\nbind = "1.2.3.4:99999"', "server.bind"),
        ('[server]\ntls_cert = "a"', "server.tls_cert"),
        ('[rooms."a b"]', "rooms.a b"),
        ("[rooms.api]", "rooms.api"),
        ("[rooms.a]\n[rooms.A]", "rooms.A"),
        ("[rooms]\na = 1", "rooms.a"),
        ("[rooms.a]\nhost_pin = 1234", "rooms.a.host_pin"),
        ('[rooms.a]\nhost_pin = "пин"', "rooms.a.host_pin"),
        ('[rooms.a]\nhost_pin = "none"', "rooms.a.host_pin"),
        ('[rooms.a]\nguest_pin = "1"', "rooms.a.guest_pin"),
        ('[rooms.a]\nhost_pin = "1"\nguest_pin = "1"', "rooms.a.guest_pin"),
        ("[rooms.a]\nknock = 1", "rooms.a.knock"),
        ("[rooms.a]\ncapacity = 0", "rooms.a.capacity"),
        ("[rooms.a]\nmax_active_talkers = true", "rooms.a.max_active_talkers"),
        ("[rooms.a]\nduration = 60", "rooms.a.duration"),
        ('[rooms.a]\nmode = "lecture"', "rooms.a.mode"),
        ("[rooms.a]\nnock = true", "rooms.a.nock"),
        ("[rooms.a]\nclassification_levels = [1]", "rooms.a.classification_levels"),
        ('[rooms.a]\nclassification_levels = [{colour = "#000000"}]', "rooms.a.classification_levels"),
        ('[rooms.a]\nclassification_levels = [{name = "x", colour = "red"}]', "rooms.a.classification_levels"),
        ('[rooms.a]\nclassification_levels = [{name = "x", shade = 1}]', "rooms.a.classification_levels"),
        ("[rooms.a]\nguests_can_present = 1", "rooms.a.guests_can_present"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert key in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_missing_or_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(binary)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        (":80", ("127.0.0.1", 80)),
        ("localhost", ("localhost", 8443)),
        ("[::1]:0", ("::1", 0)),
        ("[::1]", ("::1", 8443)),
    ],
)
def test_bind(text: str, expected: tuple[str, int]) -> None:
    assert parse_bind(text) == expected


@pytest.mark.parametrize("text", ["::1", "a:b", "a:70000"])
def test_bad_bind(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_bind(text)
