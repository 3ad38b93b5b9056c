"""Every proof of a scope in one archive, checked offline; what is exchanged in it is found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.access.audit_scope import AuditScope
from app.ledger.verify import Asked, Report, verify
from tests.hospital import Hospital, opened
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.integration.ledger.commands import Installation

Files = dict[str, bytes]


class Place:
    """A log that grew between two visits of an auditor."""

    def __init__(self, hospital: Hospital, database: Database, folder: Path) -> None:
        self.hospital = hospital
        self.installation = Installation(database, folder)
        self.first = hospital.enrol(product="kymriah", maker="novartis")
        self.first.collected()
        hospital.publish()
        self.policy = hospital.get("/api/v1/ledger/policy").content
        self.old = hospital.get("/api/v1/ledger/checkpoint").text
        self.second = hospital.enrol()
        self.second.to_store()
        hospital.publish()
        self.bags = [self.first.collection, self.second.collection, *self.second.products]

    @property
    def old_size(self) -> int:
        return int(self.old.split("\n")[1])

    def export(self, login: str = "auditor1", **query: Any) -> httpx2.Response:
        query.setdefault("content", "evidence")
        return self.hospital.get("/api/v1/reports/export", login, params=query)

    def checked(self, archive: bytes, **asked: Any) -> Report:
        return verify(archive, Asked(policy=self.policy, **asked))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("export")
    template: Any = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital, database, folder)


def files_of(archive: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened_:
        return {name: opened_.read(name) for name in opened_.namelist()}


def zipped(files: Files) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return sink.getvalue()


def failed(report: Report) -> set[str]:
    return {step.name for step in report.steps if step.status == "failed"}


def test_an_export_is_verified_offline_by_the_command(place: Place, tmp_path: Path) -> None:
    answer = place.export(since=place.old_size)
    for name, content in (("x.zip", answer.content), ("policy", place.policy), ("old", place.old.encode())):
        (tmp_path / name).write_bytes(content)

    given = ("verify", tmp_path / "x.zip", "--policy", tmp_path / "policy", "--since", tmp_path / "old")
    checked = place.installation.givre(*given, "--lang", "en")

    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.splitlines()[-1] == "valid"
    assert answer.headers["content-type"] == "application/zip"
    manifest = json.loads(files_of(answer.content)["manifest.json"])
    assert [one["name"] for one in manifest["files"]] == [f"bags/{bag}/evidence.json" for bag in sorted(place.bags)]
    assert manifest["old_checkpoint"] == place.old
    assert {one["size"] for one in manifest["files"]} == {manifest["size"]}


def test_an_export_of_reports_is_verified_with_everything_in_it(place: Place) -> None:
    archive = place.export(content="report", since=place.old_size).content

    files = files_of(archive)
    assert set(files) == {*(f"bags/{bag}/report.json" for bag in place.bags), "manifest.json"}
    report = json.loads(files[f"bags/{place.second.products[0]}/report.json"])
    assert (report["format"], report["audience"]) == ("givre.report/v1", "auditor")
    key = place.hospital.get("/api/v1/ledger/keys").json()["receipts"][0]
    assert place.checked(archive, old_checkpoint=place.old, receipt_key=key).verdict == "valid"
    assert place.export(content="report", since=place.old_size).content == archive
    fresh = place.hospital.enrol().collection
    with_fresh = place.export(content="report").content
    assert f"bags/{fresh}/evidence.json" in files_of(with_fresh)
    assert place.checked(with_fresh).verdict == "valid"
    place.bags.append(fresh)
    name = f"bags/{place.bags[0]}/report.json"
    altered = {**json.loads(files[name]), "language": "de"}
    changed = zipped({**files, name: json.dumps(altered).encode()})
    assert failed(place.checked(changed)) == {"files", "contents"}


def test_the_same_files_make_the_same_bytes(place: Place) -> None:
    first, second = place.export(since=place.old_size), place.export(since=place.old_size)

    # Reading was recorded in between, and nothing was published: the same checkpoint, the same archive.
    assert first.content == second.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as opened_:
        assert {one.date_time for one in opened_.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_export_holds_the_scope_and_no_more(place: Place) -> None:
    principal = place.hospital.people["auditor1"]
    place.hospital.people["auditor9"] = replace(principal, audit=AuditScope(products=("kymriah",)))

    archive = place.export("auditor9").content

    assert set(files_of(archive)) == {f"bags/{place.first.collection}/evidence.json", "manifest.json"}
    assert json.loads(files_of(archive)["manifest.json"])["scope"]["products"] == ["kymriah"]
    assert place.checked(archive).verdict == "valid"
    place.hospital.people["auditor9"] = replace(principal, audit=AuditScope(products=("tecartus",)))
    nothing = place.export("auditor9")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "nothing-in-scope")


def test_an_export_is_recorded_before_it_is_given_and_the_next_one_goes_on_from_it(place: Place) -> None:
    person, site = place.hospital.people["quality1"], place.hospital.people["quality1"].site_id
    assert site is not None
    first = json.loads(files_of(place.export("quality1").content)["manifest.json"])

    (*_, said) = place.hospital.services.reader.history(site)
    assert (said.tag, said.actor) == ("access:export:read", person.subject_id)
    told = json.loads(said.body)
    assert (told["size"], told["bags"], told["since"]) == (first["size"], len(place.bags), None)
    place.hospital.publish()
    archive = place.export("quality1").content
    second = json.loads(files_of(archive)["manifest.json"])
    assert second["old_checkpoint"] == first["checkpoint"]
    assert second["size"] > first["size"]
    assert place.checked(archive, old_checkpoint=first["checkpoint"]).verdict == "valid"


def test_a_visit_that_never_was_is_refused(place: Place) -> None:
    answer = place.export(since=place.old_size - 1)

    assert (answer.status_code, answer.json()["code"]) == (404, "checkpoint-unknown")


def test_only_auditors_and_quality_export(place: Place) -> None:
    assert {place.export(login).status_code for login in ("pharm1", "coord1", "kite1", "admin1", "carrier1")} == {403}


def manifest_with(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def name_of(files: Files, at: int = 0) -> str:
    return sorted(files)[at]


def swapped(files: Files) -> Files:
    one, other = name_of(files), name_of(files, 1)
    return {**files, one: files[other], other: files[one]}


def swapped_knowingly(files: Files) -> Files:
    """Exchange two files, and their digests in the manifest with them."""

    def change(manifest: dict[str, Any]) -> None:
        one, other, *_ = manifest["files"]
        one["sha256"], other["sha256"] = other["sha256"], one["sha256"]
        one["events"], other["events"] = other["events"], one["events"]

    return manifest_with(swapped(files), change)


def cut_knowingly(files: Files) -> Files:
    """Take an event from a file, and write the manifest as if it had been so."""
    from hashlib import sha256  # noqa: PLC0415 - used here only

    name = name_of(files)
    evidence = json.loads(files[name])
    evidence["events"].pop()
    content = json.dumps(evidence).encode()

    def change(manifest: dict[str, Any]) -> None:
        (file,) = [one for one in manifest["files"] if one["name"] == name]
        file["sha256"], file["events"] = sha256(content).hexdigest(), file["events"] - 1

    return manifest_with({**files, name: content}, change)


TAMPERED: dict[str, tuple[Callable[[Files], Files], set[str]]] = {
    "a file exchanged for another": (swapped, {"files", "contents"}),
    "a file exchanged for another, and the manifest": (swapped_knowingly, {"contents"}),
    "an event taken from a file, and the manifest": (cut_knowingly, {"contents"}),
    "a file changed": (lambda files: {**files, name_of(files): files[name_of(files)] + b" "}, {"files"}),
    "a file taken out": (lambda files: {k: v for k, v in files.items() if k != name_of(files)}, {"files"}),
    "a file added": (lambda files: {**files, "bags/other.json": b"{}"}, {"files"}),
    "a file named twice": (
        lambda files: manifest_with(files, lambda m: m["files"].append(m["files"][0])),
        {"files"},
    ),
    "a file left out of the manifest": (lambda files: manifest_with(files, lambda m: m["files"].pop()), {"files"}),
    "a count in the manifest": (
        lambda files: manifest_with(files, lambda m: m["files"][0].update(events=99)),
        {"contents"},
    ),
    "another size in the manifest": (lambda files: manifest_with(files, lambda m: m.update(size=3)), {"checkpoint"}),
    "half of the last visit": (lambda files: manifest_with(files, lambda m: m.pop("consistency")), {"consistency"}),
    "a false proof of the last visit": (
        lambda files: manifest_with(files, lambda m: m["consistency"].append("0" * 64)),
        {"consistency"},
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_exchanged_in_an_archive_is_found_at_its_step(place: Place, what: str) -> None:
    change, steps = TAMPERED[what]
    files = files_of(place.export(since=place.old_size).content)
    assert place.checked(zipped(files)).verdict == "valid"

    report = place.checked(zipped(change(files)))

    assert (report.verdict, failed(report)) == ("invalid", steps)


def test_an_older_archive_is_not_taken_for_the_next_one(place: Place) -> None:
    before = place.export().content
    place.hospital.enrol()
    place.hospital.publish()
    newer = place.hospital.get("/api/v1/ledger/checkpoint").text

    report = place.checked(before, old_checkpoint=newer)

    assert (report.verdict, failed(report)) == ("invalid", {"consistency"})


def test_a_policy_of_one_s_own_is_asked_for(place: Place) -> None:
    archive = place.export().content

    assert verify(archive, Asked()).verdict == "unanchored"
    stale = place.checked(archive, now=2_000_000_000, max_age_seconds=60)
    assert (stale.verdict, failed(stale)) == ("stale", set())
