"""Every table, by room."""

from __future__ import annotations

from app.db.tables.access import CREDENTIAL, REVOKED_SESSION
from app.db.tables.alarms import (
    ALARM,
    ALARM_CALL,
    ALARM_CONTACT,
    ALARM_INBOX,
    ALARM_PLAN,
    ALARM_STATE,
    ALARM_TURN,
)
from app.db.tables.custody import BAG, IDENTIFIER, SCAN, SHIPMENT, SUBJECT, THERAPY
from app.db.tables.devices import DEVICE_LINK
from app.db.tables.erasure import ERASURE
from app.db.tables.identity import IDENTITY
from app.db.tables.ledger import EVENT, EVENT_BODY
from app.db.tables.log import CHECKPOINT, COSIGNATURE, LOG, LOG_ORIGIN, PENDING, SUBTREE, TIMESTAMP
from app.db.tables.metadata import METADATA
from app.db.tables.temperature import (
    PROBE,
    PROBE_JUDGED,
    PROBE_READING,
    PROBE_STATE,
    TEMPERATURE_CHUNK,
    TEMPERATURE_FILE,
)

APPEND_ONLY = (
    EVENT,
    EVENT_BODY,
    SCAN,
    LOG_ORIGIN,
    LOG,
    SUBTREE,
    CHECKPOINT,
    COSIGNATURE,
    TIMESTAMP,
    ERASURE,
    DEVICE_LINK,
)
"""Tables in which a row, once written, never changes and never goes; a body goes when an erasure names it."""

QUEUES = (PENDING, PROBE_READING, ALARM_INBOX, ALARM_TURN)
"""Tables that are emptied as they are worked off; the service deletes nothing else."""

__all__ = [
    "ALARM",
    "ALARM_CALL",
    "ALARM_CONTACT",
    "ALARM_INBOX",
    "ALARM_PLAN",
    "ALARM_STATE",
    "ALARM_TURN",
    "APPEND_ONLY",
    "BAG",
    "CHECKPOINT",
    "COSIGNATURE",
    "CREDENTIAL",
    "DEVICE_LINK",
    "ERASURE",
    "EVENT",
    "EVENT_BODY",
    "IDENTIFIER",
    "IDENTITY",
    "LOG",
    "LOG_ORIGIN",
    "METADATA",
    "PENDING",
    "PROBE",
    "PROBE_JUDGED",
    "PROBE_READING",
    "PROBE_STATE",
    "QUEUES",
    "REVOKED_SESSION",
    "SCAN",
    "SHIPMENT",
    "SUBJECT",
    "SUBTREE",
    "TEMPERATURE_CHUNK",
    "TEMPERATURE_FILE",
    "THERAPY",
    "TIMESTAMP",
]
