"""The device's core in a real browser, something in the way: an update, a full disk, a wrong clock, a lost memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.application import create_api
from tests.browser import Chromium, served
from tests.durability.served import now
from tests.hospital import TestClock, opened
from tests.house import databases
from tests.integration.api.accounts import PASSWORD, registered
from tests.tablet.conftest import Place, harness
from tests.tablet.test_device import opened as at
from tests.tablet.test_device import until

SIGN_IN = f"(login) => tablet.signIn(login, {json.dumps(PASSWORD)})"
OBSERVE = "([label, device, person, note]) => tablet.observe(label, device, person, note)"
A_DAY = 24 * 3_600_000


class Editions:
    """One address that serves an edition of the app until it is told to serve the next."""

    def __init__(self, *editions: ASGIApp) -> None:
        """Begin with the first."""
        self._editions = editions
        self.served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._editions[self.served](scope, receive, send)


@pytest.fixture(scope="module")
def editions(
    built: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Place, Editions]]:
    """Yield a hospital on today's clock whose tablets may be given another edition, with the real service worker."""
    folder = tmp_path_factory.mktemp("editions")
    apps = [edition(harness(folder / name), built, name) for name in ("one", "two")]
    with (
        databases.sqlite_copy(sqlite_template) as database,
        opened(database.url, folder, clock=TestClock(now())) as hospital,
    ):
        both = Editions(*(create_api(hospital.services, tablet=app) for app in apps))
        with served(both) as url:
            yield Place(hospital, url), both


def edition(app: Path, built: Path, name: str) -> Path:
    """Give an app without screens the service worker of the build, a screen and an edition of its own."""
    (app / "assets" / f"screen-of-{name}.js").write_text(f"export const edition = '{name}';", "utf-8")
    files = [f"/app/{path.relative_to(app).as_posix()}" for path in sorted(app.rglob("*")) if path.is_file()]
    told = json.dumps({"edition": name, "files": ["/", *(file for file in files if file != "/app/index.html")]})
    worker = (built / "sw.js").read_text("utf-8")
    written, times = re.subn(r'\{"edition":"[0-9a-f]{16}","files":\[[^\]]*\]\}', lambda _: told, worker)
    assert times == 1
    (app / "sw.js").write_text(written, "utf-8")
    return app


@pytest.fixture(scope="module")
def place(editions: tuple[Place, Editions]) -> Place:
    """Return the hospital of the editions."""
    return editions[0]


@pytest.fixture(scope="module")
def label(place: Place) -> str:
    journey = place.hospital.enrol()
    journey.collected()
    return journey.collection_label


def signed_in(page: Page, place: Place, login: str) -> Page:
    """Open the page with somebody signed in, whose account is made for it."""
    registered(place.hospital, login, "collection_nurse", site="EFS")
    at(page, place)
    assert page.evaluate(SIGN_IN, login) == "done"
    return page


def observed(page: Page, label: str, device: str, person: str, notes: Sequence[str]) -> None:
    for note in notes:
        assert page.evaluate(OBSERVE, [label, device, person, note])


def standing(place: Place, device: str) -> dict[str, Any]:
    answer = place.hospital.get("/api/v1/device-chain", "quality1", params={"device_id": device})
    found: dict[str, Any] = answer.json()
    return found


def codes(place: Place, device: str) -> list[str]:
    """Return what is to be settled of a device."""
    items = place.hospital.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
    return sorted(one["code"] for one in items if one["device"] == device)


def test_an_update_waits_for_a_person_and_loses_nothing_that_waits(
    chromium: Chromium, editions: tuple[Place, Editions], place: Place, label: str
) -> None:
    controlled = "navigator.serviceWorker.controller?.scriptURL ?? null"

    def journey(page: Page) -> None:
        signed_in(page, place, "vera")
        page.evaluate("tablet.register()")
        until(page, controlled, lambda found: found is not None)
        # The service is away, and the page's files are not: so an update can come while scans wait.
        page.context.route("**/api/**", lambda route: route.abort())
        observed(page, label, "TAB-20", "vera", "ab")
        editions[1].served = 1
        page.evaluate("navigator.serviceWorker.getRegistration('/').then((found) => found.update()).then(() => true)")
        until(page, "tablet.updateReady()", bool)
        assert sorted(page.evaluate("caches.keys()")) == ["givre-app-one", "givre-app-two"]
        observed(page, label, "TAB-20", "vera", "c")
        page.evaluate("globalThis.before = true")
        assert page.evaluate("tablet.unsent()") == 3
        with page.expect_event("load"):
            page.evaluate("tablet.update()")
        until(page, "typeof tablet === 'object' && globalThis.before !== true", bool)
        until(page, "caches.keys()", lambda found: found == ["givre-app-two"])
        assert page.evaluate("tablet.notes()") == {"waiting": ["a", "b", "c"], "parked": []}
        page.context.unroute("**/api/**")
        until(page, "tablet.unsent()", lambda left: left == 0)

    chromium.visit(journey, expected=("net::ERR_",))

    found = standing(place, "TAB-20")
    assert (found["last_seq"], found["missing"], found["forks"]) == (3, [], [])


def test_a_tab_that_runs_on_through_an_update_still_finds_its_screens(
    chromium: Chromium, editions: tuple[Place, Editions], place: Place
) -> None:
    screen = "import('/app/assets/screen-of-one.js').then(({ edition }) => edition)"

    def journey(page: Page) -> None:
        editions[1].served = 0
        page.goto(place.url)
        page.evaluate("tablet.register()")
        until(page, "navigator.serviceWorker.controller !== null", bool)
        other = page.context.new_page()
        other.goto(place.url)
        editions[1].served = 1
        page.evaluate("navigator.serviceWorker.getRegistration('/').then((found) => found.update()).then(() => true)")
        until(page, "tablet.updateReady()", bool)
        page.evaluate("globalThis.before = true")
        with page.expect_event("load"):
            page.evaluate("tablet.update()")
        until(page, "typeof tablet === 'object' && globalThis.before !== true", bool)
        assert page.context.request.get(f"{place.url}/app/assets/screen-of-one.js").status == 404
        assert other.evaluate(screen) == "one"

    chromium.visit(journey)


def test_a_full_tablet_says_that_a_scan_is_not_kept_keeps_nothing_of_it_and_still_sends(
    chromium: Chromium, place: Place, label: str
) -> None:
    told = "([told]) => tablet.observe(...told).then(() => 'kept', (error) => error.name)"

    def journey(page: Page) -> int:
        session = page.context.new_cdp_session(page)
        session.send("Storage.overrideQuotaForOrigin", {"origin": place.url, "quotaSize": 110_000})
        signed_in(page, place, "flora")
        page.context.route("**/api/**", lambda route: route.abort())
        kept = 0
        while (came := page.evaluate(told, [[label, "TAB-21", "flora", f"{kept:04d}{'x' * 1900}"]])) == "kept":
            kept += 1
            assert kept < 200, "the tablet is never full"
        assert (came, kept > 0) == ("StorageFull", True)
        assert [note[:4] for note in page.evaluate("tablet.notes()")["waiting"]] == [
            f"{one:04d}" for one in range(kept)
        ]
        assert page.evaluate("tablet.chain('TAB-21')")["seq"] == kept
        page.context.unroute("**/api/**")
        page.evaluate("dispatchEvent(new Event('online'))")
        until(page, "tablet.unsent()", lambda left: left == 0)
        session.send("Storage.overrideQuotaForOrigin", {"origin": place.url})
        at(page, place)
        observed(page, label, "TAB-21", "flora", "c")
        until(page, "tablet.unsent()", lambda left: left == 0)
        return kept

    kept = chromium.visit(journey, expected=("net::ERR_",))

    found = standing(place, "TAB-21")
    assert (found["last_seq"], found["missing"], found["forks"]) == (kept + 1, [], [])


@pytest.mark.parametrize(
    ("device", "wrong", "code"),
    [
        ("TAB-22", A_DAY, "device-clock-far-off"),
        ("TAB-23", -A_DAY, "device-clock-far-off"),
        ("TAB-24", -600_000, "device-clock-off"),
    ],
)
def test_a_tablet_whose_clock_is_wrong_is_told_so_and_loses_neither_scan_nor_sign_in(
    chromium: Chromium, place: Place, label: str, device: str, wrong: int, code: str
) -> None:
    person = f"aude{device[4:]}"

    def journey(page: Page) -> Any:
        page.add_init_script(
            f"""{{ const True = Date; const off = {wrong};
              globalThis.Date = class extends True {{
                constructor(...told) {{ if (told.length > 0) super(...told); else super(True.now() + off); }}
                static now() {{ return True.now() + off; }}
              }}; }}"""
        )
        signed_in(page, place, person)
        observed(page, label, device, person, "a")
        until(page, "tablet.unsent()", lambda left: left == 0)
        # The sign-in lasts by the service's clock: a wrong clock here makes it neither shorter nor longer.
        page.reload()
        until(page, "typeof tablet", lambda found: found == "object")
        observed(page, label, device, person, "b")
        until(page, "tablet.unsent()", lambda left: left == 0)
        return list(until(page, "tablet.answered()", lambda found: len(found) == 2).values())

    assert chromium.visit(journey) == [[409, code], [409, code]]
    found = standing(place, device)
    assert (found["last_seq"], found["missing"], found["forks"]) == (2, [], [])


def test_a_sign_in_that_ran_out_offline_holds_its_scans_until_that_person_is_there(
    chromium: Chromium, place: Place, label: str
) -> None:
    def journey(page: Page) -> list[Any]:
        signed_in(page, place, "nina")
        registered(place.hospital, "otto", "collection_nurse", site="EFS")
        page.context.set_offline(True)
        observed(page, label, "TAB-25", "nina", "ab")
        place.hospital.clock.forward(hours=13)
        page.context.set_offline(False)
        state = until(page, "tablet.state().sending", lambda found: found["kind"] == "sign-in")
        assert state["person"] == "nina"
        # Somebody else does not send them in their own name, and does not overtake them.
        assert page.evaluate(SIGN_IN, "otto") == "done"
        observed(page, label, "TAB-25", "otto", "c")
        until(page, "tablet.state().sending", lambda found: found["kind"] == "sign-in")
        assert page.evaluate("tablet.notes()") == {"waiting": ["a", "b", "c"], "parked": []}
        assert page.evaluate(SIGN_IN, "nina") == "done"
        until(page, "tablet.unsent()", lambda left: left == 0)
        return list(until(page, "tablet.answered()", lambda found: len(found) == 3).values())

    try:
        answers = chromium.visit(journey, expected=("net::ERR_", "401"))
    finally:
        place.hospital.clock.at = now()

    assert len(answers) == 3
    found = standing(place, "TAB-25")
    assert (found["last_seq"], found["missing"], found["forks"]) == (3, [], [])


def test_a_tablet_that_lost_its_memory_goes_on_where_the_service_says(
    chromium: Chromium, place: Place, label: str
) -> None:
    stands = "tablet.chain('TAB-26').then((found) => found?.seq ?? 0)"

    def first(page: Page) -> None:
        signed_in(page, place, "iris")
        observed(page, label, "TAB-26", "iris", "abc")
        until(page, "tablet.unsent()", lambda left: left == 0)

    def again(page: Page) -> None:
        at(page, place)
        assert page.evaluate("tablet.nameTablet('TAB-26')") == "TAB-26"
        assert page.evaluate(SIGN_IN, "iris") == "done"
        until(page, stands, lambda found: found == 3)
        observed(page, label, "TAB-26", "iris", "d")
        until(page, "tablet.unsent()", lambda left: left == 0)
        # And so does one whose older state came back.
        assert page.evaluate("tablet.chain('TAB-26', {seq: 1, head: 'ab'.repeat(32)})")
        page.reload()
        until(page, "typeof tablet", lambda found: found == "object")
        assert page.evaluate(SIGN_IN, "iris") == "done"
        until(page, stands, lambda found: found == 4)
        observed(page, label, "TAB-26", "iris", "e")
        until(page, "tablet.unsent()", lambda left: left == 0)

    chromium.visit(first)
    chromium.visit(again)

    found = standing(place, "TAB-26")
    assert (found["last_seq"], found["missing"], found["forks"]) == (5, [], [])
    assert codes(place, "TAB-26") == []


def test_what_the_service_does_not_understand_is_parked_and_its_place_is_known(
    chromium: Chromium, place: Place, label: str
) -> None:
    act = """(told) => tablet.act({step: "observed", symbols: [], second: null, device: "TAB-27", person: "ugo",
      awaited: false, details: {note: "n"}, ...told})"""

    def journey(page: Page) -> None:
        signed_in(page, place, "ugo")
        page.context.set_offline(True)
        observed(page, label, "TAB-27", "ugo", "a")
        page.evaluate(act, {"symbols": [label], "details": {}})
        page.evaluate(act, {"symbols": ["x" * 5000]})
        observed(page, label, "TAB-27", "ugo", "b")
        page.context.set_offline(False)
        until(page, "tablet.unsent()", lambda left: left == 0)
        until(page, "tablet.notes()", lambda found: len(found["parked"]) == 2)

    chromium.visit(journey, expected=("net::ERR_", "422"))

    found = standing(place, "TAB-27")
    assert (found["last_seq"], found["missing"], found["forks"]) == (4, [], [])
    assert codes(place, "TAB-27") == ["device-scan-unread"] * 2
