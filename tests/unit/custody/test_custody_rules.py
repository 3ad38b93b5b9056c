from __future__ import annotations

import itertools
import string
from dataclasses import replace
from pathlib import Path

import pytest

from app.custody.labels import ROLES
from app.custody.machine import judge
from app.custody.rules import LOUDEST, RULES, strictness
from app.custody.situation import Person, Situation
from app.custody.step import WitnessRule
from app.custody.verdict import Breach, Refused, Rule, Rung, Taken
from tests.unit.custody.breaking_scans import BREAKING, JUDGED_BY_ACTIONS
from tests.unit.custody.scenes import PUI, codes, person, refusal, scan

ROOT = Path(__file__).parents[3]
EVERY_ROLE = person("authoriser-9", PUI, *ROLES)
BYSTANDER = person("bystander-1", PUI, "coordinator")
BYSTANDER_TOO = person("bystander-2", PUI, "coordinator")
OVERRIDABLE = [code for code in BREAKING if RULES[code].rung is not Rung.NEVER]
SENIOR = [code for code in BREAKING if RULES[code].rung is Rung.SENIOR]
ACKNOWLEDGED = [code for code in BREAKING if RULES[code].rung is Rung.ACKNOWLEDGE]


@pytest.fixture(params=list(RULES), ids=lambda rule: rule.tag)
def rule(request: pytest.FixtureRequest) -> Rule:
    return request.param


def authorisers(code: str) -> tuple[Person, ...]:
    """One person for each group of roles, and nobody who holds two."""
    return tuple(
        person(f"authoriser-{number}", PUI, min(group)) for number, group in enumerate(RULES[code].authorisers)
    )


def overridden(code: str, people: tuple[Person, ...], **changed: object) -> Situation:
    """The breaking scan again, with the wish to override it; nobody stands behind it but these people."""
    broken = BREAKING[code]
    authoriser, witness, *_ = (*people, BYSTANDER, BYSTANDER_TOO)
    rule = replace(broken.step.witness or WitnessRule(frozenset()), roles=frozenset(ROLES), receiver=True)
    told = {
        "step": replace(broken.step, witness=rule, roles=frozenset(ROLES)),
        "actor": replace(broken.actor, roles=frozenset({"coordinator"})),
        "authoriser": authoriser,
        "witness": witness,
        "overrides": frozenset({code}),
        "reason": "décision médicale",
    }
    return replace(broken, **(told | changed))


def test_every_rule_can_be_broken_and_no_other_code_is_ever_told() -> None:
    assert set(BREAKING) | set(JUDGED_BY_ACTIONS) == {rule.tag for rule in RULES}
    assert not set(BREAKING) & set(JUDGED_BY_ACTIONS)


@pytest.mark.parametrize(("code", "place"), JUDGED_BY_ACTIONS.items())
def test_what_the_machine_does_not_judge_is_judged_before_it(code: str, place: str) -> None:
    assert f'"{code}"' in (ROOT / place).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", JUDGED_BY_ACTIONS)
def test_what_is_judged_before_the_machine_is_tried_against_the_service(code: str) -> None:
    files = (ROOT / "tests" / "integration").rglob("test_*.py")
    assert any(f'"{code}"' in file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("code", BREAKING)
def test_a_scan_that_breaks_one_rule_is_refused_with_that_rule_alone(code: str) -> None:
    assert codes(BREAKING[code]) == (code,)


@pytest.mark.parametrize("code", BREAKING)
def test_a_refusal_says_its_sentence_in_both_languages_with_every_place_filled(code: str) -> None:
    said = refusal(BREAKING[code], code).sentence(RULES[code].detail)
    for sentence in (said.fr, said.en):
        assert "{" not in sentence
        assert "None" not in sentence
    assert said.fr != said.en


@pytest.mark.parametrize("code", [code for code in BREAKING if RULES[code].rung is Rung.NEVER])
def test_a_rule_that_is_never_overridden_is_not_whoever_asks_and_whatever_they_send(code: str) -> None:
    everything = frozenset(rule.tag for rule in RULES)
    # Who lifts a hold is its own rule: there, somebody with every role is the second person that was missing.
    authoriser = BYSTANDER if code.startswith("hold-needs-") else EVERY_ROLE
    assert code in codes(
        replace(BREAKING[code], authoriser=authoriser, overrides=everything, reason="ordre du médecin")
    )


@pytest.mark.parametrize("code", SENIOR)
def test_a_senior_rule_is_overridden_by_one_person_of_every_group_with_a_reason(code: str) -> None:
    verdict = judge(overridden(code, authorisers(code)))
    assert isinstance(verdict, Taken)
    assert [one.code for one in verdict.overridden] == [code]


@pytest.mark.parametrize("code", OVERRIDABLE)
@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_no_rule_is_overridden_without_a_reason(code: str, reason: str | None) -> None:
    assert codes(overridden(code, authorisers(code), reason=reason)) == (code,)


@pytest.mark.parametrize("code", OVERRIDABLE)
def test_a_rule_is_overridden_only_by_its_own_name(code: str) -> None:
    others = frozenset(rule.tag for rule in RULES) - {code}
    assert codes(overridden(code, authorisers(code), overrides=others)) == (code,)


@pytest.mark.parametrize("code", SENIOR)
def test_a_senior_rule_needs_every_one_of_its_groups(code: str) -> None:
    people = authorisers(code)
    for missing in range(len(people)):
        assert code in codes(overridden(code, (*people[:missing], *people[missing + 1 :])))


@pytest.mark.parametrize("code", [code for code in SENIOR if len(RULES[code].authorisers) > 1])
def test_one_person_never_stands_for_two_groups(code: str) -> None:
    both = person("authoriser-both", PUI, "pharmacist", "physician")
    assert code in codes(overridden(code, (both,)))
    assert code in codes(overridden(code, (both, both)))


@pytest.mark.parametrize("code", ACKNOWLEDGED)
def test_an_acknowledged_rule_needs_a_reason_and_nobody_else(code: str) -> None:
    verdict = judge(overridden(code, ()))
    assert isinstance(verdict, Taken)
    assert [one.code for one in verdict.overridden] == [code]


def test_a_rule_names_who_overrides_it_exactly_when_somebody_may(rule: Rule) -> None:
    assert bool(rule.authorisers) is (rule.rung is Rung.SENIOR)
    assert all(group and group <= ROLES.keys() for group in rule.authorisers)


def test_a_rule_speaks_both_languages_and_asks_for_the_same_values(rule: Rule) -> None:
    for text in (rule.title, rule.detail):
        assert text.fr.strip()
        assert text.en.strip()
        assert text.fr != text.en
        assert places(text.fr) == places(text.en)
    assert not places(rule.title.fr)
    assert rule.detail.fr.endswith(".")
    assert rule.detail.en.endswith(".")
    assert len(rule.detail.fr) <= 230  # short enough to be read with a bag in the hand


def test_a_sentence_keeps_the_spaces_french_wants(rule: Rule) -> None:
    for text in (rule.title.fr, rule.detail.fr):
        for before, sign in itertools.pairwise(text):
            assert sign not in ":;!?»" or before == " ", text


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_wrong_patient_is_told_before_the_missing_witness() -> None:
    found = codes(scan("infusion_started", patient="patient-theirs", witness=None, bag=BREAKING["not-identified"].bag))
    assert found == ("wrong-patient", "witness-required", "not-identified")


def test_the_strictest_rung_is_told_first() -> None:
    breaches = [Breach("infusion-late"), Breach("not-ready"), Breach("on-hold"), Breach("wrong-shipper")]
    ordered = ["wrong-shipper", "on-hold", "not-ready", "infusion-late"]
    assert [one.code for one in sorted(breaches, key=strictness)] == ordered
    assert all(RULES[code].rung is Rung.NEVER for code in LOUDEST)


def test_what_is_overridden_beside_something_that_stands_is_not_told_again() -> None:
    both = scan(
        "retrieved",
        bag=BREAKING["bag-expired"].bag,
        place=BREAKING["wrong-position"].place,
        overrides=frozenset({"wrong-position"}),
        reason="trouvée à côté",
    )
    verdict = judge(both)
    assert isinstance(verdict, Refused)
    assert verdict.breach.code == "bag-expired"
    assert verdict.others == ()
