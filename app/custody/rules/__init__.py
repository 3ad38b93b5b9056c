"""Every rule by its code: rung, who may override it, and the sentence that tells what to do. Codes are for ever."""

from __future__ import annotations

from app.custody.rules.cold import COLD
from app.custody.rules.corrections import CORRECTIONS
from app.custody.rules.devices import DEVICES
from app.custody.rules.dose import DOSE
from app.custody.rules.identity import IDENTITY
from app.custody.rules.labelling import LABELLING
from app.custody.rules.people import PEOPLE
from app.custody.rules.profiles import PROFILES
from app.custody.rules.release import RELEASE
from app.custody.rules.relocation import RELOCATION
from app.custody.rules.road import ROAD
from app.custody.rules.segregation import SEGREGATION
from app.custody.rules.sequence import SEQUENCE
from app.custody.rules.stocktaking import STOCKTAKING
from app.custody.rules.symbols import SYMBOLS
from app.custody.rules.treatment import TREATMENT
from app.custody.verdict import Breach, Rule, Rung
from app.kit.registry import Registry

RULES: Registry[Rule] = Registry(
    "custody rule",
    (
        *SYMBOLS,
        *IDENTITY,
        *LABELLING,
        *PEOPLE,
        *PROFILES,
        *DEVICES,
        *SEQUENCE,
        *CORRECTIONS,
        *ROAD,
        *COLD,
        *SEGREGATION,
        *STOCKTAKING,
        *RELOCATION,
        *RELEASE,
        *TREATMENT,
        *DOSE,
    ),
)

LOUDEST = (
    "wrong-patient",
    "no-collection-awaited",
    "identity-not-confirmed",
    "wrong-bag",
    "label-void",
    "labels-disagree",
    "wrong-document",
    "vial-of-another",
    "components-mixed",
    "wrong-shipper",
    "leukodepleting-filter",
    "never-offline",
    "hold-needs-two",
)
"""What is told before anything else: who is about to fetch a witness must first hear that this is the wrong bag."""

WRONG_SCANS = frozenset(
    {
        *("unreadable-symbol", "wrong-symbol", "unknown-bag", "ambiguous-bag", "labels-disagree", "label-void"),
        *("unknown-label", "label-already-used", "unknown-patient", "unknown-position", "unknown-shipper"),
        *("wrong-bag", "wrong-patient", "wrong-shipper", "wrong-document", "wrong-position", "position-occupied"),
        *("vial-of-another", "no-collection-awaited"),
    }
)
"""Refusals because the wrong thing was scanned, or something that names nothing: what wrong-scan rates count."""

_RUNGS = (Rung.NEVER, Rung.SENIOR, Rung.ACKNOWLEDGE)


def strictness(breach: Breach) -> tuple[int, int]:
    """Return where a breach stands among several: the loudest first, then the rungs from never to acknowledge."""
    loud = LOUDEST.index(breach.code) if breach.code in LOUDEST else len(LOUDEST)
    return loud, _RUNGS.index(RULES[breach.code].rung)
