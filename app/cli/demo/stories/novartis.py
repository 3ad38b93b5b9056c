"""Kymriah: cells that travel frozen, several bags a dose, one bag thawed after the other."""

from __future__ import annotations

from app.cli.demo.road import ACCEPTED, BEGUN, infused, kept, stored
from app.cli.demo.script import Do, Story
from app.cli.demo.therapy import Therapy

MOREAU = Story(
    Therapy(
        "moreau",
        1,
        "MOREAU",
        "Camille",
        "1958-03-14",
        "F",
        "kymriah",
        "novartis",
        contents=({}, {}),
        presentation="frozen",
    ),
    (
        *kept("D2-T1-R1-B1-P1", "D2-T1-R1-B1-P2"),
        *infused("bag-1", "D2-T1-R1-B1-P1"),
    ),
)
"""The first bag is given; the second waits."""

ROBIN = Story(
    Therapy(
        "robin",
        5,
        "ROBIN",
        "Solène",
        "1984-09-30",
        "F",
        "kymriah",
        "novartis",
        contents=({}, {}),
        presentation="frozen",
    ),
    (
        *ACCEPTED,
        stored("D2-T1-R1-B1-P3", "D2-T1-R1-B1-P4"),
        Do("tech1", "lost", ("bag-1",), stated={"circumstances": "Absente de son emplacement au contrôle du matin"}),
        Do("tech2", "lost", ("bag-2",), stated={"circumstances": "Emplacement vide"}),
        Do(
            "tech1",
            "found",
            ("bag-2", "@D2-T1-R1-B1-P4"),
            "pharm2",
            {"circumstances": "Retrouvée au fond de la boîte voisine"},
        ),
    ),
)
"""One bag is lost; one was, and is there again, on hold."""

GUERIN = Story(
    Therapy("guerin", 6, "GUÉRIN", "Anaïs", "2011-02-08", "F", "kymriah", "novartis", presentation="frozen"),
    (*BEGUN, Do("efs1", "stored", ("collection", "@D4-T1-R1-B1-P1"), "efs2")),
)
"""The collected cells are frozen and kept at the blood service."""

MULLER = Story(
    Therapy("muller", 7, "MULLER", "Joachim", "1969-12-19", "M", "kymriah", "novartis", presentation="frozen"),
    (
        *BEGUN,
        Do("efs1", "stored", ("collection", "@D4-T1-R1-B1-P2"), "efs2"),
        Do("efs1", "retrieved", ("collection", "@D4-T1-R1-B1-P2"), "efs2", {"purpose": "shipment"}),
    ),
)
"""They have just been taken out for their shipment."""

NOVARTIS = (MOREAU, ROBIN, GUERIN, MULLER)
