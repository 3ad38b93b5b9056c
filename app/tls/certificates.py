"""Makes the certificates of an installation that has no authority to ask: its own authority, and the server's."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.tls.names import Names

AUTHORITY_TERM: Final = timedelta(days=3653)
"""Ten years: each tablet trusts it by hand."""
SERVER_TERM: Final = timedelta(days=90)
"""Well below the 825 days after which iOS and iPadOS refuse a server's certificate, whoever signed it."""
RENEW_BEFORE: Final = timedelta(days=30)
SLOW_CLOCKS: Final = timedelta(days=1)
"""How far a tablet's clock may be behind and the certificate be good already."""


def new_key() -> EllipticCurvePrivateKey:
    """Return a P-256 key: the one kind that every browser and every tablet takes."""
    return generate_private_key(SECP256R1())


def make_authority(key: EllipticCurvePrivateKey, names: Names, now: datetime) -> x509.Certificate:
    """Return an authority that may vouch for these names and for no other (RFC 5280 section 4.2.1.10).

    Whoever steals its key can pretend to be this service, and neither a bank nor a mail server.
    """
    subject = _named(f"Givre {names.first} {now:%Y-%m-%d}"[:64])
    public = key.public_key()
    return (
        _begun(subject, subject, public, now, AUTHORITY_TERM)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(names.subtrees(), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def make_server(
    authority: x509.Certificate,
    authority_key: EllipticCurvePrivateKey,
    public: EllipticCurvePublicKey,
    names: Names,
    now: datetime,
) -> x509.Certificate:
    """Return a server's certificate for these names; it never outlives the authority."""
    term = min(SERVER_TERM, authority.not_valid_after_utc - now)
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begun(_named("Givre"), authority.subject, public, now, term)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names.general()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def still_good(server: x509.Certificate, authority: x509.Certificate, names: Names, now: datetime) -> bool:
    """Say whether a server's certificate need not be made anew: ours, for these names, with a month or more to go."""
    said = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        server.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001  # whatever is wrong with it, another one is made
        return False
    # One that ends with the authority is not made anew each hour of the authority's last month.
    ends = server.not_valid_after_utc
    lasting = now + RENEW_BEFORE < ends or ends == authority.not_valid_after_utc
    return list(said) == names.general() and server.not_valid_before_utc <= now < ends and lasting


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as tablets show it: 32 pairs of hexadecimal digits."""
    return sha256(certificate.public_bytes(Encoding.DER)).digest().hex(":").upper()


def _begun(
    subject: x509.Name, issuer: x509.Name, public: EllipticCurvePublicKey, now: datetime, term: timedelta
) -> x509.CertificateBuilder:
    now = now.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLOW_CLOCKS)
        .not_valid_after(now + term)
    )


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
