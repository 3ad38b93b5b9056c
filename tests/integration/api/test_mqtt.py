"""Probes that publish by MQTT, with a real Mosquitto: who may; nothing is lost; a flood from a wrong device."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.actions.services import Broker
from app.api.mqtt_door import TOPIC, MqttDoor
from tests.hospital import Hospital
from tests.integration.api.probing import Probe, probe_of
from tests.mosquitto import Mosquitto, running

PATIENCE_SECONDS = 60


def rules_for(*probes: Probe) -> str:
    own = "\n".join(f"user {one.id}\ntopic write {TOPIC.format(probe=one.id)}" for one in probes)
    # The intruder stands for a broker whose accounts are not what they should be.
    return f"user givre\ntopic read givre/probes/#\nuser intruder\ntopic write givre/probes/#\n{own}\n"


def listened(hospital: Hospital, broker: Mosquitto, until: Callable[[], bool]) -> None:
    """Listen as a process does until something is so, then stop as a process does."""
    known = Broker(broker.url, "givre", broker.accounts["givre"], "givre-test", lambda: True)

    async def run() -> None:
        task = asyncio.create_task(MqttDoor(hospital.api.state.receiving, known).listen())
        ends = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not await asyncio.to_thread(until):
            assert asyncio.get_running_loop().time() < ends, "what was published never arrived"
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    hospital.portal.call(run)


def message(probe: Probe, *at: int) -> bytes:
    return json.dumps(probe.message([(one, -190.0) for one in at])).encode()


def refusals(hospital: Hospital, subject: str) -> list[tuple[str, int]]:
    events = [one for one in hospital.services.reader.history(subject) if one.tag == "temperature:readings:refused"]
    bodies = [json.loads(one.body) for one in events]
    return [(one["reason"], one["count"]) for one in bodies]


@pytest.fixture
def pair(hospital: Hospital) -> tuple[Probe, Probe]:
    found = probe_of(hospital, "D1-TOP"), probe_of(hospital, "D1-BOTTOM")
    hospital.clock.forward(hours=1)
    return found


def test_nothing_that_was_published_is_lost_and_a_flood_is_dropped(
    hospital: Hospital, pair: tuple[Probe, Probe], tmp_path: Path
) -> None:
    mine, other = pair
    gauge = probe_of(hospital, "D1-LEVEL", dewar=mine.dewar, measures="level")
    accounts = {name: f"secret-{name}" for name in ("givre", "intruder", mine.id, other.id, gauge.id)}
    waiting = hospital.services.telemetry.waiting
    start = int(mine.start.timestamp() * 1000)

    def minutes() -> list[int]:
        return [(ms - start) // 60_000 for ms in waiting(mine.id).times]

    with running(tmp_path, accounts, rules_for(mine, other, gauge)) as broker:
        topic = TOPIC.format(probe=mine.id)

        def heard() -> bool:
            # Until somebody has listened once, the broker keeps nothing for anybody.
            broker.publish(mine.id, topic, [message(mine, 1)], mine.credential)
            return bool(waiting(mine.id))

        listened(hospital, broker, heard)
        assert set(broker.publish(mine.id, topic, [message(mine, 2), message(mine, 3)], mine.credential)) <= {0, 16}
        # Under its own account a device reaches no other's topic.
        assert broker.publish(other.id, topic, [message(mine, 9)] * 3, other.credential) == [135] * 3
        # And where the broker lets everything through, the credential does not.
        flood = [message(mine, 10 + at) for at in range(300)]
        broker.publish("intruder", topic, flood, f"{mine.id}.guessed")
        broker.publish("intruder", topic, [message(mine, 400)], other.credential)
        broker.publish("intruder", topic, [message(mine, 401)], None)
        broker.publish(mine.id, topic, [b'{"format": "givre.readings.v1"'], mine.credential)
        broker.publish(mine.id, topic, [message(mine, 4)], mine.credential)
        level = json.dumps(gauge.message([(0, 62.5)], unit="%")).encode()
        assert set(broker.publish(gauge.id, TOPIC.format(probe=gauge.id), [level], gauge.credential)) <= {0, 16}
        listened(hospital, broker, lambda: 4 in minutes() and bool(waiting(gauge.id)))
    assert minutes() == [1, 2, 3, 4]
    found = refusals(hospital, mine.id)
    assert found[0] == ("credential-wrong", 1)
    assert len(found) == 1, "a flood fills no ledger"
    assert len(waiting(other.id)) == 0
    assert waiting(gauge.id).values.tolist() == [62_500]
