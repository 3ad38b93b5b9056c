"""A bag gets a new label: it must name this very bag, the old one is void, and every printed label is accounted for."""

from __future__ import annotations

from dataclasses import replace

from app.custody.effects import Effects
from app.custody.parts import BAG, COLLECTION, LABEL, NOTE, PHARMACY, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, any_live
from app.custody.verdict import Breach
from app.kit.texts import Text


def _known_run(situation: Situation) -> Breach | None:
    asked = situation.details.get("print_run")
    return Breach("unknown-print-run") if asked is not None and situation.print_run is None else None


def _accounted_for(situation: Situation) -> Breach | None:
    # Two labels that look alike and one too many on the bench is how two patients' bags were once lost at a stroke
    # (clinical §7, event 4): what was printed is on the bag or destroyed, and nothing is left over.
    details, run = situation.details, situation.print_run
    used, void = int(details["used"]), int(details["void"])
    left = int(details["printed"]) - used - void
    if run is not None and left == 0:
        left = min(run.left - used - void, 0)
        if run.labelled == bag_of(situation).id:
            left = run.left - used - void  # all of them were for this bag
    return Breach("labels-unaccounted", {"left": str(abs(left))}) if left else None


def _effect(situation: Situation) -> Effects:
    bag, run, details = bag_of(situation), situation.print_run, situation.details
    label = situation.label or ()
    known = [*bag.identifiers, *(key for key in label if key not in bag.identifiers)]
    void = [*bag.void]
    if details["old_label"] == "void":
        void += [key for key in situation.void if key not in void]
    if run is not None:
        run = replace(run, used=run.used + details["used"], void=run.void + details["void"])
        run = replace(run, state="closed" if run.left <= 0 else "open")
    return Effects(bag=replace(bag, identifiers=known, void=void), print_run=run)


def _count(name: str, labels: Text, example: int) -> Field:
    return Field(name, "integer", labels, required=True, unit="{label}", minimum=0, maximum=1000, example=example)


LABELLED = Step(
    tag="labelled",
    labels=Text("Étiqueter", "Label"),
    subject="bag",
    roles=COLLECTION | PHARMACY,
    moves=any_live(),
    slots=(BAG, LABEL),
    fields=(
        Field(
            "print_run",
            "text",
            Text("Impression (identifiant)", "Print run (identifier)"),
            maximum=36,
        ),
        _count("printed", Text("Étiquettes imprimées", "Labels printed"), 2),
        _count("used", Text("Étiquettes collées", "Labels used"), 1),
        _count("void", Text("Étiquettes détruites", "Labels destroyed"), 1),
        Field(
            "old_label",
            "choice",
            Text("Ancienne étiquette", "Old label"),
            required=True,
            choices=("void", "kept", "none"),
            example="void",
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "encoding", None),
    effect=_effect,
    checks=(_known_run, _accounted_for),
    rules=("unknown-label", "label-already-used", "unknown-print-run", "labels-unaccounted"),
    physical=True,
    hint=Text(
        "Scannez la poche, collez la nouvelle étiquette, puis scannez-la.",
        "Scan the bag, stick the new label on, then scan it.",
    ),
)
