"""The qualification of a dewar or a shipper ends soon, has ended, or nobody knows until when it holds."""

from __future__ import annotations

from app.alarms.ends import ends
from app.kit.texts import Text

QUALIFICATION_ENDS = ends("qualification_ends", Text("fin de qualification", "qualification ends"), "qualification")
