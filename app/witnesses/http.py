"""One bounded exchange over HTTP: so many bytes at most, so many seconds at most, whatever the other side does."""

from __future__ import annotations

import os
import ssl
import time
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.kit.errors import GivreError

if TYPE_CHECKING:
    import httpx

_CONNECT_SECONDS = 5.0


class UnreachableError(GivreError):
    """The other side does not answer, not in time, or not in a form that can be read."""

    code = "witness-unreachable"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer's status and body."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced, so that nothing in it can be taken for something signed."""
        return self.body.decode("utf-8", "replace")


def client_for(url: str, *, connections: int = 2) -> httpx.Client:
    """Return a client for one address; a proxy of the environment is not asked for the machine itself.

    Whom to trust is told by ``SSL_CERT_FILE``, for this machine too.
    """
    import httpx  # noqa: PLC0415  # a tenth of the service's start, for those who have witnesses

    trusted = os.environ.get("SSL_CERT_FILE")
    verify = ssl.create_default_context(cafile=trusted) if trusted else True
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=30)
    return httpx.Client(verify=verify, trust_env=not is_loopback(url), limits=limits, follow_redirects=False)


def is_loopback(url: str) -> bool:
    """Say whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def exchange(  # noqa: PLR0913  # a request and its two bounds
    client: httpx.Client,
    method: str,
    url: str,
    *,
    content: bytes | None = None,
    content_type: str = "text/plain; charset=utf-8",
    seconds: float,
    most_bytes: int,
) -> Answered:
    """Send a request and read the whole answer.

    Raises:
        UnreachableError: no answer within ``seconds`` altogether, more than ``most_bytes``, or no HTTP.
    """
    import httpx  # noqa: PLC0415  # whoever holds a client has loaded it

    ends = time.monotonic() + seconds
    # A time-out of the client counts between two bytes: a drip would keep us for ever, so the whole is timed too.
    each = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    headers = {} if content is None else {"Content-Type": content_type}
    body = bytearray()
    try:
        with client.stream(method, url, content=content, headers=headers, timeout=each) as answer:
            for part in answer.iter_bytes():
                body += part
                if len(body) > most_bytes:
                    message = f"{url}: an answer of more than {most_bytes} bytes"
                    raise UnreachableError(message)
                if time.monotonic() > ends:
                    message = f"{url}: no whole answer within {seconds:g} seconds"
                    raise UnreachableError(message)
            return Answered(answer.status_code, bytes(body))
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        message = f"{url}: {type(error).__name__}: {error}".rstrip(": ")
        raise UnreachableError(message) from error
