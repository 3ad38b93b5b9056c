"""How readings, fills and tests reach the alarm engine: a row beside what is stored, in the same transaction.

Whoever stores readings of a dewar's probe adds the row that ``readings_arrived`` returns to what the same transaction
writes: in a command's ``Decision.rows``, or by ``insert_rows(connection, ALARM_INBOX, [row.values])`` where rows are
written without one. From then on nothing is missed: the engine takes the row out in the transaction that stores what it
made of it. What is sent twice does nothing the second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from app.actions.world import Row
from app.alarms.sample import Sample, to_doc

INBOX = "alarm_inbox"
FILLS, TESTS, CALIBRATION = "fills", "tests", "calibration/"


def readings_arrived(tenant: str, dewar: str, probe: str, readings: Iterable[Sample]) -> Row:
    """Return the row that hands samples to the engine.

    ``dewar`` is the dewar's id and ``probe`` what its alarm rules call the source. A temperature is in thousandths of a
    degree Celsius, a level in thousandths of a per cent, a controller 1000 (on) or 0 (off); ``value`` None: not good.
    """
    samples = json.dumps(to_doc(readings), separators=(",", ":"))
    return Row(INBOX, {"tenant": tenant, "dewar": dewar, "source": probe, "samples": samples})
