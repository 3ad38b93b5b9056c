"""Two processes on one database: no fork, no bag in another's place, no two of what there may be one of."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.actions.batch import Outcome
from app.actions.recall_lot import RecallLot
from app.actions.recorder import NotRecordedError
from app.api.application import create_api
from app.barcodes.build import internal
from app.bootstrap import assemble
from app.kit.ids import new_id
from app.settings import Settings
from tests.durability.ledger_check import faults
from tests.hospital import Hospital, Journey
from tests.hospital import opened as opened_hospital
from tests.house.databases import Database
from tests.twins import recorders
from tests.twins.recorders import Bench, RunningRecorder, run
from tests.twins.small_commands import Act, counted, moved, opened


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    with recorders.in_database(database) as found:
        yield found
        assert faults(database.owner_url, recorders.keyring()) == []


def spread(recorders: Sequence[RunningRecorder], commands: Sequence[Act]) -> list[Any]:
    """Submit everything at once, to one recorder after the other in turn."""

    async def main() -> list[Any]:
        return await asyncio.gather(
            *(recorders[number % len(recorders)].submit(command) for number, command in enumerate(commands)),
            return_exceptions=True,
        )

    answers = run(main())
    assert isinstance(answers, list)
    return answers


def test_fifty_writers_on_one_subject_make_one_chain(bench: Bench) -> None:
    bench.one(opened("a"))
    both = (bench.recorder, bench.another(max_batch=3))

    answers = spread(both, [counted("a") for _ in range(50)])

    assert sorted(one.reply.content["count"] for one in answers) == list(range(1, 51))
    assert bench.seqs("a") == list(range(51))


def test_the_same_scan_through_both_is_recorded_once_and_answered_alike(bench: Bench) -> None:
    bench.one(opened("a"))
    both = (bench.recorder, bench.another(max_batch=3))

    answers = spread(both, [counted("a", scan_id=f"scan-{number // 4}") for number in range(80)])

    assert bench.seqs("a") == list(range(21))
    assert [len({one.answer for one in answers[start : start + 4]}) for start in range(0, 80, 4)] == [1] * 20


def test_locks_taken_crosswise_hold_nobody_up_for_good(bench: Bench) -> None:
    # What is found out only while deciding is locked late, so two processes can wait for one another.
    bench.all([opened("a"), opened("b")])
    both = (bench.recorder, bench.another(max_batch=1), bench.another(max_batch=1))

    answers = spread(both, [counted(*pair) for pair in [("a",), ("b",)] * 10] + _crosswise(30))

    assert [one for one in answers if not isinstance(one, Outcome)] == []
    assert bench.count("a") + bench.count("b") == 20 + 60


def _crosswise(count: int) -> list[Act]:
    return [counted("a", also="b") if number % 2 else counted("b", also="a") for number in range(count)]


def test_twenty_bags_want_one_position_and_one_gets_it(bench: Bench) -> None:
    bench.all([opened(f"bag-{number}", position=f"P{number}") for number in range(20)])
    both = (bench.recorder, bench.another())

    answers = spread(both, [moved(f"bag-{number}", "P99") for number in range(20)])

    assert Counter(type(one) for one in answers) == {Outcome: 1, NotRecordedError: 19}
    assert Counter(row["position"] for row in bench.rows("bag"))["P99"] == 1


def test_one_name_is_given_to_one_subject_only(bench: Bench) -> None:
    both = (bench.recorder, bench.another())

    answers = spread(both, [opened(f"s-{number}", names=["the one"]) for number in range(20)])

    assert Counter(type(one) for one in answers) == {Outcome: 1, NotRecordedError: 19}
    assert len(bench.rows("identifier")) == 1


# --- whole services ---------------------------------------------------------------------------------------------------


@contextmanager
def second(hospital: Hospital, database: Database, folder: Path) -> Iterator[Hospital]:
    """Open another process of the same hospital."""
    assembly = assemble(Settings(data_dir=folder, database_url=database.url), clock=hospital.clock)
    api = create_api(assembly.services)
    transport = httpx2.ASGITransport(app=api, raise_app_exceptions=False)
    client = httpx2.AsyncClient(transport=transport, base_url="http://givre.test", timeout=60)
    try:
        yield Hospital(assembly.services, client, hospital.portal, hospital.clock, api, people=hospital.people)
        hospital.portal.call(client.aclose)
    finally:
        assembly.stop()


@pytest.fixture
def hospitals(database: Database, tmp_path: Path) -> Iterator[tuple[Hospital, Hospital]]:
    with opened_hospital(database.url, tmp_path) as first:
        with second(first, database, tmp_path) as other:
            yield first, other
        assert faults(database.owner_url, first.services.keyring) == []


def sent_at_once(hospitals: tuple[Hospital, Hospital], login: str, acts: Sequence[dict[str, Any]]) -> list[Any]:
    """Send scans to both processes in turn, all at the same time."""
    headers = {"Authorization": f"Bearer {hospitals[0].token(login)}"}

    async def main() -> list[Any]:
        return await asyncio.gather(
            *(
                hospitals[number % 2].client.post("/api/v1/scans", json=act, headers=headers)
                for number, act in enumerate(acts)
            )
        )

    answers: list[Any] = hospitals[0].portal.call(main)
    return answers


def three_accepted_bags(hospital: Hospital) -> list[str]:
    journey = hospital.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(bags=3)
    for ordinal in (1, 2, 3):
        journey.released(ordinal)
        journey.received(ordinal)
        journey.accepted(ordinal)
    return [journey.product_label(ordinal) for ordinal in (1, 2, 3)]


def test_twenty_bags_stored_into_one_position_at_once_leave_one_in_it(hospitals: tuple[Hospital, Hospital]) -> None:
    hospital = hospitals[0]
    labels = [label for _ in range(7) for label in three_accepted_bags(hospital)][:20]
    hospital.clock.forward(minutes=1)
    acts = []
    for label in labels:
        act = hospital.act("stored", [label, internal("P", "D1-T1-R1-B1-P1")], details={"exposure_s": 45})
        acts.append({**act, "witness": hospital.sign("pharm1", act)})

    answers = sent_at_once(hospitals, "tech1", acts)

    assert Counter(one.status_code for one in answers) == {201: 1, 409: 19}
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"position-occupied"}
    bags = hospital.get("/api/v1/bags?state=stored", "pharm1").json()["items"]
    assert len(bags) == 1


def test_a_patient_enrolled_twice_at_once_is_one_patient(hospitals: tuple[Hospital, Hospital]) -> None:
    hospital = hospitals[0]
    patient = {
        "ipp": "A9990-4711",
        "family_name": "DUPONT",
        "given_name": "Camille",
        "birth_date": "1958-03-14",
        "sex": "F",
    }
    stated = {"product": "yescarta", "manufacturer": "kite", "collection_site": "EFS", "prescriber": "Dr Martin"}
    acts = [
        hospital.act("enrolled", details={**stated, "coi": f"CHA9999269000{number:02d}", "patient": patient})
        for number in range(10)
    ]

    answers = sent_at_once(hospitals, "coord1", acts)

    assert Counter(one.status_code for one in answers) == {201: 10}
    found = hospital.services.reader.subjects("chu", "patient", after=None, limit=50)
    assert len(found.items) == 1
    assert len(found.items[0]["therapies"]) == 10


def test_a_shipper_that_several_open_at_once_is_on_one_journey(hospitals: tuple[Hospital, Hospital]) -> None:
    hospital = hospitals[0]
    headers = {"Authorization": f"Bearer {hospital.token('efs1')}"}

    async def main() -> list[Any]:
        return await asyncio.gather(
            *(
                hospitals[number % 2].client.post(
                    "/api/v1/shipments",
                    json={"shipper": internal("S", f"SHIP-{number // 4}"), "to_site": "KITE", "carrier_site": "CRYO"},
                    headers=headers,
                )
                for number in range(80)
            )
        )

    answers = hospital.portal.call(main)

    assert Counter(one.status_code for one in answers) == {201: 20, 409: 60}


# --- a recall, while bags of its lot are announced ----------------------------------------------------------------


def at_the_maker(hospital: Hospital) -> Journey:
    """A therapy whose collection lies at its maker, ready to be made into a product."""
    journey = hospital.enrol(product="breyanzi", maker="kite")
    journey.collected()
    journey.shipped("out", journey.collection_label, ("efs1", "efs2"), "KITE")
    hospital.taken(
        "kite1",
        "received",
        [journey.shipper("out"), journey.collection_label],
        witness="kite2",
        details={"seal_intact": True},
    )
    return journey


def announcement(hospital: Hospital, journey: Journey, lot: str) -> dict[str, Any]:
    """The maker's statement: a CD8 vial of that lot and a CD4 vial of the lot ``lot``-CD4."""
    bags = [
        {"symbols": [journey.product_label(1)], "component": "CD8"},
        {"symbols": [journey.product_label(2)], "component": "CD4", "lot": f"{lot}-CD4"},
    ]
    stated = {"lot": lot, "expires_at": "2027-06-30T23:59:00+02:00", "bags": bags}
    return hospital.act("manufactured", [journey.collection_label], details=stated)


def holds_by_lot(hospital: Hospital, lot: str) -> list[tuple[str, ...]]:
    """Return why each bag of a lot is held."""
    found = hospital.get(f"/api/v1/bags?lot={lot}", "pharm1").json()["items"]
    return [tuple(hold["reason"] for hold in bag["holds"]) for bag in found]


def test_a_recall_holds_what_was_announced_since_its_list_was_read(hospitals: tuple[Hospital, Hospital]) -> None:
    hospital, other = hospitals
    known, between = at_the_maker(hospital), at_the_maker(hospital)
    hospital.clock.forward(minutes=1)
    first = hospital.post("/api/v1/scans", "kite1", json=announcement(hospital, known, "L-7")).json()
    listed = (first["bags"][0]["id"],)
    # Somebody has read the list; before the recall is recorded, another process announces more of the lot.
    second = other.post("/api/v1/scans", "kite1", json=announcement(hospital, between, "L-7")).json()

    recall = hospital.submit(RecallLot(hospital.people["quality1"], "L-7", None, "RAP-1", "stérilité", listed))

    assert recall["bags"] == sorted([first["bags"][0]["id"], second["bags"][0]["id"]])
    assert holds_by_lot(hospital, "L-7") == [("recall",)] * 2
    assert holds_by_lot(hospital, "L-7-CD4") == [()] * 2


def test_bags_announced_while_their_lot_is_recalled_are_held_by_one_of_the_two_acts(
    hospitals: tuple[Hospital, Hospital],
) -> None:
    hospital = hospitals[0]
    journeys = [at_the_maker(hospital) for _ in range(8)]
    hospital.clock.forward(minutes=1)
    lots = [f"L-{number // 2}" for number in range(len(journeys))]
    acts = [announcement(hospital, journey, lot) for journey, lot in zip(journeys, lots, strict=True)]
    headers = {login: {"Authorization": f"Bearer {hospital.token(login)}"} for login in ("kite1", "quality1")}

    async def sent(number: int, path: str, login: str, message: dict[str, Any]) -> Any:
        client = hospitals[number % 2].client
        return await client.post(path, json=message, headers=headers[login])

    async def main() -> list[Any]:
        recalls = [{"lot": lot, "reference": "RAP-2", "reason": "vecteur"} for lot in sorted(set(lots))]
        return await asyncio.gather(
            *(sent(number, "/api/v1/scans", "kite1", act) for number, act in enumerate(acts)),
            *(sent(number, "/api/v1/recalls", "quality1", told) for number, told in enumerate(recalls, 1)),
        )

    answers = hospital.portal.call(main)

    assert Counter(one.status_code for one in answers) == {201: 12}
    recalls = hospital.get("/api/v1/recalls", "quality1").json()["items"]
    for lot in sorted(set(lots)):
        # Each bag is held once, by whichever of the two acts saw the other one, and stands in the recall's own list.
        assert holds_by_lot(hospital, lot) == [("recall",)] * 2
        (recall,) = (one for one in recalls if one["lot"] == lot)
        found = hospital.get(f"/api/v1/bags?lot={lot}", "pharm1").json()["items"]
        assert {bag["id"] for bag in found} <= set(recall["bags"])
        # A dose that is announced under a recall waits whole: its other vials stand in that list too, and are held.
        shown = [hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()["holds"] for bag in recall["bags"]]
        assert len(set(recall["bags"])) == len(recall["bags"])
        assert [[hold["reason"] for hold in holds] for holds in shown] == [["recall"]] * len(shown)


# --- homonyms that are enrolled at the same instant -------------------------------------------------------------


def test_homonyms_enrolled_at_the_same_instant_are_warned_of(hospitals: tuple[Hospital, Hospital]) -> None:
    hospital = hospitals[0]
    stated = {"product": "yescarta", "manufacturer": "kite", "collection_site": "EFS", "prescriber": "Dr Martin"}
    names = ("LEROY", "Leroy", "LEROI", "LE ROY", "LEROIX", "LEROYS")
    acts = [
        hospital.act(
            "enrolled",
            details={
                **stated,
                "coi": f"CHA9999268000{number:02d}",
                "patient": {
                    "ipp": f"A9990-88{number:02d}",
                    "family_name": name,
                    "given_name": "Dominique",
                    "birth_date": "1961-05-02",
                    "sex": "F",
                },
            },
        )
        for number, name in enumerate(names)
    ]

    answers = sent_at_once(hospitals, "coord1", acts)

    # Whoever is first is enrolled; everybody else hears of it, whichever process and whichever batch they came in.
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 5}
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"homonym"}
    wish = {"rules": ["homonym"], "reason": "IPP et pièce vérifiés"}
    confirmed = [
        {**act, "scan_id": new_id(), "deviation": wish}
        for act, one in zip(acts, answers, strict=True)
        if one.status_code == 409
    ]
    again = sent_at_once(hospitals, "coord1", confirmed)
    assert Counter(one.status_code for one in again) == {201: 5}
    # All six know all five others, though five were written at once.
    patients = hospital.services.reader.subjects("chu", "patient", after=None, limit=50).items
    ids = {one["id"] for one in patients}
    assert len(ids) == 6
    assert all(set(one["homonyms"]) == ids - {one["id"]} for one in patients)
