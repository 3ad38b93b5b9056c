"""What boards are told as it happens: the published log's order, cut to what each listener may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.access.principal import Principal
from app.actions.views import is_outside

TOLD = ("custody:", "quality:", "temperature:", "cryostore:", "alarms:")
"""Tags that a board is told of. Who signed in, and who read a name, is nobody's news."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in the published logs: the log's number and the entry's index. They only grow."""

    log: int
    index: int

    def __str__(self) -> str:
        """Write it as the id of a server-sent event."""
        return f"{self.log}-{self.index}"


@dataclass(frozen=True, slots=True)
class Told:
    """One event as boards are told of it; ``custodian`` and ``manufacturer`` of its bag, where it is about one."""

    place: Place
    tenant: str
    tag: str
    kind: str
    subject: str
    seq: int
    recorded_at: str
    custodian: str | None
    manufacturer: str | None

    def concerns(self, listener: Principal, site: str | None) -> bool:
        """Say whether a listener is told; ``site`` cuts it down to what one site answers for."""
        # What stands on a site's own chain is who looked something up, or a symbol that names nothing.
        if self.tenant != listener.tenant or not self.tag.startswith(TOLD) or self.kind == "site":
            return False
        if listener.audit is not None:  # what is told cannot be cut to an audit's scope
            return False
        if is_outside(listener):
            theirs = self.manufacturer == listener.organisation_id or self.custodian == listener.site_id
            return self.kind == "bag" and theirs
        return site is None or self.custodian in {None, site}

    def to_doc(self) -> dict[str, Any]:
        """Return what is sent: what changed and where it stands, never what it says; whoever may read it asks."""
        about = {"type": self.kind, "id": self.subject}
        return {"tag": self.tag, "subject": about, "seq": self.seq, "recorded_at": self.recorded_at}


class LogTail(Protocol):
    """Reads the end of the published log."""

    def ends(self) -> dict[int, tuple[str, int]]:
        """Return every log with its operator and its last index, -1 while nothing is published.

        Raises:
            NotAnsweringError: the database is away.
        """
        ...

    def since(self, reached: Mapping[int, int], *, limit: int) -> tuple[Sequence[Told], dict[int, int]]:
        """Return the events of these logs behind an index each, and up to which index each was looked at.

        Raises:
            NotAnsweringError: the database is away.
        """
        ...


def place_of(text: str) -> Place | None:
    """Read the id of a server-sent event; None where it is none of ours."""
    log, dash, index = text.partition("-")
    if not dash or not (log.isascii() and log.isdecimal() and index.isascii() and index.isdecimal()):
        return None
    found = Place(int(log), int(index))
    return found if max(found.log, found.index) < 2**53 else None
