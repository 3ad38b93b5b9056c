"""The trial GT1-01: blinded components, one bag at a time, everybody by delegation of the investigator."""

from __future__ import annotations

from app.cli.demo.road import issued, kept, thawed
from app.cli.demo.script import Story
from app.cli.demo.therapy import Therapy

CHEVALIER = Story(
    Therapy(
        "chevalier",
        20,
        "CHEVALIER",
        "Maxence",
        "1987-08-29",
        "M",
        "givre-t1",
        "boreal",
        contents=({"component": "A", "strength": "low"}, {"component": "B", "strength": "high"}),
    ),
    (
        *kept("D1-T1-R1-B3-P3", "D1-T1-R1-B3-P4"),
        *thawed("bag-1", "D1-T1-R1-B3-P3"),
        *issued("bag-1"),
    ),
)
"""The first bag is at the bedside, identified."""

BOREAL = (CHEVALIER,)
