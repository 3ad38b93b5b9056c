"""Open a shipment: a shipper that will carry bags from one site to another with a named carrier."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyExistsError, NotFoundError, done, event
from app.actions.shipper_state import register_key, taken_along
from app.actions.views import shipment_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol
from app.custody.bag import Shipment
from app.custody.legs import planned
from app.kit.errors import GivreError


class ShipperUnreadableError(GivreError):
    """The shipper's symbol cannot be read, or names something else."""

    code = "shipper-unreadable"


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """The command behind ``POST /api/v1/shipments``. ``to_site`` and ``carrier_site`` are site codes.

    ``stops`` are the legs before the last one, each ``(to_site, carrier_site)``: the way over them is planned.
    """

    actor: Principal
    shipper: str
    to_site: str
    carrier_site: str
    stops: tuple[tuple[str, str], ...] = ()

    @property
    def tenant(self) -> str:
        """The sender's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A shipper is on one journey at a time, so a second try is refused anyway."""
        return None

    def needs(self) -> Needs:
        """Every site of the way, and whether the shipper is free."""
        keys = {
            shipper_key(self.shipper),
            register_key(shipper_key(self.shipper)),
            *(f"site::{code}" for leg in self._legs for code in leg),
        }
        return Needs(ids=frozenset({str(self.actor.site_id)}), keys=frozenset(f"{self.tenant}|{key}" for key in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Open it from the sender's site.

        Raises:
            NotFoundError: one of the sites does not exist, or a carrier is none.
            AlreadyExistsError: the shipper is on another journey.
        """
        key = shipper_key(self.shipper)
        before = world.find(key, self.tenant)
        if any(one.doc["state"] != "received" for one in before):
            message = "this shipper is on another journey"
            raise AlreadyExistsError(message)
        sender = self._site(world.get(str(self.actor.site_id), self.tenant))
        stops = [(self._named(to, world), self._named(by, world)) for to, by in self._legs]
        if any(carrier.doc["organisation_kind"] != "carrier" for _, carrier in stops):
            message = "no such carrier"
            raise NotFoundError(message)
        end = stops[-1][0]
        ends = (sender, end)
        makers = [
            one.doc["organisation"] for one in ends if one.doc["organisation_kind"] in {"manufacturer", "sponsor"}
        ]
        subject = moment.new_id()
        shipper = next(iter(world.find(register_key(key), self.tenant)), None)
        shipment = Shipment(
            id=subject,
            shipper=key.split(":", 2)[2],
            from_site=sender.id,
            to_site=end.id,
            carrier_site=stops[0][1].id,
            manufacturer=makers[0] if makers else "",
            state="open",
            bags=[],
            received=[],
            seals=[],
            logger=None,
            charged_at=None,
            waybill=None,
            legs=planned(sender.id, [(to.id, by.id) for to, by in stops]),
            cold=taken_along(shipper, moment.now),
        )
        doc = {**shipment.to_doc(), "identifiers": [key]}
        return Decision(
            reply=done(shipment_view(doc, moment.now)),
            births=(Birth(subject, "shipment", with_vault=True),),
            drafts=(
                event(subject, "custody:shipment:opened", moment=moment, actor=self.actor.subject_id, doc=doc),
                *(
                    event(one.id, "custody:shipment:shipper-left", moment=moment, actor=self.actor.subject_id)
                    for one in before
                ),
                *self._used(shipper, subject, moment),
            ),
            # Given back when the shipper arrives; until then it is on this journey and on no other.
            names=(
                # A journey that still misses a bag had kept the name, in case the bag turned up.
                *(Name(f"{self.tenant}|{key}", one.id, active=False) for one in before),
                Name(f"{self.tenant}|{key}", subject, exclusive=True),
            ),
        )

    def _used(self, shipper: Subject | None, journey: str, moment: Moment) -> tuple[Draft, ...]:
        """Return the event by which a registered shipper goes out: it is requalified before it goes out again."""
        if shipper is None:
            return ()
        doc = {
            **shipper.doc,
            "state": "unfit" if shipper.doc["state"] == "unfit" else "in_use",
            "uses": shipper.doc["uses"] + 1,
            "uses_since": shipper.doc["uses_since"] + 1,
        }
        who, body = self.actor.subject_id, {"because_of": journey}
        return (event(shipper.id, "temperature:shipper:sent", moment=moment, actor=who, body=body, doc=doc),)

    @property
    def _legs(self) -> tuple[tuple[str, str], ...]:
        return (*self.stops, (self.to_site, self.carrier_site))

    def _named(self, code: str, world: World) -> Subject:
        found = world.find(f"site::{code}", self.tenant)
        return self._site(found[0] if found else None)

    @staticmethod
    def _site(found: Subject | None) -> Subject:
        if found is None:
            message = "no such site"
            raise NotFoundError(message)
        return found


def shipper_key(text: str) -> str:
    """Return the identifier of a shipper from its scanned symbol.

    Raises:
        ShipperUnreadableError: it cannot be read, or names no shipper.
    """
    reading = read(Symbol(text, None, Source.SCANNER))
    if not isinstance(reading, Identified) or reading.subject != "shipper" or not reading.identifiers:
        message = "not the symbol of a shipper"
        raise ShipperUnreadableError(message)
    return reading.identifiers[0].key
