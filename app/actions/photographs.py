"""Photographs of a bag: named by their digest in the act they belong to, kept sealed, and erased with their key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.access.principal import Principal
from app.actions.keyring import Keyring
from app.actions.reader import StoredEvent, StoredSubject
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Logged, Moment, Needs, Once, World
from app.kit.clock import rfc3339
from app.kit.errors import GivreError
from app.ledger.vault import KEY_BYTES, NONCE_BYTES, VaultError, open_sealed, seal

KEPT: Final = "custody:photo:kept"
"""The tag of the event that says that the bytes of a photograph are there."""
ERASED: Final = "photograph"
"""The member in which the event that erases such a body says which photograph it was (``place_of``)."""
STATED: Final = "photos"
"""The field in which an act names its photographs."""


class PhotographNotNamedError(GivreError):
    """The act names no photograph of that digest: what was not said as it happened is not added afterwards."""

    code = "photo-not-named"


class PhotographAbsentError(GivreError):
    """It is named, and its bytes have not come yet, or were erased."""

    code = "photo-absent"


@dataclass(frozen=True, slots=True)
class Sealing:
    """A photograph as it goes into the blob store, and the key that opens it there."""

    sha256: str
    key: bytes
    content: bytes

    @property
    def blob(self) -> str:
        """The digest under which the sealed bytes are kept."""
        return hashlib.sha256(self.content).hexdigest()


def sealed_photograph(content: bytes, random: Callable[[int], bytes]) -> Sealing:
    """Seal a photograph under a key of its own: erasing is dropping that key, in every copy that was ever made."""
    digest, key = hashlib.sha256(content).hexdigest(), random(KEY_BYTES)
    return Sealing(digest, key, seal(key, content, aad=bytes.fromhex(digest), nonce=random(NONCE_BYTES)))


@dataclass(frozen=True, slots=True)
class KeepPhotograph:
    """The command behind ``POST /api/v1/attachments``; the sealed bytes are durable before it is submitted."""

    actor: Principal
    bag: str
    act: str
    """The event that names it."""
    sealing: Sealing
    size: int
    media_type: str

    @property
    def tenant(self) -> str:
        """The operator in whose record it stands."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """The same photograph of the same act is kept once, see ``decide``."""
        return None

    def needs(self) -> Needs:
        """The bag with its whole chain."""
        return Needs(ids=frozenset({self.bag}), events=frozenset({self.act}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record that it is kept; sent again, it is answered as before and nothing is written.

        Raises:
            NotFoundError: there is no such act of this bag.
            PhotographNotNamedError: the act names no such photograph.
        """
        bag, act = world.get(self.bag, self.tenant), world.events.get(self.act)
        if bag is None or act is None or act.subject != bag.id:
            message = "no such act of this bag"
            raise NotFoundError(message)
        if self.sealing.sha256 not in named_in(json.loads(act.body)):
            raise PhotographNotNamedError(self.sealing.sha256)
        before = next((one for one in world.events.values() if self._is_it(one)), None)
        if before is not None:
            told = json.loads(before.body)
            return Decision(reply=done(_answer(before.id, bag.id, told["photo"], told["recorded_at"])))
        photo = {
            "of": act.id,
            "sha256": self.sealing.sha256,
            "size": self.size,
            "media_type": self.media_type,
            "blob": self.sealing.blob,
        }
        # The key lies with what may hold a name: what erases that erases it. A bag of nobody's has no such place.
        key = {"key": self.sealing.key.hex()}
        body = {"photo": photo} if bag.vault_key is not None else {"photo": {**photo, **key}}
        private = key if bag.vault_key is not None else None
        draft = event(bag.id, KEPT, moment=moment, actor=self.actor.subject_id, body=body, private=private)
        return Decision(
            reply=lambda sealed: done(_answer(sealed[0].id, bag.id, photo, rfc3339(moment.now)))(sealed),
            drafts=(draft,),
        )

    def _is_it(self, logged: Logged) -> bool:
        if logged.subject != self.bag or logged.tag != KEPT:
            return False
        photo = json.loads(logged.body).get("photo", {})
        return bool(photo.get("of") == self.act and photo.get("sha256") == self.sealing.sha256)


@dataclass(frozen=True, slots=True)
class RecordPhotographSeen:
    """A photograph may show a name: that it was given to somebody stands on the chain of their site."""

    actor: Principal
    bag: str
    sha256: str

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Every reading is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The chain it stands on."""
        return Needs(ids=frozenset({str(self.actor.site_id)}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such site.
        """
        site = world.get(str(self.actor.site_id), self.tenant)
        if site is None:
            message = "no such site"
            raise NotFoundError(message)
        body = {"bag": self.bag, "sha256": self.sha256, "session": self.actor.session_id}
        draft = event(site.id, "access:photo:read", moment=moment, actor=self.actor.subject_id, body=body)
        return Decision(reply=done(None), drafts=(draft,))


def named_in(body: Mapping[str, Any]) -> Sequence[str]:
    """Return the digests that an act names."""
    found: Sequence[str] = body.get("details", {}).get(STATED, ())
    return found


def place_of(told: Mapping[str, Any], acts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return which photograph a body told that it is kept: its act, and its place among those the act names.

    What erases that body says so, and not the digest. None: the body tells of no photograph, or the act of none either.
    ``acts``: the bodies of the chain, by event.
    """
    photo = told.get("photo", {})
    named = list(named_in(acts.get(photo.get("of", ""), {})))
    return {"of": photo["of"], "place": named.index(photo["sha256"])} if photo.get("sha256") in named else None


def photographs_of(events: Iterable[StoredEvent]) -> list[dict[str, Any]]:
    """Return every photograph that the acts of a bag name, in their order, and whether its bytes are there.

    ``state``: awaited (the tablet still has them), kept, or erased.
    """
    told = [(one, json.loads(one.body)) for one in events]
    named = ((one, body["photo"]) for one, body in told if "photo" in body)
    kept = {(photo["of"], photo["sha256"]): (one, photo) for one, photo in named}
    nothing: Mapping[str, Any] = {}
    lost = {(body[ERASED]["of"], body[ERASED]["place"]) for _, body in told if body.get(ERASED)}
    found = []
    for act, body in told:
        for place, digest in enumerate(named_in(body)):
            keeping, photo = kept.get((act.id, digest), (None, nothing))
            state = "erased" if keeping is not None or (act.id, place) in lost else "awaited"
            if keeping is not None and (keeping.private is not None or "key" in photo):
                state = "kept"
            found.append(
                {
                    "sha256": digest,
                    "event": act.id,
                    "step": body["step"],
                    "state": state,
                    "media_type": photo.get("media_type"),
                    "size": photo.get("size"),
                    "kept_at": keeping.recorded_at if keeping is not None else None,
                }
            )
    return found


def opening_of(
    events: Iterable[StoredEvent], sha256: str, bag: StoredSubject, keyring: Keyring
) -> tuple[Mapping[str, Any], Callable[[bytes], bytes]]:
    """Return what is on record of a photograph, and what opens its sealed bytes.

    Raises:
        NotFoundError: no act of the bag names it.
        PhotographAbsentError: its bytes are not there, or not any more.
    """
    acts = list(events)
    if not any(sha256 in named_in(json.loads(one.body)) for one in acts):
        message = "no such photograph of this bag"
        raise NotFoundError(message)
    for one in acts:
        photo = json.loads(one.body).get("photo", {})
        if photo.get("sha256") == sha256:
            key = _key_of(one, photo, bag, keyring)
            if key is not None:
                return photo, partial(_opened, key, bytes.fromhex(sha256))
    raise PhotographAbsentError(sha256)


def _opened(key: bytes, sha256: bytes, content: bytes) -> bytes:
    return open_sealed(key, content, aad=sha256)


def _key_of(kept: StoredEvent, photo: Mapping[str, Any], bag: StoredSubject, keyring: Keyring) -> bytes | None:
    if "key" in photo:
        return bytes.fromhex(photo["key"])
    if kept.private is None or bag.vault_key is None:
        return None
    try:
        opened = keyring.open(bag.vault_key, bag.id, kept.private, context=kept.id)
    except VaultError:
        return None
    return bytes.fromhex(json.loads(opened)["key"])


def _answer(event_id: str, bag: str, photo: Mapping[str, Any], recorded_at: str) -> dict[str, Any]:
    shown = {name: photo[name] for name in ("sha256", "size", "media_type")}
    return {"id": event_id, "bag": bag, "event": photo["of"], **shown, "recorded_at": recorded_at}
