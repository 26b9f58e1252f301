"""The server's certificate: one made at home when none is given, and the fingerprint by which clients know it.

Nobody vouches for a certificate made at home, so a link carries its SHA-256 instead (design, section 3): as with ssh,
the certificate is kept and stays the same at the next start, so that links stay valid.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_DAYS = 3650
"""A new certificate is a new fingerprint, and with it every link handed out becomes invalid: that comes seldom."""
RENEW_DAYS = 30
"""One that ends sooner than this is made anew at the next start."""
CLOCK_SKEW = datetime.timedelta(days=1)
"""How far a client's clock may be behind ours."""


def home_made(folder: Path, host: str, address: str) -> Path:
    """A PEM file with certificate and key for a server bound to `host`, which is `address`; made when it is missing.

    It lies in `folder`, readable by its owner alone. Raises `OSError` when it cannot be read or written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"certificate-{re.sub(r'[^A-Za-z0-9.-]', '_', host)}.pem"
    if _usable(path):
        return path
    fresh = folder / f".{path.name}.{secrets.token_hex(4)}"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_make(_names(host, address)))
    try:
        if path.exists():
            os.replace(fresh, path)
        else:
            # Another server that starts at the same time may have been first: then its certificate is taken.
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def pinned_fingerprint(path: Path) -> str:
    """SHA-256 of the first certificate in a PEM file, 64 hexadecimal digits, when it is signed by itself.

    Empty for one that an authority signed: clients check that by its name. Raises `OSError`, and `ValueError` when
    there is no certificate.
    """
    certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, ValueError, TypeError):
        return ""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _usable(path: Path) -> bool:
    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        return False
    try:
        certificate = x509.load_pem_x509_certificates(pem)[0]
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        # Written by half, or by somebody else: what cannot be served is made anew.
        return False
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return key.public_key() == certificate.public_key() and left > datetime.timedelta(days=RENEW_DAYS)


def _make(names: Iterable[str]) -> bytes:
    """Certificate and key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tui-meet")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem) + private


def _names(host: str, address: str) -> tuple[str, ...]:
    """What the server is called: what was given, its address, and all of this machine's where it listens on all."""
    names = [host, address]
    if ipaddress.ip_address(address).is_unspecified:
        names = ["localhost", "127.0.0.1", "::1", socket.gethostname(), *_own_addresses()]
    return tuple(dict.fromkeys(name for name in names if name))


def _own_addresses() -> list[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]).partition("%")[0] for *_, address in found]


def _general_names(names: Iterable[str]) -> list[x509.GeneralName]:
    made: list[x509.GeneralName] = []
    for name in names:
        try:
            made.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            # A machine may be called what no DNS name can be: then nobody reaches it by that.
            with contextlib.suppress(UnicodeError):
                made.append(x509.DNSName(name.encode("idna").decode()))
    return made
