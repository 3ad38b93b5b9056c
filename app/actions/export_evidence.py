"""The reports or the proofs of many bags for one reader, as one archive at one checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.actions.bag_evidence import Audience, OtherLogError, checkpoint_for, current_log, evidence_of
from app.actions.log_proofs import consistency_proof
from app.actions.log_reader import LogReader, PublicLog, Published
from app.actions.reader import Reader, Scope, StoredSubject
from app.actions.record_export import GIVEN
from app.actions.services import Services
from app.actions.trust import policy_of
from app.kit.errors import GivreError
from app.ledger.evidence import Point
from app.ledger.export import Member, Shared, archive

_PAGE = 200
Reporting = Callable[[StoredSubject], tuple[bytes, int] | None]
"""Makes the report of a bag at the export's checkpoint, and says how many events of the bag it proves.

None: nothing of the bag was published yet.
"""
_EVERYTHING = Audience(shows=lambda _body: True)
"""Quality and auditors see every body; the personal parts stay closed."""


class NothingInScopeError(GivreError):
    """There is no bag that this reader may take along."""

    code = "nothing-in-scope"


@dataclass(frozen=True, slots=True)
class Export:
    """An export that is decided and not yet made: whose bags, at which checkpoint, since which."""

    log: PublicLog
    newest: Published
    since: Point | None
    bags: tuple[str, ...]


def planned(services: Services, scope: Scope, *, person: str, since: int | None) -> Export:
    """Decide what an export holds. Without ``since`` it leads from the last export that this person was given.

    Raises:
        NotPublishedError: nothing of this operator was published yet.
        OtherLogError: no checkpoint of the size ``since`` was published.
        NothingInScopeError: no bag lies in the scope.
    """
    log = current_log(services.log, scope.tenant)
    newest = checkpoint_for(services.log, log, (), services.cosigners, since=since)[0]
    before: Point | None
    if since is not None:
        before = _point(services.log, log, since)
        if before is None or since > newest.head.size:
            message = f"{log.origin} published no checkpoint of {since} entries"
            raise OtherLogError(message)
    else:
        visit = services.audit.latest_body(person, GIVEN)
        same = visit is not None and visit["origin"] == log.origin
        before = _point(services.log, log, int(visit["size"])) if visit is not None and same else None
    bags = tuple(_bags(services.reader, scope))
    if not bags:
        message = "no bag in scope"
        raise NothingInScopeError(message)
    return Export(log, newest, before, bags)


def made(services: Services, scope: Scope, export: Export, report: Reporting | None) -> Iterator[bytes]:
    """Yield the archive piece by piece; memory holds the report or proof of one bag at a time.

    Without ``report`` it holds the proofs alone; a bag of which nothing was published yet has only the proof of that.
    """
    log, newest, since = export.log, export.newest, export.since
    proof = () if since is None else consistency_proof(services.log, log.number, old=since.size, size=newest.head.size)
    shared = Shared(
        origin=log.origin,
        checkpoint=newest.note,
        head=newest.head,
        policy=policy_of(services.log.vkeys(log), services.cosigners).decode(),
        since=since,
        consistency=proof,
        scope=scope.audit.to_doc() if scope.audit is not None else None,
    )

    def members() -> Iterator[Member]:
        for bag in export.bags:
            stored = services.reader.subject(bag, scope.tenant)
            if stored is None:
                continue  # an operator's bag does not vanish; a rebuild may be under way
            told = report(stored) if report is not None else None
            if told is not None:
                yield Member(f"bags/{bag}/report.json", told[0], bag, told[1])
                continue
            proved = evidence_of(
                services.log,
                services.keyring,
                stored,
                cosigners=services.cosigners,
                audience=_EVERYTHING,
                at=newest,
            )
            yield Member(f"bags/{bag}/evidence.json", proved.file, bag, proved.events)

    return archive(members(), shared)


def _bags(reader: Reader, scope: Scope) -> Iterator[str]:
    after: str | None = None
    while True:
        page = reader.bags(scope, {}, after=after, limit=_PAGE)
        yield from (str(json.loads(one)["id"]) for one in page.items)
        after = page.next_after
        if after is None:
            return


def _point(reader: LogReader, log: PublicLog, size: int) -> Point | None:
    found = reader.published(log.number, size)
    return None if found is None else Point(found.note, size)
