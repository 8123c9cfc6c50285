"""The TLS certificate of inbound: made by the node itself, handed to partners in its signed card, and pinned by them.

No authority stands behind it. A partner trusts it because the card that carries it is signed with the key whose
fingerprint two people compared.
"""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clew.node.home import Home, HomeProblem, write_private

if TYPE_CHECKING:
    from pathlib import Path

BEFORE: Final = dt.timedelta(days=2)
"""A partner's clock may be behind; the certificate is valid somewhat earlier than it was made."""

LONGEST_NAME: Final = 64
"""Characters of a common name (RFC 5280, upper bounds)."""


def certificate_file(home: Home) -> Path:
    """Where the certificate lies, PEM."""
    return home.keys / "tls.crt"


def key_file(home: Home) -> Path:
    """Where its private key lies, PEM."""
    return home.keys / "tls.pem"


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate and its private key, both PEM; `keep_certificate` writes them."""

    certificate: str
    key: bytes


def make_certificate(home: Home, *, now: dt.datetime, until: dt.datetime) -> Made:
    """Make a key (P-256) and a certificate for the host that partners write to; nothing is written yet."""
    return make_certificate_for(_host(home), now=now, until=until)


def make_certificate_for(host: str, *, now: dt.datetime, until: dt.datetime) -> Made:
    """Make a key (P-256) and a certificate for a host name or address; nothing is written yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:LONGEST_NAME])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    return Made(
        certificate.public_bytes(Encoding.PEM).decode("ascii"),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def keep_certificate(home: Home, made: Made) -> None:
    """Put a certificate in place of the one before; a running inbound answers with it from its next start."""
    write_private(key_file(home), made.key)
    write_private(certificate_file(home), made.certificate.encode("ascii"))


def own_certificate(home: Home) -> str:
    """The certificate that inbound answers with, PEM; "" where something before the node ends TLS.

    Raises:
        HomeProblem: `tls` is own and there is no certificate.
    """
    if home.settings.tls != "own":
        return ""
    try:
        return certificate_file(home).read_text(encoding="ascii")
    except OSError as error:
        raise HomeProblem(
            f"{certificate_file(home)} cannot be read ({error.strerror}). Make a certificate with: clew certificate"
        ) from error


def valid_until(pem: str) -> dt.datetime:
    """When a certificate ends."""
    return x509.load_pem_x509_certificate(pem.encode("ascii")).not_valid_after_utc


def server_context(home: Home) -> ssl.SSLContext:
    """How inbound speaks TLS: version 1.3 only, for the other side is a Clew node too.

    Raises:
        HomeProblem: the certificate or its key is missing, or they do not belong together.
    """
    own_certificate(home)
    try:
        return context_with(certificate_file(home), key_file(home))
    except (OSError, ssl.SSLError) as error:
        raise HomeProblem(
            f"The certificate of inbound cannot be used ({error}). Make another with: clew certificate"
        ) from error


def context_with(certificate: Path, key: Path) -> ssl.SSLContext:
    """How a server with this certificate and key speaks TLS; raises `OSError` or `ssl.SSLError` where it cannot."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    return context


def _host(home: Home) -> str:
    return urlsplit(home.inbound_url).hostname or home.settings.host


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
