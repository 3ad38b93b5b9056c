"""Patients' records: status and flags, the traits that are sent in (never out), and merging."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.merge_patients import MergePatients
from app.actions.patient_record import likeness_keys, patient_identifier
from app.actions.record_traits import RecordTraits
from app.actions.views import patient_view
from app.api.dependencies import LanguageDependency, PrincipalDependency, ServicesDependency
from app.api.doors import proved
from app.api.guarded_route import GuardedRoute
from app.api.identity_feed import refuse_false_feed, refuse_typed_ins
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Input, Output, Secret, Text64, Text200, Text2000, Uuid
from app.api.models.scans import CautionOut
from app.api.sight import existing
from app.identity.ins import read_ins
from app.identity.status import status_of
from app.identity.traits import strict_traits

ROUTER = APIRouter(prefix="/api/v1/patients", tags=["patients"], route_class=GuardedRoute)


class EvidenceIn(Input):
    """What proves an identity: the national service (INSi) returned it; an identity document was checked."""

    recovered: bool = False
    validated: bool = False


class TraitsIn(Input):
    """The strict traits of a patient. ``ipp``: the local number the record is known by, so that it is the right one."""

    source: Literal["feed", "typed"]
    ipp: Annotated[Text64, Field(examples=["A9990-000001"])]
    family_name: Annotated[Text200, Field(description="birth name", examples=["DUPONT"])]
    given_names: Annotated[list[Text200], Field(min_length=1, max_length=10, examples=[["CAMILLE", "MARIE"]])]
    birth_date: Annotated[str, Field(max_length=10, examples=["1958-03-14"])]
    sex: Literal["F", "M", "I"]
    birth_place: Annotated[str | None, Field(max_length=5, description="INSEE code", examples=["37261"])] = None
    ins: Annotated[str | None, Field(max_length=15, examples=["258033726112385"])] = None
    ins_oid: Annotated[str | None, Field(max_length=64, examples=["1.2.250.1.213.1.4.10"])] = None
    evidence: EvidenceIn = EvidenceIn()
    attribute: Literal["doubtful", "fictitious"] | None = None


class SecondIn(Input):
    """The second person, who proves themselves with their PIN."""

    login: Text64
    pin: Secret


class MergeIn(Input):
    """Which record becomes a part of this one, why, and who confirms it."""

    duplicate: Uuid
    reason: Text2000
    second: SecondIn


class PatientOut(Output):
    """A patient's record under its pseudonym; it holds no trait."""

    id: str
    status: Literal["provisional", "recovered", "validated", "qualified"]
    provisional: bool
    source: Literal["feed", "typed"]
    attribute: str | None
    therapies: list[str]
    homonyms: list[str]
    merged: list[str]
    merged_into: str | None
    cautions: list[CautionOut]


class TraitsRecordedOut(Output):
    """The record after its traits were written: what was corrected, and which bags now wait for a new check."""

    patient: PatientOut
    corrected: list[str]
    held: list[str]


class MergedOut(Output):
    """The record after the merge, and which bags now wait for a new check."""

    patient: PatientOut
    held: list[str]


class PatientEventOut(Output):
    """One event of a patient's record."""

    id: str
    seq: int
    tag: str
    at: str
    by: str | None
    erased: bool
    body: dict[str, Any]


class PatientHistoryOut(ListOut):
    """Everything that happened to a record, oldest first."""

    items: list[PatientEventOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("/{patient_id}", response_model=PatientOut, summary="A patient's record")
async def patient(
    request: Request,
    patient_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Return status and flags; who the patient is, only ``/therapies/{id}/identity`` tells, and records the reading."""
    stored = await existing("patient", patient_id, principal.tenant, services)
    return tagged_answer(request, patient_view(stored.doc, language))


@ROUTER.get("/{patient_id}/history", response_model=PatientHistoryOut, summary="What happened to a patient's record")
async def history(
    request: Request, patient_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return every event of a record: enrolments, traits recorded and corrected, homonyms, merges, readings."""
    stored = await existing("patient", patient_id, principal.tenant, services)
    events = await asyncio.to_thread(services.reader.history, stored.id)
    items = [
        {
            "id": one.id,
            "seq": one.seq,
            "tag": one.tag,
            "at": one.occurred_at,
            "by": one.actor,
            "erased": one.erased,
            "body": {name: value for name, value in json.loads(one.body).items() if name not in {"changes", "names"}},
        }
        for one in events
    ]
    return tagged_answer(request, {"items": items, "next_cursor": None})


@ROUTER.post("/{patient_id}/traits", response_model=TraitsRecordedOut, status_code=201, summary="Record who it is")
async def record_traits(
    message: TraitsIn,
    patient_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> dict[str, Any]:
    """Record strict traits. A correction, or a qualified identity that is so no longer, holds every live bag."""
    refuse_false_feed(principal, message.source)
    if message.ins is not None:
        refuse_typed_ins(principal)
    traits = strict_traits(
        family_name=message.family_name,
        given_names=tuple(message.given_names),
        birth_date=message.birth_date,
        sex=message.sex,
        birth_place=message.birth_place,
        ins=read_ins(message.ins, message.ins_oid or "") if message.ins is not None else None,
    )

    def blinded(text: str) -> str:
        return services.keyring.blinded(principal.tenant, text)

    evidence = message.evidence
    outcome = await services.recorder.submit(
        RecordTraits(
            actor=principal,
            patient=patient_id,
            traits=traits,
            ipp=message.ipp,
            ipp_key=blinded(patient_identifier(message.ipp)),
            source=message.source,
            status=status_of(
                source=message.source,
                recovered=evidence.recovered,
                validated=evidence.validated,
                attribute=message.attribute,
            ),
            attribute=message.attribute,
            likeness=likeness_keys(traits, blinded),
        )
    )
    content = outcome.reply.content if outcome.reply is not None else {}
    shown = patient_view(content["doc"], language)
    return {"patient": shown, "corrected": content["corrected"], "held": content["held"]}


@ROUTER.post("/{patient_id}/merge", response_model=MergedOut, status_code=201, summary="Merge two records")
async def merge(
    message: MergeIn,
    patient_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> dict[str, Any]:
    """Merge two records of one patient; a coordinator and quality together. Every live bag of both is held."""
    second = await proved(message.second.login, message.second.pin, principal.tenant, "merge", services)
    command = MergePatients(principal, second, patient_id, message.duplicate, message.reason)
    outcome = await services.recorder.submit(command)
    content = outcome.reply.content if outcome.reply is not None else {}
    return {"patient": patient_view(content["doc"], language), "held": content["held"]}
