"""A scan as it was asked for, read and made ready to be judged: pure parsing, no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.access.principal import Principal
from app.access.tokens import Witness
from app.actions.details import checked_details
from app.actions.scan_profiles import NOTHING_DECLARED, SiteFormats
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Reading, Source, Symbol, Unreadable
from app.custody.device_chain import Link
from app.custody.parts import BAG
from app.custody.step import Step
from app.custody.steps import STEPS
from app.kit.canonical import NotCanonicalError, canonical, quoted
from app.kit.clock import rfc3339
from app.kit.errors import GivreError
from app.kit.texts import joined

LOOKED_UP = frozenset(
    {
        "container",
        "sgtin",
        "givre-bag",
        "din",
        "ipp",
        "ins",
        "gsrn-recipient",
        "patient-id",
        "givre-position",
        "givre-dewar",
        "givre-shipper",
        "sscc",
        "grai",
        "coi",
        "givre-document",
    }
)
"""Schemes a subject is found by. A product code or a lot names thousands of bags: it confirms, it never finds."""

LATE_AFTER = timedelta(minutes=30)
"""How long after it happened an act still counts as recorded at once, unless the installation decides otherwise.

DAT-02 asks for the flag and the reason and names no figure: this one is ours (confidence K), so it only asks.
"""

SLOT_OF = {
    "bag": "bag",
    "product": "bag",
    "patient": "patient",
    "position": "position",
    "shipper": "shipper",
    "therapy": "document",
    "document": "document",
    "person": "person",
    "dewar": "dewar",
    "logger": "logger",
    "keyboard": "keyboard",
}
"""What a symbol names → the slot it fills when the caller does not say."""

LAYER_ROLES = (
    "cassette",
    "carton",
    "vial",
    "syringe",
    "certificate",
    "rfic",
    "lot_information_sheet",
    "prescription",
)
"""Slots that only the caller can name: what they hold reads like any label of the bag or of its therapy."""
_SITES_OWN = "site-"
_BIRTH_DATE = "birth_date"
_DIGEST_LENGTH = 12


ASKED_BY_NAME = frozenset({"label"})
"""Slots that no symbol fills by what it names, only because the caller says so."""


class UnknownStepError(GivreError):
    """No step of that name."""

    code = "unknown-step"


class MissingScanError(GivreError):
    """A symbol the step needs was not scanned."""

    code = "missing-scan"

    def __init__(self, step: Step, missing: Sequence[str]) -> None:
        """Name the slots, in the words of the step."""
        super().__init__(", ".join(missing))
        labels = {slot.role: slot.labels for slot in step.slots}
        self.told = joined(labels.get(role, BAG.labels) for role in missing)


@dataclass(frozen=True, slots=True)
class ScannedSymbol:
    """One symbol as the device sent it."""

    text: str
    symbology: str | None
    source: str
    role: str | None


@dataclass(frozen=True, slots=True)
class ReadSymbol:
    """A symbol, its slot, and what it says.

    ``lookups`` are identifier keys, blinded where they name a patient. ``withheld`` are personal values that labels
    share, as keyed digests: they can be compared and tell nothing.
    """

    scanned: ScannedSymbol
    role: str
    reading: Reading
    lookups: Mapping[str, str]
    withheld: Mapping[str, str] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        """Whether its text may hold a name: then it is kept encrypted only."""
        return isinstance(self.reading, Unreadable) or self.reading.personal


@dataclass(frozen=True, slots=True)
class Deviation:
    """The wish to record a fact although a rule forbids it."""

    rules: frozenset[str]
    reason: str
    authoriser: Witness | None = None
    authoriser_fault: str | None = None


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One scan, understood. ``digest`` is what a witness signs: SHA-256 of the request without signatures."""

    scan_id: str
    step: Step
    symbols: tuple[ReadSymbol, ...]
    occurred_at: datetime
    device_id: str
    details: Mapping[str, Any]
    actor: Principal
    digest: str
    language: str
    expects: str | None = None
    deviation: Deviation | None = None
    witness: Witness | None = None
    witness_fault: str | None = None
    offline: bool = False
    second_person: str | None = None
    """Who stood beside where nobody could be asked: taken at the operator's word until they countersign."""
    told_wrong: str | None = None
    """The code by which the device itself had said STOP, without a network; no part of what is signed or compared."""
    late_after: timedelta = LATE_AFTER
    clock_drift_s: int | None = None
    """How many seconds the device's clock ran behind ours when it sent this; no part of what is signed or compared."""
    formats: SiteFormats = NOTHING_DECLARED
    link: Link | None = None
    """Its place in the device's own chain, where the device keeps one; no part of what is signed or compared."""
    request_digest: bytes = field(init=False)
    """What tells a resent scan from another one under the same id: the act and who does it."""

    def __post_init__(self) -> None:
        """Derive what is asked for several times while the scan is recorded."""
        digest = hashlib.sha256(f"{self.digest}\n{self.actor.subject_id}".encode()).digest()
        object.__setattr__(self, "request_digest", digest)


def step_digest(  # noqa: PLR0913  # the members of an act
    *,
    scan_id: str,
    step: str,
    symbols: Sequence[ScannedSymbol],
    occurred_at: datetime,
    device_id: str,
    details: Mapping[str, Any],
    expects: str | None,
    rules: Sequence[str],
    reason: str | None,
    second_person: str | None = None,
) -> str:
    """Return the digest that binds a witness to exactly this act, as lower-case hex."""
    # A fixed template, as this runs for every scan: its members stand in RFC 8785 order.
    shown = ",".join(
        f"[{quoted(one.text)},{quoted(one.symbology)},{quoted(one.source)},{quoted(one.role)}]" for one in symbols
    )
    second = "" if second_person is None else f',"second_person":{quoted(second_person)}'
    try:
        act = (
            f'{{"bag_id":{quoted(expects)},"details":{canonical(details).decode()},"device_id":{quoted(device_id)}'
            f',"occurred_at":"{rfc3339(occurred_at)}","reason":{quoted(reason)}'
            f',"rules":[{",".join(map(quoted, sorted(rules)))}],"scan_id":{quoted(scan_id)}{second}'
            f',"step":{quoted(step)},"symbols":[{shown}]}}'
        ).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(str(error)) from error
    return hashlib.sha256(act).hexdigest()


def known_step(tag: str) -> Step:
    """Return a step by its tag.

    Raises:
        UnknownStepError: there is none.
    """
    step = STEPS.get(tag)
    if step is None:
        message = f"no step is called {tag!r}"
        raise UnknownStepError(message)
    return step


def read_symbols(
    symbols: Sequence[ScannedSymbol], blinded: Callable[[str], str], formats: SiteFormats = NOTHING_DECLARED
) -> tuple[ReadSymbol, ...]:
    """Read every symbol, those the site has declared included.

    ``blinded`` turns a personal identifier into what it is looked up by.
    """
    return tuple(_read_symbol(symbol, blinded, formats) for symbol in symbols)


def ready(step: Step, symbols: tuple[ReadSymbol, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """Check that everything the step needs was scanned and stated; return the details, complete and typed.

    Raises:
        MissingScanError: a required symbol is not there.
        DetailsInvalidError: a statement is missing, unknown or of the wrong kind.
    """
    filled = {symbol.role for symbol in symbols}
    missing = [slot.role for slot in step.slots if slot.required and slot.role not in filled]
    if not missing and step.subject == "bag" and not filled & {"bag", "shipper"}:
        missing = ["bag"]
    if missing:
        raise MissingScanError(step, missing)
    return checked_details(step.fields, details)


def is_sites_own(reading: Identified) -> bool:
    """Say whether a symbol is of a kind the site has declared, and names one thing (a product code names many)."""
    return reading.format.startswith(_SITES_OWN) and reading.subject != "product"


def _read_symbol(symbol: ScannedSymbol, blinded: Callable[[str], str], formats: SiteFormats) -> ReadSymbol:
    reading = read(
        Symbol(symbol.text, symbol.symbology, Source(symbol.source)),
        profiles=formats.profiles,
        allowed_national=formats.national,
    )
    if isinstance(reading, Identified):
        role = symbol.role or SLOT_OF[reading.subject]
        lookups = {
            one.scheme: blinded(one.key) if one.personal else one.key
            for one in reading.identifiers
            if one.scheme in LOOKED_UP or is_sites_own(reading)
        }
        born = reading.fields.get(_BIRTH_DATE)
        withheld = {_BIRTH_DATE: blinded(f"{_BIRTH_DATE}::{born}").rpartition(":")[2][:_DIGEST_LENGTH]} if born else {}
        return ReadSymbol(symbol, role, reading, lookups, withheld)
    return ReadSymbol(symbol, symbol.role or "bag", reading, {})
