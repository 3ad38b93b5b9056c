"""Keeps the authority and the server's certificate in the data directory, and makes what is missing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.kit.errors import GivreError
from app.tls.certificates import make_authority, make_server, new_key, still_good
from app.tls.names import Names, TlsNameError, refused_by

_OWNER_ONLY: Final = 0o600
_FOR_ALL: Final = 0o644


class TlsAuthorityError(GivreError):
    """The authority's files do not belong together, are damaged, or are no longer good."""

    code = "tls-authority"


@dataclass(frozen=True, slots=True)
class OwnAuthority:
    """An installation's own authority: ``authority.pem`` and its key, ``server.pem`` with the server's key in it.

    Several processes share the folder: whoever comes first makes what is missing, the others wait and find it.
    """

    folder: Path
    names: Names

    @property
    def certificate(self) -> Path:
        """The file that tablets are told to trust."""
        return self.folder / "authority.pem"

    @property
    def key(self) -> Path:
        """The authority's key, needed only to renew."""
        return self.folder / "authority.key"

    def authority(self, now: datetime) -> x509.Certificate:
        """Return the authority, made when there is none.

        Raises:
            TlsAuthorityError: one of its two files is missing or damaged, or its time is over.
            TlsNameError: it may not vouch for one of the names.
        """
        with self._alone():
            return self._authority(now)[0]

    def pair(self, now: datetime) -> tuple[Path, None]:
        """Return the file of the server's certificate and key, made anew when the present one will not do.

        Raises:
            TlsAuthorityError, TlsNameError: as above.
        """
        path = self.folder / "server.pem"
        with self._alone():
            authority, signing = self._authority(now)
            if not self._will_do(path, authority, now):
                key = new_key()
                made = make_server(authority, signing, key.public_key(), self.names, now)
                # One file and one rename: no reader ever meets the key of one with the certificate of another.
                _write(path, _pem_of_key(key) + made.public_bytes(Encoding.PEM), mode=_OWNER_ONLY)
        return path, None

    def begin_anew(self, now: datetime) -> x509.Certificate:
        """Put the authority aside and make another, which every tablet must be told to trust."""
        with self._alone():
            for path in (self.certificate, self.key):
                if path.exists():
                    path.replace(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}"))
            return self._authority(now)[0]

    def _authority(self, now: datetime) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
        if not self.certificate.exists() and not self.key.exists():
            made = new_key()
            certificate = make_authority(made, self.names, now)
            # The key first: if we stop between the two, the next start says that one is missing and signs nothing.
            _write(self.key, _pem_of_key(made), mode=_OWNER_ONLY)
            _write(self.certificate, certificate.public_bytes(Encoding.PEM), mode=_FOR_ALL)
        found, key = self._read()
        if not found.not_valid_before_utc <= now < found.not_valid_after_utc:
            message = (
                f"{self.certificate} was good until {found.not_valid_after_utc:%Y-%m-%d}: givre tls --new-authority"
            )
            raise TlsAuthorityError(message)
        if outside := refused_by(found, self.names):
            message = (
                f"{', '.join(outside)}: the authority that tablets trust may not vouch for this; serve under the names "
                "it was made for, or make another with givre tls --new-authority, and have every tablet trust it"
            )
            raise TlsNameError(message)
        return found, key

    def _read(self) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
            certificate.extensions.get_extension_for_class(x509.NameConstraints)  # one without them is not ours
            key = load_pem_private_key(self.key.read_bytes(), None)
        except (OSError, ValueError, x509.ExtensionNotFound) as error:
            message = f"{self.folder} holds no whole authority ({error}): restore it, or givre tls --new-authority"
            raise TlsAuthorityError(message) from error
        if not isinstance(key, EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            message = f"{self.key} is not the key of {self.certificate}: restore it, or givre tls --new-authority"
            raise TlsAuthorityError(message)
        return certificate, key

    def _will_do(self, path: Path, authority: x509.Certificate, now: datetime) -> bool:
        try:
            present = x509.load_pem_x509_certificate(path.read_bytes())
            return still_good(present, authority, self.names, now)
        except (OSError, ValueError, x509.ExtensionNotFound):
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class GivenCertificate:
    """A certificate that somebody else renews, and its key; both are looked at again and again."""

    certificate: Path
    key: Path | None

    def pair(self, _now: datetime) -> tuple[Path, Path | None]:
        """Return both files."""
        return self.certificate, self.key


def _pem_of_key(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, *, mode: int) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
