from __future__ import annotations

import copy

from app.custody.profile_changes import differences
from tests.unit.custody.scenes import profile_document


def test_two_versions_that_say_the_same_differ_in_nothing() -> None:
    again = profile_document() | {"version": 2, "status": "proposed"}

    assert differences(profile_document(), again) == []


def test_a_difference_shows_what_was_and_what_is_with_confidence_and_source() -> None:
    old, new = profile_document(), copy.deepcopy(profile_document())
    new["holder"] = "Novartis Europharm"
    new["values"]["limit_c"]["source"] = "SmPC of 2026"
    new["values"]["readiness"] = {"value": ["mri_available"], "confidence": "M", "source": "manual"}
    new["timers"] = [new["timers"][0] | {"to": "infusion_started"}]

    changed = {one["value"]: (one["old"], one["new"]) for one in differences(old, new)}

    assert changed == {
        "holder": ("Novartis", "Novartis Europharm"),
        "limit_c": (old["values"]["limit_c"], new["values"]["limit_c"]),
        "readiness": (None, new["values"]["readiness"]),
        "thaw_ended>infusion_ended": (old["timers"][0], None),
        "thaw_ended>infusion_started": (None, new["timers"][0]),
    }
