"""Therapies that stand on the road: collected, packed, carried, at the maker, released, on their way back."""

from __future__ import annotations

from datetime import timedelta

from app.cli.demo.road import (
    ARRIVED,
    BEGUN,
    HANDED_OVER,
    MADE,
    PACKED,
    RECEIVED,
    sent,
)
from app.cli.demo.script import Do, Post, Scene, Ship, Story
from app.cli.demo.therapy import Therapy
from app.kit.clock import rfc3339

_OVER_LYON = Ship("out", carrier="CRYO", stops=(("CRYO", "POLAIRE"),))

HENRY = Story(
    Therapy("henry", 21, "HENRY", "Capucine", "1993-03-21", "F", "carvykti", "bms"),
    BEGUN,
)
"""Collected."""

CLEMENT = Story(
    Therapy("clement", 22, "CLÉMENT", "Joris", "1976-06-06", "M", "abecma", "bms"),
    (*BEGUN, *sent()[:2]),
)
"""Packed at the blood service."""

NICOLAS = Story(
    Therapy("nicolas", 23, "NICOLAS", "Aude", "1981-10-14", "F", "tecartus", "kite"),
    (
        *BEGUN,
        *sent("carrier3", _OVER_LYON),
        Do("carrier3", "handed_over", ("shipper-out",), "carrier1", {"seal": "SEAL-0001"}),
    ),
)
"""On the second leg of its way, with the second carrier."""

PERRIN = Story(
    Therapy("perrin", 24, "PERRIN", "Lilian", "1998-01-30", "M", "abecma", "bms"),
    (*BEGUN, *sent(), ARRIVED),
)
"""The maker has the cells."""

MATHIEU = Story(
    Therapy("mathieu", 25, "MATHIEU", "Iris", "1965-04-04", "F", "carvykti", "bms"),
    MADE,
)
"""Released."""

BLANC = Story(
    Therapy("blanc", 26, "BLANC", "Théophile", "1957-12-24", "M", "tecartus", "kite"),
    (*MADE, *PACKED),
)
"""Packed at the maker."""

GUILLOT = Story(
    Therapy("guillot", 27, "GUILLOT", "Violette", "1989-02-14", "F", "yescarta", "kite"),
    (*MADE, *PACKED, HANDED_OVER),
)
"""On its way to the pharmacy."""


def _shipper(scene: Scene) -> str:
    (text,) = scene.texts("shipper-back")
    return text


def _noted(kind: str, hours_ago: int, **told: object) -> Post:
    """Something is written into the life of the shipper, which happened some time ago."""
    return Post(
        "pharm1",
        lambda scene: f"/api/v1/shippers/{scene.answers['shipper']['id']}/records",
        {"kind": kind, "at": lambda scene: rfc3339(scene.stage.clock.now() - timedelta(hours=hours_ago)), **told},
    )


_REGISTERED = Post(
    "pharm1",
    "/api/v1/shippers",
    {
        "shipper": _shipper,
        "model": "CX500 (démonstration)",
        "serial": "CX-0028",
        "hold_s": 10 * 86_400,
        "qualified_until": lambda scene: f"{scene.stage.clock.now() + timedelta(days=150):%Y-%m-%d}",
    },
    key="shipper",
)
CHARLES = Story(
    Therapy("charles", 28, "CHARLES", "Ondine", "2003-05-31", "F", "yescarta", "kite"),
    (
        *MADE,
        _REGISTERED,
        _noted("charge", 30, charge_g=9400),
        *PACKED,
        HANDED_OVER,
        _noted("orientation", 0, orientation="lying"),
        RECEIVED,
    ),
)
"""Received, not yet inspected; the shipper, whose hold time is known, fell over on its way."""

ON_THE_WAY = (HENRY, CLEMENT, NICOLAS, PERRIN, MATHIEU, BLANC, GUILLOT, CHARLES)
