"""The work list: all a tablet needs for today's work at its site, signed, so that it can go on without the network."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access.principal import Principal
from app.actions.catalogue import Catalogue
from app.actions.services import Services
from app.actions.work_list import MOST_BAGS, NAMED_TO, GiveWorkList, named, work_list
from app.api.dependencies import PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import as_json, has_already, tagged_bytes
from app.api.models.base import Output
from app.api.models.scans import HoldOut, IdentifierOut
from app.api.routes.steps import catalogue_digest

ROUTER = APIRouter(prefix="/api/v1/worklist", tags=["work list"], route_class=GuardedRoute)
SIGNATURE = "Givre-Signature"
_KIND = "givre-worklist+jws"


class WorkBagOut(Output):
    """A bag on the list: what it is, where it stands and lies, and what may follow, whoever does it."""

    id: str
    state: str
    kind: str
    form: str
    product: str
    custodian: str
    therapy: str
    holds: list[HoldOut]
    identifiers: list[IdentifierOut]
    seq: int
    due_at: str | None
    next_steps: list[str]
    position_label: str | None
    timers: list[dict[str, Any]]


class WorkPatientOut(Output):
    """A patient of one of the bags; ``traits`` are null for those who are not told names, and once erased."""

    id: str
    status: str
    cautions: list[str]
    traits: dict[str, Any] | None


class WorkListOut(Output):
    """The work list of one site, for one person, until ``expires_at``.

    ``steps``: the SHA-256 of the step catalogue it goes with. ``positions``: the code of each position of the site's
    dewars, and the bag in it. ``complete`` is false where the site has more bags than a list holds.
    """

    form: str
    tenant: str
    site: str
    issued_to: str
    issued_at: str
    expires_at: str
    steps: str
    complete: bool
    bags: list[WorkBagOut]
    therapies: list[dict[str, Any]]
    patients: list[WorkPatientOut]
    shipments: list[dict[str, Any]]
    dewars: list[dict[str, Any]]
    positions: dict[str, str | None]


@ROUTER.get(
    "",
    response_model=WorkListOut,
    summary="Today's work at the caller's site, signed",
    responses={
        200: {
            "headers": {
                SIGNATURE: {
                    "description": "detached JWS (RFC 7515 appendix F, RFC 7797) over the body's bytes, by a key of "
                    "/.well-known/jwks.json",
                    "schema": {"type": "string"},
                }
            }
        }
    },
)
async def work(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Return the list; unchanged within the hour it is the same to the byte. Names that are shown are on record."""
    catalogue = await services.catalogues.of(principal.tenant)
    listed = await asyncio.to_thread(_listed, principal, catalogue, services)
    body = as_json(listed).encode()
    patients = named(listed)
    if patients and not has_already(request, body):
        await services.recorder.submit(GiveWorkList(principal, patients, hashlib.sha256(body).hexdigest()))
    return tagged_bytes(request, body, {SIGNATURE: services.authority.signed(body, _KIND)})


def _listed(principal: Principal, catalogue: Catalogue, services: Services) -> dict[str, Any]:
    tells = not principal.roles.isdisjoint(NAMED_TO)
    found = services.work_lists.at_site(scope_of(principal), str(principal.site_id), limit=MOST_BAGS, named=tells)
    return work_list(found, principal, catalogue, services.keyring, steps=catalogue_digest(), now=services.clock.now())
