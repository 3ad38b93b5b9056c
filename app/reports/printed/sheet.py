"""The report as a sheet: first page, sections and feet in words, ready to be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.kit.clock import parse_rfc3339
from app.kit.texts import Text
from app.reports.printed import care, front, journey, record
from app.reports.printed.blocks import Block
from app.reports.printed.letters import printed
from app.reports.printed.said import Saying, instant

Doc = Mapping[str, Any]
Section = Callable[[Saying, Any, Doc], list[Block]]

SECTIONS: Final[tuple[tuple[int, str, Section], ...]] = (
    (2, "subject", journey.subject),
    (3, "collection", journey.collection),
    (4, "legs", journey.legs),
    (5, "transport_temperature", journey.transport_temperature),
    (6, "release", journey.release),
    (7, "reception", journey.reception),
    (8, "storage", journey.storage),
    (9, "thaw", care.thaw),
    (10, "bedside", journey.bedside),
    (11, "infusion", care.infusion),
    (12, "follow_up", care.follow_up),
    (13, "deviations", care.deviations),
    (14, "disposition", care.disposition),
    (15, "signatures", record.signatures),
    (16, "trail", record.trail),
)
"""The sections behind the first page, which is section 1 and, because gaps come first, section 17."""

_DATE: Final = ("year", "month", "day", "hour", "minute", "second")
PAGE: Final = Text("page {page} sur {pages}", "page {page} of {pages}")
SEAL: Final = Text("Empreinte du dossier joint", "Digest of the attached report")
ZONE: Final = Text("Toutes les heures sont en UTC", "All times are in UTC")
ATTACHED: Final = Text(
    "Le dossier lui-même, avec ses preuves : c'est lui qui fait foi.",
    "The report itself, with its evidence: this is what counts.",
)


def sheet(report: Doc) -> dict[str, Any]:
    """Return what the pages say; a pure function of the report."""
    say = Saying(report)
    told = report["cover"]
    as_of = parse_rfc3339(told["as_of"])
    name = f"givre-{report['scope']}-{report['id'][:12]}.json"
    title = say.code("scope", report["scope"])
    pages: dict[str, Any] = printed(
        {
            "language": report["language"],
            "title": title,
            "author": told["operator"],
            "description": f"{title} · {told['scope']['name']} · {instant(told['as_of'])} UTC",
            "keywords": [f"givre-report:{report['id']}", f"givre-digest:{report['seal']['digest']}"],
            "date": {part: getattr(as_of, part) for part in _DATE},
            "words": {"page": say.text(PAGE)},
            "foot": {
                "what": f"{title} · {told['scope']['name']} · {instant(told['as_of'])}",
                "seal": say.text(SEAL),
                "digest": report["seal"]["digest"],
                "zone": say.text(ZONE),
            },
            "cover": front.cover(say, report, name),
            "sections": [
                {"title": f"{number} · {say.section(member)}", "blocks": made(say, report[member], report)}
                for number, member, made in SECTIONS
            ],
            "attached": {"name": name, "description": say.text(ATTACHED)},
        }
    )
    return pages
