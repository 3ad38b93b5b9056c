"""An auditor sees what they were given to see, for as long as they were, and every reading leaves a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.access.audit_scope import SCOPED_ROUTES, AuditScope
from app.access.policy import POLICY, for_some
from app.access.roles import Role
from app.actions.stream import Place as LogPlace
from app.actions.stream import Told
from tests.hospital import Hospital, Journey, opened
from tests.house import databases
from tests.house.databases import PostgresTemplate
from tests.integration.api.accounts import PASSWORD, PIN, bearer, claims, registered, sign_in
from tests.integration.api.ledger_rows import written


class Place:
    """Two therapies of two products a week apart, and a shipment of each."""

    def __init__(self, hospital: Hospital) -> None:
        self.hospital = hospital
        self.old = hospital.enrol(product="kymriah", maker="novartis")
        self.old.collected()
        hospital.clock.forward(days=7)
        self.edge = hospital.clock.at + timedelta(minutes=1)  # when the next step will be recorded
        self.new = hospital.enrol()
        self.new.to_store()
        hospital.publish()

    def auditor(self, *sites: str, **scope: Any) -> str:
        """Cut an auditor's account down to sites (by their codes), products and a period; return the login."""
        found = self.hospital.get("/api/v1/sites", "admin1").json()["items"]
        ids = tuple(one["id"] for one in found if one["code"] in sites)
        assert len(ids) == len(sites)
        principal = self.hospital.people["auditor1"]
        self.hospital.people["auditor9"] = replace(principal, audit=AuditScope(ids, **scope))
        return "auditor9"

    def bags(self, login: str) -> set[str]:
        return {one["id"] for one in self.hospital.get("/api/v1/bags", login).json()["items"]}

    def read(self) -> list[dict[str, Any]]:
        """Return what is recorded about readings on the auditor's site."""
        site = self.hospital.people["auditor1"].site_id
        assert site is not None
        found = self.hospital.services.reader.history(site)
        return [json.loads(one.body) for one in found if one.tag == "access:audit:read"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("auditors")
    template: Any = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital)


def sets(place: Place) -> tuple[set[str], set[str], set[str]]:
    """Return the bags of the old therapy, of the new one's collection, and of the new one's product."""
    return {place.old.collection}, {place.new.collection}, set(place.new.products)


# --- which bags ----------------------------------------------------------------------------------------------------


def test_a_scope_cuts_by_site_by_product_and_by_both(place: Place) -> None:
    old, collection, product = sets(place)

    assert place.bags(place.auditor()) == old | collection | product
    # The pharmacy recorded steps on the product alone, the blood service on the two collections.
    assert place.bags(place.auditor("PUI")) == product
    assert place.bags(place.auditor("EFS")) == old | collection
    assert place.bags(place.auditor("EFS", "PUI")) == old | collection | product
    assert place.bags(place.auditor(products=("kymriah",))) == old
    assert place.bags(place.auditor("EFS", products=("yescarta",))) == collection
    assert place.bags(place.auditor("PUI", products=("kymriah",))) == set()


def test_a_period_holds_its_first_instant_and_not_its_last(place: Place) -> None:
    old, collection, product = sets(place)
    moment = timedelta(milliseconds=1)

    assert place.bags(place.auditor(since=place.edge)) == collection | product
    assert place.bags(place.auditor(until=place.edge)) == old
    assert place.bags(place.auditor(until=place.edge + moment)) == old | collection
    enrolled = {"since": place.edge, "until": place.edge + moment}
    assert place.bags(place.auditor(**enrolled)) == collection
    assert place.bags(place.auditor(since=place.edge + moment, until=place.edge + 2 * moment)) == set()
    # Only that site's own acts count as its acts within the period.
    assert place.bags(place.auditor("HEMATO", **enrolled)) == collection
    assert place.bags(place.auditor("EFS", **enrolled)) == set()


def paths(journey: Journey, bag: str, shipment: str) -> list[str]:
    return [
        f"/api/v1/bags/{bag}",
        f"/api/v1/bags/{bag}/history",
        f"/api/v1/bags/{bag}/custody",
        f"/api/v1/bags/{bag}/evidence",
        f"/api/v1/therapies/{journey.therapy}",
        f"/api/v1/therapies/{journey.therapy}/follow-ups",
        *([f"/api/v1/shipments/{shipment}"] if shipment else []),
    ]


def test_what_lies_outside_does_not_exist(place: Place) -> None:
    shipment = place.hospital.get("/api/v1/shipments", "quality1").json()["items"][0]["id"]
    within = paths(place.new, place.new.products[0], shipment)
    outside = paths(place.old, place.old.collection, "")
    login = place.auditor(products=("yescarta",))

    assert {path: place.hospital.get(path, login).status_code for path in within} == dict.fromkeys(within, 200)
    assert {path: place.hospital.get(path, login).status_code for path in outside} == dict.fromkeys(outside, 404)
    assert place.new.therapy in place.hospital.get("/api/v1/therapies", login).text
    assert shipment in place.hospital.get("/api/v1/shipments", login).text
    other = place.auditor(products=("kymriah",))
    refused = {path: place.hospital.get(path, other) for path in within}
    assert {path: (one.status_code, one.json()["code"]) for path, one in refused.items()} == dict.fromkeys(
        within, (404, "not-found")
    )
    for listing in ("therapies", "shipments", "holds", "reports", "erasures"):
        shown = place.hospital.get(f"/api/v1/{listing}", other).text
        assert place.new.therapy not in shown
        assert not any(bag in shown for bag in (*place.new.products, place.new.collection)), listing


def test_a_therapy_shows_the_bags_of_the_scope_alone(place: Place) -> None:
    shown = place.hospital.get(f"/api/v1/therapies/{place.new.therapy}", place.auditor("PUI")).json()

    assert [bag["id"] for bag in shown["bags"]] == place.new.products


def test_the_report_of_a_therapy_needs_every_bag_of_it_in_scope(place: Place) -> None:
    path = f"/api/v1/therapies/{place.new.therapy}/report"
    _, collection, product = sets(place)
    whole = place.hospital.get(path, "auditor1").json()
    listed = place.hospital.get("/api/v1/reports", "auditor1").text

    partly = {site: place.hospital.get(path, place.auditor(site)) for site in ("PUI", "EFS")}
    assert {(one.status_code, one.json()["code"]) for one in partly.values()} == {(403, "outside-audit-scope")}
    stranger = place.hospital.get(path, place.auditor(products=("kymriah",)))
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not-found")
    assert place.hospital.get("/api/v1/reports", "auditor1").text == listed  # nothing was issued

    for scope in (place.auditor("PUI", "EFS"), place.auditor(products=("yescarta",)), place.auditor(since=place.edge)):
        answer = place.hospital.get(path, scope)
        assert answer.status_code == 200, answer.text
        assert answer.json() == whole
        assert {one["subject"]["id"] for one in answer.json()["evidence"]} == {place.new.therapy} | collection | product
    assert (
        len(place.hospital.get("/api/v1/reports", "auditor1").json()["items"]) == len(json.loads(listed)["items"]) + 3
    )


def test_every_route_that_cannot_be_cut_is_closed_to_a_scoped_auditor(place: Place) -> None:
    login = place.auditor("PUI")
    reading = [one for one in POLICY if one.method == "GET" and for_some("GET", one.path)]
    open_to_auditors = [one.path for one in reading if Role.AUDITOR in one.roles]  # type: ignore[operator]  # for some

    assert {path for path in open_to_auditors if path in SCOPED_ROUTES} == SCOPED_ROUTES
    for path in open_to_auditors:
        if path not in SCOPED_ROUTES and "{" not in path:
            answer = place.hospital.get(path, login)
            assert (answer.status_code, answer.json()["code"]) == (403, "outside-audit-scope"), path
            # Open to one who is not cut down, who may still have to say what of.
            assert place.hospital.get(path, "auditor1").status_code in {200, 422}, path
    assert place.hospital.get("/api/v1/steps", login).status_code == 200


def test_an_auditor_changes_nothing_anywhere(place: Place) -> None:
    writing = [one for one in POLICY if one.method != "GET" and not one.path.startswith("/api/v1/auth/")]

    # A probe pushes with a credential of its own, which is nobody's account.
    assert [one.path for one in writing if not for_some(one.method, one.path)] == ["/api/v1/dewars/{dewar_id}/readings"]
    ours = [one.path for one in writing if isinstance(one.roles, frozenset) and Role.AUDITOR in one.roles]
    # One looks a symbol up and one opens a stream: both record that they did.
    assert ours == ["/api/v1/scans/read", "/api/v1/stream/ticket"]
    symbols = {"symbols": [{"text": place.new.product_label()}]}
    looked = place.hospital.post("/api/v1/scans/read", place.auditor("PUI"), json=symbols)
    assert looked.json()["code"] == "outside-audit-scope"


def test_an_auditor_of_everything_hears_what_happens_and_one_of_a_part_hears_nothing(place: Place) -> None:
    before = place.read()
    given = place.hospital.post("/api/v1/stream/ticket", "auditor1")
    assert given.status_code == 200, given.text
    (heard,) = place.read()[len(before) :]
    assert (heard["route"], heard["outcome"]) == ("/api/v1/stream", "shown")
    refused = place.hospital.post("/api/v1/stream/ticket", place.auditor("PUI"))
    assert (refused.status_code, refused.json()["code"]) == (403, "outside-audit-scope")

    bag = place.new.products[0]
    told = Told(LogPlace(1, 1), place.hospital.tenant, "custody:stored:taken", "bag", bag, 1, "", "PUI", "kite")
    whole, part = place.hospital.people["auditor1"], place.hospital.people["auditor9"]
    assert (told.concerns(whole, None), told.concerns(part, None)) == (True, False)
    # What auditors read is nobody's news, and so never makes their own screens ask again.
    assert not replace(told, tag="access:audit:read", kind="site").concerns(whole, None)


# --- every reading is recorded -------------------------------------------------------------------------------------


def test_every_reading_is_recorded_with_what_by_whom_and_when(place: Place) -> None:
    bag, login = place.new.products[0], place.auditor("PUI")
    before = place.read()

    place.hospital.get(f"/api/v1/bags/{bag}", login)
    place.hospital.get("/api/v1/bags", login, params={"state": "stored", "identifier": "A9990-000001", "nonsense": "x"})
    place.hospital.get(f"/api/v1/bags/{place.old.collection}", login)
    place.hospital.get("/api/v1/bags", login, params={"limit": "none"})  # nothing was read

    told = place.read()[len(before) :]
    assert [(one["route"], one["of"], one["filters"], one["outcome"]) for one in told] == [
        ("/api/v1/bags/{bag_id}", {"bag_id": bag}, {}, "shown"),
        ("/api/v1/bags", {}, {"state": "stored", "identifier": "…"}, "shown"),
        ("/api/v1/bags/{bag_id}", {"bag_id": place.old.collection}, {}, "not-found"),
    ]
    assert {one["actor"] for one in told} == {place.hospital.people["auditor1"].subject_id}
    assert all(datetime.fromisoformat(one["recorded_at"]) == place.hospital.clock.at for one in told)


def test_nobody_else_s_readings_and_nothing_that_is_open_to_all_are_recorded(place: Place) -> None:
    before = written(place.hospital)

    for login in ("quality1", "pharm1"):
        assert place.hospital.get("/api/v1/bags", login).status_code == 200
    for path in ("/api/v1/steps", "/api/v1/ledger/checkpoint", "/api/v1/sites"):
        assert place.hospital.get(path, "auditor1").status_code == 200

    assert written(place.hospital) == before


def test_a_proof_that_was_given_out_stands_in_the_list_of_reports(place: Place) -> None:
    bag = place.new.products[0]
    place.hospital.get(f"/api/v1/bags/{bag}/evidence", place.auditor("PUI"))

    (*_, shown) = place.hospital.get("/api/v1/reports", "auditor1").json()["items"]

    assert (shown["kind"], shown["subject"], shown["by"]) == (
        "evidence",
        bag,
        place.hospital.people["auditor1"].subject_id,
    )


# --- accounts ------------------------------------------------------------------------------------------------------


def test_a_scope_is_given_with_the_account_and_travels_in_its_token(place: Place) -> None:
    until = (place.hospital.clock.at + timedelta(days=5)).isoformat()
    scope = {"sites": ["EFS"], "products": ["yescarta"], "since": "2026-01-01T00:00:00Z"}

    person = registered(place.hospital, "jacie", "auditor", valid_until=until, audit=scope)
    signed = sign_in(place.hospital, "jacie")

    efs = place.hospital.people["efs1"].site_id
    assert claims(signed)["scp"] == {
        "sites": [efs],
        "products": ["yescarta"],
        "since": "2026-01-01T00:00:00.000Z",
        "until": None,
    }
    seen = place.hospital.get("/api/v1/bags", headers=bearer(signed)).json()["items"]
    assert [one["id"] for one in seen] == [place.new.collection]
    rights = {"roles": ["auditor"], "active": True, "valid_until": until}
    narrowed = place.hospital.post(
        f"/api/v1/people/{person}/rights", "admin1", json={**rights, "audit": {"products": ["kymriah"]}}
    )
    assert narrowed.status_code == 200, narrowed.text
    assert claims(sign_in(place.hospital, "jacie"))["scp"]["products"] == ["kymriah"]
    place.hospital.post(f"/api/v1/people/{person}/rights", "admin1", json=rights)
    assert claims(sign_in(place.hospital, "jacie"))["scp"] is None


def test_an_auditor_s_account_is_closed_when_its_time_is_over(place: Place) -> None:
    ends = (place.hospital.clock.at + timedelta(minutes=5)).isoformat()
    registered(place.hospital, "ansm", "auditor", valid_until=ends)
    signed = sign_in(place.hospital, "ansm")
    assert place.hospital.get("/api/v1/reports", headers=bearer(signed)).status_code == 200
    now = place.hospital.clock.at

    place.hospital.clock.forward(minutes=5)

    for path in ("/api/v1/reports", "/api/v1/reports/export"):
        assert place.hospital.get(path, headers=bearer(signed)).json()["code"] == "token-expired"
    assert sign_in(place.hospital, "ansm").json()["code"] == "account-ended"
    place.hospital.clock.at = now


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        (["nurse"], {}),
        (["auditor"], {"sites": ["NOWHERE"]}),
        (["auditor"], {"since": "2026-02-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
    ],
    ids=["for somebody who audits nothing", "of a site there is not", "of no time"],
)
def test_a_scope_that_makes_no_sense_is_not_given(place: Place, roles: list[str], scope: dict[str, Any]) -> None:
    ends = (place.hospital.clock.at + timedelta(days=5)).isoformat()
    person = {"login": "odd", "name": "Odd", "site": "PUI", "roles": roles, "password": PASSWORD, "pin": PIN}
    before = written(place.hospital)

    answer = place.hospital.post("/api/v1/people", "admin1", json={**person, "valid_until": ends, "audit": scope})

    assert (answer.status_code, answer.json()["code"]) == (422, "audit-scope")
    assert written(place.hospital) == before
