"""Labels that no standard describes: a site says how they look, from symbols it has scanned itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, get_args

from app.barcodes.format import Format, Payload
from app.barcodes.plain_patterns import LONGEST_MATCH, plain_pattern
from app.barcodes.reading import Identified, Identifier, Reading, Source, Subject
from app.barcodes.symbology import symbology_name
from app.kit.errors import GivreError

_TAG: Final = re.compile(r"site-[a-z0-9-]{1,48}")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]{0,47}")
_ISSUER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
# The issuer under which a standard's own chain-of-identity numbers are kept.
_OF_A_STANDARD: Final = "isbt128"
_VALUE: Final = "value"
_AIM_FAMILIES: Final = {
    "]A": "code39",
    "]C": "code128",
    "]d": "datamatrix",
    "]Q": "qrcode",
    "]L": "pdf417",
    "]z": "aztec",
}
_REMEMBERED: Final = 1024


class NotAScanProfileError(GivreError):
    """A description of a label that could be misread, be slow, or take the place of a standard."""

    code = "barcode-not-a-scan-profile"


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """How one kind of label of a site is written and what it names.

    ``tag`` begins with ``site-``. ``symbology`` ("code128", "datamatrix", …, however spelled) excludes symbols that are
    known to be of another kind, None takes any. ``pattern`` (see ``plain_pattern``) has to match the whole text; its
    groups are called, in order, as ``fields`` says. The identifier's value is the field ``value`` where there is one,
    else the whole text; ``issuer`` is never empty, so that no profile can make an identifier of a worldwide scheme.
    ``personal`` says that the text may tell who a patient is, whatever it names.

    Raises:
        NotAScanProfileError: on construction, when any of this is not so.
    """

    tag: str
    symbology: str | None
    pattern: str
    subject: Subject
    scheme: str
    issuer: str
    fields: tuple[str, ...] = ()
    personal: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be used."""
        try:
            groups = plain_pattern(self.pattern).groups
        except ValueError as error:
            message = f"{self.tag}: {error}"
            raise NotAScanProfileError(message) from error
        names_fit = all(
            shape.fullmatch(name) for shape, name in ((_TAG, self.tag), (_SCHEME, self.scheme), (_ISSUER, self.issuer))
        ) and all(_FIELD.fullmatch(name) for name in self.fields)
        fields_fit = groups == len(self.fields) == len(set(self.fields))
        if not names_fit or not fields_fit or self.issuer == _OF_A_STANDARD or self.subject not in get_args(Subject):
            message = f"{self.tag}: a name is malformed or reserved, or groups and fields do not pair"
            raise NotAScanProfileError(message)


@lru_cache(maxsize=_REMEMBERED)
def site_format(profile: SiteProfile) -> Format:
    """Make the format that reads the labels of a profile."""
    pattern = plain_pattern(profile.pattern)

    def claims(payload: Payload) -> bool:
        return (
            len(payload.text) <= LONGEST_MATCH
            and _is_of(profile.symbology, payload)
            and pattern.fullmatch(payload.text) is not None
        )

    def read(payload: Payload) -> Reading:
        match = pattern.fullmatch(payload.text)
        if match is None:
            return payload.unreadable("alphabet", profile.tag)
        if payload.source is Source.TYPED:
            return payload.unreadable("typed-without-check", profile.tag)
        fields = dict(zip(profile.fields, match.groups(), strict=True))
        identifier = Identifier(profile.scheme, profile.issuer, fields.get(_VALUE, payload.text))
        return Identified(
            profile.tag,
            profile.subject,
            fields,
            (identifier,),
            payload.aim,
            payload.stripped,
            withholds=profile.personal,
        )

    return Format(profile.tag, claims=claims, read=read)


def _is_of(symbology: str | None, payload: Payload) -> bool:
    known = payload.symbology
    if known is None and payload.aim is not None:
        known = _AIM_FAMILIES.get(payload.aim[:2], payload.aim)
    return symbology is None or known is None or symbology_name(known) == symbology_name(symbology)
