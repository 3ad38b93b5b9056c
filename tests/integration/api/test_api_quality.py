"""The life of a deviation, and the review of what was done outside the ordinary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from app.access.principal import Principal
from app.actions.close_review import opened_review
from app.actions.recorded import done
from app.actions.world import Decision, Moment, Needs, Once, World
from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import tags_of, written


@dataclass(frozen=True)
class OpenReview:
    """Stands for the action that breaks the glass."""

    actor: Principal

    @property
    def tenant(self) -> str:
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        return None

    def needs(self) -> Needs:
        return Needs()

    def decide(self, _world: World, moment: Moment) -> Decision:
        by = self.actor.subject_id
        birth, draft = opened_review("break-glass", by, "garde de nuit, personne d'autre", by=by, moment=moment)
        return Decision(reply=done({"id": birth.id}), births=(birth,), drafts=(draft,))


@pytest.fixture(scope="module")
def stored(house: Hospital) -> Journey:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B1-P1")
    return journey


def lost_and_found(journey: Journey) -> str:
    answer = journey.hospital.taken(
        "tech1", "lost", [journey.product_label()], details={"circumstances": "introuvable"}
    )
    journey.hospital.taken(
        "tech1",
        "found",
        [journey.product_label(), internal("P", "D1-T1-R1-B1-P1")],
        witness="pharm1",
        details={"circumstances": "sous le tiroir"},
    )
    return str(answer["deviation"])


def posted(hospital: Hospital, who: str, path: str, **told: Any) -> httpx2.Response:
    return hospital.post(f"/api/v1/{path}", who, json=told)


def test_a_deviation_has_an_owner_a_decision_an_action_and_is_closed_by_quality(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)

    owned = posted(hospital, "pharm1", f"deviations/{one}/owner", login="pharm2")
    decided = posted(hospital, "pharm2", f"deviations/{one}/decision", decision="use_as_is", text="courbe continue")
    acted = posted(hospital, "pharm2", f"deviations/{one}/capa", text="double comptage", due_at="2027-01-15T00:00:00Z")
    closed = posted(hospital, "quality1", f"deviations/{one}/closure", text="vérifié")

    assert [answer.status_code for answer in (owned, decided, acted, closed)] == [200] * 4
    doc = closed.json()
    assert doc["state"] == "closed"
    assert doc["owner"] == hospital.people["pharm2"].subject_id
    assert doc["decision"]["choice"] == "use_as_is"
    assert doc["capa"]["due_at"] == "2027-01-15T00:00:00.000Z"
    assert doc["closed"]["by"] == hospital.people["quality1"].subject_id
    shown = hospital.get(f"/api/v1/deviations/{one}", "auditor1").json()
    assert [item["tag"].rsplit(":", 1)[1] for item in shown["story"]] == [
        "opened",
        "assigned",
        "decided",
        "capa",
        "closed",
    ]
    assert [item["notes"].get("text") for item in shown["story"]] == [
        None,
        None,
        "courbe continue",
        "double comptage",
        "vérifié",
    ]
    assert shown["story"][2]["by"]["name"] == "Pharm2"


def test_what_is_said_about_a_deviation_is_no_part_of_its_plain_record(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)
    posted(hospital, "pharm1", f"deviations/{one}/decision", decision="other", text="Madame Dupont prévenue")

    bodies = [event.body for event in hospital.services.reader.history(one)]

    assert all(b"Dupont" not in body for body in bodies)


def test_a_deviation_is_not_closed_before_somebody_owns_it_and_decided(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)

    early = posted(hospital, "quality1", f"deviations/{one}/closure", text="clos")
    posted(hospital, "quality1", f"deviations/{one}/owner", login="pharm1")
    undecided = posted(hospital, "quality1", f"deviations/{one}/closure", text="clos")

    assert [(answer.status_code, answer.json()["code"]) for answer in (early, undecided)] == [
        (409, "deviation-undecided")
    ] * 2


def test_a_pharmacist_closes_no_deviation_and_a_closed_one_stays_as_it_is(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)
    posted(hospital, "quality1", f"deviations/{one}/owner", login="pharm1")
    posted(hospital, "quality1", f"deviations/{one}/decision", decision="no_impact", text="sans effet")
    refused = posted(hospital, "pharm1", f"deviations/{one}/closure", text="clos")
    posted(hospital, "quality1", f"deviations/{one}/closure", text="clos")
    before = written(hospital)

    again = [
        posted(hospital, "quality1", f"deviations/{one}/owner", login="pharm2"),
        posted(hospital, "quality1", f"deviations/{one}/decision", decision="destroy", text="x"),
        posted(hospital, "quality1", f"deviations/{one}/capa", text="x"),
        posted(hospital, "quality1", f"deviations/{one}/closure", text="x"),
    ]

    assert (refused.status_code, refused.json()["code"]) == (403, "role-refused")
    assert {(answer.status_code, answer.json()["code"]) for answer in again} == {(409, "already-closed")}
    assert written(hospital) == before


def test_deviations_are_listed_by_state_and_by_bag(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)
    other = hospital.enrol()

    def listed(query: str) -> list[str]:
        return [
            item["id"] for item in hospital.get(f"/api/v1/deviations?limit=200&{query}", "quality1").json()["items"]
        ]

    assert one in listed("state=open")
    assert one not in listed("state=closed")
    assert one in listed(f"bag={stored.products[0]}")
    assert listed(f"bag={other.collection}") == []
    assert hospital.get("/api/v1/deviations?state=shut", "quality1").status_code == 422


def test_who_or_what_does_not_exist_is_not_found(stored: Journey) -> None:
    hospital = stored.hospital
    one = lost_and_found(stored)

    answers = [
        posted(hospital, "quality1", f"deviations/{one}/owner", login="nobody"),
        posted(hospital, "quality1", f"deviations/{new_id()}/closure", text="x"),
        posted(hospital, "quality1", f"deviations/{stored.products[0]}/closure", text="x"),
        posted(hospital, "quality1", f"reviews/{one}", verdict="justified", note="x"),
        hospital.get(f"/api/v1/deviations/{stored.products[0]}", "quality1"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not-found")}


def test_a_review_is_closed_once_by_somebody_else_and_stays_in_the_trail(house: Hospital) -> None:
    opened = house.submit(OpenReview(house.people["nurse1"]))["id"]
    waiting = house.get("/api/v1/reviews?state=open&limit=200", "auditor1").json()["items"]
    assert [item["kind"] for item in waiting if item["id"] == opened] == ["break-glass"]

    closed = posted(house, "quality1", f"reviews/{opened}", verdict="justified", note="planning vérifié")
    again = posted(house, "quality1", f"reviews/{opened}", verdict="unjustified", note="x")

    assert closed.status_code == 200
    assert closed.json()["state"] == "closed"
    assert closed.json()["verdict"] == "justified"
    assert closed.json()["closed_by"] == house.people["quality1"].subject_id
    assert (again.status_code, again.json()["code"]) == (409, "already-closed")
    assert tags_of(house, opened) == ["quality:review:opened", "quality:review:closed"]
    assert opened not in [one["id"] for one in house.get("/api/v1/reviews?state=open", "quality1").json()["items"]]


def test_nobody_reviews_their_own_act(house: Hospital) -> None:
    opened = house.submit(OpenReview(house.people["quality1"]))["id"]

    answer = posted(house, "quality1", f"reviews/{opened}", verdict="justified", note="c'était moi")

    assert (answer.status_code, answer.json()["code"]) == (409, "own-review")
