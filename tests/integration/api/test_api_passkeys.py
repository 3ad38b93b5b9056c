"""A second person signs with a passkey: this act, this bag, this operator, once, and nobody else for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from app.actions.badge import badge_text
from app.actions.person_record import principal_of
from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey, found
from tests.integration.api.accounts import PIN, registered
from tests.integration.api.authenticator import Authenticator, coded
from tests.integration.api.ledger_rows import events_of, rows, tags_of


def arrived(hospital: Hospital, login: str, *roles: str) -> None:
    """Register somebody with a real PIN, and let them act without another password to be hashed."""
    registered(hospital, login, *roles)
    known = hospital.services.reader.credential(login)
    assert known is not None
    stored = hospital.services.reader.subject(known.subject, hospital.tenant)
    assert stored is not None
    hospital.people[login] = principal_of(known, stored.doc, new_id(), hospital.clock.now())


@pytest.fixture(scope="module")
def zoe(house: Hospital) -> Authenticator:
    """Return the passkey of a pharmacist, registered after her PIN."""
    arrived(house, "zoe", "pharmacist")
    trained = {
        "competence": "cryogenic_handling",
        "valid_from": "2026-01-01T00:00:00+01:00",
        "valid_until": "2028-01-01T00:00:00+01:00",
        "evidence": "ATT-2026-100",
    }
    path = f"/api/v1/people/{house.people['zoe'].subject_id}/trainings"
    assert house.post(path, "quality1", json=trained).status_code == 201
    passkey = Authenticator()
    answer = enrolled(house, "zoe", passkey)
    assert answer.status_code == 201, answer.text
    return passkey


def enrolled(hospital: Hospital, login: str, passkey: Authenticator, pin: str = PIN) -> httpx2.Response:
    asked_for = hospital.post("/api/v1/auth/passkeys/options", login, json={"pin": pin})
    if asked_for.status_code != 200:
        return asked_for
    told = asked_for.json()
    message = {"ticket": told["ticket"], "name": "Clé jaune", "credential": passkey.create(told["options"])}
    return hospital.post("/api/v1/auth/passkeys", login, json=message)


@pytest.fixture(scope="module")
def accepted(house: Hospital) -> Journey:
    journey = house.enrol()
    for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
        leg()
    return journey


@pytest.fixture
def act(house: Hospital, accepted: Journey) -> dict[str, Any]:
    """Return the storing of an accepted bag, to be signed by a second person; one test alone records it."""
    symbols = [accepted.product_label(), internal("P", "D1-T1-R1-B1-P1")]
    return house.act("stored", symbols, bag_id=accepted.products[0])


def asked(hospital: Hospital, act: dict[str, Any], login: str = "zoe", operator: str = "tech1") -> dict[str, Any]:
    answer = hospital.post("/api/v1/auth/witness/challenge", operator, json={"login": login, "scan": act})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def signed(
    hospital: Hospital, act: dict[str, Any], told: dict[str, Any], credential: dict[str, Any], operator: str = "tech1"
) -> httpx2.Response:
    message = {"ticket": told["ticket"], "scan": act, "credential": credential}
    return hospital.post("/api/v1/auth/witness/passkey", operator, json=message)


def passkey_of(hospital: Hospital, login: str = "zoe") -> dict[str, Any]:
    items = hospital.get("/api/v1/auth/passkeys", login).json()["items"]
    return dict(items[0])


def test_a_passkey_signs_one_act_and_the_step_is_taken(
    house: Hospital, zoe: Authenticator, act: dict[str, Any]
) -> None:
    told = asked(house, act)
    assert [one["id"] for one in told["options"]["allowCredentials"]] == [coded(zoe.credential_id)]
    assert told["options"]["userVerification"] == "required"

    answer = signed(house, act, told, zoe.get(told["options"]))

    assert (answer.status_code, answer.json()["meaning"]) == (200, "vérifié en second"), answer.text
    taken = house.post("/api/v1/scans", "tech1", json={**act, "witness": answer.json()["witness_token"]})
    assert taken.status_code == 201, taken.text
    assert events_of(house, act["bag_id"])[-1]["witness"]["method"] == "passkey"
    passkey = passkey_of(house)
    assert passkey["sign_count"] == zoe.count
    assert passkey["last_used_at"] is not None
    assert "public_key" not in passkey


def test_a_badge_says_whose_passkey_is_asked(house: Hospital, zoe: Authenticator, act: dict[str, Any]) -> None:
    badge = badge_text(house.people["zoe"].subject_id)
    told = house.post("/api/v1/auth/witness/challenge", "tech1", json={"badge": badge, "scan": act}).json()

    assert [one["id"] for one in told["options"]["allowCredentials"]] == [coded(zoe.credential_id)]
    assert signed(house, act, told, zoe.get(told["options"])).status_code == 200


def test_a_signature_is_used_once(house: Hospital, zoe: Authenticator, act: dict[str, Any]) -> None:
    told = asked(house, act)
    credential = zoe.get(told["options"])
    assert signed(house, act, told, credential).status_code == 200

    again = signed(house, act, told, credential)

    assert (again.status_code, again.json()["code"]) == (401, "passkey-refused")
    assert events_of(house, passkey_of(house)["id"])[-1]["reason"] == "replayed"


Bend = Callable[[dict[str, Any]], dict[str, Any]]
OTHER_ACTS: dict[str, Bend] = {
    "another step": lambda act: {**act, "step": "moved"},
    "another bag": lambda act: {**act, "bag_id": new_id()},
    "another symbol": lambda act: {**act, "symbols": act["symbols"][:1]},
    "another statement": lambda act: {**act, "details": {**act["details"], "exposure_s": 9}},
    "another device": lambda act: {**act, "device_id": "TAB-2"},
}


@pytest.mark.parametrize("bend", OTHER_ACTS.values(), ids=OTHER_ACTS.keys())
def test_what_was_signed_is_this_act_and_no_other(
    house: Hospital, zoe: Authenticator, act: dict[str, Any], bend: Bend
) -> None:
    told = asked(house, act)

    answer = signed(house, bend(act), told, zoe.get(told["options"]))

    assert (answer.status_code, answer.json()["code"]) == (401, "passkey-refused")


def test_what_was_signed_is_for_this_operator_and_within_two_minutes(
    house: Hospital, zoe: Authenticator, act: dict[str, Any]
) -> None:
    told = asked(house, act)
    other = signed(house, act, told, zoe.get(told["options"]), operator="pharm1")
    house.clock.forward(seconds=121)
    late = signed(house, act, told, zoe.get(told["options"]))

    assert {other.json()["code"], late.json()["code"]} == {"passkey-refused"}


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "InvalidAuthenticationResponse origin": ({"origin": "https://ailleurs.test"}, {}),
    "InvalidAuthenticationResponse domain": ({"domain": "ailleurs.test"}, {}),
    "InvalidAuthenticationResponse unverified": ({"verifies": False}, {}),
    "InvalidAuthenticationResponse kind": ({}, {"kind": "webauthn.create"}),
    "InvalidAuthenticationResponse key": ({"key": Authenticator().key}, {}),
    "InvalidAuthenticationResponse counter": ({"count": -1}, {}),
}


@pytest.mark.parametrize(("changed", "how"), WRONG.values(), ids=WRONG.keys())
def test_what_an_authenticator_signs_wrongly_is_refused_and_on_record(
    house: Hospital, zoe: Authenticator, act: dict[str, Any], changed: dict[str, Any], how: dict[str, Any]
) -> None:
    used = asked(house, act)
    assert signed(house, act, used, zoe.get(used["options"])).status_code == 200
    bent = Authenticator(**{"key": zoe.key, "credential_id": zoe.credential_id, "count": zoe.count, **changed})
    told = asked(house, act)

    answer = signed(house, act, told, bent.get(told["options"], **how))

    assert (answer.status_code, answer.json()["code"]) == (401, "passkey-refused")
    last = events_of(house, passkey_of(house)["id"])[-1]
    assert (last["reason"], last["act"] != "") == ("InvalidAuthenticationResponse", True)
    assert passkey_of(house)["sign_count"] == zoe.count


def test_another_persons_passkey_signs_for_nobody(house: Hospital, zoe: Authenticator, act: dict[str, Any]) -> None:
    arrived(house, "yves", "pharmacist")
    other = Authenticator()
    assert enrolled(house, "yves", other).status_code == 201
    told = asked(house, act)
    before = rows(house)

    answer = signed(house, act, told, other.get(told["options"]))

    assert answer.json()["code"] == "passkey-refused"
    assert rows(house) == before
    assert asked(house, act, login="nobody")["options"]["allowCredentials"] == []


@pytest.mark.parametrize("credential", [{}, {"id": "x"}, {"id": "x", "rawId": 7, "response": []}])
def test_an_answer_that_is_none_is_refused(
    house: Hospital, zoe: Authenticator, act: dict[str, Any], credential: dict[str, Any]
) -> None:
    known = {**credential, "id": coded(zoe.credential_id)} if credential else credential

    for one in (credential, known):
        answer = signed(house, act, asked(house, act), one)
        assert (answer.status_code, answer.json()["code"]) == (401, "passkey-refused")


def test_a_removed_passkey_signs_nothing_and_only_its_owner_removes_it(house: Hospital, act: dict[str, Any]) -> None:
    arrived(house, "lise", "pharmacist")
    passkey = Authenticator()
    assert enrolled(house, "lise", passkey).status_code == 201
    told = asked(house, act, login="lise")
    path = f"/api/v1/auth/passkeys/{passkey_of(house, 'lise')['id']}/removal"
    assert house.post(path, "pharm1").status_code == 404

    assert house.post(path, "lise").json()["state"] == "removed"

    assert house.post(path, "lise").json()["code"] == "already-closed"
    assert signed(house, act, told, passkey.get(told["options"])).json()["code"] == "passkey-refused"
    assert asked(house, act, login="lise")["options"]["allowCredentials"] == []


def test_a_passkey_is_added_after_a_pin_once_and_for_oneself(house: Hospital, zoe: Authenticator) -> None:
    wrong = enrolled(house, "zoe", Authenticator(), pin="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign-in-refused")
    assert enrolled(house, "zoe", zoe).json()["code"] == "already-exists"
    for bent in (Authenticator(origin="https://ailleurs.test"), Authenticator(verifies=False)):
        assert enrolled(house, "zoe", bent).json()["code"] == "passkey-refused"
    told = house.post("/api/v1/auth/passkeys/options", "zoe", json={"pin": PIN}).json()
    assert [one["id"] for one in told["options"]["excludeCredentials"]] == [coded(zoe.credential_id)]
    message = {"ticket": told["ticket"], "name": "x", "credential": Authenticator().create(told["options"])}
    assert house.post("/api/v1/auth/passkeys", "pharm1", json=message).json()["code"] == "passkey-refused"
    assert house.post("/api/v1/auth/passkeys", "zoe", json=message).status_code == 201
    again = {**message, "credential": Authenticator().create(told["options"])}
    assert house.post("/api/v1/auth/passkeys", "zoe", json=again).json()["code"] == "passkey-refused"


def test_another_operator_asks_for_nobodys_passkey_here(house: Hospital, zoe: Authenticator) -> None:
    found(house, tenant="autre", prefix="p-")
    scan = house.act("observed", ["=A99992699999900"])

    told = asked(house, scan, operator="p-tech1")
    answer = signed(house, scan, told, zoe.get(told["options"]), operator="p-tech1")

    assert told["options"]["allowCredentials"] == []
    assert answer.json()["code"] == "passkey-refused"
    assert house.get("/api/v1/auth/passkeys", "p-tech1").json()["items"] == []
    assert tags_of(house, passkey_of(house)["id"])[0] == "access:passkey:registered"
