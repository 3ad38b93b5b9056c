"""Register a dewar and every one of its positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.access.principal import Principal
from app.actions.recorded import AlreadyExistsError, done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.cryostore.dewar import path_of
from app.cryostore.layout import Layout
from app.kit.clock import rfc3339

ABOUT: Final = ("room", "phase", "qualified_on", "qualified_until", "mapped_on")
"""Members of a dewar that may be unknown."""


@dataclass(frozen=True, slots=True)
class RegisterDewar:
    """The command behind ``POST /api/v1/dewars``. ``limit_c``: what it is qualified to, in degrees Celsius."""

    actor: Principal
    code: str
    name: str
    limit_c: int
    status: str
    layout: Layout
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of it: room, phase, and when it was qualified and mapped (dates, or None)."""

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A code can be registered only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the code is taken."""
        return Needs(keys=frozenset({f"{self.tenant}|givre-dewar::{self.code}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register it at the pharmacist's site.

        Raises:
            AlreadyExistsError: the code is taken.
        """
        key = f"givre-dewar::{self.code}"
        if world.find(key, self.tenant):
            message = f"the dewar {self.code} exists"
            raise AlreadyExistsError(message)
        dewar, actor, site = moment.new_id(), self.actor.subject_id, str(self.actor.site_id)
        codes = self.layout.positions(self.code)
        shape, uniform = self.layout.shape, Layout.regular
        doc = {
            "id": dewar,
            "code": self.code,
            "name": self.name,
            "site": site,
            "limit_c": self.limit_c,
            "status": self.status,
            "shape": {
                "towers": shape.towers,
                "racks": shape.racks,
                "boxes": shape.boxes,
                "positions": shape.positions,
            },
            "layout": None if self.layout == uniform(shape) else self.layout.to_doc(),
            **{name: self.about.get(name) for name in ABOUT},
            "zones": [],
            "split": False,
            "registered_at": rfc3339(moment.now),
            "identifiers": [key],
        }
        positions = {moment.new_id(): code for code in codes}
        return Decision(
            reply=done({name: value for name, value in doc.items() if name != "identifiers"}),
            births=(Birth(dewar, "dewar", parent=site), *(Birth(one, "position", parent=dewar) for one in positions)),
            drafts=(
                event(dewar, "cryostore:dewar:registered", moment=moment, actor=actor, doc=doc),
                *(
                    event(
                        one,
                        "cryostore:position:registered",
                        moment=moment,
                        actor=actor,
                        doc={
                            "id": one,
                            "dewar": dewar,
                            "code": code,
                            **path_of(code, self.code),
                            "bag": None,
                            "identifiers": [f"givre-position::{code}"],
                        },
                    )
                    for one, code in positions.items()
                ),
            ),
            names=(
                Name(f"{self.tenant}|{key}", dewar, exclusive=True),
                *(
                    Name(f"{self.tenant}|givre-position::{code}", one, exclusive=True)
                    for one, code in positions.items()
                ),
            ),
        )
