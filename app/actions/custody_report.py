"""A custody report made for a reader: which copy they get, from what it is made, and that it was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Final, cast

from app.access.blinding import sees_all
from app.access.policy import allowed
from app.access.principal import Principal
from app.access.roles import Role
from app.actions.bag_evidence import checkpoint_for, current_log, published_at
from app.actions.catalogue import Catalogue
from app.actions.disclosure import is_inside
from app.actions.reader import StoredSubject
from app.actions.record_report import RecordReport
from app.actions.report_material import Asking, gather
from app.actions.services import Services
from app.kit.errors import GivreError
from app.reports.compose import compose
from app.reports.copies import Audience, Copy
from app.reports.formats import FORMATS

SOFTWARE: Final = f"givre {version('givre')}"
"""What makes a report, as its cover says: another version may tell the same facts in other words."""
_MAY_GIVE = {
    Audience.HOSPITAL: frozenset(Audience),
    Audience.AUDITOR: frozenset({Audience.AUDITOR, Audience.MAKER}),
    Audience.MAKER: frozenset({Audience.MAKER}),
}
_IDENTITY = ("GET", "/api/v1/therapies/{therapy_id}/identity")


class AudienceRefusedError(GivreError):
    """A copy that tells more than this reader may know."""

    code = "audience-refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for: a format, a copy, a published size (None: the newest)."""

    format: str
    copy: Copy
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A report as it left: its bytes, what they are, and what a file of it is called.

    ``size`` of the checkpoint; ``gaps`` and proved ``events`` are how many.
    """

    content: bytes
    media_type: str
    file_name: str
    id: str
    size: int
    gaps: int
    events: int
    wanted: Wanted
    subject: StoredSubject
    hospital: str
    patient: str | None

    def recording(self, *, site: str | None, actor: str | None, session: str | None) -> RecordReport:
        """Return the command that records it, on the chain of the reader's site or else of the hospital's."""
        copy = self.wanted.copy
        return RecordReport(
            tenant=self.subject.tenant,
            chain=site or self.hospital,
            actor=actor,
            session=session,
            told={
                "subject": self.subject.id,
                "report": self.id,
                "size": self.size,
                "audience": copy.audience.value,
                "language": copy.language,
                "format": self.wanted.format,
                "sha256": hashlib.sha256(self.content).hexdigest(),
            },
            patient=self.patient if copy.identity else None,
        )


def own_audience(principal: Principal) -> Audience:
    """Return whose copy a reader gets who asks for none in particular."""
    if not is_inside(principal):
        return Audience.MAKER
    return Audience.AUDITOR if principal.roles <= {Role.AUDITOR} else Audience.HOSPITAL


def copy_for(principal: Principal, language: str, wanted: Audience | None, subject: StoredSubject) -> Copy:
    """Return the copy that a reader gets; the hospital may make one for anybody, nobody a fuller one than their own.

    Raises:
        AudienceRefusedError: they may not have that copy.
    """
    own = own_audience(principal)
    audience = wanted or own
    if audience not in _MAY_GIVE[own]:
        raise AudienceRefusedError(audience.value)
    # A copy for somebody else holds what that reader may see, not what the one who makes it may.
    return Copy(
        audience=audience,
        language=language,
        maker=str(subject.doc["manufacturer"]) if audience is Audience.MAKER else None,
        identity=audience is Audience.HOSPITAL and allowed(*_IDENTITY, principal.roles),
        unblind=sees_all(principal.roles) if audience is own else audience is Audience.MAKER,
    )


def proved_of(services: Services, subject: StoredSubject) -> list[StoredSubject]:
    """Return whose chains a report proves: a bag's own, or those of a therapy and its bags."""
    return [subject, *(services.reader.children([subject.id], "bag") if subject.kind == "therapy" else ())]


def make_report(
    services: Services, subject: StoredSubject, wanted: Wanted, *, catalogue: Catalogue, software: str
) -> Issued:
    """Make a report of a bag or a therapy; nobody may get it before ``Issued.recording`` was recorded.

    Raises:
        NotPublishedError: nothing of it was published yet.
        OtherLogError: no checkpoint of the size asked for.
    """
    log = current_log(services.log, subject.tenant)
    if wanted.at is None:
        published = checkpoint_for(services.log, log, proved_of(services, subject), services.cosigners)[0]
    else:
        published = published_at(services.log, log, wanted.at)
    asking = Asking(subject, log, published, wanted.copy, catalogue, software)

    def make(heard: Callable[[Any], Any]) -> Issued:
        read = {name: heard(getattr(services, name)) for name in ("reader", "log", "telemetry")}
        return _made(replace(services, **read), asking, wanted)

    # What is given is compared, what is read is asked again: all that a report is made from.
    return cast("Issued", services.reports.made((subject.id, wanted), asking, services.clock.now(), make))


def _made(services: Services, asking: Asking, wanted: Wanted) -> Issued:
    material = gather(services, asking)
    report = compose(material, wanted.copy, services.keyring.receipts)
    kind, subject, proved = FORMATS[wanted.format], asking.subject, report["evidence"]
    return Issued(
        content=kind.write(report),
        media_type=kind.media_type,
        file_name=f"givre-{subject.kind}-{subject.id}-{material.checkpoint.size}-{wanted.copy.audience}.{kind.tag}",
        id=report["id"],
        size=material.checkpoint.size,
        gaps=len(report["gaps"]),
        events=sum(len(one["events"]) for one in (proved if isinstance(proved, list) else [proved])),
        wanted=wanted,
        subject=subject,
        hospital=material.therapy["hospital"],
        patient=material.patient.get("id"),
    )
