"""What the ledger keeps of a scan: an operational part, and a private part that may hold a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.actions.scan_request import ReadSymbol, ScanRequest
from app.barcodes.reading import Identified
from app.custody.comparison import Row
from app.custody.verdict import Refused, Verdict
from app.kit.clock import rfc3339


def operational(
    request: ScanRequest,
    verdict: Verdict,
    subjects: Mapping[str, str | None],
    now: datetime,
    comparison: Sequence[Row] = (),
) -> dict[str, Any]:
    """Return the part of the event that holds no name; ``comparison`` is kept as it was when it was judged."""
    private = {field.name for field in request.step.fields if field.private}
    body: dict[str, Any] = {
        "v": 1,
        "step": request.step.tag,
        "outcome": "refused" if isinstance(verdict, Refused) else "taken",
        "scan_id": request.scan_id,
        "actor": {
            "id": request.actor.subject_id,
            "site": request.actor.site_id,
            "roles": sorted(role.value for role in request.actor.acting_roles),
            "session": request.actor.session_id,
        },
        "device": request.device_id,
        "occurred_at": rfc3339(request.occurred_at),
        "late": now - request.occurred_at > request.late_after,
        "offline": request.offline,
        "symbols": [_symbol(symbol) for symbol in request.symbols],
        "details": {name: value for name, value in request.details.items() if name not in private},
        "subjects": {role: one for role, one in subjects.items() if one is not None},
        "request": request.digest,
    }
    if comparison:
        body["comparison"] = [row.to_doc() for row in comparison]
    if request.told_wrong is not None:
        body["told_wrong"] = request.told_wrong
    if request.clock_drift_s is not None:
        body["clock_drift_s"] = request.clock_drift_s
    if request.link is not None:
        chain = request.link
        body["device_chain"] = {"seq": chain.seq, "prev": chain.prev.hex(), "hash": chain.hash.hex()}
    if request.actor.lent is not None:
        body["break_glass"] = request.actor.lent.id
    if request.witness is not None:
        body["witness"] = {
            "id": request.witness.person_id,
            "site": request.witness.site_id,
            "meaning": request.witness.meaning,
            "method": request.witness.method,
            "token": request.witness.jti,
        }
    if isinstance(verdict, Refused):
        body["code"] = verdict.breach.code
        body["others"] = [breach.code for breach in verdict.others]
    elif verdict.overridden:
        body["overridden"] = [breach.code for breach in verdict.overridden]
    if request.deviation is not None and request.deviation.authoriser is not None:
        body["authoriser"] = {"id": request.deviation.authoriser.person_id, "token": request.deviation.authoriser.jti}
    return body


def private(request: ScanRequest) -> dict[str, Any] | None:
    """Return the part that may hold a name: free text, wristbands, unreadable symbols; None when there is none."""
    names = {field.name for field in request.step.fields if field.private and field.kind != "objects"}
    found: dict[str, Any] = {}
    stated = {name: value for name, value in request.details.items() if name in names}
    texts = [{"role": symbol.role, "text": symbol.scanned.text} for symbol in request.symbols if symbol.private]
    if stated:
        found["details"] = stated
    if texts:
        found["symbols"] = texts
    if request.deviation is not None:
        found["deviation_reason"] = request.deviation.reason
    return found or None


def _symbol(symbol: ReadSymbol) -> dict[str, Any]:
    scanned, reading = symbol.scanned, symbol.reading
    shown: dict[str, Any] = {"role": symbol.role, "symbology": scanned.symbology, "source": scanned.source}
    if isinstance(reading, Identified):
        shown["format"] = reading.format
        if reading.repaired is not None:
            shown["repaired"] = reading.repaired  # the keyboard layout that had garbled it
    else:
        shown["unreadable"] = reading.reason
    if not symbol.private:
        shown["text"] = scanned.text
    return shown
