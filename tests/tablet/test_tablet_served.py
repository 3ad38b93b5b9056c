"""The service gives the app's files as a tablet needs them, and says so when nobody built them."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import httpx2
import pytest

from app.api.application import create_api
from app.api.tablet_files import TabletFiles, TabletNotBuiltError
from app.tablet import build
from tests.tablet.conftest import Place

PARTS = ("script", "style", "img", "media", "font", "connect", "worker", "manifest")


def worker_of(place: Place) -> dict[str, list[str]]:
    told = re.search(r'\{"edition":"[0-9a-f]+".*?\]\}', place.hospital.get("/app/sw.js").text)
    assert told is not None
    found: dict[str, list[str]] = json.loads(told[0])
    return found


def test_the_page_may_run_its_own_scripts_and_no_others(place: Place) -> None:
    answer = place.hospital.get("/")

    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert all(policy[f"{part}-src"].startswith("'self'") for part in PARTS)
    assert "camera=(self)" in answer.headers["permissions-policy"]


def test_what_the_page_names_is_there_and_kept_for_ever(place: Place) -> None:
    names = re.findall(r'"(/app/assets/[^"]+)"', place.hospital.get("/").text)

    assert names
    for name in names:
        answer = place.hospital.get(name)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/app/sw.js", "/app/manifest.webmanifest"])
def test_what_keeps_its_name_is_asked_for_again(place: Place, path: str) -> None:
    answer = place.hospital.get(path)
    again = place.hospital.get(path, headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


def test_the_worker_may_serve_the_whole_origin(place: Place) -> None:
    assert place.hospital.get("/app/sw.js").headers["service-worker-allowed"] == "/"


def test_the_worker_keeps_everything_but_itself_and_nothing_that_is_not_there(place: Place, built: Path) -> None:
    files = worker_of(place)["files"]

    made = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert set(files) == {f"/app/{name}" for name in made - {"index.html", "sw.js", build.STAMP}} | {"/"}
    assert [path for path in files if place.hospital.get(path).status_code != 200] == []


def test_a_file_travels_packed_to_whoever_unpacks_it(place: Place) -> None:
    plain = place.hospital.get("/app/sw.js", headers={"Accept-Encoding": "identity"})
    packed = place.hospital.get("/app/sw.js", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    picture = place.hospital.get("/app/icon-192.png", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 9, mtime=0))
    assert "content-encoding" not in picture.headers


@pytest.mark.parametrize(
    "path", ["/app/nothing.js", "/app/.sources", "/app/../build.py", "/app/", "/app/..%2fbuild.py"]
)
def test_nothing_else_is_there(place: Place, path: str) -> None:
    answer = place.hospital.get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_an_app_that_nobody_built_is_said(place: Place, tmp_path: Path) -> None:
    with pytest.raises(TabletNotBuiltError):
        TabletFiles(tmp_path).file("sw.js")

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=create_api(place.hospital.services, tablet=tmp_path))
        async with httpx2.AsyncClient(transport=transport, base_url="http://givre.test") as client:
            return await client.get("/", headers={"Accept-Language": "en"})

    answer = place.hospital.portal.call(asked)

    assert answer.status_code == 503
    assert answer.json()["code"] == "tablet-not-built"
    assert "dev.py run" in answer.json()["detail"]


def test_only_a_file_that_grows_smaller_is_packed(built: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"<")

    assert TabletFiles(tmp_path).file("index.html").packed is None
    assert TabletFiles(built).file("index.html").packed is not None


def test_a_changed_source_makes_the_build_an_old_one(built: Path, tmp_path: Path) -> None:
    assert build.is_fresh()
    # Of a copy: the sources themselves are built and compiled by the suite's other process at the same time.
    copy = tmp_path / "tablet"
    shutil.copytree(build.HERE, copy, ignore=shutil.ignore_patterns("dist*", "node_modules", "tests"))
    assert build.digest_of_sources(copy) == (built / build.STAMP).read_text("ascii")

    (copy / "src" / "core" / "added.ts").write_text("export {};\n", encoding="utf-8")

    assert build.digest_of_sources(copy) != build.digest_of_sources()
