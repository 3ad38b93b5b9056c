"""What an auditor's account is cut down to: sites, products and a period; everything else does not exist for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from app.kit.clock import parse_rfc3339, rfc3339

SCOPED_ROUTES: Final = frozenset(
    {
        "/api/v1/bags",
        "/api/v1/bags/{bag_id}",
        "/api/v1/bags/{bag_id}/attachments",
        "/api/v1/bags/{bag_id}/custody",
        "/api/v1/bags/{bag_id}/evidence",
        "/api/v1/bags/{bag_id}/history",
        "/api/v1/bags/{bag_id}/report",
        "/api/v1/deviations/{deviation_id}",
        "/api/v1/erasures",
        "/api/v1/holds",
        "/api/v1/reports",
        "/api/v1/reports/export",
        "/api/v1/shipments",
        "/api/v1/shipments/{shipment_id}",
        "/api/v1/therapies",
        "/api/v1/therapies/{therapy_id}",
        "/api/v1/therapies/{therapy_id}/follow-ups",
        "/api/v1/therapies/{therapy_id}/report",
    }
)
"""Routes that can cut their answer to a scope; every other one that asks for a role is closed to a scoped auditor."""
RECORDED_THEMSELVES: Final = frozenset(
    {
        "/api/v1/bags/{bag_id}/evidence",
        "/api/v1/bags/{bag_id}/report",
        "/api/v1/reports/export",
        "/api/v1/therapies/{therapy_id}/report",
    }
)
"""Routes that record the reading in words of their own."""


@dataclass(frozen=True, slots=True)
class AuditScope:
    """A bag is in scope when somebody of one of the sites recorded a step of its custody within the period.

    ``sites`` are ids, ``products`` tags of profiles; empty: all of them. The period is from ``since`` up to, but not
    including, ``until``, by the time of recording, which is ours; None: open on that side. A bag in scope is shown
    whole: half a custody proves nothing.
    """

    sites: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def to_doc(self) -> dict[str, Any]:
        """Write it as JSON."""
        return {
            "sites": list(self.sites),
            "products": list(self.products),
            "since": rfc3339(self.since) if self.since is not None else None,
            "until": rfc3339(self.until) if self.until is not None else None,
        }

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any] | None) -> Self | None:
        """Read it again; None stands for all of the operator.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: it is not of that shape.
        """
        if doc is None:
            return None
        since, until = doc["since"], doc["until"]
        return cls(
            tuple(map(str, doc["sites"])),
            tuple(map(str, doc["products"])),
            parse_rfc3339(since) if since is not None else None,
            parse_rfc3339(until) if until is not None else None,
        )
