"""Temperatures at the tablet, against a served demonstration: a year at once, in words, in the dark."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import Chromium
from tests.e2e.test_tablet_by_hand import UPRIGHT, people, pictured
from tests.tablet.by_hand import assert_accessible, assert_touchable, sign_in

__all__ = ["people"]


def test_a_year_of_a_dewar_is_drawn_at_once_and_a_bag_shows_its_stay(
    chromium: Chromium,
    url: str,
    people: dict[str, Any],
) -> None:
    def journey(page: Page) -> None:
        sign_in(page, url, "pharm1", people["pharm1"]["password"], tablet="TAB-PUI-1")
        page.get_by_role("link", name="Cuves").click()
        dewar = page.locator(".dewar").first
        dewar.get_by_text("Courbes de température").click()
        expect(dewar.get_by_role("img").first).to_be_visible()
        with page.expect_response(re.compile("/curve")) as answered:
            dewar.get_by_role("button", name="1 an").click()
        assert all(1000 < len(one["points"]) <= 2000 for one in answered.value.json()["curves"])
        expect(dewar.get_by_role("img").first).to_have_attribute("aria-label", re.compile(r"^Courbe de la sonde .* °C"))
        dewar.get_by_text("La même chose en mots").click()
        expect(dewar.get_by_role("columnheader", name="Quoi")).to_be_visible()
        assert_accessible(page)
        assert_touchable(page)

        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Dark room").click()
        page.locator(".cell a").first.click()
        page.get_by_text("Temperature curves").click()
        expect(page.get_by_role("heading", name="In dewar")).to_be_visible()
        curve = page.locator(".curve").first
        expect(curve.get_by_role("img")).to_be_visible()
        curve.evaluate("(one) => one.scrollIntoView({block: 'center'})")
        pictured(page, "curves-dark")

    chromium.visit(journey, viewport=UPRIGHT)
