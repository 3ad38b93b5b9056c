"""ISBT 128: one structure, a compound message, or a bare run of structures joined by the scanner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from app.barcodes.check_characters import mod37_2_character
from app.barcodes.format import Fault, Format, Payload
from app.barcodes.isbt_contents import are_check_flags
from app.barcodes.isbt_structures import BY_NUMBER, NATIONAL, RETIRED_DONOR, Cut, cut
from app.barcodes.reading import Identified, Identifier, Reading, Source, Subject
from app.barcodes.sec_contents import agrees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.barcodes.isbt_contents import Contents

_UNUSED_FLAGS: Final = "00"
_COMPOUND: Final = "023"
_COMPOUND_START: Final = BY_NUMBER[_COMPOUND].data_identifier
_DIVIDED: Final = "99"
# The product codes whose last three characters are a pack number, not a type and a division (ST-001 2.4.3).
_PACK_NUMBERED: Final = frozenset("TMNRVW")

# Wide enough that a slip of the finger (an O for a zero, a small letter) is told as such; reading is strict.
_TYPED_DIN: Final = re.compile(r"=?([0-9A-Za-z]{3}[0-9OIoi]{10})(?: ?([0-9A-Za-z*]))?")
_TYPED_DIN_WITH_FLAGS: Final = re.compile(r"[0-9A-Za-z]{3}[0-9OIoi]{10}[0-9A-Z]{2}")
_TYPED_COI: Final = re.compile(r"(?:&/)?(CH[0-9A-Za-z]{3}[0-9OIoi]{4}[0-9A-Za-z]{6})(?: ?([0-9A-Za-z*]))?")

_DATES: Final = ("expiry", "collected", "produced")
_TIME_IS_DEFAULT: Final = "_time_is_default"
# Two labels of one donation may differ in their flags only, so flags can never contradict each other.
_NEVER_CONFLICTING: Final = "din_flags"


def _claims(payload: Payload) -> bool:
    text = payload.text
    if text.startswith(("=", "&")):
        return True
    return payload.source is Source.TYPED and any(
        pattern.fullmatch(text) for pattern in (_TYPED_DIN, _TYPED_DIN_WITH_FLAGS, _TYPED_COI)
    )


def _read(payload: Payload) -> Reading:
    if payload.source is Source.TYPED:
        return _read_typed(payload)
    cuts = _structures_of(payload.text, payload.national)
    fields = cuts if isinstance(cuts, Fault) else _fields_of(cuts)
    if isinstance(fields, Fault):
        return payload.unreadable(fields.reason, fields.detail)
    return _identified(payload, fields)


def _structures_of(text: str, national: frozenset[str]) -> tuple[Cut, ...] | Fault:
    """Cut a text into its structures, a compound message into those it announces."""
    if not text.startswith(_COMPOUND_START):
        return cut(text, national)
    # A compound message holds no national structure, declared or not (ST-001 section 2.5).
    cuts = cut(text)
    if isinstance(cuts, Fault):
        return cuts
    opening = cuts[0].structure.read(cuts[0].content)
    within = cuts[1:]
    if isinstance(opening, str):
        return Fault(opening, f"structure {_COMPOUND}")
    if not within or int(opening["announced"]) != len(within):
        return Fault("count-mismatch", f"{len(within)} structures")
    return within


def _fields_of(cuts: tuple[Cut, ...]) -> dict[str, str] | Fault:
    fields: dict[str, str] = {}
    for each in cuts:
        number = each.structure.number
        if number == _COMPOUND:
            return Fault("unknown-structure", "a compound message inside another")
        found = each.structure.read(each.content)
        if isinstance(found, str):
            return Fault(found, f"structure {number}")
        if not _agree(fields, found):
            return Fault("conflicting-structures", f"structure {number}")
    if "sec" in fields and not agrees(fields):
        return Fault("conflicting-structures", "structure 038")
    if _needs_division(fields.get("product_code", "")) and "division" not in fields:
        return Fault("division-missing", "structure 032")
    fields["structures"] = ",".join(each.structure.number for each in cuts)
    return fields


def _agree(fields: dict[str, str], found: dict[str, str]) -> bool:
    """Add what a structure says to what is known, or say that they contradict each other."""
    if fields.keys().isdisjoint(found):
        fields.update(found)
        return True
    for name in _DATES:
        if name in found and name in fields:
            # A month, a day and a minute of one date agree; the finest is kept, with its own word on the time.
            if fields[name].startswith(found[name]):
                found = {key: value for key, value in found.items() if not key.startswith(name)}
            elif found[name].startswith(fields[name]):
                fields.pop(name)
                fields.pop(name + _TIME_IS_DEFAULT, None)
            else:
                return False
    for name, value in found.items():
        if fields.setdefault(name, value) != value and name != _NEVER_CONFLICTING:
            return False
    return True


def _needs_division(product_code: str) -> bool:
    return product_code[6:] == _DIVIDED and product_code[0] not in _PACK_NUMBERED


def _read_typed(payload: Payload) -> Reading:
    if match := _TYPED_DIN.fullmatch(payload.text):
        content = BY_NUMBER["001"].read(match[1] + _UNUSED_FLAGS)
    elif match := _TYPED_COI.fullmatch(payload.text):
        content = BY_NUMBER["040"].read(match[1])
    else:
        return payload.unreadable("typed-without-check", "K")
    return _checked(payload, match, content)


def _checked(payload: Payload, match: re.Match[str], content: Contents) -> Reading:
    number, check = match.groups()
    if isinstance(content, str):
        return payload.unreadable(content, "typed number")
    if check is None:
        return payload.unreadable("typed-without-check", "K")
    if check != mod37_2_character(number):
        return payload.unreadable("check-character", "K")
    # Flags are printed apart from the number and nobody types them.
    content.pop("din_flags", None)
    content["structures"] = "001" if "din" in content else "040"
    return _identified(payload, content)


def _identified(payload: Payload, fields: dict[str, str]) -> Identified:
    withholds = NATIONAL in fields or RETIRED_DONOR in fields["structures"]
    identifiers = _identifiers(fields)
    return Identified(ISBT128.tag, _subject(fields), fields, identifiers, payload.aim, payload.stripped, withholds)


_OF_A_PATIENT: Final = frozenset({"patient_id", "donor_id", "birth_date", "grid"})


def _subject(fields: dict[str, str]) -> Subject:
    if "din" in fields or "product_code" in fields:
        return "bag"
    if not fields.keys().isdisjoint(_OF_A_PATIENT):
        return "patient"
    if "staff_id" in fields:
        return "person"
    # What is left (a date, a division, a volume) is printed on bags only.
    return "therapy" if "coi" in fields else "bag"


_WORLDWIDE: Final = {
    "din": "din",
    "product_code": "product-code",
    "division": "division",
    "sec": "sec",
    "sec_donation": "sec-donation",
    "donor_id": "donor-id",
    "staff_id": "staff-id",
    "grid": "grid",
}


def _identifiers(fields: dict[str, str]) -> tuple[Identifier, ...]:
    found = [Identifier(scheme, "", fields[name]) for name, scheme in _WORLDWIDE.items() if name in fields]
    if "din" in fields and "product_code" in fields:
        container = fields["din"] + fields["product_code"] + fields.get("division", "")
        found.append(Identifier("container", "", container))
    if "coi" in fields:
        found.append(Identifier("coi", "isbt128", fields["coi"]))
    if "patient_id" in fields:
        found.append(Identifier("patient-id", fields["patient_location"], fields["patient_id"]))
    return tuple(found)


def _proved(fields: Mapping[str, str]) -> str:
    return fields["din"] if are_check_flags(fields.get("din_flags", "")) else ""


ISBT128: Final = Format("isbt128", claims=_claims, read=_read, proved=_proved)
