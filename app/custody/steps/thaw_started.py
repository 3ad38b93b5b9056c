"""The thaw begins, once everything that must be ready is said to be ready: nothing leads back to the cold."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import certified, in_time, not_expired, signed_profile, within_shelf_life
from app.custody.doses import second_part
from app.custody.effects import Effects
from app.custody.labels import joined
from app.custody.parts import BAG, NOTE, PHARMACY, bag_of, seen, temperature, visual
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.verdict import Breach
from app.kit.clock import parse_rfc3339
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
    missing = {name: text for name, text in lines.items() if situation.details.get(name) is not True}
    if not missing:
        return None
    surely = situation.profile is None or situation.profile.binding("readiness") or bool(missing.keys() & READINESS)
    return Breach("not-ready" if surely else "not-ready-unconfirmed", {"missing": joined(list(missing.values()))})


def _intact(situation: Situation) -> Breach | None:
    return Breach("bag-damaged") if seen(situation) else None


def _in_turn(situation: Situation) -> Breach | None:
    if situation.profile is None or not situation.profile.sequential_thaw:
        return None
    if not any(bag.state in _STANDING for bag in situation.companions):
        return None
    return Breach("thaw-in-turn" if situation.profile.binding("sequential_thaw") else "thaw-in-turn-unconfirmed")


def _kept_cold_enough(situation: Situation) -> Breach | None:
    # What lay in a dewar too warm for the version in force was put on hold as it was retrieved; here is caught what
    # was signed after that.
    now, before, since = situation.profile, situation.followed, situation.profile_since
    left = situation.bag.marks.get("retrieved") if situation.bag is not None else None
    if now is None or before is None or since is None or left is None:
        return None
    if now.limit_c >= before.limit_c or not now.binding("limit_c") or parse_rfc3339(left) >= since:
        return None
    return Breach("limit-tightened", {"before": str(before.limit_c), "limit": str(now.limit_c)})


def _effect(situation: Situation) -> Effects:
    # From here on the bag follows the version that was in force when its thaw began, whatever is signed later.
    bag, profile = bag_of(situation), situation.profile
    return Effects(bag=replace(bag, profile_version=profile.version) if profile is not None else bag)


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
    effect=_effect,
    training="thaw",
    checks=(
        signed_profile,
        _kept_cold_enough,
        certified,
        not_expired,
        within_shelf_life,
        _intact,
        in_time,
        _in_turn,
        second_part,
        _ready,
    ),
    rules=(
        "unknown-profile",
        "profile-unsigned",
        "profile-withdrawn",
        "limit-tightened",
        "certificate-missing",
        "bag-expired",
        "shelf-life-passed",
        "shelf-life-unconfirmed",
        "bag-damaged",
        "timer-overdue",
        "timer-overdue-unconfirmed",
        "thaw-in-turn",
        "thaw-in-turn-unconfirmed",
        "second-dose-undecided",
        "outside-dose-window",
        "outside-dose-window-unconfirmed",
        "not-ready",
        "not-ready-unconfirmed",
    ),
    context=frozenset({"dose"}),
    hint=Text("Une poche décongelée ne retourne jamais au froid.", "A thawed bag never goes back to the cold."),
)
