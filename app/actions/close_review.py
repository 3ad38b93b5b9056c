"""What was done outside the ordinary is looked at again by somebody else, and the looking is recorded (AUD-06)."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyClosedError, done, event, existing
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, World
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

VERDICTS = ("justified", "unjustified", "follow_up")
"""What a review may come to."""


class OwnReviewError(GivreError):
    """Somebody was about to judge what they did themselves."""

    code = "own-review"


def opened_review(kind: str, subject: str, reason: str, *, by: str, moment: Moment) -> tuple[Birth, Draft]:
    """Open an item to review, in the same act as what it is about.

    ``kind`` says what happened (``break-glass``), ``subject`` is the id of whom or what it concerns, ``by`` the person
    whose act it is; neither of the two may close it.
    """
    opened = moment.new_id()
    doc = {
        "id": opened,
        "kind": kind,
        "subject": subject,
        "opened_by": by,
        "opened_at": rfc3339(moment.now),
        "reason": reason,
        "state": "open",
        "closed_by": None,
        "closed_at": None,
        "verdict": None,
    }
    body = {"kind": kind, "because_of": subject}
    return Birth(opened, "review", with_vault=True), event(
        opened, "quality:review:opened", moment=moment, actor=by, body=body, doc=doc
    )


@dataclass(frozen=True, slots=True)
class CloseReview:
    """The command behind ``POST /api/v1/reviews/{id}``; the note may hold a name and is kept sealed."""

    actor: Principal
    review: str
    verdict: str
    note: str

    @property
    def tenant(self) -> str:
        """The reviewer's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """An item is closed once anyway."""
        return None

    def needs(self) -> Needs:
        """The item."""
        return Needs(ids=frozenset({self.review}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Close it.

        Raises:
            NotFoundError: there is no such item.
            AlreadyClosedError: it is closed.
            OwnReviewError: the reviewer is the one it is about.
        """
        found = existing(world, "review", self.review, self.tenant)
        if found.doc["state"] != "open":
            message = "the review is closed"
            raise AlreadyClosedError(message)
        reviewer = self.actor.subject_id
        if reviewer in {found.doc["subject"], found.doc.get("opened_by")}:
            message = "nobody reviews their own act"
            raise OwnReviewError(message)
        doc = {
            **found.doc,
            "state": "closed",
            "closed_by": reviewer,
            "closed_at": rfc3339(moment.now),
            "verdict": self.verdict,
        }
        return Decision(
            reply=done(plain_view(doc)),
            drafts=(
                event(
                    found.id,
                    "quality:review:closed",
                    moment=moment,
                    actor=reviewer,
                    body={"verdict": self.verdict},
                    doc=doc,
                    private={"details": {"note": self.note}},
                ),
            ),
        )
