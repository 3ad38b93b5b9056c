"""What waits for a person: acts to countersign, scans refused on arrival, scans that the service did not want."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.barcodes.build import internal
from tests.browser import Chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD, PIN
from tests.tablet.by_hand import FLAT, pictured, press_pin, scan, sign_in
from tests.tablet.conftest import Ward

PLACE = "D1-T1-R1-B1-P4"
UNWANTED = {"title": "Message illisible", "status": 422, "detail": "Ce message manque de champs.", "code": "invalid"}


def offline(ward: Ward, journey: Journey) -> int:
    """Send the storing of a bag from a room without a network, beside Paul; return what it came to."""
    act = ward.hospital.act(
        "stored",
        [journey.product_label(), internal("P", PLACE)],
        details={"exposure_s": 45},
        second_person=ward.people["paul"],
        device_id="TAB-CRYO",
    )
    (result,) = ward.hospital.post("/api/v1/scans/batch", "tech1", json={"scans": [act]}).json()["results"]
    return int(result["status"])


@pytest.fixture(scope="module")
def back(ward: Ward) -> list[Journey]:
    """Return two therapies whose bags were put into one position without a network: one is taken, the other waits."""
    both = [ward.hospital.enrol(), ward.hospital.enrol()]
    for journey in both:
        for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
            leg()
    assert [offline(ward, journey) for journey in both] == [201, 409]
    return both


def test_who_stood_beside_countersigns_and_two_settle_what_was_refused(
    chromium: Chromium, ward: Ward, back: list[Journey]
) -> None:
    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "paul", PASSWORD)
        page.get_by_role("link", name=re.compile("attend(ent)? votre contresignature")).click()
        mine = page.get_by_role("region", name="À contresigner par vous").get_by_role("listitem")
        stored = mine.filter(has=page.locator(f"a[href='#/bag/{back[0].products[0]}']"))
        expect(stored).to_contain_text("par Tech1")
        expect(stored).to_contain_text("tablette TAB-CRYO")
        late = page.get_by_role("region", name="Scans refusés à leur arrivée").get_by_role("listitem")
        refused = late.filter(has=page.locator(f"a[href='#/bag/{back[1].products[0]}']"))
        expect(refused).to_contain_text("Ranger")
        pictured(page, "settle")

        stored.get_by_role("button", name="J'y étais").click()
        expect(page.get_by_text("Contresigné.", exact=True)).to_be_visible()
        expect(stored).to_have_count(0)

        refused.get_by_role("button", name="C'est arrivé").click()
        refused.get_by_label("Motif").fill("Deux poches à la même place, vu avec l'équipe")
        refused.get_by_role("button", name="Régler avec une seconde personne").click()
        page.get_by_label("Identifiant de la seconde personne").fill("vera")
        press_pin(page, PIN)
        page.get_by_role("button", name="Signer", exact=True).click()
        expect(page.get_by_text("Réglé.", exact=True)).to_be_visible()
        expect(refused).to_have_count(0)

    chromium.visit(journey, viewport=FLAT)

    items = ward.hospital.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
    told = {one["bag"]: (one["state"], one.get("countersignature"), one.get("settled_with")) for one in items}
    assert told[back[0].products[0]] == ("accepted", "confirmed", None)
    assert told[back[1].products[0]] == ("accepted", None, ward.people["vera"])
    held = ward.hospital.get(f"/api/v1/bags/{back[1].products[0]}", "pharm1").json()
    assert (held["state"], [one["reason"] for one in held["holds"]]) == ("accepted", ["deviation"])


def observe(page: Page, note: str) -> None:
    """Record an observation of the bag on the screen; the service does not want it."""
    page.get_by_role("button", name="Noter une observation").click()
    page.get_by_label("Observation").fill(note)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alertdialog", name="STOP")).to_contain_text("Ce message manque de champs")
    page.get_by_role("button", name="J'ai compris").click()
    page.get_by_role("button", name="Retour").click()


def test_a_scan_that_the_service_does_not_want_stays_until_a_person_has_settled_it(
    chromium: Chromium, ward: Ward, back: list[Journey]
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(UNWANTED))

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD)
        scan(page, back[0].product_label())
        page.get_by_text("Autres gestes").click()
        for path in ("**/api/v1/scans", "**/api/v1/scans/batch"):
            page.route(path, refuse)
        observe(page, "première")
        page.get_by_text("Autres gestes").click()
        observe(page, "seconde")
        page.get_by_role("link", name="2 À RÉGLER").click()
        parked = page.get_by_role("region", name="Gardés sur cette tablette").get_by_role("listitem")
        expect(parked).to_have_count(2)
        pictured(page, "parked")
        page.unroute_all()
        parked.first.get_by_role("button", name="Envoyer de nouveau").click()
        expect(parked).to_have_count(1)
        parked.get_by_label("Motif").fill("Noté deux fois")
        parked.get_by_role("button", name="Régler avec ce motif").click()
        expect(page.get_by_text("Réglé.", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name=re.compile(r"\d À RÉGLER"))).to_have_count(0)
        expect(page.get_by_text("NON ENVOYÉ")).to_have_count(0)

    chromium.visit(journey, expected=("422",))

    items: list[dict[str, Any]] = ward.hospital.get(f"/api/v1/bags/{back[0].products[0]}/history", "quality1").json()[
        "items"
    ]
    assert [one["notes"]["note"] for one in items if one["step"] == "observed"] == ["première"]
