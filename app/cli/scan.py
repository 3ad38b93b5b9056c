"""``givre scan``: decode pictures of labels and record a step with them, or several in turn, or only look them up."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.cli.answers import read_lines, refused_line, taken_line
from app.cli.client import PublicApi, act
from app.cli.command import Command
from app.cli.pictures import PictureError, Symbol, symbols_in, symbols_of
from app.cli.session import Desk, add_options, desk
from app.cli.statement import StatementError, Surroundings, meant_for, stated, words
from app.kit.clock import SystemClock
from app.kit.ids import new_id

LOOK_UP = "read"
TAKEN, REFUSED = 0, 3


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "images",
        nargs="*",
        metavar="[LABEL=]IMAGE",
        help="picture of a label (PNG or JPEG); cassette=IMAGE, rfic=IMAGE… for the other labels of a bag",
    )
    parser.add_argument("--text", action="append", default=[], help="a symbol's text, as a scanner sends it")
    parser.add_argument(
        "--step", required=True, metavar="TAG", help=f"step to record, or several: a,b,c; {LOOK_UP}: only look it up"
    )
    parser.add_argument("--with", dest="witness", metavar="LOGIN", help="second person, who signs with their PIN")
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help="what is stated")
    parser.add_argument("--expect", type=Path, metavar="IMAGE", help="label of the bag that it must be")
    parser.add_argument("--examples", action="store_true", help="state the catalogue's examples (demonstration only)")
    add_options(parser)


def _run(options: argparse.Namespace) -> int:
    symbols = [*_seen(options.images), *(Symbol(text) for text in options.text)]
    if not symbols and options.step == LOOK_UP:
        message = "there is nothing to read: name a picture, or a symbol's text with --text"
        raise PictureError(message)
    where = desk(options)
    with where.open() as api:
        api.sign_in(where.account(options.login))
        catalogue = api.get("/api/v1/steps", options.login)["items"]
        if options.step == LOOK_UP:
            return _look_up(api, options.login, symbols, where)
        return _record(api, options, symbols, catalogue, where)


def _seen(images: Sequence[str]) -> Iterator[Symbol]:
    for image in images:
        yield from symbols_of(image)


def _look_up(api: PublicApi, login: str, symbols: Sequence[Symbol], where: Desk) -> int:
    found = api.read(login, symbols)
    for line in read_lines(found, where.language):
        print(line)
    return TAKEN if found["subjects"] else REFUSED


def _record(
    api: PublicApi,
    options: argparse.Namespace,
    symbols: Sequence[Symbol],
    catalogue: Sequence[Mapping[str, Any]],
    where: Desk,
) -> int:
    tags = options.step.split(",")
    steps = {one["tag"]: one for one in catalogue}
    if unknown := [tag for tag in tags if tag not in steps]:
        message = f"no step is called {unknown[0]!r}; there are {LOOK_UP}, {', '.join(steps)}"
        raise StatementError(message)
    given, now = words(options.set), SystemClock().now()
    stages = [steps[tag] for tag in tags]
    # Everything is stated before anything is recorded: a word that is wrong stops the first step, not the last.
    statements = [
        stated(step, meant_for(step, given, stages), Surroundings(now, symbols_in), examples=options.examples)
        for step in stages
    ]
    expected = bag_in(api, options.login, options.expect) if options.expect is not None else None
    witness = where.witness(options.witness) if options.witness is not None else None
    for step, details in zip(stages, statements, strict=True):
        happened = act(step["tag"], symbols, details, now=SystemClock().now(), scan_id=new_id(), bag=expected)
        # Among several steps, the second person signs those that ask for one: the carrier does not witness the packing.
        recorded = api.record(options.login, happened, witness if step["witness"] or len(stages) == 1 else None)
        if not recorded.taken:
            print(refused_line(recorded.content, where.language))
            return REFUSED
        print(taken_line(recorded.content, catalogue, where.language, role=where.role(options.login)))
    return TAKEN


def bag_in(api: PublicApi, login: str, picture: Path) -> str:
    """Return the id of the one bag that a picture's label names.

    Raises:
        PictureError: it names none, or several.
    """
    subjects = api.read(login, symbols_in(picture))["subjects"]
    bags = [str(one["id"]) for one in subjects if one["type"] == "bag"]
    if len(bags) != 1:
        message = f"{picture} names {len(bags)} bags that {login} may see: one is needed"
        raise PictureError(message)
    return bags[0]


COMMAND = Command("scan", "record a step from pictures of labels", _configure, _run)
