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


def looked_at(name: str) -> Callable[[Page, str], None]:
    """Return what looks at a screen; GIVRE_LOOKS names a folder that its pictures are kept in."""

    def look(page: Page, screen: str) -> None:
        assert_accessible(page)
        assert_touchable(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{screen} is {wide} pixels wider than the screen"
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
