"""An export of the published vectors: honest, then exchanged, cut and built to harm whoever opens it."""

from __future__ import annotations

import copy
import io
import json
import struct
import zipfile
from hashlib import sha256

import pytest

from app.ledger.evidence import Point
from app.ledger.export import Member, Shared, archive
from app.ledger.tree import TreeHead
from app.ledger.verify import Asked, verify
from tests.unit.ledger.conftest import REPORT
from tests.unit.ledger.test_ledger_verify import failed, policy_of_the_vectors, status

NAME = "bags/a/evidence.json"


@pytest.fixture
def erased(bundle):
    """Return the published evidence with an erased body, as the file of an export."""
    changed = copy.deepcopy(bundle)
    for event in changed["events"]:
        event["salt"] = event.get("salt")
    changed["events"][4] |= {"body": None, "salt": None, "absent": "erased"}
    return changed


def shared_of(bundle, **more):
    return Shared(
        origin=REPORT["policy"]["origin"],
        checkpoint=bundle["checkpoint"],
        head=TreeHead(bundle["size"], bytes.fromhex(bundle["root"])),
        policy=policy_of_the_vectors().decode(),
        **more,
    )


def visited(bundle):
    return {
        "since": Point(bundle["old_checkpoint"], 4),
        "consistency": [bytes.fromhex(one) for one in bundle["consistency"]],
    }


def exported(bundle, content=None, **more):
    member = Member(NAME, json.dumps(bundle).encode() if content is None else content, "bag-a", len(bundle["events"]))
    return b"".join(archive([member], shared_of(bundle, **more)))


def files_of(document):
    with zipfile.ZipFile(io.BytesIO(document)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return sink.getvalue()


def manifest_with(document, **changes):
    files = files_of(document)
    return zipped({**files, "manifest.json": json.dumps(json.loads(files["manifest.json"]) | changes).encode()})


def check(document, **asked):
    return verify(document, Asked(**{"policy": policy_of_the_vectors(), **asked}))


def test_an_erased_body_in_an_export_is_said_and_valid(erased):
    report = check(exported(erased, **visited(erased)), old_checkpoint=erased["old_checkpoint"])

    assert (report.verdict, status(report, "consistency"), status(report, "contents")) == ("valid", "ok", "ok")
    bodies = next(step for step in check(json.dumps(erased).encode()).steps if step.name == "bodies")
    assert "effacés : 4 ;" in bodies.fr
    assert "erased: 4; not shown: –" in bodies.en


def test_archives_of_the_same_files_are_the_same_bytes_in_pieces(bundle):
    pieces = list(archive([Member(NAME, b"one", "a", 1), Member("bags/b.json", b"two", "b", 1)], shared_of(bundle)))

    assert len(pieces) == 3
    assert exported(bundle) == exported(bundle)
    assert json.loads(files_of(b"".join(pieces))["manifest.json"])["files"][1]["sha256"] == sha256(b"two").hexdigest()


def test_a_scope_stands_in_the_manifest(bundle):
    document = exported(bundle, scope={"sites": ["a"], "products": [], "since": None, "until": None})

    assert json.loads(files_of(document)["manifest.json"])["scope"] == {"sites": ["a"], "products": []}
    assert check(document).verdict == "valid"


def test_no_visit_is_no_consistency_and_no_policy_is_no_anchor(bundle):
    report = check(exported(bundle), policy=None)

    assert (report.verdict, status(report, "consistency"), status(report, "policy")) == (
        "unanchored",
        "not-checked",
        "not-checked",
    )


def test_an_export_nobody_vouched_for_lately_is_stale(bundle):
    assert check(exported(bundle), now=2_000_000_000, max_age_seconds=60).verdict == "stale"


def test_one_s_own_checkpoint_of_the_same_size_needs_no_proof(bundle):
    assert check(exported(bundle), old_checkpoint=bundle["checkpoint"]).verdict == "valid"


@pytest.mark.parametrize(
    ("what", "steps"),
    [
        ({"size": 8}, ["checkpoint"]),
        ({"origin": "other.example/log"}, ["checkpoint"]),
        ({"consistency": None}, ["consistency"]),
        ({"consistency": ["0" * 64]}, ["consistency"]),
        ({"checkpoint": "no note"}, ["checkpoint"]),
        ({"files": []}, ["files"]),
    ],
    ids=["size", "origin", "half a visit", "a false visit", "no note", "no files"],
)
def test_a_manifest_that_says_something_else_is_found(bundle, what, steps):
    report = check(manifest_with(exported(bundle, **visited(bundle)), **what))

    assert (report.verdict, failed(report)) == ("invalid", steps)


def test_without_a_checkpoint_nothing_of_the_rest_is_examined(bundle):
    report = check(manifest_with(exported(bundle), checkpoint="no note"))

    assert [status(report, name) for name in ("consistency", "contents")] == ["not-checked", "not-checked"]


def test_files_are_those_of_the_manifest(bundle):
    files = files_of(exported(bundle))
    (file,) = json.loads(files["manifest.json"])["files"]
    changed = {
        "missing": zipped({"manifest.json": files["manifest.json"]}),
        "added": zipped({**files, "bags/b.json": b""}),
        "changed": zipped({**files, NAME: files[NAME] + b" "}),
        "twice": manifest_with(exported(bundle), files=[file, file]),
    }

    found = {what: failed(check(document)) for what, document in changed.items()}

    assert set(map(tuple, found.values())) == {("files",)}


def test_a_file_that_is_no_evidence_or_of_another_bag_or_checkpoint_is_found(bundle, ordinary):
    owned = dict(bundle, subject={"tenant": "chu", "id": "bag-b", "key": "0" * 64})
    other = ordinary.evidence(1)
    (file,) = json.loads(files_of(exported(bundle))["manifest.json"])["files"]
    found = {
        "no evidence": failed(check(exported(bundle, b"{}"))),
        "another bag's": failed(check(exported(owned))),
        "another log's": failed(check(exported(bundle, json.dumps(other).encode()))),
        "of fewer events": failed(check(manifest_with(exported(bundle), files=[file | {"events": 1}]))),
        "of a smaller log": failed(check(manifest_with(exported(bundle), files=[file | {"size": 3}]))),
    }

    assert set(map(tuple, found.values())) == {("contents",)}, found


def test_a_named_bag_must_be_the_one_that_the_manifest_names(ordinary):
    evidence = ordinary.evidence(1)
    policy = evidence["policy"].encode()
    size, root = evidence["size"], bytes.fromhex(evidence["root"])
    origin = evidence["checkpoint"].split("\n")[0]

    def of(bag):
        shared = Shared(
            origin=origin, checkpoint=evidence["checkpoint"], head=TreeHead(size, root), policy=policy.decode()
        )
        member = Member(NAME, json.dumps(evidence).encode(), bag, len(evidence["events"]))
        return verify(b"".join(archive([member], shared)), Asked(policy=policy))

    assert of(evidence["subject"]["id"]).verdict == "valid"
    assert failed(of("another bag")) == ["contents"]


# --- archives that mean harm ---------------------------------------------------------------------------------------


def twice(bundle):
    sink = io.BytesIO(exported(bundle))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(sink, "a") as made:
        made.writestr(NAME, b"{}")
    return sink.getvalue()


def damaged(bundle):
    """Change a byte inside the first file, whose check sum then disagrees."""
    document = bytearray(exported(bundle))
    document[200] ^= 0xFF
    return bytes(document)


def boasting(bundle):
    """Say of two files that each holds nearly four gigabytes."""
    document = bytearray(exported(bundle))
    at = document.find(b"PK\x01\x02")
    while at != -1:
        struct.pack_into("<I", document, at + 24, 0xF0000000)
        at = document.find(b"PK\x01\x02", at + 4)
    return bytes(document)


HARM = {
    "cut short": lambda bundle: exported(bundle)[:-30],
    "of nothing": lambda _: b"PK\x03\x04",
    "without a manifest": lambda _: zipped({NAME: b"{}"}),
    "with a manifest that is none": lambda _: zipped({"manifest.json": b"{}"}),
    "of a newer format": lambda bundle: manifest_with(exported(bundle), format="cct.export/v9"),
    "with a path out of its folder": lambda bundle: zipped({**files_of(exported(bundle)), "../../etc/passwd": b""}),
    "with an absolute path": lambda bundle: zipped({**files_of(exported(bundle)), "/etc/passwd": b""}),
    "with a path of another system": lambda bundle: zipped({**files_of(exported(bundle)), "c:\\windows": b""}),
    "with a hidden path": lambda bundle: zipped({**files_of(exported(bundle)), "bags/.hidden": b""}),
    "with a name twice": twice,
    "with damage": damaged,
    "that boasts": boasting,
    "that swells": lambda bundle: zipped({**files_of(exported(bundle)), NAME: bytes((1 << 26) + 1)}),
    "with a policy that is none": lambda bundle: manifest_with(exported(bundle), policy="no policy"),
}


@pytest.mark.parametrize("harm", HARM)
def test_an_archive_that_cannot_be_trusted_to_be_one_is_unreadable(bundle, harm):
    report = check(HARM[harm](bundle), **({"policy": None} if harm == "with a policy that is none" else {}))

    assert report.verdict == "unreadable", report
