"""A lot as a subject of its own: what locks a recall and the announcement of that lot's bags against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.recorded import event
from app.actions.world import Birth, Draft, Moment, Name, Subject, World


def lot_key(lot: str) -> str:
    """Return the one name a lot is found by; whoever announces its bags and whoever recalls it both take it."""
    return f"lot-register::{lot}"


def applies(recall: Mapping[str, Any], *, manufacturer: str, product: str) -> bool:
    """Say whether a recall of the same lot number means bags of that maker and product."""
    return recall["manufacturer"] in {None, manufacturer} and recall["product"] in {None, product}


@dataclass(frozen=True, slots=True)
class Announced:
    """Bags of one therapy that begin to exist: of which lots, and the recalls that these were under before."""

    lots: Iterable[str]
    recalls: Iterable[str]
    bags: Sequence[str]
    therapy: str


@dataclass(frozen=True, slots=True)
class LotChange:
    """What is written of a lot: it begins to exist with the first act that names it, and every act is on its chain."""

    births: tuple[Birth, ...]
    drafts: tuple[Draft, ...]
    names: tuple[Name, ...]


def lot_of(lot: str, world: World, tenant: str) -> Subject | None:
    """Return the lot, or None when nobody has announced or recalled any of it."""
    return next((one for one in world.find(lot_key(lot), tenant) if one.kind == "lot"), None)


def recalls_of(lots: Iterable[str], world: World, tenant: str, *, manufacturer: str, product: str) -> list[str]:
    """Return the ids of the recalls that mean bags of these lots, by this maker and of this product."""
    found = (lot_of(lot, world, tenant) for lot in sorted(lots))
    recalls = [recall for one in found if one is not None for recall in one.doc["recalls"]]
    return [one["id"] for one in recalls if applies(one, manufacturer=manufacturer, product=product)]


def lot_changed(  # noqa: PLR0913  # the lot, what is added to it, by whom
    lot: str,
    world: World,
    tenant: str,
    moment: Moment,
    actor: str,
    *,
    therapy: str | None = None,
    recall: Mapping[str, Any] | None = None,
) -> LotChange:
    """Add a therapy whose bags are of the lot, or a recall of it.

    Two processes that do so at once write the same chain, or take the same exclusive name: the database lets one of
    them pass, and the other one is judged again by what the first one wrote.
    """
    known = lot_of(lot, world, tenant)
    subject = known.id if known is not None else moment.new_id()
    before = known.doc if known is not None else {"id": subject, "lot": lot, "therapies": [], "recalls": []}
    therapies = before["therapies"] if therapy is None else sorted({*before["therapies"], therapy})
    recalls = before["recalls"] if recall is None else [*before["recalls"], recall]
    doc = {**before, "therapies": therapies, "recalls": recalls, "identifiers": [lot_key(lot)]}
    draft = event(subject, "quality:lot:named", moment=moment, actor=actor, body={"lot": lot}, doc=doc)
    if known is not None:
        return LotChange((), (draft,), ())
    name = Name(f"{tenant}|{lot_key(lot)}", subject, exclusive=True)
    return LotChange((Birth(subject, "lot"),), (draft,), (name,))


def announced(act: Announced, world: World, tenant: str, moment: Moment, actor: str) -> LotChange:
    """Add to its lots the therapy whose bags begin to exist, and to each recall the bags it holds from the first."""
    changes = [lot_changed(lot, world, tenant, moment, actor, therapy=act.therapy) for lot in sorted(act.lots)]
    joined = [
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
    return LotChange(
        tuple(birth for one in changes for birth in one.births),
        (*(draft for one in changes for draft in one.drafts), *joined),
        tuple(name for one in changes for name in one.names),
    )
