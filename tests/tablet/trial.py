"""One trial of a tablet in a cryo room: so many scans through so much trouble, and what arrived of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import sync_playwright

from tests.durability.served import Premises, Served
from tests.tablet.bad_wifi import BadWifi, bad_wifi
from tests.tablet.mortal_browser import MortalBrowser

PERSON, PASSWORD, DEVICE = "claire", "une longue phrase de passe", "TAB-1"
DRAINED_SECONDS = 300
MET_SECONDS = 60


@dataclass(frozen=True)
class Trouble:
    """How much of it: each number is how often."""

    scans: int
    losses: int
    server_kills: int
    tab_kills: int
    browser_kills: int


@dataclass
class Told:
    """What the trial found out."""

    kept: list[str] = field(default_factory=list)
    """The notes of the scans that the tablet said it had, in order."""
    recorded: list[str] = field(default_factory=list)
    """The notes that the service has, in its order."""
    met: Counter[str] = field(default_factory=Counter)
    chain: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def lost(self) -> list[str]:
        """Scans that the tablet had and the service has not."""
        return sorted(set(self.kept) - set(self.recorded))

    @property
    def duplicated(self) -> list[str]:
        """Scans that the service has more than once."""
        return sorted(note for note, times in Counter(self.recorded).items() if times > 1)

    @property
    def in_order(self) -> bool:
        """Whether the service has them in the order in which they were made."""
        return self.recorded == sorted(self.recorded)


def try_out(place: Premises, program: str, app: Path, profile: Path, trouble: Trouble, seed: int) -> Told:
    """Run the trial; Playwright's loop gets a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_tried, place, program, app, profile, trouble, seed).result()


def _tried(place: Premises, program: str, app: Path, profile: Path, trouble: Trouble, seed: int) -> Told:
    chance = random.Random(seed)  # noqa: S311  # trouble that can be repeated, not a secret
    told = Told()
    began = time.monotonic()
    server = Served(place)
    with sync_playwright() as driver, bad_wifi(app) as wifi:
        wifi.upstream = server.url
        wifi.random = random.Random(seed)  # noqa: S311  # the same
        _register(place, server.url)
        browser = MortalBrowser(driver, program, profile)
        try:
            _open(browser, wifi)
            assert browser.page.evaluate("([one, two]) => tablet.signIn(one, two)", [PERSON, PASSWORD]) == "done"
            kinds = [
                *("loss",) * trouble.losses,
                *("server",) * trouble.server_kills,
                *("tab",) * trouble.tab_kills,
                *("browser",) * trouble.browser_kills,
            ]
            chance.shuffle(kinds)
            # Trouble comes at scans of its own choosing; several may come at one.
            places = sorted(chance.randrange(trouble.scans) for _ in kinds)
            notes = (f"{number:05d}" for number in count())
            for number in range(trouble.scans):
                while places and places[0] == number:
                    places.pop(0)
                    kind = kinds.pop()
                    told.met[kind] += 1
                    if kind == "loss":
                        wifi.faults += 1
                    elif kind == "server":
                        server.kill()
                        server = Served(place)
                        wifi.upstream = server.url
                    else:
                        _die(browser, wifi, kind, place, [next(notes), next(notes)])
                note = next(notes)
                if _observe(browser, place, note):
                    told.kept.append(note)
                # What was to go wrong goes wrong now: trouble that piles up would be one long absence, and no hundred.
                deadline = time.monotonic() + MET_SECONDS
                while wifi.faults > 0 and time.monotonic() < deadline:
                    browser.page.wait_for_timeout(20)
            _drain(browser, told.met)
            told.met.update(wifi.met)
            told.recorded = _recorded(place, server.url)
            told.chain = _chain(place, server.url)
        finally:
            browser.kill()
            server.kill()
    told.seconds = time.monotonic() - began
    return told


def _open(browser: MortalBrowser, wifi: BadWifi) -> None:
    browser.page.goto(wifi.url)
    deadline = time.monotonic() + 30
    while not browser.page.evaluate("typeof tablet === 'object'"):
        assert time.monotonic() < deadline, "the page did not start"
        time.sleep(0.02)


def _observe(browser: MortalBrowser, place: Premises, note: str) -> bool:
    label = place.labels[0]
    return bool(browser.page.evaluate("([a, b, c, d]) => tablet.observe(a, b, c, d)", [label, DEVICE, PERSON, note]))


def _die(browser: MortalBrowser, wifi: BadWifi, kind: str, place: Premises, notes: list[str]) -> None:
    # Two scans are on their way to the disk: whether they get there is nobody's promise, and both ways must hold.
    label = place.labels[0]
    browser.page.evaluate(
        "([a, b, c, d]) => { for (const one of d) void tablet.observe(a, b, c, one); }",
        [label, DEVICE, PERSON, notes],
    )
    if kind == "tab":
        browser.kill_tab()
    else:
        browser.kill()
        browser.start()
    _open(browser, wifi)


def _drain(browser: MortalBrowser, met: Counter[str]) -> None:
    deadline = time.monotonic() + DRAINED_SECONDS
    while (left := browser.page.evaluate("tablet.unsent()")) != 0:
        state = browser.page.evaluate("tablet.state()") | {"token": browser.page.evaluate("tablet.peek('claire')")[:60]}
        assert time.monotonic() < deadline, f"{left} scans are still not sent: {state}"
        if state["sending"]["kind"] == "sign-in":
            # The status line names who is waited for; they come and sign in.
            met["signed in again"] += 1
            browser.page.evaluate("([one, two]) => tablet.signIn(one, two)", [PERSON, PASSWORD])
        time.sleep(0.1)
    assert browser.page.evaluate("tablet.notes()")["parked"] == []


def _register(place: Premises, url: str) -> None:
    person = {"login": PERSON, "name": "Claire", "site": "EFS", "roles": ["collection_nurse"]}
    answer = httpx2.post(
        f"{url}/api/v1/people",
        json={**person, "password": PASSWORD, "pin": "749203"},
        headers={"Authorization": f"Bearer {place.token('admin1')}"},
    )
    assert answer.status_code == 201, answer.text


def _recorded(place: Premises, url: str) -> list[str]:
    answer = httpx2.get(
        f"{url}/api/v1/bags/{place.bags[0]}/history",
        headers={"Authorization": f"Bearer {place.token('quality1')}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    observed = [item for item in answer.json()["items"] if item["step"] == "observed"]
    return [item["notes"]["note"] for item in sorted(observed, key=lambda item: item["seq"])]


def _chain(place: Premises, url: str) -> dict[str, Any]:
    answer = httpx2.get(
        f"{url}/api/v1/device-chain",
        params={"device_id": DEVICE},
        headers={"Authorization": f"Bearer {place.token('quality1')}"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
