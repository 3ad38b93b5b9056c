"""The life of a shipper at the tablet: registered, charged, on its way, back, cleaned and requalified."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import Chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD
from tests.tablet.by_hand import UPRIGHT, pictured, scan, sign_in
from tests.tablet.conftest import Ward


def chosen(page: Page, act: str) -> None:
    page.get_by_role("region", name="Que notez-vous").get_by_role("button", name=act, exact=True).click()


def recorded(page: Page, act: str) -> None:
    page.get_by_role("button", name=f"Noter : {act}").click()
    expect(page.get_by_role("status").filter(has_text=f"Noté : {act}.")).to_be_visible()


def registered(page: Page, symbol: str) -> None:
    """Register a shipper from its scanned label."""
    scan(page, symbol)
    page.get_by_role("button", name="Ouvrir ce conteneur").click()
    expect(page.get_by_text("n'est pas enregistré ici")).to_be_visible()
    expect(page.get_by_text("Conteneur scanné")).to_be_visible()
    page.get_by_label("Modèle").fill("CX500")
    page.get_by_label("N° de série").fill("SN-77")
    page.get_by_label("Tenue mesurée debout, en heures").fill("0")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("De 1 à 1440 heures.")).to_be_visible()
    page.get_by_label("Tenue mesurée debout, en heures").fill("240")
    page.get_by_label("Qualifié jusqu'au").fill("2099-12-31")
    pictured(page, "shipper-register")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Qualifié pour partir")).to_be_visible()


def charged(page: Page, symbol: str, other: str) -> None:
    """Record its charge, which takes its own label: nothing is recorded of a shipper that nobody has in hand."""
    page.get_by_role("button", name="Tous les conteneurs").click()
    page.get_by_role("link", name="SEC7").click()
    record = page.get_by_role("button", name="Noter : Remplissage")
    expect(record).to_be_disabled()
    scan(page, other)
    expect(page.get_by_text("STOP : ce n'est pas ce conteneur")).to_be_visible()
    expect(record).to_be_disabled()
    scan(page, symbol)
    page.get_by_label("Azote pris").fill("9200")
    recorded(page, "Remplissage")


def followed(page: Page, symbol: str, bag: str) -> None:
    """Look at it on its way, find it lying, and say so."""
    page.get_by_role("button", name="Tous les conteneurs").click()
    expect(page.get_by_role("listitem").filter(has_text="SEC7")).to_contain_text("Tient le froid jusqu'au")
    pictured(page, "shippers")
    scan(page, symbol)
    way = page.get_by_role("region", name="En trajet")
    expect(way).to_contain_text("1 poche à bord, 0 reçue")
    expect(way.locator(f"a[href='#/bag/{bag}']")).to_be_visible()
    chosen(page, "Position")
    page.get_by_role("button", name="Noter : Position").click()
    expect(page.get_by_text("Il manque : Comment est-il")).to_be_visible()
    page.get_by_role("button", name="Couché").click()
    recorded(page, "Position")
    expect(way).to_contain_text("Estimation : il n'est pas resté debout.")
    page.evaluate("scrollTo(0, 0)")
    pictured(page, "shipper")


def photographed(page: Page, symbol: str, label: str) -> None:
    """Receive the bag up to its photograph."""
    page.get_by_role("link", name="Scanner").click()
    expect(page.get_by_role("heading", name="Scannez", level=1)).to_be_visible()
    scan(page, label)
    page.get_by_role("button", name="Recevoir").click()
    expect(page.get_by_role("heading", name="Recevoir", level=1)).to_be_visible()
    scan(page, symbol)
    held = io.BytesIO()
    picture = Image.linear_gradient("L").resize((1200, 800)).convert("RGB")
    picture.paste((235, 240, 243), (180, 140, 1020, 660))
    for line in range(6):
        picture.paste((60, 80, 90), (240, 200 + 70 * line, 420 + 90 * line, 226 + 70 * line))
    picture.save(held, "JPEG")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}
    page.locator(".photos input[type=file]").set_input_files(files=[photo])  # type: ignore[list-item]  # as documented
    shown = page.get_by_role("img", name="Photo 1")
    expect(shown).to_be_visible()
    shown.evaluate("(one) => one.scrollIntoView({block: 'center'})")
    pictured(page, "photo")
    page.get_by_role("link", name="Scanner").click()
    expect(page.get_by_role("heading", name="Scannez", level=1)).to_be_visible()
    scan(page, symbol)
    page.get_by_role("button", name="Ouvrir ce conteneur").click()


def back(page: Page) -> None:
    """Record its return, and what makes it fit to go out again."""
    for act, passed in (("Retour", False), ("Nettoyage", True), ("Requalification", True)):
        chosen(page, act)
        if passed:
            page.get_by_role("button", name="Oui").click()
        if act == "Requalification":
            page.get_by_label("Tenue mesurée debout, en heures").fill("236")
            page.get_by_label("Valable jusqu'au").fill("2099-12-31")
        recorded(page, act)
    expect(page.get_by_text("Qualifié pour partir")).to_be_visible()
    expect(page.get_by_role("region", name="Sa vie").get_by_role("listitem")).to_have_count(5)


def test_a_shipper_is_registered_charged_followed_and_requalified(chromium: Chromium, ward: Ward) -> None:
    hospital = ward.hospital
    bag: Journey = hospital.enrol()
    for leg in (bag.collected, bag.manufactured, bag.released):
        leg()
    symbol, label = bag.shipper("sec7"), bag.product_label()

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "paul", PASSWORD)
        registered(page, symbol)
        charged(page, symbol, bag.shipper("sec8"))
        bag.shipped("sec7", label, bag.makers, "PUI")
        followed(page, symbol, bag.products[0])
        photographed(page, symbol, label)
        told = {"seal_intact": True, "tilted": False}
        hospital.taken("tech1", "received", [symbol, label], witness="pharm1", details=told)
        back(page)

    chromium.visit(journey, viewport=UPRIGHT)

    (made,) = (one for one in hospital.get("/api/v1/shippers", "pharm1").json()["items"] if one["serial"] == "SN-77")
    assert (made["state"], made["fit"], made["hold_s"], made["uses"]) == ("ready", True, 236 * 3600, 1)
