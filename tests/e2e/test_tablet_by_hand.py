"""A day at the tablet, against a served demonstration: axe looks at each screen, and it is pictured for the guide."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.barcodes.build import din, internal
from app.tablet import build
from tests.browser import Chromium
from tests.e2e.demonstration import Demonstration
from tests.tablet.by_hand import FLAT, UPRIGHT, pictured, press_pin, scan, sign_in

FABRE = f"{din('A9991', 26, 10, flags='00')}=<S12954A0"
MOREAU = f"{din('A9991', 26, 1, flags='00')}=<S12954B0"
PLACE = "D1-T1-R1-B1-P4"


@pytest.fixture(scope="module")
def people(demonstration: Demonstration) -> dict[str, Any]:
    """Return everybody of the demonstration, by login; the app is built."""
    build.build()
    told = json.loads((demonstration.directory / "demo-credentials.json").read_text(encoding="utf-8"))
    return {one["login"]: one for one in told["people"]}


def test_a_bag_is_stored_by_two_and_a_wrong_one_locks_the_screen(
    chromium: Chromium, url: str, people: dict[str, Any]
) -> None:
    def journey(page: Page) -> None:
        page.goto(url)
        pictured(page, "sign-in")
        sign_in(page, url, "pharm1", people["pharm1"]["password"], tablet="TAB-PUI-1")
        expect(page.get_by_text("Claire Fontaine")).to_be_visible()
        pictured(page, "scan")

        scan(page, FABRE)
        expect(page.get_by_role("heading", level=1)).to_have_text("Yescarta – poche 1/1")
        expect(page.get_by_text("Lu seulement")).to_be_visible()
        expect(page.locator(".history li").first).to_be_visible()
        pictured(page, "bag")

        page.get_by_role("button", name="Ranger").click()
        expect(page.get_by_role("heading", name="Ranger", level=1)).to_be_visible()
        scan(page, internal("P", PLACE))
        page.get_by_label("Temps hors du froid").fill("45")
        page.get_by_role("button", name="Normal").click()
        pictured(page, "step")
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        page.get_by_label("Identifiant de la seconde personne").fill("tech1")
        press_pin(page, people["tech1"]["pin"])
        pictured(page, "witness")
        page.get_by_role("button", name="Signer", exact=True).click()
        expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_be_visible()
        pictured(page, "accepted")
        page.get_by_role("button", name="Continuer").click()
        expect(page.locator(".state")).to_have_text("stockée")
        expect(page.get_by_text(f"Emplacement {PLACE}")).to_be_visible()

        page.get_by_role("button", name="Sortir du stock").click()
        expect(page.get_by_role("heading", name="Sortir du stock", level=1)).to_be_visible()
        scan(page, MOREAU)
        scan(page, internal("P", PLACE))
        page.get_by_role("button", name="Contrôle").click()
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        page.get_by_label("Identifiant de la seconde personne").fill("tech1")
        press_pin(page, people["tech1"]["pin"])
        page.get_by_role("button", name="Signer", exact=True).click()
        wrong = page.get_by_role("alertdialog", name="STOP")
        expect(wrong).to_be_visible()
        pictured(page, "wrong")
        # Neither Escape nor the next scan is an acknowledgement.
        page.keyboard.press("Escape")
        scan(page, FABRE)
        expect(wrong).to_be_visible()
        page.get_by_role("button", name="J'ai compris").click()
        expect(wrong).to_be_hidden()
        page.get_by_role("button", name="Retour").click()
        expect(page.locator(".state")).to_have_text("stockée")
        expect(page.locator(".history .refused")).to_have_count(1)

    # Chromium writes every refusal to its console.
    chromium.visit(journey, viewport=UPRIGHT, expected=("409",))


def test_whoever_takes_over_shows_a_badge_and_a_pin_and_the_board_tells_what_is_due(
    chromium: Chromium, url: str, people: dict[str, Any]
) -> None:
    def journey(page: Page) -> None:
        sign_in(page, url, "coord1", people["coord1"]["password"], tablet="TAB-PUI-1")
        page.get_by_role("button", name="English").click()
        page.get_by_role("link", name="Board").click()
        expect(page.locator(".therapy").first).to_be_visible()
        pictured(page, "board")
        page.get_by_role("button", name=re.compile("On hold")).click()
        expect(page.locator(".bag.held").first).to_be_visible()
        page.get_by_role("link", name="Dewars").click()
        expect(page.locator(".cell a").first).to_be_visible()
        pictured(page, "dewars")
        page.get_by_role("button", name="Dark room").click()
        page.get_by_role("link", name="Board").click()
        expect(page.locator(".therapy").first).to_be_visible()
        pictured(page, "board-dark")

        page.get_by_role("button", name="Switch person").click()
        page.get_by_role("button", name="Badge and PIN").click()
        page.get_by_label("Login").fill("coord1")
        press_pin(page, "000001")
        page.locator("main button[type=submit]").click()
        expect(page.get_by_role("alert").filter(has_text="Refused")).to_be_visible()
        pictured(page, "badge")
        press_pin(page, people["coord1"]["pin"])
        page.locator("main button[type=submit]").click()
        expect(page.get_by_role("navigation")).to_be_visible()

    chromium.visit(journey, viewport=FLAT, expected=("401",))
