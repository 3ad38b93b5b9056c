"""An event on paper: what happened, when, who did it, what was stated, and every correction under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.kit.texts import Text
from app.reports.printed.blocks import Block, Cell, Column, cell, fields, heading, note, table
from app.reports.printed.said import NOTHING, Saying, instant, span

Doc = Mapping[str, Any]

EMPTY: Final = Text("Rien n'est enregistré pour cette rubrique.", "Nothing is recorded for this section.")
LATE: Final = Text("saisie tardive", "late entry")
DEVIATION: Final = Text("déviation", "deviation")
CORRECTED: Final = Text("Corrigé", "Corrected")
SECOND: Final = Text("Seconde personne", "Second person")
RECORDED: Final = Text("enregistré", "recorded")
NOTE: Final = Text("Remarque", "Note")
PHOTOS: Final = Text("Photos", "Photographs")

COMPARED: Final = {"agree": "good", "differ": "bad", "absent": "muted"}
TIMERS: Final = {"met": "good", "broken": "bad", "overdue": "bad", "running": "watch", "waiting": "muted"}
COLD: Final = {"in_range": "good", "excursion": "bad", "unknown": "watch"}


def fact(
    say: Saying, told: Doc, names: Sequence[str], *, title: str = "", more: Iterable[tuple[str, Cell]] = ()
) -> Block:
    """Return one event with the members ``names`` of it, and ``more`` that is said beside them."""
    chips = []
    if told["late"]:
        chips.append({"text": say.text(LATE), "tone": "watch"})
    if told["deviation"]:
        chips.append({"text": say.text(DEVIATION), "tone": "watch"})
    when = instant(told["occurred_at"])
    if instant(told["recorded_at"]) != when:
        when += f" ({say.text(RECORDED)} {instant(told['recorded_at'])})"
    return {
        "kind": "fact",
        "title": f"{title or say.step(told['step'])} · {say.bag(told['bag'])}",
        "when": f"{when} · {say.number(told['event'])}",
        "chips": chips,
        "who": people(say, told),
        "items": [*([say.label(name), say.value(name, told[name])] for name in names), *(list(one) for one in more)],
        "under": [
            *_corrections(say, told["corrections"]),
            *_note(say, told["note"]),
            *_photos(say, told.get("photos", ())),
        ],
    }


def people(say: Saying, told: Doc) -> str:
    """Return who did it, and who stood by."""
    if told["by"] is None:
        return ""
    witness = "" if told["witness"] is None else f" — {say.text(SECOND)}: {say.who(told['witness'])}"
    return f"{say.who(told['by'])}{witness}"


def _corrections(say: Saying, corrections: Iterable[Doc]) -> list[dict[str, str]]:
    return [{"text": correction(say, one), "tone": "watch"} for one in corrections]


def correction(say: Saying, one: Doc) -> str:
    """Return a correction: what stood there, what stands there, why, by whom and when."""
    field = one["field"]
    change = f"{say.label(field)}: {one['old'] or NOTHING} → {one['new'] or NOTHING}"
    return f"{say.text(CORRECTED)} — {change} ({one['reason'] or NOTHING}; {say.who(one['by'])}, {instant(one['at'])})"


def _note(say: Saying, text: str | None) -> list[dict[str, str]]:
    return [{"text": f"{say.text(NOTE)} — {text}", "tone": "plain"}] if text else []


def _photos(say: Saying, photos: Iterable[Doc]) -> list[dict[str, str]]:
    # The first half of a digest finds the file, and fits the line; the whole one stands in the attached report.
    named = ", ".join(one["sha256"][:32] for one in photos)
    return [{"text": f"{say.text(PHOTOS)} — {named}", "tone": "plain"}] if named else []


def comparison(say: Saying, rows: Sequence[Doc]) -> list[Block]:
    """Return the fields that several labels carry, side by side, and whether they agree."""
    layers = list(dict.fromkeys(layer for row in rows for layer in row["values"]))
    if not rows:
        return []
    columns = [
        Column(say.label("field"), 3),
        *(Column(say.code("layer", layer), 5) for layer in layers),
        Column(say.label("verdict")),
    ]
    shown = [
        (
            "bad" if row["verdict"] == "differ" else "plain",
            [
                say.label(row["field"]),
                *(cell(say.value("text", row["values"].get(layer)), mono=True) for layer in layers),
                cell(say.code("comparison", row["verdict"]), COMPARED[row["verdict"]], chip=True),
            ],
        )
        for row in rows
    ]
    return [heading(say.label("comparison")), table(columns, shown, size=7)]


def timers(say: Saying, rows: Iterable[Doc]) -> list[Block]:
    """Return the clocks of the product's rules, each with its limit and how it ended."""
    columns = [
        Column(say.label("bag"), 2),
        Column(say.label("timers"), 5),
        Column(say.label("max_minutes")),
        Column(say.label("started_at"), 4),
        Column(say.label("ended_at"), 4),
        Column(say.label("elapsed_s")),
        Column(say.label("state")),
    ]
    shown = [
        (
            "plain",
            [
                say.bag(row["bag"]),
                f"{say.value('starts', row['starts'])} → {say.value('ends', row['ends'])}",
                say.value("max_minutes", row["max_minutes"]),
                say.value("started_at", row["started_at"]),
                say.value("ended_at", row["ended_at"]),
                say.value("elapsed_s", row["elapsed_s"]),
                cell(say.code("timer", row["state"]), TIMERS[row["state"]], chip=True),
            ],
        )
        for row in rows
    ]
    return [table(columns, shown)] if shown else []


def rows_of(say: Saying, rows: Iterable[Doc], columns: Sequence[tuple[str, int]]) -> list[Block]:
    """Return documents as a table, one a row; nothing where there is none. A column is a member and its share."""
    shown: list[tuple[str, list[Cell]]] = [("plain", [_told(say, name, row) for name, _ in columns]) for row in rows]
    return [table([Column(say.label(name), share) for name, share in columns], shown)] if shown else []


def _told(say: Saying, name: str, row: Doc) -> str:
    if name in {"event", "in_event", "out_event"}:
        return say.line(row[name])
    return say.bag(row[name]) if name == "bag" else say.value(name, row[name])


def pairs(say: Saying, doc: Doc, names: Iterable[str], *, across: int = 2) -> Block:
    """Return some members of a document as names and values."""
    return fields([(say.label(name), say.value(name, doc[name])) for name in names], across=across)


def or_empty(say: Saying, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of a section, or the sentence that there is nothing in it: an empty page looks complete."""
    return list(blocks) or [note(say.text(EMPTY))]


def during(doc: Doc) -> str:
    """Return the stretch of time a document tells of."""
    return span(doc["since"], doc["until"])
