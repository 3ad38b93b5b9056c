"""Segregation: which parts of a dewar are kept for which kinds of bags, as data that rules read (clinical §5.3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.cryostore.layout import Layout, within
from app.kit.errors import GivreError
from app.kit.texts import Text

CLASSES: Final[dict[str, Text]] = {
    "infectious": Text("sérologie positive", "positive serology"),
    "infectious_unknown": Text("sérologie inconnue", "serology unknown"),
    "quarantine": Text("quarantaine", "quarantine"),
    "investigational": Text("essai clinique", "investigational"),
    "oos": Text("hors spécification", "out of specification"),
}


class ZoneInvalidError(GivreError):
    """A zone that names no part of the dewar, or a part that belongs to another zone already."""

    code = "dewar-zone-invalid"


def checked_zones(zones: Sequence[Mapping[str, Any]], dewar: str, layout: Layout) -> list[dict[str, Any]]:
    """Return zones in their stored form: ``{"scope", "classes"}``.

    Raises:
        ZoneInvalidError: see the error.
    """
    codes = layout.positions(dewar)
    found: list[dict[str, Any]] = []
    for zone in zones:
        scope = str(zone["scope"])
        if not any(within(code, scope) for code in codes):
            message = f"{scope} is no part of {dewar}"
            raise ZoneInvalidError(message)
        if any(within(scope, one["scope"]) or within(one["scope"], scope) for one in found):
            message = f"{scope} belongs to two zones"
            raise ZoneInvalidError(message)
        found.append({"scope": scope, "classes": sorted(set(zone["classes"]))})
    return found


def classes_at(code: str, zones: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the classes for which the place of a position is kept; none where anything may lie."""
    return frozenset(one for zone in zones if within(code, zone["scope"]) for one in zone["classes"])


def classes_of(zones: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the classes that have a place of their own anywhere in the dewar."""
    return frozenset(one for zone in zones for one in zone["classes"])
