"""The published log: what waits for it, its leaves and subtree hashes, its checkpoints and who cosigned them."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Integer, Table, UniqueConstraint

from app.db.tables.metadata import METADATA, Data, blob, small, text, whole

STEP = 4
"""Hashes of complete subtrees are stored at every fourth level; what lies between is hashed again when it is needed."""

LOG_ORIGIN = Table(
    "log_origin",
    METADATA,
    whole("number", primary_key=True, autoincrement=False),
    text("tenant"),
    text("origin"),
    whole("follows", nullable=True),
    text("opened_at"),
    UniqueConstraint("origin"),
)

# The place is drawn while the event's subject is locked, so it follows the order of every chain.
PENDING = Table(
    "pending",
    METADATA,
    Column(
        "place",
        BigInteger().with_variant(Integer(), "sqlite"),
        Identity(always=True),
        primary_key=True,
        info={"data": Data.OPERATIONAL},
    ),
    text("tenant"),
    text("event", Data.PSEUDONYM, nullable=True),
    blob("entry", Data.PSEUDONYM, nullable=True, utf8=True),
    UniqueConstraint("event"),
    CheckConstraint("(event IS NULL) <> (entry IS NULL)", name="event_or_entry"),
    sqlite_autoincrement=True,
)

# An event's entry stays where it is; the log's own entries (heads, keys, links) stand here.
LOG = Table(
    "log",
    METADATA,
    whole("log", primary_key=True, autoincrement=False),
    whole("idx", primary_key=True, autoincrement=False),
    blob("leaf", Data.PSEUDONYM),
    text("event", Data.PSEUDONYM, nullable=True),
    blob("entry", nullable=True, utf8=True),
    UniqueConstraint("event", "log"),
    CheckConstraint("(event IS NULL) <> (entry IS NULL)", name="event_or_entry"),
    CheckConstraint("idx >= 0", name="idx_counts_from_zero"),
)

SUBTREE = Table(
    "subtree",
    METADATA,
    whole("log", primary_key=True, autoincrement=False),
    small("level", primary_key=True, autoincrement=False),
    whole("position", primary_key=True, autoincrement=False),
    blob("hash"),
)

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    whole("log", primary_key=True, autoincrement=False),
    whole("size", primary_key=True, autoincrement=False),
    blob("root"),
    text("note"),
    text("published_at"),
)

COSIGNATURE = Table(
    "cosignature",
    METADATA,
    whole("log", primary_key=True, autoincrement=False),
    whole("size", primary_key=True, autoincrement=False),
    text("cosigner", primary_key=True),
    text("line"),
    text("received_at"),
)

# A third party's clock (RFC 3161) on a checkpoint; the token is the whole DER TimeStampResp.
TIMESTAMP = Table(
    "checkpoint_timestamp",
    METADATA,
    whole("log", primary_key=True, autoincrement=False),
    whole("size", primary_key=True, autoincrement=False),
    text("authority"),
    blob("token"),
    text("received_at"),
)
