"""The device's core in a real browser: scanners that type, the camera, two tabs, a sealed work list."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser import Chromium, find_chromium
from tests.integration.api.accounts import PASSWORD, registered
from tests.tablet.conftest import Place

DIN = "=A99992112345600"
LAYOUTS = json.loads((Path(__file__).parents[1] / "vectors" / "wedge_layouts.json").read_text("utf-8"))
ENTER = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}


def until(page: Page, expression: str, wanted: Callable[[Any], bool], seconds: float = 60) -> Any:
    """Ask the page until the answer is the wanted one, and return it."""
    deadline = time.monotonic() + seconds
    while not wanted(found := page.evaluate(expression)):
        assert time.monotonic() < deadline, f"{expression} is still {found!r}"
        page.wait_for_timeout(20)
    return found


def opened(page: Page, place: Place) -> Page:
    page.goto(place.url)
    until(page, "typeof tablet", lambda found: found == "object")
    return page


def typed(page: Page, text: str, host: str) -> None:
    """Press a scanner's keys until the machine found the time to press them at a scanner's pace."""
    before, scans = page.locator("#field").input_value(), page.evaluate("tablet.scans.length")
    for _ in range(20):
        if pressed(page, text, host):
            return
        # This machine was busy with something else: what was typed so slowly was no scanner's.
        page.wait_for_timeout(1200)
        page.evaluate("(most) => { tablet.scans.length = most; }", scans)
        page.evaluate("(value) => { document.getElementById('field').value = value; }", before)
        page.evaluate("tablet.presses.length = 0")
    pytest.fail("this machine cannot type as fast as a scanner")


def pressed(page: Page, text: str, host: str) -> bool:
    """Press the keys as a keyboard of that layout shows them, and Enter; say whether no gap was long."""
    session = page.context.new_cdp_session(page)
    last, longest = time.monotonic(), 0.0
    for character in text:
        code, shift = LAYOUTS["us_code"][character]
        key = LAYOUTS["key"][host][character]
        told = {"key": key, "code": code, "modifiers": 8 if shift else 0}
        shown = {"text": key} if len(key) == 1 else {}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", **told, **shown})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **ENTER})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **ENTER})
    return max(longest, time.monotonic() - last) < 0.03


@pytest.mark.parametrize("host", ["us", "fr", "fr-bepo", "be", "de"])
def test_a_scanner_is_read_under_every_layout_and_presses_no_button(chromium: Chromium, bare: Place, host: str) -> None:
    def journey(page: Page) -> tuple[list[Any], list[str], str]:
        opened(page, bare)
        page.locator("#button").focus()
        typed(page, DIN, host)
        until(page, "tablet.scans.length", lambda found: found == 1)
        page.locator("#field").fill("before")
        page.locator("#field").focus()
        typed(page, "GV1.P.D1-T1-R1-B1-P1.7", host)
        until(page, "tablet.scans.length", lambda found: found == 2)
        page.locator("#button").focus()
        page.wait_for_timeout(1100)
        page.keyboard.press("Enter")
        return page.evaluate("tablet.scans"), page.evaluate("tablet.presses"), page.locator("#field").input_value()

    scans, presses, field = chromium.visit(journey)

    assert [scan["text"] for scan in scans] == [DIN, "GV1.P.D1-T1-R1-B1-P1.7"]
    assert scans[0]["reading"]["fields"]["din"] == "A999921123456"
    assert presses == ["click"], "the person's Enter presses the button, and the scanner's never does"
    assert field == "before", "what the scanner left in a field is taken back"


def labelled(text: str, kind: zxingcpp.BarcodeFormat, angle: int) -> Image.Image:
    """Return a camera's frame with one label."""
    options = {"force_square": True} if kind == zxingcpp.BarcodeFormat.DataMatrix else {}
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind, **options), scale=1)
    symbol = Image.fromarray(drawn) if not isinstance(drawn, Image.Image) else drawn
    scale = 3 if kind == zxingcpp.BarcodeFormat.Code128 else 7
    height = 100 if kind == zxingcpp.BarcodeFormat.Code128 else symbol.height * scale
    label = symbol.convert("L").resize((symbol.width * scale, height), Image.Resampling.NEAREST)
    paper = Image.new("L", (label.width + 60, label.height + 60), 255)
    paper.paste(label, (30, 30))
    turned = paper.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=130)
    frame = Image.new("L", (1280, 720), 130)
    frame.paste(turned, ((1280 - turned.width) // 2, (720 - turned.height) // 2))
    return frame


def jpeg(frame: Image.Image) -> bytes:
    written = io.BytesIO()
    frame.convert("RGB").save(written, "JPEG", quality=90)
    return written.getvalue()


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Yield a browser whose camera sees a Code 128 at 45 degrees, then a Data Matrix."""
    film = tmp_path_factory.mktemp("film") / "labels.mjpeg"
    linear = jpeg(labelled(DIN, zxingcpp.BarcodeFormat.Code128, 45))
    square = jpeg(labelled(f"=+02000{DIN}=%5100", zxingcpp.BarcodeFormat.DataMatrix, 10))
    film.write_bytes(linear * 60 + square * 60)
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    browser = Chromium(find_chromium(), *fake, f"--use-file-for-fake-video-capture={film}")
    yield browser
    browser.stop()


def test_the_camera_reads_what_lies_askew_under_our_own_policy(seeing: Chromium, bare: Place) -> None:
    def journey(page: Page) -> list[Any]:
        opened(page, bare)
        assert page.evaluate("tablet.startCamera()")
        wanted = {DIN, f"=+02000{DIN}=%5100"}
        found = until(page, "tablet.scans", lambda scans: {scan["text"] for scan in scans} == wanted, 60)
        return list(found)

    scans = seeing.visit(journey)

    told = {scan["text"]: scan for scan in scans}
    assert told[DIN]["symbology"] == "code128"
    assert told[f"=+02000{DIN}=%5100"]["symbology"] == "datamatrix"
    assert {scan["source"] for scan in scans} == {"camera"}
    assert all(scan["reading"]["status"] == "identified" for scan in scans)


def test_two_tabs_send_each_scan_once(chromium: Chromium, bare: Place) -> None:
    journey_of = bare.hospital.enrol()
    journey_of.collected()
    registered(bare.hospital, "zoe", "collection_nurse", site="EFS")

    def journey(page: Page) -> None:
        other = page.context.new_page()
        for one in (page, other):
            opened(one, bare)
        assert page.evaluate("(password) => tablet.signIn('zoe', password)", PASSWORD) == "done"
        for number in range(10):
            one = (page, other)[number % 2]
            given = [journey_of.collection_label, "TAB-7", "zoe", f"{number}"]
            assert one.evaluate("([a, b, c, d]) => tablet.observe(a, b, c, d)", given)
        until(page, "tablet.unsent()", lambda left: left == 0)
        # Every answer is told in both tabs, whichever of them sent the scan.
        for one in (page, other):
            until(one, "tablet.answers.length", lambda found: found == 10)

    chromium.visit(journey)

    items = bare.hospital.get(f"/api/v1/bags/{journey_of.collection}/history", "quality1").json()["items"]
    notes = [item["notes"]["note"] for item in items if item["step"] == "observed"]
    assert notes == [f"{number}" for number in range(10)]


def test_a_session_that_ended_holds_scans_back_until_its_person_is_there_again(chromium: Chromium, bare: Place) -> None:
    journey_of = bare.hospital.enrol()
    journey_of.collected()
    registered(bare.hospital, "lea", "collection_nurse", site="EFS")

    def journey(page: Page) -> None:
        opened(page, bare)
        sign_in = "(password) => tablet.signIn('lea', password)"
        assert page.evaluate(sign_in, PASSWORD) == "done"
        page.context.set_offline(True)
        for number in range(3):
            given = [journey_of.collection_label, "TAB-8", "lea", f"{number}"]
            assert page.evaluate("([a, b, c, d]) => tablet.observe(a, b, c, d)", given)
        page.evaluate("tablet.forgetSession('lea')")
        # A try that had its token before the session ended may still reach the service: the next one finds none.
        state = until(page, "tablet.state().sending", lambda found: found["kind"] == "sign-in")
        assert state["person"] == "lea"
        page.context.set_offline(False)
        assert page.evaluate("fetch('/healthz').then(({ ok }) => ok)")
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(1000)
        assert page.evaluate("tablet.unsent()") == 3
        assert page.evaluate("tablet.state().sending") == state
        assert page.evaluate(sign_in, PASSWORD) == "done"
        until(page, "tablet.unsent()", lambda left: left == 0)
        until(page, "tablet.answers.length", lambda found: found == 3)

    chromium.visit(journey, expected=("net::ERR_", "401"))


def test_the_work_list_is_there_without_a_network_and_only_as_it_was_signed(chromium: Chromium, bare: Place) -> None:
    journey_of = bare.hospital.enrol()
    journey_of.collected()
    registered(bare.hospital, "ada", "collection_nurse", site="EFS")

    def journey(page: Page) -> None:
        opened(page, bare)
        assert page.evaluate("(password) => tablet.signIn('ada', password)", PASSWORD) == "done"
        page.evaluate("tablet.refreshWorkList('ada')")
        page.context.set_offline(True)
        found = page.evaluate("tablet.openWorkList('ada')")
        assert found is not None
        assert journey_of.collection in {bag["id"] for bag in found["bags"]}
        assert page.evaluate("tablet.openWorkList('somebody else')") is None
        page.evaluate("tablet.forge('ada')")
        assert page.evaluate("tablet.openWorkList('ada')") is None

    chromium.visit(journey, expected=("net::ERR_",))
