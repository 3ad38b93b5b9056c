"""From a bag's screen, and without typing what the service knows: corrections, holds, overrides, a blind count."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from app.actions.badge import badge_text
from app.barcodes.build import internal
from tests.browser import Chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD, PIN
from tests.tablet.by_hand import (
    FLAT,
    UPRIGHT,
    assert_accessible,
    assert_touchable,
    pictured,
    press_pin,
    scan,
    sign_in,
)
from tests.tablet.conftest import Ward

BOX = "D1-T1-R1-B2"
TOUCH = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def stored(ward: Ward, place: str) -> Journey:
    journey = ward.hospital.enrol()
    journey.to_store(place)
    return journey


def arrive(page: Page, ward: Ward, login: str, journey: Journey) -> None:
    """Sign in and scan a bag."""
    ward.in_time(page)
    sign_in(page, ward.url, login, PASSWORD)
    scan(page, journey.product_label())
    expect(page.locator(".state")).to_be_visible()


def begin(page: Page, step: str) -> None:
    """Open one of the further acts of the bag on the screen."""
    page.get_by_text("Autres gestes").click()
    page.get_by_role("button", name=step).click()
    expect(page.get_by_role("heading", name=step, level=1)).to_be_visible()


def signed_by(page: Page, ward: Ward, login: str) -> None:
    """Have somebody sign beside with badge and PIN."""
    page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
    expect(page.get_by_text("Scannez son badge")).to_be_visible()
    scan(page, badge_text(ward.people[login]))
    expect(page.get_by_text("Badge lu.")).to_be_visible()
    press_pin(page, PIN)
    page.get_by_role("button", name="Signer", exact=True).click()


def accepted(page: Page) -> None:
    expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_be_visible()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".state")).to_be_visible()


def items_of(ward: Ward, journey: Journey) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ward.hospital.get(f"/api/v1/bags/{journey.products[0]}/history", "quality1").json()[
        "items"
    ]
    return found


LATE_LIST = """() => {
  const ask = window.fetch;
  window.fetch = (...asked) => {
    if (!String(asked[0]).endsWith("/auth/passkeys")) return ask(...asked);
    window.fetch = ask;
    return new Promise((answer) => (window.answerLate = () => answer(ask(...asked))));
  };
}"""
"""The first list of passkeys is asked for only when ``answerLate`` says so."""


def test_a_wrong_value_is_corrected_and_signed_with_a_passkey(chromium: Chromium, ward: Ward) -> None:
    bag = stored(ward, "D1-T1-R1-B1-P5")

    def journey(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCH})
        ward.in_time(page)
        sign_in(page, ward.url, "paul", PASSWORD)
        page.evaluate(LATE_LIST)
        page.get_by_role("link", name="Paul").click()
        page.get_by_label("Son nom").fill("Clé jaune")
        press_pin(page, PIN)
        # A list that comes only now takes nothing from what was typed meanwhile.
        page.wait_for_function("typeof window.answerLate === 'function'")
        page.evaluate("answerLate()")
        expect(page.get_by_text("Vous n'avez pas encore de clé.")).to_be_visible()
        page.locator("main button[type=submit]").click()
        expect(page.get_by_text("La clé est ajoutée.")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="Clé jaune")).to_be_visible()
        page.evaluate("scrollTo(0, 0)")
        pictured(page, "keys")
        page.get_by_role("button", name="Se déconnecter").click()

        sign_in(page, ward.url, "lise", PASSWORD)
        scan(page, bag.product_label())
        begin(page, "Corriger")
        page.get_by_role("button", name="Ranger").click()
        page.get_by_role("button", name="Temps hors du froid").click()
        page.get_by_label("Nouveau : Temps hors du froid").fill("54")
        page.get_by_label("Motif").fill("lu à l'envers sur le chronomètre")
        pictured(page, "correct")
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        scan(page, badge_text(ward.people["paul"]))
        page.get_by_role("button", name="Signer avec une clé").click()
        accepted(page)
        line = page.locator(".history .corrected")
        expect(line).to_contain_text("45 s → 54 s")
        expect(line).to_contain_text("lu à l'envers")

    # A question of whoever has just signed out may still be on its way.
    chromium.visit(journey, viewport=UPRIGHT, expected=("401",))

    correction = items_of(ward, bag)[-1]
    assert correction["body"]["correction"] | {"event": ""} == {
        "event": "",
        "step": "stored",
        "field": "exposure_s",
        "old": "45",
        "new": "54",
    }
    assert correction["body"]["witness"]["method"] == "passkey"


def test_a_hold_is_placed_and_lifted_by_whom_it_names_and_never_without_a_network(
    chromium: Chromium, ward: Ward
) -> None:
    bag = stored(ward, f"{BOX}-P5")

    def journey(page: Page) -> None:
        arrive(page, ward, "paul", bag)
        begin(page, "Bloquer")
        page.get_by_role("button", name="Fuite").click()
        signed_by(page, ward, "vera")
        accepted(page)
        expect(page.get_by_text("levée par pharmacien + médecin/qualité")).to_be_visible()

        def proved() -> None:
            page.locator(".held").get_by_role("button", name="Lever un blocage").click()
            page.get_by_role("button", name="fuite").click()
            page.get_by_label("Preuve").fill("Poche pesée et intacte, DEV-12")

        proved()
        pictured(page, "lift")
        page.context.set_offline(True)
        signed_by(page, ward, "vera")
        expect(page.get_by_text("Sans réseau, personne ne peut signer ici")).to_be_visible()
        page.get_by_role("button", name="Annuler").click()
        expect(page.get_by_role("button", name="Enregistrer avec la seconde personne")).to_be_disabled()
        expect(page.get_by_text("Cette étape n'est possible qu'avec le serveur")).to_be_visible()
        page.get_by_role("button", name="Retour").click()
        expect(page.locator(".held").get_by_role("button")).to_contain_text("seulement avec le réseau")
        assert_accessible(page)
        assert_touchable(page)
        page.context.set_offline(False)
        proved()
        signed_by(page, ward, "vera")
        accepted(page)
        expect(page.locator(".card.held")).to_have_count(0)

    chromium.visit(journey, viewport=UPRIGHT, expected=("net::ERR_",))

    told = [(one["step"], one["outcome"]) for one in items_of(ward, bag)[-2:]]
    assert told == [("held", "taken"), ("hold_lifted", "taken")]


def test_a_rule_is_passed_by_its_rung_with_a_reason(chromium: Chromium, ward: Ward) -> None:
    bag = stored(ward, "D1-T1-R1-B1-P3")

    def journey(page: Page) -> None:
        arrive(page, ward, "lise", bag)
        # Acknowledged by whoever does it: nobody else is asked for.
        begin(page, "Noter une observation")
        page.get_by_label("Observation").fill("RAS")
        page.evaluate("moveOn(-6 * 60 * 1000)")
        page.get_by_role("button", name="Enregistrer").click()
        stop = page.get_by_role("alertdialog", name="STOP")
        expect(stop).to_contain_text("Peut être confirmé avec un motif")
        page.get_by_role("button", name="Passer outre").click()
        page.get_by_label("Motif").fill("horloge vue avec l'informatique")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text("Accepté avec déviation")).to_be_visible()
        accepted(page)
        page.evaluate("moveOn(6 * 60 * 1000)")

        # Authorised by a senior role: the second person holds it, and signs the reason too.
        page.get_by_role("button", name="Sortir du stock").click()
        expect(page.get_by_role("heading", name="Sortir du stock", level=1)).to_be_visible()
        scan(page, internal("P", f"{BOX}-P4"))
        page.get_by_role("button", name="Contrôle").click()
        signed_by(page, ward, "paul")
        expect(stop).to_contain_text("Peut être autorisé par : ")
        page.get_by_role("button", name="Passer outre").click()
        page.get_by_label("Motif").fill("trouvée un rack plus loin")
        pictured(page, "override")
        signed_by(page, ward, "paul")
        expect(page.get_by_text("Accepté avec déviation")).to_be_visible()
        accepted(page)
        expect(page.locator(".card.held")).to_contain_text("déviation")

    chromium.visit(journey, viewport=UPRIGHT, expected=("409",))

    passed = [one["body"]["overridden"] for one in items_of(ward, bag) if "overridden" in one["body"]]
    assert passed == [["device-clock-off"], ["wrong-position"]]


def test_a_box_is_counted_blind_and_only_then_is_told_what_was_expected(chromium: Chromium, ward: Ward) -> None:
    here, moved = stored(ward, f"{BOX}-P1"), stored(ward, f"{BOX}-P2")

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "lise", PASSWORD)
        page.get_by_role("link", name="Cuves").click()
        page.locator(".box").filter(has_text=BOX).get_by_role("button", name="Inventorier").click()
        expect(page.locator(".tile")).to_have_count(5)
        scan(page, here.product_label())
        expect(page.get_by_text("Scannez d'abord l'emplacement")).to_be_visible()
        scan(page, internal("D", "D1"))
        for place, label in ((1, here.product_label()), (2, None), (3, moved.product_label())):
            scan(page, internal("P", f"{BOX}-P{place}"))
            expect(page.get_by_text(f"Emplacement {BOX}-P{place} :")).to_be_visible()
            if label:
                scan(page, label)
        told = page.locator("main").inner_html()
        assert here.products[0] not in told
        assert moved.products[0] not in told
        expect(page.get_by_text("2 emplacements pas vus")).to_be_visible()
        page.get_by_label("2 emplacements pas vus").fill("pris dans la glace")
        pictured(page, "count")
        page.get_by_role("button", name="Clore l'inventaire").click()
        expect(page.get_by_role("heading", name="Ce que l'inventaire a trouvé")).to_be_visible()
        expect(page.get_by_text(f"DÉPLACÉE : vue à {BOX}-P3, notée à {BOX}-P2")).to_be_visible()
        expect(page.get_by_text(f"Pas vus : {BOX}-P4, {BOX}-P5")).to_be_visible()
        expect(page.locator(f"a[href='#/bag/{moved.products[0]}']")).to_be_visible()
        pictured(page, "count-report")
        page.get_by_role("button", name="Continuer").click()
        page.locator(".dewar").filter(has_text="D1 –").get_by_text("Inventaires de cette cuve").click()
        page.get_by_role("button", name=f"{BOX}, le").click()
        expect(page.get_by_text(f"DÉPLACÉE : vue à {BOX}-P3, notée à {BOX}-P2")).to_be_visible()

    chromium.visit(journey, viewport=FLAT)

    (dewar,) = (one for one in ward.hospital.get("/api/v1/dewars", "pharm1").json()["items"] if one["code"] == "D1")
    (counted,) = ward.hospital.get(f"/api/v1/dewars/{dewar['id']}/counts", "quality1").json()["items"]
    assert [(one["kind"], one["bag"]) for one in counted["differences"]] == [("misplaced", moved.products[0])]


def test_a_therapy_is_enrolled_without_a_bag(chromium: Chromium, ward: Ward) -> None:
    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "nadia", PASSWORD)
        page.get_by_role("button", name="Inscrire un traitement").click()
        for label, text in (
            ("Identifiant de chaîne d'identité", "CHA999926990001"),
            ("Nom de naissance", "KERGUELEN-TESTU"),
            ("Premier prénom", "Camille"),
            ("Date de naissance", "14031958"),
            ("Fabricant (organisation)", "kite"),
            ("Prescripteur", "Dr Martin"),
        ):
            page.get_by_label(label).fill(text)
        # The products that are signed here, and the sites that collect, are not typed.
        for choice in ("yescarta", "EFS", "Féminin"):
            page.get_by_role("button", name=choice, exact=True).click()
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text("Il manque : Patient")).to_be_visible()
        page.get_by_label("IPP (émetteur-numéro)").fill("A9990-990001")
        expect(page.get_by_text("14 mars 1958")).to_be_visible()
        # The number comes from the identity server and from nobody's fingers (INS).
        expect(page.get_by_label("Matricule INS")).to_have_count(0)
        pictured(page, "enrol")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_contain_text("Inscrire un traitement")

    chromium.visit(journey, viewport=UPRIGHT)

    items = ward.hospital.get("/api/v1/therapies?limit=200", "coord1").json()["items"]
    assert [one["product"] for one in items if one["coi"] == "CHA999926990001"] == ["yescarta"]


def test_a_physician_records_the_follow_up_of_the_document_in_hand(chromium: Chromium, ward: Ward) -> None:
    given = stored(ward, f"{BOX}-P3")
    given.retrieved(f"{BOX}-P3")
    for leg in (given.thawed, given.issued, given.identified, given.infused):
        leg()

    def journey(page: Page) -> None:
        ward.in_time(page)
        sign_in(page, ward.url, "iris", PASSWORD)
        page.get_by_role("button", name="Noter le suivi").click()
        expect(page.get_by_role("heading", name="Noter le suivi", level=1)).to_be_visible()
        scan(page, given.document)
        page.get_by_role("button", name="ASTCT 2019").click()
        page.get_by_label("Température du patient").fill("38,5")
        page.get_by_role("button", name="Enregistrer").click()
        # A reaction without its grade is half a statement; the other reaction is not stated at all.
        expect(page.get_by_text("Il manque : Syndrome de relargage de cytokines")).to_be_visible()
        page.get_by_label("Grade SRC").fill("1")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_contain_text("Noter le suivi")

    chromium.visit(journey, viewport=UPRIGHT)

    told = ward.hospital.get(f"/api/v1/therapies/{given.therapy}/follow-ups", "doctor1").json()
    assert [(one["stated"]["scheme"], one["stated"]["crs"]) for one in told["items"]] == [
        ("ASTCT2019", {"grade": 1, "temp_mC": 38500})
    ]
