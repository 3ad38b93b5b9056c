"""A room without a network: the day's work is on the tablet, acts are judged by it, and nothing more is claimed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.actions.badge import badge_text
from app.barcodes.build import internal
from tests.browser import Chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD, PIN
from tests.tablet.by_hand import UPRIGHT, pictured, press_pin, scan, sign_in, until_kept
from tests.tablet.conftest import Ward

TAKEN, FREE = "D1-T1-R1-B1-P1", "D1-T1-R1-B1-P2"
OFFLINE = ("net::ERR_", "Failed to load resource")


@pytest.fixture(scope="module")
def lying(ward: Ward) -> Journey:
    """Return a therapy whose bag lies where another one must not go."""
    journey = ward.hospital.enrol()
    journey.to_store(TAKEN)
    return journey


@pytest.fixture(scope="module")
def arrived(ward: Ward, lying: Journey) -> Journey:
    """Return a therapy whose bag is to be stored."""
    journey = ward.hospital.enrol()
    for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
        leg()
    return journey


def put_away(page: Page, journey: Journey, position: str) -> None:
    """Go from the bag's screen to its storing, up to the second person."""
    page.get_by_role("button", name="Ranger").click()
    expect(page.get_by_role("heading", name="Ranger", level=1)).to_be_visible()
    scan(page, journey.product_label())
    scan(page, internal("P", position))
    page.get_by_label("Temps hors du froid").fill("45")
    page.get_by_role("button", name="Normal").click()
    page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
    expect(page.get_by_text("Sans réseau : scannez le badge de la seconde personne")).to_be_visible()


def found_where_they_are(page: Page, stopped: Journey, lying: Journey) -> None:
    """Scan positions: where a bag was put without the service knowing is not free; what was stopped lies nowhere."""
    expect(page.get_by_text("2 NON ENVOYÉS")).to_be_visible()
    for position, journey in ((TAKEN, lying), (FREE, stopped)):
        scan(page, internal("P", position))
        expect(page.get_by_role("heading", name=f"Emplacement {position}")).to_be_visible()
        expect(page.get_by_text("Libre", exact=True)).to_have_count(0)
        page.get_by_role("button", name="Voir la poche").click()
        expect(page).to_have_url(re.compile(f"#/bag/{journey.products[0]}$"))
    expect(page.get_by_role("region", name="Fait ici et pas encore envoyé")).to_contain_text("Ranger")


def test_the_days_work_goes_on_without_a_network_and_is_judged_when_it_is_back(
    chromium: Chromium, ward: Ward, arrived: Journey, lying: Journey
) -> None:
    (bag,) = arrived.products
    badge = badge_text(ward.people["paul"])

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD)
        work = page.get_by_role("region", name="Travail du jour")
        mine = work.locator(f"a[href='#/bag/{bag}']")
        expect(mine).to_contain_text("acceptée")
        expect(work).to_contain_text("valable jusqu'à")
        pictured(page, "work")
        until_kept(page)

        page.context.set_offline(True)
        page.context.route("**/healthz", lambda route: route.abort())
        page.goto(ward.url)
        enter(page, "une autre phrase de passe")
        expect(page.get_by_text("Identifiant ou mot de passe incorrect")).to_be_visible()
        enter(page, PASSWORD)
        expect(mine).to_contain_text("acceptée")

        # A Wi-Fi that swallows what is asked keeps nobody waiting.
        swallowed = ("**/api/v1/scans/read", f"**/api/v1/bags/{bag}")
        for path in swallowed:
            page.context.route(path, lambda _: None)
        scan(page, arrived.product_label())
        expect(page.get_by_text("D'après la liste de travail de")).to_be_visible()
        for path in swallowed:
            page.context.unroute(path)
        put_away(page, arrived, TAKEN)
        scan(page, badge)
        stop = page.get_by_role("alertdialog", name="STOP")
        expect(stop).to_contain_text("Une autre poche est notée à cet emplacement")
        expect(stop).to_contain_text("sera envoyé")
        page.get_by_role("button", name="J'ai compris").click()

        page.get_by_role("button", name="Retour").click()
        put_away(page, arrived, FREE)
        scan(page, badge)
        kept = page.get_by_role("alertdialog", name="GARDÉ")
        # What this tablet did with the bag before is not in the list: it claims neither yes nor no.
        expect(kept).to_contain_text("cette tablette ne peut pas le vérifier")
        pictured(page, "kept")
        page.get_by_role("button", name="Continuer").click()
        found_where_they_are(page, arrived, lying)

        # Meanwhile the place has become free: by the world as it is now, what the tablet stopped would have been right.
        lying.retrieved(TAKEN)
        page.context.unroute("**/healthz")
        page.context.set_offline(False)
        expect(page.locator(".state")).to_have_text("stockée")
        expect(page.get_by_text("NON ENVOYÉ")).to_have_count(0)

    chromium.visit(journey, viewport=UPRIGHT, expected=OFFLINE)

    shown = ward.hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()
    assert (shown["state"], shown["position_code"]) == ("stored", FREE)
    assert codes(ward, "/api/v1/settle", "quality1", bag) == ["countersignature-awaited", "told-wrong"]
    history = ward.hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"]
    stopped, done = (one for one in history if one["step"] == "stored")
    assert (stopped["outcome"], stopped["body"]["told_wrong"]) == ("refused", "position-occupied")
    assert (done["outcome"], "told_wrong" in done["body"]) == ("taken", False)


def test_a_hold_that_waits_on_the_tablet_stops_the_bag_before_the_service_knows(chromium: Chromium, ward: Ward) -> None:
    given = ward.hospital.enrol()
    given.to_store("D1-T1-R1-B1-P3")
    (bag,) = given.products
    badge = badge_text(ward.people["lise"])

    def begin(page: Page, step: str) -> None:
        page.get_by_text("Autres gestes").click()
        page.get_by_role("button", name=step).click()
        expect(page.get_by_role("heading", name=step, level=1)).to_be_visible()
        scan(page, given.product_label())

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "paul", PASSWORD)
        expect(page.get_by_role("region", name="Travail du jour")).to_be_visible()
        until_kept(page)
        page.context.set_offline(True)
        scan(page, given.product_label())
        expect(page.get_by_text("D'après la liste de travail de")).to_be_visible()

        begin(page, "Bloquer")
        page.get_by_role("button", name="Fuite").click()
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        scan(page, badge)
        expect(page.get_by_role("alertdialog", name="GARDÉ")).to_be_visible()
        page.get_by_role("button", name="Continuer").click()
        here = page.get_by_role("region", name="Fait ici et pas encore envoyé")
        expect(here).to_contain_text("Bloquer")
        pictured(page, "unsent")

        page.get_by_role("button", name="Sortir du stock").click()
        scan(page, given.product_label())
        scan(page, internal("P", "D1-T1-R1-B1-P3"))
        page.get_by_role("button", name="Décongélation").click()
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        scan(page, badge)
        stop = page.get_by_role("alertdialog", name="STOP")
        expect(stop).to_contain_text("bloquée")
        expect(stop).to_contain_text("sera envoyé")
        page.get_by_role("button", name="J'ai compris").click()
        page.get_by_role("button", name="Retour").click()
        expect(here).to_contain_text("Sortir du stock")
        expect(here).to_contain_text("STOP")

        page.context.set_offline(False)
        expect(page.get_by_text("NON ENVOYÉ")).to_have_count(0)
        expect(here).to_have_count(0)
        expect(page.locator(".card.held")).to_be_visible()

    chromium.visit(journey, viewport=UPRIGHT, expected=OFFLINE)

    history = ward.hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"]
    assert [(one["step"], one["outcome"]) for one in history[-2:]] == [("held", "taken"), ("retrieved", "refused")]


def test_a_list_that_has_run_out_says_so_and_nothing_else(chromium: Chromium, ward: Ward, arrived: Journey) -> None:
    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD)
        expect(page.get_by_role("region", name="Travail du jour")).to_be_visible()
        page.context.set_offline(True)
        page.evaluate("moveOn(13 * 3600 * 1000)")
        expect(page.get_by_text("La liste de travail a expiré à")).to_be_visible()
        expect(page.get_by_role("region", name="Travail du jour")).to_have_count(0)
        scan(page, arrived.product_label())
        expect(page.get_by_text("ce que c'est ne peut pas être vérifié maintenant")).to_be_visible()

    chromium.visit(journey, expected=OFFLINE)


def test_a_badge_and_a_pin_open_the_tablet_again_without_a_network(chromium: Chromium, ward: Ward) -> None:
    told = {"code": "TAB-NORD", "name": "Tablette nord", "site": "PUI", "kind": "tablet"}
    assert ward.hospital.post("/api/v1/devices", "pharm1", json=told).status_code == 201

    def by_badge(page: Page, pin: str) -> None:
        scan(page, badge_text(ward.people["lise"]))
        expect(page.get_by_text("Badge lu. Tapez votre code.")).to_be_visible()
        press_pin(page, pin)
        page.locator("main button[type=submit]").click()

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD, tablet="TAB-NORD")
        until_kept(page)
        page.get_by_role("button", name="Changer de personne").click()
        by_badge(page, PIN)
        expect(page.get_by_role("region", name="Travail du jour")).to_be_visible()
        page.context.set_offline(True)
        page.goto(ward.url)
        by_badge(page, "000000")
        expect(page.get_by_text("Refusé : badge, identifiant ou code incorrect")).to_be_visible()
        press_pin(page, PIN)
        page.locator("main button[type=submit]").click()
        expect(page.get_by_role("region", name="Travail du jour")).to_be_visible()
        # Whoever signs out leaves nothing to come in by.
        page.get_by_role("button", name="Se déconnecter").click()
        by_badge(page, PIN)
        expect(page.get_by_text("Le serveur ne répond pas")).to_be_visible()

    chromium.visit(journey, viewport=UPRIGHT, expected=OFFLINE)


def enter(page: Page, password: str) -> None:
    """Fill in the form of the first screen."""
    page.locator("input[name=login]").fill("lise")
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit]").click()


def codes(ward: Ward, path: str, login: str, bag: str) -> list[str]:
    """Return what waits for a person about a bag."""
    items: list[dict[str, Any]] = ward.hospital.get(path, login, params={"limit": 200}).json()["items"]
    return sorted(one["code"] for one in items if one["bag"] == bag)
