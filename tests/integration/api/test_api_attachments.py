"""Photographs of an act: named by their digest, kept sealed, seen by those of the hospital, listed in the report."""

from __future__ import annotations

import io
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from PIL import Image, PngImagePlugin

from app.actions.photographs import KEPT
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey
from tests.integration.api.ledger_rows import tags_of


def picture(colour: str = "teal", kind: str = "JPEG", **more: Any) -> bytes:
    """Draw a picture; ``more`` is Pillow's for saving it."""
    held = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(held, kind, **more)
    return held.getvalue()


def placed() -> bytes:
    """A picture that tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0)}
    return picture(exif=exif)


def worded() -> bytes:
    """A picture with hidden text."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Camille Leblanc")
    return picture(kind="PNG", pnginfo=text)


def observed(journey: Journey, *photos: bytes, by: str = "tech1") -> str:
    """State what was seen, with photographs; return the id of the scan."""
    scan = new_id()
    details = {"note": "givre sur le coin", "photos": [sha256(one).hexdigest() for one in photos]}
    journey.hospital.taken(by, "observed", [journey.product_label()], scan_id=scan, details=details)
    return scan


def handed_in(journey: Journey, photo: bytes, scan: str, by: str = "tech1", **changes: Any) -> httpx2.Response:
    told = {"bag_id": journey.products[0], "scan_id": scan, **changes}
    return journey.hospital.post("/api/v1/attachments", by, data=told, files={"file": ("photo.exe", photo)})


def listed(journey: Journey, by: str = "pharm1") -> list[dict[str, Any]]:
    answer = journey.hospital.get(f"/api/v1/bags/{journey.products[0]}/attachments", by)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def shown(journey: Journey, photo: bytes, by: str = "pharm1") -> httpx2.Response:
    return journey.hospital.get(f"/api/v1/bags/{journey.products[0]}/attachments/{sha256(photo).hexdigest()}", by)


@pytest.fixture(scope="module")
def journey(house: Hospital) -> Journey:
    """A bag in its dewar."""
    found = house.enrol()
    found.to_store()
    return found


def test_a_photograph_is_kept_sealed_and_given_back_byte_for_byte(house: Hospital, journey: Journey) -> None:
    photo, other = picture("maroon"), picture("olive", "PNG")
    scan = observed(journey, photo, other)
    before = listed(journey)[-2:]

    first = handed_in(journey, photo, scan)
    again = handed_in(journey, photo, scan, by="pharm1")

    assert [one["state"] for one in before] == ["awaited", "awaited"]
    assert first.status_code == 201, first.text
    assert again.json() == first.json()
    assert (first.json()["media_type"], first.json()["size"]) == ("image/jpeg", len(photo))
    assert [one["state"] for one in listed(journey)[-2:]] == ["kept", "awaited"]
    given = shown(journey, photo)
    assert given.content == photo
    assert given.headers["content-type"] == "image/jpeg"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]
    assert shown(journey, other).json()["code"] == "photo-absent"
    # What lies in the blob store is neither the picture nor found by its digest.
    history = house.get(f"/api/v1/bags/{journey.products[0]}/history", "quality1").json()["items"]
    kept = [one["body"]["photo"] for one in history if one["tag"] == KEPT]
    blob = bytes.fromhex(kept[-1]["blob"])
    assert not house.services.blobs.holds(sha256(photo).digest())
    assert photo[100:140] not in b"".join(house.services.blobs.read(blob))


def test_each_look_at_a_photograph_is_on_record(house: Hospital, journey: Journey) -> None:
    photo = picture("navy")
    handed_in(journey, photo, observed(journey, photo))
    site = str(house.people["pharm1"].site_id)
    before = tags_of(house, site).count("access:photo:read")

    assert shown(journey, photo).status_code == 200
    assert tags_of(house, site).count("access:photo:read") == before + 1


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (placed(), "photo-tells-more"),
        (picture(comment=b"Camille"), "photo-tells-more"),
        (worded(), "photo-tells-more"),
        (b"<script>alert(1)</script>", "photo-unreadable"),
        (picture() + b"PK\x03\x04", "photo-unreadable"),
        (picture()[:-200], "photo-unreadable"),
        (picture(kind="GIF"), "photo-unreadable"),
        (b"", "photo-unreadable"),
    ],
    ids=["place", "comment", "text", "script", "archive", "cut", "gif", "nothing"],
)
def test_what_is_no_plain_picture_is_refused_and_leaves_nothing(journey: Journey, photo: bytes, code: str) -> None:
    scan = observed(journey, photo)

    answer = handed_in(journey, photo, scan)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert listed(journey)[-1]["state"] == "awaited"


def test_a_photograph_that_no_act_named_is_refused(house: Hospital, journey: Journey) -> None:
    named = picture("black")
    scan = observed(journey, named)

    assert handed_in(journey, picture("white"), scan).json()["code"] == "photo-not-named"
    assert handed_in(journey, named, new_id()).json()["code"] == "not-found"
    other = house.enrol()
    other.to_store("D1-T1-R1-B1-P2")
    assert handed_in(journey, named, scan, bag_id=other.products[0]).json()["code"] == "not-found"
    assert handed_in(journey, bytes(2_000_000), scan).status_code == 413


@pytest.mark.parametrize(
    "details", [["x" * 64], ["ab"], "ab" * 32, [1], ["ab" * 32] * 2, [f"{n:064x}" for n in range(9)]]
)
def test_what_is_no_list_of_digests_is_refused(house: Hospital, journey: Journey, details: Any) -> None:
    answer = house.scan("tech1", "observed", [journey.product_label()], details={"note": "RAS", "photos": details})

    assert (answer.status_code, answer.json()["code"]) == (422, "details-invalid")


def test_only_those_of_the_hospital_see_photographs(house: Hospital, journey: Journey) -> None:
    photo = picture("gray")
    handed_in(journey, photo, observed(journey, photo))

    assert shown(journey, photo, "kite1").status_code == 403
    assert shown(journey, photo, "auditor1").status_code == 403
    assert house.get(f"/api/v1/bags/{journey.products[0]}/attachments", "kite1").status_code == 403
    assert listed(journey, "auditor1")[-1]["state"] == "kept"
    stranger = house.get(f"/api/v1/bags/{new_id()}/attachments/{sha256(photo).hexdigest()}", "pharm1")
    assert stranger.status_code == 404


def test_the_catalogue_asks_for_photographs_and_for_the_retired_field_no_more(house: Hospital) -> None:
    steps = house.get("/api/v1/steps", "pharm1").json()["items"]
    fields = {one["tag"]: {field["name"]: field["kind"] for field in one["fields"]} for one in steps}

    assert {tag for tag, named in fields.items() if named.get("photos") == "digests"} == {
        "received",
        "inspected",
        "held",
        "observed",
    }
    assert all("photo" not in named for named in fields.values())


def test_a_report_lists_photographs_and_says_which_are_not_there(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_store("D1-T1-R1-B1-P3")
    there, absent = picture("pink"), picture("gold")
    scan = new_id()
    digests = [sha256(one).hexdigest() for one in (there, absent)]
    details = {"reason": "leak", "photos": digests}
    house.taken("pharm1", "held", [journey.product_label()], witness="pharm2", scan_id=scan, details=details)
    handed_in(journey, there, scan)
    house.publish()

    report = house.get(f"/api/v1/bags/{journey.products[0]}/report", "pharm1").json()
    printed = house.get(f"/api/v1/bags/{journey.products[0]}/report?format=pdf", "pharm1")

    (gap,) = [one for one in report["gaps"] if one["code"] == "photo-absent"]
    assert (gap["severity"], gap["text"].endswith(": 1.")) == ("missing", True)
    kept = next(one["event"] for one in report["trail"] if one["tag"] == KEPT)
    (held,) = [one for one in report["trail"] if one["tag"] == "custody:held:taken"]
    assert held["stated"]["photos"] == digests
    assert kept != held["event"]
    assert printed.status_code == 200
