"""The shape of ``givre.report/v1`` as types; every member, its unit and its meaning stand in docs/report-format.md.

Instants are RFC 3339 in UTC with milliseconds, temperatures thousandths of a degree Celsius, volumes millilitres,
durations seconds; there is no float. A member that holds nothing is null or empty, never absent.
"""

from __future__ import annotations

from typing import Any, Final, TypedDict

FORMAT: Final = "givre.report/v1"


class Site(TypedDict):
    """A place that may answer for a bag. ``kind``: hospital, blood_service, manufacturer, sponsor, carrier."""

    id: str
    code: str
    name: str
    kind: str


class Who(TypedDict):
    """A person: ``name`` and ``id`` are null where this copy does not tell them."""

    id: str | None
    name: str | None
    roles: list[str]
    site: Site | None


class Correction(TypedDict):
    """What was recorded, what is right, and why; the last one of a field counts."""

    event: str
    field: str
    old: str | None
    new: str | None
    reason: str | None
    at: str
    by: Who | None


class Photo(TypedDict):
    """A photograph by the SHA-256 of its bytes; ``kept``: the event that says that they are there, or null."""

    sha256: str
    kept: str | None


class Fact(TypedDict):
    """An event that a section is made from; ``corrections`` are already in the values beside it."""

    event: str
    bag: str | None
    step: str
    occurred_at: str
    recorded_at: str
    late: bool
    by: Who | None
    witness: Who | None
    deviation: str | None
    note: str | None
    photos: list[Photo]
    corrections: list[Correction]


class Gap(TypedDict):
    """Something missing or not verified. ``severity``: missing, unverified, withheld or note."""

    code: str
    severity: str
    section: str
    bag: str | None
    bag_name: str | None
    event: str | None
    since: str | None
    until: str | None
    text: str


class Compared(TypedDict):
    """One field that several labels carry: layer → value; ``verdict``: agree, differ or absent."""

    field: str
    values: dict[str, str]
    verdict: str


class Timer(TypedDict):
    """One clock of the product's rules. ``state``: waiting, running, overdue, met or broken."""

    bag: str
    starts: str
    ends: str
    max_minutes: int
    binding: bool
    started_at: str | None
    due_at: str | None
    ended_at: str | None
    elapsed_s: int | None
    state: str


class Curve(TypedDict):
    """Temperatures as a line: ``points`` are [seconds since ``start``, temperature or null where nothing is known]."""

    start: str
    points: list[list[int | None]]


class Excursion(TypedDict):
    """A stay beyond the limit. It began after ``since`` and had ended at ``until``; null: nothing was read there."""

    since: str | None
    until: str | None
    peak_mC: int
    peak_at: str
    least_s: int
    most_s: int
    samples: int
    tolerated: bool


class UnknownSpan(TypedDict):
    """A stretch of which nobody knows the temperature, and why."""

    since: str
    until: str
    doubt: str


class Happened(TypedDict):
    """Something that happened while the cold was measured. ``what``: a code with its family, as the words name it."""

    at: str
    what: str
    event: str | None


class Evaluation(TypedDict):
    """What became of an excursion for this bag. ``opinions`` are the maker's; ``outcome`` is null until two decided."""

    id: str
    opened_at: str
    opinions: list[dict[str, Any]]
    outcome: str | None
    decided_at: str | None
    decided_by: Who | None
    decided_with: Who | None


class Temperature(TypedDict):
    """What is known of the cold of one stretch. ``status``: unknown, in_range or excursion; unknown is never OK."""

    bag: str
    shipment: str | None
    dewar: str | None
    since: str | None
    until: str | None
    logger: str | None
    calibration: str | None
    limit_mC: int | None
    min_mC: int | None
    max_mC: int | None
    above_limit_s: int | None
    coverage_permille: int | None
    status: str
    charged_at: str | None
    hold_until: str | None
    tilted: bool | None
    raw_sha256: str | None
    curve: Curve | None
    measured_until: str | None
    readings: int
    probes: int
    excursions: list[Excursion]
    unknown: list[UnknownSpan]
    evaluations: list[Evaluation]
    happened: list[Happened]


class Quantity(TypedDict):
    """One reconciled quantity: ``received`` = infused + destroyed + returned + stored + pending + lost, or not.

    ``of``: containers, doses or volume_ml. ``balanced`` is null where a part is unknown.
    """

    of: str
    bag: str | None
    received: int | None
    infused: int | None
    destroyed: int | None
    returned: int | None
    stored: int | None
    pending: int | None
    lost: int | None
    difference: int | None
    balanced: bool | None


class Signature(TypedDict):
    """Who signed what, meaning what, when and how (21 CFR 11.50). ``status``: valid, or not_disclosed."""

    event: str
    leaf: str
    bag: str | None
    step: str
    who: Who | None
    part: str
    meaning: str
    at: str
    method: str
    status: str


class Bracket(TypedDict):
    """When a late entry can have been made: claimed for ``claimed``, in the log after ``after`` and by ``by``.

    ``cosigned`` says whether somebody else vouches for that checkpoint.
    """

    claimed: str
    recorded_at: str
    after: dict[str, Any] | None
    by: dict[str, Any] | None


class Late(TypedDict):
    """By how much an entry is late, why, whether it waited in a tablet's queue, and what is proved of its time."""

    by_seconds: int
    reason: str | None
    offline: bool
    bracket: Bracket


class Entry(TypedDict):
    """One line of the audit trail. ``subject``: bag, therapy, shipment or deviation; ``stated``: as first recorded."""

    subject: str
    id: str
    bag: str | None
    seq: int
    index: int
    event: str
    leaf: str
    tag: str
    step: str | None
    outcome: str | None
    code: str | None
    occurred_at: str
    recorded_at: str
    by: Who | None
    witness: Who | None
    device: str | None
    stated: dict[str, Any]
    disclosed: bool
    late: Late | None
    corrections: list[Correction]


class Report(TypedDict):
    """The report; ``evidence`` is one file of evidence (a bag) or a list of them (a therapy and its bags)."""

    format: str
    id: str
    language: str
    audience: str
    scope: str
    gaps: list[Gap]
    cover: dict[str, Any]
    subject: dict[str, Any]
    collection: list[dict[str, Any]]
    legs: dict[str, Any]
    transport_temperature: list[Temperature]
    release: list[dict[str, Any]]
    reception: list[dict[str, Any]]
    storage: dict[str, Any]
    thaw: list[dict[str, Any]]
    bedside: list[dict[str, Any]]
    infusion: list[dict[str, Any]]
    follow_up: dict[str, Any]
    deviations: dict[str, Any]
    disposition: dict[str, Any]
    signatures: list[Signature]
    trail: list[Entry]
    words: dict[str, dict[str, str]]
    evidence: Any
    seal: dict[str, str]
