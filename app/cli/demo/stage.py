"""What the demonstration plays on: labels that are drawn, kept as pictures and read back, and scans made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.cli.client import PublicApi, Recorded, Witness, act
from app.cli.credentials import Credentials
from app.cli.pictures import Symbol, symbols_in, symbols_of
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


@dataclass(slots=True)
class Stage:
    """The API with everybody signed in, and the directory of the pictures."""

    api: PublicApi
    labels: Path
    known: Credentials
    clock: Clock
    _catalogue: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def picture(self, name: str) -> Path:
        """Return where the picture of a label is."""
        return self.labels / f"{name}.png"

    def draw(self, login: str, name: str, size: str, symbols: Sequence[Drawn], lines: Sequence[str]) -> None:
        """Have a label drawn by the service and keep its picture.

        Raises:
            DemoFailedError: the picture does not read back as what was asked for.
        """
        shown = [{"text": one.text, "symbology": one.symbology, "caption": one.caption} for one in symbols]
        label = {"symbols": shown, "lines": list(lines)}
        self.labels.mkdir(parents=True, exist_ok=True)
        self.picture(name).write_bytes(self.api.draw(login, {"size": size, "format": "png", "labels": [label]}))
        if sorted(self.texts(name)) != sorted(one.text for one in symbols):
            message = f"{self.picture(name)} does not read back"
            raise DemoFailedError(message)

    def texts(self, name: str) -> list[str]:
        """Return what the picture of a label says."""
        return [symbol.text for symbol in symbols_in(self.picture(name))]

    def taken(
        self, login: str, step: str, *labels: str, witness: str | None = None, **details: Any
    ) -> Mapping[str, Any]:
        """Record a step that must be taken; what ``details`` does not say are the catalogue's examples.

        Raises:
            DemoFailedError: it was refused.
        """
        recorded = self._record(login, step, labels, witness, details)
        if not recorded.taken:
            message = f"{step} of {', '.join(labels)} was refused: {recorded.content['detail']}"
            raise DemoFailedError(message)
        return recorded.content

    def refused(self, code: str, login: str, step: str, *labels: str, witness: str, bag: str, **details: Any) -> None:
        """Try a step that must be refused with that code; ``bag`` is the id of the bag that should have been scanned.

        Raises:
            DemoFailedError: it was taken, or refused for another reason.
        """
        recorded = self._record(login, step, labels, witness, details, bag)
        if recorded.content.get("code") != code:
            message = f"{step} of {', '.join(labels)} was not refused as {code}: {dict(recorded.content)}"
            raise DemoFailedError(message)

    def _record(  # noqa: PLR0913, PLR0917  # a scan
        self,
        login: str,
        step: str,
        labels: Sequence[str],
        witness: str | None,
        details: Mapping[str, Any],
        bag: str | None = None,
    ) -> Recorded:
        now = self.clock.now()
        symbols = [symbol for name in labels for symbol in self._scanned(name)]
        statement = {**stated(self._step(step, login), {}, Surroundings(now, symbols_in), examples=True), **details}
        signing = Witness(witness, self._pin(witness)) if witness is not None else None
        happened = act(step, symbols, statement, now=now, scan_id=new_id(), bag=bag)
        return self.api.record(login, happened, signing)

    def _scanned(self, name: str) -> Sequence[Symbol]:
        role, equals, label = name.partition("=")
        return symbols_of(f"{role}={self.picture(label)}" if equals else str(self.picture(name)))

    def _step(self, tag: str, login: str) -> Mapping[str, Any]:
        if not self._catalogue:
            self._catalogue = {step["tag"]: step for step in self.api.get("/api/v1/steps", login)["items"]}
        return self._catalogue[tag]

    def _pin(self, login: str) -> str:
        return next(person.pin for person in self.known.people if person.login == login)
