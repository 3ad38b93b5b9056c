"""Product profiles over HTTP: proposed, signed, in force at the thaw, superseded, withdrawn, and blinded in a trial."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from app.access.roles import Role
from app.actions.profile_record import digest_of
from app.actions.register_site import RegisterOrganisation, RegisterSite
from app.actions.sign_profile import SignProfile
from app.barcodes.build import internal
from app.db.tables import SUBJECT
from tests.hospital import READY, Hospital, family_name, found
from tests.house.databases import Database
from tests.integration.api.ledger_rows import tags_of, written
from tests.integration.api.other_processes import another_process, sent

PIN = "749203"
PROFILES = "/api/v1/profiles"


def document(hospital: Hospital, tag: str, version: int, *, login: str = "pharm1", **values: Any) -> dict[str, Any]:
    """Return the document of the version before, with some of its values changed."""
    found: dict[str, Any] = hospital.get(f"{PROFILES}/{tag}/{version - 1}", login).json()["document"]
    changed = deepcopy(found) | {"version": version}
    for name, value in values.items():
        changed["values"][name] = {"value": value, "confidence": "H", "source": "SmPC of 1 December 2026"}
    return changed


def proposed(hospital: Hospital, login: str, message: dict[str, Any]) -> dict[str, Any]:
    answer = hospital.post(PROFILES, login, json={"document": message})
    assert answer.status_code == 201, answer.text
    return answer.json()  # type: ignore[no-any-return]  # JSON is Any


def signed(hospital: Hospital, login: str, version: dict[str, Any]) -> None:
    """Sign a version as the route does once the PIN was right."""
    who = hospital.people[login]
    hospital.submit(SignProfile(who, version["tag"], version["version"], version["sha256"], "pin", None))
    hospital.services.catalogues.forget(who.tenant)


def next_version(hospital: Hospital, tag: str, version: int, **values: Any) -> dict[str, Any]:
    """Put the next version in force: quality proposes, a pharmacist signs."""
    made = proposed(hospital, "quality1", document(hospital, tag, version, **values))
    signed(hospital, "pharm2", made)
    return made


def state_of(hospital: Hospital, tag: str, version: int, login: str = "pharm1") -> str:
    return str(hospital.get(f"{PROFILES}/{tag}/{version}", login).json()["state"])


def with_pin(hospital: Hospital, login: str = "zoe", role: Role = Role.PHARMACIST) -> str:
    """Register somebody with a real PIN."""
    person = {"login": login, "name": "Zoé Blanc", "site": "PUI", "roles": [role.value]}
    answer = hospital.post(
        "/api/v1/people", "admin1", json={**person, "password": f"{login} aime la neige", "pin": PIN}
    )
    assert answer.status_code == 201, answer.text
    hospital.people[login] = replace(
        hospital.people["pharm1"],
        subject_id=answer.json()["id"],
        login=login,
        name="Zoé Blanc",
        roles=frozenset({role}),
    )
    return login


def signature(hospital: Hospital, login: str, version: dict[str, Any], **changes: Any) -> httpx2.Response:
    message = {"pin": PIN, "sha256": version["sha256"]} | changes
    return hospital.post(f"{PROFILES}/{version['tag']}/{version['version']}/signature", login, json=message)


def codes(answer: httpx2.Response) -> set[str]:
    body = answer.json()
    return {body["code"], *(other["code"] for other in body.get("others", ()))}


def thaw(hospital: Hospital, label: str) -> httpx2.Response:
    hospital.clock.forward(minutes=1)
    return hospital.scan("tech1", "thaw_started", [label], witness="pharm1", details=READY)


# --- nothing rules before it is signed --------------------------------------------------------------------------------


def test_what_no_pharmacist_has_signed_starts_no_therapy(hospital: Hospital) -> None:
    made = proposed(hospital, "quality1", document(hospital, "yescarta", 2) | {"tag": "neo-1", "version": 1})

    refused = hospital.scan("coord1", "enrolled", details=enrolment("neo-1"))
    signed(hospital, "pharm1", made)
    taken = hospital.scan("coord1", "enrolled", details=enrolment("neo-1"))

    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (409, "profile-unsigned", "never")
    assert refused.json()["receipt"]["signed"]
    assert "Yescarta" in refused.json()["detail"]
    assert taken.status_code == 201, taken.text
    assert hospital.scan("coord1", "enrolled", details=enrolment("moonshine")).json()["code"] == "unknown-profile"


def test_a_seed_is_a_draft_until_each_operator_signs_it_in_one_act(hospital: Hospital) -> None:
    other = found_unsigned(hospital)
    draft = hospital.get(f"{PROFILES}/carvykti/1", other).json()

    answer = signature(hospital, with_pin_elsewhere(hospital, other), draft)

    assert (draft["state"], draft["signature"], draft["seed"]) == ("draft", None, True)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["state"], body["sha256"]) == ("in_force", draft["sha256"])
    assert body["sha256"] == digest_of(body["document"])
    assert {name: body["signature"][name] for name in ("method", "meaning", "sha256")} == {
        "method": "pin",
        "meaning": "approved",
        "sha256": draft["sha256"],
    }
    assert body["signature"]["by"]["name"] == "Zoé Blanc"
    assert state_of(hospital, "abecma", 1, other) == "draft"


def test_every_value_is_shown_with_its_confidence_its_source_and_whether_it_binds(hospital: Hospital) -> None:
    shown = {one["tag"]: one for one in hospital.get(PROFILES, "nurse1").json()["items"]}

    limit = shown["aucatzyl"]["values"]["limit_c"]
    assert (limit["value"], limit["confidence"], limit["binding"]) == (-150, "K", False)
    assert limit["source"]
    assert shown["aucatzyl"]["split_dose"] == {"days": [1, 10], "window_days": 2}
    assert shown["breyanzi"]["components"] == ["CD8", "CD4"]
    assert shown["kymriah"]["excursions"] == {"max_count": 0, "ceiling_c": None}
    assert {one["state"] for one in shown.values()} == {"in_force"}


# --- signing ----------------------------------------------------------------------------------------------------------


def test_a_wrong_pin_signs_nothing_and_is_remembered(hospital: Hospital) -> None:
    made = proposed(hospital, "quality1", document(hospital, "yescarta", 2))
    zoe = with_pin(hospital)

    wrong = signature(hospital, zoe, made, pin="749204")

    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign-in-refused")
    assert state_of(hospital, "yescarta", 2) == "draft"
    assert tags_of(hospital, hospital.people[zoe].subject_id)[-1] == "access:sign_in:refused"
    for _ in range(5):
        wrong = signature(hospital, zoe, made, pin="749204")
    assert (wrong.status_code, wrong.json()["code"]) == (429, "sign-in-locked")
    assert signature(hospital, zoe, made).status_code == 429
    hospital.clock.forward(hours=2)
    assert signature(hospital, zoe, made).status_code == 201


def test_nobody_signs_alone_what_they_proposed(hospital: Hospital) -> None:
    zoe = with_pin(hospital)
    made = proposed(hospital, zoe, document(hospital, "yescarta", 2))
    before = written(hospital)["subject"]

    own = signature(hospital, zoe, made)
    other = signature(hospital, with_pin(hospital, "max"), made)

    assert (own.status_code, own.json()["code"]) == (409, "profile-own-proposal")
    assert other.status_code == 201
    assert other.json()["proposed_by"]["id"] == hospital.people[zoe].subject_id
    assert written(hospital)["subject"] == before + 1  # max, and no second version


def test_a_machine_signs_nothing_whatever_its_role(hospital: Hospital) -> None:
    machine = {"client_id": "robot", "name": "Robot", "site": "PUI", "roles": ["pharmacist"]}
    answer = hospital.post("/api/v1/clients", "admin1", json={**machine, "client_secret": "un secret de machine long"})
    hospital.people["robot"] = replace(
        hospital.people["pharm1"], subject_id=answer.json()["id"], login="robot", kind="client"
    )
    made = proposed(hospital, "quality1", document(hospital, "yescarta", 2))

    assert signature(hospital, "robot", made, pin="un secret de machine long").json()["code"] == "sign-in-refused"


def test_a_signature_stands_on_the_document_that_was_read(hospital: Hospital) -> None:
    made = proposed(hospital, "quality1", document(hospital, "yescarta", 2))

    other = signature(hospital, with_pin(hospital), made, sha256="0" * 64)

    assert (other.status_code, other.json()["code"]) == (409, "profile-altered")
    assert state_of(hospital, "yescarta", 2) == "draft"


def test_a_document_that_changed_after_it_was_signed_rules_nothing(hospital: Hospital) -> None:
    made = next_version(hospital, "yescarta", 2)
    found = hospital.services.reader.subjects("chu", "profile", after=None, limit=200).items
    doc = next(one for one in found if (one["tag"], one["version"]) == ("yescarta", 2))
    doc["document"]["values"]["limit_c"]["value"] = -20
    with hospital.services.reader._engine.begin() as connection:
        connection.execute(update(SUBJECT).where(SUBJECT.c.id == doc["id"]).values(doc=json.dumps(doc)))
    hospital.services.catalogues.forget("chu")

    assert state_of(hospital, "yescarta", 2) == "altered"
    assert hospital.scan("coord1", "enrolled", details=enrolment("yescarta")).json()["code"] == "profile-unsigned"
    assert made["sha256"] != hospital.get(f"{PROFILES}/yescarta/2", "pharm1").json()["sha256"]


def test_versions_are_numbered_one_after_the_other_and_signed_in_that_order(hospital: Hospital) -> None:
    second = proposed(hospital, "quality1", document(hospital, "yescarta", 2))
    again = hospital.post(PROFILES, "quality1", json={"document": document(hospital, "yescarta", 2)})
    third = proposed(hospital, "quality1", {**document(hospital, "yescarta", 3, limit_c=-160), "version": 3})
    signed(hospital, "pharm1", third)

    late = signature(hospital, with_pin(hospital), second)
    twice = signature(hospital, "zoe", third)
    absent = signature(hospital, "zoe", {**third, "version": 9})

    assert (again.status_code, again.json()["code"], again.json()["next_version"]) == (409, "profile-not-next", 3)
    assert (late.status_code, late.json()["code"]) == (409, "profile-not-draft")
    assert (twice.status_code, twice.json()["code"]) == (409, "profile-not-draft")
    assert (absent.status_code, absent.json()["code"]) == (404, "not-found")
    assert [state_of(hospital, "yescarta", number) for number in (1, 2, 3)] == ["superseded", "superseded", "in_force"]


def test_a_proposal_says_what_it_changes(hospital: Hospital) -> None:
    before = hospital.get(f"{PROFILES}/abecma/1", "pharm1").json()
    message = document(hospital, "abecma", 2, limit_c=-140)
    message["timers"][0]["max_min"] = 45
    del message["version"]

    made = proposed(hospital, "pharm1", message)

    assert (made["version"], made["state"]) == (2, "draft")
    assert [(one["value"], one["old"]["source"] != one["new"]["source"]) for one in made["changes"]] == [
        ("limit_c", True),
        ("thaw_started>infusion_ended", False),
    ]
    assert [(one["old"].get("value"), one["new"].get("value")) for one in made["changes"][:1]] == [(-130, -140)]
    assert before["state"] == state_of(hospital, "abecma", 1) == "in_force"


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"tag": "Yescarta"},
        {"tag": "a\x00b"},
        {"values": {}},
        {"values": {"limit_c": {"value": "cold", "confidence": "H", "source": "x"}}},
        {"product": "\ud800"},
        {"version": 2**60},
        {"colour": "blue"},
        {"holder": "x" * 100_000},
    ],
)
def test_a_document_that_cannot_be_read_is_told_why_and_leaves_nothing(house: Hospital, broken: dict[str, Any]) -> None:
    message = document(house, "yescarta", 2) | broken if broken else {}
    before = written(house)

    answer = house.post(PROFILES, "pharm1", content=json.dumps({"document": message}).encode())

    assert (answer.status_code, answer.json()["code"]) in {(422, "profile-invalid"), (422, "request-invalid")}
    assert len(answer.content) < 1500
    assert written(house) == before


# --- the version in force at the thaw ---------------------------------------------------------------------------------


def test_the_version_in_force_at_the_thaw_rules_that_thaw_and_no_later_one(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.to_store()
    next_version(hospital, "yescarta", 2)
    bag = f"/api/v1/bags/{journey.products[0]}"
    before = hospital.get(bag, "pharm1").json()["profile_version"]
    journey.retrieved()

    started = thaw(hospital, journey.product_label()).json()["bag"]["profile_version"]
    next_version(hospital, "yescarta", 3)
    journey.hospital.taken(
        "tech1", "thaw_ended", [journey.product_label()], witness="pharm1", details={"visual_check": "intact"}
    )
    issued = journey.issued()

    assert (before, started, issued["bag"]["profile_version"]) == (1, 2, 2)
    history = hospital.get(f"{bag}/history", "pharm1").json()["items"]
    by_step = {item["step"]: item["body"] for item in history}
    assert by_step["thaw_started"]["changes"]["profile_version"] == 2
    assert [by_step[step]["profile"] for step in ("retrieved", "thaw_started", "issued")] == ["yescarta@2"] * 3


def test_a_stricter_limit_holds_a_bag_that_was_kept_too_warm_for_it(hospital: Hospital) -> None:
    journey = hospital.enrol(product="kymriah", maker="novartis")
    journey.to_store("D2-T1-R1-B1-P1")
    next_version(hospital, "kymriah", 2, limit_c=-150)

    out = journey.retrieved("D2-T1-R1-B1-P1")
    answer = thaw(hospital, journey.product_label())

    assert [hold["reason"] for hold in out["bag"]["holds"]] == ["limit"]
    assert out["deviation"] is not None
    assert (answer.status_code, answer.json()["code"]) == (409, "on-hold")


def test_a_limit_lowered_while_the_bag_is_out_waits_for_a_pharmacist_and_a_physician(hospital: Hospital) -> None:
    journey = hospital.enrol(product="kymriah", maker="novartis")
    journey.to_store("D2-T1-R1-B1-P1")
    journey.retrieved("D2-T1-R1-B1-P1")
    hospital.clock.forward(minutes=1)
    next_version(hospital, "kymriah", 2, limit_c=-150)

    answer = thaw(hospital, journey.product_label())

    assert (answer.status_code, answer.json()["code"], answer.json()["rung"]) == (409, "limit-tightened", "senior")
    assert "-120" in answer.json()["detail"]
    assert "-150" in answer.json()["detail"]


def test_a_limit_that_is_not_confirmed_is_acknowledged_and_never_bars_the_way(hospital: Hospital) -> None:
    journey = hospital.enrol(product="aucatzyl")
    journey.collected()
    journey.manufactured(bags=3, contents=[{"strength": one} for one in ("10e6", "100e6", "300e6")])
    journey.released()
    journey.received()
    journey.accepted()
    scan: dict[str, Any] = {"witness": "pharm1", "details": {"exposure_s": 45}}
    symbols = [journey.product_label(), internal("P", "D2-T1-R1-B1-P1")]

    told = hospital.scan("tech1", "stored", symbols, **scan)
    taken = hospital.scan(
        "tech1",
        "stored",
        symbols,
        deviation={"rules": ["dewar-too-warm-unconfirmed"], "reason": "cuve D1 pleine"},
        **scan,
    )

    assert (told.status_code, told.json()["code"], told.json()["rung"]) == (
        409,
        "dewar-too-warm-unconfirmed",
        "acknowledge",
    )
    assert taken.status_code == 201, taken.text
    assert journey.retrieved("D2-T1-R1-B1-P1")["bag"]["holds"] == []


def test_two_operators_have_each_their_own_version_in_force(hospital: Hospital) -> None:
    found(hospital, tenant="autre", prefix="x-")
    next_version(hospital, "yescarta", 2)

    ours = hospital.taken("coord1", "enrolled", details=enrolment("yescarta"))
    theirs = hospital.taken("x-coord1", "enrolled", details=enrolment("yescarta"))

    assert (ours["bag"]["profile_version"], theirs["bag"]["profile_version"]) == (2, 1)
    assert hospital.get(f"{PROFILES}/yescarta/2", "x-pharm1").status_code == 404


def test_what_one_process_signs_another_one_knows_a_second_later(
    hospital: Hospital, database: Database, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {hospital.token('coord1')}"}
    with another_process(hospital, database, tmp_path) as client:

        def version() -> int:
            act = hospital.act("enrolled", details=enrolment("yescarta"))
            answer = sent(hospital, client, "POST", "/api/v1/scans", json=act, headers=headers)
            assert answer.status_code == 201, answer.text
            return int(answer.json()["bag"]["profile_version"])

        before = version()
        next_version(hospital, "yescarta", 2)
        hospital.clock.forward(seconds=1)
        after = version()

    assert (before, after) == (1, 2)


# --- withdrawn --------------------------------------------------------------------------------------------------------


def test_a_withdrawn_product_is_neither_enrolled_nor_thawed_and_its_bags_stay_cold(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.to_store()
    withdrawal = {"reason": "Alerte du fabricant du 30 novembre"}
    path = f"{PROFILES}/yescarta/1/withdrawal"

    done = hospital.post(path, "quality1", json=withdrawal)
    again = hospital.post(path, "quality1", json=withdrawal)
    moved = hospital.taken(
        "tech1",
        "moved",
        [journey.product_label(), internal("P", "D1-T1-R1-B1-P2")],
        witness="pharm1",
        details={"reason": "contrôle"},
    )
    journey.retrieved("D1-T1-R1-B1-P2")

    assert (done.status_code, done.json()["state"]) == (201, "withdrawn")
    assert (again.status_code, again.json()["code"]) == (409, "profile-not-in-force")
    assert moved["bag"]["state"] == "stored"
    assert codes(thaw(hospital, journey.product_label())) == {"profile-withdrawn"}
    assert hospital.scan("coord1", "enrolled", details=enrolment("yescarta")).json()["code"] == "profile-withdrawn"
    inside = hospital.get(f"{PROFILES}/yescarta/1", "nurse1").json()["withdrawal"]
    outside = hospital.get(f"{PROFILES}/yescarta/1", "kite1").json()["withdrawal"]
    assert inside["reason"] == withdrawal["reason"]
    assert "reason" not in outside
    assert outside["by"]["name"] is None
    draft = proposed(hospital, "quality1", document(hospital, "yescarta", 2))
    assert hospital.scan("coord1", "enrolled", details=enrolment("yescarta")).json()["code"] == "profile-withdrawn"
    signed(hospital, "pharm1", draft)
    assert thaw(hospital, journey.product_label()).status_code == 201


def test_there_is_nothing_to_withdraw_from_what_does_not_rule(house: Hospital) -> None:
    for version in (2, 9):
        answer = house.post(f"{PROFILES}/abecma/{version}/withdrawal", "pharm1", json={"reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (409, "profile-not-in-force")


# --- a blinded trial --------------------------------------------------------------------------------------------------

SEES = {"pharm1": True, "quality1": True}
SEES |= dict.fromkeys(
    ("nurse1", "doctor1", "coord1", "biologist1", "tech1", "auditor1", "efs1", "admin1", "carrier1", "kite1"), False
)


@pytest.mark.parametrize("login", SEES)
def test_those_who_treat_do_not_read_what_the_trial_blinds(house: Hospital, login: str) -> None:
    shown = house.get(f"{PROFILES}/givre-t1/1", login).json()

    seen = {"components": shown["components"], "colours": shown["document"]["values"]["colour_codes"]}
    told = (shown["values"]["components"], shown["source"]["components"])
    if SEES[login]:
        assert seen["components"] == ["A", "B"]
        assert seen["colours"]["value"] == {"low": "green", "high": "purple"}
        assert "component A" in told[1]
    else:
        assert seen == {"components": "blinded", "colours": "blinded"}
        assert told == ("blinded", "blinded")
    assert shown["limit_c"] == -150


def test_the_sponsor_of_a_trial_reads_its_profile_and_no_other_maker_does(hospital: Hospital) -> None:
    admin = hospital.people["admin1"]
    sponsor = hospital.submit(RegisterOrganisation(admin, "boreal", "Boréal Thérapies (essai)", "sponsor"))
    site = hospital.submit(RegisterSite(admin, "BOREAL", "Site d'essai", "boreal"))
    hospital.people["boreal1"] = replace(
        hospital.people["kite1"],
        organisation_id=sponsor["id"],
        organisation_kind="sponsor",
        site_id=site["id"],
    )

    assert hospital.get(f"{PROFILES}/givre-t1/1", "boreal1").json()["components"] == ["A", "B"]
    assert hospital.get(f"{PROFILES}/givre-t1/1", "nov1").json()["components"] == "blinded"


def test_a_blinded_statement_is_hidden_in_the_history_from_those_who_treat(hospital: Hospital) -> None:
    journey = hospital.enrol(product="givre-t1")
    journey.collected()
    journey.manufactured(
        bags=2, contents=[{"component": "A", "strength": "low"}, {"component": "B", "strength": "low"}]
    )
    # What was made is stated on the collection bag: the very event a blinded reader would look it up in.
    path = f"/api/v1/bags/{journey.collection}/history"

    def stated(login: str) -> Any:
        items = hospital.get(path, login).json()["items"]
        return next(item["body"]["details"] for item in items if item["step"] == "manufactured")

    def dose(login: str) -> Any:
        return stated(login)["dose"]

    assert dose("pharm1") == dose("kite1") == "2.1e8 CAR+ T cells"
    assert [dose(login) for login in ("nurse1", "doctor1", "coord1", "tech1")] == ["blinded"] * 4
    child = hospital.get(f"/api/v1/bags/{journey.products[0]}", "nurse1").json()
    assert "strength" in child["blinded"]
    assert child["component"] == "blinded"
    assert [bag["component"] for bag in stated("pharm1")["bags"]] == ["A", "B"]
    assert [bag["component"] for bag in stated("nurse1")["bags"]] == ["blinded"] * 2


def enrolment(product: str) -> dict[str, Any]:
    """State an enrolment of a new patient."""
    number = next(_NUMBERS)
    return {
        "coi": f"CHA999926{number:06d}",
        "product": product,
        "manufacturer": "kite",
        "collection_site": "EFS",
        "prescriber": "Dr Martin",
        "patient": {
            "ipp": f"A9990-{number:06d}",
            "family_name": family_name(f"A9990-{number:06d}"),
            "given_name": "Camille",
            "birth_date": "1958-03-14",
            "sex": "F",
        },
    }


_NUMBERS = iter(range(700_000, 800_000))


def found_unsigned(hospital: Hospital) -> str:
    """Found a second operator whose pharmacist has signed nothing yet; return that pharmacist's login."""
    found(hospital, tenant="autre", prefix="x-", signing=False)
    return "x-pharm1"


def with_pin_elsewhere(hospital: Hospital, login: str) -> str:
    """Register somebody with a real PIN beside that pharmacist."""
    person = {"login": "x-zoe", "name": "Zoé Blanc", "site": "PUI", "roles": ["pharmacist"]}
    answer = hospital.post("/api/v1/people", "x-admin1", json={**person, "password": "zoe aime la neige", "pin": PIN})
    assert answer.status_code == 201, answer.text
    hospital.people["x-zoe"] = replace(
        hospital.people[login], subject_id=answer.json()["id"], login="x-zoe", name="Zoé Blanc"
    )
    return "x-zoe"
