"""The small language in which the demonstration's stories are written: acts as values, played one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from app.cli.demo.cast import PHARMACY
from app.cli.demo.papers import paper
from app.cli.demo.stage import Manner, Stage
from app.cli.demo.therapy import Therapy

_PAPERS = frozenset({"certificate", "rfic", "lot_information_sheet"})
EACH = "*"
"""In an act that is done for each product bag: the label of that bag; after ``@``, its position."""


Company = dict[str, "Scene"]
"""Every therapy that is or was played, by its name."""


@dataclass(slots=True)
class Scene:
    """One therapy being played: ``answers`` keeps what the service said, under ``step`` and ``step of label``."""

    stage: Stage
    therapy: Therapy
    company: Company
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def cast(self, who: str) -> str:
        """Return the login behind a part: maker1 is whoever makes this product."""
        return who.replace("maker", self.therapy.maker, 1) if who.startswith("maker") else who

    def label(self, what: str) -> str:
        """Return the name of a label's picture; it is drawn when it is first needed."""
        name = self.therapy.label(what)
        inner = what.rpartition("=")[2]
        if not inner.startswith("@") and not self.stage.drawn(self.therapy.label(inner)):
            self.drawn(inner)
        return name

    def drawn(self, what: str, *, subject: str | None = None) -> str:
        """Have a label drawn; return its print run."""
        sheet = paper(self.therapy, what)
        name = self.therapy.label(what)
        return self.stage.draw(sheet.drawer, name, sheet.size, sheet.symbols, sheet.lines, subject=subject)

    def texts(self, what: str) -> list[str]:
        """Return what a label says."""
        return self.stage.texts(self.label(what))


Told = Callable[[Scene], Any]
"""A value that is known only while the story is played."""


class Act(Protocol):
    """One thing that happens in a story."""

    def perform(self, scene: Scene) -> None:
        """Let it happen."""


@dataclass(frozen=True, slots=True)
class Do:
    """A step: who scans which labels, who stands beside, and what is stated besides the catalogue's examples.

    ``refused`` is the code it must be refused with; None when it must be taken.
    """

    who: str
    step: str
    labels: tuple[str, ...] = ()
    beside: str | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    manner: Manner = field(default_factory=Manner)
    instead_of: Told | None = None
    """The id of the bag that should have been scanned."""

    def perform(self, scene: Scene) -> None:
        """Record it."""
        manner = self.manner if self.instead_of is None else replace(self.manner, bag=self.instead_of(scene))
        labels = [scene.label(one) for one in (*self.labels, *self._layers(scene))]
        details = {name: told(scene) if callable(told) else told for name, told in self.stated.items()}
        beside = scene.cast(self.beside) if self.beside is not None else None
        who, stage = scene.cast(self.who), scene.stage
        if self.refused is not None:
            stage.refused(self.refused, who, self.step, *labels, witness=beside, manner=manner, **details)
            return
        answer = stage.taken(who, self.step, *labels, witness=beside, manner=manner, **details)
        scene.answers[self.step] = answer
        for label in self.labels:
            scene.answers[f"{self.step} of {label}"] = answer

    def _layers(self, scene: Scene) -> list[str]:
        """Return every other label and paper that the product's rules want compared here."""
        bag = next((one for one in self.labels if one.startswith("bag")), "bag")
        if self.step in {"enrolled", "followed_up"}:
            return []
        wanted = sorted(scene.stage.layers(self.step, scene.therapy.product))
        come = self.step != "inspected" or "certificate" in self.stated  # the papers are late with the certificate
        return [
            *(f"{one}={bag}-{one}" for one in wanted if one in {"cassette", "carton"}),
            *(f"{one}=certificate" for one in wanted if one in _PAPERS and come),
            *("prescription=document" for one in wanted if one == "prescription"),
        ]


@dataclass(frozen=True, slots=True)
class ForEach:
    """A step for each product bag in turn; ``positions`` are theirs, in the same order."""

    do: Do
    positions: tuple[str, ...] = ()

    def perform(self, scene: Scene) -> None:
        """Do it for each of them."""
        bags = scene.therapy.products
        for bag, position in zip(bags, self.positions or ("",) * len(bags), strict=True):
            named = {EACH: bag, f"@{EACH}": f"@{position}"}
            replace(self.do, labels=tuple(named.get(one, one) for one in self.do.labels)).perform(scene)


@dataclass(frozen=True, slots=True)
class Ship:
    """A shipment is opened: the way out to the maker, back to the pharmacy, or a return to the maker.

    ``stops`` are the legs before the last one, each the site where it ends and the site of its carrier.
    """

    way: str
    carrier: str = "CRYO"
    stops: tuple[tuple[str, str], ...] = ()

    def perform(self, scene: Scene) -> None:
        """Open it from the sender's site."""
        maker = scene.therapy.site
        sender, to = {"out": ("efs1", maker), "back": (scene.cast("maker1"), PHARMACY), "return": ("pharm1", maker)}[
            self.way
        ]
        (shipper,) = scene.texts(f"shipper-{self.way}")
        legs = [{"to_site": site, "carrier_site": carrier} for site, carrier in self.stops]
        message = {"shipper": shipper, "to_site": to, "carrier_site": self.carrier, "legs": legs}
        scene.answers[f"shipment {self.way}"] = scene.stage.post("/api/v1/shipments", sender, message)


@dataclass(frozen=True, slots=True)
class Post:
    """A message to any other route; its answer is kept under ``key``."""

    who: str
    path: str | Told
    message: Mapping[str, Any]
    key: str = "post"

    def perform(self, scene: Scene) -> None:
        """Send it."""
        path = self.path(scene) if callable(self.path) else self.path
        message = {name: told(scene) if callable(told) else told for name, told in self.message.items()}
        scene.answers[self.key] = scene.stage.post(path, scene.cast(self.who), message)


@dataclass(frozen=True, slots=True)
class Draw:
    """Labels are drawn before anybody scans them; ``of`` is a step whose answer shows the bag they are for."""

    labels: tuple[str, ...]
    of: str | None = None

    def perform(self, scene: Scene) -> None:
        """Have them drawn; the last one's print run is kept under ``print_run``."""
        subject = str(scene.answers[self.of]["bag"]["id"]) if self.of is not None else None
        for one in self.labels:
            if not scene.stage.drawn(scene.therapy.label(one)):
                scene.answers["print_run"] = {"id": scene.drawn(one, subject=subject)}


@dataclass(frozen=True, slots=True)
class Story:
    """A therapy and what happens in it; one that was played before goes on where it stood."""

    therapy: Therapy
    acts: Sequence[Act]

    def play(self, stage: Stage, company: Company) -> None:
        """Play it; breaks off between two acts when the play has ended."""
        scene = company.setdefault(self.therapy.name, Scene(stage, self.therapy, company))
        for act in self.acts:
            if stage.ended.is_set():
                break
            act.perform(scene)
