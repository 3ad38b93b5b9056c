"""Bags that are kept apart: where there is no position there is nothing to keep apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.segregation import reserved, segregated
from tests.unit.custody.scenes import STORED, bag_after, place, scan


def test_an_act_without_a_position_puts_nothing_in_a_wrong_place() -> None:
    infectious = replace(STORED, serology="positive")

    assert segregated(scan("observed", bag=infectious, place=None)) is None
    assert reserved(scan("observed", bag=infectious, place=None)) is None


def test_a_zone_for_it_takes_it_and_another_place_of_that_dewar_does_not() -> None:
    infectious = replace(STORED, serology="positive")
    zone = frozenset({"infectious"})

    inside = scan("moved", bag=infectious, place=place(zoned=zone, kept_for=zone))
    outside = segregated(scan("moved", bag=infectious, place=place(zoned=zone)))

    assert segregated(inside) is None
    assert outside is not None
    assert outside.code == "segregation-infectious"


@pytest.mark.parametrize(("stated", "kept"), [("negative", "negative"), ("positive", "positive"), (None, "unknown")])
def test_cells_are_kept_apart_by_their_serology_from_the_collection_on(stated: str | None, kept: str) -> None:
    told = {"unsaid": ("serology",)} if stated is None else {"said": {"serology": stated}}

    assert bag_after(scan("collected", **told)).serology == kept
