"""Our own labels: ``GV1.`` kind ``.`` value ``.`` K, short enough for the wall of a cryobox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.barcodes.check_characters import mod37_2_character
from app.barcodes.format import Format, Payload
from app.barcodes.isbt_contents import is_coi
from app.barcodes.reading import Identified, Identifier, Reading, Subject
from app.kit.errors import GivreError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = "GV1."
_LABEL: Final = re.compile(r"GV1\.([A-Z])\.([0-9A-Z-]{1,32})\.([0-9A-Z*])")


class NotALabelError(GivreError):
    """A kind or a value that no label of ours can carry."""

    code = "barcode-not-a-label"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a label of ours may be stuck on; with ``issued`` the value reads ISSUER-VALUE."""

    letter: str
    subject: Subject
    scheme: str
    issued: bool = False


KINDS: Final[Mapping[str, Kind]] = {
    kind.letter: kind
    for kind in (
        Kind("B", "bag", "givre-bag"),
        Kind("P", "position", "givre-position"),
        Kind("D", "dewar", "givre-dewar"),
        Kind("S", "shipper", "givre-shipper"),
        Kind("U", "person", "givre-person"),
        Kind("W", "patient", "ipp", issued=True),
        Kind("T", "therapy", "coi", issued=True),
        Kind("C", "document", "givre-document"),
        Kind("L", "logger", "givre-logger"),
        Kind("K", "keyboard", "givre-keyboard"),
    )
}


KEYBOARD_TEST: Final = "AQZWM-0123456789"
"""What the keyboard test label says: characters that layouts move, so that a tablet finds out which one is at work."""


def build_internal(kind: str, value: str) -> str:
    """Write one of our labels: ``kind`` is a letter of ``KINDS``, ``value`` 1 to 32 characters of ``0-9A-Z-``.

    The value of a wristband (W) reads ISSUER-IPP; that of a therapy (T) ISSUER-VALUE, or an ISBT 128 chain-of-identity
    number with its ``CH``.

    Raises:
        NotALabelError: the text would not read back as it was meant.
    """
    label = f"{_PREFIX}{kind}.{value}.*"
    match = _LABEL.fullmatch(label)
    if match is None or kind not in KINDS or _identifier(KINDS[kind], value) is None:
        message = f"no label of kind {kind!r} can carry this value"
        raise NotALabelError(message)
    return f"{label[:-1]}{_check(kind, value)}"


def _check(kind: str, value: str) -> str:
    # A hyphen counts as the one value that no letter or digit has: K also proves where hyphens stand (A1-12, A11-2).
    return mod37_2_character(kind + value.replace("-", "*"))


def _identifier(kind: Kind, value: str) -> Identifier | None:
    if not kind.issued:
        return Identifier(kind.scheme, "", value)
    if kind.scheme == "coi" and is_coi(value):
        return Identifier("coi", "isbt128", value)
    issuer, hyphen, own = value.partition("-")
    return Identifier(kind.scheme, issuer, own) if issuer and hyphen and own else None


def _claims(payload: Payload) -> bool:
    return payload.text.startswith(_PREFIX)


def _read(payload: Payload) -> Reading:
    match = _LABEL.fullmatch(payload.text)
    if match is None:
        return payload.unreadable("internal-syntax", "GV1.kind.value.K")
    letter, value, check = match.groups()
    kind = KINDS.get(letter)
    if kind is None:
        return payload.unreadable("internal-syntax", "kind")
    if check != _check(letter, value):
        return payload.unreadable("check-character", "K")
    identifier = _identifier(kind, value)
    if identifier is None:
        return payload.unreadable("internal-syntax", "issuer-value")
    fields = {"kind": letter, "value": value}
    return Identified(INTERNAL.tag, kind.subject, fields, (identifier,), payload.aim, payload.stripped)


def _proved(fields: Mapping[str, str]) -> str:
    return fields["value"]


INTERNAL: Final = Format("internal", claims=_claims, read=_read, proved=_proved)
