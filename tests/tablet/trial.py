"""One trial of a tablet in a cryo room: so many scans through so much trouble, and what arrived of them."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import sync_playwright

from tests.durability.replay import Judged, replayed, verdict_of
from tests.durability.served import Premises, Served
from tests.integration.api.accounts import PASSWORD
from tests.tablet.bad_wifi import BadWifi, bad_wifi
from tests.tablet.cryo_room import DEVICE, PERSON, Room, an_act
from tests.tablet.mortal_browser import MortalBrowser

DRAINED_SECONDS = 300
MET_SECONDS = 60
HEARD_EVERY = 100
"""The device keeps its last 500 answers, and a trial may be longer."""


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
    """The notes that the service has, in the order of its ledger."""
    parked: list[str] = field(default_factory=list)
    """The notes of the scans that the service did not understand and that wait for a person, as the tablet has them."""
    judged: list[Judged] = field(default_factory=list)
    """The same scans, judged again by a replay of the ledger."""
    heard: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    """Of each scan the status and the code that the tablet was told."""
    met: Counter[str] = field(default_factory=Counter)
    chain: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def lost(self) -> list[str]:
        """Scans that the tablet had, that the service has not, and that wait for nobody."""
        return sorted(set(self.kept) - set(self.recorded) - set(self.parked))

    @property
    def duplicated(self) -> list[str]:
        """Scans that the service has more than once."""
        return sorted(note for note, times in Counter([*self.recorded, *self.parked]).items() if times > 1)

    @property
    def in_order(self) -> bool:
        """Whether the service has them in the order in which they were made."""
        return self.recorded == sorted(self.recorded)

    @property
    def verdicts(self) -> Counter[str]:
        """How many scans came to what."""
        return Counter(verdict_of(one)[-1] for one in self.judged)

    @property
    def misjudged(self) -> list[Judged]:
        """Scans whose verdict, as it is recorded or as the tablet heard it, is not the one that the replay gives."""
        return [one for one in self.judged if one.recorded != one.again or not self._told_so(one)]

    def _told_so(self, one: Judged) -> bool:
        outcome, *codes = verdict_of(one)
        heard = self.heard.get(one.scan_id)
        return one.answer == (outcome, *codes) and heard == ((201, None) if outcome == "taken" else (409, codes[0]))


def try_out(room: Room, program: str, app: Path, profile: Path, trouble: Trouble, seed: int) -> Told:
    """Run the trial; Playwright's loop gets a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_tried, room, program, app, profile, trouble, seed).result()


def _tried(room: Room, program: str, app: Path, profile: Path, trouble: Trouble, seed: int) -> Told:
    chance = random.Random(seed)  # noqa: S311  # trouble that can be repeated, not a secret
    told, place = Told(), room.place
    began = time.monotonic()
    server = _served(place)
    with sync_playwright() as driver, bad_wifi(app) as wifi:
        wifi.upstream = server.url
        wifi.random = random.Random(seed)  # noqa: S311  # the same
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
                        server = _served(place)
                        wifi.upstream = server.url
                    else:
                        _die(browser, wifi, kind, [an_act(room, chance, next(notes)) for _ in range(2)])
                note = next(notes)
                if browser.page.evaluate("(done) => tablet.act(done)", an_act(room, chance, note)):
                    told.kept.append(note)
                # What was to go wrong goes wrong now: trouble that piles up would be one long absence, and no hundred.
                _until(browser, "to meet its trouble", MET_SECONDS, lambda: wifi.faults == 0)
                if number % HEARD_EVERY == 0:
                    told.heard |= _heard(browser)
            _until(browser, "to be sent", DRAINED_SECONDS, lambda: browser.page.evaluate("tablet.unsent()") == 0)
            told.parked = browser.page.evaluate("tablet.notes()")["parked"]
            told.met.update(wifi.met)
            told.heard |= _heard(browser)
            told.chain = _chain(place, server.url)
        finally:
            browser.kill()
            server.kill()
        told.judged = list(replayed(place.database.url, place.keyring, wifi.sent))
        told.recorded = [wifi.sent[one.scan_id]["details"]["note"] for one in told.judged]
    told.seconds = time.monotonic() - began
    return told


def _served(place: Premises) -> Served:
    # A token lasts a minute here, so that one is renewed before every sending: whatever dies may die at that.
    return Served(place, access_minutes=1)


def _open(browser: MortalBrowser, wifi: BadWifi) -> None:
    browser.page.goto(wifi.url)
    deadline = time.monotonic() + MET_SECONDS
    while not browser.page.evaluate("typeof tablet === 'object'"):
        assert time.monotonic() < deadline, "the page did not start"
        time.sleep(0.02)


def _die(browser: MortalBrowser, wifi: BadWifi, kind: str, acts: Sequence[dict[str, Any]]) -> None:
    # Two scans are on their way to the disk: whether they get there is nobody's promise, and both ways must hold.
    browser.page.evaluate("(acts) => { for (const done of acts) void tablet.act(done); }", acts)
    if kind == "tab":
        browser.kill_tab()
    else:
        browser.kill()
        browser.start()
    _open(browser, wifi)


def _until(browser: MortalBrowser, what: str, seconds: float, happened: Callable[[], bool]) -> None:
    # Nobody signs in again: what speaks for a person outlives every browser, tab and server that is killed here.
    deadline = time.monotonic() + seconds
    while not happened():
        state = browser.page.evaluate("tablet.state()")
        in_time = state["sending"]["kind"] != "sign-in" and time.monotonic() < deadline
        assert in_time, (
            f"{browser.page.evaluate('tablet.unsent()')} scans still wait {what}: {state}, {_peeked(browser)}"
        )
        browser.page.wait_for_timeout(20)


def _heard(browser: MortalBrowser) -> dict[str, tuple[int, str | None]]:
    kept = browser.page.evaluate("tablet.answered()")
    return {one: (status, code) for one, (status, code) in kept.items()}


def _peeked(browser: MortalBrowser) -> str:
    kept, token = json.loads(browser.page.evaluate(f"tablet.peek('{PERSON}')"))
    return f"kept: {kept and {name: str(value)[:12] for name, value in kept.items()}}, token: {str(token)[:40]}"


def _chain(place: Premises, url: str) -> dict[str, Any]:
    answer = httpx2.get(
        f"{url}/api/v1/device-chain",
        params={"device_id": DEVICE},
        headers={"Authorization": f"Bearer {place.token('quality1')}"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
