"""Many events at once, without the service: a chain as long as a test wants it."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.db.tables import EVENT, EVENT_BODY, PENDING
from app.kit.ids import new_id
from app.ledger.commitment import commit
from app.ledger.entry import EventEntry, leaf_hash
from tests.hospital import NOON
from tests.house.databases import Database
from tests.twins.recorders import only

_BODY, _SALT = b"{}", bytes(32)


def lengthen_a_chain(database: Database, count: int, *, after: bytes | None = None) -> None:
    """Write many events of the door, as if many strangers had knocked."""
    subject, pseudonym, last = only(database.owner_url, "SELECT id, pseudonym, head FROM subject WHERE kind = 'door'")[
        0
    ]
    head = bytes(last) if after is None else after
    engine = create_engine(database.owner_url, poolclass=NullPool)
    rows = []
    for seq in range(1, count + 1):
        entry = EventEntry(bag=bytes(pseudonym), seq=seq, prev=head, body=commit(_BODY, _SALT), t=NOON).to_bytes()
        head = leaf_hash(entry)
        rows.append(
            {
                "id": new_id(),
                "tenant": "givre",
                "subject": subject,
                "kind": "door",
                "seq": seq,
                "tag": "test:door:knocked",
                "recorded_at": "2026-12-01T12:00:00.000Z",
                "occurred_at": "2026-12-01T12:00:00.000Z",
                "actor": None,
                "witness": None,
                "scan_id": None,
                "entry": entry,
                "leaf": head,
            }
        )
    with engine.begin() as connection:
        connection.execute(EVENT.insert(), rows)
        bodies = [{"event": row["id"], "body": _BODY, "salt": _SALT} for row in rows]
        connection.execute(EVENT_BODY.insert(), bodies)
        connection.execute(PENDING.insert(), [{"tenant": "givre", "event": row["id"], "entry": None} for row in rows])
