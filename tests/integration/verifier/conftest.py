"""A service with a bag's whole custody, its files, and its page in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser import served
from tests.hospital import Hospital, opened
from tests.house import databases
from tests.integration.ledger.tampering import Case, trusting, witnessed


@dataclass(frozen=True)
class Place:
    """The service's address, and files that it gave."""

    hospital: Hospital
    url: str
    bag: str
    case: Case
    """Evidence under a policy with witnesses, and a reader's earlier checkpoint."""
    policy: bytes
    """The service's own policy, without witnesses."""
    receipt: str
    receipt_key: str
    report: bytes
    report_of_therapy: bytes
    pdf: bytes

    @property
    def plain(self) -> bytes:
        """The evidence as the service gives it."""
        return json.dumps(self.hospital.get(f"/api/v1/bags/{self.bag}/evidence", "quality1").json()).encode()


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Yield a hospital after one infusion."""
    folder = tmp_path_factory.mktemp("verifier")
    with databases.sqlite_copy(sqlite_template) as database, opened(database.url, folder) as hospital:
        journey = hospital.enrol()
        receipt = journey.to_the_end()["receipt"]["signed"]
        hospital.publish()
        bag = journey.products[0]

        def given(path: str, **query: object) -> bytes:
            answer = hospital.get(f"/api/v1/{path}", "quality1", params=query)
            assert answer.status_code == 200, answer.text
            return answer.content

        report, pdf = (given(f"bags/{bag}/report", format=one) for one in ("json", "pdf"))
        of_therapy = given(f"therapies/{journey.therapy}/report", format="json")
        older = json.loads(given(f"bags/{bag}/evidence"))
        hospital.enrol()
        hospital.publish()
        earlier = json.loads(given(f"bags/{bag}/evidence"))
        hospital.enrol().collected()
        hospital.publish()
        at = int(hospital.clock.now().timestamp())
        policy = given("ledger/policy")
        case = Case(
            evidence=witnessed(json.loads(given(f"bags/{bag}/evidence", since=earlier["size"])), at),
            policy=trusting(policy),
            old_checkpoint=earlier["checkpoint"],
            other=json.loads(given(f"bags/{journey.collection}/evidence")),
            older=witnessed(older, at),
        )
        key = json.loads(given("ledger/keys"))["receipts"][0]
        with served(hospital.api) as url:
            yield Place(hospital, url, bag, case, policy, receipt, key, report, of_therapy, pdf)
