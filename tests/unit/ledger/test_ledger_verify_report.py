"""A custody report is verified with its evidence: its seal, its trail and its checkpoint; several chains one by one."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import pytest

from app.kit.canonical import canonical
from app.ledger.entry import leaf_hash
from app.ledger.note import sign
from app.ledger.signers import Ed25519Signer
from app.ledger.verify import Asked, Report, main, verify
from tests.unit.ledger.small_log import ORIGIN, SmallLog, seed

SIGNER = Ed25519Signer(f"{ORIGIN}/receipts", seed("receipts"))
OTHER = Ed25519Signer(f"{ORIGIN}/receipts", seed("somebody else"))


def sealed(report: dict[str, Any], signer: Ed25519Signer = SIGNER) -> dict[str, Any]:
    stated = {name: value for name, value in report.items() if name != "seal"}
    digest = hashlib.sha256(canonical(stated)).hexdigest()
    note = sign(f"{stated['format']}\n{stated['id']}\n{digest}\n", [signer])
    return {**stated, "seal": {"digest": digest, "note": note}}


def report_of(log: SmallLog, *numbers: int) -> dict[str, Any]:
    """Return a report of one bag, or of several as the chains of a therapy."""
    files = [log.evidence(number) for number in numbers]
    trail = [
        {"id": file["subject"]["id"], "seq": seq, "index": one["index"], "leaf": leaf_hash(one["entry"].encode()).hex()}
        for file in files
        for seq, one in enumerate(file["events"])
    ]
    return sealed(
        {
            "format": "givre.report/v1",
            "id": "r",
            "note": "é\u2028\n",
            "cover": {"checkpoint": {"size": files[0]["size"], "root": files[0]["root"]}},
            "trail": trail,
            "evidence": files[0] if len(files) == 1 else files,
        }
    )


def check(report: Any, log: SmallLog, **asked: Any) -> Report:
    document = report if isinstance(report, bytes) else json.dumps(report).encode()
    return verify(document, Asked(policy=log.policy(), **{"receipt_key": SIGNER.vkey, **asked}))


def last(report: Report) -> tuple[str, str, str]:
    return report.verdict, report.steps[-1].name, report.steps[-1].status


@pytest.mark.parametrize("numbers", [(1,), (1, 2)])
def test_an_honest_report_is_valid_and_its_sections_are_answered_for(
    ordinary: SmallLog, numbers: tuple[int, ...]
) -> None:
    report = report_of(ordinary, *numbers)

    said = check(report, ordinary)

    assert last(said) == ("valid", "report", "ok")
    assert "receipts" in said.steps[-1].en
    assert len(said.parts) == (0 if len(numbers) == 1 else len(numbers))
    assert last(check(report, ordinary, receipt_key=None)) == ("valid", "report", "not-checked")


def test_several_chains_are_told_apart_and_the_worst_one_counts(ordinary: SmallLog) -> None:
    report = report_of(ordinary, 1, 2)
    report["evidence"][1]["events"].pop()

    said = check(sealed(report), ordinary)

    assert said.verdict == "invalid"
    assert [part.verdict for part in said.parts] == ["valid", "invalid"]
    assert [step.name for step in said.steps if step.status == "failed" and step.en.startswith("[2/2]")]
    assert not [step for step in said.steps if step.status == "failed" and step.en.startswith("[1/2]")]


def changed(report: dict[str, Any], what: str) -> dict[str, Any]:
    if what == "a section":
        report["id"] = "other"
    elif what == "a row of the trail":
        report["trail"].pop(0)
        report = sealed(report)
    elif what == "the checkpoint":
        report["cover"]["checkpoint"]["size"] += 1
        report = sealed(report)
    elif what == "the seal's text":
        report["seal"]["note"] = sign(f"givre.report/v1\nr\n{'0' * 64}\n", [SIGNER])
    elif what == "the seal's signer":
        report = sealed(report, OTHER)
    elif what == "the seal's note":
        report["seal"]["note"] = "no note"
    return report


@pytest.mark.parametrize(
    "what",
    ["a section", "a row of the trail", "the checkpoint", "the seal's text", "the seal's signer", "the seal's note"],
)
def test_whatever_is_changed_in_a_report_is_found(ordinary: SmallLog, what: str) -> None:
    assert last(check(changed(report_of(ordinary, 1), what), ordinary)) == ("invalid", "report", "failed")


def test_a_seal_by_another_key_is_no_seal(ordinary: SmallLog) -> None:
    other = Ed25519Signer("other.example/log/receipts", seed("receipts"))

    assert last(check(report_of(ordinary, 1), ordinary, receipt_key=other.vkey)) == ("invalid", "report", "failed")


@pytest.mark.parametrize("gone", ["seal", "trail", "cover"])
def test_a_report_without_what_it_rests_on_is_unreadable(ordinary: SmallLog, gone: str) -> None:
    report = report_of(ordinary, 1)
    report[gone] = None if gone == "trail" else {}
    report = report if gone == "seal" else sealed(report)

    assert check(report, ordinary).verdict == "unreadable"


def test_a_key_that_is_none_is_unreadable_and_no_chain_is_no_evidence(ordinary: SmallLog) -> None:
    assert check(report_of(ordinary, 1), ordinary, receipt_key="nonsense").verdict == "unreadable"
    assert check({**report_of(ordinary, 1), "evidence": []}, ordinary).verdict == "unreadable"


def test_evidence_that_names_no_subject_is_held_against_no_row(ordinary: SmallLog) -> None:
    report = report_of(ordinary, 1)
    report["evidence"]["subject"], report["trail"] = None, []

    assert last(check(sealed(report), ordinary)) == ("valid", "report", "ok")


def test_evidence_in_another_wrapping_is_no_report(ordinary: SmallLog) -> None:
    said = check({"evidence": ordinary.evidence(1)}, ordinary)

    assert said.verdict == "valid"
    assert said.steps[-1].name == "held"


def test_an_earlier_report_must_hold_the_same_events(ordinary: SmallLog) -> None:
    earlier = json.dumps(report_of(ordinary, 2, 1)).encode()
    foreign = json.dumps(report_of(ordinary, 2)).encode()

    said = check(ordinary.evidence(1), ordinary, earlier=(earlier,))

    assert (said.verdict, said.steps[-1].status) == ("valid", "ok")
    assert check(ordinary.evidence(1), ordinary, earlier=(foreign,)).steps[-1].status == "not-checked"


def test_a_report_attached_to_a_pdf_is_verified_as_it_is(ordinary: SmallLog) -> None:
    attached = zlib.compress(json.dumps(report_of(ordinary, 1, 2)).encode())
    pdf = (
        b"%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length 1 >>\nstream\n"
        + attached
        + b"\nendstream\nendobj\n"
    )

    told = check(pdf, ordinary)
    assert (told.verdict, last(told)[1:]) == ("valid", ("pages", "not-checked"))
    assert (told.steps[-2].name, told.steps[-2].status) == ("report", "ok")


def test_the_command_says_each_chain_for_machines_too(ordinary: SmallLog) -> None:
    files = {"r": json.dumps(report_of(ordinary, 1, 2)).encode(), "p": ordinary.policy()}
    said: list[Any] = []

    ended = main(["r", "--policy", "p", "--receipt-key", SIGNER.vkey, "--json"], files.__getitem__, said.append)

    told = json.loads(said[0])
    assert (ended, told["verdict"], [part["verdict"] for part in told["parts"]]) == (0, "valid", ["valid"] * 2)
    assert told["parts"][0]["parts"] == []
