"""Sections 9 and 11 to 14 on paper: thaw, infusion, follow-up, deviations, and what became of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.kit.texts import Text
from app.reports.printed.blocks import Block, Column, cell, fields, heading, note, table
from app.reports.printed.facts import fact, or_empty, pairs, rows_of, timers
from app.reports.printed.said import NOTHING, Saying

Doc = Mapping[str, Any]

UNTOLD: Final = Text(
    "Cette rubrique n'est pas communiquée à ce lecteur.", "This section is not disclosed to this reader."
)
BALANCED: Final = Text("juste", "balanced")
UNBALANCED: Final = Text("ÉCART", "DIFFERENCE")
UNKNOWN: Final = Text("inconnu", "unknown")
FATES: Final = ("received", "infused", "destroyed", "returned", "stored", "pending", "lost", "difference")


def thaw(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 9."""
    blocks = []
    for one in told:
        if one["started"]:
            blocks.append(fact(say, one["started"], ("device", "temp_mC", "visual_check", "readiness")))
        if one["ended"]:
            blocks.append(fact(say, one["ended"], ("temp_mC", "visual_check")))
        if one["prepared"]:
            blocks.append(fact(say, one["prepared"], _beside(one["prepared"])))
        blocks += timers(say, one["timers"])
    return or_empty(say, blocks)


def infusion(say: Saying, told: Sequence[Doc], _report: Doc) -> list[Block]:
    """Return section 11."""
    names = ("volume_ml", "completeness", "rest_ml", "fate_of_rest", "interruptions", "reactions")
    blocks = []
    for one in told:
        blocks.append(fact(say, one["started"], ("line_set", "no_leukodepleting_filter")))
        if one["ended"]:
            elapsed = [(say.label("elapsed_s"), say.value("elapsed_s", one["elapsed_s"]))]
            blocks.append(fact(say, one["ended"], names, more=elapsed))
        blocks += timers(say, one["timers"])
    return or_empty(say, blocks)


def follow_up(say: Saying, told: Doc, _report: Doc) -> list[Block]:
    """Return section 12."""
    if not told["disclosed"]:
        return [note(say.text(UNTOLD))]
    blocks = rows_of(say, told["worst"], [("reaction", 3), ("scheme", 3), ("grade", 2)])
    if told["second_dose"]:
        blocks.append(fields([(say.label("second_dose"), say.value("second_dose", told["second_dose"]))]))
    blocks += [fact(say, one, ("stated", "computed")) for one in told["records"]]
    blocks += [fields([(say.label("serious"), say.value("serious", one))], across=1) for one in told["serious"]]
    return or_empty(say, blocks)


def deviations(say: Saying, told: Doc, _report: Doc) -> list[Block]:
    """Return section 13."""
    if not told["disclosed"]:
        return [note(say.text(UNTOLD))]
    names = ("opened_at", "opened_by", "reason", "owner", "decision", "decision_text", "decided_at", "capa")
    blocks = []
    for one in told["items"]:
        state = cell(say.code("deviation", one["state"]), "good" if one["state"] == "closed" else "watch", chip=True)
        blocks += [
            heading(f"{'; '.join(rule['text'] for rule in one['rules'])} · {say.bag(one['bag'])}"),
            fields(
                [
                    (say.label("state"), state),
                    (say.label("step"), say.value("step", one["step"])),
                ]
            ),
            pairs(say, one, (*names, "closed_at", "closed_by")),
        ]
    for title, member, columns in _QUALITY:
        shown = rows_of(say, told[member], columns)
        blocks += [heading(say.label(title)), *shown] if shown else []
    return or_empty(say, blocks)


_QUALITY: Final = (
    ("holds", "holds", [("bag", 3), ("reason", 5), ("since", 4), ("lifted_at", 4), ("lifted_by", 6), ("event", 0)]),
    ("overridden", "overridden", [("bag", 3), ("text", 8), ("event", 0)]),
)


def disposition(say: Saying, told: Doc, _report: Doc) -> list[Block]:
    """Return section 14: where every bag ended, and whether what came in is what went out."""
    ends = rows_of(say, told["bags"], [("bag", 3), ("state", 4), ("at", 3), ("event", 0)])
    columns = [
        Column(say.label("quantities"), 4),
        *(Column(say.label(name), 2) for name in FATES),
        Column(say.label("balanced")),
    ]
    rows = []
    for one in told["quantities"]:
        bag = f" · {say.bag(one['bag'])}" if one["bag"] else ""
        verdict = {True: (BALANCED, "good"), False: (UNBALANCED, "bad"), None: (UNKNOWN, "watch")}[one["balanced"]]
        sums = [NOTHING if one[name] is None else str(one[name]) for name in FATES]
        balanced = cell(say.text(verdict[0]), verdict[1], chip=True)
        rows.append(("plain", [say.code("of", one["of"]) + bag, *sums, balanced]))
    return or_empty(say, [*ends, *([heading(say.label("quantities")), table(columns, rows, size=7)] if rows else [])])


def _beside(told: Doc) -> list[str]:
    return [name for name in told if name not in _FACT]


_FACT: Final = {
    "event", "bag", "step", "occurred_at", "recorded_at", "late", "by", "witness", "deviation", "note", "photos",
    "corrections",
}  # fmt: skip
