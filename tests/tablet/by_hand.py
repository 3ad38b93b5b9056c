"""What people do at a tablet, for the tests that go through its screens: scan with a wedge, sign in, press a PIN."""

from __future__ import annotations

import json
import os
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from app.tablet import build
from tests.browser import PATIENCE_MS

GUIDE = Path(__file__).parents[2] / "docs" / "tablet"
UPRIGHT = {"width": 768, "height": 1024}
FLAT = {"width": 1280, "height": 800}
_SHIFTED = dict(zip(")!@#$%^&*(", "0123456789", strict=True))
_KEYS = {
    "=": "Equal",
    "+": "Shift+Equal",
    "<": "Shift+Comma",
    "-": "Minus",
    ".": "Period",
    "/": "Slash",
    ":": "Shift+Semicolon",
}
# One task of the page for all strokes: a scanner's pace, however busy the machine is that runs the test.
_WEDGE = """(strokes) => {
  for (const [code, key, shiftKey] of strokes) {
    const stroke = new KeyboardEvent("keydown", { code, key, shiftKey, bubbles: true, cancelable: true });
    (document.activeElement ?? document.body).dispatchEvent(stroke);
  }
}"""


def scan(page: Page, text: str) -> None:
    """Scan a symbol with a keyboard wedge set to a US layout, its Enter included."""
    page.evaluate(_WEDGE, [[*_stroke(character)] for character in text] + [["Enter", "Enter", False]])


def sign_in(page: Page, url: str, login: str, password: str, *, tablet: str = "") -> None:
    """Sign in with a password, on that tablet."""
    page.goto(url)
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    if tablet:
        page.locator("input[name=tablet]").fill(tablet)
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("navigation")).to_be_visible()


def press_pin(page: Page, pin: str) -> None:
    """Press a PIN on the pad, digit by digit."""
    for digit in pin:
        page.locator(".pin-digits").get_by_role("button", name=digit, exact=True).click()


def until_kept(page: Page) -> None:
    """Wait for the service worker to rule the page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        assert time.monotonic() < deadline, "no service worker took the page"
        page.wait_for_timeout(25)


def pictured(page: Page, name: str) -> None:
    """Look at a screen with axe and a ruler; keep its picture for the guide where GIVRE_PICTURES says so."""
    assert_accessible(page)
    assert_touchable(page)
    keep_picture(page, name)


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture for the guide where GIVRE_PICTURES says so."""
    if os.environ.get("GIVRE_PICTURES"):
        GUIDE.mkdir(exist_ok=True)
        # A palette does for flat colours, and takes a third of the bytes.
        with Image.open(BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(GUIDE / f"{name}.png", optimize=True)


def assert_accessible(page: Page) -> None:
    """Hold what the page shows against WCAG 2.2 A and AA with axe; its texts against 7:1 (1.4.6), for glare."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],"
        " rules: {'color-contrast-enhanced': {enabled: true}}})"
    )
    told = [
        {"rule": one["id"], "help": one["help"], "where": [node["html"] for node in one["nodes"]]}
        for one in found["violations"]
    ]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)


def assert_touchable(page: Page, least: int = 64) -> None:
    """Every control that is shown is as large as a gloved finger needs, in CSS pixels."""
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("button, a[href], input, textarea, summary, label.button")]
          .filter((one) => one.checkVisibility() && !one.matches("label.button input, .skip"))
          .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
          .filter(([, { width, height }]) => height < least - 0.5 || width < least - 0.5)
          .map(([html, { width, height }]) => `${Math.round(width)}x${Math.round(height)} ${html}`)""",
        least,
    )
    assert not small, "\n".join(small)


def _stroke(character: str) -> tuple[str, str, bool]:
    if character.isdigit():
        return f"Digit{character}", character, False
    if character.isalpha():
        return f"Key{character.upper()}", character, character.isupper()
    if character in _SHIFTED:
        return f"Digit{_SHIFTED[character]}", character, True
    shift, _, code = _KEYS[character].rpartition("+")
    return code, character, bool(shift)


def _axe() -> str:
    build.modules()
    return Path(build.MODULES, "axe-core", "axe.min.js").read_text(encoding="utf-8")
