"""TLS to a server that is known by the fingerprint of its certificate (design, section 3): as ssh does, not by a CA."""

from __future__ import annotations

import hashlib
import hmac
import ssl

import httpx


class WrongCertificate(ssl.SSLError):
    """The server showed another certificate than the link names; the text is for a person."""

    def __str__(self) -> str:
        return (
            "The server's certificate is not the one this link names: somebody may be listening in. "
            "Ask the host for a new link."
        )


def tls_context(fingerprint: str) -> ssl.SSLContext:
    """A client context. `fingerprint` is a SHA-256 in hexadecimal, colons allowed; empty = verify by authorities.

    Loads the authorities' certificates from disk: call it in a worker thread.
    """
    if not fingerprint:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context
    wanted = fingerprint.replace(":", "").lower()

    class PinnedObject(ssl.SSLObject):
        """Refuses the handshake before a byte of ours is sent, unless the certificate is the pinned one."""

        def do_handshake(self) -> None:
            super().do_handshake()
            certificate = self.getpeercert(binary_form=True) or b""
            if not hmac.compare_digest(hashlib.sha256(certificate).hexdigest(), wanted):
                raise WrongCertificate(1, "fingerprint")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The fingerprint stands for the whole chain and the name: both checks would refuse a certificate made at home.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslobject_class = PinnedObject
    return context
