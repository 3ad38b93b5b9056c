"""Broken glass, delegations of a trial, and the clock of the tablet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.machine import judge
from app.custody.verdict import Taken
from tests.unit.custody.breaking_scans import LAPSED_TRUST, TRIAL
from tests.unit.custody.scenes import (
    HOLD,
    NURSE,
    PHARMACIST,
    PHYSICIAN,
    PUI,
    STORED,
    TECHNICIAN,
    TRUSTED,
    codes,
    person,
    refusal,
    scan,
)

LENT_PHARMACIST = replace(TECHNICIAN, roles=TECHNICIAN.roles | {"pharmacist"}, lent=frozenset({"pharmacist"}))


# --- a lent role -----------------------------------------------------------------------------------------------------


def test_a_lent_role_acts():
    assert codes(scan("issued", actor=TECHNICIAN)) == ("not-your-role",)
    assert codes(scan("issued", actor=LENT_PHARMACIST)) == ()


def test_a_lent_role_authorises_nothing():
    stranger = scan(
        "retrieved",
        actor=LENT_PHARMACIST,
        witness=person("technician-2", PUI, "pharmacy_technician"),
        bag=replace(STORED, custodian="site-annex"),
        overrides=frozenset({"not-your-site"}),
        reason="urgence",
    )
    assert codes(stranger) == ("not-your-site",)
    assert isinstance(judge(replace(stranger, actor=person("pharmacist-9", PUI, "pharmacist"))), Taken)


def test_a_lent_role_lifts_no_hold():
    held = replace(STORED, holds=[HOLD])
    assert codes(scan("hold_lifted", actor=LENT_PHARMACIST, bag=held)) == ("hold-needs-roles",)


def test_a_lent_role_replaces_neither_the_second_person_nor_a_rule_that_nobody_overrides():
    assert codes(scan("issued", actor=LENT_PHARMACIST, witness=None)) == ("witness-required",)
    assert codes(scan("issued", actor=LENT_PHARMACIST, witness=LENT_PHARMACIST))[0] == "witness-same-person"
    assert codes(scan("stored", actor=replace(NURSE, site=PUI, lent=frozenset({"nurse"})))) == ("not-your-role",)


# --- a trial's delegations -------------------------------------------------------------------------------------------


def test_a_trial_asks_for_a_delegation_of_actor_and_second_person():
    assert codes(scan("stored", profile=TRIAL)) == ()
    assert codes(scan("stored", profile=TRIAL, actor=replace(TECHNICIAN, delegations=()))) == ("delegation-missing",)
    assert codes(scan("stored", profile=TRIAL, witness=replace(PHARMACIST, delegations=()))) == ("delegation-missing",)


@pytest.mark.parametrize(
    "other",
    [replace(TRUSTED, protocol="GT2-02"), replace(TRUSTED, tasks=frozenset({"infusion"}))],
    ids=["another trial", "another task"],
)
def test_a_delegation_for_something_else_is_none(other):
    assert codes(scan("stored", profile=TRIAL, actor=replace(TECHNICIAN, delegations=(other,)))) == (
        "delegation-missing",
    )


def test_a_delegation_runs_out_and_a_new_one_goes_on():
    lapsed = replace(TECHNICIAN, delegations=(LAPSED_TRUST,))
    said = refusal(scan("stored", profile=TRIAL, actor=lapsed), "delegation-expired").values
    assert (said["protocol"], said["since"].en) == ("GT1-01", "2026-11-22 09:00 UTC")
    assert codes(scan("stored", profile=TRIAL, actor=replace(lapsed, delegations=(LAPSED_TRUST, TRUSTED)))) == ()


def test_a_product_on_the_market_and_a_step_without_hands_ask_for_none():
    nobody = replace(TECHNICIAN, delegations=())
    assert codes(scan("stored", actor=nobody)) == ()
    assert codes(scan("thaw_ended", profile=TRIAL, actor=nobody)) == ()
    assert codes(scan("observed", profile=TRIAL, actor=nobody)) == ()


def test_whoever_is_asked_for_no_training_is_asked_for_no_delegation():
    exempt = replace(TECHNICIAN, delegations=(), trainings=None)
    assert codes(scan("stored", profile=TRIAL, actor=exempt)) == ()


def test_a_trial_without_a_protocol_number_is_named_by_its_product():
    unnamed = replace(TRIAL, protocol=None, tag="givre-t9")
    trusted = replace(TECHNICIAN, delegations=(replace(TRUSTED, protocol="givre-t9"),))
    both = {"actor": trusted, "witness": replace(trusted, id="technician-2")}
    assert codes(scan("stored", profile=unnamed, **both)) == ()


def test_an_investigator_authorises_and_never_themselves():
    override = {"overrides": frozenset({"delegation-missing"}), "reason": "seul présent"}
    alone = scan("infusion_started", profile=TRIAL, witness=replace(PHYSICIAN, delegations=()), **override)
    assert codes(alone) == ("delegation-missing",)
    other = person("physician-2", "site-ward", "physician")
    assert isinstance(judge(replace(alone, authoriser=other)), Taken)


# --- the tablet's clock ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drift", [None, 0, 300, -300])
def test_a_clock_within_five_minutes_is_believed(drift):
    assert codes(scan("observed", clock_drift_s=drift)) == ()


@pytest.mark.parametrize("drift", [301, -301, 43_200, -43_200])
def test_a_clock_beyond_asks_for_a_reason(drift):
    assert codes(scan("observed", clock_drift_s=drift)) == ("device-clock-off",)


@pytest.mark.parametrize("drift", [43_201, -86_400])
def test_a_clock_half_a_day_off_is_never_believed(drift):
    off = scan("observed", clock_drift_s=drift, overrides=frozenset({"device-clock-far-off"}), reason="pressé")
    assert codes(off) == ("device-clock-far-off",)


def test_the_refusal_says_how_far_off_it_is():
    assert refusal(scan("observed", clock_drift_s=-90_000), "device-clock-far-off").values == {"hours": "25"}
    assert refusal(scan("observed", clock_drift_s=450), "device-clock-off").values == {"minutes": "7"}
