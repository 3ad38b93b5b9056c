"""A blind count: every position of a dewar or a part of it is scanned, and only then compared with the record."""

from __future__ import annotations

from app.custody.counting import Count
from app.custody.effects import Effects
from app.custody.parts import NOTE, PHARMACY
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step
from app.custody.verdict import Breach
from app.kit.texts import Text


def _count(situation: Situation) -> Count:
    if situation.count is None:  # the machine refuses such a scan before any check is asked for
        message = "this step has no count"
        raise ValueError(message)
    return situation.count


def _of_this_site(situation: Situation) -> Breach | None:
    return None if _count(situation).site == situation.actor.site else Breach("unknown-dewar")


def _in_its_part(situation: Situation) -> Breach | None:
    return Breach("unknown-position") if _count(situation).elsewhere else None


def _once(situation: Situation) -> Breach | None:
    twice = _count(situation).twice
    return Breach("counted-twice", {"positions": ", ".join(twice)}) if twice else None


def _whole(situation: Situation) -> Breach | None:
    unvisited = _count(situation).unvisited
    return Breach("count-incomplete", {"number": str(len(unvisited))}) if unvisited else None


def _effect(_situation: Situation) -> Effects:
    return Effects()  # what a count changes is not one bag: the action writes the count and what it holds


COUNTED = Step(
    tag="counted",
    labels=Text("Inventorier", "Count"),
    subject="dewar",
    roles=PHARMACY,
    moves=(),
    slots=(Slot("dewar", "dewar", Text("Étiquette de la cuve", "Label of the dewar")),),
    fields=(
        Field(
            "scope",
            "text",
            Text("Partie comptée (colonne, rack ou boîte)", "Part counted (tower, rack or box)"),
            maximum=64,
            example="D1-T1-R1-B1",
        ),
        Field(
            "positions",
            "objects",
            Text("Ce qui a été lu à chaque emplacement", "What was read at each position"),
            required=True,
            minimum=1,
            maximum=500,
            private=True,
            example=[{"position": "D1-T1-R1-B1-P1", "symbols": []}],
            fields=(
                Field(
                    "position",
                    "text",
                    Text("Emplacement", "Position"),
                    required=True,
                    maximum=64,
                    example="D1-T1-R1-B1-P1",
                ),
                Field(
                    "symbols",
                    "texts",
                    Text("Symboles lus (aucun : vide)", "Symbols read (none: empty)"),
                    required=True,
                    minimum=0,
                    maximum=8,
                    example=[],
                ),
            ),
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "stock_taking", None),
    effect=_effect,
    checks=(_of_this_site, _in_its_part, _once, _whole),
    rules=("unknown-dewar", "unknown-position", "counted-twice", "count-incomplete"),
    anywhere=True,
    training="cryogenic_handling",
    hint=Text(
        "Scannez chaque emplacement et ce qui s'y trouve ; le contenu attendu n'est montré qu'à la fin.",
        "Scan each position and what lies in it; what was expected is shown only at the end.",
    ),
)
