"""Register a dewar and every one of its positions."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyExistsError, done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World
from app.cryostore.dewar import Shape, path_of, position_codes
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class RegisterDewar:
    """The command behind ``POST /api/v1/dewars``. ``limit_c``: what it is qualified to, in degrees Celsius."""

    actor: Principal
    code: str
    name: str
    limit_c: int
    status: str
    shape: Shape

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
        codes = position_codes(self.code, self.shape)
        doc = {
            "id": dewar,
            "code": self.code,
            "name": self.name,
            "site": site,
            "limit_c": self.limit_c,
            "status": self.status,
            "shape": {
                "towers": self.shape.towers,
                "racks": self.shape.racks,
                "boxes": self.shape.boxes,
                "positions": self.shape.positions,
            },
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
