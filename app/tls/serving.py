"""What the web server is handed: a context whose certificate is looked at again as handshakes come."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from app.kit.clock import Clock, SystemClock
from app.kit.errors import GivreError

LOOK_AGAIN: Final = timedelta(hours=1)
"""How long a certificate is served without being looked at."""
_LOG: Final = logging.getLogger("givre.tls")


class TlsCertificateError(GivreError):
    """The certificate or its key cannot be used."""

    code = "tls-certificate"


class Source(Protocol):
    """Where a certificate comes from."""

    def pair(self, now: datetime) -> tuple[Path, Path | None]:
        """Return the certificate's file and its key's; None where both are in one."""
        ...


@dataclass(frozen=True, slots=True)
class TlsContext:
    """Makes the context of one process. It travels to each worker process, so it holds nothing that is open."""

    source: Source
    clock: Clock = field(default_factory=SystemClock)

    def __call__(self, _config: object, _default: object) -> ssl.SSLContext:
        """Return the context for ``uvicorn``.

        Raises:
            TlsCertificateError: there is no usable certificate.
            TlsAuthorityError, TlsNameError: the installation's own authority cannot make one.
        """
        looked = _Looked(self.source, self.clock)
        context = looked.context()
        # Asked in every handshake, also in one that names nobody. A new certificate is a new context: the present one
        # is never changed under a handshake that is under way. Nothing waits for a timer, and nothing is restarted.
        context.sni_callback = looked.at_handshake
        return context


class _Looked:
    def __init__(self, source: Source, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self._context, self._digest = self._load()
        self._again = clock.now() + LOOK_AGAIN

    def context(self) -> ssl.SSLContext:
        return self._context

    def at_handshake(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        now = self._clock.now()
        if now >= self._again:
            self._again = now + LOOK_AGAIN
            try:
                self._look(now)
            except Exception:  # noqa: BLE001  # what was good until now goes on; the log says that something must be done
                _LOG.exception("the TLS certificate could not be renewed; the present one is served on")
        connection.context = self._context

    def _look(self, now: datetime) -> None:
        if _digest(self._source.pair(now)) != self._digest:
            self._context, self._digest = self._load()

    def _load(self) -> tuple[ssl.SSLContext, bytes]:
        pair = self._source.pair(self._clock.now())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            digest = _digest(pair)
            context.load_cert_chain(*pair)
        except OSError as error:  # an ssl.SSLError is one
            message = f"{' and '.join(str(one) for one in pair if one)}: {error}"
            raise TlsCertificateError(message) from error
        return context, digest


def _digest(pair: tuple[Path, Path | None]) -> bytes:
    return sha256(b"\0".join(one.read_bytes() for one in pair if one is not None)).digest()
