"""Questions that several steps put to a scan: right patient, right papers, right place, in time."""

from __future__ import annotations

from app.custody.bag import Kind
from app.custody.comparison import OF_THE_GOODS, disagreeing
from app.custody.labels import ANCHORS, DEWARS, LAYER_NAMES, instant_name, joined
from app.custody.profile import LAYERS
from app.custody.situation import Situation
from app.custody.timers import overdue
from app.custody.verdict import Breach
from app.kit.clock import months_after, parse_rfc3339


def right_patient(situation: Situation) -> Breach | None:
    """Refuse a bag beside a patient it was not made for. Never overridden (domain §4)."""
    if situation.bag is not None and situation.patient not in {None, situation.bag.patient}:
        return Breach("wrong-patient")
    return None


def right_document(situation: Situation) -> Breach | None:
    """Refuse a document of another therapy."""
    if situation.bag is not None and situation.document_therapy not in {None, situation.bag.therapy}:
        return Breach("wrong-document")
    return None


def labels_agree(situation: Situation) -> Breach | None:
    """Refuse when what was scanned says that these are another patient's cells, or another bag of them."""
    return Breach("labels-disagree") if set(disagreeing(situation.comparison)) - OF_THE_GOODS else None


def goods_agree(situation: Situation) -> Breach | None:
    """Refuse when labels of the same cells differ in what is true of the product: its expiry, its article number."""
    differing = set(disagreeing(situation.comparison)) & OF_THE_GOODS
    return Breach("label-values-differ", {"fields": ", ".join(sorted(differing))}) if differing else None


PAPERS = frozenset({"certificate", "rfic", "lot_information_sheet"})
"""The layers that come with the release certificate."""


def every_layer(situation: Situation) -> Breach | None:
    """Refuse when a label that this product's rules want compared was not scanned (clinical §1C).

    A rule that is not read in a primary source only asks for confirmation: knowledge of confidence M or K never stops.
    """
    profile, wanted = situation.profile, situation.step.layers or frozenset()
    if profile is None:
        return None
    if situation.step.tag == "inspected" and not situation.details.get("certificate"):
        wanted -= PAPERS  # they are late with the certificate, whose hold stands until it is there
    missing = [one for one in LAYERS if one in wanted & set(profile.match_labels) and one not in situation.layers]
    if not missing:
        return None
    sure = profile.confidence.get("match_labels") == "H"
    code = "label-layer-missing" if sure else "label-layer-missing-unconfirmed"
    return Breach(code, {"layers": joined([LAYER_NAMES[one] for one in missing])})


def right_shipper(situation: Situation) -> Breach | None:
    """Refuse a bag that is not in the scanned shipper."""
    if situation.bag is not None and situation.shipment is not None and situation.bag.shipment != situation.shipment.id:
        return Breach("wrong-shipper")
    return None


def certified(situation: Situation) -> Breach | None:
    """Refuse a product whose release certificate is not on record: it may wait in quarantine, never be given."""
    bag = situation.bag
    return Breach("certificate-missing") if bag is not None and bag.certificate is None else None


def known_profile(situation: Situation) -> Breach | None:
    """Refuse what is judged by a product's rules when there are none: unknown is never fine."""
    return Breach("unknown-profile") if situation.profile is None else None


def signed_profile(situation: Situation) -> Breach | None:
    """Refuse to begin what no pharmacist has signed the rules of (clinical §1: nothing rules before it is signed)."""
    if situation.profile is None:
        return Breach("unknown-profile")
    known = {"product": situation.profile.product}
    if situation.standing == "withdrawn":
        return Breach("profile-withdrawn", known)
    return None if situation.standing == "in_force" else Breach("profile-unsigned", known)


def not_expired(situation: Situation) -> Breach | None:
    """Refuse a bag past its expiry; the stored instant is the last one of the printed day or month."""
    bag = situation.bag
    if bag is None or bag.expires_at is None:
        return None
    expires = parse_rfc3339(bag.expires_at)
    return Breach("bag-expired", {"expires_at": instant_name(expires)}) if situation.occurred_at > expires else None


def within_shelf_life(situation: Situation) -> Breach | None:
    """Refuse a bag older than its product keeps frozen, whatever its label says; counted from its manufacture."""
    bag, profile = situation.bag, situation.profile
    made = bag.marks.get("manufactured") if bag is not None else None
    if made is None or profile is None:
        return None
    if situation.occurred_at <= months_after(parse_rfc3339(made), profile.shelf_life_months):
        return None
    code = "shelf-life-passed" if profile.binding("shelf_life_months") else "shelf-life-unconfirmed"
    return Breach(code, {"months": str(profile.shelf_life_months)})


def in_time(situation: Situation) -> Breach | None:
    """Refuse a step after one of the profile's clocks has run out (domain §8)."""
    if situation.bag is None or situation.profile is None:
        return None
    rule = overdue(situation.bag, situation.profile, at=situation.occurred_at, step=situation.step.tag)
    if rule is None:
        return None
    code = "timer-overdue" if rule.binding else "timer-overdue-unconfirmed"
    if situation.step.tag == "infusion_ended":
        code = "infusion-late"  # the fact is there: it is confirmed and followed up, never kept out of the record
    return Breach(code, {"max_minutes": str(rule.max_minutes), "anchor": ANCHORS[rule.starts]})


def ours(situation: Situation) -> Breach | None:
    """Refuse a position of another site."""
    place = situation.place
    return Breach("unknown-position") if place is not None and place.site != situation.actor.site else None


def free(situation: Situation) -> Breach | None:
    """Refuse a position that another bag is in (STO-01)."""
    place, bag = situation.place, situation.bag
    if place is None or bag is None or place.occupant in {None, bag.id}:
        return None
    return Breach("position-occupied")


def cold_enough(situation: Situation) -> Breach | None:
    """Refuse a dewar that is qualified to a warmer limit than the product's (STO-02).

    A collection counts when the product is made from frozen cells; fresh ones are never below the product's limit.
    """
    place, profile, bag = situation.place, situation.profile, situation.bag
    if place is None or bag is None:
        return None
    if profile is None:
        return Breach("unknown-profile")
    if place.limit_c <= profile.limit_c or (bag.kind == Kind.COLLECTION and profile.collection != "frozen"):
        return None
    code = "dewar-too-warm" if profile.binding("limit_c") else "dewar-too-warm-unconfirmed"
    return Breach(code, {"dewar_limit": str(place.limit_c), "limit": str(profile.limit_c)})


def in_service(situation: Situation) -> Breach | None:
    """Refuse a dewar that is not qualified, or that stands in alarm as whoever is in front of it says (STO-02)."""
    place = situation.place
    if place is None:
        return None
    status = "alarm" if situation.details.get("dewar_state") == "alarm" else place.status
    return None if status == "qualified" else Breach("dewar-not-qualified", {"status": DEWARS[status]})


SHELVING = (ours, free, cold_enough, in_service)
"""What a position must be before a bag goes into it."""
