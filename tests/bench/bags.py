"""``GET /bags`` over a hundred thousand bags, against its own statement run bare through the same driver.

A list that finds a page full is held to five times its statement. One that finds a bag or four is a look-up, and its
statement takes less time than any answer over HTTP does (decision 191): it is held to what a full page of the same
server costs, and its ratios to its statement, and to the least answer over HTTP, are printed beside it.
"""

from __future__ import annotations

import json
import random
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Engine, Select, create_engine, text
from sqlalchemy.pool import NullPool

from app.actions.reader import Scope
from app.custody.bag import Bag, State
from app.db.arrays import insert_rows
from app.db.engine import open_engine
from app.db.migrate import upgrade
from app.db.repositories.bag_query import bags_query
from app.db.tables import METADATA
from app.kit.clock import SystemClock, rfc3339
from app.kit.ids import new_id
from tests.bench.bare_http import answering
from tests.bench.serving import serving
from tests.hospital import TestClock, opened
from tests.postgres import start

BAGS, LIMIT = 100_000, 50
PAGES = (1, 10, 1000)
ROUNDS = 5
MOST_TIMES_BARE = 5.0
MOST_GROWTH = 1.3
"""How much dearer than the first page a later one may be: what is left of noise between medians."""
_STATES = (*[State.STORED] * 60, *[State.INFUSED] * 25, *State)
_PRODUCTS = (*["yescarta"] * 70, *["kymriah"] * 29, "breyanzi")


@dataclass(frozen=True, slots=True)
class Asked:
    """One list: the query's words, and the filters they become."""

    name: str
    words: Mapping[str, str]
    filters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seeded:
    """A database full of bags, a token, and what can be asked for."""

    kind: str
    url: str
    folder: Path
    token: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in seconds of one page: over HTTP, bare, and (beside a look-up) the least answer over HTTP of its size.

    ``uses`` names the indexes that the database says it uses.
    """

    asked: str
    page: int
    served: float
    bare: float
    http: float | None
    uses: str


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target."""
    quick = "--quick" in options
    count = 5_000 if quick else BAGS
    rounds = 2 if quick else ROUNDS
    missed = 0
    with tempfile.TemporaryDirectory() as name, start() as server:
        server.create_database("givre")
        lite = Path(name, "givre.sqlite3")
        for kind, url in (("postgresql", server.url("givre")), ("sqlite", f"sqlite:///{lite}")):
            folder = Path(name, kind)
            folder.mkdir()
            seeded = _seeded(kind, url, folder, count)
            with serving(seeded.url, seeded.folder) as port:
                costs = [
                    cost for asked in seeded.asked for cost in _costs(seeded, asked, port, count=count, rounds=rounds)
                ]
            missed += _report(kind, costs)
    return 1 if missed else 0


def _seeded(kind: str, url: str, folder: Path, count: int) -> Seeded:
    upgrade(url)
    clock = TestClock()
    with opened(url, folder, clock=clock, development=True) as hospital:
        clock.at = SystemClock().now()
        who = hospital.people["pharm1"]
        token = hospital.services.authority.issue_access(who, clock.now(), timedelta(hours=2), jti="bench")
        sites = {login: str(hospital.people[login].site_id) for login in ("pharm1", "nurse1", "carrier1")}
        makers = [hospital.people[login].organisation_id for login in ("kite1", "nov1")]
    asked = _fill(url, count, sites=(*[sites["pharm1"]] * 8, sites["nurse1"], sites["carrier1"]), makers=makers)
    return Seeded(kind, url, folder, token, asked)


def _fill(url: str, count: int, *, sites: tuple[str, ...], makers: list[str]) -> tuple[Asked, ...]:
    """Write bags without a history: a list reads none of it. The same seed makes the same bags."""
    chance = random.Random(7)  # noqa: S311  # the same bags every time, and nothing secret
    engine = open_engine(url, pool_size=1, guarded=False)
    first: Bag | None = None
    with engine.begin() as connection:
        for begin in range(0, count, 2000):
            bags = [invented_bag(chance, number, sites, makers) for number in range(begin, min(begin + 2000, count))]
            first = first or bags[0]
            _insert(connection, bags)
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()
    assert first is not None
    due = "2027-06-01T00:00:00.000Z"
    value = first.identifiers[0].split(":", 2)[2]
    return (
        Asked("everything", {}, {}),
        Asked("state", {"state": "stored"}, {"state": "stored"}),
        Asked("rare state", {"state": "lost"}, {"state": "lost"}),
        Asked("site", {"site": sites[0]}, {"custodian": sites[0]}),
        Asked("product", {"product": "yescarta"}, {"product": "yescarta"}),
        Asked("rare product", {"product": "breyanzi"}, {"product": "breyanzi"}),
        Asked("lot", {"lot": str(first.lot)}, {"lot": first.lot}),
        Asked("on hold", {"on_hold": "true"}, {"on_hold": True}),
        Asked("not on hold", {"on_hold": "false"}, {"on_hold": False}),
        Asked("late", {"late": "true"}, {"overdue_at": rfc3339(SystemClock().now())}),
        Asked("due", {"due_before": due}, {"due_before": due}),
        Asked("due soon", {"due_before": "2026-01-08T00:00:00Z"}, {"due_before": "2026-01-08T00:00:00.000Z"}),
        Asked(
            "identifier",
            {"identifier": value},
            {"identifier": [f"chu|{one}::{value}" for one in ("din", "container", "sgtin", "givre-bag", "coi")]},
        ),
        Asked(
            "state, site, product",
            {"state": "stored", "site": sites[0], "product": "yescarta"},
            {"state": "stored", "custodian": sites[0], "product": "yescarta"},
        ),
    )


def invented_bag(chance: random.Random, number: int, sites: tuple[str, ...], makers: list[str]) -> Bag:
    state = chance.choice(_STATES)
    product = chance.choice(_PRODUCTS)
    day = chance.randrange(0, 900)
    year, month = 2026 + day // 360, 1 + day % 360 // 30
    held = chance.random() < 0.02
    return Bag(
        id=new_id(),
        therapy=new_id(),
        patient=new_id(),
        kind="product",
        form="bag",
        state=state.value,
        custodian=chance.choice(sites),
        product=product,
        profile_version=1,
        manufacturer=makers[product == "kymriah"],
        ordinal=1,
        of=1,
        identifiers=[f"container::A9991{number:010d}", f"din::A9991{number:08d}", f"product-code::S12954A{number % 9}"],
        lot=f"LOT{number // 4:06d}",
        expires_at=f"{year}-{month:02d}-{1 + day % 30:02d}T21:59:00.000Z",
        position=None,
        holds=[{"id": new_id(), "reason": "seal", "since": "2026-12-01T12:00:00.000Z", "lift": [["quality"]]}]
        if held
        else [],
        marks=dict.fromkeys(("manufactured", "released", "packed", "received", "stored"), "2026-12-01T12:00:00.000Z"),
        parents=[new_id()],
    )


def _insert(connection: Connection, bags: list[Bag]) -> None:
    tables = METADATA.tables
    docs = [bag.to_doc() for bag in bags]
    insert_rows(
        connection,
        tables["subject"],
        [
            {
                "id": bag.id,
                "tenant": "chu",
                "kind": "bag",
                "parent": bag.therapy,
                "pseudonym": bytes(32),
                "chain_key": bytes(60),
                "vault_key": bytes(60),
                "seq": 5,
                "head": bytes(32),
                "doc": json.dumps(doc, ensure_ascii=False, separators=(",", ":")),
            }
            for bag, doc in zip(bags, docs, strict=True)
        ],
    )
    columns = [column.name for column in tables["bag"].columns]
    held = [{"tenant": "chu", "on_hold": bool(bag.holds), "due_at": bag.due_at} for bag in bags]
    insert_rows(
        connection,
        tables["bag"],
        [{name: {**doc, **more}[name] for name in columns} for doc, more in zip(docs, held, strict=True)],
    )
    insert_rows(
        connection,
        tables["identifier"],
        [
            {"key": f"chu|{key}", "subject": bag.id, "exclusive": None, "active": True}
            for bag in bags
            for key in bag.identifiers[:2]
        ],
    )


def _costs(seeded: Seeded, asked: Asked, port: int, *, count: int, rounds: int) -> Iterator[Cost]:
    engine = create_engine(seeded.url, poolclass=NullPool)
    scope = Scope("chu")
    with engine.connect() as connection, ExitStack() as held:
        runs: dict[int, tuple[tuple[Callable[[], object], ...], Select[Any]]] = {}
        for page in PAGES:
            after = _cursor(connection, scope, asked, page) if page * LIMIT <= count else None
            if page > 1 and after is None:
                continue  # the list is shorter than that
            query = bags_query(scope, asked.filters, after=after, limit=LIMIT)
            words = {**asked.words, "limit": str(LIMIT), **({"cursor": after} if after is not None else {})}
            client = held.enter_context(closing(Client(port, f"/api/v1/bags?{urlencode(words)}", seeded.token)))
            ways: tuple[Callable[[], object], ...] = (client.get, _bare(engine, connection, query))
            if len(connection.execute(query).all()) < LIMIT and page == 1:
                nothing = held.enter_context(answering(client.get()))
                ways = (*ways, held.enter_context(closing(Client(nothing, "/", seeded.token))).get)
            runs[page] = (ways, query)
        times: dict[int, list[list[float]]] = {page: [[] for _ in ways] for page, (ways, _) in runs.items()}
        for _ in range(rounds):  # the pages take turns: what else the machine does meanwhile befalls each alike
            for page, (ways, _query) in runs.items():
                for run, found in zip(ways, times[page], strict=True):
                    found.append(_median(run, 30))
        for page, (_ways, query) in runs.items():
            served, alone, *http = (statistics.median(found) for found in times[page])
            yield Cost(asked.name, page, served, alone, http[0] if http else None, _indexes(connection, query))
    engine.dispose()


def _cursor(connection: Connection, scope: Scope, asked: Asked, page: int) -> str | None:
    if page == 1:
        return None
    every = bags_query(scope, asked.filters, after=None, limit=LIMIT).limit(1).offset((page - 1) * LIMIT - 1)
    found = connection.execute(every).first()
    return str(found.id) if found is not None else None


def _bare(engine: Engine, connection: Connection, query: Select[Any]) -> Callable[[], None]:
    """Return the statement as a call of the driver alone: sent, answered, every row taken."""
    compiled = query.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    parameters: Any = compiled.params
    if compiled.positional:
        parameters = tuple(compiled.params[name] for name in compiled.positiontup or ())
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    if engine.dialect.name == "postgresql":
        driver.prepare_threshold = 2

    def run() -> None:
        cursor.execute(str(compiled), parameters)
        cursor.fetchall()

    return run


def _median(run: Callable[[], object], times: int) -> float:
    run()
    found = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def _indexes(connection: Connection, query: Select[Any]) -> str:
    spelled = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    words = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{words} {spelled}"))
    scans = re.findall(r"Seq Scan on (bag|subject|identifier)|SCAN (bag|subject|identifier)\b(?! USING)", plan)
    found = list(dict.fromkeys(re.findall(r"(?:INDEX|using) (\w+)", plan)))
    return ("WHOLE TABLE " if scans else "") + ", ".join(found)


class Client:
    """One connection, one request, again and again."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = f"GET {path} HTTP/1.1\r\nHost: givre\r\nAuthorization: Bearer {token}\r\n\r\n".encode()

    def get(self) -> int:
        """Ask once; return the size of what is answered, in bytes."""
        self._socket.sendall(self._request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(262_144)
        head, _, body = answer.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if found is None or not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(answer.decode(errors="replace"))
        missing = int(found[1]) - len(body)
        while missing > 0:
            missing -= len(self._socket.recv(262_144))
        return int(found[1])

    def close(self) -> None:
        self._socket.close()


def _report(kind: str, costs: list[Cost]) -> int:
    missed = 0
    first: dict[str, float] = {}
    full = costs[0].served  # a page of everything
    print(f"{kind:24}{'page':>6}{'served ms':>11}{'bare ms':>9}{'ratio':>7}{'/ page 1':>10}  index")
    for cost in costs:
        ratio = cost.served / cost.bare
        growth = cost.served / first.setdefault(cost.asked, cost.served)
        is_look_up = cost.http is not None
        bad = [
            *(["DEARER THAN BARE"] if not is_look_up and ratio > MOST_TIMES_BARE else []),
            *(["DEARER THAN A PAGE"] if is_look_up and cost.served > full else []),
            *(["GROWS"] if growth > MOST_GROWTH else []),
        ]
        missed += bool(bad)
        print(
            f"{cost.asked:24}{cost.page:>6}{cost.served * 1e3:>11.2f}{cost.bare * 1e3:>9.2f}{ratio:>7.1f}"
            f"{growth:>10.2f}  {cost.uses} {' '.join(bad)}"
        )
        if cost.http is not None:
            print(
                f"{'':30}a look-up: {cost.served / full:.2f} of a full page; the least answer over HTTP takes "
                f"{cost.http * 1e3:.2f} ms, {cost.http / cost.bare:.1f} times its statement"
            )
    return missed
