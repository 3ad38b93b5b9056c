"""The demonstration hospital in full: every product, every state and every exception reads back through the API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app.access.roles import Role
from app.cli.client import Account, PublicApi
from app.cli.credentials import read_credentials
from app.custody.bag import State
from tests.e2e.demonstration import Demonstration

COMMERCIAL = {"kymriah", "yescarta", "tecartus", "breyanzi", "abecma", "carvykti", "aucatzyl", "ebvallo"}
TRIAL = "givre-t1"
Item = Mapping[str, Any]


class House:
    """The demonstration as its people read it; ``bags`` by the name of their label, e.g. ``lambert-bag-1``."""

    def __init__(self, api: PublicApi, demonstration: Demonstration) -> None:
        known = read_credentials(demonstration.directory)
        for login in ("pharm1", "quality1", "admin1", "auditor1", "nurse1"):
            person = known.person(login)
            assert person is not None
            api.sign_in(Account(login, person.password))
        self.api, self.demonstration = api, demonstration

    def all(self, path: str, login: str = "auditor1", **where: str) -> list[Item]:
        """Read every page of a list."""
        found: list[Item] = []
        cursor: str | None = None
        while True:
            page = self.api.get(path, login, limit="200", **where, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return found

    def bag(self, label: str) -> Item:
        """Return the one bag that a label of the demonstration names, and its whole record."""
        symbols = self.api.read("pharm1", _symbols(self.demonstration, label))["subjects"]
        (found,) = [one for one in symbols if one["type"] == "bag"]
        return self.api.get(f"/api/v1/bags/{found['id']}", "pharm1")

    def history(self, label: str) -> list[Item]:
        """Return what happened to a bag."""
        return list(self.api.get(f"/api/v1/bags/{self.bag(label)['id']}/history", "auditor1")["items"])

    def reasons(self, label: str) -> set[str]:
        """Return why a bag is on hold."""
        return {hold["reason"] for hold in self.bag(label)["holds"]}


def _symbols(demonstration: Demonstration, label: str) -> Any:
    from app.cli.pictures import symbols_in  # noqa: PLC0415  # the decoder is slow to load, and not every test reads

    return symbols_in(demonstration.label(label))


def refusals(history: list[Item]) -> set[tuple[str, str]]:
    return {(one["step"], one["code"]) for one in history if one["outcome"] == "refused"}


@pytest.fixture(scope="module")
def house(demonstration: Demonstration, url: str) -> Iterator[House]:
    with PublicApi(url, language="en") as api:
        yield House(api, demonstration)


def test_the_house_has_every_kind_of_partner_and_four_dewars_with_limits_of_their_own(house: House) -> None:
    kinds = [one["kind"] for one in house.all("/api/v1/organisations", "admin1")]
    limits = {one["limit_c"] for one in house.all("/api/v1/dewars")}

    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "hospital": 1,
        "blood_service": 1,
        "manufacturer": 3,
        "sponsor": 1,
        "carrier": 2,
    }
    assert len(limits) == 4
    assert {one["role"] for one in _people(house)} == set(Role)


def _people(house: House) -> list[Item]:
    known = read_credentials(house.demonstration.directory)
    return [{"login": one.login, "role": one.role} for one in known.people]


def test_there_are_therapies_of_all_eight_products_and_of_the_trial(house: House) -> None:
    therapies = house.all("/api/v1/therapies")

    assert len(therapies) >= 14
    assert {one["product"] for one in therapies} == COMMERCIAL | {TRIAL}


def test_cells_of_a_donor_came_from_stock_and_nothing_was_collected_for_them(house: House) -> None:
    vial = house.bag("bonnet-bag-1")
    therapy = house.api.get(f"/api/v1/therapies/{vial['therapy']}", "pharm1")

    assert house.history("bonnet-bag-1")[0]["step"] == "allocated"
    assert vial["donor"] is not None
    assert {bag["kind"] for bag in therapy["bags"]} == {"product"}


def test_every_profile_is_in_force_because_a_pharmacist_signed_it(house: House) -> None:
    profiles = house.all("/api/v1/profiles")

    assert {one["tag"] for one in profiles if one["state"] == "in_force"} == COMMERCIAL | {TRIAL}


def test_a_bag_stands_in_every_state(house: House) -> None:
    assert {one["state"] for one in house.all("/api/v1/bags")} == set(State)


def test_a_wrong_bag_was_refused_and_is_held(house: House) -> None:
    assert ("retrieved", "wrong-bag") in refusals(house.history("durand-bag"))
    assert house.reasons("durand-bag") == {"identity"}


def test_a_broken_seal_and_a_late_certificate_wait_in_quarantine(house: House) -> None:
    for label, reason in (("girard-bag", "seal"), ("gauthier-bag", "certificate")):
        assert house.reasons(label) == {reason}
        assert house.bag(label)["state"] == "stored"


def test_a_bag_out_of_specification_has_its_five_items_and_another_lacks_four(house: House) -> None:
    released, waiting = house.bag("roussel-bag"), house.bag("morin-bag")

    assert (released["specification"], released["state"], len(released["oos"])) == ("out", "infusing", 5)
    assert (waiting["specification"], waiting["state"], len(waiting["oos"])) == ("out", "announced", 1)
    assert ("released", "oos-incomplete") in refusals(house.history("morin-bag"))


def test_a_late_entry_says_why_and_a_correction_shows_both_values(house: House) -> None:
    history = {one["step"]: one for one in house.history("petit-collection")}

    assert history["collected"]["late"]["by_seconds"] >= 95 * 60
    assert "déchargée" in history["collected"]["late"]["reason"]
    assert history["corrected"]["outcome"] == "taken"


def test_a_lost_label_was_replaced_and_accounted_for(house: House) -> None:
    (labelled,) = [one for one in house.history("fabre-bag") if one["step"] == "labelled"]

    assert labelled["outcome"] == "taken"
    assert "closed" in {run["state"] for run in house.all("/api/v1/labels/runs", "quality1")}


def test_a_split_dose_was_given_in_part_and_its_rest_is_destroyed(house: House) -> None:
    part, later = house.bag("lambert-bag-1"), house.bag("lambert-bag-2")
    followed = house.api.get(f"/api/v1/therapies/{part['therapy']}/follow-ups", "pharm1")

    assert (part["state"], part["rest_ml"], later["state"]) == ("infused", 0, "stored")
    assert followed["second_dose"] == "postpone"


def test_vials_became_syringes_and_the_components_keep_their_order(house: House) -> None:
    first, second = house.bag("faure-syringe-1"), house.bag("faure-syringe-2")

    assert (first["form"], first["state"], first["component"]) == ("syringe", "infused", "CD8")
    assert second["component"] == "CD4"
    assert ("infusion_started", "component-order") in refusals(house.history("faure-syringe-2"))


def test_a_shipment_changed_hands_on_the_road(house: House) -> None:
    (shipment,) = [one for one in house.all("/api/v1/shipments") if len(one["legs"]) > 1]
    bag = house.bag("nicolas-collection")
    custody = house.api.get(f"/api/v1/bags/{bag['id']}/custody", "auditor1")

    assert len({leg["carrier_site"] for leg in shipment["legs"]}) == 2
    assert len(custody["intervals"]) == 3


def test_an_expired_training_was_refused(house: House) -> None:
    assert ("retrieved", "training-expired") in refusals(house.history("robin-bag-2"))


def test_one_bag_is_lost_one_was_found_and_their_lot_is_recalled(house: House) -> None:
    (recall,) = house.all("/api/v1/recalls", "quality1")

    assert house.bag("robin-bag-1")["state"] == "lost"
    assert house.reasons("robin-bag-2") == {"loss", "recall"}
    assert recall["lot"] == "LOT0005"


def test_a_count_found_a_stranger_s_bag_which_is_held(house: House) -> None:
    (dewar,) = [one for one in house.all("/api/v1/dewars") if one["code"] == "D3"]
    (count,) = house.all(f"/api/v1/dewars/{dewar['id']}/counts")
    bag = house.bag("charles-bag")

    assert [(one["kind"], one["bag"]) for one in count["differences"]] == [("stranger", bag["id"])]
    assert house.reasons("charles-bag") == {"identity", "tilt"}


def test_a_glass_was_broken_and_waits_for_its_review(house: House) -> None:
    (review,) = house.all("/api/v1/reviews", "quality1")
    (held,) = [one for one in house.history("charles-bag") if one["step"] == "held"]

    assert (review["kind"], review["state"]) == ("break-glass", "open")
    assert held["body"]["break_glass"] == review["id"]


def test_late_scans_of_a_tablet_wait_to_be_settled_and_one_was(house: House) -> None:
    items = house.all("/api/v1/settle", "quality1")

    assert {(one["code"], one["state"]) for one in items} == {("on-hold", "open"), ("out-of-order", "dismissed")}


def test_namesakes_are_told_and_one_patient_in_two_records_is_merged(house: House) -> None:
    namesake = house.bag("petit-bis-collection")
    patient = house.api.get(f"/api/v1/patients/{namesake['patient']}", "quality1")
    patients = {one["patient"] for one in house.all("/api/v1/therapies")}
    merged = [
        one for one in (house.api.get(f"/api/v1/patients/{each}", "quality1") for each in patients) if one["merged"]
    ]

    assert "homonym" in {one["code"] for one in patient["cautions"]}
    assert len(merged) == 1


def test_an_identity_came_from_the_hospital_s_own_server(house: House) -> None:
    patient = house.api.get(f"/api/v1/patients/{house.bag('moreau-bag-2')['patient']}", "quality1")

    assert (patient["status"], patient["source"]) == ("qualified", "feed")


def test_the_trial_hides_what_is_blinded_from_the_ward(house: House) -> None:
    bag = house.bag("chevalier-bag-1")

    assert bag["component"] == "A"
    assert house.api.get(f"/api/v1/bags/{bag['id']}", "nurse1")["component"] == "blinded"


def test_every_device_shows_when_it_was_seen(house: House) -> None:
    devices = house.all("/api/v1/devices", "quality1")

    assert {one["code"] for one in devices if one["last_seen_at"]} >= {"TAB-PUI-1", "TAB-HEMATO-1", "TAB-EFS-1"}


def test_what_is_shown_is_what_the_ledger_says(demonstration: Demonstration) -> None:
    said = demonstration.givre("rebuild", "--check")

    assert re.search(r"\d+ subjects are as the ledger says", said)


def test_nobody_and_no_facility_is_real(house: House) -> None:
    donations = {
        one["value"] for bag in house.all("/api/v1/bags") for one in bag["identifiers"] if one["scheme"] == "din"
    }

    assert donations
    assert all(re.match(r"A999\d", donation) for donation in donations)
    assert all(
        "démonstration" in one["name"] or "essai" in one["name"] for one in house.all("/api/v1/organisations", "admin1")
    )


def test_every_dewar_is_looked_after_and_an_alarm_was_answered(house: House) -> None:
    dewars = house.all("/api/v1/dewars")
    assert all(one["room"] and one["qualified_until"] and one["mapped_on"] for one in dewars)
    plans = {one["dewar"]: one for one in house.all("/api/v1/alarms/rules")}
    assert plans.keys() == {one["id"] for one in dewars}
    assert {"high", "silent", "level", "fill_overdue", "qualification_ends", "calibration_ends"} <= {
        rule["kind"] for plan in plans.values() for rule in plan["rules"]
    }
    trends = {
        one["code"]: house.api.get(f"/api/v1/dewars/{one['id']}/fills", "auditor1")["trend"]["suspect"]
        for one in dewars
    }
    assert trends == {"D1": False, "D2": False, "D3": True, "D4": False}
    (shipper,) = house.all("/api/v1/shippers")
    (journey,) = [one for one in house.all("/api/v1/shipments", "pharm1") if one["hold"]["state"] != "unknown"]
    assert (shipper["orientation"], shipper["fit"], journey["hold"]["estimated"]) == ("lying", False, True)
    assert [one["orientation"] for one in journey["stances"]] == ["upright", "lying"]
    (alarm,) = house.all("/api/v1/alarms")
    assert (alarm["kind"], alarm["dewar_code"], alarm["acknowledged"]["action"]) == ("level", "D2", "filled")
