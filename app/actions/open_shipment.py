"""Open a shipment: a shipper that will carry bags from one site to another with a named carrier."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyExistsError, NotFoundError, done, event
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol
from app.custody.bag import Shipment
from app.kit.errors import GivreError


class ShipperUnreadableError(GivreError):
    """The shipper's symbol cannot be read, or names something else."""

    code = "shipper-unreadable"


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """The command behind ``POST /api/v1/shipments``. ``to_site`` and ``carrier_site`` are site codes."""

    actor: Principal
    shipper: str
    to_site: str
    carrier_site: str

    @property
    def tenant(self) -> str:
        """The sender's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A shipper is on one journey at a time, so a second try is refused anyway."""
        return None

    def needs(self) -> Needs:
        """Both sites, and whether the shipper is free."""
        keys = {f"site::{self.to_site}", f"site::{self.carrier_site}", shipper_key(self.shipper)}
        return Needs(ids=frozenset({str(self.actor.site_id)}), keys=frozenset(f"{self.tenant}|{key}" for key in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Open it from the sender's site.

        Raises:
            NotFoundError: one of the sites does not exist.
            AlreadyExistsError: the shipper is on another journey.
        """
        key = shipper_key(self.shipper)
        if world.find(key, self.tenant):
            message = "this shipper is on another journey"
            raise AlreadyExistsError(message)
        to = world.find(f"site::{self.to_site}", self.tenant)
        carrier = world.find(f"site::{self.carrier_site}", self.tenant)
        sender = world.get(str(self.actor.site_id), self.tenant)
        if not to or not carrier or sender is None or carrier[0].doc["organisation_kind"] != "carrier":
            message = "no such site"
            raise NotFoundError(message)
        ends = (sender, to[0])
        makers = [
            one.doc["organisation"] for one in ends if one.doc["organisation_kind"] in {"manufacturer", "sponsor"}
        ]
        subject = moment.new_id()
        shipment = Shipment(
            id=subject,
            shipper=key.split(":", 2)[2],
            from_site=sender.id,
            to_site=to[0].id,
            carrier_site=carrier[0].id,
            manufacturer=makers[0] if makers else "",
            state="open",
            bags=[],
            received=[],
            seals=[],
            logger=None,
            charged_at=None,
            waybill=None,
        )
        doc = {**shipment.to_doc(), "identifiers": [key]}
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(subject, "shipment", with_vault=True),),
            drafts=(event(subject, "custody:shipment:opened", moment=moment, actor=self.actor.subject_id, doc=doc),),
            # Given back when the shipper arrives; until then it is on this journey and on no other.
            names=(Name(f"{self.tenant}|{key}", subject, exclusive=True),),
        )


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
