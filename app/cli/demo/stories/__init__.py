"""Every therapy of the demonstration, in the order of its numbers."""

from __future__ import annotations

from app.cli.demo.script import Story
from app.cli.demo.stories.bms import BMS
from app.cli.demo.stories.boreal import BOREAL
from app.cli.demo.stories.kite import KITE
from app.cli.demo.stories.novartis import NOVARTIS
from app.cli.demo.stories.on_the_way import ON_THE_WAY

STORIES: tuple[Story, ...] = (*NOVARTIS, *KITE, *BMS, *BOREAL, *ON_THE_WAY)
