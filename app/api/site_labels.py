"""The labels a site has declared, fresh enough for the next scan."""

from __future__ import annotations

import asyncio

from app.actions.scan_profiles import SiteFormats
from app.actions.services import Services


async def site_labels(tenant: str, services: Services) -> SiteFormats:
    """Return what an operator has declared; once a second, one caller reads it again before going on."""
    kept, now = services.scan_profiles, services.clock.now()
    if kept.due(tenant, now):
        await asyncio.to_thread(kept.refresh, tenant, now)
    return kept.known(tenant)
