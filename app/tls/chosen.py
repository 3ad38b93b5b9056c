"""What the settings say about TLS, as what serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from app.tls.keeping import GivenCertificate, OwnAuthority
from app.tls.names import read_names
from app.tls.serving import TlsContext

FOLDER: Final = "tls"
"""Where the authority stands in the data directory."""
_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # compared, not bound


class Choices(Protocol):
    """What an installation decides about TLS."""

    @property
    def data_dir(self) -> Path:
        """The installation's own directory."""
        ...

    @property
    def host(self) -> str:
        """The address that is listened on."""
        ...

    @property
    def own_authority(self) -> bool:
        """Whether an authority of the installation's own signs."""
        ...

    @property
    def tls_names(self) -> str:
        """Names and addresses that people reach it by, with spaces between."""
        ...

    @property
    def tls_certificate(self) -> Path | None:
        """A certificate of somebody else's."""
        ...

    @property
    def tls_key(self) -> Path | None:
        """Its key, where that is a file of its own."""
        ...


def own_authority(chosen: Choices) -> OwnAuthority:
    """Return the installation's own authority, for the names it was given and the address that it listens on.

    Raises:
        TlsNameError: one of them is no name.
    """
    names = chosen.tls_names.split()
    if chosen.host not in _EVERYWHERE:
        names.append(chosen.host)
    return OwnAuthority(Path(chosen.data_dir, FOLDER).resolve(), read_names(names))


def tls_context(chosen: Choices) -> TlsContext | None:
    """Return what makes each process's TLS context; None where the service speaks plain HTTP.

    Raises:
        TlsNameError: as above.
    """
    if chosen.tls_certificate is not None:
        key = chosen.tls_key
        return TlsContext(GivenCertificate(chosen.tls_certificate.resolve(), None if key is None else key.resolve()))
    return TlsContext(own_authority(chosen)) if chosen.own_authority else None
