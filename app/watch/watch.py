"""The watch of an installation: judging and calling, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable

from app.actions.alarm_desk import CallBook, Rounds
from app.actions.recorder import Recorder
from app.kit.clock import Clock
from app.watch.channels import channels
from app.watch.channels.email import MailServer
from app.watch.keeping import Keeping
from app.watch.sending import Sending


class Watch:
    """Starts and stops both; a channel that hangs keeps no reading from being judged."""

    def __init__(  # noqa: PLR0913  # its parts
        self,
        rounds: Rounds,
        calls: CallBook,
        recorder: Recorder,
        clock: Clock,
        *,
        mail: MailServer | None,
        secret: Callable[[str], bytes],
        interval_seconds: float,
    ) -> None:
        """Put it together; ``secret`` is what calls to a contact are signed with."""
        self.keeping = Keeping(rounds, calls, recorder, clock, interval_seconds=interval_seconds)
        self.sending = Sending(calls, channels(mail, secret, clock), clock, interval_seconds=interval_seconds)

    def start(self) -> None:
        """Keep watch from now on."""
        self.keeping.start()
        self.sending.start()

    def stop(self) -> None:
        """Keep watch no more."""
        self.keeping.stop()
        self.sending.stop()
