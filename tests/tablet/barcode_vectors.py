"""What the service's reader says of thousands of symbols, for the tablet's reader to say too.

`python -m tests.tablet.barcode_vectors` writes the few that are kept beside the app's tests.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

from app.barcodes.formats.site_profile import SiteProfile
from app.barcodes.gs1_elements import GS
from app.barcodes.keyboards import LAYOUTS, shown_text
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol
from app.tablet import build
from tests.fuzz import barcodes as fuzz

KEPT: Final = build.HERE / "tests" / "vectors" / "barcodes.json"
KEPT_CASES: Final = 400
NATIONAL: Final = ("&x",)
_WARD: Final = r"([A-Z]{2,4})/[0-9]?([a-f*.]{1,3})\+\\x"
PROFILES: Final = (
    fuzz.PROFILE,
    SiteProfile("site-ward", "code-128", _WARD, "document", "ward", "PUI", ("a", "value")),
    SiteProfile("site-band", None, "IPP[0-9]{8,10}", "patient", "ipp", "PUI", personal=True),
)
SYMBOLOGIES: Final = (None, None, None, "code128", "data-matrix", "gs1-datamatrix", "gs1_128", "QRCode")
AIMS: Final = ("", "", "", "]C0", "]C1", "]d1", "]d2", "]Q3", "]x0")
ENDS: Final = ("", "", "\r\n", "\t")


def cases(seed: int, count: int) -> Iterator[list[Any]]:
    """Yield text, symbology, source and reading; valid symbols, damaged ones, garbled ones and noise."""
    rng = random.Random(seed)  # noqa: S311  # a search that can be repeated, not a secret
    pool = fuzz._pool(rng)
    for _ in range(count):
        made = rng.choice(pool)
        text, source = _text(rng, made, pool)
        if rng.random() < 0.5:
            text = rng.choice(AIMS) + text + rng.choice(ENDS)
        yield case(text, rng.choice(SYMBOLOGIES), source)


def case(text: str, symbology: str | None, source: Source) -> list[Any]:
    """Return one symbol, and the service's reading of it in the tablet's shape."""
    reading = read(Symbol(text, symbology, source), profiles=PROFILES, allowed_national=frozenset(NATIONAL))
    if not isinstance(reading, Identified):
        told = {"status": "unreadable", "reason": reading.reason, "aim": reading.aim, "detail": reading.detail}
        return [text, symbology, source.value, told]
    return [
        text,
        symbology,
        source.value,
        {
            "status": "identified",
            "format": reading.format,
            "subject": reading.subject,
            "fields": dict(reading.fields),
            "identifiers": [[one.scheme, one.issuer, one.value] for one in reading.identifiers],
            "aim": reading.aim,
            "stripped": reading.stripped,
            "withholds": reading.withholds,
            "repaired": reading.repaired,
            "personal": reading.personal,
        },
    ]


def document(seed: int, count: int) -> str:
    """Return the cases with what the site has declared, as JSON."""
    profiles = [{name: getattr(one, name) for name in SiteProfile.__dataclass_fields__} for one in PROFILES]
    lines = ",\n".join(json.dumps(one) for one in cases(seed, count))
    return f'{{"national": {json.dumps(NATIONAL)}, "profiles": {json.dumps(profiles)}, "cases": [\n{lines}\n]}}\n'


def _text(rng: random.Random, made: fuzz.Made, pool: list[fuzz.Made]) -> tuple[str, Source]:
    kind = rng.random()
    if kind < 0.3:
        return made.text, made.source
    if kind < 0.6:
        return fuzz._damaged(rng, made.text, pool), rng.choice(fuzz.SOURCES)
    if kind < 0.75:
        return shown_text(rng.choice(tuple(LAYOUTS)), made.text) or made.text, Source.SCANNER
    if kind < 0.8:
        return made.text.replace(GS, ""), rng.choice(fuzz.SOURCES)
    if kind < 0.9:
        run = "".join(maker(rng) for maker in rng.choices(fuzz.STRUCTURES, k=rng.randint(1, 4)))
        return rng.choice(("", "=+", f"=+0{rng.randint(1, 4)}000")) + run, rng.choice(fuzz.SOURCES)
    start = rng.choice(("", "=", "&", "&x", "=+", "]d2", "]C1", "GV1.", "SEC: ", "MK.", "AB/1c+\\x", "IPP", "\x1d"))
    alphabet = rng.choice((fuzz.ON_LABELS, fuzz.ANYTHING + "😀\x85\u00a0\ufeff", "0123456789"))
    return start + fuzz._some(rng, alphabet, 0, rng.choice((8, 30, 120, 600))), rng.choice(fuzz.SOURCES)


if __name__ == "__main__":
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(document(1, KEPT_CASES), encoding="utf-8")
