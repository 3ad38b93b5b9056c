"""Word by e-mail, through the hospital's own mail server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from app.watch.channels.channel import Call, UndeliveredError

_SECONDS = 20.0
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. ``starttls``: refuse to speak in the clear."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    starttls: bool = True


class Email:
    """See ``Channel``."""

    tag = "email"

    def __init__(self, server: MailServer | None) -> None:
        """Send through this server; None: there is none, and every call says so."""
        self._server = server

    def send(self, call: Call) -> None:
        """See ``Channel``."""
        server = self._server
        if server is None:
            message = "no mail server is set (GIVRE_SMTP_HOST)"
            raise UndeliveredError(message, for_good=True)
        letter = letter_of(call, server.sender)
        try:
            with smtplib.SMTP(server.host, server.port, timeout=_SECONDS) as session:
                if server.starttls:
                    session.starttls(context=ssl.create_default_context())
                if server.user is not None and server.password is not None:
                    session.login(server.user, server.password)
                session.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            message = f"the mail server refuses the recipient ({', '.join(map(str, sorted(codes)))})"
            raise UndeliveredError(message, for_good=min(codes) >= _PERMANENT) from error
        except (OSError, smtplib.SMTPException) as error:
            message = f"the mail server did not take it ({type(error).__name__})"
            raise UndeliveredError(message) from error


def letter_of(call: Call, sender: str) -> EmailMessage:
    """Return the letter of a call; its Message-ID stays the same, so that one that came twice shows once."""
    letter = EmailMessage()
    letter["Subject"] = call.subject
    letter["From"] = Address(addr_spec=sender)
    letter["To"] = Address(addr_spec=call.address)
    letter["Message-ID"] = f"<{call.id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(call.text)
    return letter
