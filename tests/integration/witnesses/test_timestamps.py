"""A third party's clock on our checkpoints: obtained once a day, kept, enclosed in evidence, checked offline."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.bootstrap import assemble, make_keys
from app.ledger.timestamps import TimestampError, stamped_at
from app.ledger.verify import Asked, verify
from app.settings import Settings
from app.witnesses.http import UnreachableError
from tests.hospital import NOON, Hospital, opened
from tests.house.databases import Database
from tests.integration.ledger.commands import Installation
from tests.integration.witnesses.authority import Authority
from tests.integration.witnesses.loopback import answering
from tests.twins.recorders import only


@contextmanager
def stamped(database: Database, folder: Path, authority: Authority, url: str) -> Iterator[Hospital]:
    certificates = folder / "tsa.pem"
    certificates.write_bytes(authority.pem)
    with opened(database.url, folder, tsa_url=url, tsa_certificate=certificates) as hospital:
        yield hospital


def tokens(database: Database) -> list[int]:
    return [row[0] for row in only(database.owner_url, "SELECT size FROM checkpoint_timestamp ORDER BY size")]


def statuses(evidence: dict[str, Any], policy: bytes, **asked: Any) -> dict[str, str]:
    report = verify(json.dumps(evidence).encode(), Asked(policy=policy, **asked))
    return {step.name: step.status for step in report.steps}


def test_a_token_a_day_is_kept_enclosed_and_checked(database: Database, tmp_path: Path) -> None:
    authority = Authority(NOON)
    with answering(authority) as url, stamped(database, tmp_path, authority, url) as hospital:
        assert hospital.witnesses is not None
        stamping = hospital.witnesses.stamping
        assert stamping is not None
        assert stamping.round() == 0  # nobody leads yet, and nothing is published
        journey = hospital.enrol()
        journey.collected()
        hospital.publish()

        assert (stamping.round(), stamping.round()) == (1, 0)
        hospital.clock.forward(hours=25)
        authority.at = hospital.clock.now()
        assert stamping.round() == 0  # a day has passed and nothing was published
        hospital.enrol().collected()
        hospital.publish()
        assert stamping.round() == 1
        assert (authority.asked, len(tokens(database))) == (2, 2)
        with pytest.raises(Exception, match=r"append-only|permission denied|not authorized"):
            only(database.url, "DELETE FROM checkpoint_timestamp")

        evidence = hospital.get(f"/api/v1/bags/{journey.collection}/evidence", "quality1").json()
        policy = hospital.get("/api/v1/ledger/policy").content
    installation = Installation(database, tmp_path)
    (tmp_path / "evidence.json").write_text(json.dumps(evidence), "utf-8")
    (tmp_path / "policy.txt").write_bytes(policy)
    asked = ("verify", tmp_path / "evidence.json", "--policy", tmp_path / "policy.txt", "--lang", "en")

    unchecked = installation.givre(*asked)
    checked = installation.givre(*asked, "--tsa-certificate", tmp_path / "tsa.pem")
    (tmp_path / "other.pem").write_bytes(Authority(NOON).pem)
    foreign = installation.givre(*asked, "--tsa-certificate", tmp_path / "other.pem")
    missing = installation.givre(*asked, "--tsa-certificate", tmp_path / "nowhere.pem")

    assert (unchecked.returncode, "1 time stamps are enclosed and not checked here" in unchecked.stdout) == (0, True)
    assert (checked.returncode, "Time stamps of a third party: 2026-12-01T12:00:00+00:00." in checked.stdout) == (
        0,
        True,
    )
    assert (foreign.returncode, "false, or of an authority you do not know" in foreign.stdout) == (1, True)
    assert (missing.returncode, "ledger-timestamp" in missing.stderr) == (1, True)
    # A token of this authority over something else, one that is no token, and a checkpoint of another history.
    text = evidence["timestamps"][0]["checkpoint"].rpartition("\n\n")[0] + "\n"
    assert statuses(evidence, policy, stamped=_against(authority))["stamps"] == "ok"
    for change in ({"token": "####"}, {"token": base64.b64encode(b"0").decode()}):
        changed = {**evidence, "timestamps": [{**evidence["timestamps"][0], **change}]}
        assert statuses(changed, policy, stamped=_against(authority))["stamps"] == "failed"
    unproven = {**evidence, "timestamps": [{**evidence["timestamps"][0], "consistency": []}]}
    assert statuses(unproven, policy, stamped=_against(authority))["stamps"] == "failed"
    with pytest.raises(TimestampError):
        stamped_at(base64.b64decode(evidence["timestamps"][0]["token"]), text.encode() + b"x", [authority.root])


def _against(authority: Authority) -> Any:
    def check(token: bytes, text: bytes) -> int | None:
        try:
            return int(stamped_at(token, text, [authority.root]).timestamp())
        except TimestampError:
            return None

    return check


def test_what_is_no_token_of_ours_is_not_kept(database: Database, tmp_path: Path) -> None:
    authority = Authority(NOON)
    with answering(authority) as url, stamped(database, tmp_path, authority, url) as hospital:
        hospital.publish()
        assert hospital.witnesses is not None
        stamping = hospital.witnesses.stamping
        assert stamping is not None
        for answer in (b"", b"0", authority.root.public_bytes(Encoding.DER)):
            authority.answer_as = answer
            with pytest.raises(TimestampError):
                stamping.round()
        authority.answer_as = None
        authority.at = NOON.replace(year=2025)  # not valid then, and a year off
        with pytest.raises(TimestampError):
            stamping.round()
        authority.at = NOON.replace(day=15)  # signed well, by a clock that is two weeks off
        with pytest.raises(TimestampError, match="puts the clock at"):
            stamping.round()
        authority.status = 503
        with pytest.raises(UnreachableError):
            stamping.round()
    assert tokens(database) == []


def test_an_authority_without_trusted_certificates_stops_the_start(sqlite_template: Path, tmp_path: Path) -> None:
    make_keys(tmp_path)
    with pytest.raises(TimestampError, match="GIVRE_TSA_CERTIFICATE"):
        assemble(Settings(data_dir=tmp_path, database_url=f"sqlite:///{sqlite_template}", tsa_url="http://127.0.0.1:1"))
    (tmp_path / "empty.pem").write_bytes(b"nothing")
    settings = Settings(
        data_dir=tmp_path,
        database_url=f"sqlite:///{sqlite_template}",
        tsa_url="http://127.0.0.1:1",
        tsa_certificate=tmp_path / "empty.pem",
    )
    with pytest.raises(TimestampError, match="PEM"):
        assemble(settings)
