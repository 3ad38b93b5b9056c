"""Scans: what a device sends and what it is answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from app.api.models.base import WHOLE, Input, Instant, Output, Text64, Text2000, Uuid

Source = Literal["camera", "scanner", "typed", "imported"]
Role = Literal[
    "bag",
    "patient",
    "position",
    "shipper",
    "document",
    "person",
    "dewar",
    "logger",
    "cassette",
    "device",
    "carton",
    "vial",
    "syringe",
    "certificate",
    "rfic",
    "lot_information_sheet",
    "prescription",
    "label",
]


class SymbolIn(Input):
    """One symbol, exactly as the device read it."""

    text: Annotated[str, Field(max_length=4096, examples=["=A99992612345600"])]
    symbology: Annotated[str | None, Field(max_length=32, examples=["code128"])] = None
    source: Source = "scanner"
    role: Role | None = None


class ReadIn(Input):
    """Symbols to look up."""

    symbols: Annotated[list[SymbolIn], Field(min_length=1, max_length=16)]


class DeviationIn(Input):
    """The wish to record a fact although rules forbid it: which rules, why, and who authorises it."""

    rules: Annotated[list[Text64], Field(min_length=1, max_length=16)]
    reason: Text2000
    authoriser: Annotated[str | None, Field(max_length=4096)] = None


class ActIn(Input):
    """One step, as a witness signs it: everything but the signatures.

    ``second_person``: who stood beside, in a queue from a room without a network; they countersign later.
    """

    scan_id: Uuid
    step: Text64
    symbols: Annotated[list[SymbolIn], Field(max_length=16, default_factory=list)]
    occurred_at: Instant
    device_id: Text64
    details: Annotated[dict[str, Any], Field(default_factory=dict)]
    bag_id: Uuid | None = None
    deviation: DeviationIn | None = None
    second_person: Uuid | None = None


class ScanIn(ActIn):
    """One step to record. ``witness`` is the one-time token of ``/auth/witness``.

    ``sent_at``: the device's clock as it sends this; it is compared with ours, and signed by nobody. ``device_seq`` and
    ``device_prev`` chain the scans of one device: the number of this one from 1, and the hash of the one before it (see
    docs/decisions/0150). They come together or not at all. ``told_wrong``: the code by which the device, without a
    network, has told whoever scanned to stop; such a scan is not taken unless a reason is given for it.
    """

    witness: Annotated[str | None, Field(max_length=4096)] = None
    sent_at: Instant | None = None
    told_wrong: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")] = None
    device_seq: Annotated[int | None, Field(ge=1, le=2**53 - 1), WHOLE] = None
    device_prev: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {
                    "required": ["device_seq", "device_prev"],
                    "properties": {"device_seq": {"type": "integer"}, "device_prev": {"type": "string"}},
                },
                {"properties": {"device_seq": {"type": "null"}, "device_prev": {"type": "null"}}},
            ]
        }
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.device_seq is None) != (self.device_prev is None):
            message = "device_seq and device_prev come together"
            raise ValueError(message)
        return self


class BatchIn(Input):
    """A tablet's queue, in order."""

    scans: Annotated[list[ScanIn], Field(min_length=1, max_length=500)]


class ReadingOut(Output):
    """What one symbol says, or why it says nothing."""

    status: Literal["identified", "unreadable"]


class SubjectOut(Output):
    """What a symbol names."""

    type: Literal["bag", "position", "shipper", "person", "patient", "document"]
    id: str


class ReadOut(Output):
    """The answer to a look-up."""

    readings: list[ReadingOut]
    subjects: list[SubjectOut]
    next_steps: list[str]


class IdentifierOut(Output):
    """One name of a bag."""

    scheme: str
    issuer: str
    value: str


class HoldOut(Output):
    """A reason why a bag may not go forward, and the groups of roles that lift it together."""

    id: str
    reason: str
    since: str
    lift: list[list[str]]


class BagOut(Output):
    """A bag as its reader may see it."""

    id: str
    state: str
    kind: str
    form: str
    product: str
    custodian: str
    therapy: str
    specification: Literal["in", "out"]
    holds: list[HoldOut]
    identifiers: list[IdentifierOut]


class ListedBagOut(BagOut):
    """A bag, and when something about it is due: a running clock's end or its expiry, whichever comes first."""

    due_at: str | None
    late: bool


class EventOut(Output):
    """The event a scan became."""

    id: str
    step: str
    seq: int
    occurred_at: str
    recorded_at: str


class ReceiptOut(Output):
    """The signed promise that the event is in the ledger: its leaf hash and a C2SP signed note."""

    leaf_hash: str
    signed: str


class TimerOut(Output):
    """One clock of a thawed bag; ``remaining_seconds`` is negative once the limit has passed."""

    state: str
    max_minutes: int
    due_at: str | None
    remaining_seconds: int | None


class ComparisonOut(Output):
    """One field and what each label says of it; ``verdict`` is absent when there is nothing to hold it against."""

    field: str
    values: dict[str, str]
    verdict: Literal["agree", "differ", "absent"]


class CautionOut(Output):
    """Something to be minded about the patient's identity, in the caller's language."""

    code: str
    detail: str


class ScanOut(Output):
    """A scan that was taken. ``bag`` is null for a therapy whose product has no bag yet (allogeneic, enrolled)."""

    verdict: Literal["taken"]
    scan_id: str
    bag: BagOut | None
    event: EventOut
    receipt: ReceiptOut
    timers: list[TimerOut]
    next_steps: list[str]
    overridden: list[str]
    comparison: list[ComparisonOut]
    cautions: list[CautionOut]


class RefusalOut(Output):
    """A scan that was understood, recorded and refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    rung: Literal["never", "senior", "acknowledge"]
    scan_id: str
    comparison: list[ComparisonOut]
    event: EventOut
    receipt: ReceiptOut


class BatchItemOut(Output):
    """One scan's own result: the status and the body it would have got alone."""

    scan_id: str
    status: int
    body: dict[str, Any]


class BatchOut(Output):
    """Results in the order of the scans. After the first one that was not recorded, none of the rest was tried."""

    results: list[BatchItemOut]
    recorded: int
