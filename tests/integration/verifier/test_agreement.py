"""Two verifiers, written apart, give the same verdict for the same reason: in Python, and in a real browser."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from app.ledger.entry import leaf_hash
from app.ledger.receipt import receipt_key_name, sign_receipt
from app.ledger.signers import Ed25519Signer
from tests.browser import Chromium
from tests.integration.ledger.tampering import TAMPERED
from tests.integration.verifier.cases import Filed, disagreement, knows_mldsa, said_by_browser, said_by_python
from tests.integration.verifier.conftest import Place
from tests.unit.ledger import test_ledger_verify as unit
from tests.unit.ledger import test_ledger_verify_thin as thin
from tests.unit.ledger.conftest import NOTES, REPORT, VECTORS
from tests.unit.ledger.small_log import ORIGIN, SmallLog, ordinary_log, seed
from tests.unit.ledger.test_ledger_verify_fuzz import at, mutated, places, put

LOG = ordinary_log()
POLICY = LOG.policy()
LAST = {"checkpoint": LOG.published[-1][0], "consistency": ["00" * 32]}
"""The newest checkpoint, with a proof that it does not need; of an older one, it would prove nothing."""
WITHOUT_MLDSA = "\n".join(
    line.replace("consistency 2 w-maker w-auditor", "consistency 1 w-maker")
    for line in POLICY.decode().split("\n")
    if not line.startswith("witness w-auditor")
).encode()


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def published_vectors() -> Iterator[Filed]:
    policy = {"policy": unit.policy_of_the_vectors()}
    bundle = REPORT["bundle_bag_A"]
    yield Filed("the published report", encoded(bundle), policy)
    yield Filed("the published report without a policy", encoded(bundle))
    erased = copy.deepcopy(bundle)
    erased["events"][4] |= {"body": None, "salt": None}
    yield Filed("an erased body", encoded(erased), policy)
    for case in REPORT["tampered"]:
        yield Filed(f"published forgery: {case['why']}", encoded(case["bundle"]), policy)
    for case in NOTES["must_reject"]:
        log = "".join(f"log {vkey}\n" for vkey in case["vkeys"])
        asked = {"policy": f"{log}quorum none\n".encode()}
        yield Filed(f"published note: {case['why']}", encoded(bundle | {"checkpoint": case["note"]}), asked)
    for case in VECTORS["9_jcs"]["must_reject"]:
        document = encoded(bundle).replace(b"{", b'{"subject":' + case["input_json"].encode() + b",", 1)
        yield Filed(f"published JSON: {case['why']}", document, policy)


def small_log() -> Iterator[Filed]:
    for shared in (True, False):
        honest = LOG.evidence(1, shared=shared)
        for policy in (POLICY, WITHOUT_MLDSA):
            asked = {"policy": policy, "old_checkpoint": LOG.published[0][0], "now": LOG.seconds() + 5}
            yield Filed("honest", encoded(honest), asked | {"max_age_seconds": 60})
            yield Filed("stale", encoded(honest), asked | {"max_age_seconds": 4, "now": LOG.seconds() + 60})
            unproved = {**honest["timeline"][0], "consistency": []}
            for placed in (honest["timeline"], [LAST], [unproved]):
                stamps = [one | {"token": "AAAA"} for one in placed]
                yield Filed("time stamps", encoded(honest | {"timestamps": stamps}), {"policy": policy})
            for number in (1, 2, 3, 9):
                yield Filed(f"bag {number}", encoded(LOG.evidence(number, shared=shared)), {"policy": policy})
            for what, (tamper, _) in unit.TAMPERED.items():
                changed = copy.deepcopy(honest)
                tamper(changed)
                yield Filed(what, encoded(changed), {"policy": policy})
    for what, document in unit.UNREADABLE.items():
        yield Filed(what, document, {"policy": POLICY})
    for document in (b"\xef\xbb\xbf" + encoded(honest), encoded(honest) + b"x", b" \n" + encoded(honest) + b"\t"):
        yield Filed(repr(document[:3] + document[-3:]), document, {"policy": WITHOUT_MLDSA})


def thin_files() -> Iterator[Filed]:
    for policy in (POLICY, WITHOUT_MLDSA):
        whole = encoded(LOG.evidence(1))
        yield Filed("thin", encoded(LOG.evidence(1, thin=True)), {"policy": policy, "earlier": (whole,)})
        for what, (tamper, _) in thin.TAMPERED.items():
            changed = LOG.evidence(1, thin=True)
            tamper(changed)
            yield Filed(f"thin: {what}", encoded(changed), {"policy": policy})
    for what, tamper in thin.UNREADABLE.items():
        changed = LOG.evidence(1, thin=True)
        tamper(changed)
        yield Filed(f"thin: {what}", encoded(changed), {"policy": POLICY})


def policies() -> Iterator[Filed]:
    text = WITHOUT_MLDSA.decode()
    for change in (
        text + "quorum none\n",
        text.rstrip("\n"),
        text.replace("quorum both\n", ""),
        text.replace("quorum both", "quorum nobody"),
        text.replace("any replay-maker", "2 replay-maker"),
        text.replace("any replay-maker", "0 replay-maker"),
        text.replace("any replay-maker", "any w-maker"),
        text.replace("any replay-maker", "any none"),
        text.replace("any replay-maker", "01 replay-maker"),
        text.replace("log ", "log  \t", 1),
        text.replace("witness w-maker", "witness none"),
        text.replace("# trust", "# é \x7f"),
        text.replace("# trust", "# \x00"),
        text.replace("\n", "\r\n"),
        text + f"log {LOG.signer.vkey}\n",
        text.replace("+", "+0", 1),
        text.replace("https://h.example/", "https://h.example/ more"),
        text + "key x\n",
        "",
        "quorum none\n",
        f"log {Ed25519Signer(ORIGIN, bytes(32)).vkey}\nquorum none\n",
    ):
        yield Filed(f"policy: {change[-60:]!r}", encoded(LOG.evidence(1)), {"policy": change.encode()})
    yield Filed("policy: no UTF-8", encoded(LOG.evidence(1)), {"policy": b"# \xff\n" + WITHOUT_MLDSA})


def times_and_receipts() -> Iterator[Filed]:
    log = SmallLog()
    log.publish()
    for said in (
        "2026-11-22T06:00:00Z",
        "not a time",
        7,
        None,
        "2026-11-22T09:04:00+01:00",
        "2026-11-22T08:10:00Z",
        "2026-11-22T08:10:00",
        "2026-02-30T08:10:00Z",
        "2026-11-22T08:10:00.123456789Z",
        "20261122T081000Z",
        "2026-11-22T24:00:00Z",
        "0000-11-22T08:10:00Z",
        "2026-11-22T08:10:00-23:59",
    ):
        log.event(1, occurred_at=said)
    log.publish()
    policy = {"policy": log.policy().replace(b"2 w-maker w-auditor", b"1 w-maker")}
    yield Filed("claimed times", encoded(log.evidence(1)), {"policy": WITHOUT_MLDSA})
    yield Filed("claimed times, patient reader", encoded(log.evidence(1)), policy | {"late_after_seconds": 86_400})
    key = Ed25519Signer(receipt_key_name(ORIGIN), seed("receipts"))
    entries = LOG.chains[LOG.bag(1)]
    for what, note in {
        "kept": sign_receipt(key, ORIGIN, leaf=leaf_hash(entries[1]), bag=LOG.bag(1), seq=1, t=LOG.at),
        "broken": sign_receipt(key, ORIGIN, leaf=bytes(32), bag=LOG.bag(1), seq=1, t=LOG.at),
        "of a later event": sign_receipt(key, ORIGIN, leaf=bytes(32), bag=LOG.bag(1), seq=40, t=LOG.at),
        "of another bag": sign_receipt(key, ORIGIN, leaf=leaf_hash(entries[1]), bag=LOG.bag(2), seq=1, t=LOG.at),
        "nonsense": "x",
    }.items():
        for vkey in (key.vkey, Ed25519Signer(key.name, bytes(32)).vkey, "no key", None):
            asked = {"policy": WITHOUT_MLDSA, "receipts": (note,), "receipt_key": vkey}
            yield Filed(f"receipt {what}, key {vkey}", encoded(LOG.evidence(1)), asked)
    for what, earlier in {"kept": LOG.evidence(1), "of another bag": LOG.evidence(2), "other": log.evidence(1)}.items():
        asked = {"policy": WITHOUT_MLDSA, "earlier": (encoded(earlier),)}
        yield Filed(f"earlier evidence {what}", encoded(LOG.evidence(1)), asked)
    yield Filed("earlier evidence unreadable", encoded(LOG.evidence(1)), {"policy": POLICY, "earlier": (b"{",)})


def mutations(count: int = 300) -> Iterator[Filed]:
    chance = random.Random(2026)  # noqa: S311  # picks mutations, no keys
    honest = [LOG.evidence(1), LOG.evidence(1, shared=False), LOG.evidence(1, thin=True)]
    for number in range(count):
        changed = copy.deepcopy(honest[number % 3])
        path = chance.choice([path for path in places(changed) if path])
        put(changed, path, mutated(at(changed, path), chance))
        yield Filed(f"mutation {number} at {path}", json.dumps(changed).encode(), {"policy": WITHOUT_MLDSA})
    document = encoded(honest[0])
    for _ in range(count // 2):
        where, bit = chance.randrange(len(document)), 1 << chance.randrange(8)
        flipped = document[:where] + bytes((document[where] ^ bit,)) + document[where + 1 :]
        yield Filed(f"bit {bit} of byte {where}", flipped, {"policy": WITHOUT_MLDSA})


def real_files(place: Place) -> Iterator[Filed]:
    yield Filed("real evidence", place.case.document(), place.case.wanted())
    for what, (change, _) in TAMPERED.items():
        changed = place.case.fresh()
        change(changed)
        yield Filed(f"real: {what}", changed.document(), changed.wanted())
    for key in (place.receipt_key, None, Ed25519Signer(place.receipt_key.split("+")[0], bytes(32)).vkey):
        asked = {"policy": place.policy, "receipt_key": key}
        yield Filed("report of a bag", place.report, asked)
        yield Filed("report of a therapy", place.report_of_therapy, asked)
        yield Filed("printed report", place.pdf, asked)
    asked = {"policy": place.policy, "receipt_key": place.receipt_key}
    yield Filed("receipt of a scan", place.report, asked | {"receipts": (place.receipt,)})
    for what, change in REPORT_CHANGES.items():
        report = json.loads(place.report)
        change(report)
        yield Filed(f"report: {what}", encoded(report), asked)
    for where in range(200, len(place.pdf), len(place.pdf) // 60):
        broken = place.pdf[:where] + bytes((place.pdf[where] ^ 1,)) + place.pdf[where + 1 :]
        yield Filed(f"printed report, byte {where}", broken, asked)
    yield Filed("printed report cut short", place.pdf[: len(place.pdf) // 2], asked)
    yield Filed("two printed reports in one", place.pdf + place.pdf, asked)


REPORT_CHANGES: dict[str, Any] = {
    "section rewritten": lambda r: r["cover"].update(operator="Somebody else"),
    "row of the trail gone": lambda r: r["trail"].pop(),
    "no trail": lambda r: r.pop("trail"),
    "no seal": lambda r: r.pop("seal"),
    "seal of another report": lambda r: r["seal"].update(digest="0" * 64),
    "seal that is no note": lambda r: r["seal"].update(note="x"),
    "event taken out of the evidence": lambda r: r["evidence"]["events"].pop(),
    "another format": lambda r: r.update(format="other/v1"),
    "a fraction in it": lambda r: r.update(more=1.5),
}


@pytest.mark.parametrize(
    "files",
    [published_vectors, small_log, thin_files, policies, times_and_receipts, mutations, real_files],
    ids=lambda one: one.__name__,
)
def test_both_verifiers_say_the_same_of_every_file(files: Any, place: Place, chromium: Chromium) -> None:
    filed = list(files(place) if files is real_files else files())

    def journey(page: Page) -> tuple[bool, list[dict[str, Any]]]:
        page.goto(f"{place.url}/verify")
        return knows_mldsa(page), list(said_by_browser(page, filed))

    mldsa, browser = chromium.visit(journey)

    python = [said_by_python(one) for one in filed]
    told = [
        disagreement(one, by_python, by_browser, mldsa=mldsa)
        for one, by_python, by_browser in zip(filed, python, browser, strict=True)
    ]
    assert [one for one in told if one is not None] == []
    verdicts = {one["verdict"] for one in python}
    assert len(verdicts) > 1, "files of one verdict prove little"


def test_a_browser_without_ml_dsa_says_what_it_cannot_check(place: Place, chromium: Chromium) -> None:
    honest = LOG.evidence(1)
    flipped = {**honest, "checkpoint": unit.flip_line(2)(honest["checkpoint"])}
    files = [Filed("", encoded(one), {"policy": POLICY, "mldsa": False}) for one in (honest, flipped)]

    def journey(page: Page) -> list[dict[str, Any]]:
        page.goto(f"{place.url}/verify")
        return list(said_by_browser(page, files))

    for answer in chromium.visit(journey):
        assert answer["verdict"] == "incomplete"
        assert [1, "quorum", "not-checked"] in answer["steps"]
        assert [1, "replayed", "ok"] in answer["steps"]
        assert not [step for step in answer["steps"] if step[2] == "failed"]


_PRIMITIVES = """async (vectors) => {
  const { canonical, isConsistent, isIncluded, parseJson, unhex } = await import("/verify/verifier.js");
  const said = [];
  const all = (proof) => proof.map(unhex);
  for (const { index, size, leaf_hash: leaf, proof, root } of vectors.inclusion) {
    said.push(await isIncluded(unhex(leaf), index, size, all(proof), unhex(root)));
  }
  for (const { size1, size2, root1, root2, proof } of vectors.consistency) {
    const [older, newer] = [{ size: size1, root: unhex(root1) }, { size: size2, root: unhex(root2) }];
    said.push(await isConsistent(older, newer, all(proof)));
  }
  const texts = vectors.texts.map((text) => {
    try { return canonical(parseJson(text)); } catch { return null; }
  });
  return { said, texts };
}"""


@pytest.mark.parametrize("honest", [True, False], ids=["published proofs", "published false proofs"])
def test_the_browser_s_primitives_accept_and_refuse_the_published_proofs(
    honest: bool,  # noqa: FBT001  # a parameter of the test
    place: Place,
    chromium: Chromium,
) -> None:
    kinds = {"inclusion": VECTORS["2_inclusion_proofs"], "consistency": VECTORS["3_consistency_proofs"]}
    if not honest:
        kinds = {kind: [case for case in VECTORS["5_must_reject"] if case["kind"] == kind] for kind in kinds}
    whole = [
        case
        for case in VECTORS["9_jcs"]["cases"]
        if not re.search(r"[0-9]\.[0-9]|[0-9][eE][-+0-9]", case["input_json"])
    ]
    texts = [case["input_json"] for case in (whole if honest else VECTORS["9_jcs"]["must_reject"])]

    def journey(page: Page) -> Any:
        page.goto(f"{place.url}/verify")
        return page.evaluate(_PRIMITIVES, {**kinds, "texts": texts})

    told = chromium.visit(journey)

    assert set(told["said"]) == {honest}
    assert len(told["said"]) == sum(map(len, kinds.values())) > 3
    assert told["texts"] == ([case["canonical"] for case in whole] if honest else [None] * len(texts))
