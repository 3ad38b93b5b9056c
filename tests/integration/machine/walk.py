"""Anybody does anything to two patients' bags over HTTP, and after each act the whole state is looked at."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from app.actions.register_dewar import RegisterDewar
from app.barcodes.build import internal
from app.cryostore.dewar import Shape
from app.cryostore.layout import Layout
from app.custody.bag import Bag
from app.custody.machine import next_steps
from app.custody.rules import RULES
from app.custody.step import Step
from app.custody.steps import STEPS
from app.ledger.receipt import open_receipt
from app.ledger.signers.ed25519 import Ed25519Verifier
from tests.hospital import READY, Hospital, Journey

WARM = frozenset({"thawing", "thawed", "issued", "infusing"})
SPENT = frozenset({"infused", "consumed", "destroyed", "returned", "lost"})
KEPT_WHILE_HELD = frozenset(
    {
        ("packed", "in_transit"),
        ("in_transit", "received"),
        ("received", "accepted"),
        ("received", "stored"),
        ("accepted", "stored"),
        ("collected", "stored"),
        ("retrieved", "stored"),
        ("stored", "retrieved"),
        ("thawing", "thawed"),
        ("infusing", "infused"),
    }
)
"""What may happen to a bag on hold, besides its end: it is kept, looked at, or what runs runs out (domain §3)."""
LEGS: tuple[Callable[[Journey], object], ...] = (
    Journey.collected,
    Journey.manufactured,
    Journey.released,
    Journey.received,
    Journey.accepted,
    lambda journey: journey.stored(f"{journey.dewar}-T1-R1-B1-P1"),  # type: ignore[attr-defined]  # set by Walk
    lambda journey: journey.retrieved(f"{journey.dewar}-T1-R1-B1-P1"),  # type: ignore[attr-defined]  # the same
    Journey.thawed,
    Journey.issued,
    Journey.identified,
)
_SUBJECTS = text("SELECT id, kind, seq, doc FROM subject WHERE id > :first ORDER BY id")
POSITIONS = 3
MOST_RULES = 16
MINUTE = timedelta(minutes=1)
OUTCOMES = {201: "taken", 409: "refused", 422: "unread", 403: "turned away"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One subject as the database has it."""

    kind: str
    seq: int
    doc: str

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.doc)
        return found


@dataclass
class Explored:
    """What was tried, whatever came of it."""

    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    transitions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        taken = sum(number for (_, outcome), number in self.acts.items() if outcome == "taken")
        refused = sum(number for (_, outcome), number in self.acts.items() if outcome == "refused")
        return (
            f"{self.acts.total()} acts ({taken} taken, {refused} refused) of {len({tag for tag, _ in self.acts})} "
            f"steps; {self.transitions.total()} transitions, {len(self.transitions)} different; "
            f"{len(self.codes)} reasons of refusal"
        )


@dataclass(frozen=True, slots=True)
class Act:
    """One attempt: who, what, with which symbols, and who stood beside."""

    tag: str
    login: str
    symbols: tuple[Any, ...]
    witness: str | None
    details: Mapping[str, Any]
    overriding: tuple[str, ...] = ()
    authoriser: str | None = None
    minutes_ago: int = 0


class Walk:
    """Two therapies in one hospital, and everything that has been done to them."""

    def __init__(self, hospital: Hospital, url: str, explored: Explored, number: int) -> None:
        self.hospital = hospital
        self.explored = explored
        self._engine = create_engine(url, poolclass=StaticPool, isolation_level="AUTOCOMMIT")
        self._first = max(self._rows("").keys(), default="")
        self.dewar = f"W{number}"
        pharmacist = hospital.people["pharm1"]
        shape = Shape(1, 1, 1, POSITIONS)
        self._dewar = hospital.submit(
            RegisterDewar(pharmacist, self.dewar, "Cuve", -196, "qualified", Layout.regular(shape))
        )["id"]
        self.sites = {str(one.site_id) for one in hospital.people.values()}
        self.journeys: list[Journey] = []
        self.labels: dict[str, tuple[Journey, str]] = {}
        self.identified: dict[str, tuple[str, str, str]] = {}
        self.thawed: set[str] = set()
        self.events: dict[str, str] = {}

    def close(self) -> None:
        self._engine.dispose()

    def begin(self, legs: int, *, bags: int, maker: str) -> None:
        """Take a new patient's cells some legs along the main road."""
        product = {"kite": "yescarta", "novartis": "kymriah"}[maker]
        journey = self.hospital.enrol(product=product, maker=maker)
        journey.dewar = self.dewar  # type: ignore[attr-defined]  # where its bags go
        self.journeys.append(journey)
        before = self.snapshot()
        for number, leg in enumerate(LEGS[:legs]):
            if number == 1:
                journey.manufactured(bags if maker == "novartis" else 1)  # one bag a dose of the other's product
            elif number == 5 and len(self.journeys) > 1:
                journey.stored(f"{self.dewar}-T1-R1-B1-P2")
            elif number == 6 and len(self.journeys) > 1:
                journey.retrieved(f"{self.dewar}-T1-R1-B1-P2")
            else:
                leg(journey)
        self.learn(before, self.snapshot())
        if legs == len(LEGS):
            people = self.hospital.people
            self.identified[journey.products[0]] = (
                people["nurse1"].subject_id,
                people["doctor1"].subject_id,
                journey.wristband,
            )

    # --- what can be tried -------------------------------------------------------------------------------------------

    @property
    def bags(self) -> list[str]:
        return list(self.labels)

    def offered(self, bag: str) -> list[str]:
        return list(next_steps(Bag.from_doc(self.snapshot()[bag].state)))

    def proper(self, tag: str, bag: str) -> Act:
        """Return the act as it should be done to this bag, as far as that can be known from outside."""
        step, stored = STEPS[tag], self.snapshot()
        doc = stored[bag].state
        journey, label = self.labels[bag]
        actor = self._person(step.roles, doc["custodian"])
        symbols = [one for slot in step.slots for one in self._symbols(slot.role, doc, stored) if slot.required]
        details: dict[str, Any] = {}
        match tag:
            case "thaw_started":
                details = {**READY, "mri_available": True, "neurologist_reachable": True}
            case "inspected":
                symbols += journey.layers(max(1, int(doc["ordinal"])))
                details = {"certificate": "COA-1"}
            case "handed_over":
                symbols = [self._shipper(doc, stored)] if doc["shipment"] is not None else [label]
            case "infusion_ended":
                details = {"completeness": "whole"}
            case "hold_lifted" if doc["holds"]:
                details = {"hold": doc["holds"][0]["id"]}
                return Act(tag, *self._lifters(doc["holds"][0]["lift"], symbols), details)
            case "packed" if STEPS[tag].after(doc["kind"], doc["state"]) is not None:
                self._shipper_for(journey, doc, stored)
                symbols = [label, self._shipper(doc, self.snapshot())]
            case "manufactured":
                details = {
                    "lot": f"LOT{journey.number:04d}",
                    "bags": [{"symbols": [journey.product_label(one)]} for one in (1, 2)],
                }
            case "corrected":
                details = {"event": self.events.get(bag, bag), "field": "note", "old": "RAS", "new": "vu"}
            case "labelled":
                symbols = [label, {"text": label, "role": "label"}]
        return Act(tag, actor, tuple(symbols), self._witness(step, actor, doc["custodian"]), details)

    def open_shipment(self, sender: str, to: str) -> None:
        """Make a shipper ready at the sender's site."""
        shipper = self.journeys[0].shipper(f"leg-{len(self.snapshot())}")
        self.hospital.post(
            "/api/v1/shipments", sender, json={"shipper": shipper, "to_site": to, "carrier_site": "CRYO"}
        )

    def _shipper_for(self, journey: Journey, doc: Mapping[str, Any], stored: Mapping[str, Stored]) -> None:
        site = doc["custodian"]
        if any(s.state["state"] == "open" and s.state["from_site"] == site for s in self._of("shipment", stored)):
            return
        senders = [login for login in ("efs1", "pharm1", "kite1", "nov1") if self._site(login) == site]
        to = "PUI" if doc["kind"] == "product" and site != self._site("pharm1") else journey.maker_site
        if senders:
            self.open_shipment(senders[0], to)

    def _lifters(self, groups: list[list[str]], symbols: list[Any]) -> tuple[str, tuple[Any, ...], str | None]:
        chosen: list[str] = []
        for group in groups:
            able = [login for login, one in self.hospital.people.items() if set(group) & one.roles]
            chosen.append(next((login for login in able if login not in chosen), "admin1"))
        return chosen[0], tuple(symbols), chosen[1] if len(chosen) > 1 else None

    def _site(self, login: str) -> str:
        return str(self.hospital.people[login].site_id)

    def _of(self, kind: str, stored: Mapping[str, Stored]) -> list[Stored]:
        return [one for one in stored.values() if one.kind == kind]

    def _symbols(self, role: str, doc: Mapping[str, Any], stored: Mapping[str, Stored]) -> list[Any]:
        journey, label = self.labels[doc["id"]]
        match role:
            case "bag":
                return [label]
            case "patient":
                return [journey.wristband]
            case "document":
                return [journey.document]
            case "position":
                return [internal("P", doc["position_code"] or self._free(stored))]
            case "shipper":
                return [self._shipper(doc, stored)]
        return []

    def position(self, bag: str) -> str:
        """Return the label of the position a bag is in; of a position that nobody has, when it is in none."""
        return internal("P", self.snapshot()[bag].state["position_code"] or f"{self.dewar}-T9-R9-B9-P9")

    def _free(self, stored: Mapping[str, Stored]) -> str:
        places = [one.state for one in self._of("position", stored)]
        free = [str(one["code"]) for one in places if one["bag"] is None]
        return free[0] if free else str(places[0]["code"])

    def _shipper(self, doc: Mapping[str, Any], stored: Mapping[str, Stored]) -> str:
        shipments = [one.state for one in self._of("shipment", stored)]
        fitting = [one for one in shipments if one["id"] == doc["shipment"]]
        fitting += [one for one in shipments if one["state"] == "open" and one["from_site"] == doc["custodian"]]
        return internal("S", fitting[0]["shipper"] if fitting else "SHIP-0")

    def _person(self, roles: frozenset[str], site: str) -> str:
        able = [login for login, one in self.hospital.people.items() if roles & one.roles]
        return next((login for login in able if self.hospital.people[login].site_id == site), (able or ["admin1"])[0])

    def _witness(self, step: Step, actor: str, site: str) -> str | None:
        rule = step.witness
        if rule is None:
            return None
        able = [
            login for login, one in self.hospital.people.items() if rule.roles & one.roles and login not in {actor, ""}
        ]
        here = [login for login in able if self.hospital.people[login].site_id == site]
        elsewhere = [login for login in able if login not in here]
        if step.tag in {"handed_over", "issued"}:
            return next((one for one in elsewhere if one.startswith("carrier")), (elsewhere or able)[0])
        return (here or able)[0]

    # --- doing it, and looking at what it did ------------------------------------------------------------------------

    def insist(self, act: Act) -> None:
        """Do it, and when it is refused do it again over every rule that was named, with whoever may authorise that."""
        body = self.attempt(act)
        codes = [body["code"], *(one["code"] for one in body.get("others", ()))] if "code" in body else []
        rules = tuple(dict.fromkeys(code for code in codes if code in RULES))[:MOST_RULES]
        if not rules:
            return
        wanted = set((body.get("authorisers") or [["pharmacist", "quality"]])[0])
        people = self.hospital.people
        able = [login for login, one in people.items() if wanted & one.roles and login not in {act.login, act.witness}]
        self.attempt(replace(act, overriding=rules, authoriser=able[0] if able else None))

    def attempt(self, act: Act) -> dict[str, Any]:
        """Do it and hold the whole state, before and after, against what must never be; return the answer."""
        hospital = self.hospital
        before = self.snapshot()
        members: dict[str, Any] = {}
        if act.minutes_ago:
            members["occurred_at"] = hospital.clock.now() - act.minutes_ago * MINUTE
        message = hospital.act(act.tag, act.symbols, details=act.details, **members)
        if act.overriding:
            message["deviation"] = {"rules": list(act.overriding), "reason": "il le fallait"}
        signed = dict(message)
        if act.overriding and act.authoriser is not None:
            message["deviation"] = {**signed["deviation"], "authoriser": hospital.sign(act.authoriser, signed)}
        if act.witness is not None:
            message["witness"] = hospital.sign(act.witness, signed)

        answer = hospital.post("/api/v1/scans", act.login, json=message)

        after = self.snapshot()
        body = answer.json()
        assert answer.status_code in OUTCOMES, (act, answer.status_code, answer.text)
        if answer.status_code == 201:
            self._taken(act, body, before, after)
        else:
            self._refused(act, answer.status_code, body, before, after)
        self.explored.acts[act.tag, OUTCOMES[answer.status_code]] += 1
        return dict(body)

    def snapshot(self) -> dict[str, Stored]:
        """Return what was born since the walk began, in the order of birth, and the dewar's positions among it."""
        return self._rows(self._first)

    def _rows(self, first: str) -> dict[str, Stored]:
        with self._engine.connect() as connection:
            return {row[0]: Stored(row[1], row[2], row[3]) for row in connection.execute(_SUBJECTS, {"first": first})}

    def _refused(
        self, act: Act, status: int, body: Mapping[str, Any], before: Mapping[str, Stored], after: Mapping[str, Stored]
    ) -> None:
        # A refusal is one more event on a chain; no state, no new thing.
        assert {one: (s.kind, s.doc) for one, s in after.items()} == {
            one: (s.kind, s.doc) for one, s in before.items()
        }, act
        grown = {one: after[one].seq - before[one].seq for one in after if after[one].seq != before[one].seq}
        assert sum(grown.values()) <= (status == 409), (act, grown)
        self.explored.codes[body["code"]] += 1
        if "receipt" in body:
            self._receipt(body["receipt"])

    def _taken(
        self, act: Act, body: Mapping[str, Any], before: Mapping[str, Stored], after: Mapping[str, Stored]
    ) -> None:
        self._receipt(body["receipt"])
        for one in before:
            assert after[one].seq >= before[one].seq
            assert after[one].seq > before[one].seq or after[one].doc == before[one].doc, (
                act,
                "changed without an event",
            )
        scanned = body["bag"]["id"]
        self.events[scanned] = body["event"]["id"]
        for bag, was, now in self._bags(before, after):
            if was is not None and was != now:
                self._change(act, bag, was, now)
        if act.tag == "identified":
            people = self.hospital.people
            band = next(str(one) for one in act.symbols if isinstance(one, str) and ".W." in one)
            assert act.witness is not None
            self.identified[scanned] = (people[act.login].subject_id, people[act.witness].subject_id, band)
        self.learn(before, after)
        self.look(after)

    def _change(self, act: Act, bag: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        if was["state"] != now["state"]:
            self.explored.transitions[was["state"], act.tag, now["state"]] += 1
        if bag in self.thawed:
            assert now["state"] in WARM | SPENT, (act, "thawed, and now", now["state"])
        if now["state"] == "infusing" and was["state"] != "infusing":
            assert bag in self.identified, (act, "infused without an identification since its issue")
            one, other, band = self.identified[bag]
            assert one != other, act
            assert band == self.labels[bag][0].wristband, (act, "identified with another patient")
            assert now["patient"] == was["patient"]
            assert self.labels[bag][0].wristband in act.symbols, (act, "started on another patient")
        if was["holds"] and was["state"] != now["state"] and act.tag != "found":
            kept = (was["state"], now["state"]) in KEPT_WHILE_HELD or now["state"] in SPENT
            assert kept, (act, "moved while on hold", was["state"], now["state"])
        gone = {hold["id"] for hold in was["holds"]} - {hold["id"] for hold in now["holds"]}
        assert len(gone) <= (act.tag == "hold_lifted"), (act, "a hold went away", gone)
        if act.tag in {"issued", "handed_over", "lost"}:
            self.identified.pop(bag, None)

    def learn(self, before: Mapping[str, Stored], after: Mapping[str, Stored]) -> None:
        """Take note of bags that began to exist, and of those that thawed."""
        for bag, was, now in self._bags(before, after):
            if bag not in self.labels:
                journey = next(one for one in self.journeys if one.therapy == now["therapy"])
                product = now["kind"] == "product"
                self.labels[bag] = (
                    journey,
                    journey.product_label(now["ordinal"]) if product else journey.collection_label,
                )
                assert was is None or was == now or bag == journey.collection
            if now["state"] == "thawing":
                self.thawed.add(bag)

    def look(self, stored: Mapping[str, Stored]) -> None:
        """Hold one state against what must always be so."""
        bags = {bag: now for bag, _, now in self._bags({}, stored)}
        places = {one: s.state for one, s in stored.items() if s.kind == "position"}
        occupants = [place["bag"] for place in places.values() if place["bag"] is not None]
        assert len(occupants) == len(set(occupants)), "a bag in two positions"
        for bag, now in bags.items():
            assert now["custodian"] in self.sites, "a bag without a custodian"
            assert (now["position"] is not None) == (bag in occupants)
            if now["position"] is not None:
                assert places[now["position"]]["bag"] == bag, "a position that holds another bag"
                assert now["shipment"] is None, "a bag in a position and in a shipper"
        positions = [now["position"] for now in bags.values() if now["position"] is not None]
        assert len(positions) == len(set(positions)), "two bags in one position"

    def _bags(
        self, before: Mapping[str, Stored], after: Mapping[str, Stored]
    ) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any]]]:
        for one, now in after.items():
            if now.kind == "bag":
                yield one, before[one].state if one in before else None, now.state

    def _receipt(self, receipt: Mapping[str, str]) -> None:
        verifier = Ed25519Verifier(self.hospital.services.keyring.receipts.vkey)
        opened = open_receipt(receipt["signed"], verifier)
        assert opened.leaf_hash.hex() == receipt["leaf_hash"]
        with self._engine.connect() as connection:
            found = connection.execute(
                text("SELECT count(*) FROM event WHERE leaf = :leaf"), {"leaf": opened.leaf_hash}
            )
            assert found.scalar_one() == 1, "a receipt for an event that is not there"

    def custody(self) -> None:
        """Every bag was answered for at every instant, by one site."""
        for bag in self.labels:
            found = self.hospital.get(f"/api/v1/bags/{bag}/custody", "auditor1").json()
            assert found["gaps"] == []
            spans = [(one["since"], one["until"]) for one in found["intervals"]]
            assert all(until == since for (_, until), (since, _) in itertools.pairwise(spans)), spans
