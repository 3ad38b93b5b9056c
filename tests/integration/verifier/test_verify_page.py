"""The page used as a person uses it: files dropped, the verdict read, in both languages, dark and light, offline."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.cli import main
from tests.browser import Chromium
from tests.integration.ledger.tampering import TAMPERED
from tests.integration.verifier.conftest import Place

# Every visible text against what is behind it (WCAG 2.2, 1.4.3), and the names of everything that is operated.
_AUDIT = """() => {
  const channels = (color) => color.match(/[0-9.]+/g).map(Number);
  const light = (color) => channels(color).slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faults = [];
  let texts = 0;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    const unseen = element.closest(".quiet, .hidden, template, noscript") || element.getClientRects().length === 0;
    if (!own || unseen) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const [one, other] = [light(style.color), light(behind(element))].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24;
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < (large ? 3 : 4.5)) faults.push(`${element.outerHTML.slice(0, 80)}: contrast ${contrast.toFixed(2)}`);
    if (parseFloat(style.fontSize) < 16) faults.push(`${element.outerHTML.slice(0, 80)}: small text`);
  }
  for (const control of document.querySelectorAll("input, select, button, a, summary")) {
    const named = control.labels?.length > 0 || control.textContent.trim() !== "" || control.ariaLabel;
    if (!named) faults.push(`${control.outerHTML}: no name`);
    if (control.matches("button, select") && control.getClientRects().length > 0 && control.clientHeight < 40) {
      faults.push(`${control.outerHTML.slice(0, 80)}: a small target`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  if (new Set(ids).size < ids.length) faults.push("an id stands twice");
  if (document.querySelectorAll("h1").length !== 1 || document.querySelector("main") === null) faults.push("outline");
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");
  return { faults, texts };
}"""


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("html[data-ready=true]").wait_for()


def dropped(page: Page, *files: tuple[str, bytes]) -> None:
    """Drop files on the page, as from a folder of the desktop."""
    held = page.evaluate_handle(
        """(files) => {
          const held = new DataTransfer();
          const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          for (const [name, text] of files) held.items.add(new File([bytes(text)], name));
          return held;
        }""",
        [[name, b64encode(content).decode()] for name, content in files],
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": held})


def verdict(page: Page, wanted: str) -> None:
    expect(page.locator("#verdict")).to_have_attribute("data-verdict", wanted)


def picked(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_person_drops_the_files_and_reads_the_verdict(place: Place, chromium: Chromium) -> None:
    case = place.case

    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        dropped(page, ("evidence.json", case.document()))
        verdict(page, "unanchored")
        expect(page.get_by_role("heading", name="Non ancré")).to_be_focused()
        dropped(page, ("policy", case.policy), ("checkpoint", case.old_checkpoint.encode()))
        verdict(page, "valid")
        expect(page.get_by_role("heading", name="Valide")).to_be_visible()
        assert page.locator("#steps li[data-status=ok]").count() == 12
        rows = page.locator("tbody tr")
        assert rows.count() == len(case.events)
        expect(rows.nth(6)).to_contain_text("Ranger")
        expect(rows.nth(6)).to_contain_text("Temps hors du froid : 45 s")
        # In English without starting again, and back to nothing by taking the file away.
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Valid", exact=True)).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("button", name="Remove evidence.json").click()
        expect(page.locator("#result")).to_be_hidden()

    chromium.visit(journey)


def test_a_keyboard_is_enough(place: Place, chromium: Chromium) -> None:
    def journey(page: Page) -> None:
        # Who listens here makes the browser hand choosers over; asked just before the key, it may do so too late.
        page.on("filechooser", lambda _: None)
        opened(page, f"{place.url}/verify")
        page.get_by_label("Dossier à vérifier").focus()
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files([picked("e.json", place.case.document())])
        verdict(page, "unanchored")
        page.get_by_label("Politique").set_input_files([picked("policy", place.case.policy)])
        verdict(page, "valid")
        page.get_by_text("Autres contrôles").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Âge maximal").select_option("3600")
        # The test's witnesses signed at the time of the test's hospital.
        expect(page.locator("#steps li[data-step=freshness]")).not_to_have_attribute("data-status", "not-checked")

    chromium.visit(journey)


def test_a_forgery_is_shown_in_words_and_signs_and_the_step_is_named(place: Place, chromium: Chromium) -> None:
    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        for what in ("event removed from the tail", "bit in a body", "wrong log key", "bit in a cosignature"):
            changed = place.case.fresh()
            change, step = TAMPERED[what]
            change(changed)
            dropped(page, ("evidence.json", place.case.document()), ("policy", place.case.policy))
            verdict(page, "valid")
            dropped(page, ("evidence.json", changed.document()), ("policy", changed.policy))
            verdict(page, "invalid")
            row = page.locator(f"#steps li[data-step={step}]")
            expect(row).to_contain_text("échec")
            expect(row).to_contain_text("✗")
            expect(page.get_by_text("Attention : les contrôles n'ont pas réussi.")).to_be_visible()

    chromium.visit(journey)


def test_without_a_replaying_witness_the_page_says_on_whom_completeness_rests(place: Place, chromium: Chromium) -> None:
    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        dropped(page, ("evidence.json", place.plain), ("policy", place.policy))
        verdict(page, "valid")
        expect(page.locator("#caveats")).to_contain_text("completeness relies on the operator")
        expect(page.locator("#verdict-text")).to_contain_text("relies on the operator")

    chromium.visit(journey, locale="en-GB")


STRANGE = {
    **{name: {} for name in ("step", "event", "occurred_at", "code", "witness")},
    "outcome": "refused",
    "details": {"__proto__": {}, "constructor": None, "a": [{}]},
    "actor": {"roles": [{}, None, "constructor"]},
    "changes": {"state": {}},
    "comparison": [{"verdict": "differ", "field": {}}, None],
    "overridden": [{}, 1],
}


def test_nothing_that_a_file_says_keeps_the_verdict_from_showing(place: Place, chromium: Chromium) -> None:
    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        dropped(page, ("policy", place.case.policy))
        for body in (STRANGE, {"step": "constructor"}, [], "text", 7, None):
            forged = place.case.fresh()
            for event in forged.events:
                event["body"] = json.dumps(body)
            del forged.events[-1]
            dropped(page, ("honest.json", place.case.document()))
            verdict(page, "valid")
            dropped(page, ("forged.json", forged.document()))
            verdict(page, "invalid")
            expect(page.locator("tbody tr")).to_have_count(len(forged.events))

    chromium.visit(journey)


def test_reports_are_verified_as_json_and_as_pdf(place: Place, chromium: Chromium) -> None:
    seal = json.loads(place.report)["seal"]["digest"]

    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        page.get_by_text("Autres contrôles").click()
        page.get_by_label("Clé des reçus").fill(place.receipt_key)
        dropped(page, ("policy", place.policy), ("report.json", place.report))
        verdict(page, "valid")
        expect(page.locator("#steps li[data-step=report]")).to_have_attribute("data-status", "ok")
        dropped(page, ("report.pdf", place.pdf))
        expect(page.locator("#steps li[data-step=pages]")).to_contain_text(seal)
        verdict(page, "valid")
        expect(page.locator("#caveats")).to_contain_text(seal)
        dropped(page, ("therapy.json", place.report_of_therapy))
        expect(page.locator("#steps li[data-step=events]").first).to_contain_text("[1/")
        verdict(page, "valid")
        assert page.locator("table").count() == len(json.loads(place.report_of_therapy)["evidence"])

    chromium.visit(journey)


def test_a_compressed_attachment_of_any_pdf_is_found(place: Place, chromium: Chromium) -> None:
    packed = zlib.compress(place.case.document())
    head = b"%PDF-1.7\n1 0 obj\n<< /Length 5 0 R /Filter /FlateDecode /Type /EmbeddedFile >>\nstream\n"
    pdf = head + packed + b"\r\nendstream\nendobj\n%%EOF\n"

    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        dropped(page, ("any.pdf", pdf), ("policy", place.case.policy))
        verdict(page, "valid")

    chromium.visit(journey)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_and_name_what_is_on_the_page(scheme: str, place: Place, chromium: Chromium) -> None:
    forged = place.case.fresh()
    TAMPERED["bit in a body"][0](forged)

    def journey(page: Page) -> list[dict[str, Any]]:
        opened(page, f"{place.url}/verify")
        found = [page.evaluate(_AUDIT)]
        for name, content, told in (
            ("e.json", place.case.document(), "unanchored"),
            ("policy", place.case.policy, "valid"),
            ("e.json", forged.document(), "invalid"),
            ("e.json", b"{", "unreadable"),
        ):
            dropped(page, (name, content))
            verdict(page, told)
            found.append(page.evaluate(_AUDIT))
        page.set_viewport_size({"width": 390, "height": 800})
        found.append(page.evaluate(_AUDIT))
        # The audit itself is put to the test: grey on grey, and a button without a name.
        page.evaluate("document.body.style.setProperty('--quiet', '#808080')")
        page.evaluate("document.querySelector('.given button').replaceChildren()")
        page.evaluate("document.querySelector('.given button').removeAttribute('aria-label')")
        worse = " ".join(page.evaluate(_AUDIT)["faults"])
        assert "contrast" in worse
        assert "no name" in worse
        return found

    audits = chromium.visit(journey, color_scheme=scheme, viewport={"width": 1100, "height": 900})

    assert [fault for audit in audits for fault in audit["faults"]] == []
    assert max(audit["texts"] for audit in audits) > 60


@pytest.mark.parametrize(
    ("taken", "lacking"), [("crypto", "WebCrypto"), ("DecompressionStream", "DecompressionStream")]
)
def test_a_browser_that_cannot_verify_says_so_and_gives_no_verdict(
    taken: str, lacking: str, place: Place, chromium: Chromium
) -> None:
    def journey(page: Page) -> None:
        page.add_init_script(f"Object.defineProperty(globalThis, '{taken}', {{ value: undefined }})")
        opened(page, f"{place.url}/verify")
        expect(page.get_by_role("alert")).to_contain_text(lacking)
        dropped(page, ("e.json", place.case.document()))
        expect(page.locator("#given li")).to_have_count(1)
        expect(page.get_by_role("alert")).to_contain_text(lacking)
        expect(page.locator("#result")).to_be_hidden()

    chromium.visit(journey)


def test_the_page_verifies_without_a_network_after_its_first_visit(place: Place, chromium: Chromium) -> None:
    def journey(page: Page) -> None:
        opened(page, f"{place.url}/verify")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        opened(page, f"{place.url}/verify")
        dropped(page, ("e.json", place.case.document()), ("policy", place.case.policy))
        verdict(page, "valid")

    chromium.visit(journey)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_saved_file_verifies_alone_in_any_time_zone(
    zone: str, place: Place, chromium: Chromium, tmp_path: Path
) -> None:
    saved = tmp_path / "givre-verify.html"
    saved.write_bytes(place.hospital.get("/verify/givre-verify.html").content)

    def journey(page: Page) -> list[str]:
        opened(page, saved.as_uri())
        expect(page.locator("#save")).to_be_hidden()
        dropped(page, ("e.json", place.case.document()), ("policy", place.case.policy))
        verdict(page, "valid")
        expect(page.locator("#steps li[data-step=times]")).to_have_attribute("data-status", "ok")
        return page.locator("tbody td:nth-child(2)").all_inner_texts()

    assert chromium.visit(journey, timezone_id=zone)[0] == "2026-12-01 12:06:00"


def test_the_command_writes_the_file_that_the_service_gives(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "page.html"

    with pytest.raises(SystemExit) as ended:
        main(["verify", "--page", str(saved)])

    assert (ended.value.code, str(saved) in capsys.readouterr().err) == (0, True)
    assert saved.read_bytes() == place.hospital.get("/verify/givre-verify.html").content


def test_the_page_may_run_its_own_scripts_and_nothing_else(place: Place) -> None:
    for name in ("", "/style.css", "/verifier.js", "/sentences.js", "/page.js", "/givre-verify.html", "/sw.js"):
        answer = place.hospital.get(f"/verify{name}")
        policies = answer.headers.get_list("content-security-policy")

        assert answer.status_code == 200
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'")
        assert "unsafe" not in policies[0]
        again = place.hospital.get(f"/verify{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    text = place.hospital.get("/verify/givre-verify.html").text
    assert text.count("<script") == 2  # one of them the words, which are no script
    assert "connect-src" not in text
    assert place.hospital.get("/verify/other.js").status_code in {404, 422}


def test_the_saved_file_runs_nothing_that_was_slipped_into_it(place: Place, chromium: Chromium, tmp_path: Path) -> None:
    text = place.hospital.get("/verify/givre-verify.html").text
    altered = tmp_path / "altered.html"
    altered.write_text(text.replace('return { verdict: "unreadable"', 'return { verdict: "valid"', 1), "utf-8")

    def journey(page: Page) -> str | None:
        page.goto(altered.as_uri())
        return page.locator("html").get_attribute("data-ready")

    with pytest.raises(AssertionError, match="Content Security Policy"):
        assert chromium.visit(journey) is None
