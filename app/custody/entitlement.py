"""Whether the people of a scan are trained for it, judged at the time it happened and not at the time we hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.custody.competences import COMPETENCES
from app.custody.labels import instant_name
from app.custody.situation import Person, Situation
from app.custody.verdict import Breach
from app.kit.period import Period
from app.kit.texts import Text

_ACTOR = Text("vous-même", "yourself")
_WITNESS = Text("le second contrôle", "the second person")


def untrained(situation: Situation) -> Iterable[Breach]:
    """Yield a breach for each person of the scan whose training for the step is not valid (ACC-02, 21 CFR 11.10(i))."""
    competence = situation.step.training
    if competence is None:
        return
    lacking = [
        (person, who)
        for person, who in ((situation.actor, _ACTOR), (situation.witness, _WITNESS))
        if person is not None and not _is_trained(person, competence, situation.occurred_at)
    ]
    # Two people who both lack it do not authorise each other: every breach names them all.
    by = frozenset(person.id for person, _ in lacking)
    for person, who in lacking:
        values: dict[str, str | Text] = {"competence": COMPETENCES[competence].labels, "who": who}
        ended = _last_end(person, competence, situation.occurred_at)
        if ended is None:
            yield Breach("training-missing", values, by)
        else:
            yield Breach("training-expired", {**values, "since": instant_name(ended)}, by)


def _is_trained(person: Person, competence: str, at: datetime) -> bool:
    return person.trainings is None or any(period.holds(at) for period in _periods(person, competence))


def _last_end(person: Person, competence: str, at: datetime) -> datetime | None:
    return max((period.end for period in _periods(person, competence) if period.end <= at), default=None)


def _periods(person: Person, competence: str) -> tuple[Period, ...]:
    return (person.trainings or {}).get(competence, ())
