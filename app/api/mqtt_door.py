"""Readings that probes publish by MQTT 5: taken as if they had come over HTTP, and acknowledged once they are durable.

A probe publishes ``givre.readings.v1`` to ``givre/probes/ID/readings`` with QoS 1, and its credential as the user
property ``credential``. The broker's accounts keep strangers from its topic; what comes through is dropped.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final
from urllib.parse import urlsplit

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.actions.recorder import NotRecordedError
from app.actions.services import Broker
from app.api.pushed_message import ReadingsUnreadableError
from app.api.receiving import ProbeRefusedError, Receiving
from app.kit.errors import GivreError

TOPIC: Final = "givre/probes/{probe}/readings"
SUBSCRIPTION: Final = "givre/probes/+/readings"
AT_ONCE: Final = 64
"""How many messages the broker sends before the first of them is acknowledged: a flood waits at the broker."""
KEPT_SECONDS: Final = 604_800
"""For a week the broker keeps what is published while nobody listens."""
_PLAIN_PORT, _TLS_PORT = 1883, 8883
_PAUSE_SECONDS: Final = 1.0
_KEEPALIVE_SECONDS: Final = 30
_LOG = logging.getLogger("givre.mqtt")


class MqttDoor:
    """Listens to one broker, with paho's own thread for the network and the application's loop for the rest."""

    def __init__(self, receiving: Receiving, broker: Broker) -> None:
        """Hand what comes from ``broker`` to ``receiving``."""
        self._receiving = receiving
        self._broker = broker
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: Client | None = None

    async def listen(self) -> None:
        """Listen while this process leads; ends when it is cancelled, and leaves unacknowledged what is not durable."""
        try:
            while True:
                leads = self._broker.leads()
                if leads and self._client is None:
                    await self._enter()
                elif not leads and self._client is not None:
                    await self._leave()
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await self._leave()

    async def _enter(self) -> None:
        loop, broker = asyncio.get_running_loop(), self._broker
        client = Client(CallbackAPIVersion.VERSION2, client_id=broker.name, protocol=MQTTv5, manual_ack=True)
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        url = urlsplit(broker.url)
        if url.scheme == "mqtts":
            client.tls_set()
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval = KEPT_SECONDS
        properties.ReceiveMaximum = AT_ONCE

        def connected(client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            if reason.is_failure:
                _LOG.error("the broker refuses us: %s", reason)
            else:
                client.subscribe(SUBSCRIPTION, qos=1)

        def came(client: Client, _data: Any, message: MQTTMessage) -> None:
            loop.call_soon_threadsafe(self._take, client, message)

        client.on_connect = connected
        client.on_message = came
        client.reconnect_delay_set(1, 30)
        port = url.port or (_TLS_PORT if url.scheme == "mqtts" else _PLAIN_PORT)
        client.connect_async(str(url.hostname), port, _KEEPALIVE_SECONDS, clean_start=False, properties=properties)
        client.loop_start()
        self._client = client

    async def _leave(self) -> None:
        client, self._client = self._client, None
        for task in list(self._tasks):
            task.cancel()
        if client is not None:
            await asyncio.to_thread(_ended, client)

    def _take(self, client: Client, message: MQTTMessage) -> None:
        task = asyncio.get_running_loop().create_task(self._taken(client, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _taken(self, client: Client, message: MQTTMessage) -> None:
        while True:
            try:
                await self._received(message)
            except NotRecordedError as busy:
                await asyncio.sleep(busy.retry_after_seconds)  # unacknowledged: the broker sends no more than AT_ONCE
                continue
            except GivreError as error:
                _LOG.debug("dropped a message on %s: %s", message.topic, error)
            except Exception:  # noqa: BLE001  a defect of ours, told in full; the message is not lost by it
                _LOG.exception("a message could not be taken in")
                return  # not acknowledged: it comes again with the next connection
            break
        if client.ack(message.mid, message.qos) != MQTT_ERR_SUCCESS:
            _LOG.debug("the broker is gone; it will send the message again, and it will be a duplicate")

    async def _received(self, message: MQTTMessage) -> None:
        claimed = message.topic.split("/")[2]
        said = dict(getattr(message.properties, "UserProperty", None) or ())
        credential = str(said.get("credential", f"{claimed}."))
        if credential.partition(".")[0] != claimed:
            await self._receiving.turn_away(None, claimed[:64], "other-topic", "mqtt")
            raise ProbeRefusedError(claimed)
        sender = await self._receiving.admitted(credential, dewar=None, via="mqtt")
        try:
            await self._receiving.receive(sender, bytes(message.payload))
        except ReadingsUnreadableError:
            await self._receiving.turn_away(sender.probe, sender.probe.id, "unreadable", "mqtt")
            raise


def _ended(client: Client) -> None:
    client.disconnect()
    client.loop_stop()
