"""Yescarta and Tecartus: one bag a dose, and what may go wrong around it."""

from __future__ import annotations

from app.cli.demo.road import (
    ACCEPTED,
    ANNOUNCED,
    ARRIVED,
    AT_THE_PHARMACY,
    BEGUN,
    COLLECTED,
    ENROLLED,
    HANDED_OVER,
    INSPECTED,
    MADE,
    PACKED,
    RELEASED,
    infused,
    kept,
    late,
    sent,
    stored,
)
from app.cli.demo.script import EACH, Do, Draw, ForEach, Scene, Ship, Story
from app.cli.demo.therapy import Therapy


def _collection(scene: Scene) -> str:
    return str(scene.answers["collected"]["event"]["id"])


def _print_run(scene: Scene) -> str:
    return str(scene.answers["print_run"]["id"])


PETIT = Story(
    Therapy("petit", 2, "PETIT", "Bernard", "1963-07-02", "M", "yescarta", "kite"),
    (
        ENROLLED,
        late(COLLECTED, 95, "Saisie après la fin du prélèvement : la tablette était déchargée"),
        Do(
            "efs1",
            "corrected",
            ("collection",),
            "efs2",
            {"event": _collection, "field": "volume_ml", "old": "180", "new": "181", "reason": "Chiffre mal relu"},
        ),
        *sent(),
        ARRIVED,
        ANNOUNCED,
        RELEASED,
        *PACKED,
        HANDED_OVER,
        ForEach(Do("tech1", "received", ("shipper-back", EACH), "pharm1")),
        INSPECTED,
        stored("D1-T1-R1-B1-P1"),
        *infused("bag", "D1-T1-R1-B1-P1"),
        Do(
            "doctor1",
            "followed_up",
            ("document",),
            stated={"scheme": "ASTCT2019", "crs": {"grade": 1, "temp_mC": 38_500}, "icans": {"grade": 0}},
        ),
    ),
)
"""A late entry and a correction, and all ends well."""

DURAND = Story(
    Therapy("durand", 3, "DURAND", "Michel", "1949-11-25", "M", "yescarta", "kite"),
    kept("D1-T1-R1-B1-P2"),
)
"""The bag somebody takes out for another patient (see ``incidents``)."""

LEROY = Story(
    Therapy("leroy", 4, "LEROY", "Jeanne", "1971-05-19", "F", "yescarta", "kite"),
    (
        ENROLLED,
        Draw(("wristband", "document", "collection", "bag", "bag-cassette")),
        Ship("out"),
        Ship("back"),
    ),
)
"""Enrolled and awaited: her journey is left to whoever reads the README."""

GIRARD = Story(
    Therapy("girard", 9, "GIRARD", "Élodie", "1977-04-11", "F", "tecartus", "kite"),
    (
        *MADE,
        *PACKED,
        HANDED_OVER,
        Do(
            "tech1",
            "received",
            ("shipper-back", "bag"),
            "pharm1",
            {"seal_intact": False, "note": "Scellé rompu à l'arrivée"},
        ),
        INSPECTED,
        stored("D1-T1-R1-B2-P1"),
    ),
)
"""A broken seal: the bag is kept in the cold, on hold."""

FABRE = Story(
    Therapy("fabre", 10, "FABRE", "Lucienne", "1946-10-03", "F", "yescarta", "kite"),
    (
        *ACCEPTED,
        Draw(("bag-new",), of="inspected"),
        Do(
            "tech1",
            "labelled",
            ("bag-cassette", "label=bag-new"),
            stated={"print_run": _print_run, "printed": 1, "used": 1, "void": 0, "old_label": "none"},
        ),
    ),
)
"""The bag's label has come off; it is known by its cassette and gets a new one."""

GAUTHIER = Story(
    Therapy("gauthier", 11, "GAUTHIER", "Armand", "1955-01-17", "M", "yescarta", "kite"),
    (
        *AT_THE_PHARMACY,
        Do("pharm1", "inspected", ("bag", "document"), "tech1"),
        stored("D1-T1-R1-B2-P5"),
    ),
)
"""The certificate is late: the bag waits in quarantine."""

DUVAL = Story(
    Therapy("duval", 12, "DUVAL", "Mireille", "1960-08-08", "F", "tecartus", "kite"),
    (
        *AT_THE_PHARMACY,
        Do(
            "pharm1",
            "inspected",
            ("bag", "document"),
            "tech1",
            {"visual_check": "leak", "certificate": lambda scene: scene.therapy.certificate},
        ),
        Ship("return"),
        Do(
            "pharm1",
            "returned",
            ("bag", "shipper-return"),
            "tech1",
            {"agreement": "RET-2026-012", "reason": "Fuite constatée au contrôle"},
        ),
    ),
)
"""A leaking bag goes back to its maker."""

MORIN = Story(
    Therapy("morin", 13, "MORIN", "Gaspard", "1974-02-26", "M", "yescarta", "kite"),
    (
        *BEGUN,
        *sent(),
        ARRIVED,
        ANNOUNCED,
        Do("kite1", "oos_stated", ("bag",), stated={"item": "maker_risk_evaluation", "document": "OOS-2026-013"}),
        Do(
            "kite1",
            "released",
            ("bag",),
            "kite2",
            {"certificate": "COA-0013", "specification": "out"},
            refused="oos-incomplete",
        ),
    ),
)
"""Out of specification, and four of the five items are still missing: announced, not released."""

KITE = (PETIT, DURAND, LEROY, GIRARD, FABRE, GAUTHIER, DUVAL, MORIN)
