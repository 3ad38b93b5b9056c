"""Record a dewar's excursion: its evaluation, a hold on every bag it was too warm for, its readings, all in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.evaluation import makers_of, opened_evaluation
from app.actions.judge_dewar import Share, Warm
from app.actions.recorded import event
from app.actions.seal_segment import Segment, TelemetryOutdatedError, sealed
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Reply, Row, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import rfc3339
from app.temperature.reading import instant


@dataclass(frozen=True, slots=True)
class RecordExcursion:
    """The command that follows a warm reading; read and judged before, by ``warm_spells``.

    ``evaluation`` is the one that is open for this excursion already (None: it is new). ``judged`` are the warm
    readings that this act takes account of.
    """

    tenant: str
    dewar: str
    probe: str
    warm: Warm
    evaluation: str | None
    segment: Segment | None
    judged: int

    @property
    def once(self) -> Once | None:
        """A bag is held for an excursion once, and a segment sealed once."""
        return None

    def needs(self) -> Needs:
        """The dewar, its probe, the bags, and the evaluation."""
        ids = {self.dewar, self.probe, *(share.stay.bag for share in self.warm.shares)}
        return Needs(ids=frozenset(ids | ({self.evaluation} if self.evaluation is not None else set())))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            TelemetryOutdatedError: a bag was moved, or a segment sealed, since it was judged.
        """
        dewar, probe = world.require([self.dewar, self.probe], self.tenant)
        bags = {one.id: one for one in world.require((share.stay.bag for share in self.warm.shares), self.tenant)}
        if any(share.staying and bags[share.stay.bag].doc["position"] != share.stay.position for share in self.shares):
            message = "a bag was moved"
            raise TelemetryOutdatedError(message)
        drafts: list[Draft] = []
        rows: list[Row] = [Row("probe_judged", {"probe": probe.id, "warm": self.judged}, put=True)]
        births: tuple[Birth, ...] = ()
        if self.segment is not None:
            draft, chunks = sealed(self.segment, probe, moment)
            drafts.append(draft)
            rows += chunks
        if self.evaluation is None:
            evaluation, births, opened = opened_evaluation(
                {"kind": "dewar", "id": dewar.id, "probe": probe.id},
                {**self._told(), "probes": {probe.id: self._seen()}, "manufacturers": makers_of(bags.values())},
                moment,
                parent=dewar.id,
            )
            drafts.append(opened)
            noted = event(
                dewar.id,
                "temperature:excursion:opened",
                moment=moment,
                actor=None,
                body={"evaluation": evaluation, "probe": probe.id, "excursion": self._told()["excursion"]},
            )
            drafts.append(noted)
        else:
            (known,) = world.require([self.evaluation], self.tenant)
            evaluation = known.id
            drafts.append(self._extended(known, bags, moment))
        held = [self._held(bags[one.stay.bag], one, evaluation, moment) for one in self._to_hold(bags, evaluation)]
        content = {"evaluation": evaluation, "held": [one.subject for one in held]}
        return Decision(
            reply=lambda _: Reply("done", content), drafts=(*drafts, *held), births=births, rows=tuple(rows)
        )

    @property
    def shares(self) -> tuple[Share, ...]:
        """What it was for each bag."""
        return self.warm.shares

    def _seen(self) -> dict[str, Any]:
        """Return what this probe has seen of it: how warm, and when it was cold again."""
        until = self.warm.until_ms
        return {
            "peak_mC": self.warm.excursion.peak_milli,
            "until": None if until is None else rfc3339(instant(until)),
        }

    def _told(self) -> dict[str, Any]:
        excursion = self.warm.excursion
        ended = self.warm.until_ms
        return {
            "since": rfc3339(instant(self.warm.began_ms)),
            "until": None if ended is None else rfc3339(instant(ended)),
            "limit_mC": self.warm.limit.highest_milli,
            "excursion": {
                "start": rfc3339(instant(excursion.start_ms)),
                "last": rfc3339(instant(excursion.last_ms)),
                "peak_mC": excursion.peak_milli,
                "peak_at": rfc3339(instant(excursion.peak_ms)),
                "samples": excursion.samples,
                "least_s": excursion.least_seconds,
                "most_s": excursion.most_seconds,
                "coverage_permille": excursion.coverage_permille,
            },
            "bags": [share.view() for share in self.shares],
        }

    def _extended(self, known: Subject, bags: Mapping[str, Subject], moment: Moment) -> Draft:
        told = self._told()
        # Of several probes the worst speaks: what one has seen of a bag, the other one does not take back.
        shares = {one["bag"]: one for one in known.doc["bags"]}
        for one in told["bags"]:
            if one["bag"] not in shares or shares[one["bag"]]["verdict"] != "excursion":
                shares[one["bag"]] = one
        probes = {**known.doc["probes"], self.probe: self._seen()}
        ends = [one["until"] for one in probes.values()]
        before, after = known.doc["excursion"], told["excursion"]
        doc = {
            **known.doc,
            "excursion": after if after["peak_mC"] >= before["peak_mC"] else before,
            "limit_mC": min(known.doc["limit_mC"], told["limit_mC"]),
            "since": min(known.doc["since"], told["since"]),
            "until": None if None in ends else max(ends),
            "probes": probes,
            "bags": list(shares.values()),
            "manufacturers": sorted({*known.doc["manufacturers"], *makers_of(bags.values())}),
        }
        return event(known.id, "temperature:evaluation:extended", moment=moment, actor=None, doc=doc)

    def _to_hold(self, bags: dict[str, Subject], evaluation: str) -> list[Share]:
        named = f"{evaluation}-excursion"
        return [
            one
            for one in self.shares
            if one.verdict == "excursion"
            and bags[one.stay.bag].doc["state"] not in TERMINAL
            and named not in {hold["id"] for hold in bags[one.stay.bag].doc["holds"]}
        ]

    def _held(self, bag: Subject, share: Share, evaluation: str, moment: Moment) -> Draft:
        since = rfc3339(moment.now)
        hold = {
            "id": f"{evaluation}-excursion",
            "reason": "excursion",
            "since": since,
            "lift": lifting_roles("excursion"),
        }
        return Draft(
            subject=bag.id,
            tag="custody:held:taken",
            body={
                "v": 1,
                "step": "held",
                "outcome": "taken",
                "occurred_at": since,
                "details": {"reason": "excursion"},
                "because_of": evaluation,
                "temperature": share.view(),
            },
            occurred_at=moment.now,
            actor=None,
            doc={**bag.doc, "holds": [*bag.doc["holds"], hold]},
        )
