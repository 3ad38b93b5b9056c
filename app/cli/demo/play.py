"""The whole play: every therapy at its own pace, several at once, then what happens between them."""

from __future__ import annotations

from app.cli.demo.cold import measured, probe
from app.cli.demo.incidents import INCIDENTS
from app.cli.demo.script import Company
from app.cli.demo.stage import Stage
from app.cli.demo.stories import STORIES
from app.cli.demo.together import together
from app.cli.demo.watched import looked_after


def play(stage: Stage) -> int:
    """Play everything; whatever a scan shows to the service was drawn, kept and decoded before.

    Returns how many therapies were played.
    """
    company: Company = {}
    probes = probe(stage)
    together(stage.ended, lambda story: story.play(stage, company), STORIES)
    # What happens between therapies needs them where their stories have left them, and comes one by one.
    for incident in INCIDENTS:
        incident.play(stage, company)
    if not stage.ended.is_set():
        measured(stage, probes, company)
        looked_after(stage)
    return len(company)
