"""The second person: bound to the very act, once, for two minutes, and never the one who acts."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest

from app.access.roles import Role
from app.actions.badge import badge_text
from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import tags_of, written

PIN = "749203"
WITNESS = "/api/v1/auth/witness"


@dataclass
class Bench:
    """An accepted bag in front of an empty position, and colleagues with real PINs."""

    hospital: Hospital
    journey: Journey

    def act(self, **members: Any) -> dict[str, Any]:
        symbols = [{"text": self.journey.product_label()}, {"text": internal("P", "D1-T1-R1-B1-P5")}]
        return self.hospital.act("stored", symbols, details={"exposure_s": 45}, **members)

    def sent(self, act: dict[str, Any], witness: str | None, login: str = "tech1") -> httpx2.Response:
        return self.hospital.post("/api/v1/scans", login, json={**act, "witness": witness})

    def asked(self, login: str, act: dict[str, Any], pin: str = PIN, **options: Any) -> httpx2.Response:
        return self.hospital.post(WITNESS, "tech1", json={"login": login, "pin": pin, "scan": act}, **options)


@pytest.fixture(scope="module")
def bench(house: Hospital) -> Bench:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.received()
    journey.accepted()
    for login, role, site in (("zoe", "pharmacist", "PUI"), ("lea", "nurse", "HEMATO")):
        person = {"login": login, "name": login.title(), "site": site, "roles": [role]}
        answer = house.post(
            "/api/v1/people", "admin1", json={**person, "password": f"{login} aime la neige", "pin": PIN}
        )
        assert answer.status_code == 201, answer.text
        trained = house.post(
            f"/api/v1/people/{answer.json()['id']}/trainings",
            "quality1",
            json={
                "competence": "cryogenic_handling",
                "valid_from": "2026-01-01T00:00:00+01:00",
                "valid_until": "2028-01-01T00:00:00+01:00",
                "evidence": "ATT-2026-100",
            },
        )
        assert trained.status_code == 201, trained.text
    machine = {"client_id": "robot", "name": "Robot", "site": "PUI", "roles": ["pharmacist"]}
    house.post("/api/v1/clients", "admin1", json={**machine, "client_secret": "un secret de machine assez long"})
    return Bench(house, journey)


def codes(answer: httpx2.Response) -> set[str]:
    body = answer.json()
    return {body["code"], *(other["code"] for other in body["others"])}


# --- asking for a signature ------------------------------------------------------------------------------------------


def test_a_pin_signs_one_act_and_the_step_is_taken(bench: Bench) -> None:
    act = bench.hospital.act("held", [bench.journey.collection_label], details={"reason": "other"})
    signed = bench.asked("zoe", act)

    body = signed.json()
    assert signed.status_code == 200
    assert (body["expires_in"], body["meaning"]) == (120, "vérifié en second")
    assert (
        bench.sent(act, body["witness_token"], "quality1").json()["code"] == "out-of-order"
    )  # and no word of the witness
    assert bench.sent(bench.act(), body["witness_token"]).json()["code"] == "witness-other-step"
    zoe = bench.hospital.get("/api/v1/people", "admin1").json()["items"]
    person = next(one["id"] for one in zoe if one["login"] == "zoe")
    assert tags_of(bench.hospital, person)[-1] == "access:witness:opened"


@pytest.mark.parametrize(
    ("login", "pin"),
    [("zoe", "000000"), ("personne", PIN), ("robot", PIN), ("robot", "un secret de machine assez long")],
    ids=["wrong PIN", "unknown login", "a machine", "a machine's secret"],
)
def test_a_signature_needs_a_person_and_their_pin(bench: Bench, login: str, pin: str) -> None:
    answer = bench.asked(login, bench.act(), pin)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-refused")


def test_a_badge_says_who_signs_and_the_pin_proves_it(bench: Bench) -> None:
    people = bench.hospital.get("/api/v1/people", "admin1").json()["items"]
    badge = badge_text(next(one["id"] for one in people if one["login"] == "zoe"))
    act = bench.act()

    def by(**who: str) -> httpx2.Response:
        return bench.hospital.post(WITNESS, "tech1", json={"pin": PIN, "scan": act, **who})

    assert by(badge=badge).status_code == 200
    assert by(badge=badge_text(new_id())).json()["code"] == "sign-in-refused"
    for unreadable in ({}, {"badge": badge, "login": "zoe"}, {"badge": bench.journey.wristband}):
        answer = by(**unreadable)
        assert (answer.status_code, answer.json()["code"]) == (422, "badge-unreadable")


def test_the_password_is_no_pin(bench: Bench) -> None:
    answer = bench.asked("zoe", bench.act(), "zoe aime la neige")

    assert answer.json()["code"] == "sign-in-refused"


def test_an_act_that_cannot_be_signed_does_not_cost_the_witness_an_attempt(bench: Bench) -> None:
    act = bench.act()
    act["details"]["exposure_s"] = 45.5
    before = written(bench.hospital)

    answer = bench.asked("zoe", act)

    assert (answer.status_code, answer.json()["code"]) == (422, "not-canonical")
    assert written(bench.hospital) == before


def test_a_signature_of_a_step_without_a_second_person_says_that_it_authorises(bench: Bench) -> None:
    act = bench.hospital.act("observed", [bench.journey.product_label()])

    assert bench.asked("zoe", act).json()["meaning"] == "autorisé"
    assert bench.asked("zoe", {**act, "step": "unheard_of"}).json()["meaning"] == "autorisé"


# --- using one -------------------------------------------------------------------------------------------------------


def test_a_step_that_needs_a_second_person_is_refused_without(bench: Bench) -> None:
    answer = bench.sent(bench.act(), None)

    assert (answer.status_code, answer.json()["code"]) == (409, "witness-required")


_OTHER_ACTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "scan_id": lambda act: act.update(scan_id=new_id()),
    "step": lambda act: act.update(step="moved", details={"reason": "cuve en alarme"}),
    "a symbol's text": lambda act: act["symbols"][1].update(text=internal("P", "D1-T1-R1-B1-P4")),
    "a symbol's symbology": lambda act: act["symbols"][0].update(symbology="code128"),
    "a symbol's source": lambda act: act["symbols"][0].update(source="camera"),
    "a symbol's role": lambda act: act["symbols"][0].update(role="bag"),
    "the order of symbols": lambda act: act["symbols"].reverse(),
    "occurred_at": lambda act: act.update(occurred_at="2026-12-01T12:00:00.001Z"),
    "device_id": lambda act: act.update(device_id="TAB-2"),
    "details": lambda act: act["details"].update(exposure_s=46),
    "bag_id": lambda act: act.update(bag_id=new_id()),
    "deviation": lambda act: act.update(deviation={"rules": ["not-your-site"], "reason": "urgence"}),
}


@pytest.mark.parametrize("member", _OTHER_ACTS)
def test_a_signature_is_bound_to_every_member_of_the_act(bench: Bench, member: str) -> None:
    act = bench.act()
    signature = bench.hospital.sign("pharm1", act)
    other = deepcopy(act)
    _OTHER_ACTS[member](other)

    answer = bench.sent(other, signature)

    assert answer.status_code == 409
    if member == "bag_id":  # told first, whatever the signature: this is the wrong bag
        assert answer.json()["code"] == "wrong-bag"
    else:
        assert "witness-other-step" in codes(answer)


@pytest.mark.parametrize("changed", [{"rules": ["bag-expired"]}, {"reason": "autre motif"}])
def test_a_signature_is_bound_to_the_deviation_it_authorises(bench: Bench, changed: dict[str, Any]) -> None:
    act = bench.act(deviation={"rules": ["dewar-not-qualified"], "reason": "urgence"})
    signature = bench.hospital.sign("pharm1", act)

    answer = bench.sent({**act, "deviation": {**act["deviation"], **changed}}, signature)

    assert "witness-other-step" in codes(answer)


def test_the_same_instant_written_otherwise_is_the_same_act(bench: Bench) -> None:
    act = bench.hospital.act("observed", [bench.journey.product_label()], occurred_at=bench.hospital.clock.now())
    signature = bench.hospital.sign("pharm1", act)
    moment = bench.hospital.clock.now().replace(tzinfo=None)

    answer = bench.sent({**act, "occurred_at": f"{moment.isoformat()}-00:00"}, signature)

    assert answer.status_code == 201


def test_a_signature_is_good_once_even_when_the_first_scan_was_refused(bench: Bench) -> None:
    act = bench.act(occurred_at=bench.hospital.clock.now().replace(year=2027))
    signature = bench.hospital.sign("pharm1", act)
    first = bench.sent(act, signature)
    resent = bench.sent(act, signature)

    observation = bench.hospital.act("observed", [bench.journey.product_label()])
    second = bench.sent(observation, signature)

    assert first.json()["code"] == "future-occurred-at"
    assert resent.content == first.content  # a resent scan is the same scan, not a second use
    assert "witness-other-step" in codes(second)


def test_the_scan_of_one_person_cannot_be_resent_by_another(bench: Bench) -> None:
    act = bench.hospital.act("observed", [bench.journey.product_label()])
    signature = bench.hospital.sign("pharm1", act)
    assert bench.sent(act, signature).status_code == 201

    by_another = bench.sent(act, signature, "pharm2")

    assert (by_another.status_code, by_another.json()["code"]) == (409, "scan-id-reused")


def test_one_signature_cannot_be_spent_twice_in_two_queues(bench: Bench) -> None:
    hospital = bench.hospital
    act = hospital.act("observed", [bench.journey.product_label()])
    signature = hospital.sign("pharm1", act)
    spent = hospital.services.authority.read_witness(signature, hospital.clock.now())
    assert bench.sent(act, signature).status_code == 201
    other = hospital.act("observed", [bench.journey.product_label()])
    forged = hospital.services.authority.issue_witness(
        hospital.people["pharm1"],
        step_digest=hospital.services.authority.read_witness(
            hospital.sign("pharm1", other), hospital.clock.now()
        ).step_digest,
        meaning="vérifié",
        method="pin",
        now=hospital.clock.now(),
        jti=spent.jti,
    )

    answer = bench.sent(other, forged)

    assert (answer.status_code, answer.json()["code"]) == (409, "witness-used")


def test_a_signature_lives_two_minutes(bench: Bench) -> None:
    act = bench.act()
    signature = bench.hospital.sign("pharm1", act)
    bench.hospital.clock.forward(seconds=120)

    answer = bench.sent(act, signature)

    assert (answer.status_code, answer.json()["code"]) == (409, "witness-expired")


@pytest.mark.parametrize(
    ("witness", "code"),
    [
        ("tech1", "witness-same-person"),
        ("nurse1", "witness-wrong-role"),
        ("admin1", "witness-wrong-role"),
        ("efs1", "witness-other-site"),
    ],
)
def test_the_second_person_is_another_entitled_one_of_the_same_site(bench: Bench, witness: str, code: str) -> None:
    act = bench.act()

    answer = bench.sent(act, bench.hospital.sign(witness, act))

    assert (answer.status_code, answer.json()["code"], answer.json()["rung"]) == (409, code, "never")


def test_who_tries_to_witness_themselves_is_on_record_as_such(bench: Bench) -> None:
    act = bench.act()
    bench.sent(act, bench.hospital.sign("tech1", act))

    history = bench.hospital.get(f"/api/v1/bags/{bench.journey.products[0]}/history", "quality1").json()["items"]

    assert history[-1]["code"] == "witness-same-person"
    assert history[-1]["witness"] is None
    assert history[-1]["body"]["witness"]["id"] == bench.hospital.people["tech1"].subject_id


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_a_witness_token_that_is_none_is_a_refusal_and_not_a_failure(bench: Bench, token: str) -> None:
    answer = bench.sent(bench.act(), token)

    assert (answer.status_code, answer.json()["code"]) == (409, "witness-invalid")


def test_an_access_token_is_no_signature_and_a_signature_opens_no_door(bench: Bench) -> None:
    act = bench.act()

    as_witness = bench.sent(act, bench.hospital.token("pharm1"))
    signature = bench.hospital.sign("pharm1", act)
    as_access = bench.hospital.get("/api/v1/bags", headers={"Authorization": f"Bearer {signature}"})

    assert as_witness.json()["code"] == "witness-invalid"
    assert (as_access.status_code, as_access.json()["code"]) == (401, "token-invalid")


def test_a_signature_for_which_nothing_asked_is_still_judged(bench: Bench) -> None:
    act = bench.hospital.act("observed", [bench.journey.product_label()])

    answer = bench.sent(act, bench.hospital.sign("tech1", act))

    assert answer.json()["code"] == "witness-same-person"


def test_an_authorisers_faulty_signature_refuses_the_scan(bench: Bench) -> None:
    act = bench.act(deviation={"rules": ["dewar-not-qualified"], "reason": "urgence"})
    act["deviation"]["authoriser"] = "x"

    answer = bench.sent(act, None)

    assert "witness-invalid" in codes(answer)


def test_nobody_without_a_site_can_stand_beside_a_bag(bench: Bench) -> None:
    act = bench.act()
    nowhere = replace(bench.hospital.people["pharm2"], site_id=None, roles=frozenset({Role.PHARMACIST}))
    bench.hospital.people["nulle-part"] = nowhere

    answer = bench.sent(act, bench.hospital.sign("nulle-part", act))

    assert answer.json()["code"] == "witness-other-site"
