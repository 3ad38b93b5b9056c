"""Readings that probes push, whichever way they come: who sends, what is new, what is too warm, what is committed to.

A reading is durable before its sender hears so. What is warm is judged at once; should the process die in between, the
next round of this or of another process finds it unjudged and judges it then.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from app.actions.evaluation import held_bags
from app.actions.found_operator import INSTALLATION
from app.actions.judge_dewar import LOOK_BACK_MS, Warm, coldest, warm_spells
from app.actions.record_excursion import RecordExcursion
from app.actions.recorder import NotRecordedError
from app.actions.refuse_readings import RefuseReadings
from app.actions.seal_segment import SealSegment, Segment, TelemetryOutdatedError
from app.actions.services import Services
from app.actions.stays import stays_of
from app.actions.telemetry import SEGMENT_AGE_MS, SEGMENT_READINGS, ProbeRecord, Sender
from app.api.pushed_message import ReadingsUnreadableError, read_message
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError
from app.temperature.gauges import Measures
from app.temperature.reading import instant, milliseconds
from app.temperature.rules import Rules

QUIET_MS: Final = 600_000
"""Refused messages in one probe's name are recorded once in ten minutes, with their number."""
DROPPED_MS: Final = 10_000
"""So long a credential that was refused is refused unseen."""
_MOST_REFUSED: Final = 1000
_CLAIMED: Final = 64
_TRIES: Final = 3
_RULES: Final = Rules()
_NEVER_WARM: Final = 1 << 40


class ProbeRefusedError(GivreError):
    """Not a probe's credential, or not one of this dewar."""

    code = "probe-refused"


@dataclass(slots=True)
class _Refused:
    since_ms: int
    count: int = 0


@dataclass(slots=True)
class Receiving:
    """What one process does with readings; see the module."""

    services: Services
    _warm: set[str] = field(default_factory=set)
    """Dewars with an excursion that goes on: also their cold readings are judged, to see its end."""
    _begun: bool = False
    _refused: dict[str, _Refused] = field(default_factory=dict)
    _dropped: dict[str, int] = field(default_factory=dict)
    _claimed: dict[str, str] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def admitted(self, credential: str, *, dewar: str | None, via: str) -> Sender:
        """Return whose credential this is; ``dewar`` is where the readings are meant for (None: the probe's own).

        Raises:
            ProbeRefusedError: it is nobody's; that is recorded, however many such messages come.
        """
        claimed, _, secret = credential.partition(".")
        if self._dropped.get(credential, 0) > milliseconds(self.services.clock.now()):
            # A flood with one wrong credential costs a look into memory, and no database's time.
            found = self._refused.get(self._claimed.get(claimed, ""))
            if found is not None:
                found.count += 1
            raise ProbeRefusedError(claimed[:_CLAIMED])
        sender = await asyncio.to_thread(self.services.telemetry.sender, claimed) if len(claimed) <= _CLAIMED else None
        probe = None if sender is None else sender.probe
        digest = sha256(secret.encode()).digest()
        if sender is None or probe is None:
            reason = "probe-unknown"
        elif not hmac.compare_digest(digest, probe.secret) or not probe.active:
            reason = "credential-wrong" if probe.active else "probe-retired"
        elif dewar is not None and probe.dewar != dewar:
            reason = "other-dewar"
        else:
            return sender
        await self.turn_away(probe, claimed[:_CLAIMED], reason, via)
        if dewar is None or reason != "other-dewar":
            self._remember(credential, "" if probe is None else probe.id, claimed)
        raise ProbeRefusedError(reason)

    async def receive(self, sender: Sender, message: bytes) -> dict[str, Any]:
        """Take one message of a probe in; return what became of its readings.

        Raises:
            ReadingsUnreadableError: it holds none.
            NotRecordedError: the database did not answer: send it again.
        """
        probe, now_ms = sender.probe, milliseconds(self.services.clock.now())
        block, faults = await asyncio.to_thread(read_message, message, now_ms, probe.measures)
        if sender.dewar is None:
            message_ = "the dewar is gone"
            raise ReadingsUnreadableError(message_)
        # A level or a controller is no temperature: alarms hear of it, the ledger commits to it, and no bag is judged.
        cold = probe.measures == Measures.TEMPERATURE
        limit = coldest(sender.dewar, await self.services.catalogues.of(probe.tenant)) if cold else _NEVER_WARM
        kept = await self.services.telemetry.append(probe.id, block, warm_milli=limit)
        if cold and (kept.warm or probe.dewar in self._warm):
            await self._judge(probe.id, probe.tenant)
        elif kept.waiting >= SEGMENT_READINGS:
            await self._seal(probe.id, probe.tenant)
        return {
            "probe": probe.id,
            "new": kept.new,
            "duplicates": kept.duplicates,
            "conflicts": kept.conflicts,
            "faults": faults,
        }

    async def round(self) -> None:
        """Judge what was left unjudged, commit to what has waited long, and count what was turned away."""
        now_ms = milliseconds(self.services.clock.now())
        probes = await asyncio.to_thread(self.services.telemetry.probes)
        if not self._begun:
            # What was warm when the process before this one ended is watched until it is cold again.
            dewars = sorted({one.dewar for one in probes})
            known = await asyncio.to_thread(self.services.reader.children, dewars, "evaluation")
            self._warm |= {one.doc["of"]["id"] for one in known if one.doc["until"] is None}
            self._begun = True
        for probe in probes:
            cold = probe.measures == Measures.TEMPERATURE
            if cold and (probe.warm > probe.judged or probe.dewar in self._warm):
                await self._judge(probe.id, probe.tenant)
            elif probe.waiting_since_ms is not None and now_ms - probe.waiting_since_ms >= SEGMENT_AGE_MS:
                await self._seal(probe.id, probe.tenant)

    async def _judge(self, probe_id: str, tenant: str) -> None:
        async with self._locks.setdefault(probe_id, asyncio.Lock()):
            for _ in range(_TRIES):
                try:
                    await self._judged(probe_id, tenant)
                except TelemetryOutdatedError:
                    continue  # a bag was scanned in between: once more, for the world as it is now
                return
        message = "the dewar changes too fast"
        raise NotRecordedError(message)

    async def _judged(self, probe_id: str, tenant: str) -> None:
        services = self.services
        catalogue = await services.catalogues.of(tenant)
        probe, segment, found, known = await asyncio.to_thread(self._looked, probe_id, tenant, catalogue)
        going_on = False
        for warm in found:
            before = _same(warm, known)
            going_on = going_on or warm.until_ms is None
            if before is not None and _nothing_new(warm, before, probe.id):
                continue
            command = RecordExcursion(
                tenant,
                probe.dewar,
                probe.id,
                warm,
                None if before is None else str(before["id"]),
                segment,
                probe.warm,
            )
            await services.recorder.submit(command)
            if segment is not None:
                await asyncio.to_thread(services.telemetry.prune, probe.id, segment.block)
            segment = None
        if probe.warm > probe.judged:
            await asyncio.to_thread(services.telemetry.settle, probe.id, probe.warm)
        (self._warm.add if going_on else self._warm.discard)(probe.dewar)

    def _looked(
        self, probe_id: str, tenant: str, catalogue: Any
    ) -> tuple[ProbeRecord, Segment | None, list[Warm], list[Mapping[str, Any]]]:
        services = self.services
        probe = services.telemetry.probe(probe_id)
        dewar = None if probe is None else services.reader.subject(probe.dewar, tenant)
        stored = services.reader.subject(probe_id, tenant)
        if probe is None or dewar is None or stored is None:
            message = "the probe is gone"
            raise ReadingsUnreadableError(message)
        tail = services.telemetry.waiting(probe_id)
        known = list(services.reader.subjects(tenant, "evaluation", after=None, limit=1000, parent=probe.dewar).items)
        last_ms = probe.last_ms or 0
        since_ms = tail.times[0] if len(tail) else last_ms
        blocks = services.telemetry.blocks(probe_id, since_ms - LOOK_BACK_MS, last_ms)
        if not blocks:
            return probe, None, [], known
        stays = stays_of(services.reader.moves(dewar.id))
        present = sorted({one.bag for one in stays if one.within(blocks[0].times[0], last_ms)})
        bags = {one.id: one.doc for one in services.reader.around(tenant, present, bags=())}
        found = warm_spells(
            blocks,
            since_ms,
            dewar=dewar.doc,
            stays=stays,
            bags=bags,
            catalogue=catalogue,
            interval_ms=probe.interval_ms,
            rules=_RULES,
            forgiven=_forgiven(known),
        )
        segment = Segment(probe_id, tail, stored.doc["segments"]) if len(tail) else None
        return probe, segment, found, known

    async def _seal(self, probe_id: str, tenant: str) -> None:
        services = self.services
        async with self._locks.setdefault(probe_id, asyncio.Lock()):
            stored = await asyncio.to_thread(services.reader.subject, probe_id, tenant)
            tail = await asyncio.to_thread(services.telemetry.waiting, probe_id)
            if stored is None or not len(tail):
                return
            try:
                await services.recorder.submit(SealSegment(tenant, Segment(probe_id, tail, stored.doc["segments"])))
            except TelemetryOutdatedError:
                return  # another process was faster; what is left is sealed with the next segment
            await asyncio.to_thread(services.telemetry.prune, probe_id, tail)

    def _remember(self, credential: str, key: str, claimed: str) -> None:
        """Let a credential that opens nothing be dropped unseen for a while; a probe may be enrolled meanwhile."""
        if len(self._dropped) > _MOST_REFUSED:
            self._dropped.clear()
            self._claimed.clear()
        self._dropped[credential] = milliseconds(self.services.clock.now()) + DROPPED_MS
        self._claimed[claimed] = key

    async def turn_away(self, probe: ProbeRecord | None, claimed: str, reason: str, via: str) -> None:
        """Count a message that is dropped, and record the first of ten minutes with the number of those before."""
        key = "" if probe is None else probe.id
        now_ms = milliseconds(self.services.clock.now())
        found = self._refused.get(key)
        if found is not None and now_ms - found.since_ms < QUIET_MS:
            found.count += 1
            return
        if len(self._refused) > _MOST_REFUSED:
            self._refused.clear()
        self._refused[key] = _Refused(now_ms)
        count = 1 if found is None else found.count + 1
        tenant, named = (INSTALLATION, None) if probe is None else (probe.tenant, probe.id)
        await self.services.recorder.submit(RefuseReadings(tenant, named, claimed, reason, via, count))


def _same(warm: Warm, known: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the evaluation that was opened for this very excursion: the two touch in time."""
    for one in known:
        if one["of"]["kind"] != "dewar":
            continue
        since = milliseconds(parse_rfc3339(one["since"]))
        until = None if one["until"] is None else milliseconds(parse_rfc3339(one["until"]))
        if (until is None or warm.began_ms <= until) and (warm.until_ms is None or warm.until_ms >= since):
            return one
    return None


def _nothing_new(warm: Warm, before: Mapping[str, Any], probe: str) -> bool:
    """Say whether an evaluation tells all of it: every bag that was too warm, and when this probe saw its end."""
    until = None if warm.until_ms is None else rfc3339(instant(warm.until_ms))
    told = before["probes"].get(probe, {"until": ""})["until"] == until
    return told and {one.stay.bag for one in warm.shares if one.verdict == "excursion"} <= set(held_bags(before))


def _forgiven(known: list[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in known:
        for share in one["bags"] if one["until"] is not None else ():
            if share["verdict"] == "in_range":
                counts[share["bag"]] = counts.get(share["bag"], 0) + 1
    return counts
