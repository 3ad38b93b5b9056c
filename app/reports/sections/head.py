"""Sections 1 and 2: what this report is, how far it is proved, and whose cells it is about."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from app.custody.profile import Profile
from app.kit.clock import months_after, parse_rfc3339, rfc3339
from app.reports.telling import Telling

YEARS_KEPT = 30
"""How long traceability is kept after the expiry or the use of a product (regulation 1394/2007, art. 15(4))."""


def cover(tell: Telling) -> dict[str, Any]:
    """Return section 1."""
    material, copy = tell.material, tell.copy
    point = material.checkpoint
    root = b64encode(point.root).decode()
    replayed = _replayed(tell)
    return {
        "scope": {"kind": material.scope, "id": material.subject, "name": scope_name(tell)},
        "operator": material.tenant,
        "software": material.software,
        "as_of": point.published_at,
        "zone": "UTC",
        "identity": "disclosed" if copy.identity else "withheld",
        "blinded": bool(material.therapy.get("blinded")) and not copy.unblind,
        "checkpoint": {
            "origin": point.origin,
            "size": point.size,
            "root": point.root.hex(),
            "root_base64": root,
            "published_at": point.published_at,
            "cosigners": list(point.cosigners),
        },
        "symbol": f"{point.origin}\n{point.size}\n{root}\n",
        "profile": _profile(tell),
        "verification": [
            {
                "bag": None if subject == material.therapy["id"] else subject,
                "verdict": examined.verdict,
                "steps": [
                    {
                        "number": step.number,
                        "name": step.name,
                        "status": step.status,
                        "text": tell.text(step.fr, step.en),
                    }
                    for step in examined.steps
                ],
            }
            for subject, examined in material.examined.items()
        ],
        "completeness": "replayed" if replayed else "operator",
        "completeness_text": tell.text(
            "Un cosignataire indépendant a rejoué tout le journal : rien n'y manque.",
            "An independent cosigner replayed the whole log: nothing is missing from it.",
        )
        if replayed
        else tell.text(
            "Aucun cosignataire n'a rejoué le journal : que rien ne manque repose sur la parole de l'opérateur.",
            "No cosigner replayed the log: completeness relies on the operator.",
        ),
    }


def scope_name(tell: Telling) -> str:
    """Return what the report is about, as a title says it."""
    material = tell.material
    coi = str(material.therapy["coi"])
    if material.scope == "therapy":
        return coi
    return f"{tell.bag_name(material.subject)} – {coi}"


def subject(tell: Telling) -> dict[str, Any]:
    """Return section 2."""
    material = tell.material
    therapy = material.therapy
    profile = _ruling(tell)
    return {
        "therapy": {
            "id": therapy["id"],
            "coi": therapy["coi"],
            "coi_issuer": therapy["coi_issuer"],
            "state": therapy["state"],
            "product": therapy["product"],
            "profile_version": therapy["profile_version"],
            "manufacturer": _organisation(tell, therapy["manufacturer"]),
            "hospital": tell.site(therapy["hospital"]),
            "protocol": profile.protocol if profile is not None else None,
            "sponsor": profile.sponsor if profile is not None else None,
            "planned": dict(therapy["planned"]),
        },
        "patient": _patient(tell),
        "bags": [_bag(tell, bag) for bag in material.bags],
    }


def _patient(tell: Telling) -> dict[str, Any]:
    material, copy = tell.material, tell.copy
    if not copy.inside:
        return {"pseudonym": None, "status": None, "cautions": [], "identity": None, "history": []}
    history = [
        {"at": event.occurred_at, "event": event.tag, "status": event.changes["status"]}
        for event in material.events
        if event.kind == "patient" and "status" in event.changes
    ]
    return {
        "pseudonym": material.patient.get("id"),
        "status": material.patient.get("status"),
        "cautions": list(material.therapy["cautions"]),
        "identity": dict(material.identity) if copy.identity and material.identity is not None else None,
        "history": history,
    }


def _bag(tell: Telling, bag: str) -> dict[str, Any]:
    doc = tell.material.bags[bag]
    used = doc["marks"].get("infusion_ended")
    kept = max((one for one in (doc["expires_at"], used) if one is not None), default=None)
    return {
        "id": bag,
        "name": tell.bag_name(bag),
        "kind": doc["kind"],
        "form": doc["form"],
        "ordinal": doc["ordinal"],
        "of": doc["of"],
        "state": doc["state"],
        "in_scope": bag in tell.material.chosen,
        "custodian": tell.site(doc["custodian"]),
        "identifiers": [_identifier(key, void=False) for key in doc["identifiers"] if key not in doc["void"]]
        + [_identifier(key, void=True) for key in doc["void"]],
        "lot": doc["lot"],
        "expires_at": doc["expires_at"],
        "keep_until": rfc3339(months_after(_instant(kept), YEARS_KEPT * 12)) if kept is not None else None,
        "component": doc["component"],
        "strength": doc["strength"],
        "volume_ml": doc["volume_ml"],
        "specification": doc["specification"],
        "holds": [{"reason": hold["reason"], "since": hold["since"]} for hold in doc["holds"]],
        "parents": list(doc["parents"]),
    }


def _instant(text: str) -> datetime:
    return parse_rfc3339(text)


def _identifier(key: str, *, void: bool) -> dict[str, Any]:
    scheme, issuer, value = key.split(":", 2)
    return {"scheme": scheme, "issuer": issuer, "value": value, "void": void}


def _organisation(tell: Telling, organisation: str) -> dict[str, Any] | None:
    found = next((one for one in tell.material.organisations.values() if one["id"] == organisation), None)
    return None if found is None else {name: found[name] for name in ("id", "code", "name", "kind")}


def _ruling(tell: Telling) -> Profile | None:
    found = next(iter(tell.material.profiles.values()), None)
    return found[0] if found is not None else None


def _profile(tell: Telling) -> dict[str, Any] | None:
    found = next(iter(tell.material.profiles.values()), None)
    if found is None:
        return None
    profile, signed = found
    return {
        "tag": profile.tag,
        "version": profile.version,
        "product": profile.product,
        "inn": profile.inn,
        "holder": profile.holder,
        "limit_mC": profile.limit_c * 1000,
        "status": "signed" if signed else "unsigned",
    }


def _replayed(tell: Telling) -> bool:
    examined = tell.material.examined.values()
    return bool(examined) and all(
        any(step.name == "replayed" and step.status == "ok" for step in one.steps) for one in examined
    )
