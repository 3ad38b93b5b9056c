"""Therapies that stand on the road: collected, packed, carried, at the maker, released, on their way back."""

from __future__ import annotations

from app.cli.demo.road import (
    ARRIVED,
    AT_THE_PHARMACY,
    BEGUN,
    HANDED_OVER,
    MADE,
    PACKED,
    sent,
)
from app.cli.demo.script import Do, Ship, Story
from app.cli.demo.therapy import Therapy

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

CHARLES = Story(
    Therapy("charles", 28, "CHARLES", "Ondine", "2003-05-31", "F", "yescarta", "kite"),
    AT_THE_PHARMACY,
)
"""Received, not yet inspected."""

ON_THE_WAY = (HENRY, CLEMENT, NICOLAS, PERRIN, MATHIEU, BLANC, GUILLOT, CHARLES)
