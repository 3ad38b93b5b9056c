"""The statements with which the published log is read: text of our own, as the driver takes it (``fetched``)."""

from __future__ import annotations

from typing import Final

LOGS: Final = "SELECT number, tenant, origin, follows FROM log_origin ORDER BY number"

_EVENT = "event.id, log.idx, event.entry, event_body.body, event_body.salt, event_body.private, event_body.private_salt"
_LOGGED = (
    "FROM event JOIN log ON log.event = event.id AND log.log = :log LEFT JOIN event_body ON event_body.event = event.id"
)
CHAIN: Final = (
    f"SELECT {_EVENT} {_LOGGED} "  # noqa: S608  # our own texts
    # The operator's name leads the index of chains; from there to the place of each event. With the plus sign no
    # planner takes it the other way round, through all of the log up to that size.
    "WHERE event.tenant = (SELECT tenant FROM log_origin WHERE number = :log) AND event.subject = :subject "
    "AND +log.idx < :size ORDER BY event.seq"
)
TOLD: Final = (
    f"SELECT {_EVENT}, event.subject, event.kind, event.seq, event.tag, event.occurred_at, event.recorded_at, "
    f"event.actor, event.witness, event.leaf {_LOGGED} "
    "WHERE event.tenant = :tenant AND event.subject IN :subjects AND +log.idx < :size ORDER BY log.idx"
)
ENTRIES: Final = (
    "SELECT coalesce(log.entry, event.entry) FROM log LEFT JOIN event ON event.id = log.event "
    "WHERE log.log = :log AND log.idx >= :first AND log.idx < :end ORDER BY log.idx"
)
INDEX_OF: Final = (
    "SELECT log.idx FROM log JOIN event ON event.id = log.event WHERE event.leaf = :leaf AND log.log = :log"
)
CHAIN_KEYS: Final = "SELECT id, chain_key FROM subject WHERE id IN :subjects"

# Each with the lines that cosign it, in the order they came; none at all is one row without a line.
_CHECKPOINT = (
    "SELECT head.size, head.root, head.note, head.published_at, cosignature.line FROM checkpoint AS head "
    "LEFT JOIN cosignature ON cosignature.log = head.log AND cosignature.size = head.size WHERE head.log = :log"
)
_IN_ORDER = "ORDER BY cosignature.received_at, cosignature.cosigner"
PUBLISHED: Final = f"{_CHECKPOINT} AND head.size = :size {_IN_ORDER}"
LATEST: Final = f"{_CHECKPOINT} AND head.size = (SELECT max(size) FROM checkpoint WHERE log = :log) {_IN_ORDER}"  # noqa: S608  # our own texts
COSIGNATURES: Final = "SELECT line FROM cosignature WHERE log = :log AND size = :size ORDER BY received_at, cosigner"
NEWEST_COSIGNED: Final = (
    "SELECT DISTINCT size FROM cosignature WHERE log = :log AND size >= :from_size ORDER BY size DESC LIMIT :limit"
)
TIMESTAMPS: Final = "SELECT size, token FROM checkpoint_timestamp WHERE log = :log AND size <= :up_to ORDER BY size"

# Both neighbours are found by the key of the checkpoints: no checkpoint in between is looked at.
BOUNDS: Final = (
    "SELECT entry.idx, "
    "before.size, before.published_at, "
    "(SELECT count(*) FROM cosignature WHERE cosignature.log = :log AND cosignature.size = before.size), "
    "after.size, after.published_at, "
    "(SELECT count(*) FROM cosignature WHERE cosignature.log = :log AND cosignature.size = after.size) "
    "FROM log AS entry "
    "LEFT JOIN checkpoint AS before ON before.log = :log AND before.size = "
    "(SELECT max(size) FROM checkpoint WHERE log = :log AND size <= entry.idx) "
    "LEFT JOIN checkpoint AS after ON after.log = :log AND after.size = "
    "(SELECT min(size) FROM checkpoint WHERE log = :log AND size > entry.idx) "
    "WHERE entry.log = :log AND entry.idx IN :indices"
)
