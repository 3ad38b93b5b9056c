"""Eight tablets that scan without a pause, and what each of them heard."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import httpx2

from app.api.models.scans import ActIn
from app.api.scan_messages import digest_of
from app.kit.ids import new_id
from tests.durability.served import Premises, now

CLIENTS = 8
UNKNOWN_LABEL = "=A99912699999900=<S1295100"
RECORDED = frozenset({201, 409})


@dataclass
class Heard:
    """Every scan that was sent, by scan_id, and the answers that came: status and bytes; of a queue the leaf hash."""

    sent: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    queued: dict[str, str] = field(default_factory=dict)
    not_recorded: int = 0
    looked_up: int = 0
    strange: list[str] = field(default_factory=list)

    @property
    def unanswered(self) -> set[str]:
        return self.sent.keys() - self.answers.keys()


class Crowd:
    """Clients of one hospital; the same seed makes them choose the same things."""

    def __init__(self, place: Premises, heard: Heard, seed: int) -> None:
        self._place = place
        self._heard = heard
        self._random = random.Random(seed)  # noqa: S311 - what is scanned next is no secret
        self._tokens = {login: place.token(login) for login in ("efs1", "pharm1", "nurse1", "coord1")}

    async def scan_without_end(self, url: str) -> None:
        """Let eight clients work until they are cancelled or the service is gone."""
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            await asyncio.gather(*(self._work(client) for _ in range(CLIENTS)))

    async def send(self, client: httpx2.AsyncClient, scan_id: str) -> tuple[int, bytes] | None:
        """Send a scan, for the first time or again; None when no answer came or it was not recorded."""
        login, act = self._heard.sent[scan_id]
        try:
            answer = await client.post("/api/v1/scans", json=act, headers=self._headers(login))
        except httpx2.TransportError:
            return None
        if answer.status_code in RECORDED:
            return answer.status_code, answer.content
        if answer.status_code == 503:
            self._heard.not_recorded += 1
        else:
            self._heard.strange.append(f"{act['step']}: {answer.status_code} {answer.text}")
        return None

    async def _work(self, client: httpx2.AsyncClient) -> None:
        while not client.is_closed:
            chosen = self._random.random()
            if chosen < 0.1 and self._heard.answers:
                await self._again(client)
            elif chosen < 0.2:
                await self._look_up(client)
            elif chosen < 0.3:
                await self._queue(client)
            elif not await self._one(client, self._act()):
                return

    async def _one(self, client: httpx2.AsyncClient, scan: tuple[str, dict[str, Any]]) -> bool:
        scan_id = scan[1]["scan_id"]
        self._heard.sent[scan_id] = scan
        answer = await self.send(client, scan_id)
        if answer is not None:
            self._heard.answers[scan_id] = answer
        return answer is not None

    async def _again(self, client: httpx2.AsyncClient) -> None:
        scan_id = self._random.choice(list(self._heard.answers))
        answer = await self.send(client, scan_id)
        if answer is not None and answer != self._heard.answers[scan_id]:
            self._heard.strange.append(f"{scan_id} got another answer the second time")

    async def _look_up(self, client: httpx2.AsyncClient) -> None:
        symbols = [{"text": self._random.choice(self._place.labels)}]
        try:
            await client.post("/api/v1/scans/read", json={"symbols": symbols}, headers=self._headers("nurse1"))
        except httpx2.TransportError:
            await asyncio.sleep(0.01)
        else:
            self._heard.looked_up += 1

    async def _queue(self, client: httpx2.AsyncClient) -> None:
        """Send a tablet's queue; each of its scans is sent again one by one later."""
        acts = [self._observed() for _ in range(5)]
        for scan in acts:
            self._heard.sent[scan[1]["scan_id"]] = scan
        try:
            answer = await client.post(
                "/api/v1/scans/batch", json={"scans": [act for _, act in acts]}, headers=self._headers("nurse1")
            )
        except httpx2.TransportError:
            await asyncio.sleep(0.01)
            return
        for result in answer.json()["results"]:
            if result["status"] in RECORDED:
                self._heard.queued[result["scan_id"]] = result["body"]["receipt"]["leaf_hash"]

    def _act(self) -> tuple[str, dict[str, Any]]:
        chosen = self._random.random()
        if chosen < 0.7:
            return self._observed()
        if chosen < 0.8:
            return "nurse1", act("observed", [UNKNOWN_LABEL], {"note": "inconnue"})
        if chosen < 0.9:
            return self._held()
        return self._enrolled()

    def _observed(self) -> tuple[str, dict[str, Any]]:
        note = {"note": f"RAS {self._random.randrange(10**6)}", "temp_mC": -186_000}
        return "nurse1", act("observed", [self._random.choice(self._place.labels)], note)

    def _held(self) -> tuple[str, dict[str, Any]]:
        made = act("held", [self._random.choice(self._place.labels)], {"reason": "quarantine"})
        witness = self._place.authority.issue_witness(
            self._place.people["pharm2"],
            step_digest=digest_of(ActIn.model_validate(made)),
            meaning="vérifié",
            method="pin",
            now=now(),
            jti=new_id(),
        )
        return "pharm1", {**made, "witness": witness}

    def _enrolled(self) -> tuple[str, dict[str, Any]]:
        number = self._random.randrange(10**6)
        # Few patients, so that several therapies of one are opened at once.
        patient = {
            "ipp": f"A9990-{number % 5}",
            "family_name": ("DUPONT", "MARTIN", "LEROY", "MOREL", "GIRARD")[number % 5],
            "given_name": "Camille",
            "birth_date": "1958-03-14",
            "sex": "F",
        }
        details = {
            "coi": f"CHA999927{number:06d}",
            "product": "yescarta",
            "manufacturer": "kite",
            "collection_site": "EFS",
            "prescriber": "Dr Martin",
            "patient": patient,
        }
        return "coord1", act("enrolled", [], details)

    def _headers(self, login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[login]}"}


def act(step: str, symbols: list[str], details: dict[str, Any]) -> dict[str, Any]:
    """Write a scan message."""
    return {
        "scan_id": new_id(),
        "step": step,
        "symbols": [{"text": text} for text in symbols],
        "occurred_at": now().isoformat(),
        "device_id": "TAB-1",
        "details": details,
    }
