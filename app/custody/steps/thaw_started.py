"""The thaw begins, once everything that must be ready is said to be ready: nothing leads back to the cold."""

from __future__ import annotations

from app.custody.bag import Kind, State
from app.custody.checks import certified, in_time, known_profile, not_expired
from app.custody.labels import joined
from app.custody.parts import BAG, NOTE, PHARMACY, seen, temperature, unchanged, visual
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.verdict import Breach
from app.kit.texts import Text

READINESS = {
    "prescription_active": Text("prescription active", "active prescription"),
    "patient_ready": Text("patient prêt", "patient ready"),
    "tocilizumab_available": Text("tocilizumab disponible", "tocilizumab in hand"),
    "intensive_care_told": Text("réanimation prévenue", "intensive care told"),
}
"""What every product needs before its thaw (THW-01)."""
WHERE_ASKED = {
    "mri_available": Text("IRM disponible", "MRI available"),
    "neurologist_reachable": Text("neurologue joignable", "neurologist reachable"),
}
"""What some makers ask for besides; the profile says which."""
_STANDING = frozenset({State.THAWING, State.THAWED, State.ISSUED, State.INFUSING})


def _ready(situation: Situation) -> Breach | None:
    # Each line is stated by a person; a line nobody stated counts as missing.
    asked = situation.profile.readiness if situation.profile is not None else ()
    lines = READINESS | {name: WHERE_ASKED[name] for name in asked}
    missing = [text for name, text in lines.items() if situation.details.get(name) is not True]
    return Breach("not-ready", {"missing": joined(missing)}) if missing else None


def _intact(situation: Situation) -> Breach | None:
    return Breach("bag-damaged") if seen(situation) else None


def _in_turn(situation: Situation) -> Breach | None:
    if situation.profile is None or not situation.profile.sequential_thaw:
        return None
    return Breach("thaw-in-turn") if any(bag.state in _STANDING for bag in situation.companions) else None


def _capitalised(text: Text) -> Text:
    return Text(text.fr[0].upper() + text.fr[1:], text.en[0].upper() + text.en[1:])


THAW_STARTED = Step(
    tag="thaw_started",
    labels=Text("Commencer la décongélation", "Start the thaw"),
    subject="bag",
    roles=PHARMACY,
    moves=moves(Kind.PRODUCT, State.RETRIEVED, to=State.THAWING),
    slots=(BAG,),
    fields=(
        Field(
            "device",
            "text",
            Text("Bain-marie ou décongélateur à sec", "Bath or dry thawer"),
            required=True,
            maximum=64,
            example="BATH-1",
        ),
        temperature(required=True),
        visual(),
        *(Field(name, "boolean", _capitalised(text), example=True) for name, text in (READINESS | WHERE_ASKED).items()),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | {"nurse", "physician"}),
    epcis=Epcis("ObjectEvent", "OBSERVE", "thawing", "in_progress"),
    effect=unchanged,
    training="thaw",
    checks=(known_profile, certified, not_expired, _intact, in_time, _in_turn, _ready),
    rules=(
        "unknown-profile",
        "certificate-missing",
        "bag-expired",
        "bag-damaged",
        "timer-overdue",
        "timer-overdue-unconfirmed",
        "thaw-in-turn",
        "not-ready",
    ),
    context=frozenset({"dose"}),
    hint=Text("Une poche décongelée ne retourne jamais au froid.", "A thawed bag never goes back to the cold."),
)
