"""A dewar's life over HTTP: what it is trusted with, what is kept apart in it, its fills, and how it is emptied."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from app.actions.change_dewar import ChangeDewar
from app.api.models.scans import ScanIn
from app.api.scan_messages import command_of
from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey, found
from tests.integration.api.ledger_rows import tags_of


@dataclass
class Cellar:
    """The hospital's dewars by their codes."""

    hospital: Hospital
    ids: dict[str, str]

    def dewar(self, code: str = "D1") -> dict[str, Any]:
        return dict(self.hospital.get(f"/api/v1/dewars/{self.ids[code]}", "pharm1").json())

    def changed(self, code: str = "D1", login: str = "pharm1", **changes: Any) -> Any:
        message = {"reason": "essai", **changes}
        return self.hospital.post(f"/api/v1/dewars/{self.ids[code]}/changes", login, json=message)

    def registered(self, code: str, **more: Any) -> dict[str, Any]:
        message = {
            "code": code,
            "name": f"Cuve {code}",
            "limit_c": -150,
            "shape": {"towers": 1, "racks": 1, "boxes": 1, "positions": 3},
            **more,
        }
        answer = self.hospital.post(
            "/api/v1/dewars", "pharm1", json={name: one for name, one in message.items() if one is not None}
        )
        assert answer.status_code == 201, answer.text
        self.ids[code] = answer.json()["id"]
        return dict(answer.json())

    def map(self, code: str = "D1", **params: str) -> dict[str, Any]:
        return dict(self.hospital.get(f"/api/v1/dewars/{self.ids[code]}/map", "tech1", params=params).json())

    def ready(self, bags: int = 1, **more: Any) -> Journey:
        """A therapy whose bags are accepted and about to be stored."""
        journey = self.hospital.enrol(product="kymriah", maker="novartis")
        journey.collected()
        journey.manufactured(bags)
        for ordinal in range(1, bags + 1):
            journey.released(ordinal)
            journey.received(ordinal)
            self.hospital.taken(
                "pharm1",
                "inspected",
                [journey.product_label(ordinal), *journey.layers(ordinal)],
                witness="tech1",
                details={"visual_check": "intact", "labels_agree": True, "certificate": "COA-1", **more},
            )
        return journey

    def store(self, journey: Journey, position: str, ordinal: int = 1, **more: Any) -> Any:
        return self.hospital.scan(
            "tech1",
            "stored",
            [journey.product_label(ordinal), internal("P", position)],
            witness="pharm1",
            details={"exposure_s": 45},
            **more,
        )


@pytest.fixture
def cellar(hospital: Hospital) -> Cellar:
    items = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    return Cellar(hospital, {one["code"]: one["id"] for one in items})


def test_a_dewar_of_any_shape_says_what_is_known_of_it(cellar: Cellar) -> None:
    made = cellar.registered(
        "D7", shape=None, layout=[[[2, 1], [12]], [[1]]], room="Cryo 1", phase="vapour", qualified_on="2026-10-01"
    )

    assert (made["room"], made["phase"], made["qualified_on"], made["qualified_until"]) == (
        "Cryo 1",
        "vapour",
        "2026-10-01",
        None,
    )
    assert made["shape"] == {"towers": 2, "racks": 2, "boxes": 2, "positions": 12}
    whole, box = cellar.map("D7"), cellar.map("D7", scope="D7-T1-R2")
    assert [one["code"] for one in whole["boxes"]] == ["D7-T1-R1-B1", "D7-T1-R1-B2", "D7-T1-R2-B1", "D7-T2-R1-B1"]
    assert (len(whole["positions"]), len(box["positions"])) == (16, 12)
    assert cellar.map("D7", scope="D8")["positions"] == []
    assert cellar.dewar("D1")["layout"] is None
    both = {"code": "D8", "name": "D8", "limit_c": -150, "shape": made["shape"], "layout": [[[1]]]}
    answer = cellar.hospital.post("/api/v1/dewars", "pharm1", json=both)
    assert (answer.status_code, answer.json()["code"]) == (422, "dewar-shape-invalid")


def test_a_dewar_that_is_restricted_while_a_bag_is_on_its_way_takes_it_no_more(cellar: Cellar) -> None:
    journey = cellar.ready()

    changed = cellar.changed(status="restricted", reason="givre sur la vanne")
    refused = cellar.store(journey, "D1-T1-R1-B1-P1")

    assert changed.json()["status"] == "restricted"
    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (
        409,
        "dewar-not-qualified",
        "senior",
    )
    assert tags_of(cellar.hospital, cellar.ids["D1"])[-1] == "cryostore:dewar:changed"


def test_restricting_and_storing_at_the_same_moment_are_judged_one_after_the_other(cellar: Cellar) -> None:
    hospital, journeys = cellar.hospital, [cellar.ready(), cellar.ready()]
    commands = []
    for place, journey in enumerate(journeys, 1):
        act = hospital.act(
            "stored", [journey.product_label(), internal("P", f"D1-T1-R1-B1-P{place}")], details={"exposure_s": 45}
        )
        message = ScanIn.model_validate({**act, "witness": hospital.sign("pharm1", act)})
        commands.append(
            hospital.portal.call(
                lambda one: command_of(one, hospital.people["tech1"], hospital.services, language="fr"), message
            )
        )
    restrict = ChangeDewar(hospital.people["pharm1"], cellar.ids["D1"], {"status": "restricted"}, "alarme")

    async def together() -> list[Any]:
        # Which of two that come at once is judged first is the recorder's choice; what comes after both sees both.
        submit = hospital.services.recorder.submit
        return [*await asyncio.gather(submit(commands[0]), submit(restrict)), await submit(commands[1])]

    first, _, last = hospital.portal.call(together)
    assert first.reply.outcome in {"taken", "refused"}
    assert last.reply.outcome == "refused"
    inside = [one["bag"] for one in cellar.map()["positions"] if one["bag"] is not None]
    assert len(inside) == (first.reply.outcome == "taken")


def test_a_dewar_with_bags_is_neither_defrosted_nor_made_warmer_than_they_may_be(cellar: Cellar) -> None:
    journey = cellar.ready()
    cellar.store(journey, "D1-T1-R1-B1-P1")

    answers = [
        cellar.changed(status="defrosting"),
        cellar.changed(status="retired"),
        cellar.changed(limit_c=-110),
        cellar.changed(limit_c=-120),
        cellar.changed("D2", status="retired"),
        cellar.changed("D2", status="qualified"),
        cellar.changed("D2", login="tech1", status="qualified"),
        cellar.changed(zones=[{"scope": "D9", "classes": ["oos"]}]),
    ]

    assert [one.status_code for one in answers] == [409, 409, 409, 201, 201, 409, 403, 422]
    assert [one.json().get("code") for one in answers[:3]] == ["dewar-in-use"] * 3
    assert (answers[5].json()["code"], answers[7].json()["code"]) == ("dewar-retired", "dewar-zone-invalid")
    assert cellar.dewar()["limit_c"] == -120
    missing = cellar.hospital.post(f"/api/v1/dewars/{new_id()}/changes", "pharm1", json={"reason": "x"})
    assert missing.status_code == 404


def test_null_takes_back_a_day_or_a_room_and_nothing_that_must_be_known(cellar: Cellar) -> None:
    before = cellar.dewar()
    assert cellar.changed(room="Cryo 2", mapped_on="2026-11-01").status_code == 201

    answer = cellar.changed(room=None, name=None, status=None, limit_c=None, split=None, zones=None)

    after = cellar.dewar()
    assert (answer.status_code, after["room"], after["mapped_on"]) == (201, None, "2026-11-01")
    kept = ("name", "status", "limit_c", "split", "zones")
    assert [after[name] for name in kept] == [before[name] for name in kept]


def test_what_is_kept_apart_is_refused_elsewhere_and_what_is_not_is_refused_there(cellar: Cellar) -> None:
    cellar.changed(zones=[{"scope": "D1-T1-R1-B2", "classes": ["infectious", "infectious_unknown"]}])
    positive, negative = cellar.ready(serology="positive"), cellar.ready(serology="negative")

    outside = cellar.store(positive, "D1-T1-R1-B1-P1")
    inside = cellar.store(positive, "D1-T1-R1-B2-P1")
    stranger = cellar.store(negative, "D1-T1-R1-B2-P2")

    assert (outside.json()["code"], outside.json()["rung"]) == ("segregation-infectious", "senior")
    assert inside.status_code == 201
    assert (stranger.json()["code"], stranger.json()["rung"]) == ("position-reserved", "senior")
    assert [one["kept_for"] for one in cellar.map(scope="D1-T1-R1-B2-P1")["positions"]] == [
        ["infectious", "infectious_unknown"]
    ]


def test_one_patients_bags_are_split_where_the_site_asks_for_it_or_somebody_says_why_not(cellar: Cellar) -> None:
    cellar.changed(split=True)
    journey = cellar.ready(2)
    assert cellar.store(journey, "D1-T1-R1-B1-P1", 1).status_code == 201

    asked = cellar.store(journey, "D1-T1-R1-B1-P2", 2)
    said = cellar.store(
        journey, "D1-T1-R1-B1-P2", 2, deviation={"rules": ["split-storage"], "reason": "une seule cuve libre"}
    )

    assert (asked.json()["code"], asked.json()["rung"]) == ("split-storage", "acknowledge")
    assert (said.status_code, said.json()["deviation"]) == (201, None)


def test_a_held_bag_is_seen_on_the_map_and_asked_into_quarantine(cellar: Cellar) -> None:
    hospital = cellar.hospital
    journey = cellar.ready()
    cellar.store(journey, "D1-T1-R1-B1-P1")
    cellar.changed(zones=[{"scope": "D1-T1-R1-B2", "classes": ["quarantine"]}])
    hospital.taken("pharm1", "held", [journey.product_label()], witness="tech1", details={"reason": "quarantine"})

    shown = cellar.map()
    assert (shown["occupied"], shown["on_hold"], shown["strictest_c"]) == (1, 1, -120)
    assert shown["positions"][0]["holds"] == ["quarantine"]
    moved = hospital.scan(
        "tech1",
        "moved",
        [journey.product_label(), internal("P", "D1-T1-R1-B1-P2")],
        witness="pharm1",
        details={"reason": "tri"},
    )
    assert moved.json()["code"] == "segregation-asked"


def test_the_plan_of_an_evacuation_names_a_safe_place_for_each_bag(cellar: Cellar) -> None:
    cellar.registered("D3", room="Cryo 1")
    cellar.registered("D4", room="Cryo 2", limit_c=-130)
    cellar.changed(room="Cryo 2")
    journey = cellar.ready(2)
    for ordinal in (1, 2):
        cellar.store(journey, f"D1-T1-R1-B1-P{ordinal}", ordinal)

    def plan() -> Any:
        return cellar.hospital.get(f"/api/v1/dewars/{cellar.ids['D1']}/evacuation", "auditor1").json()

    assert [(one["position"], one["to"]) for one in plan()["moves"]] == [
        ("D1-T1-R1-B1-P1", "D4-T1-R1-B1-P1"),
        ("D1-T1-R1-B1-P2", "D4-T1-R1-B1-P2"),
    ]
    for code in ("D4", "D2"):
        cellar.changed(code, status="restricted")
    assert {one["dewar"] for one in plan()["moves"]} == {cellar.ids["D3"]}
    cellar.changed("D3", status="restricted")
    assert [one["reason"] for one in plan()["nowhere"]] == ["none-cold-enough"] * 2


def test_fills_add_up_to_what_a_dewar_drinks(cellar: Cellar) -> None:
    hospital, path = cellar.hospital, f"/api/v1/dewars/{cellar.ids['D1']}/fills"
    for used in (20, 20, 20, 20, 40, 40, 40):
        hospital.clock.forward(days=7)
        answer = hospital.post(
            path,
            "tech1",
            json={
                "filled_at": hospital.clock.now().isoformat(),
                "level_before": (90 - used) * 1000,
                "level_after": 90_000,
                "delivery": "BL-1",
            },
        )
        assert answer.status_code == 201, answer.text

    shown = hospital.get(path, "quality1", params={"limit": 2}).json()
    assert (len(shown["items"]), shown["trend"]["suspect"]) == (2, True)
    now = hospital.clock.now().isoformat()
    wrong = hospital.post(path, "tech1", json={"filled_at": now, "level_before": 50_000, "level_after": 40_000})
    ahead = hospital.post(path, "tech1", json={"filled_at": "2029-01-01T00:00:00Z"})
    assert [(one.status_code, one.json()["code"]) for one in (wrong, ahead)] == [
        (422, "fill-level-invalid"),
        (422, "happened-in-future"),
    ]


def test_upkeep_dates_the_dewar_and_what_failed_restricts_it(cellar: Cellar) -> None:
    hospital, path = cellar.hospital, f"/api/v1/dewars/{cellar.ids['D1']}/upkeep"
    now = hospital.clock.now().isoformat()

    def done(kind: str, **more: Any) -> Any:
        return hospital.post(path, "pharm1", json={"kind": kind, "done_at": now, **more})

    assert done("qualification", valid_until="2027-12-01", certificate="QO-1").status_code == 201
    assert done("mapping").status_code == 201
    assert done("calibration", probe="D1-TOP", certificate="COFRAC-1", note="écart 0,2").status_code == 201
    dewar = cellar.dewar()
    assert (dewar["qualified_on"], dewar["qualified_until"], dewar["mapped_on"]) == (
        "2026-12-01",
        "2027-12-01",
        "2026-12-01",
    )
    assert (done("calibration").json()["code"], done("service", probe="P").json()["code"]) == ("upkeep-probe",) * 2
    assert done("service", done_at="2029-01-01T00:00:00Z").json()["code"] == "happened-in-future"
    done("service", passed=False)
    assert cellar.dewar()["status"] == "restricted"
    done("cleaning", passed=False)
    items = hospital.get(path, "auditor1").json()["items"]
    assert [one["kind"] for one in items] == ["qualification", "mapping", "calibration", "service", "cleaning"]


@pytest.mark.parametrize("path", ["changes", "fills", "upkeep", "evacuation"])
def test_another_operators_dewar_does_not_exist(cellar: Cellar, path: str) -> None:
    hospital = cellar.hospital
    found(hospital, tenant="autre", prefix="x-")
    now = hospital.clock.now().isoformat()
    messages = {
        "changes": {"reason": "x", "status": "retired"},
        "fills": {"filled_at": now},
        "upkeep": {"kind": "service", "done_at": now},
    }
    address = f"/api/v1/dewars/{cellar.ids['D1']}/{path}"

    answers = [hospital.get(address, "x-pharm1")] if path != "changes" else []
    if path in messages:
        answers.append(hospital.post(address, "x-pharm1", json=messages[path]))

    assert {one.status_code for one in answers} == {404}
    assert cellar.dewar()["status"] == "qualified"


def test_the_plan_is_printed_for_the_wall(cellar: Cellar) -> None:
    path = f"/api/v1/dewars/{cellar.ids['D1']}/plan"

    french = cellar.hospital.get(path, "tech1", params={"scope": "D1-T1-R1-B1"})
    english = cellar.hospital.get(path, "tech1", params={"language": "en"})

    assert (french.status_code, french.headers["content-type"]) == (200, "application/pdf")
    assert french.content.startswith(b"%PDF")
    assert len(english.content) > len(french.content)
    assert cellar.hospital.get(path, "carrier1").status_code == 403
    picture = cellar.hospital.get(path, "tech1", params={"scope": "D1-T1-R1-B1", "format": "svg"})
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert picture.text.count("D1-T1-R1-B1-P") == 5


def test_a_name_that_no_letter_of_ours_can_show_is_named_on_the_plan_and_fails_nobody(cellar: Cellar) -> None:
    assert cellar.changed(name="Cuve \U0009cd3a", room="冷凍\x07").status_code == 201

    plan = cellar.hospital.get(f"/api/v1/dewars/{cellar.ids['D1']}/plan", "tech1")

    assert (plan.status_code, plan.content[:4]) == (200, b"%PDF")
