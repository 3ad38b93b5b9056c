"""Word to a machine: a POST signed as Standard Webhooks asks (webhook-id, webhook-timestamp, webhook-signature)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from app.kit.canonical import canonical
from app.kit.clock import Clock
from app.watch.channels.channel import Call, UndeliveredError

_SECONDS = 20.0
_TAKEN = range(200, 300)
_GONE = 410


class Webhook:
    """See ``Channel``."""

    tag = "webhook"

    def __init__(self, secret: Callable[[str], bytes], clock: Clock) -> None:
        """Sign with the secret of each contact."""
        self._secret = secret
        self._clock = clock

    def send(self, call: Call) -> None:
        """See ``Channel``. Redirects are not followed: nobody but the one who was named is told."""
        import httpx  # noqa: PLC0415  # a tenth of a second that no start of the service should wait for

        body = canonical(call.event)
        at = str(int(self._clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": call.id,
            "webhook-timestamp": at,
            "webhook-signature": signature(self._secret(call.contact), call.id, at, body),
        }
        try:
            answer = httpx.post(call.address, content=body, headers=headers, timeout=_SECONDS, trust_env=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"nobody took it ({type(error).__name__})"
            raise UndeliveredError(message) from error
        if answer.status_code not in _TAKEN:
            message = f"answered {answer.status_code}"
            raise UndeliveredError(message, for_good=answer.status_code == _GONE)


def signature(secret: bytes, call: str, at: str, body: bytes) -> str:
    """Return ``v1,`` and the base64 of HMAC-SHA-256 over ``id.timestamp.body``."""
    digest = hmac.digest(secret, f"{call}.{at}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"
