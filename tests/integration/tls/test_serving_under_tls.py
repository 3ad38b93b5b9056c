"""``givre serve --tls`` for real: checked against the authority, trusted by a Chromium, and good for no other name."""

from __future__ import annotations

import io
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from PIL import Image
from playwright.sync_api import Error, Page

import tests.nss
from app.bootstrap import make_keys
from app.kit.clock import SystemClock
from app.tls.certificates import fingerprint, make_server, new_key
from app.tls.keeping import GivenCertificate
from app.tls.names import read_names
from app.tls.serving import TlsContext
from tests.browser import Chromium
from tests.house import databases
from tests.house.databases import PostgresTemplate
from tests.house.tracked import ROOT
from tests.tablet.by_hand import UPRIGHT, assert_accessible, keep_picture

START_SECONDS = 60
NAME, STRANGER = "givre.test", "bank.test"


@dataclass(frozen=True)
class Secure:
    """A service under TLS, and what it keeps."""

    port: int
    folder: Path
    said: Path

    @property
    def authority(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "tls" / "authority.pem").read_bytes())

    def ask(self, path: str, *, name: str = "127.0.0.1", method: str = "GET") -> httpx2.Response:
        trusting = ssl.create_default_context(cafile=str(self.folder / "tls" / "authority.pem"))
        with httpx2.Client(verify=trusting, trust_env=False) as client:
            url = f"https://127.0.0.1:{self.port}{path}"
            return client.request(method, url, headers={"Host": name}, extensions={"sni_hostname": name})


@pytest.fixture(scope="module")
def secure(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("secure")
    with databases.sqlite_copy(sqlite_template) as database, _served(database.url, folder) as (place, _):
        yield place


@contextmanager
def _served(url: str, folder: Path, workers: int = 1) -> Iterator[tuple[Secure, subprocess.Popen[bytes]]]:
    make_keys(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = Secure(free.getsockname()[1], folder, folder / "said.txt")
    own = {"GIVRE_DATA_DIR": str(folder), "GIVRE_DATABASE_URL": url, "GIVRE_WORKERS": str(workers)}
    options = ["--port", str(place.port), "--tls", "--tls-name", NAME]
    with place.said.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *options],
            cwd=ROOT,
            env={**os.environ, **own},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        _ready(place, process)
        yield place, process
    finally:
        process.terminate()
        process.wait(30)


def _ready(place: Secure, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError, OSError):
            if place.ask("/readyz").status_code == 200:
                return
        time.sleep(0.05)
    pytest.fail(f"the service did not start: {place.said.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="module")
def trusting(secure: Secure, chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Yield a browser that trusts the authority, and that finds every name on this machine."""
    home = tmp_path_factory.mktemp("home")
    database, certificate = home / ".pki" / "nssdb", secure.folder / "tls" / "authority.pem"
    subprocess.run([sys.executable, tests.nss.__file__, str(database), str(certificate)], check=True)
    browser = Chromium(chromium.program, "--host-resolver-rules=MAP * 127.0.0.1", home=home)
    yield browser
    browser.stop()


@pytest.mark.parametrize("name", [NAME, "localhost", "127.0.0.1"])
def test_every_name_is_checked_against_the_authority(secure: Secure, name: str) -> None:
    assert secure.ask("/healthz", name=name).status_code == 200


def test_whoever_does_not_trust_the_authority_or_asks_for_another_name_hears_nothing(secure: Secure) -> None:
    with pytest.raises(httpx2.ConnectError, match=r"self-signed|unable to get local issuer"):
        httpx2.get(f"https://127.0.0.1:{secure.port}/healthz", trust_env=False)
    with pytest.raises(httpx2.ConnectError, match="Hostname mismatch"):
        secure.ask("/healthz", name=STRANGER)
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://127.0.0.1:{secure.port}/healthz", trust_env=False)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/trust"),
        ("GET", "/api/v1/steps"),
        ("POST", "/api/v1/scans"),
        ("POST", "/api/v1/auth/token"),
    ],
)
def test_a_browser_is_told_to_come_back_by_tls_only_and_given_no_cookie(secure: Secure, method: str, path: str) -> None:
    answer = secure.ask(path, method=method)

    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "set-cookie" not in answer.headers


def test_the_fingerprint_is_told_at_the_console_on_the_page_and_in_its_picture(secure: Secure, tmp_path: Path) -> None:
    expected = fingerprint(secure.authority)
    sheet = tmp_path / "sheet.html"
    command = [sys.executable, "-m", "app", "tls", "--page", str(sheet), "--certificate", str(tmp_path / "ca.pem")]
    environment = {**os.environ, "GIVRE_DATA_DIR": str(secure.folder), "GIVRE_TLS_NAMES": NAME, "GIVRE_PORT": "8443"}

    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    page, given = secure.ask("/trust"), secure.ask("/trust/authority.crt")
    assert expected in secure.said.read_text()
    assert expected in told
    assert f"https://{NAME}:8443/trust" in told
    assert expected in page.text
    assert expected in sheet.read_text()
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(given.content) == secure.authority
    assert x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes()) == secure.authority
    again = secure.ask("/trust")
    assert again.headers["etag"] == page.headers["etag"]


def test_every_worker_of_several_speaks_for_the_same_authority(
    postgres_template: PostgresTemplate, tmp_path: Path
) -> None:
    with postgres_template.copy() as database, _served(database.url, tmp_path, workers=2) as (place, process):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        # One more child keeps account of what the workers share.
        workers = [one for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
        # A connection goes to whichever worker takes it: asked often enough, each has answered.
        answers = {place.ask("/readyz").status_code for _ in range(20)}
        told = [fingerprint(place.authority) in place.ask("/trust").text for _ in range(10)]
        with pytest.raises(httpx2.ConnectError, match=r"self-signed|unable to get local issuer"):
            httpx2.get(f"https://127.0.0.1:{place.port}/healthz", trust_env=False)

    assert len(workers) == 2
    assert answers == {200}
    assert all(told)
    assert process.returncode == 0, place.said.read_text(errors="replace")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", place.port), timeout=5)


def test_a_browser_that_trusts_the_authority_has_all_that_a_tablet_needs(secure: Secure, trusting: Chromium) -> None:
    def look(page: Page) -> tuple[bool, str, list[str]]:
        page.goto(f"https://{NAME}:{secure.port}/trust")
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
        codes = [found.text for found in zxingcpp.read_barcodes(picture)]
        assert_accessible(page)
        keep_picture(page, "trust")
        # The page of the verifier needs no build, and a worker as the tablet's does.
        page.goto(f"https://{NAME}:{secure.port}/verify")
        worker = page.evaluate("navigator.serviceWorker.register('/verify/sw.js').then((r) => r.scope)")
        return page.evaluate("isSecureContext"), worker, codes

    secure_context, scope, codes = trusting.visit(look, viewport=UPRIGHT)

    assert secure_context
    assert scope == f"https://{NAME}:{secure.port}/verify/"
    assert sorted(codes) == sorted([fingerprint(secure.authority), f"https://{NAME}:{secure.port}/trust"])


def test_the_same_browser_believes_the_authority_of_no_other_name(
    secure: Secure, trusting: Chromium, tmp_path: Path
) -> None:
    key, signing = new_key(), load_pem_private_key((secure.folder / "tls" / "authority.key").read_bytes(), None)
    assert isinstance(signing, EllipticCurvePrivateKey)
    forged = make_server(secure.authority, signing, key.public_key(), read_names([STRANGER, NAME]), SystemClock().now())
    own = make_server(secure.authority, signing, key.public_key(), read_names([NAME]), SystemClock().now())

    def visit(address: str, page: Page) -> str:
        try:
            page.goto(address)
        except Error as error:
            return error.message
        return page.content()

    for certificate, name, expected in ((own, NAME, "fine"), (forged, STRANGER, "ERR_CERT_INVALID")):
        pem = tmp_path / f"{name}.pem"
        pem.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + certificate.public_bytes(Encoding.PEM)
        )
        with elsewhere(pem) as port:
            assert expected in trusting.visit(partial(visit, f"https://{name}:{port}/"), expected=("404", "ERR_CERT"))


class _Fine(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def elsewhere(pem: Path) -> Iterator[int]:
    """Serve a page with this certificate, and yield its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Fine)
    server.socket = TlsContext(GivenCertificate(pem, None))(None, None).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
