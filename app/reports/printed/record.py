"""Sections 15 and 16 on paper: who signed, and every event behind the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.kit.texts import Text
from app.reports.printed.blocks import Block, Cell, Column, cell, note, table
from app.reports.printed.facts import correction, or_empty
from app.reports.printed.said import NOTHING, NUMBER, Saying, instant

Doc = Mapping[str, Any]

STATUSES: Final = {"valid": "good", "invalid": "bad", "not_proved": "watch", "not_disclosed": "muted"}
LEAF_SHOWN: Final = 16
TRAIL: Final = Text(
    "Dans l'ordre du journal. « Empreinte » : les seize premiers chiffres de l'empreinte de l'entrée dans le journal.",
    "In the order of the log. “Leaf hash”: the first sixteen digits of the entry's hash in the log.",
)
LATE: Final = Text("saisi {by} après ({reason}){offline}", "entered {by} later ({reason}){offline}")
OFFLINE: Final = Text(", tablette hors ligne", ", tablet offline")
BRACKET: Final = Text("entré au journal après {after} et avant {by}", "entered the log after {after} and before {by}")
WITHHELD: Final = Text("contenu non communiqué", "content not disclosed")


def signatures(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 15: name, role, meaning, time, method and status (21 CFR 11.50)."""
    columns = [
        Column(say.text(NUMBER)),
        Column(say.label("who"), 11),
        Column(say.label("step"), 5),
        Column(say.label("meaning"), 7),
        Column(say.label("at"), 5),
        Column(say.label("method"), 5),
        Column(say.label("status")),
    ]
    rows: list[tuple[str, list[Cell]]] = [
        (
            "plain",
            [
                say.line(one["event"]),
                say.who(one["who"]),
                say.step(one["step"]),
                _meaning(say, one),
                instant(one["at"], seconds=True),
                say.code("method", one["method"]),
                cell(say.code("signature", one["status"]), STATUSES.get(one["status"], "watch"), chip=True),
            ],
        )
        for one in told
    ]
    return or_empty(say, [table(columns, rows, size=7)] if rows else [])


def _meaning(say: Saying, one: Doc) -> str:
    part = say.code("part", one["part"])
    return one["meaning"] if one["part"] == "actor" else f"{part}: {one['meaning']}"


def trail(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 16: every event, what was refused and what came late in their own tones."""
    columns = [
        Column(say.text(NUMBER)),
        Column(say.label("index"), 3),
        Column(say.label("occurred_at"), 5),
        Column(say.label("recorded_at"), 5),
        Column(say.label("subject"), 4),
        Column(say.label("event"), 9),
        Column(say.label("by"), 8),
        Column(say.label("leaf"), 5),
    ]
    rows = [(_row_tone(one), _row(say, one)) for one in told]
    return or_empty(say, [note(say.text(TRAIL)), table(columns, rows, size=7)] if rows else [])


def _row_tone(one: Doc) -> str:
    if one["outcome"] == "refused":
        return "bad"
    return "watch" if one["late"] else "plain"


def _row(say: Saying, one: Doc) -> list[Cell]:
    return [
        say.line(one["event"]),
        str(one["index"]),
        instant(one["occurred_at"], seconds=True),
        instant(one["recorded_at"], seconds=True),
        say.bag(one["bag"]) if one["bag"] else say.code("subject", one["subject"]),
        _what(say, one),
        _who(say, one),
        cell(one["leaf"][:LEAF_SHOWN], "muted", mono=True),
    ]


def _what(say: Saying, one: Doc) -> str:
    said = [say.step(one["step"]) if one["step"] else one["tag"]]
    if one["outcome"] == "refused":
        said.append(f"{say.code('outcome', 'refused')}: {say.code('rule', one['code'] or NOTHING)}")
    if one["late"]:
        said.append(_late(say, one["late"]))
    if not one["disclosed"]:
        said.append(say.text(WITHHELD))
    return " — ".join([*said, *(correction(say, change) for change in one["corrections"])])


def _late(say: Saying, late: Doc) -> str:
    offline = say.text(OFFLINE) if late["offline"] else ""
    by = say.value("by_seconds", late["by_seconds"])
    after, before = late["bracket"]["after"], late["bracket"]["by"]
    said = say.text(LATE).format(by=by, reason=late["reason"] or NOTHING, offline=offline)
    if after is None and before is None:
        return said
    ends = (NOTHING if one is None else instant(one["at"], seconds=True) for one in (after, before))
    return f"{said}; {say.text(BRACKET).format(**dict(zip(('after', 'by'), ends, strict=True)))}"


def _who(say: Saying, one: Doc) -> str:
    if one["by"] is None:
        return NOTHING
    witness = f" + {_short(say, one['witness'])}" if one["witness"] else ""
    device = f" · {one['device']}" if one["device"] else ""
    return f"{_short(say, one['by'])}{witness}{device}"


def _short(say: Saying, who: Doc) -> str:
    return str(who["name"] or say.who(who))
