"""Passkeys of people: one is registered, used once for one act, and removed; each of it an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.passkeys import NewPasskey, PasskeyInvalidError, RelyingParty
from app.access.principal import Principal
from app.actions.person_record import has_ended
from app.actions.recorded import AlreadyClosedError, AlreadyExistsError, NotFoundError, done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, Subject, World
from app.kit.clock import rfc3339

_HIDDEN = frozenset({"identifiers", "public_key"})


def passkey_key(credential_id: str) -> str:
    """Return the identifier under which a passkey is found."""
    return f"passkey::{credential_id}"


def challenge_key(nonce: str) -> str:
    """Return the identifier under which a challenge is remembered as used."""
    return f"passkey-challenge::{nonce}"


def passkey_view(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Show a passkey to whose it is."""
    return {name: value for name, value in doc.items() if name not in _HIDDEN}


@dataclass(frozen=True, slots=True)
class RegisterPasskey:
    """The command behind ``POST /api/v1/auth/passkeys``; the authenticator's answer was found right before."""

    actor: Principal
    made: NewPasskey
    name: str
    nonce: str

    @property
    def tenant(self) -> str:
        """The person's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A challenge is good once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the passkey is known, and whether the challenge was used."""
        keys = (passkey_key(self.made.credential_id), challenge_key(self.nonce))
        return Needs(keys=frozenset(f"{self.tenant}|{one}" for one in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register it.

        Raises:
            AlreadyExistsError: it is registered.
            PasskeyInvalidError: the challenge was answered before.
        """
        key, spent = passkey_key(self.made.credential_id), challenge_key(self.nonce)
        if world.find(spent, self.tenant):
            message = "answered before"
            raise PasskeyInvalidError(message)
        if world.find(key, self.tenant):
            message = "this passkey is registered"
            raise AlreadyExistsError(message)
        passkey = moment.new_id()
        doc = {
            "id": passkey,
            "person": self.actor.subject_id,
            "name": self.name,
            "credential_id": self.made.credential_id,
            "public_key": self.made.public_key,
            "sign_count": self.made.sign_count,
            "backed_up": self.made.backed_up,
            "state": "active",
            "registered_at": rfc3339(moment.now),
            "last_used_at": None,
            "identifiers": [key],
        }
        actor = self.actor.subject_id
        return Decision(
            reply=done(passkey_view(doc)),
            births=(Birth(passkey, "passkey", parent=actor),),
            drafts=(event(passkey, "access:passkey:registered", moment=moment, actor=actor, doc=doc),),
            names=(
                Name(f"{self.tenant}|{key}", passkey, exclusive=True),
                Name(f"{self.tenant}|{spent}", passkey, exclusive=True),
            ),
        )


@dataclass(frozen=True, slots=True)
class RemovePasskey:
    """The command behind ``POST /api/v1/auth/passkeys/{id}/removal``."""

    actor: Principal
    passkey: str

    @property
    def tenant(self) -> str:
        """The person's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A passkey is removed once anyway."""
        return None

    def needs(self) -> Needs:
        """The passkey."""
        return Needs(ids=frozenset({self.passkey}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Remove one's own: it signs nothing any more, and what it signed stays.

        Raises:
            NotFoundError: no such passkey of theirs.
            AlreadyClosedError: it is removed.
        """
        found = world.get(self.passkey, self.tenant)
        if found is None or found.kind != "passkey" or found.doc["person"] != self.actor.subject_id:
            message = "no such passkey"
            raise NotFoundError(message)
        if found.doc["state"] != "active":
            message = "the passkey is removed"
            raise AlreadyClosedError(message)
        doc = {**found.doc, "state": "removed"}
        removed = event(found.id, "access:passkey:removed", moment=moment, actor=self.actor.subject_id, doc=doc)
        return Decision(reply=done(passkey_view(doc)), drafts=(removed,))


@dataclass(frozen=True, slots=True)
class UsePasskey:
    """The command behind ``POST /api/v1/auth/witness/passkey``: one signature over one challenge, used up by it."""

    operator: Principal
    person: str
    credential: Mapping[str, Any]
    challenge: bytes
    nonce: str
    act: str
    party: RelyingParty

    @property
    def tenant(self) -> str:
        """The operator's."""
        return self.operator.tenant

    @property
    def once(self) -> Once | None:
        """A challenge is good once anyway."""
        return None

    def needs(self) -> Needs:
        """The passkey, whose it is, and whether the challenge was used."""
        keys = (self._key, challenge_key(self.nonce))
        return Needs(ids=frozenset({self.person}), keys=frozenset(f"{self.tenant}|{one}" for one in keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Verify the signature. What a known passkey signed wrongly, or twice, is on record; the reply says which."""
        found = [one for one in world.find(self._key, self.tenant) if one.kind == "passkey"]
        person = world.get(self.person, self.tenant)
        if not found or found[0].doc["person"] != self.person or person is None or has_ended(person.doc, moment.now):
            return Decision(reply=done({"outcome": "refused"}))
        passkey = found[0]
        if passkey.doc["state"] != "active":
            return self._refuse(passkey, "removed", moment)
        if world.find(challenge_key(self.nonce), self.tenant):
            return self._refuse(passkey, "replayed", moment)
        from app.access import authenticators  # noqa: PLC0415  # whoever asked for a challenge has loaded it

        try:
            count = authenticators.asserted(
                self.party,
                self.credential,
                self.challenge,
                public_key=passkey.doc["public_key"],
                sign_count=passkey.doc["sign_count"],
            )
        except PasskeyInvalidError as fault:
            return self._refuse(passkey, str(fault), moment)
        doc = {**passkey.doc, "sign_count": count, "last_used_at": rfc3339(moment.now)}
        body = {"act": self.act, "operator": self.operator.subject_id}
        used = event(passkey.id, "access:passkey:used", moment=moment, actor=self.person, body=body, doc=doc)
        return Decision(
            reply=done({"outcome": "done", "person": person.doc}),
            drafts=(used,),
            names=(Name(f"{self.tenant}|{challenge_key(self.nonce)}", passkey.id, exclusive=True),),
        )

    @property
    def _key(self) -> str:
        return passkey_key(str(self.credential.get("id", "")))

    def _refuse(self, passkey: Subject, why: str, moment: Moment) -> Decision:
        body = {"reason": why, "act": self.act, "operator": self.operator.subject_id}
        refused = event(passkey.id, "access:passkey:refused", moment=moment, actor=None, body=body)
        return Decision(reply=done({"outcome": "refused"}), drafts=(refused,))
