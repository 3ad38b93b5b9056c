"""Subjects as the rows that lists are filtered by; dropped and rebuilt from the ledger without loss."""

from __future__ import annotations

from typing import Any

from app.actions.world import Subject
from app.custody.bag import first_due

PROJECTED = ("bag", "therapy", "shipment", "alarm_plan", "alarm")
"""The tables that ``project`` fills."""


def project(subject: Subject) -> tuple[str, dict[str, Any]] | None:
    """Return (table, row) for a kind that is listed by its columns, else None."""
    doc = subject.doc
    if subject.kind == "bag":
        return "bag", {
            "id": subject.id,
            "tenant": subject.tenant,
            "therapy": doc["therapy"],
            "kind": doc["kind"],
            "form": doc["form"],
            "state": doc["state"],
            "product": doc["product"],
            "custodian": doc["custodian"],
            "manufacturer": doc["manufacturer"],
            "lot": doc["lot"],
            "expires_at": doc["expires_at"],
            "due_at": first_due(doc["state"], doc.get("clock_due_at"), doc["expires_at"]),
            "on_hold": bool(doc["holds"]),
            "position": doc["position"],
            "shipment": doc["shipment"],
        }
    if subject.kind == "therapy":
        return "therapy", {
            "id": subject.id,
            "tenant": subject.tenant,
            "coi": doc["coi"],
            "product": doc["product"],
            "manufacturer": doc["manufacturer"],
            "state": doc["state"],
        }
    if subject.kind == "shipment":
        return "shipment", {
            "id": subject.id,
            "tenant": subject.tenant,
            "from_site": doc["from_site"],
            "to_site": doc["to_site"],
            "carrier_site": doc["carrier_site"],
            "manufacturer": doc["manufacturer"],
            "state": doc["state"],
        }
    if subject.kind == "alarm_plan":
        return "alarm_plan", {
            "id": subject.id,
            "tenant": subject.tenant,
            "dewar": doc["dewar"],
            "version": doc["version"],
        }
    if subject.kind == "alarm":
        return "alarm", {"id": subject.id, "tenant": subject.tenant, "call_ms": doc["call_ms"]}
    return None
