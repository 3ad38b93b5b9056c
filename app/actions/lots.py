"""A lot: what a recall and the announcement of that lot's bags both write on, so that neither misses the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.recorded import event
from app.actions.register import Register, Written, together
from app.actions.world import Moment, World


def lot_key(lot: str) -> str:
    """Return the one name a lot is found by."""
    return f"lot-register::{lot}"


def lot_of(lot: str) -> Register:
    """Return the record of a lot: the therapies with bags of it, and the recalls it is under."""
    empty = {"lot": lot, "therapies": [], "recalls": []}
    return Register("lot", lot_key(lot), "quality:lot:named", empty)


def applies(recall: Mapping[str, Any], *, manufacturer: str, product: str) -> bool:
    """Say whether a recall of the same lot number means bags of that maker and product."""
    return recall["manufacturer"] in {None, manufacturer} and recall["product"] in {None, product}


def recalls_of(lots: Iterable[str], world: World, tenant: str, *, manufacturer: str, product: str) -> list[str]:
    """Return the ids of the recalls that mean bags of these lots, by this maker and of this product."""
    found = (lot_of(lot).found(world, tenant) for lot in sorted(lots))
    recalls = [recall for one in found if one is not None for recall in one.doc["recalls"]]
    return [one["id"] for one in recalls if applies(one, manufacturer=manufacturer, product=product)]


@dataclass(frozen=True, slots=True)
class Announced:
    """Bags of one therapy that begin to exist: of which lots, and the recalls that these were under before."""

    lots: Iterable[str]
    recalls: Iterable[str]
    bags: Sequence[str]
    therapy: str


def announced(act: Announced, world: World, tenant: str, moment: Moment, actor: str) -> Written:
    """Add to its lots the therapy whose bags begin to exist, and to each recall the bags it holds from the first."""

    def joined(lot: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"therapies": sorted({*lot["therapies"], act.therapy})}

    held = [
        event(
            one.id,
            "quality:recall:joined",
            moment=moment,
            actor=actor,
            body={"bags": list(act.bags)},
            doc={**one.doc, "bags": [*one.doc["bags"], *act.bags]},
        )
        for one in world.require(sorted(set(act.recalls)), tenant)
    ]
    lots = [lot_of(lot).entered(joined, world, tenant, moment, actor) for lot in sorted(act.lots)]
    return together([*lots, Written(drafts=tuple(held))])


def recalled(lot: str, recall: Mapping[str, Any], world: World, tenant: str, moment: Moment, actor: str) -> Written:  # noqa: PLR0913, PLR0917  # a recall, and where it is written
    """Put a lot under a recall (``id``, ``manufacturer``, ``product``)."""
    return lot_of(lot).entered(lambda before: {"recalls": [*before["recalls"], recall]}, world, tenant, moment, actor)
