"""The certificate made at home: made once, kept to its owner, known by its fingerprint."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from pathlib import Path

import httpx
import pytest

from tests.server.api.meeting import ROOMS, RecordingFactory
from tests.server.test_main import make_certificate
from tui_meet.server.certificate import home_made, pinned_fingerprint
from tui_meet.server.main import RunningServer, running
from tui_meet.server.settings import ServerSettings


def shown_fingerprint(server: RunningServer) -> str:
    port = int(server.url.rpartition(":")[2])
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))).hexdigest()


async def test_a_server_that_others_reach_makes_a_certificate_and_keeps_it(tmp_path: Path) -> None:
    settings = ServerSettings(ROOMS, host="0.0.0.0", port=0, data=tmp_path / "new" / "data")
    fingerprints: list[str] = []
    for _ in range(2):
        async with running(settings, media_factory=RecordingFactory()) as server:
            assert server.url.startswith("https://0.0.0.0:")
            assert await asyncio.to_thread(shown_fingerprint, server) == server.fingerprint
            fingerprints.append(server.fingerprint)
    assert fingerprints[0] == fingerprints[1]
    (kept,) = (tmp_path / "new" / "data").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    # The names in it are right too: a client that is given it as an authority takes it.
    trust = await asyncio.to_thread(ssl.create_default_context, cafile=str(kept))
    async with (
        running(settings, media_factory=RecordingFactory()) as server,
        httpx.AsyncClient(verify=trust, trust_env=False) as client,
    ):
        port = server.url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost"):
            assert (await client.get(f"https://{host}:{port}/api/client/v2/status")).status_code == 200


async def test_this_machine_alone_needs_none(tmp_path: Path) -> None:
    async with running(ServerSettings(ROOMS, port=0, data=tmp_path), media_factory=RecordingFactory()) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert server.fingerprint == ""
    assert not list(tmp_path.iterdir())


async def test_a_given_certificate_signed_by_itself_has_a_fingerprint(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    settings = ServerSettings(ROOMS, port=0, tls_cert=certificate, tls_key=key, data=tmp_path / "data")
    async with running(settings, media_factory=RecordingFactory()) as server:
        assert await asyncio.to_thread(shown_fingerprint, server) == server.fingerprint
    assert not (tmp_path / "data").exists()


def test_what_cannot_be_served_is_made_anew(tmp_path: Path) -> None:
    path = home_made(tmp_path, "192.0.2.7", "192.0.2.7")
    first = pinned_fingerprint(path)
    assert home_made(tmp_path, "192.0.2.7", "192.0.2.7") == path
    assert pinned_fingerprint(path) == first
    path.write_text(path.read_text()[:300])
    assert home_made(tmp_path, "192.0.2.7", "192.0.2.7") == path
    assert pinned_fingerprint(path) != first
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("host", "address"), [("fe80::1%lo", "fe80::1"), ("::", "::"), ("0.0.0.0", "0.0.0.0")])
def test_every_address_gives_a_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, address: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "x" * 64)
    path = home_made(tmp_path, host, address)
    assert path.parent == tmp_path
    assert len(pinned_fingerprint(path)) == 64
