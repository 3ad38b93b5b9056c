"""Whether the people of a scan are trained and delegated for it, judged when it happened, not when we hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    values = {"competence": COMPETENCES[competence].labels}
    held = [(person, who, _trainings(person, competence)) for person, who in _asked(situation)]
    yield from _lacking("training", held, situation.occurred_at, values)


def undelegated(situation: Situation) -> Iterable[Breach]:
    """Yield a breach for each person without a valid entry in the delegation log of the product's trial (ICH E6)."""
    task, profile = situation.step.training, situation.profile
    if task is None or profile is None or profile.kind != "trial":
        return
    protocol = profile.protocol or profile.tag
    values: dict[str, str | Text] = {"task": COMPETENCES[task].labels, "protocol": protocol}
    held = [
        (
            person,
            who,
            tuple(one.period for one in person.delegations if one.protocol == protocol and task in one.tasks),
        )
        for person, who in _asked(situation)
    ]
    yield from _lacking("delegation", held, situation.occurred_at, values)


def _lacking(
    what: str,
    held: Sequence[tuple[Person, Text, tuple[Period, ...]]],
    at: datetime,
    values: Mapping[str, str | Text],
) -> Iterable[Breach]:
    lacking = [one for one in held if not any(period.holds(at) for period in one[2])]
    # Two people who both lack it do not authorise each other: every breach names them all.
    by = frozenset(person.id for person, _, _ in lacking)
    for _, who, periods in lacking:
        ended = max((period.end for period in periods if period.end <= at), default=None)
        if ended is None:
            yield Breach(f"{what}-missing", {**values, "who": who}, by)
        else:
            yield Breach(f"{what}-expired", {**values, "who": who, "since": instant_name(ended)}, by)


def _asked(situation: Situation) -> Iterable[tuple[Person, Text]]:
    """Return the actor and the second person, unless their own site has us ask for nothing."""
    both = ((situation.actor, _ACTOR), (situation.witness, _WITNESS))
    return ((person, who) for person, who in both if person is not None and person.trainings is not None)


def _trainings(person: Person, competence: str) -> tuple[Period, ...]:
    return (person.trainings or {}).get(competence, ())
