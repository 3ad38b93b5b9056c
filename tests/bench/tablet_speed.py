"""How long a person in gloves waits for the tablet itself, on a processor four times slower than this one."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
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
BAGS, STARTS = 10, 5
OFFLINE = ("net::ERR_", "Failed to load resource")
# From the scanner's Enter, with which a symbol's text is handed over and before the app hears it, to what it led to:
# once when the page has drawn the frame that shows it, and once when the browser says that it was on the screen. And
# from a page's first instant to what it shows.
_WATCH = """(() => {
  let scanned = 0;
  let told;
  globalThis.span = new Promise((resolve) => { told = resolve; });
  addEventListener("keydown", ({ key }) => { if (key === "Enter") scanned = performance.now(); }, { capture: true });
  addEventListener("submit", () => { globalThis.submitted = performance.now(); }, { capture: true });
  const painted = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  const took = (word) => {
    const from = scanned;
    scanned = 0;
    const drawn = new Promise((resolve) => painted((at) => resolve(at - from)));
    const shown = new Promise((resolve) => {
      word.setAttribute("elementtiming", `${from}`);
      new PerformanceObserver((list, observer) => {
        const entry = list.getEntries().find(({ identifier }) => Number(identifier) === from);
        if (entry === undefined) return;
        observer.disconnect();
        resolve(entry.renderTime - from);
      }).observe({ type: "element" });
    });
    void Promise.all([drawn, shown]).then(told);
    globalThis.span = new Promise((resolve) => { told = resolve; });
  };
  new MutationObserver(() => {
    if (scanned > 0) {
      const word = document.querySelector("#verdict-word, .bag-screen h1");
      if (word) took(word);
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
                day = _a_day(ward)
                first, inside = browser.visit(lambda page: _weighed(page, ward))
                timed = browser.visit(lambda page: _timed(page, ward, day), expected=OFFLINE)
    finally:
        browser.stop()
    print(f"processor {SLOWER} times slower; script up to the work list: {inside:.1f} kB gzipped")
    print(
        "starts without a network, ms (first screen + from sign-in to list): ",
        [(round(a), round(b)) for a, b in timed.starts],
    )
    every = [one for spans in timed.verdicts.values() for one in spans]
    print("from the scanner's Enter, ms: until the page has drawn the verdict; until the browser had it on the screen")
    for kind, spans in {**timed.verdicts, "all": every, "bag opened from the list": timed.opened}.items():
        print(f"  {kind:26}", len(spans), _spread([one.drawn for one in spans]), _spread([one.shown for one in spans]))
    slowest = max(sum(start) for start in timed.starts)
    later = [max(one.drawn, one.shown) for one in every]
    p50, p95 = median(later), quantiles(later, n=20)[18]
    met = [
        row("script of the first screen, kB gzipped", round(first, 1), f"<= {JS_KB:g}", first <= JS_KB),
        row(
            f"symbol to verdict, offline, ms, p95 of {len(every)}",
            round(p95, 1),
            f"<= {VERDICT_MS:g} (p50 {p50:.1f}, max {max(later):.1f})",
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


@dataclass(frozen=True)
class Span:
    """Milliseconds from a symbol's Enter until the page had drawn what it led to, and until that was on the screen."""

    drawn: float
    shown: float


@dataclass(frozen=True)
class Day:
    """Bags to be put away, one that is never meant, and the positions that the list knows."""

    bags: Sequence[Journey]
    other: Journey
    taken: Sequence[str]
    free: Sequence[str]


@dataclass(frozen=True)
class Timed:
    """What was measured without a network."""

    starts: Sequence[tuple[float, float]]
    verdicts: Mapping[str, Sequence[Span]]
    opened: Sequence[Span]


def _a_day(ward: Ward) -> Day:
    """Furnish a day of work: five bags lie in the dewar, eleven wait to be put away."""
    taken = [f"D1-T1-R1-B1-P{number}" for number in range(1, 6)]
    for position in taken:
        ward.hospital.enrol().to_store(position)
    other, *bags = (_to_the_door(ward.hospital.enrol()) for _ in range(BAGS + 1))
    return Day(bags, other, taken, [f"D1-T1-R1-B2-P{number}" for number in range(1, 6)])


def _to_the_door(journey: Journey) -> Journey:
    for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
        leg()
    return journey


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


def _timed(page: Page, ward: Ward, day: Day) -> Timed:
    ward.in_time(page).add_init_script(_WATCH)
    sign_in(page, ward.url, "lise", PASSWORD)
    expect(page.locator("main a[href^='#/bag/']").first).to_be_visible()
    until_kept(page)
    page.wait_for_timeout(2000)  # what opens the tablet without a network is made after the sign-in, unhurried
    page.context.set_offline(True)
    page.context.route("**/healthz", lambda route: route.abort())
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    starts = [_started(page, ward) for _ in range(STARTS)]
    verdicts: dict[str, list[Span]] = defaultdict(list)
    badge, opened = badge_text(ward.people["paul"]), []
    for place, bag in enumerate(day.bags):
        opened.append(_scanned(page, bag.product_label()))
        expect(page.get_by_text("D'après la liste de travail de")).to_be_visible()
        for kind, label, position in _acts(day, place):
            _put_away(page, label, position)
            verdicts[kind.name].append(_scanned(page, badge))
            _acknowledge(page, kind)
        page.goto(f"{ward.url}/#/")
        expect(page.locator("main a[href^='#/bag/']").first).to_be_visible()
        page.wait_for_timeout(500)  # whoever scans has the next bag in their hand by then, not sooner
    return Timed(starts, verdicts, opened)


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


@dataclass(frozen=True)
class Kind:
    """A verdict: its word, and the sentence below."""

    name: str
    word: str
    sentence: str


NOTHING_AGAINST = Kind("kept, nothing against it", "GARDÉ", "la liste de travail n'a rien contre")
ONLY_READ = Kind("kept, only read", "GARDÉ", "cette tablette ne peut pas le vérifier")
OCCUPIED = Kind("wrong, position occupied", "STOP", "Une autre poche est notée à cet emplacement")
OTHER_BAG = Kind("wrong, another bag", "STOP", "Ce n'est pas la poche de l'écran")


def _acts(day: Day, place: int) -> Iterator[tuple[Kind, str, str]]:
    """Give six acts with a bag: the list judges the first, and then only the service knows where it lies."""
    label, half = day.bags[place].product_label(), place // 2
    yield (OCCUPIED, label, day.taken[half]) if place % 2 else (NOTHING_AGAINST, label, day.free[half])
    for _ in range(2):
        yield OTHER_BAG, day.other.product_label(), day.free[half]
        yield ONLY_READ, label, day.free[half]
    yield ONLY_READ, label, day.free[half]


def _put_away(page: Page, label: str, position: str) -> None:
    """Put a bag away with everything scanned and stated, up to the second person's badge."""
    page.get_by_role("button", name="Ranger").click()
    expect(page.get_by_role("heading", name="Ranger", level=1)).to_be_visible()
    scan(page, label)
    scan(page, internal("P", position))
    page.get_by_label("Temps hors du froid").fill("45")
    page.get_by_role("button", name="Normal").click()
    page.get_by_role("button", name="Enregistrer avec la seconde personne").click()
    expect(page.get_by_text("Sans réseau : scannez le badge de la seconde personne")).to_be_visible()


def _acknowledge(page: Page, kind: Kind) -> None:
    verdict = page.get_by_role("alertdialog", name=kind.word)
    expect(verdict).to_contain_text(kind.sentence)
    verdict.get_by_role("button").last.click()
    expect(verdict).to_have_count(0)
    if kind.word == "STOP":  # a WRONG leaves its step as it was
        page.get_by_role("button", name="Retour").click()


def _scanned(page: Page, symbol: str) -> Span:
    """Scan a symbol and return how long it took; nothing of ours looks at the page meanwhile."""
    page.evaluate("() => { globalThis.next = globalThis.span; }")
    scan(page, symbol)
    drawn, shown = page.evaluate("next")
    return Span(drawn, shown)


def _spread(values: Sequence[float]) -> str:
    return f"  median {median(values):5.1f}, max {max(values):5.1f}"
