"""A dry shipper as a chained subject: registered, charged, read, returned, cleaned, requalified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.access.principal import Principal
from app.actions.alarm_ends import holds_until, qualified_until
from app.actions.open_shipment import shipper_key
from app.actions.recorded import AlreadyExistsError, NotFoundError, done, event, happened, noted
from app.actions.shipper_state import UNDER_WAY, register_key
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

KINDS: Final = ("charge", "orientation", "return", "cleaning", "requalification")


class ShipperRecordError(GivreError):
    """A member that this kind of record needs is missing, or one that it does not take is there."""

    code = "shipper-record-invalid"


@dataclass(frozen=True, slots=True)
class RegisterShipper:
    """The command behind ``POST /api/v1/shippers``.

    ``hold_s``: how long it was measured to hold upright, in seconds. ``rates``: orientation → how many times faster it
    loses nitrogen; what a pharmacist sets here is theirs, what is left out is our estimate.
    """

    actor: Principal
    symbol: str
    model: str
    serial: str
    hold_s: int
    qualified_until: date | None
    rates: Mapping[str, int]

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A shipper is registered only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether it is registered."""
        return Needs(keys=frozenset({f"{self.tenant}|{register_key(shipper_key(self.symbol))}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register it, qualified and not used since.

        Raises:
            AlreadyExistsError: it is registered.
            ShipperUnreadableError: the symbol names no shipper.
        """
        key = shipper_key(self.symbol)
        name = register_key(key)
        if world.find(name, self.tenant):
            message = "this shipper is registered"
            raise AlreadyExistsError(message)
        shipper, until = moment.new_id(), _day(self.qualified_until)
        doc = {
            "id": shipper,
            "code": key.split(":", 2)[2],
            "key": key,
            "site": str(self.actor.site_id),
            "model": self.model,
            "serial": self.serial,
            "hold_s": self.hold_s,
            "rates": dict(self.rates),
            "qualified_until": until,
            "requalified_at": rfc3339(moment.now),
            "uses": 0,
            "uses_since": 0,
            "state": "ready",
            "charged_at": None,
            "charge_g": None,
            "cleaned_at": None,
            "returned_at": None,
            "orientation": None,
            "registered_at": rfc3339(moment.now),
            "identifiers": [name],
        }
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(shipper, "shipper", parent=str(self.actor.site_id)),),
            drafts=(
                event(shipper, "temperature:shipper:registered", moment=moment, actor=self.actor.subject_id, doc=doc),
            ),
            names=(Name(f"{self.tenant}|{name}", shipper, exclusive=True),),
            rows=(qualified_until(self.tenant, shipper, until, moment.now),),
        )


@dataclass(frozen=True, slots=True)
class RecordShipper:
    """The command behind ``POST /api/v1/shippers/{id}/records``. ``kind`` is one of ``KINDS``.

    ``charge_g``: its weight in grams when charged, less its empty weight. ``orientation``: how it stood from ``at`` on,
    as seen or as its tilt sensor says. ``passed`` False: it takes part in nothing before it was requalified. ``hold_s``
    and ``valid_until`` belong to a requalification.
    """

    actor: Principal
    shipper: str
    key: str
    """What the shipper's symbol says, read before: its journey is found by it."""
    kind: str
    at: datetime
    passed: bool = True
    charge_g: int | None = None
    orientation: str | None = None
    hold_s: int | None = None
    valid_until: date | None = None
    certificate: str | None = None
    note: str | None = None

    @property
    def tenant(self) -> str:
        """The operator whose shipper it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Done twice, it was done twice."""
        return None

    def needs(self) -> Needs:
        """The shipper, and the journey it is on."""
        return Needs(ids=frozenset({self.shipper}), keys=frozenset({f"{self.tenant}|{self.key}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write it down; what is of a journey that goes on stands on the journey's chain too.

        Raises:
            NotFoundError: there is no such shipper.
            InTheFutureError: it has not happened yet.
            ShipperRecordError: see the error; nor is a shipper requalified that is on its way.
        """
        shipper = world.get(self.shipper, self.tenant)
        if shipper is None or shipper.kind != "shipper" or shipper.doc["key"] != self.key:
            message = "no such shipper"
            raise NotFoundError(message)
        happened(self.at, stated="at", moment=moment)
        self._check()
        if self.kind == "requalification" and self._under_way(world):
            message = "it is on its way"
            raise ShipperRecordError(message)
        record, who = moment.new_id(), self.actor.subject_id
        told = {
            "id": record,
            "shipper": shipper.id,
            "kind": self.kind,
            "at": rfc3339(self.at),
            "passed": self.passed,
            "charge_g": self.charge_g,
            "orientation": self.orientation,
            "hold_s": self.hold_s,
            "valid_until": _day(self.valid_until),
            "certificate": self.certificate,
            "by": who,
        }
        doc = {**shipper.doc, **self._changes()}
        ended = self.kind == "requalification" and self.passed
        travelling = [self._on_the_way(one, record, moment) for one in self._journeys(world)]
        return Decision(
            reply=done(plain_view(told)),
            births=(Birth(record, "shipper_record", parent=shipper.id, with_vault=True),),
            drafts=(
                event(
                    record, "temperature:shipper:noted", moment=moment, actor=who, doc=told, private=noted(self.note)
                ),
                event(
                    shipper.id,
                    f"temperature:shipper:{self.kind}",
                    moment=moment,
                    actor=who,
                    body={"because_of": record},
                    doc=doc,
                ),
                *travelling,
            ),
            rows=(
                *((qualified_until(self.tenant, shipper.id, doc["qualified_until"], moment.now),) if ended else ()),
                *((holds_until(self.tenant, shipper.id, self._docs(travelling), moment.now),) if travelling else ()),
            ),
        )

    def _check(self) -> None:
        wanted = {"orientation": {"orientation"}, "requalification": {"hold_s"} if self.passed else set()}
        takes = {"charge": {"charge_g"}, "requalification": {"hold_s", "valid_until"}}
        needed = wanted.get(self.kind, set())
        given = {
            name for name in ("charge_g", "orientation", "hold_s", "valid_until") if getattr(self, name) is not None
        }
        if needed - given or given - needed - takes.get(self.kind, set()):
            message = ", ".join(sorted((needed - given) or (given - needed)))
            raise ShipperRecordError(message)

    def _changes(self) -> dict[str, Any]:
        at = rfc3339(self.at)
        if not self.passed:
            return {"state": "unfit"}
        match self.kind:
            case "charge":
                return {"charged_at": at, "charge_g": self.charge_g, "orientation": "upright"}
            case "orientation":
                return {"orientation": self.orientation}
            case "return":
                return {"returned_at": at, "state": "returned", "charged_at": None, "charge_g": None}
            case "cleaning":
                return {"cleaned_at": at}
            case _:
                until = _day(self.valid_until)
                return {
                    "requalified_at": at,
                    "hold_s": self.hold_s,
                    "qualified_until": until,
                    "uses_since": 0,
                    "state": "ready",
                }

    def _journeys(self, world: World) -> list[Subject]:
        if self.kind not in {"charge", "orientation"} or not self.passed:
            return []
        wanted = {"open"} if self.kind == "charge" else UNDER_WAY
        return [one for one in self._under_way(world) if one.doc["state"] in wanted]

    @staticmethod
    def _docs(drafts: Sequence[Draft]) -> list[Mapping[str, Any]]:
        return [one.doc for one in drafts if one.doc is not None]

    def _under_way(self, world: World) -> list[Subject]:
        return [
            one for one in world.find(self.key, self.tenant) if one.doc["state"] in UNDER_WAY and one.doc.get("cold")
        ]

    def _on_the_way(self, journey: Subject, record: str, moment: Moment) -> Draft:
        at = rfc3339(self.at)
        changes: dict[str, Any]
        if self.kind == "charge":
            changes = {"cold": {**journey.doc["cold"], "charged_at": at, "charge_g": self.charge_g}}
        else:
            stance = {"since": at, "orientation": str(self.orientation)}
            changes = {"stances": [*journey.doc.get("stances", ()), stance]}
        return event(
            journey.id,
            f"temperature:shipper:{self.kind}",
            moment=moment,
            actor=self.actor.subject_id,
            body={"because_of": record},
            doc={**journey.doc, **changes},
        )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
