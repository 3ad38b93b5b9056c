"""The board hears what happens; a photograph follows its act; a scanner is learnt once: in a real browser."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import Chromium
from tests.integration.api.accounts import PASSWORD
from tests.tablet.by_hand import UPRIGHT, assert_accessible, assert_touchable, pictured, scan, sign_in
from tests.tablet.calibration_label import text as calibration_text
from tests.tablet.conftest import Station

LOST = ("net::ERR_", "Failed to load resource")
# A keyboard that nobody has: letters and digits are turned round, and no places are told.
STRANGE = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "9876543210ZYXWVUTSRQPONMLKJIHGFEDCBA", strict=True))
_KEYS = """(keys) => {
  for (const [key, ctrlKey] of keys) {
    const stroke = new KeyboardEvent("keydown", { code: "", key, ctrlKey, bubbles: true, cancelable: true });
    (document.activeElement ?? document.body).dispatchEvent(stroke);
  }
}"""


def typed(page: Page, text: str) -> None:
    """Scan with a scanner whose keys arrive through the strange keyboard."""
    keys: list[list[Any]] = [["$", True] if one == "\x1d" else [STRANGE.get(one, one), False] for one in text]
    page.evaluate(_KEYS, [*keys, ["Enter", False]])


def test_a_board_hears_what_happens_and_says_loudly_when_it_hears_nothing(chromium: Chromium, station: Station) -> None:
    label, tail = station.bags[0].product_label(), station.hospital.api.state.tail
    tail._heartbeat = 0.5

    def journey(page: Page) -> None:
        sign_in(page, station.url, "chloe", PASSWORD)
        page.goto(f"{station.url}/#/board")
        expect(page.locator(".live")).to_contain_text("En direct")
        expect(page.get_by_role("button", name="Qualité")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".therapy")).to_have_count(0)

        station.hospital.taken("pharm1", "held", [label], witness="pharm2", details={"reason": "leak"}, minutes=0)
        station.hospital.publish()
        expect(page.locator(".bag.held")).to_have_count(1)
        page.get_by_role("button", name="Pharmacie").click()
        expect(page.locator(".therapy")).to_have_count(2)
        page.get_by_role("button", name="Chercher en scannant").click()
        expect(page.locator(".scan-box")).to_be_visible()

        # The line itself is cut as well: a browser that is told to be offline leaves it open.
        page.context.set_offline(True)
        for listener in list(tail._listeners):
            listener.lost = True
        lost = page.get_by_role("alert").filter(has_text="PAS EN DIRECT")
        expect(lost).to_be_visible()
        assert_accessible(page)
        page.context.set_offline(False)
        expect(page.locator(".live")).to_contain_text("En direct")
        expect(lost).to_be_hidden()
        scan(page, label)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Yescarta")

    chromium.visit(journey, expected=LOST)


def test_a_photograph_waits_with_its_act_and_carries_nothing_but_what_is_seen(
    chromium: Chromium, station: Station
) -> None:
    bag = station.bags[1]
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0)}
    held = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(held, "JPEG", exif=exif, quality=98)

    def journey(page: Page) -> None:
        sign_in(page, station.url, "bruno", PASSWORD)
        scan(page, bag.product_label())
        page.get_by_text("Autres gestes").click()
        page.get_by_role("button", name="Noter une observation").click()
        page.get_by_label("Observation").fill("Givre sur un coin de la cassette")
        picture = {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": held.getvalue()}
        page.locator(".photos input[type=file]").set_input_files(files=[picture])  # type: ignore[list-item]  # as documented
        expect(page.get_by_role("img", name="Photo 1")).to_be_visible()
        assert_accessible(page)
        assert_touchable(page)

        page.context.set_offline(True)
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("alertdialog", name="GARDÉ")).to_be_visible()
        page.get_by_role("button", name="Continuer").click()
        expect(page.get_by_text("1 PHOTO NON ENVOYÉE")).to_be_visible()
        assert station.hospital.get(f"/api/v1/bags/{bag.products[0]}/attachments", "pharm1").json()["items"] == []

        page.context.set_offline(False)
        expect(page.get_by_text("PHOTO NON ENVOYÉE")).to_be_hidden()
        page.get_by_role("button", name="Voir la photo").click()
        shown = page.get_by_role("img", name="Photo prise")
        expect(shown).to_be_visible()
        assert_accessible(page)
        assert_touchable(page)

    chromium.visit(journey, expected=LOST, viewport={"width": 768, "height": 1024})

    (kept,) = station.hospital.get(f"/api/v1/bags/{bag.products[0]}/attachments", "pharm1").json()["items"]
    assert kept["state"] == "kept"
    assert kept["size"] <= 900_000
    found = station.hospital.get(f"/api/v1/bags/{bag.products[0]}/attachments/{kept['sha256']}", "pharm1").content
    with Image.open(io.BytesIO(found)) as image:
        assert max(image.size) <= 2000
        assert dict(image.getexif()) == {}


def test_a_scanner_is_learnt_once_and_known_at_the_next_start(chromium: Chromium, station: Station) -> None:
    label = station.bags[1].product_label()

    def journey(page: Page) -> None:
        sign_in(page, station.url, "anna", PASSWORD)
        typed(page, label)
        expect(page.locator(".found")).to_contain_text("Code lu, mais inconnu ici")

        page.get_by_role("button", name="Régler le lecteur").click()
        expect(page.get_by_text("Pas encore réglé")).to_be_visible()
        page.get_by_role("button", name="Commencer").click()
        expect(page.get_by_role("img", name="Étiquette de réglage")).to_be_visible()
        pictured(page, "scanner")
        typed(page, "0123456789")
        expect(page.get_by_role("alert").filter(has_text="pas l'étiquette de réglage entière")).to_be_visible()
        page.get_by_role("button", name="Commencer").click()
        typed(page, calibration_text())
        expect(page.get_by_text("Réglé, et gardé sur cette tablette.")).to_be_visible()

        page.reload()
        sign_in(page, station.url, "anna", PASSWORD)
        typed(page, label)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Yescarta")

    chromium.visit(journey, viewport=UPRIGHT)
