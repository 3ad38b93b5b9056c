"""Product profiles: the versioned rules of each product, with the source of every value."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.dependencies import ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Output
from app.custody.profile import Profile

ROUTER = APIRouter(prefix="/api/v1/profiles", tags=["profiles"], route_class=GuardedRoute)


class ProfileOut(Output):
    """One version of one product's rules; a pharmacist of the site must sign it before it rules."""

    tag: str
    version: int
    product: str
    limit_c: int
    timers: list[dict[str, Any]]


class ProfilesOut(ListOut):
    """Every profile."""

    items: list[ProfileOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ProfilesOut, summary="Product profiles")
async def profiles(request: Request, services: ServicesDependency) -> Response:
    """Return every version of every profile, each value with its confidence and source."""
    items = [_shown(profile) for profile in services.catalogue.profiles]
    return tagged_answer(request, {"items": items, "next_cursor": None})


def _shown(profile: Profile) -> dict[str, Any]:
    split = profile.split_dose
    return {
        "tag": profile.tag,
        "version": profile.version,
        "product": profile.product,
        "inn": profile.inn,
        "holder": profile.holder,
        "form": profile.form,
        "bags_per_dose": list(profile.bags_per_dose),
        "collection": profile.collection,
        "limit_c": profile.limit_c,
        "shelf_life_months": profile.shelf_life_months,
        "sequential_thaw": profile.sequential_thaw,
        "match_labels": list(profile.match_labels),
        "kind": profile.kind,
        "sponsor": profile.sponsor,
        "protocol": profile.protocol,
        "blinded": list(profile.blinded),
        "components": list(profile.components),
        "colour_codes": dict(profile.colour_codes),
        "partial_use": list(profile.partial_use),
        "split_dose": {"days": list(split.days), "window_days": split.window_days} if split is not None else None,
        "excursions": {"max_count": profile.excursions.max_count, "ceiling_c": profile.excursions.ceiling_c},
        "allogeneic": profile.allogeneic,
        "identifiers": list(profile.identifiers),
        "readiness": list(profile.readiness),
        "confidence": dict(profile.confidence),
        "source": dict(profile.source),
        "timers": [
            {
                "from": timer.starts,
                "to": timer.ends,
                "max_minutes": timer.max_minutes,
                "binding": timer.binding,
                "confidence": timer.confidence,
                "source": timer.source,
            }
            for timer in profile.timers
        ],
    }
