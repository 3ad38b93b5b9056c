"""The evidence of one bag, put together from the published log and the vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.keyring import Keyring
from app.actions.log_reader import LoggedEvent, LogReader, PublicLog, Published
from app.actions.reader import StoredSubject
from app.actions.trust import policy_of
from app.kit.errors import GivreError
from app.ledger.evidence import Evidence, Part, Point, ShownEvent, Subject
from app.ledger.tree import with_hashes

WITHHELD, ERASED = "withheld", "erased"
_POINTS = 6
"""Checkpoints that bracket the events in time: enough to tell days apart, few enough to keep the file small."""

Shows = Callable[[Mapping[str, Any]], bool]
"""Whether a reader may see the body of an event: all of it or nothing, as it is committed to as a whole."""


class NotPublishedError(GivreError):
    """Nothing of this operator was published yet."""

    code = "nothing-published"


class OtherLogError(GivreError):
    """The earlier checkpoint is not one that this log published."""

    code = "checkpoint-unknown"


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom evidence is made: which bodies they see, and whether the personal parts are opened for them."""

    shows: Shows
    personal: bool = False


@dataclass(frozen=True, slots=True)
class BagEvidence:
    """The file, the checkpoint it leads to, and how many events it holds."""

    file: bytes
    published: Published
    events: int


def evidence_of(  # noqa: PLR0913  # what it is made from, for whom, and since when
    reader: LogReader,
    keyring: Keyring,
    bag: StoredSubject,
    *,
    cosigners: str,
    audience: Audience,
    since: int | None = None,
) -> BagEvidence:
    """Prove everything that was published about a bag, at the newest checkpoint; ``since`` is an earlier size.

    Raises:
        NotPublishedError: there is no checkpoint yet.
        OtherLogError: no checkpoint of the size ``since`` was published.
    """
    log = current_log(reader, bag.tenant)
    newest = reader.latest(log.number)
    if newest is None:
        message = "nothing was published yet"
        raise NotPublishedError(message)
    size = newest.head.size
    events = reader.chain(log.number, bag.id, size)
    wrapped = reader.chain_key(bag.id)
    made = Evidence(
        bag=bag.pseudonym,
        checkpoint=newest.note,
        head=newest.head,
        heads_entry=reader.entries(log.number, size - 1, size)[0],
        map_proof=reader.heads(log.number, size).prove(bag.pseudonym),
        events=[_shown(event, bag, keyring, audience) for event in events],
        since=None if since is None else _point(reader, log, since),
        timeline=_timeline(reader, log, [event.index for event in events], below=size),
        policy=policy_of(reader.vkeys(log), cosigners).decode(),
        subject=None if wrapped is None else Subject(tenant=bag.tenant, id=bag.id, key=keyring.unwrap(wrapped, bag.id)),
    )
    file = with_hashes(made.to_bytes, lambda wanted: reader.hashes(log.number, wanted))
    return BagEvidence(file, newest, len(events))


def current_log(reader: LogReader, tenant: str) -> PublicLog:
    """Return the log that an operator's events are published in now.

    Raises:
        NotPublishedError: there is none yet.
    """
    found = next((one for one in reader.logs() if one.current and one.tenant == tenant), None)
    if found is None:
        message = "nothing was published yet"
        raise NotPublishedError(message)
    return found


def _shown(event: LoggedEvent, bag: StoredSubject, keyring: Keyring, audience: Audience) -> ShownEvent:
    if event.body is None or event.salt is None:
        return ShownEvent(index=event.index, entry=event.entry, absent=ERASED)
    if not audience.shows(json.loads(event.body)):
        return ShownEvent(index=event.index, entry=event.entry, absent=WITHHELD)
    pii = None
    if audience.personal and event.private is not None and event.private_salt and bag.vault_key is not None:
        pii = Part(keyring.open(bag.vault_key, bag.id, event.private, context=event.id), event.private_salt)
    return ShownEvent(index=event.index, entry=event.entry, body=Part(event.body, event.salt), pii=pii)


def _point(reader: LogReader, log: PublicLog, size: int) -> Point:
    found = reader.published(log.number, size)
    if found is None:
        message = f"{log.origin} published no checkpoint of {size} entries"
        raise OtherLogError(message)
    return Point(found.note, size)


def _timeline(reader: LogReader, log: PublicLog, indices: Sequence[int], *, below: int) -> list[Point]:
    """Return cosigned checkpoints just before and just after events, a few of them, spread evenly."""
    sizes = [size for size in reader.cosigned_sizes(log.number) if size < below]
    wanted: set[int] = set()
    for index in indices:
        wanted |= {max((size for size in sizes if size <= index), default=0)}
        wanted |= {min((size for size in sizes if size > index), default=0)}
    ordered = sorted(wanted - {0})
    chosen = {ordered[round(at * (len(ordered) - 1) / (_POINTS - 1))] for at in range(_POINTS)} if ordered else set()
    return [_point(reader, log, size) for size in sorted(chosen)]
