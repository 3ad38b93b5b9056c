"""What every erasure asks: who may, why, and whether the law still asks for the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.world import Subject
from app.custody.bag import TERMINAL, State
from app.kit.clock import months_after, parse_rfc3339, rfc3339
from app.kit.errors import GivreError

SECONDS = frozenset({Role.PHARMACIST, Role.QUALITY})
"""Who may sign beside quality; a default of ours that the site's procedure confirms (confidence M)."""


class Reason(StrEnum):
    """Why something is erased; a code, as an erasure carries no free text."""

    WRONG_PERSON = "wrong-person"
    RETENTION_ENDED = "retention-ended"
    RIGHT_TO_ERASURE = "right-to-erasure"
    OTHER = "other"


class ErasureNeedsTwoError(GivreError):
    """Erasing takes quality, and a pharmacist or another of quality who signs beside."""

    code = "erasure-needs-two"


class TherapyLiveError(GivreError):
    """A bag of this therapy may still be used: nothing about it is erased."""

    code = "erasure-therapy-live"


class RetentionRunsError(GivreError):
    """The law still asks for these data; the message is the day from which they may go."""

    code = "erasure-retention-runs"


class AlreadyErasedError(GivreError):
    """It was erased before."""

    code = "already-erased"


class NotErasableError(GivreError):
    """An event that is about the custody of nothing: accounts, readings, erasures themselves."""

    code = "not-erasable"


@dataclass(frozen=True, slots=True)
class Signed:
    """An erasure as it is asked for: by whom, who signed beside with their PIN, why, and how long data are kept.

    ``retention_years``: Regulation (EC) 1394/2007 article 15(4) asks for 30 years after the product's expiry, which the
    law of tissues and cells counts from clinical use: the later of the two counts here (TRC-02, confidence H/M).
    ``used_at`` is when something was last recorded about what is erased (RFC 3339), None: never.
    """

    actor: Principal
    second: Principal
    reason: Reason
    retention_years: int
    used_at: str | None = None

    def entitled(self) -> None:
        """Refuse whoever may not.

        Raises:
            ErasureNeedsTwoError: a role is missing, or one person stands for both.
        """
        beside = self.second.roles & SECONDS
        if Role.QUALITY not in self.actor.roles or not beside or self.actor.subject_id == self.second.subject_id:
            message = "quality, and a second person of quality or pharmacy"
            raise ErasureNeedsTwoError(message)

    def kept_until(self, bags: Iterable[Subject]) -> datetime | None:
        """Return until when the law asks for data about these bags; None when nothing was ever recorded."""
        since = [bag.doc["expires_at"] for bag in bags if bag.doc.get("expires_at") is not None]
        since += [self.used_at] if self.used_at is not None else []
        latest = max(map(parse_rfc3339, since), default=None)
        return None if latest is None else months_after(latest, 12 * self.retention_years)

    def said(self, erases: str, erased: str) -> dict[str, Any]:
        """Return the body of the event that says so: codes and pseudonyms, nothing of a person."""
        return {
            "erases": erases,
            "erased": erased,
            "reason": self.reason.value,
            "with": self.second.subject_id,
            "method": "pin",
        }


def refuse_live(bags: Iterable[Subject], reason: Reason) -> None:
    """Refuse to erase anything of a therapy one of whose bags may still be used; a lost one may be found.

    A bag that is only expected holds no cells: it keeps nobody from erasing that the wrong person was entered.

    Raises:
        TherapyLiveError: there is such a bag.
    """
    over = TERMINAL | {State.EXPECTED} if reason is Reason.WRONG_PERSON else TERMINAL
    live = [bag.id for bag in bags if bag.doc["state"] not in over]
    if live:
        message = ", ".join(sorted(live))
        raise TherapyLiveError(message)


def refuse_early(until: datetime | None, now: datetime) -> None:
    """Refuse what the law still asks for.

    Raises:
        RetentionRunsError: that day has not come.
    """
    if until is not None and now < until:
        raise RetentionRunsError(rfc3339(until)[:10])


def was_given(bags: Iterable[Subject]) -> bool:
    """Say whether cells were taken from a person and used, or given to one: the law asks who that was."""
    return any(bag.doc["state"] in {State.INFUSED, State.CONSUMED} for bag in bags)
