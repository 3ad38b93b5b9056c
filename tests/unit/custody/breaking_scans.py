"""For each rule that custody itself judges: a scan that breaks it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.custody.legs import planned
from app.custody.situation import Carrier, Delegation, Situation
from app.kit.period import Period
from tests.unit.custody.scenes import (
    AUCATZYL,
    BREYANZI,
    CORRECTABLE,
    EFS,
    HOLD,
    IDENTIFIED,
    KYMRIAH,
    NOW,
    OTHER_MAKER,
    PLANT,
    PROTOCOL,
    PUI,
    QUALITY,
    SCENES,
    SECOND_MAKER,
    STORED,
    TECHNICIAN,
    THEIRS,
    THERAPY,
    TRAVELLING,
    VAN,
    VIAL,
    WARD,
    YESCARTA,
    differing,
    person,
    place,
    product,
    scan,
    shipment,
)

APART = frozenset({"infectious", "infectious_unknown"})
CHANGED_HANDS = shipment(legs=planned(PLANT, [("site-hub", "site-lorry"), (PUI, VAN)]))
AN_HOUR_AGO = "2026-11-22T08:00:00.000Z"
LAPSED = Period(NOW - timedelta(days=365), NOW)
TRIAL = replace(KYMRIAH, kind="trial", sponsor="Sponsor (essai)", protocol=PROTOCOL)
LAPSED_TRUST = Delegation(PROTOCOL, frozenset({"cryogenic_handling"}), LAPSED)
HALF_KNOWN = replace(KYMRIAH, timers=(replace(KYMRIAH.timers[0], confidence="K"),))
WEAK = replace(KYMRIAH, confidence=dict.fromkeys(KYMRIAH.confidence, "K"))
ASKING = replace(WEAK, readiness=("mri_available",), confidence=WEAK.confidence | {"readiness": "K"})
SURE = replace(KYMRIAH, confidence=KYMRIAH.confidence | {"shelf_life_months": "H"})
OLD = product("retrieved", marks={"manufactured": "2026-02-22T08:59:59.999Z"})
COLDER = replace(KYMRIAH, version=2, limit_c=-150)
THAWED_LONG_AGO = {"thaw_ended": AN_HOUR_AGO}
ELSEWHERE = person("technician-9", "site-annex", "pharmacy_technician")
ELSEWHERE_TOO = replace(ELSEWHERE, id="technician-8")

COUNT = SCENES["counted"]["count"]
HELD = Carrier("cold", requalified=True)
RACK = SCENES["relocated"]["relocation"]
READY_TO_GIVE = product("issued", WARD, identified=IDENTIFIED)
GIVEN_BEFORE = product("infused", WARD, id="bag-2", marks={"infusion_started": "2026-11-19T09:00:00.000Z"})
GO = replace(THERAPY, second_dose={"decision": "go", "by": "physician-1", "at": "2026-11-21T09:00:00.000Z"})

BREAKING: dict[str, Situation] = {
    "unknown-bag": scan("observed", bag=None),
    "unknown-patient": scan("identified", patient=None),
    "unknown-position": scan("stored", place=place(site="site-annex")),
    "unknown-shipper": scan("handed_over", shipment=None),
    "unknown-profile": scan("thaw_started", profile=None),
    "profile-unsigned": scan("enrolled", standing="draft"),
    "profile-withdrawn": scan("thaw_started", standing="withdrawn"),
    "limit-tightened": scan(
        "thaw_started",
        bag=product("retrieved", marks={"retrieved": AN_HOUR_AGO}),
        profile=COLDER,
        followed=KYMRIAH,
        profile_since=NOW,
    ),
    "unknown-event": scan("corrected", corrects=None),
    "correction-other-site": scan("corrected", corrects=replace(CORRECTABLE, site=EFS)),
    "correction-unknown-field": scan("corrected", corrects=replace(CORRECTABLE, field=None)),
    "correction-stale": scan("corrected", said={"old": "179"}),
    "correction-invalid": scan("corrected", corrects=replace(CORRECTABLE, fault="from 1 to 10000")),
    "unknown-hold": scan("hold_lifted", said={"hold": "hold-lifted-yesterday"}),
    "therapy-exists": scan("enrolled", therapy=THERAPY),
    "unknown-label": scan("labelled", label=None),
    "unknown-print-run": scan("labelled", said={"print_run": "run-of-nobody"}),
    "labels-unaccounted": scan("labelled", said={"printed": 3}),
    "other-carrier": scan("handed_over", witness=person("driver-9", "site-lorry", "carrier")),
    "seal-not-read": scan("received", shipment=CHANGED_HANDS, said={"seal": None}),
    "wrong-patient": scan("infusion_started", patient=THEIRS),
    "wrong-document": scan("identified", document_therapy="therapy-2"),
    "wrong-shipper": scan("received", bag=replace(TRAVELLING, shipment="shipment-2")),
    "wrong-destination": scan("received", shipment=shipment(to_site="site-annex")),
    "not-your-product": scan("released", actor=OTHER_MAKER),
    "wrong-lot-count": scan("manufactured", newborn=()),
    "wrong-lot-count-unconfirmed": scan("manufactured", newborn=(), profile=WEAK),
    "identity-not-confirmed": scan("identified", said={"patient_spoke": False}),
    "not-identified": scan("infusion_started", bag=product("issued", WARD)),
    "not-your-role": scan("issued", actor=TECHNICIAN),
    "no-site": scan("observed", actor=person("machine-1", "", "manufacturer", organisation="org-maker")),
    "not-your-site": scan(
        "stored", actor=ELSEWHERE, witness=replace(ELSEWHERE, id="technician-8"), place=place(site="site-annex")
    ),
    "homonym": scan("enrolled", homonyms=1),
    "patient-traits-differ": scan("enrolled", traits_differ=True),
    "typed-needs-second-person": scan("observed", typed=True),
    "labels-disagree": scan("identified", comparison=differing()),
    "label-values-differ": scan("infusion_started", comparison=differing("expiry")),
    "label-layer-missing": scan("inspected", layers=frozenset(), profile=YESCARTA),
    "label-layer-missing-unconfirmed": scan("inspected", layers=frozenset()),
    "never-offline": scan("hold_lifted", offline=True),
    "witness-required": scan("stored", witness=None),
    "witness-same-person": scan("stored", witness=TECHNICIAN),
    "witness-wrong-role": scan("stored", witness=QUALITY),
    "witness-other-site": scan("stored", witness=ELSEWHERE),
    "hold-needs-two": scan(
        "hold_lifted",
        actor=replace(QUALITY, roles=frozenset({"pharmacist", "quality"})),
        bag=replace(STORED, holds=[HOLD | {"lift": [["pharmacist"], ["physician"], ["quality"]]}]),
    ),
    "hold-needs-roles": scan("hold_lifted", witness=person("pharmacist-2", "site-pui", "pharmacist")),
    "training-missing": scan("stored", actor=replace(TECHNICIAN, trainings={})),
    "training-expired": scan("stored", actor=replace(TECHNICIAN, trainings={"cryogenic_handling": (LAPSED,)})),
    "delegation-missing": scan("stored", profile=TRIAL, actor=replace(TECHNICIAN, delegations=())),
    "delegation-expired": scan("stored", profile=TRIAL, actor=replace(TECHNICIAN, delegations=(LAPSED_TRUST,))),
    "device-clock-off": scan("observed", clock_drift_s=301),
    "device-clock-far-off": scan("observed", clock_drift_s=-86_400),
    "out-of-order": scan("issued", bag=product("thawing")),
    "on-hold": scan("issued", bag=product("thawed", holds=[HOLD])),
    "future-occurred-at": scan("observed", occurred_at=NOW + timedelta(minutes=5, seconds=1)),
    "earlier-than-last-step": scan(
        "thaw_ended", bag=product("thawing", marks={"thaw_started": "2026-11-22T09:05:01.000Z"})
    ),
    "late-entry-unjustified": scan(
        "observed", occurred_at=NOW - timedelta(minutes=31), late_after=timedelta(minutes=30)
    ),
    "told-wrong": scan("retrieved", told_wrong="on-hold"),
    "wrong-position": scan("retrieved", place=place(id="position-2")),
    "position-occupied": scan("stored", place=place(occupant="bag-2")),
    "dewar-too-warm": scan("stored", place=place(limit_c=-119)),
    "dewar-too-warm-unconfirmed": scan("stored", place=place(limit_c=-119), profile=WEAK),
    "dewar-not-qualified": scan("stored", place=place(status="restricted")),
    "position-reserved": scan("stored", place=place(kept_for=APART, zoned=APART)),
    "segregation-infectious": scan("moved", bag=replace(STORED, serology="unknown"), place=place(zoned=APART)),
    "segregation-asked": scan("moved", bag=replace(STORED, specification="out"), place=place(zoned=frozenset({"oos"}))),
    "split-storage": scan("stored", place=place(holds_the_others=True)),
    "certificate-missing": scan("thaw_started", bag=product("retrieved", certificate=None)),
    "specification-out": scan("released", bag=product("announced", PLANT, specification="out")),
    "oos-incomplete": scan("released", witness=SECOND_MAKER, said={"specification": "out"}),
    "oos-wrong-role": scan("oos_stated", said={"item": "pharmacist_acceptance"}),
    "oos-not-seen": scan("infusion_started", bag=product("issued", WARD, identified=IDENTIFIED, specification="out")),
    "bag-expired": scan("retrieved", bag=replace(STORED, expires_at="2026-11-22T08:59:59.999Z")),
    "shelf-life-passed": scan("thaw_started", bag=OLD, profile=SURE),
    "shelf-life-unconfirmed": scan("thaw_started", bag=OLD),
    "bag-damaged": scan("thaw_started", said={"visual_check": "leak"}),
    "thaw-in-turn": scan("thaw_started", companions=(product("thawed", id="bag-2"),)),
    "thaw-in-turn-unconfirmed": scan("thaw_started", companions=(product("thawed", id="bag-2"),), profile=WEAK),
    "not-ready-unconfirmed": scan("thaw_started", said={"mri_available": False}, profile=ASKING),
    "not-ready": scan("thaw_started", said={"patient_ready": False}),
    "timer-overdue": scan("issued", bag=product("thawed", marks=THAWED_LONG_AGO)),
    "timer-overdue-unconfirmed": scan("issued", bag=product("thawed", marks=THAWED_LONG_AGO), profile=HALF_KNOWN),
    "infusion-late": scan("infusion_ended", bag=product("infusing", WARD, marks=THAWED_LONG_AGO)),
    "unknown-dewar": scan("counted", count=None),
    "counted-twice": scan("counted", count=replace(COUNT, seen=COUNT.seen * 2)),
    "count-incomplete": scan("counted", count=replace(COUNT, unvisited=("D1-T1-R1-B1-P2",))),
    "shipper-hold-over": scan("received", carrier=replace(HELD, state="over", certain=True)),
    "shipper-hold-over-unconfirmed": scan("received", carrier=replace(HELD, state="over")),
    "shipper-hold-unknown": scan("received", carrier=replace(HELD, state="unknown")),
    "shipper-not-requalified": scan("packed", carrier=replace(HELD, requalified=False)),
    "bags-missing": scan("relocated", relocation=replace(RACK, missing=("D1-T1-R1-B1-P2",))),
    "bags-strange": scan("relocated", relocation=replace(RACK, strange=("D2-T1-R1-B1-P4", "#3"))),
    "bag-scanned-twice": scan("relocated", relocation=replace(RACK, twice=("D1-T1-R1-B1-P1",))),
    "part-unknown": scan("relocated", relocation=replace(RACK, known=False)),
    "part-unlike": scan("relocated", relocation=replace(RACK, alike=False)),
    "place-missing": scan("relocated", relocation=replace(RACK, placeless=("D1-T1-R1-B1-P5",))),
    "exposure-times": scan("relocated", relocation=replace(RACK, timely=False)),
    "not-off-the-shelf": scan("allocated", profile=KYMRIAH),
    "lot-expired": scan("allocated", said={"expires_at": "2026-11-22T08:59:59.999Z"}),
    "contents-not-stated": scan("manufactured", profile=BREYANZI),
    "component-order": scan(
        "infusion_started",
        bag=replace(READY_TO_GIVE, component="CD4"),
        profile=BREYANZI,
        companions=(product("stored", id="bag-2", component="CD8"),),
    ),
    "second-dose-undecided": scan("thaw_started", profile=AUCATZYL, companions=(GIVEN_BEFORE,)),
    "outside-dose-window": scan("thaw_started", profile=AUCATZYL, companions=(GIVEN_BEFORE,), therapy=GO),
    "outside-dose-window-unconfirmed": scan(
        "thaw_started",
        profile=replace(AUCATZYL, confidence={**AUCATZYL.confidence, "split_dose": "K"}),
        companions=(GIVEN_BEFORE,),
        therapy=GO,
    ),
    "reaction-too-severe": scan(
        "followed_up",
        profile=AUCATZYL,
        therapy=replace(THERAPY, reactions={"crs": {"Lee2014": 3}}),
        said={"second_dose": "go"},
    ),
    "no-second-dose": scan("followed_up", said={"second_dose": "stop"}),
    "not-infused-yet": scan("followed_up", companions=(STORED,)),
    "grading-scheme-missing": scan("followed_up", unsaid={"scheme"}),
    "partial-not-foreseen": scan("infusion_ended", said={"completeness": "partial"}),
    "volume-unaccounted": scan(
        "infusion_ended",
        profile=AUCATZYL,
        bag=product("infusing", WARD, strength="10e6", volume_ml=20),
        said={"completeness": "partial", "volume_ml": 12, "rest_ml": 7},
    ),
    "not-a-vial": scan("prepared", bag=replace(VIAL, form="bag")),
    "vial-of-another": scan("prepared", pooled=(replace(VIAL, id="bag-2", therapy="therapy-2"),)),
    "components-mixed": scan("prepared", pooled=(replace(VIAL, id="bag-2", component="CD4"),)),
    "discard-time-late": scan(
        "prepared",
        profile=BREYANZI,
        said={"syringes": [{"symbols": ["GV1.B.SYR-0001.L"], "discard_at": "2026-11-22T10:30:00.001Z"}]},
    ),
    "not-prepared": scan("issued", bag=VIAL, profile=BREYANZI),
    "syringe-expired": scan("issued", bag=product("thawed", form="syringe", expires_at="2026-11-22T08:59:59.999Z")),
    "leukodepleting-filter": scan("infusion_started", said={"no_leukodepleting_filter": False}),
    "rest-not-stated": scan(
        "infusion_ended",
        profile=AUCATZYL,
        bag=product("infusing", WARD, strength="10e6"),
        said={"completeness": "partial", "fate_of_rest": None},
    ),
}
"""Rule → a scan that breaks it. What a rule is broken by in each step is tested in that step's own place."""

JUDGED_BY_ACTIONS: dict[str, str] = {
    "unreadable-symbol": "app/actions/resolve.py",
    "wrong-symbol": "app/actions/resolve.py",
    "ambiguous-bag": "app/actions/resolve.py",
    "label-already-used": "app/actions/scan_world.py",
    "label-void": "app/actions/resolve.py",
    "wrong-bag": "app/actions/scan_world.py",
    "unknown-therapy": "app/actions/scan_world.py",
    "no-collection-awaited": "app/actions/scan_world.py",
    "unknown-site": "app/actions/enrol_therapy.py",
    "witness-used": "app/actions/scan_world.py",
    "witness-other-step": "app/api/scan_messages.py",
    "witness-expired": "app/api/scan_messages.py",
    "witness-invalid": "app/api/scan_messages.py",
}
"""Rule → where it is broken: before the machine is asked, while symbols and signatures are read; tested there."""
