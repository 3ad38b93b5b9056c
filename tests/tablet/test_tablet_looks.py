"""Every screen, held against WCAG 2.2 AA and a gloved finger: flat and upright, in daylight and in a dark room."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.barcodes.build import internal
from tests.browser import Chromium
from tests.integration.api.accounts import PASSWORD, PIN
from tests.tablet.by_hand import assert_accessible, assert_touchable, press_pin, scan, sign_in
from tests.tablet.conftest import Station

UPRIGHT, FLAT = {"width": 768, "height": 1024}, {"width": 1280, "height": 800}
PLACES: dict[str, tuple[dict[str, int], str]] = {
    "flat": (FLAT, "light"),
    "flat-dark": (FLAT, "dark"),
    "upright-dark": (UPRIGHT, "dark"),
}


@pytest.fixture(scope="module")
def furnished(station: Station) -> str:
    """Have an act to settle, a shipper that is charged and a tablet with a name; return the id of the first dewar."""
    hospital, one = station.hospital, station.bags[0]
    torn = hospital.act("observed", ["=A9999269999990"], details={"note": "étiquette déchirée"})
    assert hospital.post("/api/v1/scans/batch", "tech1", json={"scans": [torn]}).status_code == 200
    told = {"code": "TAB-LOOKS", "name": "Tablette regardée", "site": "PUI", "kind": "tablet"}
    assert hospital.post("/api/v1/devices", "pharm1", json=told).status_code == 201
    made = {"shipper": internal("S", "SHIP-LOOKS"), "model": "CX500", "serial": "SN-1", "hold_s": 864_000}
    shipper = hospital.post("/api/v1/shippers", "pharm1", json=made).json()["id"]
    charge = {"kind": "charge", "at": hospital.clock.now().isoformat(), "charge_g": 9200}
    assert hospital.post(f"/api/v1/shippers/{shipper}/records", "tech1", json=charge).status_code == 201
    dewar: str = hospital.get(f"/api/v1/bags/{one.products[0]}", "pharm1").json()["position_code"].partition("-")[0]
    found = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    return str(next(item["id"] for item in found if item["code"] == dewar))


def in_both(page: Page, look: Callable[[Page, str], None]) -> Callable[[str, str], None]:
    """Return what looks at a screen in French, and measures it in English too."""

    def looking(screen: str, ready: str) -> None:
        expect(page.locator(ready).first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        look(page, screen)
        page.get_by_role("button", name="English").click()
        expect(page.locator(ready).first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        measured(page, f"{screen} in English")
        page.get_by_role("button", name="Français").click()

    return looking


def measured(page: Page, screen: str) -> None:
    """Every control is large enough, and nothing is wider than the screen."""
    assert_touchable(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{screen} is {wide} pixels wider than the screen"


@pytest.mark.parametrize("name", PLACES)
def test_every_screen_of_the_stock_and_of_people_too(
    chromium: Chromium, station: Station, furnished: str, name: str
) -> None:
    viewport, scheme = PLACES[name]
    box = "D1-T1-R1-B1"

    def journey(page: Page) -> None:
        look = in_both(page, looked_at(name))
        sign_in(page, station.url, "anna", PASSWORD, tablet="TAB-LOOKS")

        def opened(*parts: str) -> None:
            page.goto("/".join([f"{station.url}/#", *parts]))

        for screen, ready in (("settle", ".items"), ("keys", ".pin-digits"), ("shippers", ".bags .bag")):
            opened(screen)
            look(screen, ready)
        page.locator(".bags .bag").first.click()
        look("shipper", ".history, [aria-labelledby=life]")
        opened("shippers", "NOBODYS")
        look("shipper-register", "[aria-labelledby=register]")
        opened("count", furnished, box)
        look("count", ".tile")
        opened("dewars")
        page.locator(".dewar summary").first.click()
        look("curves", ".ranges")
        opened("move", furnished, box)
        page.locator("fieldset").nth(1).locator("button:enabled").first.click()
        look("move", ".planned button")
        page.locator(".planned button").click()
        scan(page, station.bags[0].product_label())
        scan(page, "=A99992699999900")
        look("move-stranger", ".card.strange")
        page.get_by_role("button", name="Changer de personne").click()
        page.get_by_role("button", name="Badge et code PIN").click()
        look("badge", ".pin-digits")

    options: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme}
    # A question of whoever has just left may still be on its way.
    chromium.visit(journey, expected=("401",), **options)


def looked_at(name: str) -> Callable[[Page, str], None]:
    """Return what looks at a screen; GIVRE_LOOKS names a folder that its pictures are kept in."""

    def look(page: Page, screen: str) -> None:
        assert_accessible(page)
        measured(page, screen)
        if folder := os.environ.get("GIVRE_LOOKS"):
            page.screenshot(path=Path(folder, f"{name}-{screen}.png"))

    return look


@pytest.mark.parametrize("name", PLACES)
def test_every_screen_is_legible_and_large_enough(chromium: Chromium, station: Station, name: str) -> None:
    viewport, scheme = PLACES[name]
    bag, look = station.bags[0], looked_at(name)

    def journey(page: Page) -> None:
        page.goto(station.url)
        expect(page.get_by_label("Mot de passe")).to_be_visible()
        look(page, "sign-in")
        sign_in(page, station.url, "anna", PASSWORD)
        look(page, "scan")
        page.get_by_role("button", name="Saisir").click()
        look(page, "keypad")
        scan(page, internal("P", "D1-T1-R1-B1-P3"))
        expect(page.locator(".found")).to_contain_text("D1-T1-R1-B1-P3")
        look(page, "found")
        scan(page, bag.product_label())
        expect(page.get_by_role("heading", level=1)).to_contain_text("Yescarta")
        expect(page.locator(".history li").first).to_be_visible()
        look(page, "bag")
        _acted(page, look)
        _refused(page, look)
        for screen, ready in (("board", ".live"), ("dewars", ".cell"), ("scanner", ".scanner-screen button")):
            page.goto(f"{station.url}/#/{screen}")
            expect(page.locator(ready).first).to_be_visible()
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            look(page, screen)

    options: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme}
    chromium.visit(journey, expected=("409",), **options)


def _acted(page: Page, look: Callable[[Page, str], None]) -> None:
    page.get_by_text("Autres gestes").click()
    page.get_by_role("button", name="Noter une observation").click()
    page.get_by_label("Observation").fill("RAS")
    look(page, "step")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_be_visible()
    look(page, "accepted")
    page.get_by_role("button", name="Continuer").click()


def _refused(page: Page, look: Callable[[Page, str], None]) -> None:
    page.get_by_role("button", name="Sortir du stock").click()
    expect(page.get_by_role("heading", name="Sortir du stock", level=1)).to_be_visible()
    scan(page, internal("P", "D1-T1-R1-B1-P2"))
    page.get_by_role("button", name="Contrôle").click()
    page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
    page.get_by_label("Identifiant de la seconde personne").fill("bruno")
    press_pin(page, PIN)
    look(page, "witness")
    page.get_by_role("button", name="Signer", exact=True).click()
    expect(page.get_by_role("alertdialog", name="STOP")).to_be_visible()
    look(page, "wrong")
    page.get_by_role("button", name="J'ai compris").click()
    expect(page.get_by_role("alertdialog", name="STOP")).to_be_hidden()
