"""Breyanzi, Abecma and the products made on contract: vials, components, split doses, a dose out of specification."""

from __future__ import annotations

from app.cli.demo.road import (
    ALLOCATED,
    ANNOUNCED,
    ARRIVED,
    BEGUN,
    ENROLLED,
    HANDED_OVER,
    INSPECTED,
    PACKED,
    RECEIVED,
    RELEASED,
    begun,
    drawn,
    infused,
    issued,
    kept,
    sent,
    stored,
    taken_out,
    thawed,
    thawing,
)
from app.cli.demo.script import Do, Story
from app.cli.demo.therapy import Therapy

_CD8, _CD4 = {"component": "CD8", "volume_ml": 5}, {"component": "CD4", "volume_ml": 5}

ROUSSEL = Story(
    Therapy("roussel", 14, "ROUSSEL", "Hélène", "1966-03-05", "F", "abecma", "bms"),
    (
        *BEGUN,
        *sent(),
        ARRIVED,
        ANNOUNCED,
        *(
            Do(who, "oos_stated", ("bag",), stated={"item": item, "document": f"OOS-2026-{number:03d}"})
            for number, (who, item) in enumerate(
                (
                    ("bms1", "maker_risk_evaluation"),
                    ("doctor1", "physician_request"),
                    ("doctor1", "patient_information"),
                    ("pharm1", "pharmacist_acceptance"),
                    ("quality1", "authority_notification"),
                ),
                start=21,
            )
        ),
        Do("bms1", "released", ("bag",), "bms2", {"certificate": "COA-0014", "specification": "out"}),
        *PACKED,
        HANDED_OVER,
        RECEIVED,
        INSPECTED,
        stored("D3-T1-R1-B1-P1"),
        *thawed("bag", "D3-T1-R1-B1-P1"),
        *issued("bag"),
        begun("bag", out_of_specification_seen=True),
    ),
)
"""Released out of specification with its five items; the infusion runs."""

FAURE = Story(
    Therapy("faure", 15, "FAURE", "Étienne", "1959-09-12", "M", "breyanzi", "bms", contents=(_CD8, _CD8, _CD4, _CD4)),
    (
        *kept("D3-T1-R1-B1-P2", "D3-T1-R1-B1-P3", "D3-T1-R1-B1-P4", "D3-T1-R1-B1-P5"),
        *thawed("bag-1", "D3-T1-R1-B1-P2"),
        *thawed("bag-2", "D3-T1-R1-B1-P3"),
        *thawed("bag-3", "D3-T1-R1-B1-P4"),
        drawn("syringe-1", "bag-1", "bag-2"),
        drawn("syringe-2", "bag-3"),
        *issued("syringe-2"),
        Do("nurse1", "infusion_started", ("syringe-2", "wristband"), "doctor1", refused="component-order"),
        *issued("syringe-1"),
        begun("syringe-1"),
        Do("nurse1", "infusion_ended", ("syringe-1",), "nurse2", {"volume_ml": 9}),
    ),
)
"""Vials of two components drawn into syringes: CD4 is refused before CD8, then CD8 is given."""

LAMBERT = Story(
    Therapy(
        "lambert",
        16,
        "LAMBERT",
        "Corinne",
        "1980-12-01",
        "F",
        "aucatzyl",
        "bms",
        contents=({"strength": "10e6", "volume_ml": 20}, {"strength": "100e6"}, {"strength": "300e6"}),
    ),
    (
        *kept("D1-T1-R1-B2-P2", "D1-T1-R1-B2-P3", "D1-T1-R1-B2-P4"),
        *infused(
            "bag-1",
            "D1-T1-R1-B2-P2",
            volume_ml=12,
            completeness="partial",
            rest_ml=8,
            fate_of_rest="détruit, filière OGM",
        ),
        Do("pharm1", "destroyed", ("bag-1",), "tech1", {"quantity_ml": 8, "reason": "Reste de la poche bleue"}),
        Do(
            "doctor1",
            "followed_up",
            ("document",),
            stated={
                "scheme": "ASTCT2019",
                "crs": {"grade": 2, "temp_mC": 39_000, "hypoxia": "low_flow"},
                "tocilizumab_doses": 1,
                "second_dose": "postpone",
            },
        ),
    ),
)
"""A split dose: part of the blue bag is given and its rest destroyed; the second part is put off by the physician."""

MERCIER = Story(
    Therapy("mercier", 17, "MERCIER", "Fatou", "1972-07-23", "F", "carvykti", "bms"),
    (*kept("D3-T1-R1-B2-P1"), *thawed("bag", "D3-T1-R1-B2-P1")),
)
"""Thawed, and about to be issued."""

BONNET = Story(
    Therapy("bonnet", 18, "BONNET", "Raphaël", "1990-05-16", "M", "ebvallo", "bms", contents=({}, {})),
    (
        ENROLLED,
        ALLOCATED,
        RELEASED,
        *PACKED,
        HANDED_OVER,
        RECEIVED,
        INSPECTED,
        stored("D1-T1-R1-B3-P1", "D1-T1-R1-B3-P2"),
        *thawed("bag-1", "D1-T1-R1-B3-P1"),
        drawn("syringe-1", "bag-1", method="diluted"),
        *thawing("bag-2", "D1-T1-R1-B3-P2"),
    ),
)
"""Cells of a donor, from stock: nothing is collected. One vial is diluted, the thaw of the other has just begun."""

MASSON = Story(
    Therapy("masson", 19, "MASSON", "Denise", "1951-11-09", "F", "abecma", "bms", contents=({}, {})),
    (
        *kept("D3-T1-R1-B2-P2", "D3-T1-R1-B2-P3"),
        taken_out("bag-1", "D3-T1-R1-B2-P2"),
        taken_out("bag-2", "D3-T1-R1-B2-P3", "destruction"),
        Do("pharm1", "destroyed", ("bag-2",), "tech1", {"reason": "Dose suffisante sans elle", "quantity_ml": 68}),
    ),
)
"""One bag is out of its dewar, the other was not needed."""

BMS = (ROUSSEL, FAURE, LAMBERT, MERCIER, BONNET, MASSON)
