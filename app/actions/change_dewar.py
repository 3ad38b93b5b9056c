"""Change what a dewar is trusted with: its status, its limit, its qualification, and which parts are kept for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.access.principal import Principal
from app.actions.alarm_ends import qualified_until
from app.actions.recorded import done, event, existing
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Needs, Once, World
from app.cryostore.layout import layout_of
from app.cryostore.zones import checked_zones
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

CHANGING: Final = (
    "name",
    "status",
    "limit_c",
    "room",
    "phase",
    "qualified_on",
    "qualified_until",
    "mapped_on",
    "split",
)

CLEARED_BY_NULL: Final = frozenset({"room", "phase", "qualified_on", "qualified_until", "mapped_on"})
"""What may be unknown again; nothing else of a dewar is ever without a value."""

_EMPTY: Final = frozenset({"defrosting", "retired"})
"""In these states a dewar is cold no more."""


class DewarRetiredError(GivreError):
    """A dewar that was retired takes no part in anything any more."""

    code = "dewar-retired"


class DewarInUseError(GivreError):
    """Bags lie in it that could not stay under this change; they are moved first."""

    code = "dewar-in-use"


@dataclass(frozen=True, slots=True)
class ChangeDewar:
    """The command behind ``POST /api/v1/dewars/{id}/changes``. ``changes`` holds only what becomes different.

    ``positions``: every position of the dewar, where what lies in it matters (see ``asks_for_contents``). ``limits``:
    product → its limit in °C. ``reason`` may hold a name and is sealed.
    """

    actor: Principal
    dewar: str
    changes: Mapping[str, Any]
    reason: str
    positions: frozenset[str] = frozenset()
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        """The pharmacist's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Changed twice, it is changed."""
        return None

    def needs(self) -> Needs:
        """The dewar, and its positions where what lies in them matters: nobody stores a bag meanwhile."""
        return Needs(ids=frozenset({self.dewar, *self.positions}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write it. Whoever scans a bag into it from here on is judged by the new state, whatever they saw before.

        Raises:
            NotFoundError: there is no such dewar.
            DewarRetiredError: it was retired.
            DewarInUseError: it holds bags and is to be retired or defrosted, or is to be warmer than they may be.
            ZoneInvalidError: a zone is no part of it.
        """
        dewar = existing(world, "dewar", self.dewar, self.tenant)
        if dewar.doc["status"] == "retired":
            message = str(dewar.doc["code"])
            raise DewarRetiredError(message)
        self._check_contents(dewar.doc, world)
        told = {name: self.changes[name] for name in CHANGING if name in self.changes}
        if "zones" in self.changes:
            told["zones"] = checked_zones(self.changes["zones"], dewar.doc["code"], layout_of(dewar.doc))
        doc = {**dewar.doc, **told}
        change, who = moment.new_id(), self.actor.subject_id
        noted = {
            "id": change,
            "dewar": dewar.id,
            "by": who,
            "at": rfc3339(moment.now),
            "changes": {name: [dewar.doc.get(name), value] for name, value in told.items()},
        }
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(change, "dewar_change", parent=dewar.id, with_vault=True),),
            drafts=(
                event(
                    dewar.id,
                    "cryostore:dewar:changed",
                    moment=moment,
                    actor=who,
                    body={"change": change},
                    doc=doc,
                ),
                event(
                    change,
                    "cryostore:change:noted",
                    moment=moment,
                    actor=who,
                    doc=noted,
                    private={"details": {"reason": self.reason}},
                ),
            ),
            rows=(qualified_until(self.tenant, dewar.id, doc["qualified_until"], moment.now),)
            if "qualified_until" in told
            else (),
        )

    def _check_contents(self, dewar: Mapping[str, Any], world: World) -> None:
        places = world.require(sorted(self.positions), self.tenant)
        bags = world.require([one.doc["bag"] for one in places if one.doc["bag"] is not None], self.tenant)
        limit = self.changes.get("limit_c", dewar["limit_c"])
        emptied = self.changes.get("status") in _EMPTY
        left = [one for one in bags if emptied or limit > self.limits.get(one.doc["product"], limit)]
        if left:
            message = str(len(left))
            raise DewarInUseError(message)


def asks_for_contents(changes: Mapping[str, Any]) -> bool:
    """Say whether a change depends on what lies in the dewar: it is to be emptied, or may become warmer."""
    return changes.get("status") in _EMPTY or "limit_c" in changes
