"""GS1: DataMatrix, GS1-128 and QR symbols made of application identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.barcodes.format import Fault, Format, Payload
from app.barcodes.gs1_elements import GS, NAMES, SELF_CHECKED, WITHHELD, Element, cut
from app.barcodes.reading import Identified, Identifier, Reading, Source, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

_AIM_PREFIXES: Final = frozenset({"]d2", "]C1", "]Q3", "]e0"})
_SYMBOLOGIES: Final = frozenset({"gs1-datamatrix", "gs1-128"})
_EXPIRY_AIS: Final = frozenset({"17", "7003"})
_CLASS_ONLY_LENGTHS: Final = {"grai": 14, "gdti": 13}


def _claims(payload: Payload) -> bool:
    return payload.aim in _AIM_PREFIXES or payload.symbology in _SYMBOLOGIES or payload.text.startswith(GS)


def _read(payload: Payload) -> Reading:
    if not payload.text.isascii():
        return payload.unreadable("gs1-syntax", "a character outside ASCII")
    # Our own camera decoder passes every GS the label holds; a keyboard wedge or a file may have lost them.
    elements = cut(payload.text.removeprefix(GS), separators_are_sure=payload.source is Source.CAMERA)
    if isinstance(elements, Fault):
        return payload.unreadable(elements.reason, elements.detail)
    if payload.source is Source.TYPED and any(element.ai not in SELF_CHECKED for element in elements):
        return payload.unreadable("typed-without-check", "AI without a check digit")
    fields = _fields_of(elements)
    if isinstance(fields, Fault):
        return payload.unreadable(fields.reason, fields.detail)
    identifiers = _identifiers(fields)
    return Identified(
        GS1.tag,
        _subject(fields, identifiers),
        fields,
        identifiers,
        payload.aim,
        payload.stripped,
        withholds=any(element.ai in WITHHELD for element in elements),
    )


def _fields_of(elements: tuple[Element, ...]) -> dict[str, str] | Fault:
    said: dict[str, str] = {}
    fields: dict[str, str] = {}
    for element in elements:
        if said.setdefault(element.ai, element.value) != element.value:
            return Fault("conflicting-structures", f"AI {element.ai}")
        if element.ai in WITHHELD:
            continue
        name = NAMES.get(element.ai, f"ai_{element.ai}")
        known = fields.get(name, "")
        if element.ai in _EXPIRY_AIS and known.startswith(element.plain):
            continue
        if not element.plain.startswith(known):
            return Fault("conflicting-structures", f"AI {element.ai}")
        fields[name] = element.plain
    if "gsrn_provider" in fields and "gsrn_recipient" in fields:
        return Fault("conflicting-structures", "AI 8017 and 8018")
    fields["ais"] = ",".join(said)
    return fields


def _identifiers(fields: dict[str, str]) -> tuple[Identifier, ...]:
    found = [
        Identifier(scheme, "", fields[name])
        for name, scheme in (
            ("sscc", "sscc"),
            ("grai", "grai"),
            ("giai", "giai"),
            ("gsrn_recipient", "gsrn-recipient"),
            ("gsrn_provider", "gsrn-provider"),
            ("gdti", "gdti"),
        )
        # Without its serial number, such a key names a class of things and no thing.
        if name in fields and len(fields[name]) > _CLASS_ONLY_LENGTHS.get(name, 0)
    ]
    gtin = fields.get("gtin")
    if gtin is not None:
        if "serial" in fields:
            found.append(Identifier("sgtin", "", f"{gtin}.{fields['serial']}"))
        if "lot" in fields:
            found.append(Identifier("gtin-lot", "", f"{gtin}.{fields['lot']}"))
        found.append(Identifier("gtin", "", gtin))
    if "gln" in fields:
        extension = f".{fields['gln_extension']}" if "gln_extension" in fields else ""
        found.append(Identifier("gln", "", fields["gln"] + extension))
    return tuple(found)


_SUBJECTS: Final[tuple[tuple[str, Subject], ...]] = (
    ("sscc", "shipper"),
    ("grai", "shipper"),
    ("giai", "logger"),
    ("gsrn-recipient", "patient"),
    ("gsrn-provider", "person"),
    ("gdti", "document"),
    ("sgtin", "bag"),
    ("gtin", "product"),
    ("gln", "position"),
)


def _subject(fields: dict[str, str], identifiers: tuple[Identifier, ...]) -> Subject:
    schemes = {identifier.scheme for identifier in identifiers}
    for scheme, subject in _SUBJECTS:
        if scheme in schemes:
            return subject
    # No single thing is named: say what kind of thing it is about.
    if "grai" in fields:
        return "shipper"
    return "document" if "gdti" in fields else "product"


def _proved(fields: Mapping[str, str]) -> str:
    return "".join(fields.get(NAMES[ai], "") for ai in sorted(SELF_CHECKED))


GS1: Final = Format("gs1", claims=_claims, read=_read, proved=_proved)
