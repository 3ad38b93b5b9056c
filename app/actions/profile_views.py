"""How a version of a product's profile is shown: every value with its confidence and source, and who signed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.access.blinding import blinded
from app.access.principal import Principal
from app.access.roles import Role
from app.actions.profile_record import DRAFT, SUPERSEDED, digest_of, number_of
from app.actions.sign_profile import MEANING
from app.custody.profile import ProfileInvalidError, parse_profile
from app.kit.texts import Text

ALTERED = "altered"
"""The state of a signed version whose document is not the one that was signed: it rules nothing."""
_INSIDE = frozenset(Role) - {Role.MANUFACTURER, Role.CARRIER, Role.ADMIN}
_MEANINGS = {MEANING: Text("approuvé pour usage", "approved for use")}


def profile_docs(seeds: Iterable[Mapping[str, Any]], records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every version of every product: what is recorded, and the drafts that come with Givre besides."""
    found = {(doc["tag"], doc["version"]): dict(doc) for doc in records}
    signed: dict[str, int] = {}
    for (tag, version), doc in found.items():
        if doc["signature"] is not None:
            signed[tag] = max(version, signed.get(tag, 0))
    for seed in seeds:
        tag, version = seed["tag"], number_of(seed)
        # A seed that a signed version has overtaken is of the past as if it had been signed before.
        late = version < signed.get(tag, 0)
        draft = {
            "id": None,
            "tag": tag,
            "version": version,
            "state": SUPERSEDED if late else DRAFT,
            "document": seed,
            "proposed_by": None,
            "proposed_at": None,
            "signature": None,
            "superseded_by": signed[tag] if late else None,
            "withdrawal": None,
        }
        found.setdefault((tag, version), draft)
    return [found[key] for key in sorted(found)]


def people_of(docs: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return everybody who proposed, signed or withdrew."""
    told = (
        person
        for doc in docs
        for person in (doc["proposed_by"], (doc["signature"] or {}).get("by"), (doc["withdrawal"] or {}).get("by"))
    )
    return {person for person in told if person is not None}


def profile_view(
    doc: Mapping[str, Any], names: Mapping[str, str], principal: Principal, *, sponsors: bool = False
) -> dict[str, Any]:
    """Show a version; ``sponsors``: the reader belongs to the sponsor of this trial.

    Every value stands with its confidence and source under ``values``, and bare beside it.
    """
    document = doc["document"]
    sha256, signature, withdrawal = digest_of(document), doc["signature"], doc["withdrawal"]
    altered = signature is not None and signature["sha256"] != sha256
    shown = {
        **_rules(document),
        "tag": doc["tag"],
        "version": doc["version"],
        "state": ALTERED if altered else doc["state"],
        "sha256": sha256,
        "seed": doc["proposed_by"] is None,
        "proposed_by": _who(doc["proposed_by"], names, principal),
        "proposed_at": doc["proposed_at"],
        "signature": signature
        and {
            **signature,
            "by": _who(signature["by"], names, principal),
            "meaning_text": {"fr": _MEANINGS[signature["meaning"]].fr, "en": _MEANINGS[signature["meaning"]].en},
        },
        "superseded_by": doc["superseded_by"],
        "withdrawal": withdrawal and {**withdrawal, "by": _who(withdrawal["by"], names, principal)},
    }
    return unblinded_profile(shown, document, principal, sponsors=sponsors)


def unblinded_profile(
    shown: Mapping[str, Any], document: Mapping[str, Any], principal: Principal, *, sponsors: bool = False
) -> dict[str, Any]:
    """Return what is shown of a profile with what its trial blinds only for those who may read it.

    Other makers are no part of the trial: a profile, unlike a bag, may be read by all of them.
    """
    roles = principal.roles if sponsors else principal.roles - {Role.MANUFACTURER}
    seen: dict[str, Any] = blinded(shown, document.get("blinded", ()), roles)
    return seen


def _rules(document: Mapping[str, Any]) -> dict[str, Any]:
    values = document["values"]
    stated = {name: item["value"] for name, item in values.items()}
    try:
        profile = parse_profile(document)
    except ProfileInvalidError:
        # It was written for another version of Givre: it is shown as it stands.
        return {"product": document.get("product"), "limit_c": stated.get("limit_c"), "timers": [], "values": values}
    return {
        "product": profile.product,
        "inn": profile.inn,
        "holder": profile.holder,
        "form": profile.form,
        "kind": profile.kind,
        "sponsor": profile.sponsor,
        "protocol": profile.protocol,
        "blinded": list(profile.blinded),
        "readiness": [],
        "components": [],
        "colour_codes": {},
        "partial_use": [],
        "split_dose": None,
        "excursions": {"max_count": 0, "ceiling_c": None},
        "allogeneic": False,
        "identifiers": [],
        **stated,
        "values": {name: {**item, "binding": profile.binding(name)} for name, item in values.items()},
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


def _who(person: str | None, names: Mapping[str, str], principal: Principal) -> dict[str, str | None] | None:
    if person is None:
        return None
    return {"id": person, "name": names.get(person) if principal.roles & _INSIDE else None}
