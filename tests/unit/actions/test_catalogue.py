"""Which version of a profile rules: the one a pharmacist of the operator has signed last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.actions.catalogue import Catalogue, Ruling, catalogue
from app.actions.profile_record import digest_of
from app.actions.profile_views import ALTERED, profile_docs, profile_view
from tests.unit.actions.test_views import principal
from tests.unit.custody.scenes import NOW, product, profile_document

SIGNED_AT = "2026-11-22T09:00:00.000Z"


def recorded(version: int, state: str, **changes: Any) -> dict[str, Any]:
    document = profile_document() | {"version": version} | changes.pop("document", {})
    signature = None
    if state != "draft":
        signature = {"by": "p", "at": SIGNED_AT, "method": "pin", "meaning": "approved", "sha256": digest_of(document)}
    return {
        "id": f"profile-{version}",
        "tag": "kymriah",
        "version": version,
        "state": state,
        "document": document,
        "proposed_by": "q",
        "proposed_at": SIGNED_AT,
        "signature": signature,
        "superseded_by": None,
        "withdrawal": None,
        **changes,
    }


def told(*records: dict[str, Any]) -> Catalogue:
    return catalogue([profile_document()], records)


def ruling(found: Ruling) -> tuple[int | None, str]:
    return found.profile.version if found.profile is not None else None, found.standing


@pytest.mark.parametrize(
    ("records", "rules"),
    [
        ([], (1, "draft")),
        ([recorded(1, "in_force")], (1, "in_force")),
        ([recorded(1, "in_force"), recorded(2, "draft")], (1, "in_force")),
        ([recorded(1, "superseded"), recorded(2, "in_force")], (2, "in_force")),
        ([recorded(1, "superseded"), recorded(2, "withdrawn")], (2, "withdrawn")),
        ([recorded(2, "withdrawn"), recorded(3, "draft")], (2, "withdrawn")),
        ([recorded(2, "withdrawn"), recorded(3, "in_force")], (3, "in_force")),
    ],
)
def test_the_version_signed_last_rules_and_a_withdrawn_one_brings_none_back(
    records: list[dict[str, Any]], rules: tuple[int, str]
) -> None:
    assert ruling(told(*records).for_product("kymriah")) == rules


def test_an_unknown_product_has_no_rules() -> None:
    assert told().for_product("moonshine") == Ruling(None, "draft")
    assert told().version("kymriah", 7) is None


def test_a_bag_is_judged_by_the_version_in_force_until_its_thaw_begins() -> None:
    found = told(recorded(1, "superseded"), recorded(2, "in_force"))
    stored, thawing = product("stored"), product("thawing", marks={"thaw_started": SIGNED_AT})

    before, after = found.for_bag(stored), found.for_bag(thawing)

    assert (ruling(before), before.followed, before.since) == ((2, "in_force"), found.version("kymriah", 1), NOW)
    assert ruling(after) == (1, "in_force")


def test_a_bag_whose_product_was_withdrawn_keeps_what_it_follows_for_all_but_a_thaw() -> None:
    found = told(recorded(1, "superseded"), recorded(2, "withdrawn")).for_bag(product("stored"))

    assert ruling(found) == (1, "withdrawn")


@pytest.mark.parametrize("change", [{"values": {}}, {"holder": "Somebody else"}])
def test_a_signed_document_that_is_not_the_one_that_was_signed_rules_nothing(change: dict[str, Any]) -> None:
    altered = recorded(1, "in_force")
    altered["document"] = altered["document"] | change

    assert told(altered).for_product("kymriah") == Ruling(None, "draft")
    (doc,) = profile_docs([profile_document()], [altered])
    assert profile_view(doc, {}, principal())["state"] == ALTERED


def test_a_seed_that_a_signed_version_has_overtaken_is_shown_as_superseded() -> None:
    seed, second = profile_docs([profile_document()], [recorded(2, "in_force")])

    assert (seed["version"], seed["state"], seed["superseded_by"]) == (1, "superseded", 2)
    assert second["state"] == "in_force"


def test_names_of_staff_stay_inside() -> None:
    inside = profile_view(recorded(1, "in_force"), {"p": "Zoé"}, principal())
    outside = profile_view(recorded(1, "in_force"), {"p": "Zoé"}, replace(principal("manufacturer"), roles=frozenset()))

    assert inside["signature"]["by"] == {"id": "p", "name": "Zoé"}
    assert outside["signature"]["by"] == {"id": "p", "name": None}
