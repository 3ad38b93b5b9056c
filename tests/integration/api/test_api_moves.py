"""A box, a rack or a dewar moved as one act: every bag scanned, each moved on its own chain, or nothing changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from app.api.models.scans import ScanIn
from app.api.scan_messages import command_of
from app.barcodes.build import internal
from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import events_of, rows, tags_of, written

BOX, OTHER = "D1-T1-R1-B1", "D1-T1-R1-B2"


@dataclass
class Cellar:
    """Bags of two patients in the first box of D1, in the first and the third position."""

    house: Hospital
    ids: dict[str, str]
    bags: list[Journey] = field(default_factory=list)

    def act(self, to: str = OTHER, scope: str | None = BOX, **more: Any) -> dict[str, Any]:
        """The move of a box, every bag of it scanned, out of the cold for forty seconds."""
        out = more.pop("out", 40)
        scanned = more.pop("bags", None)
        if scanned is None:
            scanned = [{"symbols": [one.product_label()]} for one in self.bags]
        details = {
            "to": to,
            "out_at": (self.house.clock.now() - timedelta(seconds=out)).isoformat(),
            "bags": scanned,
            "reason": "tri des boîtes",
            **({"scope": scope} if scope is not None else {}),
        }
        witness = more.pop("witness", "pharm1")
        act = self.house.act("relocated", [internal("D", more.pop("label", "D1"))], details=details, **more)
        return {**act, "witness": self.house.sign(witness, act)} if witness is not None else act

    def moved(self, *args: Any, login: str = "tech1", dewar: str = "D1", **more: Any) -> Any:
        path = f"/api/v1/dewars/{self.ids[dewar]}/moves"
        return self.house.post(path, login, json=self.act(*args, **more))

    def bag(self, journey: Journey) -> dict[str, Any]:
        return dict(self.house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json())

    def lying(self) -> list[str | None]:
        return [self.bag(one)["position_code"] for one in self.bags]

    def plan(self, to: str, scope: str | None = BOX, dewar: str = "D1") -> dict[str, Any]:
        params = {"to": to, **({"scope": scope} if scope is not None else {})}
        answer = self.house.get(f"/api/v1/dewars/{self.ids[dewar]}/moves/plan", "tech1", params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def registered(self, code: str, layout: list[list[list[int]]], limit_c: int = -150) -> None:
        message = {"code": code, "name": f"Cuve {code}", "limit_c": limit_c, "layout": layout}
        self.ids[code] = self.house.post("/api/v1/dewars", "pharm1", json=message).json()["id"]

    def changed(self, code: str, **changes: Any) -> None:
        path = f"/api/v1/dewars/{self.ids[code]}/changes"
        assert self.house.post(path, "pharm1", json={"reason": "essai", **changes}).status_code == 201


@pytest.fixture
def cellar(hospital: Hospital) -> Cellar:
    dewars = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    found = Cellar(hospital, {one["code"]: one["id"] for one in dewars})
    for place in (1, 3):
        journey = hospital.enrol()
        journey.to_store(f"{BOX}-P{place}")
        found.bags.append(journey)
    return found


def test_a_box_is_moved_with_an_event_for_every_bag_each_at_its_place(cellar: Cellar) -> None:
    asked = cellar.plan(OTHER)
    assert [(one["position"], one["to"], one["against"]) for one in asked["bags"]] == [
        (f"{BOX}-P1", f"{OTHER}-P1", []),
        (f"{BOX}-P3", f"{OTHER}-P3", []),
    ]
    assert [one["exposure"]["total_s"] for one in asked["bags"]] == [45, 45]

    answer = cellar.moved()

    assert answer.status_code == 201, answer.text
    act = answer.json()["relocation"]
    assert cellar.lying() == [f"{OTHER}-P1", f"{OTHER}-P3"]
    assert [(one["bag"], one["to"], one["exposure_s"]) for one in act["bags"]] == [
        (cellar.bags[0].products[0], f"{OTHER}-P1", 40),
        (cellar.bags[1].products[0], f"{OTHER}-P3", 40),
    ]
    assert answer.json()["receipt"]["leaf_hash"]
    told = events_of(cellar.house, cellar.bags[0].products[0])[-1]
    assert (told["step"], told["relocation"], told["witness"]["id"]) == (
        "moved",
        act["id"],
        cellar.house.people["pharm1"].subject_id,
    )
    assert tags_of(cellar.house, cellar.bags[1].products[0])[-1] == "custody:moved:taken"
    kept = cellar.house.get(f"/api/v1/dewars/{cellar.ids['D1']}/moves", "auditor1").json()["items"]
    assert [one["id"] for one in kept] == [act["id"]]
    occupied = cellar.house.get(f"/api/v1/dewars/{cellar.ids['D1']}/map", "tech1").json()
    assert [one["code"] for one in occupied["positions"] if one["bag"]] == [f"{OTHER}-P1", f"{OTHER}-P3"]


def test_each_bag_has_its_own_time_out_of_the_cold(cellar: Cellar) -> None:
    cellar.house.clock.forward(minutes=10)
    now = cellar.house.clock.now()
    one, two = (bag.product_label() for bag in cellar.bags)
    scanned = [
        {"symbols": [one], "in_at": (now - timedelta(seconds=280)).isoformat()},
        {"symbols": [two], "out_at": (now - timedelta(seconds=30)).isoformat()},
    ]
    cellar.moved(out=300, bags=scanned)

    for journey, seconds in zip(cellar.bags, (20, 30), strict=True):
        account = cellar.house.get(f"/api/v1/bags/{journey.products[0]}/exposure", "pharm1").json()
        assert account["by_cause_s"] == {"moved": seconds, "stored": 45}
    cellar.house.publish()
    report = cellar.house.get(f"/api/v1/bags/{cellar.bags[0].products[0]}/report", "pharm1").json()
    assert [(one["code"], one["out_step"]) for one in report["storage"]["stays"]] == [
        (f"{BOX}-P1", "moved"),
        (f"{OTHER}-P1", None),
    ]
    assert report["storage"]["exposure"][0]["total_s"] == 65


def test_a_missing_a_strange_and_an_unreadable_bag_are_named_and_nothing_is_moved(cellar: Cellar) -> None:
    outsider = cellar.house.enrol()
    outsider.to_store(f"{OTHER}-P5")
    first, second = cellar.bags
    before = rows(cellar.house)
    scanned = [
        {"symbols": [first.product_label()]},
        {"symbols": [outsider.product_label()]},
        {"symbols": ["garbled"]},
        {"symbols": [internal("B", "NOBODY-1")]},
        {"symbols": [first.product_label()]},
    ]
    refused = cellar.moved(bags=scanned)

    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (409, "bag-scanned-twice", "never")
    assert {one["code"] for one in refused.json()["others"]} == {"bags-strange", "bags-missing"}
    told = refused.json()["relocation"]
    assert told["missing"] == [{"bag": second.products[0], "position": f"{BOX}-P3"}]
    assert [(one["scan"], one["outcome"], one["recorded"]) for one in told["strange"]] == [
        (2, "elsewhere", f"{OTHER}-P5"),
        (3, "unreadable", None),
        (4, "unknown", None),
    ]
    assert told["twice"] == [f"{BOX}-P1"]
    assert cellar.lying() == [f"{BOX}-P1", f"{BOX}-P3"]
    assert rows(cellar.house) == before + 1  # the refusal, on the site's chain, and no event of any bag
    assert "NOBODY-1" not in str(events_of(cellar.house, cellar.house.people["tech1"].site_id or ""))


def test_one_taken_position_or_one_bag_the_place_is_not_fit_for_refuses_all(cellar: Cellar) -> None:
    third = cellar.house.enrol()
    third.to_store(f"{OTHER}-P3")
    taken = cellar.moved()
    assert (taken.status_code, taken.json()["code"]) == (409, "position-occupied")
    assert [
        (one["position"], [why["code"] for why in one["reasons"]]) for one in taken.json()["relocation"]["blocked"]
    ] == [(f"{BOX}-P3", ["position-occupied"])]
    assert [one["against"] for one in cellar.plan(OTHER)["bags"]] == [[], ["position-occupied"]]

    warm = cellar.moved("D2-T1-R1-B1")
    assert (warm.status_code, warm.json()["code"], len(warm.json()["relocation"]["blocked"])) == (
        409,
        "dewar-too-warm",
        2,
    )
    assert cellar.plan("D2-T1-R1-B1")["bags"][0]["against"] == ["dewar-too-warm"]
    cellar.registered("D3", [[[2]]])
    small = cellar.moved("D3-T1-R1-B1")
    assert (small.json()["code"], small.json()["relocation"]["placeless"]) == ("place-missing", [f"{BOX}-P3"])
    assert [one["against"] for one in cellar.plan("D3-T1-R1-B1")["bags"]] == [[], ["place-missing"]]
    assert cellar.lying() == [f"{BOX}-P1", f"{BOX}-P3"]


def test_a_restricted_dewar_takes_a_box_only_when_a_pharmacist_says_so_and_each_bag_is_then_a_deviation(
    cellar: Cellar,
) -> None:
    cellar.registered("D3", [[[5]]])
    cellar.changed("D3", status="restricted")

    alone = cellar.moved("D3-T1-R1-B1")
    assert (alone.json()["code"], alone.json()["rung"]) == ("dewar-not-qualified", "senior")
    wish = {"rules": ["dewar-not-qualified"], "reason": "D1 se réchauffe"}
    forced = cellar.moved("D3-T1-R1-B1", deviation=wish)

    assert forced.status_code == 201, forced.text
    assert forced.json()["overridden"] == ["dewar-not-qualified"]
    assert len(forced.json()["relocation"]["deviations"]) == 2
    assert [[hold["reason"] for hold in one["holds"]] for one in forced.json()["bags"]] == [["deviation"]] * 2


def test_a_whole_dewar_goes_into_another_and_zones_there_are_kept(cellar: Cellar) -> None:
    cellar.registered("D3", [[[10], [5]]])
    cellar.registered("D4", [[[5, 5]]])
    uneven = cellar.moved("D3", None)
    assert uneven.status_code == 201, uneven.text
    assert cellar.lying() == ["D3-T1-R1-B1-P01", "D3-T1-R1-B1-P03"]

    cellar.changed("D4", zones=[{"scope": "D4-T1-R1-B1", "classes": ["infectious"]}])
    zoned = cellar.moved("D4", None, label="D3", dewar="D3")
    assert zoned.json()["code"] == "position-reserved"
    assert cellar.plan("D4", None, "D3")["bags"][1]["against"] == ["position-reserved"]
    cellar.changed("D4", zones=[])
    back = cellar.moved("D4", None, label="D3", dewar="D3")
    assert (back.status_code, cellar.lying()) == (201, ["D4-T1-R1-B1-P1", "D4-T1-R1-B1-P3"])
    cellar.changed("D3", status="defrosting")


def test_a_box_goes_to_the_place_of_a_box(cellar: Cellar) -> None:
    for to, scope, code in (
        ("D9-T1-R1-B1", BOX, "part-unknown"),
        ("D1-T1-R1-B9", BOX, "part-unknown"),
        (OTHER, "D1-T7-R1-B1", "part-unknown"),
        (OTHER, "D2-T1-R1-B1", "part-unknown"),
        ("nothing", BOX, "part-unknown"),
        (OTHER, "nothing", "part-unknown"),
        ("D2-T1-R1", BOX, "part-unlike"),
        (BOX, BOX, "part-unlike"),
        ("D1", None, "part-unlike"),
    ):
        refused = cellar.moved(to, scope)
        assert (refused.status_code, refused.json()["code"]) == (409, code), (to, scope)
        assert cellar.plan(to, scope)["fault"] == code
    assert cellar.lying() == [f"{BOX}-P1", f"{BOX}-P3"]


def test_what_cannot_be_is_refused(cellar: Cellar) -> None:
    assert cellar.moved(out=-10).json()["code"] == "exposure-times"
    assert cellar.moved(out=86_400).json()["code"] == "exposure-times"
    late = [{"symbols": [cellar.bags[0].product_label()], "out_at": "2026-11-01T00:00:00Z"}]
    assert "exposure-times" in cellar.moved(bags=late).text
    assert cellar.moved(witness=None).json()["code"] == "witness-required"
    assert cellar.moved(witness="tech1").json()["code"] == "witness-same-person"
    assert cellar.moved(label="D2").json()["code"] == "unknown-dewar"
    assert cellar.moved(login="nurse1").status_code == 403
    untrained = replace(cellar.house.people["tech1"], trainings={})
    cellar.house.people["tech1"] = untrained
    assert cellar.moved().json()["code"] == "training-missing"
    assert cellar.lying() == [f"{BOX}-P1", f"{BOX}-P3"]
    single = cellar.house.post("/api/v1/scans", "pharm2", json=cellar.act())
    assert (single.status_code, single.json()["code"]) == (422, "unknown-step")
    note = cellar.house.act("observed", [cellar.bags[0].product_label()], details={"note": "RAS"})
    path = f"/api/v1/dewars/{cellar.ids['D1']}/moves"
    assert cellar.house.post(path, "pharm2", json=note).json()["code"] == "unknown-step"
    assert cellar.house.post(f"/api/v1/dewars/{cellar.bags[0].therapy}/moves", "pharm2", json=note).status_code == 404


def test_a_move_resent_gets_the_same_bytes_and_one_out_of_a_tablets_queue_is_judged_as_it_arrives(
    cellar: Cellar,
) -> None:
    act, path = cellar.act(), f"/api/v1/dewars/{cellar.ids['D1']}/moves"
    first = cellar.house.post(path, "tech1", json=act)
    before = written(cellar.house)
    assert cellar.house.post(path, "tech1", json=act).content == first.content
    assert written(cellar.house) == before

    late = cellar.act()
    (result,) = cellar.house.post("/api/v1/scans/batch", "tech1", json={"scans": [late]}).json()["results"]
    assert (result["status"], result["body"]["code"]) == (409, "bags-strange")
    (item,) = cellar.house.get("/api/v1/settle", "pharm1").json()["items"]
    assert (item["step"], item["code"]) == ("relocated", "bags-strange")
    back = cellar.act(BOX, OTHER)
    (result,) = cellar.house.post("/api/v1/scans/batch", "tech1", json={"scans": [back]}).json()["results"]
    assert (result["status"], cellar.lying()) == (201, [f"{BOX}-P1", f"{BOX}-P3"])


def test_one_patients_bags_are_asked_to_be_split_where_they_will_lie(cellar: Cellar) -> None:
    journey = cellar.house.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(2)
    for ordinal in (1, 2):
        journey.released(ordinal)
        journey.received(ordinal)
        journey.accepted(ordinal)
        journey.stored(f"D2-T1-R1-B1-P{ordinal}", ordinal)
    cellar.registered("D3", [[[5]]])
    cellar.changed("D3", split=True)
    scanned = [{"symbols": [journey.product_label(ordinal)]} for ordinal in (1, 2)]

    asked = cellar.moved("D3", None, dewar="D2", label="D2", bags=scanned)

    assert (asked.json()["code"], asked.json()["rung"]) == ("split-storage", "acknowledge")
    wish = {"rules": ["split-storage"], "reason": "aucune autre cuve"}
    said = cellar.moved("D3", None, dewar="D2", label="D2", bags=scanned, deviation=wish)
    assert (said.status_code, said.json()["relocation"]["deviations"]) == (201, [])


def test_a_bag_taken_out_at_the_same_moment_is_never_lost_nor_moved_twice(cellar: Cellar) -> None:
    house, first = cellar.house, cellar.bags[0]
    act = house.act("retrieved", [first.product_label(), internal("P", f"{BOX}-P1")], details={"purpose": "thaw"})
    messages = (
        ("tech1", {**act, "witness": house.sign("pharm1", act)}),
        ("pharm2", cellar.act()),
    )
    commands = [
        house.portal.call(
            lambda login, one: command_of(
                ScanIn.model_validate(one), house.people[login], house.services, language="fr"
            ),
            login,
            message,
        )
        for login, message in messages
    ]

    async def together() -> list[Any]:
        return await asyncio.gather(*(house.services.recorder.submit(one) for one in commands))

    retrieved, relocated = house.portal.call(together)

    # Whoever came first stands; the other one is told: the box lacks a bag, or the bag is in another place.
    assert {retrieved.reply.outcome, relocated.reply.outcome} == {"taken", "refused"}
    if retrieved.reply.outcome == "taken":
        assert cellar.lying() == [None, f"{BOX}-P3"]
    else:
        assert cellar.lying() == [f"{OTHER}-P1", f"{OTHER}-P3"]
