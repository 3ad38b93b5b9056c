"""The limit of every product of an operator: what a dewar that holds it must keep to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.actions.catalogue import Catalogue, catalogue
from app.actions.reader import Reader


def limits_in(known: Catalogue) -> dict[str, int]:
    """Return product → limit in °C; an unsigned profile counts too where it is all there is."""
    rulings = {one.profile.tag: known.for_product(one.profile.tag) for one in known.versions}
    return {tag: ruling.profile.limit_c for tag, ruling in rulings.items() if ruling.profile is not None}


def limits_from(seeds: Sequence[Mapping[str, Any]], reader: Reader) -> Callable[[str], Mapping[str, int]]:
    """Return what reads those limits for an operator, off the event loop."""
    return lambda tenant: limits_in(catalogue(seeds, [one.doc for one in reader.of_kinds(tenant, ("profile",))]))
