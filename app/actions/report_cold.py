"""What a report says of the cold, up to its checkpoint: files, segments and evaluations that the log tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from app.actions.kept_series import ATTACHED, KeptSeries, series_of
from app.actions.log_reader import PublicLog
from app.actions.reader import StoredSubject
from app.actions.report_events import bodies_of, events_of
from app.actions.services import Services
from app.actions.weigh_temperatures import limit_of
from app.custody.bag import Bag
from app.custody.profile import Profile
from app.kit.clock import parse_rfc3339
from app.reports.material import Cold, Event, Place, Series, folded
from app.temperature.gauges import Measures
from app.temperature.merging import merged
from app.temperature.reading import milliseconds

_REACH_MS: Final = 1_800_000
"""The longest step that is no gap: so far beyond a stay a reading may speak of it."""


def cold_of(  # noqa: PLR0913  the log, and everything in the report that may have been measured
    services: Services,
    log: PublicLog,
    size: int,
    *,
    events: Iterable[Event],
    bags: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, Place],
    profiles: Mapping[str, tuple[Profile, bool]],
) -> Cold:
    """Return what was measured; a few statements a probe that is told of, whatever the number of readings."""
    told = list(events)
    journeys: dict[str, list[Event]] = {}
    for one in told:
        if one.tag == ATTACHED and one.body:
            journeys.setdefault(one.subject, []).append(one)
    dewars = {str(place.dewar["id"]) for place in places.values()}
    shipments = {one.subject for one in told if one.kind == "shipment"}
    kept = services.reader.children(sorted(dewars | shipments), "evaluation") if dewars | shipments else []
    devices = services.reader.children(sorted(dewars), "probe") if dewars else []
    probes = [one for one in devices if one.doc.get("measures", Measures.TEMPERATURE) == Measures.TEMPERATURE]
    span = _span(told)
    alarms = _alarms(services, dewars, span)
    beside = {one.id for one in [*kept, *probes, *alarms]}
    rows = services.log.told(log, beside, size) if beside else []
    made = folded(events_of(rows, bodies_of(rows)))
    return Cold(
        journeys={
            shipment: [_file(services, one) for of in attached for one in series_of([of.body])]
            for shipment, attached in sorted(journeys.items())
        },
        dewars=_dewars(services, [one for one in probes if one.id in made], made, span),
        evaluations=[made[one.id] for one in kept if one.id in made],
        alarms=[made[one.id] for one in alarms if one.id in made],
        limits={
            bag: held
            for bag, doc in bags.items()
            if (held := limit_of(Bag.from_doc(doc), profiles[bag][0] if bag in profiles else None)) is not None
        },
        exposure_limit_s=services.exposure_limit_s,
    )


def _span(events: Collection[Event]) -> tuple[int, int] | None:
    times = [milliseconds(one.at) for one in events if "position" in one.changes]
    return (min(times) - _REACH_MS, 1 << 62) if times else None


def _alarms(services: Services, dewars: Collection[str], span: tuple[int, int] | None) -> list[StoredSubject]:
    """Return the alarms of the dewars since the first bag came; when one was raised never changes."""
    if span is None or not dewars:
        return []
    found = services.reader.children(sorted(dewars), "alarm")
    return [one for one in found if milliseconds(parse_rfc3339(one.doc["raised_at"])) >= span[0]]


def _file(services: Services, kept: KeptSeries) -> Series:
    blocks = merged(services.telemetry.segments(kept.file, number=kept.probe, count=kept.chunks))
    return Series(None, None, kept.sha256, kept.interval_ms, tuple(blocks), kept.doubts)


def _dewars(
    services: Services,
    probes: Iterable[StoredSubject],
    made: Mapping[str, Mapping[str, Any]],
    span: tuple[int, int] | None,
) -> dict[str, list[Series]]:
    found: dict[str, list[Series]] = {}
    for one in probes:
        doc = made[one.id]
        blocks = merged(services.telemetry.segments(one.id, count=doc["chunks"], span=span)) if span else []
        if blocks:
            series = Series(doc["code"], doc["calibration_due"], None, doc["interval_s"] * 1000, tuple(blocks))
            found.setdefault(str(doc["dewar"]), []).append(series)
    return found
