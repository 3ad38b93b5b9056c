"""The short way in for lists of bags answers what the route behind it answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hospital import Hospital

PLAIN: tuple[dict[str, Any], ...] = (
    {},
    {"limit": 1},
    {"limit": "1", "state": "stored"},
    {"on_hold": "true"},
    {"on_hold": "no"},
    {"late": "true"},
    {"late": "false", "limit": 2},
    {"due_before": "2030-01-01T00:00:00+01:00"},
    {"product": "é & =?"},
    {"identifier": "A9990-000001"},
    {"cursor": "00000000-0000-0000-0000-000000000000", "limit": 1},
)
WRONG: tuple[dict[str, Any], ...] = (
    {"limit": 0},
    {"limit": ""},
    {"limit": "1.5"},
    {"cursor": "x"},
    {"state": "x" * 65},
    {"state": "\x00"},
    {"on_hold": "perhaps"},
    {"due_before": "2030-01-01"},
)


@pytest.fixture
def stocked(hospital: Hospital) -> Hospital:
    for position in ("P1", "P2"):
        hospital.enrol().to_store(f"D1-T1-R1-B1-{position}")
    return hospital


def test_the_door_answers_what_the_route_answers(stocked: Hospital) -> None:
    for login in ("pharm1", "kite1", "carrier1", "quality1"):
        for asked in PLAIN:
            door = stocked.get("/api/v1/bags", login, params=asked)
            route = stocked.get("/api/v1/bags", login, params={**asked, "unknown": "1"})
            assert (door.status_code, door.content) == (200, route.content), (login, asked)
            for name in ("etag", "cache-control", "content-type", "x-content-type-options"):
                assert door.headers[name] == route.headers[name]
            following = door.json()["next_cursor"]
            assert ("link" in door.headers) is (following is not None)
            again = stocked.get("/api/v1/bags", login, params=asked, headers={"If-None-Match": door.headers["etag"]})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", door.headers["etag"])


def test_the_link_leads_to_the_next_page_with_the_same_filters(stocked: Hospital) -> None:
    params: dict[str, Any] = {"limit": 1, "product": "yescarta", "state": "stored"}
    first = stocked.get("/api/v1/bags", "pharm1", params=params)
    path = first.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
    assert path.startswith("/api/v1/bags?limit=1&product=yescarta&state=stored&cursor=")
    second = stocked.get(path, "pharm1")
    assert [one["id"] for one in first.json()["items"]] != [one["id"] for one in second.json()["items"]]
    assert len(second.json()["items"]) == 1
    # A cursor in the question is replaced, not followed by another.
    third = stocked.get("/api/v1/bags", "pharm1", params={"cursor": first.json()["next_cursor"], "limit": 1})
    assert third.headers.get("link", "cursor=").count("cursor=") == 1


def test_a_change_shows_at_once_and_changes_the_tag(stocked: Hospital) -> None:
    before = stocked.get("/api/v1/bags", "pharm1")
    stocked.enrol()
    after = stocked.get("/api/v1/bags", "pharm1", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
    assert len(after.json()["items"]) == len(before.json()["items"]) + 1


def test_what_is_wrong_is_refused_by_the_route(stocked: Hospital) -> None:
    for asked in WRONG:
        answer = stocked.get("/api/v1/bags", "pharm1", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid"), asked
        assert answer.json()["errors"][0]["path"] == f"query.{next(iter(asked))}"
    twice = stocked.get("/api/v1/bags?limit=1&limit=2", "pharm1")
    assert (twice.status_code, len(twice.json()["items"])) == (200, 2)  # the last one counts, as everywhere


def test_the_door_asks_who_calls(stocked: Hospital) -> None:
    assert stocked.get("/api/v1/bags").json()["code"] == "token-missing"
    refused = stocked.get("/api/v1/bags", headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert stocked.get("/api/v1/bags", "admin1").json()["code"] == "role-refused"
    assert stocked.post("/api/v1/bags", "pharm1").status_code == 405
