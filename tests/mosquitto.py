"""A real Mosquitto for the tests: where it is found or got from, its accounts, and how a device publishes to it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

START_SECONDS = 60
ABSENT = (
    "these tests need the MQTT broker Mosquitto (2.0 or newer), and none was found: set MOSQUITTO to its program, or "
    "install it (Debian, Ubuntu: apt-get install mosquitto)"
)


def find_mosquitto() -> str:
    """Return the program: $MOSQUITTO, one on PATH or in /usr/sbin, or one from apt when root."""
    return os.environ.get("MOSQUITTO") or _found() or _from_apt() or pytest.fail(ABSENT, pytrace=False)


def _found() -> str | None:
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def _from_apt() -> str | None:
    apt = shutil.which("apt-get")
    if apt is None or os.getuid() != 0:
        return None
    # Two processes of one run would install it at once: the second waits, and finds it.
    with Path(gettempdir(), f"givre-mosquitto-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patient = [apt, "-q", "-o", "DPkg::Lock::Timeout=300"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ([*patient, "update"], [*patient, "install", "-y", "--no-install-recommends", "mosquitto"]):
            if _found() is None:
                subprocess.run(command, env=environment, capture_output=True, check=False, timeout=540)
        return _found()


@dataclass(frozen=True, slots=True)
class Mosquitto:
    """A running broker; ``accounts`` are its users and their passwords."""

    port: int
    accounts: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def publish(self, user: str, topic: str, payloads: list[bytes], credential: str | None) -> list[int]:
        """Publish with QoS 1 as a device does; return the broker's reason codes (0 or 16: taken; 135: not allowed)."""
        codes: list[int] = []
        answered = threading.Event()
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        client.username_pw_set(user, self.accounts[user])

        def published(_client: Client, _data: object, _mid: int, reason: object, _properties: object) -> None:
            codes.append(int(reason.value))  # type: ignore[attr-defined]  # paho's ReasonCode
            if len(codes) == len(payloads):
                answered.set()

        client.on_publish = published
        client.connect("127.0.0.1", self.port, 30)
        client.loop_start()
        properties = Properties(PacketTypes.PUBLISH)
        if credential is not None:
            properties.UserProperty = [("credential", credential)]
        for payload in payloads:
            client.publish(topic, payload, qos=1, properties=properties)
        assert answered.wait(60), "the broker acknowledges nothing"
        client.disconnect()
        client.loop_stop()
        return codes


@contextmanager
def running(folder: Path, accounts: Mapping[str, str], rules: str) -> Iterator[Mosquitto]:
    """Run a broker on a free port of this machine; it refuses whoever has no account."""
    program = find_mosquitto()
    passwords = folder / "passwords"
    passwords.touch(mode=0o600)
    maker = shutil.which("mosquitto_passwd") or str(Path(program).parent.parent / "bin" / "mosquitto_passwd")
    for user, password in accounts.items():
        subprocess.run([maker, "-b", str(passwords), user, password], check=True, capture_output=True)
    (folder / "rules").write_text(rules)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous false",
        f"password_file {passwords}",
        f"acl_file {folder / 'rules'}",
        "persistence false",
        "max_queued_messages 10000",
        *(["user root"] if os.getuid() == 0 else []),
    ]
    (folder / "mosquitto.conf").write_text("\n".join([*settings, ""]))
    process = subprocess.Popen(
        [program, "-c", str(folder / "mosquitto.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        ends = time.monotonic() + START_SECONDS
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "Mosquitto ended"
            assert time.monotonic() < ends, "Mosquitto does not start"
            time.sleep(0.02)
        yield Mosquitto(port, accounts)
    finally:
        process.terminate()
        process.wait(30)
