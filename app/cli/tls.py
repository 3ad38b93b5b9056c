"""``givre tls``: the installation's own authority, and what a tablet needs to trust it."""

from __future__ import annotations

import argparse
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from app.api.trust_page import TrustPage
from app.cli.command import Command
from app.kit.clock import SystemClock
from app.settings import Settings
from app.tls.certificates import fingerprint
from app.tls.chosen import own_authority


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page to print and hang up beside tablets")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="write the authority's certificate (PEM)")
    parser.add_argument(
        "--new-authority",
        action="store_true",
        help="put the authority aside and make another; every tablet must then be told to trust the new one",
    )


def _run(options: argparse.Namespace) -> int:
    settings, now = Settings(), SystemClock().now()
    own = own_authority(settings)
    found = own.begin_anew(now) if options.new_authority else own.authority(now)
    address = own.names.address(settings.port)
    if options.page is not None:
        page = TrustPage(found.public_bytes(Encoding.DER), address)
        options.page.write_bytes(page.html)
    if options.certificate is not None:
        options.certificate.write_bytes(found.public_bytes(Encoding.PEM))
    print(f"authority    {own.certificate}")
    print(f"SHA-256      {fingerprint(found)}")
    print(f"good until   {found.not_valid_after_utc:%Y-%m-%d}")
    print(f"vouches for  {' '.join([*own.names.hosts, *map(str, own.names.addresses)])}")
    print(f"to trust it  {address}/trust")
    return 0


COMMAND = Command("tls", "show the authority that tablets trust, or make another", _configure, _run)
