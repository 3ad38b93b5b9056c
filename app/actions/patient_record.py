"""A patient's record as the rules need it: status, digests and flags, never a trait in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.actions.recorded import event
from app.actions.world import Draft, Moment, Subject, World
from app.barcodes.reading import Identifier
from app.custody.bag import TERMINAL
from app.custody.holds import hold_of
from app.identity.cautions import cautions_of
from app.identity.likeness import likenesses
from app.identity.traits import Traits, TraitsInvalidError

_DIGEST_LENGTH = 16
Blinded = Callable[[str], str]
"""Turns a text about a patient into a keyed digest, equal for equal texts."""


def patient_doc(patient: str, identifiers: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return the record of a patient nobody knew before: provisional until the identity server says otherwise."""
    return {
        "id": patient,
        "identifiers": list(identifiers),
        "therapies": [],
        "status": "provisional",
        "source": "typed",
        "attribute": None,
        "index": {},
        "digest": {},
        "homonyms": [],
        "merged": [],
        "merged_into": None,
        **more,
    }


def patient_identifier(ipp: str) -> str:
    """Return the key of a patient's local number stated as ``ISSUER-NUMBER``, ``ipp:issuer:number``.

    Raises:
        TraitsInvalidError: the number names no issuer.
    """
    issuer, _, value = ipp.partition("-")
    if not issuer or not value:
        message = "ipp"
        raise TraitsInvalidError(message)
    return Identifier("ipp", issuer, value).key


def likeness_keys(traits: Traits, blinded: Blinded) -> tuple[str, ...]:
    """Return the keys under which homonyms find each other: keyed digests, no name."""
    return tuple(
        blinded(one) for one in likenesses(traits.family_name, traits.given_names[0], traits.birth_date.isoformat())
    )


def digests(patient: str, traits: Traits, blinded: Blinded) -> dict[str, str]:
    """Return what tells later whether a trait was changed: keyed digests, bound to this patient."""
    told = {"core": traits.core}
    if traits.birth_place is not None:
        told["birth_place"] = traits.birth_place
    if traits.ins is not None:
        told["ins"] = f"{traits.ins.number}|{traits.ins.oid}"
    return {
        name: blinded(f"trait::{patient}|{name}|{value}").rpartition(":")[2][:_DIGEST_LENGTH]
        for name, value in told.items()
    }


def corrected(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return which traits were changed; one that was not known before is added, not changed."""
    return [name for name, digest in after.items() if before.get(name, digest) != digest]


def therapies_of(patients: Iterable[Mapping[str, Any]], world: World, tenant: str) -> list[Subject]:
    """Return the therapies of these patients' records."""
    return world.require([one for patient in patients for one in patient["therapies"]], tenant)


def bags_of(therapies: Iterable[Subject], world: World, tenant: str) -> list[Subject]:
    """Return every bag of these therapies."""
    return world.require([one for therapy in therapies for one in therapy.doc["bags"]], tenant)


def flagged(therapies: Iterable[Subject], patient: Mapping[str, Any], moment: Moment, actor: str) -> list[Draft]:
    """Show on every therapy what stands on its patient's record; nothing for those that show it already."""
    drafts = []
    for one in therapies:
        doc = {
            **one.doc,
            "patient": patient["id"],
            "identity": patient["status"],
            "cautions": cautions_of(patient),
        }
        if doc != one.doc:
            body = {"because_of": patient["id"]}
            drafts.append(event(one.id, "identity:therapy:flagged", moment=moment, actor=actor, body=body, doc=doc))
    return drafts


def frozen(
    bags: Iterable[Subject], cause: str, patient: str, moment: Moment, actor: str
) -> tuple[list[Draft], list[str]]:
    """Hold every bag that has not come to its end until wristband and labels were compared anew (INS-05).

    ``cause``: merged, corrected or status-lost. An identification made before counts no more. Returns the events and
    the ids of the bags that were held.
    """
    drafts, held = [], []
    for bag in bags:
        doc = {**bag.doc, "patient": patient}
        if bag.doc["state"] not in TERMINAL:
            doc |= {"holds": [*bag.doc["holds"], hold_of(moment.new_id(), "identity", moment.now)], "identified": None}
            held.append(bag.id)
        if doc != bag.doc:
            body = {"because_of": patient, "cause": cause}
            drafts.append(event(bag.id, "identity:bag:frozen", moment=moment, actor=actor, body=body, doc=doc))
    return drafts, held


def homonyms_noted(  # noqa: PLR0913, PLR0917  # the two sides of a likeness, and where it is written
    patient: Mapping[str, Any], alike: Iterable[str], world: World, tenant: str, moment: Moment, actor: str
) -> tuple[dict[str, Any], list[Draft]]:
    """Write on each other's records who is alike now, and take off who no longer is.

    Returns the patient's record, and the events of the others and of their therapies.
    """
    now, before = set(alike), set(patient.get("homonyms", ()))
    drafts: list[Draft] = []
    for other in world.require(sorted(now ^ before), tenant):
        known = set(other.doc.get("homonyms", ()))
        mine = {patient["id"]}
        doc = {**other.doc, "homonyms": sorted(known | mine if other.id in now else known - mine)}
        body = {"because_of": patient["id"]}
        drafts.append(event(other.id, "identity:homonym:noted", moment=moment, actor=actor, body=body, doc=doc))
        drafts += flagged(therapies_of([doc], world, tenant), doc, moment, actor)
    return {**patient, "homonyms": sorted(now)}, drafts
