"""The evidence of one bag, put together from the published log and the vault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from app.actions.keyring import Keyring
from app.actions.log_reader import LoggedEvent, LogReader, PublicLog, Published
from app.actions.reader import StoredSubject
from app.actions.trust import asks_for_quorum, policy_of, vouched
from app.kit.canonical import NotCanonicalError, parse_canonical
from app.kit.errors import GivreError
from app.ledger.evidence import Evidence, Part, Point, ShownEvent, Stamp, Subject
from app.ledger.tree import with_hashes

WITHHELD, ERASED = "withheld", "erased"
_POINTS = 6
"""Checkpoints that bracket the events in time: enough to tell days apart, few enough to keep the file small."""

_Item = TypeVar("_Item")
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


class ReadBody(NamedTuple):
    """What a stored body says, and whether its bytes are the one spelling of that (RFC 8785)."""

    said: Mapping[str, Any]
    canonical: bool


def read_body(body: bytes) -> ReadBody:
    """Read a stored body. Somebody may have written it otherwise since: it is shown as it stands, and then found."""
    try:
        return ReadBody(parse_canonical(body), canonical=True)
    except NotCanonicalError:
        return ReadBody(json.loads(body), canonical=False)


@dataclass(frozen=True, slots=True)
class BagEvidence:
    """The file, the checkpoint it leads to, and how many events it holds."""

    file: bytes
    published: Published
    events: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A subject with everything that was published of it, oldest first, and the wrapped key of its pseudonym.

    ``read`` holds bodies that were read already, by the ids of their events.
    """

    subject: StoredSubject
    events: Sequence[LoggedEvent]
    key: bytes | None
    read: Mapping[str, ReadBody] = field(default_factory=dict)


def evidence_of(  # noqa: PLR0913  # what it is made from, for whom, and since when
    reader: LogReader,
    keyring: Keyring,
    bag: StoredSubject,
    *,
    cosigners: str,
    audience: Audience,
    since: int | None = None,
    at: Published | None = None,
) -> BagEvidence:
    """Prove everything that was published about a bag, ``at`` a published checkpoint; ``since`` is a smaller size.

    Without ``at``: the newest one that our quorum vouched for, if it holds all of the bag, else the newest of all.

    Raises:
        NotPublishedError: there is no checkpoint yet.
        OtherLogError: no checkpoint of the size ``since`` was published.
    """
    log = current_log(reader, bag.tenant)
    newest = at or checkpoint_for(reader, log, [bag], cosigners, since=since)[0]
    chain = Chain(bag, reader.chain(log.number, bag.id, newest.head.size), reader.chain_keys([bag.id]).get(bag.id))
    files = proofs_of(
        reader, keyring, [chain], log=log, published=newest, cosigners=cosigners, audience=audience, since=since
    )
    return BagEvidence(files[0], newest, len(chain.events))


def published_at(reader: LogReader, log: PublicLog, size: int | None = None) -> Published:
    """Return the checkpoint of one size, or the newest.

    Raises:
        NotPublishedError: there is none yet.
        OtherLogError: none of that size was published.
    """
    if size is not None:
        return _published(reader, log, size)
    newest = reader.latest(log.number)
    if newest is None:
        message = "nothing was published yet"
        raise NotPublishedError(message)
    return newest


def proofs_of(  # noqa: PLR0913  # what it is made from, for whom, and since when
    reader: LogReader,
    keyring: Keyring,
    chains: Sequence[Chain],
    *,
    log: PublicLog,
    published: Published,
    cosigners: str,
    audience: Audience,
    since: int | None = None,
) -> list[bytes]:
    """Prove several chains at one checkpoint, a file each; what they share is read once.

    Raises:
        OtherLogError: no checkpoint of the size ``since`` was published.
    """
    size = published.head.size
    heads, policy = reader.heads(log.number, size), policy_of(reader.vkeys(log), cosigners).decode()
    heads_entry = reader.entries(log.number, size - 1, size)[0]
    old = None if since is None else _point(reader, log, since)
    indices = [event.index for chain in chains for event in chain.events]
    timeline = _timeline(reader, log, indices, below=size)
    stamps = _spread(reader.timestamps_around(log.number, indices, up_to=size))
    made = [
        Evidence(
            bag=chain.subject.pseudonym,
            checkpoint=published.note,
            head=published.head,
            heads_entry=heads_entry,
            map_proof=heads.prove(chain.subject.pseudonym),
            events=[_shown(event, chain, keyring, audience) for event in chain.events],
            since=old,
            timeline=timeline,
            timestamps=[Stamp(_point(reader, log, at), token) for at, token in stamps],
            policy=policy,
            subject=None
            if chain.key is None
            else Subject(
                tenant=chain.subject.tenant,
                id=chain.subject.id,
                key=keyring.unwrap(chain.key, chain.subject.id),
            ),
        )
        for chain in chains
    ]
    proofs = with_hashes(
        lambda subtree: [one.proofs(subtree) for one in made], lambda wanted: reader.hashes(log.number, wanted)
    )
    return [one.spelled(proof) for one, proof in zip(made, proofs, strict=True)]


def checkpoint_for(
    reader: LogReader, log: PublicLog, subjects: Sequence[StoredSubject], cosigners: str, *, since: int | None = None
) -> tuple[Published, bool]:
    """Return the checkpoint that is proved at, and whether a quorum that we ask for is still missing.

    It holds all that is published of the subjects, and is no smaller than the reader's last one (``since``).

    Raises:
        NotPublishedError: there is none.
    """
    newest = published_at(reader, log)
    if not cosigners:
        return newest, False
    heads = reader.heads(log.number, newest.head.size)
    last = [head.last_index for one in subjects if (head := heads.get(one.pseudonym)) is not None]
    # A checkpoint ends with the heads entry after the last event: no smaller one holds all of it.
    whole = max(last, default=-1) + 2
    found = vouched(reader, log, cosigners, from_size=max(whole, since or 0))
    return (newest, asks_for_quorum(cosigners)) if found is None else (found, False)


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


def _shown(event: LoggedEvent, chain: Chain, keyring: Keyring, audience: Audience) -> ShownEvent:
    if event.body is None or event.salt is None:
        return ShownEvent(index=event.index, entry=event.entry, absent=ERASED)
    read, bag = chain.read.get(event.id) or read_body(event.body), chain.subject
    if not audience.shows(read.said):
        return ShownEvent(index=event.index, entry=event.entry, absent=WITHHELD)
    pii = None
    if audience.personal and event.private is not None and event.private_salt and bag.vault_key is not None:
        pii = Part(keyring.open(bag.vault_key, bag.id, event.private, context=event.id), event.private_salt)
    shown = Part(event.body, event.salt, canonical=read.canonical)
    return ShownEvent(index=event.index, entry=event.entry, body=shown, pii=pii)


def _point(reader: LogReader, log: PublicLog, size: int) -> Point:
    return Point(_published(reader, log, size).note, size)


def _published(reader: LogReader, log: PublicLog, size: int) -> Published:
    found = reader.published(log.number, size)
    if found is None:
        message = f"{log.origin} published no checkpoint of {size} entries"
        raise OtherLogError(message)
    return found


def _timeline(reader: LogReader, log: PublicLog, indices: Sequence[int], *, below: int) -> list[Point]:
    """Return cosigned checkpoints just before and just after events, a few of them, spread evenly."""
    ordered = sorted(size for size in reader.cosigned_around(log.number, indices) if size < below)
    return [_point(reader, log, size) for size in _spread(ordered)]


def _spread(ordered: Sequence[_Item]) -> list[_Item]:
    """Return a few of them, evenly spread, the first and the last among them."""
    if len(ordered) <= _POINTS:
        return list(ordered)
    return [ordered[round(at * (len(ordered) - 1) / (_POINTS - 1))] for at in range(_POINTS)]
