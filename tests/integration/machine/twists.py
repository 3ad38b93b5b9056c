"""The ways in which an act can be done wrongly; each takes a proper act and bends one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.custody.steps import STEPS
from tests.integration.machine.walk import Act, Walk

LOGINS = (
    "pharm1",
    "pharm2",
    "tech1",
    "nurse1",
    "nurse2",
    "doctor1",
    "biologist1",
    "quality1",
    "coord1",
    "efs1",
    "efs2",
    "carrier1",
    "carrier2",
    "kite1",
    "kite2",
    "nov1",
    "auditor1",
    "admin1",
)
OVERRIDDEN = ("not-identified", "bag-expired", "out-of-order", "on-hold", "wrong-patient", "wrong-position")
DETAILS: tuple[Mapping[str, Any], ...] = (
    {"seal_intact": False},
    {"visual_check": "leak"},
    {"labels_agree": False},
    {"patient_spoke": False},
    {"no_leukodepleting_filter": False},
    {"patient_ready": False},
    {"dewar_state": "alarm"},
    {"purpose": "check"},
    {"completeness": "partial", "fate_of_rest": "détruit"},
    {"hold": "nowhere"},
    {"bags": []},
    {"volume_ml": "beaucoup"},
)


@dataclass(frozen=True, slots=True)
class Bend:
    """Which bag the act was for, and what it is bent towards: another bag, two people, other statements."""

    walk: Walk
    bag: str
    stranger: str
    login: str
    second: str
    details: Mapping[str, Any]

    def other_bag(self, act: Act) -> Act:
        return _swapped(act, self.walk.labels[self.bag][1], self.walk.labels[self.stranger][1])

    def other_patient(self, act: Act) -> Act:
        return _swapped(act, self.walk.labels[self.bag][0].wristband, self.walk.labels[self.stranger][0].wristband)

    def other_document(self, act: Act) -> Act:
        return _swapped(act, self.walk.labels[self.bag][0].document, self.walk.labels[self.stranger][0].document)

    def other_position(self, act: Act) -> Act:
        places = [one for one in act.symbols if isinstance(one, str) and ".P." in one]
        return _swapped(act, places[0], self.walk.position(self.stranger)) if places else act

    def other_statements(self, act: Act) -> Act:
        known = {field.name for field in STEPS[act.tag].fields}
        fitting = {name: value for name, value in self.details.items() if name in known}
        return replace(act, details={**act.details, **fitting})


def _swapped(act: Act, one: str, other: str) -> Act:
    return replace(act, symbols=tuple(other if symbol == one else symbol for symbol in act.symbols))


TWISTS: dict[str, Callable[[Bend, Act], Act]] = {
    "another's hand": lambda bend, act: replace(act, login=bend.login),
    "another witness": lambda bend, act: replace(act, witness=bend.second),
    "alone": lambda _bend, act: replace(act, witness=None),
    "one's own witness": lambda _bend, act: replace(act, witness=act.login),
    "another bag": Bend.other_bag,
    "another patient": Bend.other_patient,
    "another document": Bend.other_document,
    "another position": Bend.other_position,
    "other statements": Bend.other_statements,
    "rules overridden unasked": lambda bend, act: replace(act, overriding=OVERRIDDEN, authoriser=bend.second),
    "written down late": lambda _bend, act: replace(act, minutes_ago=90),
    "before it happened": lambda _bend, act: replace(act, minutes_ago=-90),
    "without its symbols": lambda _bend, act: replace(act, symbols=()),
}
