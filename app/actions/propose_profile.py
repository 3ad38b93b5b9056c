"""Propose the next version of a product's profile: a whole document, which rules nothing until it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.profile_record import ProfileNotNextError, digest_of, names_of, product_key, record, versions_of
from app.actions.recorded import done, event
from app.actions.world import Birth, Decision, Moment, Needs, Once, World
from app.custody.profile import parse_profile
from app.custody.profile_changes import differences


@dataclass(frozen=True, slots=True)
class ProposeProfile:
    """The command behind ``POST /api/v1/profiles``.

    ``document`` was read as a profile before: it names a product. ``seed`` is the newest version of it that comes with
    Givre.
    """

    actor: Principal
    document: Mapping[str, Any]
    seed: Mapping[str, Any] | None

    @property
    def tenant(self) -> str:
        """The operator of the one who proposes."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A number can be proposed only once anyway."""
        return None

    def needs(self) -> Needs:
        """Every recorded version of the product."""
        return Needs(keys=frozenset({product_key(self.tenant, str(self.document.get("tag")))}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Read it strictly, number it, and say what it changes.

        Raises:
            ProfileInvalidError: it is no profile.
            ProfileNotNextError: it bears another number than the next one.
        """
        recorded = versions_of(world, self.tenant, str(self.document.get("tag")))
        known = {number: one.doc["document"] for number, one in recorded.items()}
        if self.seed is not None:
            known.setdefault(self.seed["version"], self.seed)
        last = max(known, default=0)
        document = {"version": last + 1, **self.document}
        profile = parse_profile(document)
        if profile.version != last + 1:
            raise ProfileNotNextError(last + 1)
        subject, actor = moment.new_id(), self.actor.subject_id
        doc = record(subject, document, proposed_by=actor, moment=moment)
        changed = differences(known[last], document) if last else []
        body = {"profile": profile.key, "sha256": digest_of(document)}
        return Decision(
            reply=done({"doc": doc, "changes": changed}),
            births=(Birth(subject, "profile", with_vault=True),),
            drafts=(event(subject, "custody:profile:proposed", moment=moment, actor=actor, body=body, doc=doc),),
            names=names_of(self.tenant, subject, tag=profile.tag, version=profile.version),
        )
