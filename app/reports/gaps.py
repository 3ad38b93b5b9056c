"""Section 17, told first: what is missing or not verified, so that no report looks complete when it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from app.custody.bag import TERMINAL, State
from app.custody.holds import REASONS
from app.custody.labels import ANCHORS, state_name
from app.custody.out_of_specification import ITEMS
from app.custody.steps import STEPS
from app.identity.status import Status
from app.kit.clock import rfc3339
from app.kit.registry import Registry
from app.kit.texts import Text, joined
from app.reports.code_words import CODES
from app.reports.gap_kind import Kind
from app.reports.gap_texts import KINDS
from app.reports.material import Event
from app.reports.model import Gap
from app.reports.sections.bedside import followed
from app.reports.sections.quality import rule_text
from app.reports.telling import Telling, seconds_between
from app.temperature.reasons import DOUBTS

GAPS: Final[Registry[Kind]] = Registry("gap", KINDS)
_ORDER = {kind.tag: number for number, kind in enumerate(KINDS)}
_ROAD = {
    "collection": ("collected", "packed", "handed_over", "received", "manufactured"),
    "product": (
        "released",
        "packed",
        "handed_over",
        "received",
        "inspected",
        "stored",
        "retrieved",
        "thaw_started",
        "thaw_ended",
        "issued",
        "identified",
        "infusion_started",
        "infusion_ended",
    ),
    "syringe": ("prepared", "issued", "identified", "infusion_started", "infusion_ended"),
}
"""The steps that a container of each kind goes through, in their order; what follows one proves that it happened."""
_PHRASES = {
    "identity": Text("l'identité du patient", "the patient's identity"),
    "notes": Text("les textes libres", "free text"),
    "staff": Text("les noms du personnel de l'établissement", "the names of the hospital's staff"),
    "follow_up": Text("le suivi clinique", "the clinical follow-up"),
    "deviations": Text("les déviations", "deviations"),
    "positions": Text("les emplacements de conservation", "storage positions"),
}


def gaps(tell: Telling, sections: dict[str, Any]) -> list[Gap]:
    """Return every gap, the gravest kinds first, then in the order of time; ``sections`` are what is told otherwise."""
    finders = (_proof, _withheld, _journey, _cold, _labels, _quality, _quantities, _entries, _after)
    found = chain.from_iterable(finder(tell, sections) for finder in finders)
    return sorted(
        found, key=lambda gap: (_ORDER[gap["code"]], gap["since"] or "", gap["event"] or "", gap["bag"] or "")
    )


def _gap(  # noqa: PLR0913  # the members of a gap
    tell: Telling,
    code: str,
    *,
    bag: str | None = None,
    event: Event | None = None,
    since: str | None = None,
    until: str | None = None,
    section: str | None = None,
    **values: str | Text,
) -> Gap:
    kind = GAPS[code]
    told = {name: value if isinstance(value, str) else value.say(tell.copy.language) for name, value in values.items()}
    about = bag if bag is not None or event is None or event.kind != "bag" else event.subject
    return {
        "code": code,
        "severity": kind.severity,
        "section": section or kind.section,
        "bag": about,
        "bag_name": tell.bag_name(about) if about is not None and about in tell.material.bags else None,
        "event": event.id if event is not None else None,
        "since": since or (event.occurred_at if event is not None else None),
        "until": until,
        "text": kind.text.say(tell.copy.language).format(**told),
    }


def _step(tag: str) -> Text:
    known = STEPS.get(tag)
    return known.labels if known is not None else Text(tag, tag)


def _proof(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    for subject, examined in tell.material.examined.items():
        bag = subject if subject in tell.material.bags else None
        if examined.verdict != "valid":
            yield _gap(tell, "proof-invalid", bag=bag, verdict=examined.verdict)
    for bag in tell.material.bags:
        if bag not in tell.material.examined:
            yield _gap(tell, "chain-elsewhere", bag=bag, name=tell.bag_name(bag))
    if sections["cover"]["completeness"] == "operator":
        yield _gap(tell, "completeness-operator")
    for bag in tell.material.chosen:
        ruled = tell.material.profiles.get(bag)
        if ruled is None or not ruled[1]:
            yield _gap(tell, "rules-unsigned", bag=bag)
            return


def _withheld(tell: Telling, _sections: dict[str, Any]) -> Iterator[Gap]:
    copy = tell.copy
    what = [] if copy.identity else ["identity"]
    what += [] if copy.notes else ["notes"]
    what += [] if copy.inside else ["staff", "follow_up", "deviations", "positions"]
    for one in what:
        yield _gap(tell, "section-withheld", what=_PHRASES[one])
    if tell.material.therapy.get("blinded") and not copy.unblind:
        yield _gap(tell, "blinded")
    for subject, examined in tell.material.examined.items():
        events = [event for event in tell.material.events if event.subject == subject]
        erased = [event for event in events if not event.body]
        for event in erased:
            yield _gap(tell, "body-erased", event=event, seq=str(event.seq))
        withheld = len(examined.undisclosed) - len(erased)
        if withheld > 0:
            yield _gap(tell, "bodies-withheld", bag=subject, count=str(withheld))


def _journey(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    for stretch in sections["legs"]["uncovered"]:
        yield _gap(tell, "custody-uncovered", **stretch)
    for bag in tell.material.bags:
        doc = tell.material.bags[bag]
        road = _ROAD["syringe" if doc["form"] == "syringe" else doc["kind"]]
        there = [any(tell.steps(tag, bag=bag)) for tag in road]
        for number, tag in enumerate(road):
            if not there[number] and any(there[number + 1 :]):
                yield _gap(tell, "step-missing", bag=bag, step=_step(tag))
        if bag in tell.material.chosen and doc["state"] not in TERMINAL:
            yield _gap(tell, "not-finished", bag=bag, state=state_name(doc["state"]))
    for released in sections["release"]:
        if released["event"] is None:
            yield _gap(tell, "not-released", bag=released["bag"])
        if not tell.material.bags[released["bag"]]["certificate"] and not released["certificate"]:
            yield _gap(tell, "certificate-absent", bag=released["bag"])
        if released["specification"] == "out":
            items = joined(ITEMS[one["item"]][0] for one in released["oos"])
            yield _gap(tell, "out-of-specification", bag=released["bag"], items=items)


def _cold(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    roads, stays = sections["transport_temperature"], sections["storage"]["temperatures"]
    for where, code in ((roads, "transport-temperature-unknown"), (stays, "storage-temperature-unknown")):
        for one in where:
            section = "storage" if where is stays else "transport_temperature"
            span = {"bag": one["bag"], "since": one["since"], "until": one["until"]}
            if one["status"] == "unknown" and not one["probes"]:
                yield _gap(tell, code, **span)
            elif one["status"] == "excursion":
                seconds = str(one["above_limit_s"])
                yield _gap(tell, "temperature-excursion", section=section, seconds=seconds, **span)
            if one["probes"] and one["unknown"]:
                doubts = joined(DOUBTS[doubt] for doubt in dict.fromkeys(each["doubt"] for each in one["unknown"]))
                known = str(one["coverage_permille"] // 10)
                yield _gap(tell, "temperature-partly-unknown", section=section, known=known, doubts=doubts, **span)
            held = one["hold_until"]
            if held is not None and (one["until"] or rfc3339(tell.material.as_of)) > held:
                yield _gap(tell, "hold-time-passed", section=section, hold_until=held, **span)
            if any(evaluation["outcome"] is None for evaluation in one["evaluations"]):
                yield _gap(tell, "excursion-undecided", section=section, **span)
    for account in sections["storage"]["exposure"]:
        if not account["known"] and account["parts"]:
            yield _gap(tell, "exposure-unmeasured", bag=account["bag"], seconds=str(account["total_s"]))


def _labels(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    for event in _bag_events(tell):
        differ = [row["field"] for row in event.body.get("comparison", ()) if row["verdict"] == "differ"]
        if differ and event.taken:
            yield _gap(tell, "labels-differ", event=event, fields=", ".join(differ))
    for identified in sections["bedside"]:
        if identified["outcome"] == "taken" and not identified["comparison"]:
            yield _gap(tell, "labels-not-compared", bag=identified["bag"], since=identified["occurred_at"])
    for collected in sections["collection"]:
        if collected["serology"] is None:
            yield _gap(tell, "serology-unrecorded", bag=collected["bag"])
        for run in collected["labels"]:
            left = (run["printed"] or 0) - (run["used"] or 0) - (run["void"] or 0)
            if left:
                yield _gap(tell, "labels-left-over", bag=collected["bag"], left=str(left))


def _quality(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    for timer in chain.from_iterable(one["timers"] for one in sections["infusion"] or sections["thaw"]):
        if timer["state"] in {"broken", "overdue"}:
            yield _gap(
                tell,
                "clock-broken",
                bag=timer["bag"],
                since=timer["due_at"],
                minutes=str(timer["max_minutes"]),
                starts=ANCHORS[timer["starts"]],
                ends=_step(timer["ends"]),
            )
    patient = sections["subject"]["patient"]
    if tell.copy.inside and patient["status"] != Status.QUALIFIED:
        status = CODES.get(f"patient:{patient['status']}", Text("inconnue", "unknown"))
        yield _gap(tell, "identity-unconfirmed", status=status)
    for bag in sections["subject"]["bags"]:
        for hold in bag["holds"]:
            yield _gap(tell, "hold-open", bag=bag["id"], since=hold["since"], reason=REASONS[hold["reason"]][0])
    for deviation in sections["deviations"]["items"]:
        if deviation["state"] != "closed":
            yield _gap(tell, "deviation-open", bag=deviation["bag"], since=deviation["opened_at"])


def _quantities(tell: Telling, sections: dict[str, Any]) -> Iterator[Gap]:
    for quantity in sections["disposition"]["quantities"]:
        if quantity["balanced"] is None:
            yield _gap(tell, "quantity-unknown", bag=quantity["bag"])
        elif not quantity["balanced"]:
            difference = str(quantity["difference"])
            yield _gap(tell, "quantity-unbalanced", bag=quantity["bag"], of=_OF[quantity["of"]], difference=difference)


_OF = {
    "containers": Text("contenants", "containers"),
    "doses": Text("doses", "doses"),
    "volume_ml": Text("volume en mL", "volume in mL"),
}


def _entries(tell: Telling, _sections: dict[str, Any]) -> Iterator[Gap]:
    # What two people did without a network is complete once the second of them has countersigned it.
    signed = {one.body["countersigns"]["scan_id"] for one in _bag_events(tell) if "countersigns" in one.body}
    for event in _bag_events(tell):
        full, step = tell.primary(event), _step(event.step)
        known = STEPS.get(event.step)
        if full.body.get("late"):
            minutes = str(seconds_between(event.occurred_at, event.recorded_at) // 60)
            why, until = full.reason or "–", event.recorded_at
            yield _gap(tell, "late-entry", event=event, until=until, step=step, minutes=minutes, reason=why)
        if event.outcome == "refused":
            rule = rule_text(tell, event.body.get("code", ""))
            yield _gap(tell, "attempt-refused", event=event, step=step, rule=rule)
        elif (
            known is not None
            and known.witness is not None
            and "symbols" in event.body
            and event.witness is None
            and event.body.get("scan_id") not in signed
        ):
            yield _gap(tell, "second-person-missing", event=event, step=step)
        typed = [one["role"] for one in event.body.get("symbols", ()) if one["source"] == "typed"]
        if typed:
            yield _gap(tell, "value-typed", event=event, step=step, roles=", ".join(typed))
        absent = [one for one in tell.photos(event) if one["kept"] is None]
        if absent:
            yield _gap(tell, "photo-absent", event=event, step=step, count=str(len(absent)))
        if event.id in tell.corrections:
            fields = ", ".join(one["field"] for one in tell.corrections[event.id])
            yield _gap(tell, "corrected", event=event, step=step, fields=fields)
        if "break_glass" in event.body:
            yield _gap(tell, "glass-broken", event=event, step=step)


def _after(tell: Telling, _sections: dict[str, Any]) -> Iterator[Gap]:
    given = [bag for bag in tell.material.chosen if tell.material.bags[bag]["state"] == State.INFUSED]
    if given and tell.copy.inside:
        if not followed(tell):
            yield _gap(tell, "follow-up-missing")
        yield _gap(tell, "serious-cases-unrecorded")


def _bag_events(tell: Telling) -> Iterable[Event]:
    return (event for event in tell.material.events if event.kind == "bag")
