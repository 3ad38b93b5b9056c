"""The printed plan of a dewar: every position with its state in words, in both languages, archivable and accessible."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.kit.texts import Text
from app.reports.plans import plan_pdf
from tests.unit.reports.pdf_words import opened, pages

MADE = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ZONES = {"infectious": Text("sérologie positive", "positive serology")}


def plan(**dewar: Any) -> dict[str, Any]:
    box = "D1-T1-R1-B1"
    positions = [
        {"code": f"{box}-P{number}", "bag": bag, "on_hold": held, "kept_for": kept}
        for number, bag, held, kept in ((1, "a", True, []), (2, "b", False, ["infectious"]), (3, None, False, []))
    ]
    known = {"room": None, "phase": None, "qualified_on": None, "qualified_until": None, "mapped_on": None}
    return {
        "dewar": {"code": "D1", "name": '] #panic(1) #read("x")', "limit_c": -150, **known, **dewar},
        "positions": positions,
        "boxes": [{"code": box, "positions": 3, "occupied": 2, "on_hold": 1}],
        "occupied": 2,
        "free": 1,
        "on_hold": 1,
        "strictest_c": dewar.get("strictest_c"),
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            (
                "PlandelacuveD1",
                "qualifiée",
                "bloqué",
                "libre",
                "occupé",
                "zoneréservée:sérologiepositive",
                "nonrenseigné",
            ),
        ),
        (
            "en",
            ("PlanofthedewarD1", "qualified", "onhold", "free", "taken", "reservedzone:positiveserology", "notstated"),
        ),
    ],
)
def test_the_plan_says_every_state_in_words(language: str, said: tuple[str, ...]) -> None:
    made = plan_pdf(plan(), status=Text("qualifiée", "qualified"), zones=ZONES, language=language, made=MADE)

    (page,) = pages(made)
    assert all(word in page for word in said), page
    assert ']#panic(1)#read("x")' in page  # what a name says is no command
    with opened(made) as pdf:
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.MarkInfo.Marked


def test_the_same_plan_at_the_same_time_is_the_same_bytes() -> None:
    known = plan(room="Cryo 1", phase="vapour", qualified_on="2026-10-01", mapped_on="2026-10-02", strictest_c=-120)
    one, two = (plan_pdf(known, status=Text("a", "b"), zones=ZONES, language="fr", made=MADE) for _ in range(2))

    assert one == two
    assert "vapeur" in pages(one)[0]
    assert "-120°C" in pages(one)[0]
