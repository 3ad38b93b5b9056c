"""The report put together: 17 sections from what is told, gaps first, what a trial blinds taken out, and its seal."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from app.access.blinding import hidden
from app.kit.canonical import canonical
from app.ledger.note import sign
from app.ledger.signers import Signer
from app.reports.copies import Copy
from app.reports.gaps import gaps
from app.reports.material import Material
from app.reports.model import FORMAT, Report
from app.reports.sections.bedside import bedside, follow_up, infusion
from app.reports.sections.closing import disposition, signatures, trail
from app.reports.sections.cold import storage, transport_temperature
from app.reports.sections.head import cover, subject
from app.reports.sections.journey import collection, legs, reception
from app.reports.sections.pharmacy import release, thaw
from app.reports.sections.quality import deviations
from app.reports.telling import Telling
from app.reports.words import words

SECTION_MAKERS = {
    "cover": cover,
    "subject": subject,
    "collection": collection,
    "legs": legs,
    "transport_temperature": transport_temperature,
    "release": release,
    "reception": reception,
    "storage": storage,
    "thaw": thaw,
    "bedside": bedside,
    "infusion": infusion,
    "follow_up": follow_up,
    "deviations": deviations,
    "disposition": disposition,
    "signatures": signatures,
    "trail": trail,
}


def compose(material: Material, copy: Copy, signer: Signer) -> Report:
    """Return the report: the same material and the same copy give the same report.

    ``signer`` vouches for the sections, which the evidence alone does not prove.
    """
    tell = Telling(material, copy)
    sections = {name: tell_section(tell) for name, tell_section in SECTION_MAKERS.items()}
    sections = {"gaps": gaps(tell, sections), **sections}
    if not copy.unblind:
        sections = hidden(sections, material.therapy.get("blinded", ()))
    report = {
        "format": FORMAT,
        "id": _id(material, copy),
        "language": copy.language,
        "audience": copy.audience.value,
        "scope": material.scope,
        **sections,
        "words": words(copy.language),
        "evidence": material.evidence,
    }
    return cast("Report", {**report, "seal": _seal(report, material.spelled, signer)})


def _id(material: Material, copy: Copy) -> str:
    point = material.checkpoint
    made_of: dict[str, Any] = {
        "format": FORMAT,
        "subject": material.subject,
        "origin": point.origin,
        "size": point.size,
        "root": point.root.hex(),
        "audience": copy.audience.value,
        "maker": copy.maker,
        "language": copy.language,
        "identity": copy.identity,
        "unblind": copy.unblind,
    }
    return hashlib.sha256(canonical(made_of)).hexdigest()


def _seal(report: dict[str, Any], evidence: bytes, signer: Signer) -> dict[str, str]:
    # The RFC 8785 form of the whole, member by member; the evidence, half of it, is in that form already. The members'
    # names are plain ASCII, which sorts as RFC 8785 asks.
    spelled = {name: evidence if name == "evidence" else canonical(value) for name, value in report.items()}
    digest = hashlib.sha256(b"{")
    for number, name in enumerate(sorted(spelled)):
        digest.update(b"," * bool(number) + canonical(name) + b":" + spelled[name])
    digest.update(b"}")
    text = f"{FORMAT}\n{report['id']}\n{digest.hexdigest()}\n"
    return {"digest": digest.hexdigest(), "note": sign(text, [signer])}
