"""The printed plan of a dewar: every position with its state in words, in both languages, archivable and accessible."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from app.kit.texts import Text
from app.reports.plan_svg import plan_svg
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


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("Plan de la cuve D1", "bloqué", "Salle\u00a0: Cryo 1")), ("en", ("Plan of", "on hold", "Room: Cryo 1"))],
)
def test_the_picture_names_every_position_with_its_state_and_no_bag(language: str, words: tuple[str, ...]) -> None:
    shown = plan(room="Cryo 1\x07", phase="vapour")
    shown["dewar"]["name"] = "<script>alert(1)</script>"
    drawn = plan_svg(shown, status=Text("qualifiée", "qualified"), zones=ZONES, language=language, made=MADE)

    root = fromstring(drawn)  # noqa: S314  # our own picture
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    titles = [str(one.text) for one in root.iter(f"{space}title")]
    assert [one.partition(" – ")[0] for one in titles[1:]] == [f"D1-T1-R1-B1-P{number}" for number in (1, 2, 3)]
    text = "\n".join(str(one.text) for one in root.iter() if one.text)
    assert all(word in text for word in words)
    assert {one.tag.rpartition("}")[2] for one in root.iter()} == {"svg", "title", "desc", "rect", "g", "text"}
    assert b"<script>" not in drawn
    assert "\x07" not in text
    dashed = [one for one in root.iter(f"{space}rect") if one.get("stroke-dasharray")]
    assert len(dashed) == 2  # the reserved position, and the key
    height = float(str(root.get("height")))
    assert all(float(one.get("y", 0)) + float(one.get("height", 0)) <= height for one in root.iter(f"{space}rect"))


def test_a_long_box_goes_on_in_the_next_line() -> None:
    shown = plan()
    box = "D1-T1-R1-B1"
    shown["positions"] = [
        {"code": f"{box}-P{number:02d}", "bag": None, "on_hold": False, "kept_for": []} for number in range(1, 26)
    ]
    shown["boxes"] = [{"code": box, "positions": 25, "occupied": 0, "on_hold": 0}]
    drawn = plan_svg(shown, status=Text("a", "b"), zones={}, language="fr", made=MADE)
    root = fromstring(drawn)  # noqa: S314  # as above
    places = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if one.get("width") == "64"]
    assert (len(places), len({one.get("y") for one in places}), len({one.get("x") for one in places})) == (25, 3, 10)
