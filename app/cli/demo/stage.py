"""What the demonstration plays on: labels that are drawn, kept as pictures and read back, and scans made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from app.cli.client import Account, PublicApi, Recorded, Witness, act
from app.cli.credentials import Credentials
from app.cli.pictures import Symbol, symbols_in
from app.cli.statement import Surroundings, stated
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.kit.ids import new_id


class DemoFailedError(GivreError):
    """The service answered otherwise than the demonstration expects."""

    code = "demo-failed"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One symbol to draw: its text, the kind of barcode, and its eye-readable form."""

    text: str
    symbology: str = "datamatrix"
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a scan is made, where it is not simply now and by the rules.

    ``bag``: the id of the bag that should have been scanned. ``despite``: the rules that are confirmed or overridden,
    with the reason ``because``. ``minutes_ago``: how long ago it happened.
    """

    bag: str | None = None
    despite: tuple[str, ...] = ()
    because: str = ""
    minutes_ago: int = 0


PLAINLY = Manner()


@dataclass(slots=True)
class Stage:
    """The API, the people who sign in to it when they first act, and the directory of the pictures.

    Several threads may play on it at once, as long as each draws labels of its own.
    """

    api: PublicApi
    labels: Path
    known: Credentials
    clock: Clock
    tablets: Mapping[str, str] = field(default_factory=dict)
    """Site → the enrolled device its people sign in on."""
    ended: Event = field(default_factory=Event)
    """Set when the play is broken off: whoever still plays stops before the next act."""
    _steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _layers: dict[str, frozenset[str]] = field(default_factory=dict)
    _read: dict[str, tuple[Symbol, ...]] = field(default_factory=dict)

    def picture(self, name: str) -> Path:
        """Return where the picture of a label is."""
        return self.labels / f"{name}.png"

    def draw(  # noqa: PLR0913  # a label
        self,
        login: str,
        name: str,
        size: str,
        symbols: Sequence[Drawn],
        lines: Sequence[str],
        *,
        subject: str | None = None,
    ) -> str:
        """Have a label drawn by the service and keep its picture; return the print run it is accounted for in.

        Raises:
            DemoFailedError: the picture does not read back as what was asked for.
        """
        self.enter(login)
        shown = [{"text": one.text, "symbology": one.symbology, "caption": one.caption} for one in symbols]
        label = {"symbols": shown, "lines": list(lines)}
        message = {"size": size, "format": "png", "labels": [label], "subject": subject}
        self.labels.mkdir(parents=True, exist_ok=True)
        drawing = self.api.draw(login, message)
        self.picture(name).write_bytes(drawing.picture)
        if sorted(self.texts(name)) != sorted(one.text for one in symbols):
            problem = f"{self.picture(name)} does not read back"
            raise DemoFailedError(problem)
        return drawing.print_run

    def drawn(self, name: str) -> bool:
        """Say whether a label has been drawn."""
        return self.picture(name).exists()

    def texts(self, name: str) -> list[str]:
        """Return what the picture of a label says."""
        return [symbol.text for symbol in self._symbols(name)]

    def layers(self, step: str, product: str) -> frozenset[str]:
        """Return the labels and papers that this product's rules want compared at that step."""
        if not self._layers:
            profiles = self._get("/api/v1/profiles")["items"]
            self._layers.update({one["tag"]: frozenset(one["match_labels"]) for one in profiles})
        return self._layers[product] & frozenset(self._step(step)["layers"])

    def enter(self, login: str) -> None:
        """Sign somebody in, unless they are."""
        if self.api.knows(login):
            return
        person, client = self.known.person(login), self.known.client(login)
        if person is not None:
            self.api.sign_in(Account(login, person.password), device=self.tablets.get(person.site))
        elif client is not None:
            self.api.sign_in(Account(login, client.client_secret, "client"))

    def get(self, path: str, login: str, **parameters: str) -> dict[str, Any]:
        """Read something as somebody."""
        self.enter(login)
        return self.api.get(path, login, **parameters)

    def post(self, path: str, login: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message as somebody."""
        self.enter(login)
        return self.api.post(path, login, message)

    def pin(self, login: str) -> str:
        """Return somebody's PIN."""
        return next(person.pin for person in self.known.people if person.login == login)

    def taken(
        self, login: str, step: str, *labels: str, witness: str | None = None, manner: Manner = PLAINLY, **details: Any
    ) -> Mapping[str, Any]:
        """Record a step that must be taken; what ``details`` does not say are the catalogue's examples.

        Raises:
            DemoFailedError: it was refused.
        """
        recorded = self._record(login, step, labels, witness, details, manner)
        if not recorded.taken:
            message = f"{step} of {', '.join(labels)} was refused: {recorded.content['detail']}"
            raise DemoFailedError(message)
        return recorded.content

    def refused(  # a scan
        self,
        code: str,
        login: str,
        step: str,
        *labels: str,
        witness: str | None = None,
        manner: Manner = PLAINLY,
        **details: Any,
    ) -> Mapping[str, Any]:
        """Try a step that must be refused with that code.

        Raises:
            DemoFailedError: it was taken, or refused for another reason.
        """
        recorded = self._record(login, step, labels, witness, details, manner)
        if recorded.content.get("code") != code:
            message = f"{step} of {', '.join(labels)} was not refused as {code}: {dict(recorded.content)}"
            raise DemoFailedError(message)
        return recorded.content

    def message(self, login: str, step: str, labels: Sequence[str], details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the scan that somebody would send, unsent."""
        return self._act(login, step, labels, details, PLAINLY)

    def _record(  # noqa: PLR0913, PLR0917  # a scan
        self,
        login: str,
        step: str,
        labels: Sequence[str],
        witness: str | None,
        details: Mapping[str, Any],
        manner: Manner,
    ) -> Recorded:
        happened = self._act(login, step, labels, details, manner)
        signing = Witness(witness, self.pin(witness)) if witness is not None else None
        return self.api.record(login, happened, signing)

    def _act(
        self, login: str, step: str, labels: Sequence[str], details: Mapping[str, Any], manner: Manner
    ) -> dict[str, Any]:
        self.enter(login)
        now = self.clock.now() - timedelta(minutes=manner.minutes_ago)
        symbols = [symbol for name in labels for symbol in self._scanned(name)]
        statement = {**stated(self._step(step), {}, Surroundings(now, symbols_in), examples=True), **details}
        happened = act(step, symbols, statement, now=now, scan_id=new_id(), bag=manner.bag)
        if not manner.despite:
            return happened
        return {**happened, "deviation": {"rules": list(manner.despite), "reason": manner.because}}

    def _scanned(self, name: str) -> Sequence[Symbol]:
        role, equals, label = name.partition("=")
        if not equals:
            return self._symbols(name)
        return [replace(symbol, role=role) for symbol in self._symbols(label)]

    def _symbols(self, name: str) -> tuple[Symbol, ...]:
        # A picture stays as it was drawn: it is decoded once, however often it is scanned.
        if name not in self._read:
            self._read[name] = symbols_in(self.picture(name))
        return self._read[name]

    def _step(self, tag: str) -> Mapping[str, Any]:
        if not self._steps:
            self._steps.update({step["tag"]: step for step in self._get("/api/v1/steps")["items"]})
        return self._steps[tag]

    def _get(self, path: str) -> dict[str, Any]:
        return self.get(path, self.known.people[-1].login)
