"""HTTPS with a certificate made at home: trusted by the fingerprint in the link, and by nothing else."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.backends.infinity.probe import probing
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.model import MeetingLink
from tui_meet.server.main import running
from tui_meet.server.rooms.model import RoomSettings
from tui_meet.server.settings import ServerSettings

pytestmark = pytest.mark.may_block  # the server in the same process imports its media parts
ROOMS = {"open": RoomSettings("open")}


@dataclass
class Secure:
    url: str
    fingerprint: str


def _certificate(folder: Path) -> tuple[Path, Path, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made at home")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    der = certificate.public_bytes(serialization.Encoding.DER)
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret, hashlib.sha256(der).hexdigest()


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[Secure]:
    cert, key, fingerprint = _certificate(tmp_path)
    async with running(ServerSettings(ROOMS, port=0, tls_cert=cert, tls_key=key)) as server:
        yield Secure(server.url, fingerprint)


async def _join(link: MeetingLink) -> ev.JoinAccepted | ev.ServerUnreachable:
    async with probing() as probe:
        await probe.backend.perform(fx.RequestToken(link, "Ada"))
        event = await probe.next(ev.JoinAccepted | ev.ServerUnreachable)  # type: ignore[arg-type]
        if isinstance(event, ev.JoinAccepted):
            await probe.backend.perform(fx.OpenStream())
            await probe.next(ev.RosterSynced)
        return event


@pytest.mark.parametrize("write", [str, str.upper, lambda text: ":".join(text[i : i + 2] for i in range(0, 64, 2))])
async def test_the_certificate_that_the_link_names(secure: Secure, write: object) -> None:
    assert callable(write)
    event = await _join(MeetingLink(secure.url, "open", fingerprint=write(secure.fingerprint)))
    assert isinstance(event, ev.JoinAccepted)


async def test_another_certificate_than_the_link_names(secure: Secure) -> None:
    event = await _join(MeetingLink(secure.url, "open", fingerprint="ab" * 32))
    assert isinstance(event, ev.ServerUnreachable)
    assert "not the one this link names" in event.sentence
    assert not event.retryable


async def test_a_link_that_names_none(secure: Secure) -> None:
    event = await _join(MeetingLink(secure.url, "open"))
    assert isinstance(event, ev.ServerUnreachable)
    assert "cannot be trusted" in event.sentence
    assert "#sha256" in event.sentence
    assert not event.retryable


async def test_http_where_https_is_spoken_and_the_other_way_round(secure: Secure) -> None:
    event = await _join(MeetingLink(secure.url.replace("https:", "http:"), "open"))
    assert isinstance(event, ev.ServerUnreachable)
    assert "https://" in event.sentence
    async with running(ServerSettings(ROOMS, port=0)) as plain:
        event = await _join(MeetingLink(plain.url.replace("http:", "https:"), "open"))
    assert isinstance(event, ev.ServerUnreachable)
    assert "does not speak HTTPS" in event.sentence
