"""The labels of the bags that begin to exist, read like any other symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.resolve import label_container, sites_own, unread
from app.actions.scan_profiles import NOTHING_DECLARED, SiteFormats
from app.actions.scan_request import ReadSymbol, ScannedSymbol, read_symbols
from app.barcodes.reading import Unreadable
from app.custody.verdict import Breach

_STATED_WITH = {"allocated": "bags", "manufactured": "bags", "prepared": "syringes"}
_ONE_OF_A_KIND = ("container", "sgtin", "givre-bag")


@dataclass(frozen=True, slots=True)
class Newborn:
    """One announced bag: its identifiers, the ones nobody else may carry, or why its label cannot be used."""

    identifiers: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    breach: Breach | None = None


def newborn_bags(step: str, details: Mapping[str, Any], formats: SiteFormats = NOTHING_DECLARED) -> tuple[Newborn, ...]:
    """Read the labels of what begins to exist: a maker's bags, a pharmacy's syringes; empty for any other step."""
    stated = _STATED_WITH.get(step)
    return () if stated is None else tuple(_read(one["symbols"], formats) for one in details[stated])


def pooled_vials(
    step: str, details: Mapping[str, Any], formats: SiteFormats = NOTHING_DECLARED
) -> tuple[tuple[ReadSymbol, ...], ...]:
    """Read the labels of the vials that are drawn into the same syringes; empty for any other step."""
    if step != "prepared":
        return ()
    return tuple(label_symbols(one["symbols"], formats) for one in details.get("vials", ()))


def made_lots(step: str, details: Mapping[str, Any]) -> frozenset[str]:
    """Return the numbers of every lot that a maker announces or allocates in one act; empty for any other step."""
    if step not in {"allocated", "manufactured"}:
        return frozenset()
    return frozenset({str(details["lot"]), *(str(bag["lot"]) for bag in details["bags"] if bag.get("lot"))})


def _read(texts: list[str], formats: SiteFormats) -> Newborn:
    symbols = label_symbols(texts, formats)
    for symbol in symbols:
        if isinstance(symbol.reading, Unreadable):
            return Newborn(breach=unread(symbol.reading))
    keys = {
        one.scheme: one.key
        for symbol in symbols
        if not isinstance(symbol.reading, Unreadable)
        for one in symbol.reading.identifiers
        if not one.personal
    }
    container = label_container(symbols)
    if container is not None:
        keys["container"] = container
    exclusive = tuple(keys[scheme] for scheme in (*_ONE_OF_A_KIND, *sites_own(symbols)) if scheme in keys)
    if not exclusive:
        return Newborn(breach=Breach("unknown-bag"))
    return Newborn(identifiers=tuple(keys.values()), exclusive=exclusive)


def label_symbols(texts: Sequence[str], formats: SiteFormats = NOTHING_DECLARED) -> tuple[ReadSymbol, ...]:
    """Read the symbols of one bag's label as they stand in a statement."""
    return read_symbols([ScannedSymbol(text, None, "imported", "bag") for text in texts], _nobody, formats)


def _nobody(key: str) -> str:
    return key  # a product's label names no patient; personal identifiers are left out
