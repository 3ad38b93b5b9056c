"""A box, a rack, a tower or a whole dewar goes elsewhere as one act; every bag of it is scanned, and each is moved."""

from __future__ import annotations

from app.custody.effects import Effects
from app.custody.parts import NOTE, PHARMACY, reason
from app.custody.relocating import Relocation
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step, WitnessRule
from app.custody.verdict import Breach
from app.kit.texts import Text

_NAMED = 20


def _relocation(situation: Situation) -> Relocation:
    if situation.relocation is None:  # the machine refuses such a scan before any check is asked for
        message = "this step moves no part of a dewar"
        raise ValueError(message)
    return situation.relocation


def _of_this_site(situation: Situation) -> Breach | None:
    return None if _relocation(situation).site == situation.actor.site else Breach("unknown-dewar")


def _there(situation: Situation) -> Breach | None:
    told = _relocation(situation)
    if not told.known:
        return Breach("part-unknown")
    return None if told.alike else Breach("part-unlike")


def _every_bag(situation: Situation) -> Breach | None:
    missing = _relocation(situation).missing
    return Breach("bags-missing", _counted(missing, "positions")) if missing else None


def _no_other(situation: Situation) -> Breach | None:
    strange = _relocation(situation).strange
    return Breach("bags-strange", _counted(strange, "found")) if strange else None


def _once(situation: Situation) -> Breach | None:
    twice = _relocation(situation).twice
    return Breach("bag-scanned-twice", {"positions": ", ".join(twice[:_NAMED])}) if twice else None


def _a_place_for_each(situation: Situation) -> Breach | None:
    placeless = _relocation(situation).placeless
    return Breach("place-missing", _counted(placeless, "positions")) if placeless else None


def _in_time(situation: Situation) -> Breach | None:
    return None if _relocation(situation).timely else Breach("exposure-times")


def _counted(codes: tuple[str, ...], name: str) -> dict[str, str]:
    more = ", …" if len(codes) > _NAMED else ""
    return {"number": str(len(codes)), name: ", ".join(codes[:_NAMED]) + more}


def _effect(_situation: Situation) -> Effects:
    return Effects()  # what it changes is not one bag: each one is moved by the step ``moved``, in the same act


RELOCATED = Step(
    tag="relocated",
    labels=Text("Déplacer ensemble", "Move together"),
    subject="dewar",
    roles=PHARMACY,
    moves=(),
    slots=(Slot("dewar", "dewar", Text("Étiquette de la cuve", "Label of the dewar")),),
    fields=(
        Field(
            "scope",
            "text",
            Text("Partie déplacée (colonne, rack ou boîte)", "Part moved (tower, rack or box)"),
            maximum=64,
            example="D1-T1-R1-B1",
        ),
        Field(
            "to",
            "text",
            Text("Arrivée (même genre de partie)", "Destination (a part of the same kind)"),
            required=True,
            maximum=64,
            example="D2-T1-R1-B1",
        ),
        Field(
            "out_at",
            "instant",
            Text("Sortie du froid", "Out of the cold at"),
            required=True,
            example="2026-11-22T08:55:00.000Z",
        ),
        Field(
            "bags",
            "objects",
            Text("Chaque poche, scannée", "Every bag, scanned"),
            required=True,
            minimum=1,
            maximum=500,
            private=True,
            example=[{"symbols": ["=A99972612345600=<S1295400"]}],
            fields=(
                Field(
                    "symbols",
                    "texts",
                    Text("Symboles lus sur la poche", "Symbols read on the bag"),
                    required=True,
                    minimum=1,
                    maximum=8,
                    example=["=A99972612345600=<S1295400"],
                ),
                Field("out_at", "instant", Text("Sortie de cette poche", "This bag was out at")),
                Field("in_at", "instant", Text("Retour de cette poche", "This bag was back at")),
            ),
        ),
        reason("cuve en alarme"),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY),
    epcis=Epcis("ObjectEvent", "OBSERVE", "storing", "in_progress"),
    effect=_effect,
    training="cryogenic_handling",
    checks=(_of_this_site, _there, _in_time, _once, _no_other, _every_bag, _a_place_for_each),
    rules=(
        "unknown-dewar",
        "part-unknown",
        "part-unlike",
        "exposure-times",
        "bag-scanned-twice",
        "bags-strange",
        "bags-missing",
        "place-missing",
    ),
    anywhere=True,
    hint=Text(
        "Scannez chaque poche. Si l'une manque ou n'est pas d'ici, rien n'est déplacé.",
        "Scan every bag. If one is missing or does not belong here, nothing is moved.",
    ),
)
