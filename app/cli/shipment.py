"""``givre shipment``: open a shipment, so that bags can be packed into its shipper."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.command import Command
from app.cli.pictures import symbols_in
from app.cli.session import add_options, desk
from app.kit.texts import Text

OPENED = Text("OUVERT  transport {id}  conteneur {shipper}", "OPENED  shipment {id}  shipper {shipper}")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shipper", required=True, type=Path, metavar="IMAGE", help="picture of the shipper's label")
    parser.add_argument("--to", required=True, metavar="SITE", help="code of the site it goes to")
    parser.add_argument("--carrier", required=True, metavar="SITE", help="code of the carrier's site")
    add_options(parser)


def _run(options: argparse.Namespace) -> int:
    shipper = symbols_in(options.shipper)[0].text
    where = desk(options)
    with where.open() as api:
        api.sign_in(where.account(options.login))
        message = {"shipper": shipper, "to_site": options.to, "carrier_site": options.carrier}
        opened = api.post("/api/v1/shipments", options.login, message)
    print(OPENED.filled(id=opened["id"], shipper=opened["shipper"]).say(where.language))
    return 0


COMMAND = Command("shipment", "open a shipment", _configure, _run)
