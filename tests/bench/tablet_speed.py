"""How long a person in gloves waits for the tablet itself, on a processor four times slower than this one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.sync_api import Page, expect

from app.actions.badge import badge_text
from app.api.tablet_files import TabletFiles
from app.barcodes.build import internal
from app.db.migrate import upgrade
from app.tablet import build
from tests.bench.tablet import row
from tests.browser import Chromium, find_chromium
from tests.hospital import Journey
from tests.integration.api.accounts import PASSWORD
from tests.tablet.by_hand import scan, sign_in, until_kept
from tests.tablet.conftest import Ward, warded

SLOWER, JS_KB, VERDICT_MS, START_MS = 4, 60.0, 100.0, 1000.0
VERDICTS, STARTS = 30, 5
OFFLINE = ("net::ERR_", "Failed to load resource")
# From the scanner's Enter to a verdict that was painted; from a page's first instant to what it shows.
_WATCH = """(() => {
  globalThis.spans = [];
  let scanned = 0;
  addEventListener("keydown", ({ key }) => { if (key === "Enter") scanned = performance.now(); }, { capture: true });
  addEventListener("submit", () => { globalThis.submitted = performance.now(); }, { capture: true });
  const painted = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  new MutationObserver(() => {
    if (scanned > 0 && document.querySelector("[role=alertdialog]")) {
      const from = scanned;
      scanned = 0;
      painted((at) => spans.push(at - from));
    }
    if (globalThis.form === undefined && document.querySelector("input[name=login]")) {
      globalThis.form = 0;
      globalThis.formDrawn = performance.now();
      painted((at) => { globalThis.form = at; });
    }
    if (globalThis.listed === undefined && document.querySelector("main a[href^=\'#/bag/\']")) {
      globalThis.listed = 0;
      painted((at) => { globalThis.listed = at; });
    }
  }).observe(document, { childList: true, subtree: true });
})();"""


def speed(_options: Sequence[str]) -> int:
    """Weigh the first screen, and time verdicts and starts without a network."""
    build.build()
    browser = Chromium(find_chromium())
    try:
        with tempfile.TemporaryDirectory(prefix="givre-speed-") as name:
            url = f"sqlite:///{Path(name, 'givre.sqlite3')}"
            upgrade(url)
            with warded(url, Path(name)) as ward:
                journey = _arrived(ward)
                first, inside = browser.visit(lambda page: _weighed(page, ward))
                verdicts, starts = browser.visit(lambda page: _timed(page, ward, journey), expected=OFFLINE)
    finally:
        browser.stop()
    print("symbol to verdict, ms, in order:", *(round(one) for one in verdicts))
    p50, p95 = quantiles(verdicts, n=20)[9], quantiles(verdicts, n=20)[18]
    print(f"processor {SLOWER} times slower; script up to the work list: {inside:.1f} kB gzipped")
    print(
        "starts without a network, ms (first screen + from sign-in to list): ",
        [(round(a), round(b)) for a, b in starts],
    )
    slowest = max(sum(start) for start in starts)
    met = [
        row("script of the first screen, kB gzipped", round(first, 1), f"<= {JS_KB:g}", first <= JS_KB),
        row(
            "symbol to verdict, offline, ms, p95",
            round(p95, 1),
            f"<= {VERDICT_MS:g} (p50 {p50:.1f})",
            p95 <= VERDICT_MS,
        ),
        row(
            "second start to work list, offline, ms",
            round(slowest),
            f"<= {START_MS:g} (slowest of {STARTS})",
            slowest <= START_MS,
        ),
    ]
    return 0 if all(met) else 1


def _arrived(ward: Ward) -> Journey:
    """Return a therapy whose bag is to be stored; twenty others lie in the dewar or wait, as on a day of work."""
    ward.hospital.enrol().to_store("D1-T1-R1-B1-P1")
    for _ in range(4):
        _to_the_door(ward.hospital.enrol())
    journey = ward.hospital.enrol()
    _to_the_door(journey)
    return journey


def _to_the_door(journey: Journey) -> None:
    for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
        leg()


def _weighed(page: Page, ward: Ward) -> tuple[float, float]:
    """Return how much script the first screen takes, and how much there is once the work list stands, in kB gzipped."""
    ward.in_time(page).add_init_script(_WATCH)
    page.goto(ward.url)
    expect(page.locator("input[name=login]")).to_be_visible()
    # What is on its way before the form is drawn; what the app fetches afterwards in advance keeps nobody waiting.
    first = _weight(page, ward, "({ startTime }) => startTime < formDrawn")
    sign_in(page, ward.url, "lise", PASSWORD)
    expect(page.locator("main a[href^='#/bag/']").first).to_be_visible()
    return first, _weight(page, ward, "() => true")


def _weight(page: Page, ward: Ward, which: str) -> float:
    asked: list[str] = page.evaluate(
        f"performance.getEntriesByType('resource').filter({which}).map(({{ name }}) => name)"
    )
    names = {one.removeprefix(f"{ward.url}/app/") for one in asked if one.endswith(".js")}
    files = TabletFiles()
    return sum(len(file.packed or file.content) for file in map(files.file, sorted(names))) / 1000


def _timed(page: Page, ward: Ward, journey: Journey) -> tuple[list[float], list[tuple[float, float]]]:
    ward.in_time(page).add_init_script(_WATCH)
    sign_in(page, ward.url, "lise", PASSWORD)
    expect(page.locator("main a[href^='#/bag/']").first).to_be_visible()
    until_kept(page)
    page.wait_for_timeout(2000)  # what opens the tablet without a network is made after the sign-in, unhurried
    page.context.set_offline(True)
    page.context.route("**/healthz", lambda route: route.abort())
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    starts = [_started(page, ward) for _ in range(STARTS)]
    return _verdicts(page, ward, journey), starts


def _started(page: Page, ward: Ward) -> tuple[float, float]:
    page.goto(ward.url)
    page.locator("input[name=login]").fill("lise")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("main a[href^='#/bag/']").first).to_be_visible()
    told: dict[str, Any] = {}
    while not told.get("listed"):
        told = page.evaluate("({ form, submitted, listed })")
    return told["form"], told["listed"] - told["submitted"]


def _verdicts(page: Page, ward: Ward, journey: Journey) -> list[float]:
    badge = badge_text(ward.people["paul"])
    ranger = page.get_by_role("heading", name="Ranger", level=1)
    scan(page, journey.product_label())
    expect(page.get_by_text("D'après la liste de travail de")).to_be_visible()
    spans: list[float] = []
    while len(spans) < VERDICTS:
        page.get_by_role("button", name="Ranger").click()
        expect(ranger).to_be_visible()
        scan(page, journey.product_label())
        scan(page, internal("P", "D1-T1-R1-B1-P1"))
        page.get_by_label("Temps hors du froid").fill("45")
        page.get_by_role("button", name="Normal").click()
        page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
        expect(page.get_by_text("Sans réseau : scannez le badge de la seconde personne")).to_be_visible()
        scan(page, badge)
        verdict = page.get_by_role("alertdialog")
        expect(verdict).to_be_visible()
        verdict.get_by_role("button").last.click()
        expect(verdict).to_have_count(0)
        if ranger.is_visible():  # a WRONG leaves its step as it was
            page.get_by_role("button", name="Retour").click()
        spans = page.evaluate("spans")
    return [float(one) for one in spans]
