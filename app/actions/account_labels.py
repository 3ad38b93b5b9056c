"""Account for printed labels: every one that leaves the printer is recorded (TRC-07)."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import NotFoundError, done, event
from app.actions.resolve import visible
from app.actions.world import Birth, Decision, Moment, Needs, Once, Subject, World
from app.custody.bag import PrintRun

_LABELLED = frozenset({"bag", "therapy", "patient", "position", "dewar", "shipment"})


@dataclass(frozen=True, slots=True)
class AccountLabels:
    """Record that labels were drawn for a subject, or for the site when they name none yet."""

    actor: Principal
    subject: str | None
    texts: tuple[str, ...]
    size: str
    copies: int

    @property
    def tenant(self) -> str:
        """The printer's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Printing twice makes two sets of labels."""
        return None

    def needs(self) -> Needs:
        """What is labelled, or the site."""
        return Needs(ids=frozenset({self.subject or str(self.actor.site_id)}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: no such subject here.
        """
        target = world.get(self.subject or str(self.actor.site_id), self.tenant)
        if target is None or (self.subject is not None and not self._may_label(target)):
            message = "nothing of that id can be labelled"
            raise NotFoundError(message)
        run = PrintRun(
            id=moment.new_id(),
            site=str(self.actor.site_id),
            printed=self.copies,
            used=0,
            void=0,
            state="open",
            labelled=self.subject,
        )
        body = {"size": self.size, "copies": self.copies, "count": len(self.texts) * self.copies, "print_run": run.id}
        printed = event(
            target.id,
            "labels:set:printed",
            moment=moment,
            actor=self.actor.subject_id,
            body=body,
            private={"texts": list(self.texts)},
        )
        # What is stuck on and what is destroyed is counted against the run, label by label (see ``labelled``).
        counted = event(run.id, "labels:run:opened", moment=moment, actor=self.actor.subject_id, doc=run.to_doc())
        return Decision(
            reply=done({"printed": body["count"], "print_run": run.id}),
            births=(Birth(run.id, "print_run", parent=target.id),),
            drafts=(printed, counted),
        )

    def _may_label(self, subject: Subject) -> bool:
        return subject.kind in _LABELLED and visible(subject, self.actor)
