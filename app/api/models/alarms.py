"""Alarms as they come and go over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.lists import ListOut
from app.api.models.base import NO_NUL, WHOLE, Input, Instant, Output, Text200, Text2000, Uuid

_Source = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]*$", examples=["P1"])]
_Milli = Annotated[int, Field(ge=-273_150, le=200_000), WHOLE]
_Seconds = Annotated[int, Field(ge=0, le=34_560_000), WHOLE]


class RuleIn(Input):
    """One rule. Temperatures in thousandths of a degree Celsius, levels in thousandths of a per cent, times in seconds.

    ``limit`` null (``high`` only): the strictest product inside the dewar, less ``margin``.
    """

    kind: Annotated[str, Field(max_length=40, examples=["high"])]
    source: _Source
    severity: Literal["warning", "action"]
    limit: _Milli | None = None
    margin: Annotated[int, Field(ge=0, le=100_000, default=0), WHOLE]
    for_s: Annotated[int, Field(ge=0, le=86_400, default=0), WHOLE]
    after_s: Annotated[_Seconds, Field(default=0)]
    clear: Annotated[int, Field(ge=0, le=100_000, default=0), WHOLE]
    enabled: bool = True


class StepIn(Input):
    """One step of the escalation: whom to call (ids of contacts), so many seconds after the alarm was raised."""

    after_s: _Seconds
    contacts: Annotated[list[Uuid], Field(min_length=1, max_length=20)]


class PlanIn(Input):
    """The whole alarm plan of a dewar. ``reason`` is asked for when a rule is switched off or taken away."""

    dewar: Uuid
    rules: Annotated[list[RuleIn], Field(max_length=64)]
    steps: Annotated[list[StepIn], Field(max_length=8)]
    repeat_s: Annotated[int, Field(ge=60, le=86_400, default=900), WHOLE]
    test_every_days: Annotated[int, Field(ge=1, le=366), WHOLE] | None = 31
    reason: Text2000 | None = None


class PlanOut(Output):
    """An alarm plan as it stands."""

    id: str
    dewar: str
    version: int
    rules: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    repeat_s: int
    test_every_days: int | None
    last_test_at: str | None


class PlansOut(ListOut):
    """A page of plans."""

    items: list[PlanOut]  # type: ignore[assignment]  # narrower than any object


class KindOut(Output):
    """A kind of rule and the members it takes."""

    tag: str
    label: str
    takes: list[str]
    source: str | None
    restricts: bool


class KindsOut(Output):
    """Every kind."""

    items: list[KindOut]


class AlarmOut(Output):
    """An alarm. ``state``: open (nobody has answered), acknowledged, closed (answered and over)."""

    id: str
    dewar: str
    dewar_code: str
    rule: str
    kind: str
    label: str
    source: str
    severity: str
    since: str
    raised_at: str
    value: int | None
    reading: str
    state: str
    cleared_at: str | None
    acknowledged: dict[str, Any] | None
    calls: int


class AlarmsOut(ListOut):
    """A page of alarms."""

    items: list[AlarmOut]  # type: ignore[assignment]  # narrower than any object


class OneAlarmOut(AlarmOut):
    """An alarm with what was sent about it."""

    sent: list[dict[str, Any]]


class AcknowledgementIn(Input):
    """What a person does about an alarm."""

    action: Literal[
        "filled", "bags_moved", "lid_closed", "checked", "probe_replaced", "supplier_called", "false_alarm", "other"
    ]
    note: Text2000 | None = None


class TestIn(Input):
    """A test of a dewar's alarm. ``rang``: it did, and whoever was to be called was."""

    dewar: Uuid
    tested_at: Instant
    rang: bool
    note: Text2000 | None = None


class TestOut(Output):
    """A test that was recorded."""

    id: str
    dewar: str
    dewar_code: str
    tested_at: str
    by: str
    rang: bool


class DueTestOut(Output):
    """When a dewar's alarm is to be tested next. ``due_at`` null: it has no alarm plan, or no term; that is overdue."""

    dewar: str
    code: str
    last_test_at: str | None
    due_at: str | None
    overdue: bool


class TestsOut(ListOut):
    """A page of tests, and the calendar of every dewar."""

    items: list[TestOut]  # type: ignore[assignment]  # narrower than any object
    calendar: list[DueTestOut]


class ContactIn(Input):
    """Somebody to call. ``address``: an e-mail address, an https URL, or an international telephone number."""

    name: Text200
    channel: Literal["email", "webhook", "sms"]
    address: Annotated[str, Field(min_length=3, max_length=500, pattern=NO_NUL, examples=["astreinte@chu.example"])]
    language: Literal["fr", "en"] = "fr"


class ContactOut(Output):
    """A contact."""

    id: str
    name: str
    channel: str
    address: str
    language: str
    active: bool


class NewContactOut(ContactOut):
    """A new one; ``secret`` (webhooks only) is shown once: what is sent there is signed with it."""

    secret: str | None


class ContactsOut(Output):
    """Every contact."""

    items: list[ContactOut]


class EndedOut(Output):
    """A contact that is called no more."""

    id: str
    active: bool
