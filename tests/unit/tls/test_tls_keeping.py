"""The authority: made once, for its names only, kept to its owner; the server's certificate is renewed by itself."""

from __future__ import annotations

import pickle
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from app.settings import Settings
from app.tls.certificates import make_server, new_key
from app.tls.chosen import own_authority, tls_context
from app.tls.keeping import GivenCertificate, OwnAuthority, TlsAuthorityError
from app.tls.names import TlsNameError, read_names
from app.tls.serving import TlsCertificateError, TlsContext

NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: these tests have a clock of their own."""
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


class Hand:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def own(folder: Path, *names: str) -> OwnAuthority:
    return OwnAuthority(folder / "tls", read_names(names))


def served(own: OwnAuthority, now: datetime) -> x509.Certificate:
    return x509.load_pem_x509_certificate(own.pair(now)[0].read_bytes())


def handshake(serving: ssl.SSLContext, authority: Path, name: str) -> bytes:
    """Shake hands in memory, and return the certificate that the client took."""
    trusting = ssl.create_default_context(cafile=str(authority))
    trusting.verify_flags |= NO_CHECK_TIME  # type: ignore[assignment]  # the standard library has no name for it
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server, server_hostname=name)
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server, client, server]
    for side in waiting:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    taken = client.getpeercert(binary_form=True)
    assert taken is not None
    return taken


def test_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    found = own(tmp_path, "givre.test")
    path, _ = found.pair(NOW)

    assert [one.stat().st_mode & 0o777 for one in (found.folder, found.key, path, found.certificate)] == [
        0o700,
        0o600,
        0o600,
        0o644,
    ]


def test_the_authority_is_made_once_and_may_vouch_for_its_names_only(tmp_path: Path) -> None:
    first = own(tmp_path, "givre.test", "10.0.0.7").authority(NOW)
    again = own(tmp_path, "10.0.0.7").authority(NOW + timedelta(days=400))

    constraints = first.extensions.get_extension_for_class(x509.NameConstraints)
    assert again == first
    assert constraints.critical
    assert [str(one.value) for one in constraints.value.permitted_subtrees or []] == [
        "localhost",
        "givre.test",
        "127.0.0.1/32",
        "::1/128",
        "10.0.0.7/32",
    ]
    with pytest.raises(TlsNameError, match=r"bank\.test"):
        own(tmp_path, "bank.test").pair(NOW)
    with pytest.raises(TlsNameError, match=r"10\.0\.0\.8"):
        own(tmp_path, "10.0.0.8").pair(NOW)
    assert served(own(tmp_path, "east.givre.test"), NOW).extensions  # below a permitted name, as RFC 5280 has it


@pytest.mark.parametrize("name", ["", "*.givre.test", "givre_test", "-a.test", "a..test", "1.2.3", "a" * 64, "ä" * 300])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(TlsNameError):
        read_names([name])


def test_names_are_written_in_one_way() -> None:
    found = read_names(["Givre.Test.", "pharmacie-été.test", "::1"])

    assert found.hosts == ("localhost", "givre.test", "pharmacie-été.test".encode("idna").decode())
    assert found.addresses == (ip_address("127.0.0.1"), ip_address("::1"))
    assert (found.first, found.address(443), found.address(8443)) == (
        "givre.test",
        "https://givre.test",
        "https://givre.test:8443",
    )
    assert read_names(["fd00::1"]).address(8443) == "https://[fd00::1]:8443"
    assert read_names([]).address(8000) == "https://localhost:8000"


def test_the_server_s_certificate_is_renewed_a_month_before_its_end_and_when_names_change(tmp_path: Path) -> None:
    found = own(tmp_path, "givre.test", "10.0.0.7")
    first = served(found, NOW)

    assert served(found, NOW + timedelta(days=59)) == first
    second = served(found, NOW + timedelta(days=61))
    assert second != first
    assert second.not_valid_after_utc == NOW + timedelta(days=151)
    assert served(own(tmp_path, "givre.test"), NOW + timedelta(days=62)) != second


def test_a_damaged_server_certificate_and_one_of_another_authority_are_made_anew(tmp_path: Path) -> None:
    found = own(tmp_path, "givre.test")
    path, _ = found.pair(NOW)
    path.write_bytes(b"no certificate")
    made = served(found, NOW)
    found.begin_anew(NOW)

    assert served(found, NOW).issuer == found.authority(NOW).subject
    assert served(found, NOW) != made
    assert len(list(found.folder.glob("authority.*.before-*"))) == 2


def test_nothing_outlives_the_authority_and_its_end_is_said(tmp_path: Path) -> None:
    found = own(tmp_path, "givre.test")
    ends = found.authority(NOW).not_valid_after_utc
    late = ends - timedelta(days=3)
    last = served(found, late)

    assert last.not_valid_after_utc == ends
    assert served(found, late + timedelta(hours=2)) == last
    with pytest.raises(TlsAuthorityError, match="--new-authority"):
        found.pair(ends)


@pytest.mark.parametrize("what", ["gone", "damaged", "another's", "unconstrained"])
def test_half_an_authority_signs_nothing(tmp_path: Path, what: str) -> None:
    found = own(tmp_path, "givre.test")
    path, _ = found.pair(NOW)
    other = own(tmp_path / "other", "givre.test")
    other.pair(NOW)
    if what == "gone":
        found.key.unlink()
    elif what == "damaged":
        found.certificate.write_bytes(b"-----BEGIN")
    elif what == "another's":
        found.key.write_bytes(other.key.read_bytes())
    else:
        found.certificate.write_bytes(path.read_bytes())

    with pytest.raises(TlsAuthorityError, match="givre tls --new-authority"):
        found.pair(NOW)


def test_a_renewed_certificate_is_served_without_a_restart(tmp_path: Path) -> None:
    found, clock = own(tmp_path, "givre.test"), Hand(NOW)
    context = TlsContext(found, clock)(None, None)
    first = handshake(context, found.certificate, "givre.test")

    clock.time = NOW + timedelta(days=59)
    assert handshake(context, found.certificate, "givre.test") == first
    # Another process of the installation renews it; this one looks again within the hour.
    renewed = served(found, NOW + timedelta(days=61))
    assert handshake(context, found.certificate, "givre.test") == first
    clock.time = NOW + timedelta(days=61, minutes=1)
    assert handshake(context, found.certificate, "givre.test") == renewed.public_bytes(Encoding.DER) != first


def test_what_cannot_be_renewed_is_served_on_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found, clock = own(tmp_path, "givre.test"), Hand(NOW)
    context = TlsContext(found, clock)(None, None)
    first = handshake(context, found.certificate, "127.0.0.1")
    found.key.unlink()

    clock.time = NOW + timedelta(hours=2)

    assert handshake(context, found.certificate, "127.0.0.1") == first
    assert "could not be renewed" in caplog.text


def test_an_authority_that_was_stolen_vouches_for_no_other_name(tmp_path: Path) -> None:
    found = own(tmp_path, "givre.test")
    found.pair(NOW)
    stolen = load_pem_private_key(found.key.read_bytes(), None)
    assert isinstance(stolen, EllipticCurvePrivateKey)
    key, names = new_key(), read_names(["bank.test"])
    forged = make_server(found.authority(NOW), stolen, key.public_key(), names, NOW)
    path = tmp_path / "forged.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + forged.public_bytes(Encoding.PEM)
    )
    context = TlsContext(GivenCertificate(path, None))(None, None)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(context, found.certificate, "bank.test")


def test_each_worker_process_is_handed_the_same(tmp_path: Path) -> None:
    context = TlsContext(own(tmp_path, "givre.test", "10.0.0.7"), Hand(NOW))

    handed = pickle.loads(pickle.dumps(context))  # noqa: S301  # as the web server hands it to a worker

    assert handed.source == context.source


def test_the_settings_choose(tmp_path: Path) -> None:
    plain = Settings(data_dir=tmp_path)
    own_one = Settings(data_dir=tmp_path, tls=True, tls_names="givre.test 10.0.0.7", host="10.0.0.9")
    given = Settings(data_dir=tmp_path, tls=True, tls_certificate=tmp_path / "c.pem", tls_key=tmp_path / "k.pem")

    assert tls_context(plain) is None
    assert [str(one) for one in own_authority(own_one).names.addresses] == ["127.0.0.1", "::1", "10.0.0.7", "10.0.0.9"]
    assert tls_context(own_one).source == own_authority(own_one)  # type: ignore[union-attr]  # it is not None
    assert not given.own_authority
    assert own_authority(Settings(data_dir=tmp_path, host="0.0.0.0")).names == read_names([])  # noqa: S104  # compared
    with pytest.raises(TlsCertificateError, match=r"c\.pem and .*k\.pem"):
        tls_context(given)(None, None)  # type: ignore[misc]  # it is not None
