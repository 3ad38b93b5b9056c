"""The room of a trial: a hospital on a disk with two bags in a dewar, one person with a tablet, and what they scan."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.actions.record_training import RecordTraining, Training
from app.barcodes.build import internal
from app.custody.competences import COMPETENCES
from app.db.migrate import upgrade
from tests.durability.served import Premises, now
from tests.hospital import TestClock, opened
from tests.house.databases import Database
from tests.integration.api.accounts import registered

PERSON, DEVICE = "claire", "TAB-1"
_PLACES = [f"D1-T1-R1-B1-P{number}" for number in range(1, 5)]
_UNKNOWN, _TORN = "=A99992699999900", "=A9999269999990"


@dataclass(frozen=True)
class Room:
    """Where it happens, and whom somebody names as their second person."""

    place: Premises
    second: str


def on_a_disk(folder: Path) -> Room:
    """Return a hospital on SQLite, where a commit is a flush; its bags were stored a day ago."""
    path = folder / "givre.sqlite3"
    url = f"sqlite:///{path}"
    upgrade(url)
    with opened(url, folder, clock=TestClock(now() - timedelta(days=1))) as hospital:
        journeys = [hospital.enrol() for _ in range(2)]
        for journey, position in zip(journeys, _PLACES, strict=False):
            journey.to_store(position)
        claire = registered(hospital, PERSON, "pharmacy_technician")
        since, until = now() - timedelta(days=30), now() + timedelta(days=30)
        everything = tuple(Training(one.tag, since, until, "ATT-2026-002") for one in COMPETENCES)
        hospital.submit(RecordTraining(hospital.people["quality1"], claire, everything))
        services = hospital.services
        place = Premises(
            Database("sqlite", url, url, path),
            folder,
            dict(hospital.people),
            services.authority,
            services.keyring,
            tuple(journey.product_label() for journey in journeys),
            tuple(journey.products[0] for journey in journeys),
        )
        return Room(place, hospital.people["pharm1"].subject_id)


def an_act(room: Room, chance: random.Random, note: str) -> dict[str, Any]:
    """Return what somebody scans next: half of it may follow, the rest meets another bag or no label."""
    bag, position = chance.choice(room.place.labels), internal("P", chance.choice(_PLACES))
    kinds = ("observed", "stored", "retrieved", "moved", "unknown", "torn", "senseless")
    kind = chance.choices(kinds, weights=(43, 16, 16, 12, 5, 5, 3))[0]
    told: dict[str, Any] = {"step": kind, "symbols": [bag, position], "details": {"note": note}, "second": room.second}
    if kind == "stored":
        told["details"] |= {"exposure_s": 30, "dewar_state": "normal"}
    elif kind == "retrieved":
        told["details"] |= {"purpose": "check"}
    elif kind == "moved":
        told["details"] |= {"reason": "essai"}
    elif kind == "senseless":
        # Not understood (422), so it is recorded nowhere: the tablet keeps it for a person, and its place is known.
        told |= {"step": "stored"}
    else:
        told |= {"step": "observed", "symbols": [{"unknown": _UNKNOWN, "torn": _TORN}.get(kind, bag)], "second": None}
    # Half of them are done by somebody who waits in front of the screen: those go to /scans while the service answers.
    return {**told, "device": DEVICE, "person": PERSON, "awaited": chance.random() < 0.5}
