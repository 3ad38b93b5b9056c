"""A box goes elsewhere as one act, every bag of it scanned: what is missing, what is strange, what is taken."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.actions.badge import badge_text
from app.barcodes.build import internal
from tests.browser import Chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD, PIN
from tests.tablet.by_hand import UPRIGHT, pictured, press_pin, scan, sign_in
from tests.tablet.conftest import Ward

BOX, EMPTY, BESIDE = (f"D7-T1-R1-B{number}" for number in (1, 2, 3))


@pytest.fixture(scope="module")
def bags(ward: Ward) -> list[Journey]:
    """Return three bags of one box, and one of the box beside it, in a dewar of their own."""
    dewar = {"code": "D7", "name": "Cuve du fond", "limit_c": -150, "layout": [[[4, 4, 4]]]}
    assert ward.hospital.post("/api/v1/dewars", "pharm1", json=dewar).status_code == 201
    found = []
    for place in (f"{BOX}-P1", f"{BOX}-P2", f"{BOX}-P4", f"{BESIDE}-P1"):
        journey = ward.hospital.enrol()
        journey.to_store(place)
        found.append(journey)
    return found


def lying(ward: Ward, bags: list[Journey]) -> list[str]:
    told = [ward.hospital.get(f"/api/v1/bags/{one.products[0]}", "pharm1").json() for one in bags]
    return [one["position_code"] for one in told]


def chosen(page: Page) -> None:
    """Choose the box and where it goes: by a scan of a position there, or by a touch."""
    page.get_by_role("link", name="Cuves").click()
    page.locator(".box").filter(has_text=f"Boîte {BOX}").get_by_role("button", name="Déplacer").click()
    expect(page.get_by_role("button", name=f"Boîte {BOX}")).to_have_attribute("aria-pressed", "true")
    scan(page, internal("P", f"{BESIDE}-P1"))
    expect(page.locator(".planned")).to_contain_text("Ne pourra pas y aller ainsi")
    expect(page.locator(".planned").get_by_role("listitem")).to_have_text("P1 : place déjà prise")
    page.get_by_role("button", name=EMPTY).click()
    expect(page.get_by_text("3 poches à scanner")).to_be_visible()
    pictured(page, "move")
    page.get_by_role("button", name="Elle sort du froid").click()


def scanned(page: Page, first: Journey, second: Journey, third: Journey) -> None:
    """Scan the right dewar and two of three bags, one of them twice."""
    expect(page.get_by_text("0 sur 3")).to_be_visible()
    scan(page, internal("D", "D1"))
    expect(page.get_by_text("Ce n'est pas la cuve D7")).to_be_visible()
    scan(page, internal("D", "D7"))
    for count, bag in enumerate((first, second), 1):
        scan(page, bag.product_label())
        expect(page.get_by_text(f"{count} sur 3")).to_be_visible()
    scan(page, first.product_label())
    expect(page.get_by_text("Déjà scannée : emplacement P1")).to_be_visible()
    # What remains is told by its place; whoever could read the name would not need the bag.
    shown = page.locator("main").inner_html()
    assert not [name for name in (third.products[0], third.product_label()[1:14]) if name in shown]


def refused(page: Page, stranger: Journey) -> None:
    """Find a bag from elsewhere among them, and have that recorded."""
    scan(page, stranger.product_label())
    strange = page.get_by_role("alert").filter(has_text="UNE POCHE D'AILLEURS")
    expect(strange).to_contain_text(f"notée à {BESIDE}-P1")
    strange.evaluate("(one) => one.scrollIntoView({block: 'start'})")
    pictured(page, "move-stranger")
    page.get_by_role("button", name="Tout est de nouveau au froid").click()
    expect(page.get_by_text("Il en manque 1, aux emplacements P4.")).to_be_visible()
    page.get_by_label("Motif").fill("tri des boîtes")
    page.get_by_role("button", name="Enregistrer le refus").click()
    stop = page.get_by_role("alertdialog", name="STOP")
    expect(stop).to_be_visible()
    stop.get_by_role("button", name="J'ai compris").click()
    why = page.get_by_role("region", name="Pourquoi rien n'est déplacé")
    expect(why).to_contain_text("P4 : non scannée")
    expect(why).to_contain_text(f"une poche d'ailleurs, notée à {BESIDE}-P1")


def taken(page: Page, ward: Ward, third: Journey, stranger: Journey) -> None:
    """Come back from another screen with every scan still there, lose the network and find it again, and record."""
    page.get_by_role("link", name="Tableau").click()
    page.go_back()
    page.get_by_role("button", name="Elle était à côté").click()
    scan(page, third.product_label())
    expect(page.get_by_text("3 sur 3")).to_be_visible()
    record = page.get_by_role("button", name="Enregistrer avec la seconde personne")
    page.context.set_offline(True)
    scan(page, stranger.product_label())
    expect(page.get_by_text("Vos scans restent à l'écran")).to_be_visible()
    expect(record).to_be_disabled()
    page.context.set_offline(False)
    expect(page.get_by_text("Vos scans restent à l'écran")).to_be_hidden()
    page.get_by_role("button", name="Tout est de nouveau au froid").click()
    page.get_by_label("Motif").fill("tri des boîtes")
    page.get_by_text("3 sur 3").evaluate("(one) => one.scrollIntoView()")
    pictured(page, "move-scanned")
    record.click()
    expect(page.get_by_text("Scannez son badge")).to_be_visible()
    scan(page, badge_text(ward.people["paul"]))
    expect(page.get_by_text("Badge lu.")).to_be_visible()
    press_pin(page, PIN)
    page.get_by_role("button", name="Signer", exact=True).click()
    expect(page.get_by_text(f"3 poches, de {BOX} vers {EMPTY}")).to_be_visible()


def test_a_box_is_moved_bag_by_bag_and_not_at_all_with_one_from_elsewhere(
    chromium: Chromium, ward: Ward, bags: list[Journey]
) -> None:
    first, second, third, stranger = bags

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD)
        chosen(page)
        scanned(page, first, second, third)
        refused(page, stranger)
        assert lying(ward, bags) == [f"{BOX}-P1", f"{BOX}-P2", f"{BOX}-P4", f"{BESIDE}-P1"]
        taken(page, ward, third, stranger)

    chromium.visit(journey, viewport=UPRIGHT, expected=("409", "net::ERR_"))

    assert lying(ward, bags) == [f"{EMPTY}-P1", f"{EMPTY}-P2", f"{EMPTY}-P4", f"{BESIDE}-P1"]
