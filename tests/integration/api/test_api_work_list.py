"""The work list: what a tablet knows when the network is gone, signed, polled cheaply, and read on record."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import httpx2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.actions.reader import Scope
from app.barcodes.build import internal
from tests.bench.heard import hearing
from tests.hospital import Hospital, Journey, family_name, found
from tests.integration.api.ledger_rows import events_of, rows, tags_of


def asked(hospital: Hospital, login: str, **headers: str) -> httpx2.Response:
    return hospital.get("/api/v1/worklist", login, headers=headers)


def listed(hospital: Hospital, login: str) -> dict[str, Any]:
    answer = asked(hospital, login)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


@pytest.fixture(scope="module")
def stored(house: Hospital) -> Journey:
    found(house, tenant="autre", prefix="w-")
    journey = house.enrol()
    journey.to_store()
    return journey


def bag_of(work: dict[str, Any], bag: str) -> dict[str, Any]:
    (found_bag,) = (one for one in work["bags"] if one["id"] == bag)
    return dict(found_bag)


def checked(hospital: Hospital, answer: httpx2.Response, content: bytes) -> dict[str, Any]:
    """Verify the signature as a tablet does: with the published key, over the bytes as they came."""
    protected, nothing, signature = answer.headers["givre-signature"].split(".")
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(protected + "=="))
    (key,) = (one for one in hospital.get("/.well-known/jwks.json").json()["keys"] if one["kid"] == header["kid"])
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "=="))
    assert nothing == ""
    public.verify(base64.urlsafe_b64decode(signature + "=="), protected.encode() + b"." + content)
    return header


def test_a_tablet_knows_every_bag_of_its_site_where_it_lies_and_what_may_follow(
    house: Hospital, stored: Journey
) -> None:
    work = listed(house, "tech1")

    bag = bag_of(work, stored.products[0])
    assert (bag["state"], bag["position_code"]) == ("stored", "D1-T1-R1-B1-P1")
    assert bag["position_label"] == internal("P", "D1-T1-R1-B1-P1")
    assert {"retrieved", "moved", "held"} <= set(bag["next_steps"])
    assert "infusion_started" not in bag["next_steps"]
    assert {"scheme", "issuer", "value"} == bag["identifiers"][0].keys()
    assert work["positions"]["D1-T1-R1-B1-P1"] == bag["id"]
    assert work["positions"]["D1-T1-R1-B1-P2"] is None
    assert {one["code"] for one in work["dewars"]} == {"D1", "D2"}
    assert next(one for one in work["therapies"] if one["id"] == stored.therapy)["coi"] == stored.coi
    assert work["steps"][:32] == house.get("/api/v1/steps", "tech1").headers["etag"].strip('"')
    assert (work["complete"], work["issued_to"]) == (True, house.people["tech1"].subject_id)


def test_a_running_clock_tells_when_it_ends_and_not_how_long_it_has_left(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B2-P1")
    journey.retrieved(position="D1-T1-R1-B2-P1")
    journey.thawed()

    first = bag_of(listed(house, "tech1"), journey.products[0])
    house.clock.forward(seconds=7)

    running = [one for one in first["timers"] if one["due_at"] is not None]
    assert running
    assert {"from", "to", "max_minutes", "binding", "due_at"} == running[0].keys()
    assert first["due_at"] == min(one["due_at"] for one in running)
    assert bag_of(listed(house, "tech1"), journey.products[0]) == first


def test_the_list_is_signed_by_the_published_key_and_a_changed_byte_shows(house: Hospital, stored: Journey) -> None:
    answer = asked(house, "tech1")

    header = checked(house, answer, answer.content)

    assert header | {"kid": ""} == {
        "alg": "EdDSA",
        "b64": False,
        "crit": ["b64"],
        "kid": "",
        "typ": "givre-worklist+jws",
    }
    with pytest.raises(InvalidSignature):
        checked(house, answer, answer.content.replace(b'"stored"', b'"thawed"'))
    token = answer.headers["givre-signature"].replace("..", f".{base64.urlsafe_b64encode(answer.content).decode()}.")
    assert house.get("/api/v1/steps", headers={"Authorization": f"Bearer {token}"}).json()["code"] == "token-invalid"


def test_an_unchanged_list_is_not_sent_again_and_a_scan_changes_it(house: Hospital, stored: Journey) -> None:
    first = asked(house, "tech1")
    house.clock.forward(seconds=1)
    again = asked(house, "tech1", **{"If-None-Match": first.headers["etag"]})

    stored.hospital.taken("tech1", "observed", [stored.product_label()], minutes=0)
    changed = asked(house, "tech1", **{"If-None-Match": first.headers["etag"]})
    house.clock.forward(hours=1)
    later = listed(house, "tech1")

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["givre-signature"] == first.headers["givre-signature"]
    assert changed.status_code == 200
    assert later["expires_at"] > first.json()["expires_at"]
    assert later["issued_at"].endswith(":00:00.000Z")


def test_names_are_told_to_those_who_treat_and_that_they_were_is_on_record(house: Hospital, stored: Journey) -> None:
    before = rows(house)
    answer = asked(house, "tech1")

    patients = {one["id"]: one for one in answer.json()["patients"]}
    patient = house.get(f"/api/v1/therapies/{stored.therapy}", "pharm1").json()["patient"]
    assert patients[patient]["traits"] == {
        "family_name": family_name(stored.ipp),
        "given_name": "Camille",
        "birth_date": "1958-03-14",
        "sex": "F",
        "ipp": stored.ipp,
    }
    site = str(house.people["tech1"].site_id)
    told = events_of(house, site)[-1]
    assert tags_of(house, site)[-1] == "access:work_list:given"
    assert set(told["patients"]) == set(patients)
    assert told["list"] == hashlib.sha256(answer.content).hexdigest()
    assert rows(house) == before + 1
    asked(house, "tech1", **{"If-None-Match": answer.headers["etag"]})
    assert rows(house) == before + 1


def test_quality_is_told_no_name_and_leaves_no_trace_of_having_read_one(house: Hospital, stored: Journey) -> None:
    before = rows(house)

    work = listed(house, "quality1")

    assert bag_of(work, stored.products[0])
    assert {one["traits"] for one in work["patients"]} == {None}
    assert family_name(stored.ipp) not in json.dumps(work)
    assert rows(house) == before


def test_a_maker_and_a_carrier_see_what_is_theirs_and_no_patient(house: Hospital, stored: Journey) -> None:
    on_the_way = house.enrol()
    on_the_way.collected()
    on_the_way.shipped("out", on_the_way.collection_label, ("efs1", "efs2"), "KITE")

    carrier, maker, other = (listed(house, login) for login in ("carrier1", "kite1", "nov1"))

    assert on_the_way.collection in {one["id"] for one in carrier["bags"]}
    assert on_the_way.collection in {one["id"] for one in maker["bags"]}
    assert carrier["shipments"][0]["identifiers"]
    for work in (carrier, maker, other):
        assert (work["patients"], work["dewars"], work["positions"]) == ([], [], {})
        assert all("patient" not in one for one in (*work["bags"], *work["therapies"]))
    assert stored.products[0] not in {one["id"] for work in (carrier, other) for one in work["bags"]}


def test_another_operator_is_given_nothing_of_ours(house: Hospital, stored: Journey) -> None:
    work = listed(house, "w-tech1")

    assert (work["bags"], work["patients"], work["shipments"]) == ([], [], [])
    assert set(work["positions"].values()) == {None}


def test_a_list_of_many_bags_takes_no_more_questions_than_one_of_few(house: Hospital, stored: Journey) -> None:
    engine = house.services.reader._engine
    scope, site = Scope(house.tenant), str(house.people["efs1"].site_id)

    def counted(bags: int) -> tuple[int, int]:
        for _ in range(bags):
            house.enrol().collected()
        lists: list[Any] = []
        at_site = house.services.work_lists.at_site
        asked = driver.during(lambda: lists.append(at_site(scope, site, limit=100, named=True)))
        return len(lists[0].bags), len(asked)

    with hearing() as driver:
        engine.dispose()  # connections that are heard take the place of those that stand
        (few, questions), (many, as_many) = counted(1), counted(5)
    engine.dispose()

    assert many == few + 5
    assert questions == as_many <= 8
    assert len(house.services.work_lists.at_site(scope, site, limit=2, named=True).bags) == 3
