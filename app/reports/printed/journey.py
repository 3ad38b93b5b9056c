"""Sections 2 to 8 on paper: whose cells, how they were collected, travelled, were released, received and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.kit.texts import Text
from app.reports.printed.blocks import Block, Column, cell, fields, heading, note, table
from app.reports.printed.curve import curve, legend
from app.reports.printed.facts import (
    COLD,
    comparison,
    during,
    fact,
    or_empty,
    pairs,
    rows_of,
)
from app.reports.printed.said import NOTHING, NUMBER, Saying, instant
from app.reports.printed.symbols import scanned
from app.reports.printed.timeline import timelines

Doc = Mapping[str, Any]

UNBROKEN: Final = Text("Aucun intervalle sans dépositaire : 0 s.", "No interval without a custodian: 0 s.")
BROKEN: Final = Text("{span} : personne ne répondait de {bag}.", "{span}: nobody answered for {bag}.")
VOID: Final = Text("annulé", "void")
TOLD: Final = Text("Identité", "Identity")
RELEASE: Final = Text("Libération non enregistrée", "Release not recorded")
POSITION: Final = ("dewar", "tower", "rack", "box", "position")


def subject(say: Saying, told: Doc, _report: Doc) -> list[Block]:
    """Return section 2."""
    therapy, patient = told["therapy"], told["patient"]
    blocks = [
        pairs(
            say, therapy, ("coi", "coi_issuer", "product", "manufacturer", "hospital", "protocol", "sponsor", "planned")
        ),
        heading(say.label("patient")),
        fields(
            [
                (say.label("pseudonym"), cell(patient["pseudonym"] or NOTHING, mono=True)),
                (say.text(TOLD), say.code("patient", patient["status"] or NOTHING)),
                (say.label("cautions"), say.value("cautions", patient["cautions"])),
            ]
        ),
    ]
    if patient["identity"]:
        names = ("family_name", "given_names", "birth_date", "sex", "ipp", "ins")
        blocks.append(pairs(say, patient["identity"], names))
    if patient["history"]:
        told_ = "; ".join(f"{instant(one['at'])} {say.code('patient', one['status'])}" for one in patient["history"])
        blocks.append(fields([(say.label("history"), told_)], across=1))
    for bag in told["bags"]:
        blocks += [heading(f"{bag['name']} · {say.code('kind', bag['kind'])}"), _bag(say, bag)]
    return blocks


def _bag(say: Saying, bag: Doc) -> Block:
    identifiers = "; ".join(
        f"{one['scheme'].upper().replace('_', ' ')} {one['value']}" + (f" ({say.text(VOID)})" if one["void"] else "")
        for one in bag["identifiers"]
    )
    names = ("custodian", "lot", "expires_at", "keep_until", "volume_ml", "component", "strength")
    return fields(
        [
            (say.label("identifiers"), identifiers or NOTHING),
            (say.label("state"), cell(say.code("state", bag["state"]), strong=True)),
            (say.label("form"), say.code("form", bag["form"])),
            *((say.label(name), say.value(name, bag[name])) for name in names),
            (say.label("specification"), _specification(say, bag["specification"])),
            (say.label("holds"), say.value("holds", [one["reason"] for one in bag["holds"]])),
            (say.label("parents"), "; ".join(say.bag(one) for one in bag["parents"]) or NOTHING),
        ]
    )


def _specification(say: Saying, said: str | None) -> Any:
    if said is None:
        return NOTHING
    return cell(say.code("specification", said), "bad" if said == "out" else "plain", strong=said == "out")


def collection(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 3."""
    names = ("site", "device", "started_at", "stopped_at", "volume_ml", "presentation", "serology")
    blocks = []
    for one in told:
        blocks.append(fact(say, one, names))
        blocks += rows_of(
            say, one["labels"], [("event", 0), ("printed", 2), ("used", 2), ("void", 2), ("old_label", 4)]
        )
    return or_empty(say, blocks)


def legs(say: Saying, told: Doc, report: Doc) -> list[Block]:
    """Return section 4, the drawn timeline first."""
    overridden = {one["event"] for one in report["deviations"]["overridden"]}
    blocks = timelines(say, told, report["trail"], report["cover"]["as_of"], overridden)
    gaps = [
        note(say.text(BROKEN).format(span=during(one), bag=say.bag(one["bag"])), "bad") for one in told["uncovered"]
    ]
    unbroken = [note(say.text(UNBROKEN), "good")] if told["intervals"] else []
    blocks += gaps or unbroken
    for title, member, columns in _LEG_TABLES:
        shown = rows_of(say, told[member], columns)
        blocks += [heading(say.text(title)), *shown] if shown else []
    for one in told["shipments"]:
        names = ("from_site", "to_site", "logger", "charged_at", "orientation", "waybill", "seals")
        blocks += [heading(f"{say.label('shipper')} {one['shipper'] or NOTHING}"), pairs(say, one, names)]
        blocks += rows_of(say, one["legs"], _TRIP)
    return or_empty(say, blocks)


_LEG_TABLES: Final = (
    (
        Text("Qui répondait de la poche", "Who answered for the bag"),
        "intervals",
        [("bag", 3), ("custodian", 5), ("since", 4), ("until", 4), ("step", 3), ("event", 0)],
    ),
    (
        Text("Remises", "Hand-overs"),
        "handovers",
        [("event", 0), ("bag", 3), ("occurred_at", 4), ("giver", 5), ("receiver", 5), ("shipper", 3), ("seal", 3)],
    ),
)
_TRIP: Final = [
    ("from_site", 4),
    ("to_site", 4),
    ("carrier_site", 4),
    ("departed_at", 3),
    ("arrived_at", 3),
    ("seal_out", 2),
    ("seal_in", 2),
]


def transport_temperature(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 5."""
    return or_empty(say, [block for one in told for block in temperature(say, one)])


def temperature(say: Saying, told: Doc) -> list[Block]:
    """Return what is known of the cold of one stretch, with its curve where there is one."""
    names = (*_MEASURED, "logger", "calibration", *_ROAD)
    place = [(say.label("dewar"), str(told["dewar"]))] if told["dewar"] else []
    items = [
        (say.label("status"), cell(say.code("temperature", told["status"]), COLD[told["status"]], chip=True)),
        *place,
        (say.label("limit_mC"), say.value("limit_mC", told["limit_mC"])),
        *((say.label(name), say.value(name, told[name])) for name in names if told.get(name) is not None),
    ]
    digest = [(say.label("raw_sha256"), cell(told["raw_sha256"], mono=True))] if told["raw_sha256"] else []
    return [
        heading(f"{say.bag(told['bag'])} · {during(told)}"),
        fields(items),
        *([fields(digest, across=1)] if digest else []),
        *([curve(say, told), *legend(say, told)] if told["curve"] else []),
        *_beyond(say, told),
    ]


def _beyond(say: Saying, told: Doc) -> list[Block]:
    """Return what was beyond the limit, what nobody knows, and what became of it."""
    blocks = rows_of(
        say,
        told.get("excursions", ()),
        [("since", 4), ("until", 4), ("peak_mC", 3), ("peak_at", 4), ("least_s", 2), ("most_s", 2), ("tolerated", 2)],
    )
    blocks += rows_of(say, told.get("unknown", ()), [("since", 4), ("until", 4), ("doubt", 9)])
    for one in told.get("evaluations", ()):
        items = [
            (say.label("evaluations"), say.code("evaluation", one["outcome"] or "open")),
            (say.label("opened_at"), say.value("opened_at", one["opened_at"])),
            *(
                (say.label("opinion"), f"{say.code('opinion', each['opinion'])} · {each['reference']}")
                for each in one["opinions"]
            ),
            *((say.label(name), say.who(one[name])) for name in ("decided_by", "decided_with") if one[name]),
            *([(say.label("decided_at"), say.value("decided_at", one["decided_at"]))] if one["decided_at"] else []),
        ]
        blocks.append(fields(items))
    return blocks


_MEASURED: Final = ("min_mC", "max_mC", "measured_until", "above_limit_s", "coverage_permille")
_ROAD: Final = ("charged_at", "hold_until", "tilted")


def release(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 6."""
    blocks: list[Block] = []
    for one in told:
        if one["event"] is None:
            blocks.append(note(f"{say.bag(one['bag'])} · {say.text(RELEASE)}", "watch"))
        else:
            more = [(say.label("specification"), _specification(say, one["specification"]))]
            blocks.append(fact(say, one, ("certificate", "qualified_person"), more=more))
        blocks += rows_of(say, one["oos"], [("item", 4), ("by", 5), ("at", 3), ("document", 3)])
        if one["acceptance"]:
            blocks.append(fact(say, one["acceptance"], (), title=say.label("acceptance")))
    return or_empty(say, blocks)


def reception(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 7."""
    names = ("site", "arrived_at", "responsibility_at", "shipper", "seal_intact", "seal", "tilted", "count")
    blocks = []
    for one in told:
        blocks += [fact(say, one, (*names, "expected_count", "logger")), *comparison(say, one["comparison"])]
        checked = one["inspection"]
        if checked:
            blocks.append(fact(say, checked, ("visual_check", "labels_agree", "certificate", "accepted")))
            blocks += comparison(say, checked["comparison"])
    return or_empty(say, blocks)


def storage(say: Saying, told: Doc, _report: Doc) -> list[Block]:
    """Return section 8."""
    columns = [
        Column(say.label("bag"), 3),
        Column(say.label("position"), 6),
        Column(say.label("since"), 4),
        Column(say.label("until"), 4),
        Column(say.label("out_step"), 4),
        Column(say.text(NUMBER)),
    ]
    rows = [
        (
            "plain",
            [
                say.bag(one["bag"]),
                " › ".join(say.value(name, one[name]) for name in POSITION if one[name]) or NOTHING,
                say.value("since", one["since"]),
                say.value("until", one["until"]),
                say.value("out_step", one["out_step"]),
                f"{say.line(one['in_event'])} → {say.line(one['out_event'])}",
            ],
        )
        for one in told["stays"]
    ]
    blocks = [heading(say.label("stays")), table(columns, rows)] if rows else []
    for one in told["temperatures"]:
        blocks += temperature(say, one)
    if told["alarms"]:
        blocks += [heading(say.label("alarms")), *(fields(list(_members(say, one))) for one in told["alarms"])]
    for one in told["exposure"]:
        total = say.value("total_s", one["total_s"])
        known = say.text(WHOLE if one["known"] else IN_PART)
        blocks += [heading(f"{say.label('exposure')} · {say.bag(one['bag'])}: {total} ({known})")]
        blocks += rows_of(
            say,
            [{"since": None, "until": None, "source": None, **part} for part in one["parts"]],
            [("event", 0), ("cause", 5), ("source", 3), ("since", 4), ("until", 4), ("seconds", 3)],
        )
    return or_empty(say, blocks)


WHOLE: Final = Text("compte complet", "complete account")
IN_PART: Final = Text("compte incomplet", "incomplete account")


def _members(say: Saying, doc: Doc) -> list[tuple[str, str]]:
    return [(say.label(name), say.value(name, value)) for name, value in doc.items()]


def bedside(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 10."""
    blocks = []
    for one in told:
        outcome = one["outcome"]
        more = [
            (
                say.label("outcome"),
                cell(say.code("outcome", outcome), "good" if outcome == "taken" else "bad", chip=True),
            )
        ]
        blocks.append(fact(say, one, ("patient_spoke", "tocilizumab_available"), more=more))
        if one["issued"]:
            blocks.append(fact(say, one["issued"], ()))
        blocks += comparison(say, one["comparison"])
        shown = scanned(say, one["scanned"])
        blocks += [heading(say.label("scanned")), *shown] if shown else []
    return or_empty(say, blocks)
