"""The ways to reach somebody, one line each."""

from __future__ import annotations

from collections.abc import Callable

from app.kit.clock import Clock
from app.kit.registry import Registry
from app.watch.channels.channel import Channel
from app.watch.channels.email import Email, MailServer
from app.watch.channels.sms import Sms, SmsGateway
from app.watch.channels.webhook import Webhook


def channels(
    mail: MailServer | None, secret: Callable[[str], bytes], clock: Clock, gateway: SmsGateway | None = None
) -> Registry[Channel]:
    """Return every channel, ready to send."""
    return Registry[Channel](
        "alarm channel",
        (
            Email(mail),
            Webhook(secret, clock),
            Sms(gateway),
        ),
    )
