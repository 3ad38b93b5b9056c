"""From a scan as it came over HTTP to the command that records it, and from its outcome to bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from app.access.principal import Principal
from app.access.tokens import TokenExpiredError, TokenRefusedError, Witness
from app.actions.allocate_stock import AllocateStock
from app.actions.catalogue import Catalogue
from app.actions.count_stock import CountStock
from app.actions.enrol_therapy import EnrolTherapy
from app.actions.follow_up import FollowUp
from app.actions.move_together import MoveTogether
from app.actions.patient_record import likeness_keys, patient_identifier
from app.actions.record_scan import RecordScan
from app.actions.relocation_plan import positions_of
from app.actions.scan_request import (
    Deviation,
    ScannedSymbol,
    ScanRequest,
    known_step,
    read_symbols,
    ready,
    step_digest,
)
from app.actions.services import Services
from app.actions.sign_in import drift_seconds
from app.actions.world import Reply
from app.api.identity_feed import refuse_typed_ins
from app.api.models.scans import ActIn, ScanIn, SymbolIn
from app.api.site_labels import site_labels
from app.custody.device_chain import Link, linked
from app.identity.traits import strict_traits

SCAN = TypeAdapter(ScanIn)
_STATUS = {"taken": 201, "refused": 409}


def status_of(outcome: str) -> int:
    """Return the status of a recorded scan: 201 taken, 409 refused."""
    return _STATUS[outcome]


def render(reply: Reply) -> bytes:
    """Write an answer once and for ever: a resent scan gets these very bytes."""
    return to_json(reply.content)


def scanned(symbols: Sequence[SymbolIn]) -> tuple[ScannedSymbol, ...]:
    """Return symbols as the actions know them."""
    return tuple(ScannedSymbol(one.text, one.symbology, one.source, one.role) for one in symbols)


def digest_of(act: ActIn, symbols: Sequence[ScannedSymbol] | None = None) -> str:
    """Return what a witness signs for this act; ``symbols``: its symbols, where they are at hand."""
    return step_digest(
        scan_id=act.scan_id,
        step=act.step,
        symbols=scanned(act.symbols) if symbols is None else symbols,
        occurred_at=act.occurred_at,
        device_id=act.device_id,
        details=act.details,
        expects=act.bag_id,
        rules=act.deviation.rules if act.deviation is not None else (),
        reason=act.deviation.reason if act.deviation is not None else None,
        second_person=act.second_person,
    )


async def command_of(
    message: ScanIn, actor: Principal, services: Services, *, language: str, offline: bool = False
) -> RecordScan | EnrolTherapy | FollowUp | AllocateStock | CountStock | MoveTogether:
    """Understand a scan; what cannot be understood raises and is not recorded."""
    sent = scanned(message.symbols)
    digest = digest_of(message, sent)
    step = known_step(message.step)
    formats = await site_labels(actor.tenant, services)
    symbols = read_symbols(sent, lambda key: services.keyring.blinded(actor.tenant, key), formats)
    details = ready(step, symbols, message.details)
    now = services.clock.now()
    witness, fault = signature_of(message.witness, actor, digest, services, now)
    request = ScanRequest(
        scan_id=message.scan_id,
        step=step,
        symbols=symbols,
        occurred_at=message.occurred_at,
        device_id=message.device_id,
        details=details,
        actor=actor,
        digest=digest,
        language=language,
        expects=message.bag_id,
        deviation=_deviation(message, actor, digest, services, now),
        witness=witness,
        witness_fault=fault,
        offline=offline,
        second_person=message.second_person,
        told_wrong=message.told_wrong,
        late_after=services.late_after,
        clock_drift_s=drift_seconds(message.sent_at, now),
        formats=formats,
        link=link_of(message, actor, digest),
    )
    if step.tag == "counted":
        return CountStock(request, render)
    catalogue = await services.catalogues.of(actor.tenant)
    if step.tag == "relocated":
        positions = await asyncio.to_thread(positions_of, request, services.reader)
        return MoveTogether(request, catalogue, render, positions)
    if step.tag == "followed_up":
        return FollowUp(request, catalogue, render)
    if step.tag == "allocated":
        return AllocateStock(request, catalogue, render)
    if step.subject == "therapy":
        return _enrolment(request, services, catalogue)
    return RecordScan(request, catalogue, render)


def _enrolment(request: ScanRequest, services: Services, catalogue: Catalogue) -> EnrolTherapy:
    """Understand who is to be enrolled.

    Raises:
        TraitsInvalidError: a trait or the local number cannot be read.
        InsTypedError: a person stated an INS number.
    """
    stated, tenant = request.details["patient"], request.actor.tenant
    if "ins" in stated:
        refuse_typed_ins(request.actor)
    traits = strict_traits(
        family_name=stated["family_name"],
        given_names=(stated["given_name"],),
        birth_date=stated["birth_date"],
        sex=stated["sex"],
    )

    def blinded(text: str) -> str:
        return services.keyring.blinded(tenant, text)

    number = blinded(patient_identifier(stated["ipp"]))
    return EnrolTherapy(request, catalogue, render, number, traits, likeness_keys(traits, blinded))


def link_of(message: ScanIn, actor: Principal, digest: str) -> Link | None:
    """Return a scan's place in its device's chain, None where the device keeps none; ``digest`` is its act's."""
    if message.device_seq is None or message.device_prev is None:
        return None
    return linked(
        tenant=actor.tenant,
        device_id=message.device_id,
        seq=message.device_seq,
        prev=bytes.fromhex(message.device_prev),
        scan_id=message.scan_id,
        act=digest,
    )


def _deviation(message: ScanIn, actor: Principal, digest: str, services: Services, now: datetime) -> Deviation | None:
    wish = message.deviation
    if wish is None:
        return None
    authoriser, fault = signature_of(wish.authoriser, actor, digest, services, now)
    return Deviation(frozenset(wish.rules), wish.reason, authoriser, fault)


def signature_of(
    token: str | None, actor: Principal, digest: str, services: Services, now: datetime
) -> tuple[Witness | None, str | None]:
    """Read a one-time token; what is wrong with it becomes a refusal, and so is recorded."""
    if token is None:
        return None, None
    try:
        witness = services.authority.read_witness(token, now)
    except TokenExpiredError:
        return None, "witness-expired"
    except TokenRefusedError:
        return None, "witness-invalid"
    if witness.tenant != actor.tenant:
        return None, "witness-invalid"
    return witness, None if witness.step_digest == digest else "witness-other-step"


def read_views(symbols: Sequence[Any]) -> list[dict[str, Any]]:
    """Show what each symbol says."""
    shown = []
    for symbol in symbols:
        reading = symbol.reading
        if hasattr(reading, "fields"):
            shown.append(
                {
                    "status": "identified",
                    "format": reading.format,
                    "subject": reading.subject,
                    "fields": dict(reading.fields),
                    "aim": reading.aim,
                    "repaired": reading.repaired,
                    "role": symbol.role,
                }
            )
        else:
            shown.append(
                {"status": "unreadable", "reason": reading.reason, "detail": reading.detail, "aim": reading.aim}
            )
    return shown
