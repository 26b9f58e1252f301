"""Starting, stopping, and what a person reads when it does not start."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import logging
import os
import signal
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import PATIENCE
from tests.server.api.meeting import ROOMS, RecordingFactory, join
from tui_meet.server.main import RunningServer, ServerStartError, running, serve
from tui_meet.server.settings import ServerSettings
from tui_meet.wire.infinity import codes


async def started(settings: ServerSettings, factory: RecordingFactory) -> tuple[asyncio.Task[None], str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def tell(server: RunningServer) -> None:
        ready.set_result(server.url)

    task = asyncio.ensure_future(serve(settings, ready=tell, media_factory=factory))
    return task, await asyncio.wait_for(ready, PATIENCE)


@pytest.mark.parametrize("how", ["SIGTERM", "cancel"])
async def test_the_end_is_said_first(how: str) -> None:
    factory = RecordingFactory()
    task, url = await started(ServerSettings(ROOMS, port=0), factory)
    assert url.startswith("http://127.0.0.1:")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        ada = await join(client, "open", "Ada")
        await ada.mine("calls", {"call_type": "WEBRTC", "sdp": "v=0\r\nm=audio 9 X 0\r\n"})
        if how == "SIGTERM":
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            task.cancel()
        assert codes.SERVER_GOING_DOWN in (await ada.until("disconnect")).data
        await asyncio.wait({task}, timeout=PATIENCE)
        assert task.cancelled() == (how == "cancel")
        assert factory.made[0].closed
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_two_servers_cannot_share_a_port() -> None:
    factory = RecordingFactory()
    async with running(ServerSettings(ROOMS, port=0), media_factory=factory) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(ServerStartError, match=r"in use already.*choose another port"):
            await serve(ServerSettings(ROOMS, port=port), media_factory=factory)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (ServerSettings({}, host="0.0.0.0", port=0, data=Path("/dev/null/no")), "--tls-cert"),
        (ServerSettings({}, host="", port=0), "no address of this machine"),
        (ServerSettings({}, host="no such host", port=0), "no address of this machine"),
        (ServerSettings({}, port=0, tls_cert=Path("/none.pem"), tls_key=Path("/none.key")), "certificate"),
    ],
)
async def test_it_says_why_it_does_not_start(settings: ServerSettings, words: str) -> None:
    with pytest.raises(ServerStartError) as caught:
        await serve(settings, media_factory=RecordingFactory())
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


async def test_ipv6_loopback() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    async with running(ServerSettings(ROOMS, host="::1", port=0), media_factory=RecordingFactory()) as server:
        assert server.url.startswith("http://[::1]:")


def make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(plain)
    return folder / "cert.pem", folder / "key.pem"


async def test_https_with_a_given_certificate(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    settings = ServerSettings(ROOMS, port=0, tls_cert=certificate, tls_key=key)
    trust = await asyncio.to_thread(ssl.create_default_context, cafile=str(certificate))
    async with (
        running(settings, media_factory=RecordingFactory()) as server,
        httpx.AsyncClient(base_url=server.url, verify=trust, trust_env=False) as client,
    ):
        assert server.url.startswith("https://127.0.0.1:")
        ada = await join(client, "open", "Ada")
        assert (await ada.mine("buzz")).status_code == 200


async def test_no_log_line_carries_a_token_or_a_pin(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("uvicorn.error", "uvicorn.access", "tui_meet"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with (
        running(ServerSettings(ROOMS, port=0), media_factory=RecordingFactory()) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as client,
    ):
        ada = await join(client, "daily", "Ada", "4711")
        await ada.mine("calls", {"call_type": "WEBRTC", "sdp": "m=boom"})
        await ada.vanish()
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert not [line for line in ours if ada.token in line or "4711" in line]


async def test_garbage_on_the_socket_leaves_the_server_well() -> None:
    async with running(ServerSettings(ROOMS, port=0), media_factory=RecordingFactory()) as server:
        port = int(server.url.rpartition(":")[2])
        long = b"GET " + b"/" * 70_000
        for garbage in (b"\x00" * 500, b"GET / HTTP/9.9\r\n\r\n", b"POST", b"\xff\xfe\r\n\r\n", long):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(garbage)
            writer.write_eof()
            await asyncio.wait_for(reader.read(), PATIENCE)
            writer.close()
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
            assert (await client.get("/api/client/v2/status")).status_code == 200
