"""Product profiles: the versioned rules of each product, with the source of every value and who signed them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.profile_record import number_of
from app.actions.profile_views import people_of, profile_docs, profile_view, unblinded_profile
from app.actions.propose_profile import ProposeProfile
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.actions.sign_profile import SignProfile
from app.actions.withdraw_profile import WithdrawProfile
from app.actions.world import Command
from app.api.dependencies import PrincipalDependency, RoleRefusedError, ServicesDependency
from app.api.doors import proved
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Input, Output, Secret, Text2000
from app.custody.profile import parse_profile

ROUTER = APIRouter(prefix="/api/v1/profiles", tags=["profiles"], route_class=GuardedRoute)
_PAGE = 200
Tag = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="the product's name in records")]
Version = Annotated[int, Path(ge=1, le=100_000, description="counted from 1 for each product")]


class ProfileOut(Output):
    """One version of one product's rules; a pharmacist of the site must sign it before it rules.

    ``state``: draft, in_force, superseded, withdrawn, or altered (not the document that was signed: it rules nothing).
    ``sha256`` is that of the document's canonical form (RFC 8785): whoever signs sends it back.
    """

    tag: str
    version: int
    product: str
    limit_c: int
    timers: list[dict[str, Any]]
    state: str
    sha256: str


class ProfilesOut(ListOut):
    """Every profile."""

    items: list[ProfileOut]  # type: ignore[assignment]  # narrower than any object


class ProfileDetailOut(ProfileOut):
    """One version with its whole document, from which the next one can be written."""

    document: dict[str, Any]


class ProposedOut(ProfileDetailOut):
    """The version as it was recorded, and what it says otherwise than the one before."""

    changes: list[dict[str, Any]]


class ProposalIn(Input):
    """A whole profile document. Its version may be left out: it is the next one."""

    document: dict[str, Any]


class SignatureIn(Input):
    """The pharmacist's own PIN, and the digest of the document they read (``sha256`` of the version)."""

    pin: Secret
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(description="SHA-256, in hex")]


class WithdrawalIn(Input):
    """Why the version may not be used any more."""

    reason: Text2000


@ROUTER.get("", response_model=ProfilesOut, summary="Product profiles")
async def profiles(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Return every version of every profile, each value with its confidence and source, and who signed it."""
    docs = profile_docs(services.catalogues.seeds, await asyncio.to_thread(_records, principal, services))
    names = await asyncio.to_thread(services.reader.names, people_of(docs))
    sponsor = await _sponsor(principal, services)
    items = [profile_view(doc, names, principal, sponsors=_sponsors(doc, sponsor)) for doc in docs]
    return tagged_answer(request, {"items": items, "next_cursor": None})


@ROUTER.get("/{tag}/{version}", response_model=ProfileDetailOut, summary="One version of a product's profile")
async def profile(
    request: Request, tag: Tag, version: Version, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return one version with its whole document."""
    docs = profile_docs(services.catalogues.seeds, await asyncio.to_thread(_records, principal, services))
    for doc in docs:
        if (doc["tag"], doc["version"]) == (tag, version):
            return tagged_answer(request, await _detail(doc, principal, services))
    message = f"no version {version} of {tag}"
    raise NotFoundError(message)


@ROUTER.post("", response_model=ProposedOut, status_code=201, summary="Propose the next version of a profile")
async def propose(message: ProposalIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Record a whole document as the next version; it rules nothing until another person, a pharmacist, signs it."""
    parse_profile({"version": 1, **message.document})
    seed = max(
        (one for one in services.catalogues.seeds if one["tag"] == message.document["tag"]),
        key=number_of,
        default=None,
    )
    content = await _recorded(ProposeProfile(principal, message.document, seed), services)
    return {**await _detail(content["doc"], principal, services), "changes": content["changes"]}


@ROUTER.post("/{tag}/{version}/signature", response_model=ProfileDetailOut, status_code=201, summary="Sign a version")
async def sign(
    message: SignatureIn, tag: Tag, version: Version, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Put a version in force: it rules every thaw from now on, and the one before it gives way.

    The signer proves themselves anew by their PIN. Nobody signs what they proposed themselves.
    """
    signer = await proved(principal.login, message.pin, principal.tenant, "signature", services)
    if Role.PHARMACIST not in signer.roles:  # the token is some minutes old; whoever signs is a pharmacist now
        refusal = "a pharmacist signs"
        raise RoleRefusedError(refusal)
    seed = next((one for one in services.catalogues.seeds if (one["tag"], one["version"]) == (tag, version)), None)
    content = await _recorded(SignProfile(signer, tag, version, message.sha256, "pin", seed), services)
    return await _detail(content["doc"], principal, services)


@ROUTER.post("/{tag}/{version}/withdrawal", response_model=ProfileDetailOut, status_code=201, summary="Withdraw it")
async def withdraw(
    message: WithdrawalIn, tag: Tag, version: Version, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Take a version out of force: nobody is enrolled and nothing is thawed until another one is signed."""
    content = await _recorded(WithdrawProfile(principal, tag, version, message.reason), services)
    return await _detail(content["doc"], principal, services)


async def _recorded(command: Command, services: Services) -> Mapping[str, Any]:
    try:
        outcome = await services.recorder.submit(command)
    finally:
        services.catalogues.forget(command.tenant)  # even when the answer was lost on its way
    content: Mapping[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    return content


def _records(principal: Principal, services: Services) -> Sequence[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    after: str | None = None
    while True:
        page = services.reader.subjects(principal.tenant, "profile", after=after, limit=_PAGE)
        found.extend(page.items)
        if page.next_after is None:
            return found
        after = page.next_after


async def _detail(doc: Mapping[str, Any], principal: Principal, services: Services) -> dict[str, Any]:
    names = await asyncio.to_thread(services.reader.names, people_of([doc]))
    sponsors = _sponsors(doc, await _sponsor(principal, services))
    shown = profile_view(doc, names, principal, sponsors=sponsors)
    document = unblinded_profile({"document": doc["document"]}, doc["document"], principal, sponsors=sponsors)
    if shown["withdrawal"] is not None and shown["withdrawal"]["by"]["name"] is not None:
        reason = await asyncio.to_thread(_reason, doc["id"], principal, services)
        shown["withdrawal"] = {**shown["withdrawal"], "reason": reason}
    return {**shown, **document}


def _reason(subject: str, principal: Principal, services: Services) -> str | None:
    """Return why a version was withdrawn; what a person wrote is sealed, and may be erased one day."""
    stored = services.reader.subject(subject, principal.tenant)
    for event in reversed(services.reader.history(subject)):
        if event.tag == "custody:profile:withdrawn" and event.private is not None:
            if stored is None or stored.vault_key is None:
                return None
            opened = json.loads(services.keyring.open(stored.vault_key, subject, event.private, context=event.id))
            return str(opened["reason"])
    return None


async def _sponsor(principal: Principal, services: Services) -> frozenset[str]:
    """Return the names a reader's organisation may be called by in a protocol; only makers and sponsors are asked."""
    if principal.organisation_kind not in {"manufacturer", "sponsor"}:
        return frozenset()
    stored = await asyncio.to_thread(services.reader.subject, principal.organisation_id, principal.tenant)
    return frozenset({stored.doc["code"], stored.doc["name"]}) if stored is not None else frozenset()


def _sponsors(doc: Mapping[str, Any], names: frozenset[str]) -> bool:
    return doc["document"].get("sponsor") in names
