"""The app on the home screen: what a browser asks for before it offers that, and how the app passes the offer on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import Chromium, find_chromium
from tests.tablet.by_hand import assert_accessible, assert_touchable, until_kept
from tests.tablet.conftest import Place
from tests.tablet.mortal_browser import MortalBrowser
from tests.tablet.test_device import until

# What Chromium does when it finds the app worth installing; no browser without a window does it by itself.
OFFER = """() => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = async () => { globalThis.asked = (globalThis.asked ?? 0) + 1; return { outcome: "accepted" }; };
  dispatchEvent(offer);
  return offer.defaultPrevented;
}"""


def test_a_browser_finds_nothing_that_stands_against_installing_the_app(place: Place, tmp_path: Path) -> None:
    def looked() -> Any:
        with sync_playwright() as driver:
            browser = MortalBrowser(driver, find_chromium(), tmp_path)
            try:
                browser.page.goto(place.url)
                until_kept(browser.page)
                session = browser.page.context.new_cdp_session(browser.page)
                return session.send("Page.getInstallabilityErrors")["installabilityErrors"]
            finally:
                browser.kill()

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(looked).result() == []


def test_the_offer_to_install_is_held_back_until_somebody_wants_it(chromium: Chromium, place: Place) -> None:
    def journey(page: Page) -> None:
        page.goto(place.url)
        wanted = page.get_by_role("button", name="Installer sur la tablette")
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
        expect(wanted).to_be_hidden()
        assert page.evaluate(OFFER), "the browser does not ask by itself, in the middle of a scan"
        expect(wanted).to_be_visible()
        assert_touchable(page)
        assert_accessible(page)
        wanted.click()
        expect(wanted).to_be_hidden()
        until(page, "globalThis.asked", lambda times: times == 1)

    chromium.visit(journey)


def test_where_no_browser_offers_it_the_app_says_how(chromium: Chromium, place: Place) -> None:
    def journey(page: Page) -> None:
        page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false })")
        page.goto(place.url)
        expect(page.get_by_text("Ajoutez Givre à l'écran d'accueil")).to_be_visible()

    chromium.visit(journey)
