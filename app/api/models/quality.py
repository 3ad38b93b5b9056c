"""What quality says about deviations, reviews, late scans and recalls, and what it is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.lists import ListOut
from app.api.models.base import NO_NUL, Input, Instant, Output, Text64, Text2000, Uuid

StateFilter = Literal["open", "closed"]


class OwnerIn(Input):
    """Who is to answer for a deviation, by the login they sign in with."""

    login: Text64


class DecisionIn(Input):
    """What was decided about the bag, and why."""

    decision: Literal["no_impact", "use_as_is", "quarantine", "return", "destroy", "other"]
    text: Text2000


class CapaIn(Input):
    """Corrective and preventive action: what is done so that it does not happen again, and until when."""

    text: Text2000
    due_at: Instant | None = None


class ClosureIn(Input):
    """Why the deviation may be closed."""

    text: Text2000


class ReviewIn(Input):
    """What the reviewer found."""

    verdict: Literal["justified", "unjustified", "follow_up"]
    note: Text2000


class SettleIn(Input):
    """What two people say about a late scan.

    The second one signs, at ``/auth/witness``, the scan ``{"scan_id": <the item's id>, "step": "settled",
    "occurred_at", "device_id", "details": {"decision", "reason"}, "bag_id"}``, with the same values as here.
    """

    decision: Literal["accepted", "dismissed"]
    reason: Text2000
    occurred_at: Instant
    device_id: Text64
    bag_id: Uuid | None = None
    witness: Annotated[str | None, Field(max_length=4096)] = None


class SettlementOut(Output):
    """A scan that was refused when it arrived late, or that breaks its device's chain; what two people made of it."""

    id: str
    bag: str | None
    step: str
    code: str
    scan_id: str
    occurred_at: str
    opened_at: str
    title: str
    state: Literal["open", "accepted", "dismissed"]


class SettlementsOut(ListOut):
    """A page of late scans."""

    items: list[SettlementOut]  # type: ignore[assignment]  # narrower than any object


class DeviationOut(Output):
    """A deviation: where it came from, who owns it, and what was decided.

    ``bag`` is null where a count found something that is no bag of ours; ``count`` and ``position`` then say where.
    """

    id: str
    bag: str | None
    step: str
    rules: list[str]
    opened_at: str
    state: Literal["open", "closed"]


class StoryItemOut(Output):
    """One thing that happened to an item of quality's; ``notes`` are its sealed texts."""

    tag: str
    at: str
    by: dict[str, Any] | None
    notes: dict[str, Any]


class SettlementDetailOut(SettlementOut):
    """An item to settle with its whole story, oldest first."""

    story: list[StoryItemOut]


class DeviationDetailOut(DeviationOut):
    """A deviation with its whole story, oldest first."""

    story: list[StoryItemOut]


class DeviationsOut(ListOut):
    """A page of deviations."""

    items: list[DeviationOut]  # type: ignore[assignment]  # narrower than any object


class ReviewOut(Output):
    """Something done outside the ordinary, for somebody else to look at."""

    id: str
    kind: str
    subject: str
    opened_at: str
    reason: str
    state: Literal["open", "closed"]


class ReviewDetailOut(ReviewOut):
    """Such a thing with its whole story, oldest first."""

    story: list[StoryItemOut]


class ReviewsOut(ListOut):
    """A page of items to review."""

    items: list[ReviewOut]  # type: ignore[assignment]  # narrower than any object


class HeldOut(Output):
    """One open hold, the bag it stands on, and the groups of roles that lift it together, each a person of its own."""

    bag: str
    id: str
    reason: str
    since: str
    lift: list[list[str]]
    state: str
    product: str
    lot: str | None
    custodian: str


class HoldsOut(ListOut):
    """A page of open holds."""

    items: list[HeldOut]  # type: ignore[assignment]  # narrower than any object


class RecallIn(Input):
    """The lot to recall, under which reference and why."""

    lot: Annotated[str, Field(min_length=1, max_length=20, pattern=NO_NUL)]
    product: Text64 | None = None
    reference: Text64
    reason: Text2000


class RecallOut(Output):
    """A recall and the bags it put on hold."""

    id: str
    lot: str
    reference: str
    opened_at: str
    bags: list[str]


class RecallsOut(ListOut):
    """A page of recalls."""

    items: list[RecallOut]  # type: ignore[assignment]  # narrower than any object
