"""The app's first screen in a real browser: signing in, the status line, and a start without a network."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser import Chromium
from tests.integration.api.accounts import PASSWORD, registered
from tests.tablet.by_hand import until_kept
from tests.tablet.conftest import Place


def test_somebody_signs_in_and_out_in_both_languages(chromium: Chromium, place: Place) -> None:
    registered(place.hospital, "claire", "pharmacist")

    def journey(page: Page) -> None:
        page.goto(place.url)
        expect(page.get_by_role("status")).to_have_text("Connecté au serveur")
        page.get_by_role("button", name="English").click()
        page.get_by_label("Login").fill("claire")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Claire")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    chromium.visit(journey)


def test_the_app_starts_without_a_network_and_says_so(chromium: Chromium, place: Place) -> None:
    def journey(page: Page) -> None:
        page.goto(place.url)
        until_kept(page)
        page.context.route("**/healthz", lambda route: route.abort())
        page.context.set_offline(True)
        page.goto(place.url)
        expect(page.get_by_role("status")).to_have_text("Hors ligne : les scans restent sur la tablette")
        expect(page.get_by_label("Mot de passe")).to_be_visible()

    chromium.visit(journey, expected=("net::ERR_",))


def test_the_app_can_be_installed(chromium: Chromium, place: Place) -> None:
    def journey(page: Page) -> dict[str, object]:
        page.goto(place.url)
        until_kept(page)
        session = page.context.new_cdp_session(page)
        return dict(session.send("Page.getAppManifest"))

    manifest = chromium.visit(journey)

    assert manifest["errors"] == []
    assert json.loads(str(manifest["data"]))["start_url"] == "/"
