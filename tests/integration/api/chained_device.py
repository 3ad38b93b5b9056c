"""A device that numbers and chains its own scans, as a tablet does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.api.models.scans import ActIn
from app.api.scan_messages import digest_of
from app.custody.device_chain import FIRST, linked
from tests.hospital import Hospital


@dataclass
class Device:
    """One tablet and where its chain stands."""

    hospital: Hospital
    code: str
    seq: int = 0
    prev: bytes = FIRST

    def act(self, step: str, *symbols: str, **members: Any) -> dict[str, Any]:
        """Make a scan and chain it; whether it is ever sent is the test's business."""
        act = self.hospital.act(step, list(symbols), device_id=self.code, **members)
        self.seq += 1
        chained = {**act, "device_seq": self.seq, "device_prev": self.prev.hex()}
        told = {"tenant": "", "device_id": self.code, "seq": self.seq, "prev": self.prev, "scan_id": act["scan_id"]}
        self.prev = linked(**told, act=digest_of(ActIn.model_validate(act))).hash
        return chained

    def standing(self, login: str = "tech1", **asked: int) -> dict[str, Any]:
        answer = self.hospital.get("/api/v1/device-chain", login, params={"device_id": self.code, **asked})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
