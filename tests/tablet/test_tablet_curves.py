"""What the pixels of a curve say: a line where a probe was heard, hatching where it was not, and never both."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from playwright.sync_api import Page, expect

from app.temperature.reading import milliseconds
from tests.browser import Chromium
from tests.e2e.test_tablet_by_hand import FLAT, pictured
from tests.integration.api.accounts import PASSWORD, registered
from tests.integration.api.probing import probe_of
from tests.tablet.by_hand import assert_accessible, sign_in
from tests.tablet.conftest import Place

# How many pixels of each of our colours lie between two shares of the picture's width.
_COLOURS = """(plot, [from, to]) => {
  const canvas = plot.querySelector("canvas"), over = plot.querySelector(".u-over");
  const [outer, inner] = [canvas, over].map((one) => one.getBoundingClientRect());
  const scale = canvas.width / outer.width;
  const at = (share) => Math.round((inner.left - outer.left + share * inner.width) * scale);
  const { data } = canvas.getContext("2d").getImageData(at(from), 0, at(to) - at(from), canvas.height);
  const sample = document.body.appendChild(document.createElement("span"));
  const colour = (name) => {
    sample.style.color = `var(--${name})`;
    return getComputedStyle(sample).color.match(/\\d+/g).slice(0, 3).join();
  };
  const names = Object.fromEntries(["accent", "warn", "bad", "bad-ground"].map((name) => [colour(name), name]));
  const found = { accent: 0, warn: 0, bad: 0, "bad-ground": 0 };
  for (let place = 0; place < data.length; place += 4) {
    const name = names[data.slice(place, place + 3).join()];
    if (name) found[name] += 1;
  }
  return found;
}"""


def test_where_nobody_knows_there_is_hatching_and_no_line(chromium: Chromium, place: Place) -> None:
    hospital = place.hospital
    registered(hospital, "drawer", "pharmacist")
    probe = probe_of(hospital, "D1-TOP")
    hospital.clock.forward(hours=10)
    heard = [*range(200), 300, *range(400, 600)]
    probe.taken([(at, -100.0 if at == 300 else -190 - at % 7 / 10) for at in heard])

    def journey(page: Page) -> None:
        page.clock.set_fixed_time(hospital.clock.now())
        sign_in(page, place.url, "drawer", PASSWORD)
        page.get_by_role("link", name="Cuves").click()
        dewar = page.locator(".dewar").filter(has_text="D1 –")
        with page.expect_response("**/curve?*") as answered:
            dewar.get_by_text("Courbes de température").click()
        told: dict[str, Any] = answered.value.json()
        expect(dewar.get_by_text("HORS LIMITE", exact=True)).to_be_visible()
        plot = dewar.get_by_role("img")
        expect(plot).to_be_visible()
        start, end = (milliseconds(datetime.fromisoformat(told[name])) for name in ("since", "until"))
        first = told["curves"][0]["points"][0][0]

        def seen(since: float, until: float) -> dict[str, int]:
            shares = [(first + minute * 60_000 - start) / (end - start) for minute in (since, until)]
            colours: dict[str, int] = plot.evaluate(_COLOURS, shares)
            return colours

        dewar.locator(".ranges").evaluate("(one) => one.scrollIntoView({block: 'start'})")
        pictured(page, "curves")
        known, unknown, warm = seen(20, 180), seen(215, 285), seen(296, 304)
        assert known["accent"] > 100
        assert (known["warn"], known["bad-ground"]) == (0, 0)
        assert unknown["accent"] == 0
        assert unknown["warn"] > 100
        assert unknown["bad-ground"] > 100  # nobody knows when it grew warm
        assert warm["bad"] > 20
        dewar.get_by_text("La même chose en mots").click()
        expect(dewar.get_by_role("row").filter(has_text="Mesures trop espacées")).to_have_count(1)
        assert_accessible(page)

    chromium.visit(journey, viewport=FLAT)
