"""``givre history``: everything that happened to a bag, from the collection it was made of, as a table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli.client import PublicApi
from app.cli.command import Command
from app.cli.pictures import PictureError
from app.cli.scan import bag_in
from app.cli.session import add_options, desk
from app.kit.texts import Text

_COLUMNS = (
    Text("n°", "no."),
    Text("quand", "when"),
    Text("étape", "step"),
    Text("verdict", "verdict"),
    Text("par", "by"),
    Text("avec", "with"),
)
_KINDS = {
    "collection": Text("Poche de prélèvement", "Collection bag"),
    "product": Text("Poche de médicament", "Product bag"),
}
_HEADING = Text("{kind} {id}, lot {lot}, état : {state}", "{kind} {id}, lot {lot}, state: {state}")


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bag", metavar="BAG", help="picture of the bag's label, its id, or any of its identifiers")
    add_options(parser)


def _run(options: argparse.Namespace) -> int:
    where = desk(options)
    with where.open() as api:
        api.sign_in(where.account(options.login))
        found = api.get(f"/api/v1/bags/{_bag_id(api, options.login, options.bag)}/history", options.login)
        parents = found["bag"].get("parents", ())
        before = [api.get(f"/api/v1/bags/{one}/history", options.login) for one in parents]
    for history in (*before, found):
        for line in table(history, where.language):
            print(line)
    return 0


def table(history: Mapping[str, Any], language: str) -> Iterator[str]:
    """Lay out the events of one bag, oldest first; times are those of this machine's zone."""
    bag = history["bag"]
    kind = _KINDS[bag["kind"]].say(language)
    yield _HEADING.filled(kind=kind, id=bag["id"], lot=bag.get("lot") or "—", state=bag["state"]).say(language)
    rows = [tuple(column.say(language) for column in _COLUMNS), *(_row(item) for item in history["items"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""


def _row(item: Mapping[str, Any]) -> Sequence[str]:
    when = datetime.fromisoformat(item["occurred_at"]).astimezone()
    erased = item.get("erased")
    verdict = erased["text"] if erased else " ".join(filter(None, (item["outcome"], item.get("code"))))
    people = (_who(item["actor"]), _who(item["witness"]))
    return (str(item["seq"]), f"{when:%Y-%m-%d %H:%M:%S}", item["step"] or item["tag"], verdict or "—", *people)


def _who(person: Mapping[str, Any] | None) -> str:
    return "—" if person is None else str(person["name"] or person["id"])


def _bag_id(api: PublicApi, login: str, bag: str) -> str:
    if Path(bag).is_file():
        return bag_in(api, login, Path(bag))
    found = api.get("/api/v1/bags", login, identifier=bag)["items"]
    if len(found) > 1:
        message = f"{bag!r} names {len(found)} bags: " + ", ".join(str(one["id"]) for one in found)
        raise PictureError(message)
    return str(found[0]["id"]) if found else bag


COMMAND = Command("history", "print everything that happened to a bag", _configure, _run)
