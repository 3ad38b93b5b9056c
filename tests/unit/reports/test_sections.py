"""What the sections say where life is not straight: vials, parts of bags, erased bodies, nobody known."""

from __future__ import annotations

from typing import Any

from app.ledger.verify import Report as Examined
from app.reports.copies import Audience
from app.reports.material import ERASURE
from tests.unit.reports.scene import VALID, Scene, bag, instant
from tests.unit.reports.test_gaps import deviation


def quantity(scene: Scene, of: str, name: str | None = None) -> dict[str, Any]:
    told = scene.report()["disposition"]["quantities"]
    found: dict[str, Any] = next(one for one in told if one["of"] == of and one["bag"] == name)
    return found


def arrived(**more: Any) -> dict[str, Any]:
    return {"marks": {"received": instant(1)}, **more}


def test_containers_are_counted_by_where_they_ended() -> None:
    ends = ("infused", "destroyed", "returned", "lost", "stored", "thawed")
    scene = Scene({end: bag(end, **arrived(state=end, volume_ml=10)) for end in ends})

    told = quantity(scene, "containers")

    assert [told[one] for one in ("infused", "destroyed", "returned", "lost", "stored", "pending")] == [1] * 6
    assert (told["received"], told["difference"], told["balanced"]) == (6, 0, True)
    assert quantity(scene, "doses")["pending"] == 1
    assert quantity(scene, "volume_ml", "returned")["returned"] == 10
    assert quantity(scene, "volume_ml", "lost")["lost"] == 10


def test_what_never_arrived_is_in_no_column() -> None:
    scene = Scene({one: bag(one, state=one, volume_ml=10) for one in ("announced", "in_transit", "lost")})

    told = scene.report()["disposition"]["quantities"]

    assert [(one["of"], one["received"], one["difference"]) for one in told if one["bag"] is None] == [
        ("containers", 0, 0)
    ]
    assert all(one["balanced"] for one in told)


def test_a_part_of_a_bag_and_its_rest_add_up() -> None:
    scene = Scene({"bag": bag("bag", **arrived(state="infused", volume_ml=68, rest_ml=18))})
    scene.step("infusion_ended", details={"volume_ml": 50, "completeness": "partial"})
    assert [quantity(scene, "volume_ml", "bag")[one] for one in ("infused", "pending", "balanced")] == [50, 18, True]

    scene.bags["bag"]["rest_ml"] = 0
    scene.step("destroyed", details={"quantity_ml": 18})

    assert [quantity(scene, "volume_ml", "bag")[one] for one in ("destroyed", "pending", "balanced")] == [18, 0, True]


def test_vials_end_as_the_syringes_they_were_drawn_into() -> None:
    vials = {one: bag(one, **arrived(state="consumed", form="vial")) for one in ("v1", "v2", "v3", "v4")}
    drawn = {
        "s1": bag("s1", form="syringe", state="infused", parents=["v1"], volume_ml=5),
        "s2": bag("s2", form="syringe", state="destroyed", parents=["v2"]),
        "s3": bag("s3", form="syringe", state="issued", parents=["v3"]),
    }
    scene = Scene({**vials, **drawn})

    told = quantity(scene, "containers")

    assert [told[one] for one in ("received", "infused", "destroyed", "pending")] == [4, 1, 1, 2]
    assert {one["bag"] for one in scene.report()["disposition"]["quantities"]} == {None, "s1", "s2", "s3"}


def test_a_report_of_a_collection_alone_counts_no_dose() -> None:
    scene = Scene({"col": bag("col", kind="collection", state="collected")})
    scene.step("collected", subject="col", details={"volume_ml": 180, "device": "OPTIA"})
    unstated = scene.gaps()["serology-unrecorded"]
    scene.step("collected", subject="col", details={"volume_ml": 180, "serology": "negative"})

    report = scene.report(language="fr")

    assert [one["serology"] for one in report["collection"]] == [None, "negative"]
    assert len(unstated) == len(scene.gaps()["serology-unrecorded"]) == 1

    assert [one["of"] for one in report["disposition"]["quantities"]] == ["containers"]
    assert report["disposition"]["bags"] == [{"bag": "col", "state": "collected", "at": None, "event": None}]
    assert report["cover"]["scope"]["name"] == "Prélèvement – CHA999926000001"
    assert report["collection"][0]["by"]["site"]["code"] == "PUI"
    assert report["thaw"] == report["infusion"] == []


def test_signatures_name_everybody_who_stands_behind_an_event() -> None:
    scene = Scene({"bag": bag("bag")})
    scene.step("thaw_started", body={"authoriser": {"id": "ann"}, "witness": {"id": "bob", "meaning": "vu"}})
    scene.happened("custody:identified:refused", witness=None, body={"witness": {"id": "ann"}})
    scene.happened("access:something", actor=None, witness=None)
    scene.step("custody", kind="therapy", subject="the")

    told = [(one["part"], one["meaning"], one["status"]) for one in scene.report()["signatures"]]

    assert told == [
        ("actor", "performed", "valid"),
        ("witness", "vu", "valid"),
        ("authoriser", "deviation authorised", "valid"),
        ("actor", "tried", "valid"),
        ("witness", "verified as second person", "valid"),
        ("actor", "performed", "not_proved"),
        ("witness", "verified as second person", "not_proved"),
    ]
    scene.more["examined"] = {"bag": Examined("invalid", ())}
    assert scene.report()["signatures"][0]["status"] == "invalid"
    scene.more["examined"] = {"bag": Examined("valid", (), undisclosed=(0,))}
    assert scene.report(Audience.MAKER)["signatures"][0]["status"] == "not_disclosed"


def test_a_late_entry_without_a_checkpoint_is_bracketed_by_its_two_times_alone() -> None:
    scene = Scene({"bag": bag("bag")})
    scene.step("stored", body={"late": True, "offline": True}, minutes=5, recorded=65)

    late = scene.report()["trail"][0]["late"]

    assert late is not None
    assert (late["by_seconds"], late["offline"], late["reason"]) == (3600, True, None)
    assert late["bracket"] == {
        "claimed": instant(5),
        "recorded_at": instant(65),
        "after": None,
        "by": None,
    }


def test_a_bag_that_travelled_along_tells_what_was_stated_about_the_other() -> None:
    scene = Scene({"bag": bag("bag")})
    full = scene.step(
        "handed_over",
        subject="other",
        details={"carrier": "Cryo Express", "waybill": "WB-1"},
        body={"scan_id": "s", "actor": {"roles": ["manufacturer"], "site": "mak"}, "subjects": {"shipment": "ship"}},
    )
    scene.events.clear()
    scene.happened("custody:handed_over:taken", body={"scan_id": "s", "because_of": "other"})
    scene.more |= {
        "primaries": {"s": full},
        "shipments": {
            "ship": {
                "shipper": "SHIP-1",
                "from_site": "mak",
                "to_site": "pui",
                "state": "in_transit",
                "logger": None,
                "charged_at": None,
                "waybill": "WB-1",
                "seals": [],
                "bags": ["bag", "stranger"],
                "carrier_site": "mak",
                "id": "ship",
                "manufacturer": "org",
                "received": [],
            }
        },
    }

    legs = scene.report()["legs"]

    handover = legs["handovers"][0]
    assert (handover["carrier"], handover["waybill"], handover["shipper"]) == ("Cryo Express", "WB-1", "SHIP-1")
    assert (handover["giver"]["code"], handover["receiver"]) == ("MAK", None)
    assert legs["shipments"][0]["bags"] == ["bag"]
    assert legs["shipments"][0]["orientation"] is None
    assert legs["shipments"][0]["legs"][0]["to_site"]["code"] == "PUI"


def test_a_hand_over_by_nobody_known_is_told_without_them() -> None:
    scene = Scene({"bag": bag("bag")})
    scene.step("handed_over", actor=None, witness=None)
    scene.step("received", actor=None, details={"seal_intact": True})
    scene.step("issued", actor="gone", details={"ward": "Hématologie"})

    report = scene.report()

    first, second = report["legs"]["handovers"]
    assert (first["giver"], first["receiver"], first["by"]) == (None, None, None)
    assert second["by"] == {"id": "gone", "name": None, "roles": [], "site": None}
    assert (report["reception"][0]["site"], report["reception"][0]["expected_count"]) == (None, None)


def test_deviations_tell_their_reason_decision_and_closure_to_those_who_may_know() -> None:
    scene = Scene({"bag": bag("bag")})
    opened = {"kind": "deviation", "subject": "dev"}
    scene.happened("quality:deviation:opened", reason="scellé rompu", **opened)
    scene.happened("quality:deviation:decided", notes={"text": "sans effet"}, **opened)
    by = {"by": "bob", "at": instant(9)}
    scene.more["deviations"] = {
        "dev": deviation(
            owner="ann", decision={"choice": "no_impact", **by}, capa={"due_at": None, **by}, closed=by, state="closed"
        )
    }

    told = scene.report()["deviations"]["items"][0]

    assert (told["reason"], told["decision"], told["decision_text"]) == ("scellé rompu", "no_impact", "sans effet")
    assert [(rule["code"], rule["text"] == rule["code"]) for rule in told["rules"]] == [
        ("infusion-late", False),
        ("hold:tilt", True),
    ]
    assert (told["capa"]["by"]["name"], told["capa"]["text"], told["closed_by"]["name"]) == ("Bob", None, "Bob")
    assert scene.report(Audience.MAKER)["deviations"] == {
        "disclosed": False,
        "items": [],
        "holds": [],
        "overridden": [],
    }


def test_a_hold_stands_until_it_is_lifted_and_is_told_once() -> None:
    scene = Scene({"bag": bag("bag")})
    tilt, seal = ({"id": one, "reason": one, "since": instant(1)} for one in ("tilt", "seal"))
    scene.step("received", changes={"holds": [tilt]})
    scene.step("held", changes={"holds": [tilt, seal]}, body={"overridden": ["infusion-late"]})
    scene.step("hold_lifted", changes={"holds": [seal]}, actor="bob")
    scene.step("hold_lifted", changes={"holds": []})

    told = scene.report()["deviations"]

    assert [(one["reason"], one["event"], one["lifted_at"]) for one in told["holds"]] == [
        ("tilt", "e0", instant(2)),
        ("seal", "e1", instant(3)),
    ]
    assert told["holds"][0]["lifted_by"]["name"] == "Bob"
    assert [(one["code"], one["event"]) for one in told["overridden"]] == [("infusion-late", "e1")]


def test_what_was_corrected_is_told_as_corrected_and_what_cannot_be_read_stays() -> None:
    scene = Scene({"bag": bag("bag")})
    first = scene.step("infusion_ended", details={"volume_ml": 60, "completeness": "whole"})
    for field, new in (("volume_ml", "68"), ("no_such", "x"), ("reactions", None)):
        line = {"event": first.id, "step": "infusion_ended", "field": field, "old": "60"}
        scene.step("corrected", body={"correction": line | ({"new": new} if new else {})})
    scene.step("infusion_started")
    unknown = scene.happened("custody:unheard-of:taken", body={"details": {}})
    scene.step("corrected", body={"correction": {"event": unknown.id, "field": "x", "old": "1", "new": "2"}})

    report = scene.report()

    assert report["infusion"][0]["ended"]["volume_ml"] == 68
    assert [one["field"] for one in report["infusion"][0]["ended"]["corrections"]] == [
        "volume_ml",
        "no_such",
        "reactions",
    ]
    assert report["trail"][0]["stated"]["volume_ml"] == 60


def test_an_erased_change_counts_by_what_was_kept_of_it() -> None:
    scene = Scene({"bag": bag("bag")})
    scene.happened("custody:stored:taken", body=None, kept={"custodian": "pui"})
    scene.happened(ERASURE, body={"changes": {"custodian": "mak"}, "erased": "e0"})

    intervals = scene.report()["legs"]["intervals"]

    assert [one["custodian"]["code"] for one in intervals] == ["PUI"]


def test_a_stay_ends_where_the_bag_goes_and_a_maker_is_not_told_where_it_lay() -> None:
    scene = Scene({"bag": bag("bag")})
    scene.step("stored", changes={"position": "p1"}, details={"exposure_s": 30})
    scene.step("moved", changes={"position": "p2"})
    scene.step("retrieved", changes={"position": None})
    scene.step("stored", details={})

    report = scene.report()

    assert [(one["out_step"], one["dewar"]) for one in report["storage"]["stays"]] == [
        ("moved", None),
        ("retrieved", None),
    ]
    (account,) = report["storage"]["exposure"]
    assert (account["total_s"], account["known"]) == (90, False)
    assert [(one["event"], one["cause"], one["source"], one["seconds"]) for one in account["parts"]] == [
        ("e0", "stored", "stated", 30),
        ("e2", "retrieved", "scan", 60),
    ]


def test_a_thaw_without_rules_has_no_clocks_and_an_infusion_may_not_have_ended() -> None:
    scene = Scene({"bag": bag("bag", state="infusing")})
    scene.step("thaw_started", details={"device": "BATH-1"})
    scene.step("infusion_started", details={"line_set": "SET-1"})
    scene.more |= {"profiles": {}, "examined": {"bag": VALID}}

    report = scene.report()

    assert (report["thaw"][0]["ended"], report["thaw"][0]["timers"], report["thaw"][0]["prepared"]) == (None, [], None)
    assert (report["infusion"][0]["ended"], report["infusion"][0]["elapsed_s"]) == (None, None)
    assert report["storage"]["exposure"][0]["parts"] == []


def test_a_bedside_check_before_its_issue_stands_alone() -> None:
    scene = Scene({"bag": bag("bag")})
    symbols = [
        {"role": "bag", "source": "scanner", "symbology": "code128", "text": "=A9"},
        {"role": "patient", "source": "camera", "symbology": None},
    ]
    rows = [
        {"field": "patient", "values": {"wristband": "x", "recorded": "x"}, "verdict": "agree"},
        {"field": "din", "values": {"bag": "x", "recorded": "x"}, "verdict": "agree"},
    ]
    scene.step("identified", body={"symbols": symbols, "comparison": rows})

    inside, outside = scene.report()["bedside"][0], scene.report(Audience.MAKER)["bedside"][0]

    assert (inside["issued"], inside["tocilizumab_available"]) == (None, None)
    assert [len(inside["scanned"]), len(outside["scanned"])] == [2, 1]
    assert [len(inside["comparison"]), len(outside["comparison"])] == [2, 1]


def test_a_second_dose_and_the_worst_grades_are_told_inside_only() -> None:
    scene = Scene({"bag": bag("bag")})
    therapy = scene.material().therapy
    scene.more["therapy"] = {
        **therapy,
        "second_dose": {"decision": "go"},
        "reactions": {"icans": {"ASTCT2019": 1}, "crs": {"Lee2014": 3, "ASTCT2019": 2}},
    }

    told = scene.report()["follow_up"]

    assert told["second_dose"] == "go"
    assert [(one["reaction"], one["scheme"], one["grade"]) for one in told["worst"]] == [
        ("crs", "ASTCT2019", 2),
        ("crs", "Lee2014", 3),
        ("icans", "ASTCT2019", 1),
    ]
    assert scene.report(Audience.MAKER)["follow_up"]["worst"] == []
