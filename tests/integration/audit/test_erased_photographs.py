"""A photograph goes with the event that says it is there, and with the identity of whom it may show."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import httpx2

from app.actions.erase_body import TAG
from app.actions.photographs import KEPT
from tests.hospital import Hospital, Journey
from tests.integration.api.accounts import PIN, registered
from tests.integration.api.test_api_attachments import handed_in, listed, observed, picture, shown

THIRTY_YEARS = 366 * 31


def erased(hospital: Hospital, what: str, target: str, reason: str) -> httpx2.Response:
    second = {"login": "pharm9", "pin": PIN}
    message = {"what": what, "target": target, "reason": reason, "second": second}
    return hospital.post("/api/v1/erasures", "quality1", json=message)


def kept_events(journey: Journey) -> list[dict[str, Any]]:
    path = f"/api/v1/bags/{journey.products[0]}/history"
    return [one for one in journey.hospital.get(path, "quality1").json()["items"] if one["tag"] == KEPT]


def erasing(journey: Journey) -> str:
    """Return the body of the event by which something of the bag was erased."""
    (body,) = (one.body for one in journey.hospital.services.reader.history(journey.products[0]) if one.tag == TAG)
    return body.decode()


def test_a_photograph_is_erased_with_its_event_and_with_the_identity(hospital: Hospital) -> None:
    registered(hospital, "pharm9", "pharmacist")
    journey = hospital.enrol()
    journey.to_the_end()
    first, second, awaited = picture("red"), picture("blue"), picture("green")
    scan = observed(journey, awaited, first, second)
    for photo in (first, second):
        assert handed_in(journey, photo, scan).status_code == 201
    one, other = kept_events(journey)

    answer = erased(hospital, "body", one["id"], "wrong-person")

    assert answer.status_code == 201, answer.text
    assert shown(journey, first).json()["code"] == "photo-absent"
    assert shown(journey, second).content == second
    # What one erasure took away says nothing of a photograph that has not come yet.
    assert [one["state"] for one in listed(journey)] == ["awaited", "erased", "kept"]
    assert answer.json()["events"]
    assert sha256(first).hexdigest() not in erasing(journey)
    assert handed_in(journey, awaited, scan).status_code == 201
    assert [one["state"] for one in listed(journey)] == ["kept", "erased", "kept"]

    hospital.clock.forward(days=THIRTY_YEARS)
    stored = hospital.services.reader.subject(journey.therapy, hospital.tenant)
    assert stored is not None
    answer = erased(hospital, "identity", str(stored.doc["patient"]), "retention-ended")

    assert answer.status_code == 201, answer.text
    assert shown(journey, second).json()["code"] == "photo-absent"
    assert [one["state"] for one in listed(journey)] == ["erased", "erased", "erased"]
    # The sealed bytes lie where they lay, and nothing opens them any more.
    assert hospital.services.blobs.holds(bytes.fromhex(other["body"]["photo"]["blob"]))
