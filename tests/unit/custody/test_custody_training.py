from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.competences import COMPETENCES
from app.custody.machine import judge
from app.custody.steps import STEPS
from app.custody.verdict import Refused, Taken
from app.kit.period import Period
from tests.unit.custody.breaking_scans import LAPSED
from tests.unit.custody.scenes import NOW, PHARMACIST, PUI, QUALITY, SCENES, TECHNICIAN, codes, person, refusal, scan

GATED = [tag for tag in SCENES if STEPS[tag].training is not None]
OVERRIDE = {"overrides": frozenset({"training-missing", "training-expired"}), "reason": "seul présent, urgence"}


def untrained(somebody):
    return replace(somebody, trainings={})


def lapsed(somebody, competence="cryogenic_handling"):
    return replace(somebody, trainings={competence: (LAPSED,)})


def test_every_competence_is_asked_for_by_a_step_and_every_step_asks_for_one_that_exists():
    asked = {step.training for step in STEPS} - {None}
    assert asked == {one.tag for one in COMPETENCES}


@pytest.mark.parametrize("tag", GATED)
def test_a_gated_step_is_refused_to_the_untrained_whether_they_act_or_stand_beside(tag):
    situation = scan(tag)
    assert codes(replace(situation, actor=untrained(situation.actor))) == ("training-missing",)
    if situation.witness is not None:  # a count is one person's
        assert codes(replace(situation, witness=untrained(situation.witness))) == ("training-missing",)


@pytest.mark.parametrize("tag", [tag for tag in SCENES if tag not in GATED])
def test_what_ends_or_stops_something_asks_nobody_for_a_training(tag):
    situation = scan(tag)
    beside = untrained(situation.witness) if situation.witness is not None else None
    assert codes(replace(situation, actor=untrained(situation.actor), witness=beside)) == ()


@pytest.mark.parametrize("tag", ["thaw_ended", "infusion_ended", "held", "lost", "observed"])
def test_a_lapsed_training_never_keeps_an_end_or_an_alarm_from_being_recorded(tag):
    assert STEPS[tag].training is None


def test_a_training_is_judged_when_the_step_happened():
    begins = Period(NOW, NOW + timedelta(days=1))
    trained = replace(TECHNICIAN, trainings={"cryogenic_handling": (begins,)})
    assert codes(scan("stored", actor=trained)) == ()
    early = scan("stored", actor=trained, occurred_at=NOW - timedelta(milliseconds=1))
    assert codes(early) == ("training-missing",)
    late = scan("stored", actor=trained, occurred_at=NOW + timedelta(days=1), now=NOW + timedelta(days=1))
    assert codes(late) == ("training-expired",)


def test_a_training_for_something_else_is_none():
    assert codes(scan("stored", actor=lapsed(TECHNICIAN, "thaw"))) == ("training-missing",)


def test_whoever_is_asked_for_no_training_shows_none():
    exempt = replace(TECHNICIAN, trainings=None)
    assert codes(scan("stored", actor=exempt)) == ()


def test_the_refusal_names_the_training_the_day_and_the_person():
    said = refusal(scan("stored", witness=lapsed(PHARMACIST)), "training-expired").values
    assert said["competence"] == COMPETENCES["cryogenic_handling"].labels
    assert said["who"].fr == "le second contrôle"
    assert said["since"].fr == "22/11/2026 09:00 UTC"
    assert refusal(scan("stored", actor=untrained(TECHNICIAN)), "training-missing").values["who"].en == "yourself"


def test_a_pharmacist_or_quality_authorises_with_a_reason():
    for senior in (PHARMACIST, QUALITY):
        witness = person("technician-2", PUI, "pharmacy_technician")
        verdict = judge(scan("stored", actor=untrained(TECHNICIAN), witness=witness, authoriser=senior, **OVERRIDE))
        assert isinstance(verdict, Taken)


def test_nobody_authorises_their_own_lapse():
    alone = scan("stored", actor=untrained(PHARMACIST), witness=TECHNICIAN, **OVERRIDE)
    assert codes(alone) == ("training-missing",)
    assert isinstance(judge(replace(alone, authoriser=QUALITY)), Taken)


def test_two_who_both_lack_it_do_not_authorise_each_other():
    other = person("pharmacist-2", PUI, "pharmacist")
    both = scan("stored", actor=untrained(PHARMACIST), witness=lapsed(other), **OVERRIDE)
    verdict = judge(both)
    assert isinstance(verdict, Refused)
    assert {verdict.breach.code, *(one.code for one in verdict.others)} == {"training-missing", "training-expired"}
    assert isinstance(judge(replace(both, authoriser=QUALITY)), Taken)
