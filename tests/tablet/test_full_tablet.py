"""A tablet without room: the screen says that the scan is not kept, and once there is room it goes on where it was."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import Chromium
from tests.integration.api.accounts import PASSWORD
from tests.tablet.by_hand import assert_accessible, scan, sign_in
from tests.tablet.conftest import Ward

# What other pages and apps leave behind, down to the last kilobyte; it cannot be packed.
_FILL = """async () => {
  const open = indexedDB.open("ballast", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("b", { autoIncrement: true });
  await new Promise((resolve) => { open.onsuccess = resolve; });
  for (const size of [512_000, 65_536, 4_096, 256]) {
    for (let full = false; !full;) {
      const chunk = new Uint8Array(size);
      for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(chunk.subarray(at, at + 65_536));
      const change = open.result.transaction("b", "readwrite");
      change.objectStore("b").add(chunk);
      full = await new Promise((resolve) => {
        change.oncomplete = () => resolve(false);
        change.onabort = () => resolve(true);
      });
    }
  }
  open.result.close();
}"""
_EMPTY = """() => new Promise((resolve) => { indexedDB.deleteDatabase("ballast").onsuccess = () => resolve(true); })"""


def test_a_full_tablet_stops_and_says_that_the_scan_is_not_kept(chromium: Chromium, ward: Ward) -> None:
    journey_of = ward.hospital.enrol()
    journey_of.collected()

    def journey(page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Storage.overrideQuotaForOrigin", {"origin": ward.url, "quotaSize": 12_000_000})
        ward.in_time(page)
        sign_in(page, ward.url, "paul", PASSWORD)
        scan(page, journey_of.collection_label)
        page.get_by_text("Autres gestes").click()
        page.get_by_role("button", name="Noter une observation").click()
        page.get_by_label("Observation").fill("RAS")
        page.evaluate(_FILL)
        page.get_by_role("button", name="Enregistrer").click()
        stop = page.get_by_role("alertdialog", name="STOP")
        expect(stop).to_contain_text("CE SCAN N'EST PAS GARDÉ")
        assert_accessible(page)
        page.get_by_role("button", name="J'ai compris").click()
        expect(page.get_by_text("NON ENVOYÉ")).to_have_count(0)
        page.evaluate(_EMPTY)
        session.send("Storage.overrideQuotaForOrigin", {"origin": ward.url})
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("alertdialog", name="ACCEPTÉ")).to_be_visible()

    chromium.visit(journey)

    items = ward.hospital.get(f"/api/v1/bags/{journey_of.collection}/history", "quality1").json()["items"]
    assert [item["notes"]["note"] for item in items if item["step"] == "observed"] == ["RAS"]
