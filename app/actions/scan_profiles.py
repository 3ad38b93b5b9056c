"""The labels that a site has declared itself: kept ready in the process, read again at most once a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.actions.reader import NotAnsweringError, Reader
from app.barcodes.formats.site_profile import NotAScanProfileError, SiteProfile
from app.barcodes.plain_patterns import plain_pattern
from app.barcodes.reader import read
from app.barcodes.reading import PERSONAL_SCHEMES, Identified, Source, Symbol
from app.kit.errors import GivreError

KIND = "scan_profile"
REFRESHED_AFTER = timedelta(seconds=1)
"""How long another process may go on reading labels as they were declared before."""
IN_FORCE, WITHDRAWN = "in_force", "withdrawn"
SHARED_SCHEMES = frozenset({"ipp", "ins", "patient-id", "coi"})
"""Schemes of ours that a site's own labels may carry: the site issues those numbers itself."""
_OURS = frozenset(
    {
        "batch",
        "birth-date",
        "container",
        "din",
        "division",
        "gsrn-provider",
        "gsrn-recipient",
        "gtin",
        "gtin-lot",
        "patient",
        "product-code",
        "sec",
        "sec-donation",
        "sgtin",
        "sscc",
        "therapy",
    }
)
_STANDARDS = (
    "=A99992612345600",
    "=A99992612345600=<S12954A0",
    "=<S12954A0",
    "&>0273652359",
    "&/CHA999926000001",
    "&#0206ABC123",
    "=+02000=A99992612345600=<S12954A0",
    "GV1.B.A1.0",
    "GV1.W.A9990-000001.0",
    "SEC: FR001499A999926123456",
    "0109506000134352",
)
_PAGE = 200


class ScanProfileUnprovedError(GivreError):
    """A declared label that its own samples do not read as, or that takes the place of a standard."""

    code = "scan-profile-unproved"


@dataclass(frozen=True, slots=True)
class SiteFormats:
    """What one operator has declared: kinds of labels, and national ISBT 128 structures ("&a") that may be passed."""

    profiles: tuple[SiteProfile, ...] = ()
    national: frozenset[str] = frozenset()


NOTHING_DECLARED = SiteFormats()


def site_profile(doc: Mapping[str, Any]) -> SiteProfile:
    """Return the kind of label that a record describes.

    Raises:
        NotAScanProfileError: it could be misread, be slow, or take the place of a standard.
    """
    profile = SiteProfile(
        tag=doc["tag"],
        symbology=doc["symbology"],
        pattern=doc["pattern"],
        subject=doc["subject"],
        scheme=doc["scheme"],
        issuer=doc["issuer"],
        fields=tuple(doc["fields"]),
        personal=doc["personal"],
    )
    personal = profile.scheme in PERSONAL_SCHEMES
    if profile.scheme in _OURS or profile.scheme.startswith("givre-") or personal != (profile.subject == "patient"):
        # A patient's number under a scheme that is not known to be personal would be kept in clear.
        message = f"{profile.tag}: this scheme is a standard's, or does not fit what the label names"
        raise NotAScanProfileError(message)
    return profile


def proved(profile: SiteProfile, samples: Sequence[str], known: SiteFormats) -> None:
    """Read real labels of the new kind with everything that is known, and see that no standard is taken.

    Raises:
        ScanProfileUnprovedError: a sample is not read as this kind alone, or a standard's symbol would be claimed.
    """
    pattern = plain_pattern(profile.pattern)
    if any(pattern.fullmatch(text) for text in _STANDARDS):
        message = "it would claim symbols of a standard"
        raise ScanProfileUnprovedError(message)
    for number, text in enumerate(samples, 1):
        symbol = Symbol(text, profile.symbology, Source.SCANNER)
        reading = read(symbol, profiles=(*known.profiles, profile), allowed_national=known.national)
        if not isinstance(reading, Identified) or reading.format != profile.tag:
            reason = reading.format if isinstance(reading, Identified) else reading.reason
            message = f"sample {number}: {reason}"
            raise ScanProfileUnprovedError(message)


class ScanProfiles:
    """Every operator's declared labels, by tenant."""

    def __init__(self, reader: Reader) -> None:
        """Begin with none; each tenant's are read when they are first needed."""
        self._reader = reader
        self._kept: dict[str, SiteFormats] = {}
        self._read_at: dict[str, datetime] = {}

    def known(self, tenant: str) -> SiteFormats:
        """Return what is known to be declared, without asking anybody."""
        return self._kept.get(tenant, NOTHING_DECLARED)

    def due(self, tenant: str, now: datetime) -> bool:
        """Say whether somebody should ask the database now; who hears yes is the only one until it was done."""
        before = self._read_at.get(tenant)
        if before is not None and abs(now - before) < REFRESHED_AFTER:
            return False
        if tenant in self._kept:
            self._read_at[tenant] = now
        return True

    def refresh(self, tenant: str, now: datetime) -> None:
        """Ask the database; what was known stays when it is away, and what was never known is its failure.

        Raises:
            NotAnsweringError: the database is away and nothing was ever read: a label might be read wrongly.
        """
        try:
            found = _formats(self._documents(tenant))
        except NotAnsweringError:
            if tenant not in self._kept:
                raise
            return
        self._kept[tenant] = found
        self._read_at[tenant] = now

    def _documents(self, tenant: str) -> Iterable[Mapping[str, Any]]:
        after: str | None = None
        while True:
            page = self._reader.subjects(tenant, KIND, after=after, limit=_PAGE)
            yield from page.items
            after = page.next_after
            if after is None:
                return


def _formats(documents: Iterable[Mapping[str, Any]]) -> SiteFormats:
    ruling = [doc for doc in documents if doc["state"] == IN_FORCE]
    return SiteFormats(
        tuple(site_profile(doc) for doc in ruling if doc["pattern"] is not None),
        frozenset(one for doc in ruling for one in doc["national"]),
    )
