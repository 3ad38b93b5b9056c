"""Files for both verifiers, and how each of them answers: the one in Python, and the one in the browser."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from app.ledger.verify import Asked, Report, verify

# The module is imported by its address, as the page itself imports it; nothing else of the page is used.
_JUDGE = """async (cases) => {
  const { verify } = await import("/verify/verifier.js");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const answers = [];
  for (const { file, asked } of cases) {
    if (asked.policy !== undefined) asked.policy = bytes(asked.policy);
    if (asked.earlier !== undefined) asked.earlier = asked.earlier.map(bytes);
    const { verdict, steps, parts } = await verify(bytes(file), asked);
    answers.push({
      verdict,
      steps: steps.map(({ number, name, status }) => [number, name, status]),
      flagged: parts.map((part) => part.flagged),
      undisclosed: parts.map((part) => part.undisclosed),
      why: steps.filter(({ status }) => status === "failed").map(({ tag, told }) => [tag, ...told]),
    });
  }
  return answers;
}"""
_KNOWS_MLDSA = """async () => {
  try {
    await crypto.subtle.importKey("raw-public", new Uint8Array(1312), { name: "ML-DSA-44" }, false, ["verify"]);
    return true;
  } catch { return false; }
}"""
_MLDSA_KEY = re.compile(rb"\+B[g-v]")  # a key of type 06 in base64, after its key ID
_NAMES = {
    "old_checkpoint": "oldCheckpoint",
    "max_age_seconds": "maxAgeSeconds",
    "receipt_key": "receiptKey",
    "late_after_seconds": "lateAfterSeconds",
}


@dataclass(frozen=True)
class Filed:
    """One file, what its reader asks, and what is special about it."""

    what: str
    file: bytes
    asked: dict[str, Any] = field(default_factory=dict)

    def for_browser(self) -> dict[str, Any]:
        """Return it as JSON, under the names of the page's verifier."""
        asked = {_NAMES.get(name, name): value for name, value in self.asked.items() if value is not None}
        if "policy" in asked:
            asked["policy"] = b64encode(asked["policy"]).decode()
        if "earlier" in asked:
            asked["earlier"] = [b64encode(one).decode() for one in asked["earlier"]]
        if "receipts" in asked:
            asked["receipts"] = list(asked["receipts"])
        return {"file": b64encode(self.file).decode(), "asked": asked}


def said_by_python(filed: Filed) -> dict[str, Any]:
    """Return the answer of ``app.ledger.verify``, in the shape of the browser's."""
    asked = {name: value for name, value in filed.asked.items() if name != "mldsa"}
    report = verify(filed.file, Asked(**asked))
    parts: Sequence[Report] = report.parts or ([report] if report.verdict != "unreadable" else [])
    return {
        "verdict": report.verdict,
        "steps": [[step.number, step.name, step.status] for step in report.steps],
        "flagged": [list(part.flagged) for part in parts],
        "undisclosed": [list(part.undisclosed) for part in parts],
        "why": [step.en for step in report.steps if step.status == "failed"],
    }


def said_by_browser(page: Page, files: Sequence[Filed]) -> Iterator[dict[str, Any]]:
    """Yield the browser's answers, from a page that is open at ``/verify``."""
    for begin in range(0, len(files), 200):
        yield from page.evaluate(_JUDGE, [one.for_browser() for one in files[begin : begin + 200]])


def knows_mldsa(page: Page) -> bool:
    """Say whether this browser checks ML-DSA-44 signatures itself."""
    return bool(page.evaluate(_KNOWS_MLDSA))


def disagreement(filed: Filed, python: dict[str, Any], browser: dict[str, Any], *, mldsa: bool) -> str | None:
    """Say how the two answers differ, or None. Without ML-DSA a browser may be unsure, and never surer than Python."""
    if {**python, "why": 0} == {**browser, "why": 0}:
        return None
    post_quantum = _MLDSA_KEY.search(filed.asked.get("policy") or filed.file)
    if not mldsa and post_quantum and browser["verdict"] in {"incomplete", "invalid"}:
        return None
    return f"{filed.what}: {json.dumps(python)} in Python, {json.dumps(browser)} in the browser"
