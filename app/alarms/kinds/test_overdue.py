"""The alarm was not tested within its term: an alarm nobody has heard ring is not known to ring."""

from __future__ import annotations

from app.alarms.terms import term
from app.kit.texts import Text

TEST_OVERDUE = term("test_overdue", Text("essai d’alarme en retard", "alarm test overdue"), "tests")
