"""The last event of every bag in a log, as its head map is built from them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, TextClause, text

from app.ledger.entry import read_link
from app.ledger.headmap import HeadRecord


def head_records(connection: Connection, log: int, below: int, *, by_subject: bool = False) -> dict[bytes, HeadRecord]:
    """Return the last event of every bag among the first ``below`` entries; a bag without any is not there.

    ``by_subject`` costs what there are bags, not what there are entries, and trusts the table of subjects to name all
    that have a chain.
    """
    statement = _heads_by_subject(connection.dialect.name) if by_subject else _HEADS
    rows = connection.execute(statement, {"log": log, "below": below})
    found = {}
    for index, leaf, entry in rows:
        bag, _, seq = read_link(bytes(entry))
        found[bag] = HeadRecord(seq + 1, index, bytes(leaf))
    return found


_HEADS = text(
    "SELECT log.idx, log.leaf, event.entry FROM ("
    "SELECT max(log.idx) AS idx FROM log JOIN event ON event.id = log.event "
    "WHERE log.log = :log AND log.idx < :below GROUP BY event.subject) AS last "
    "JOIN log ON log.log = :log AND log.idx = last.idx JOIN event ON event.id = log.event"
)


@cache
def _heads_by_subject(dialect: str) -> TextClause:
    # From each subject down the index of chains, newest event first, until one stands in the log. The join of the two
    # is written so that neither planner turns it round: they know nothing of a limit that is met at once.
    condition = "event.tenant = subject.tenant AND event.subject = subject.id"
    if dialect == "postgresql":
        return text(
            "SELECT found.* FROM subject, LATERAL (SELECT place.idx, place.leaf, event.entry FROM event, "  # noqa: S608  # our own text
            "LATERAL (SELECT idx, leaf FROM log WHERE log.event = event.id AND log.log = :log AND log.idx < :below "
            f"OFFSET 0) AS place WHERE {condition} ORDER BY event.seq DESC LIMIT 1) AS found"
        )
    return text(
        "SELECT log.idx, log.leaf, event.entry FROM subject CROSS JOIN event ON event.id = ("  # noqa: S608  # our text
        "SELECT event.id FROM event CROSS JOIN log ON log.event = event.id AND log.log = :log AND +log.idx < :below "
        f"WHERE {condition} ORDER BY event.seq DESC LIMIT 1) "
        "CROSS JOIN log ON log.event = event.id AND log.log = :log"
    )
