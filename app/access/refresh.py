"""The rotation of refresh tokens: each is good once, and a second use ends the whole family (RFC 9700 section 4.14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RefreshState:
    """What is stored of one refresh token.

    A family is every token that descends from one sign-in. ``digest`` is the SHA-256 of the token in hex. ``repeated``:
    it comes again with the very successor that it was exchanged for, because the answer got lost (decision 148).
    """

    family: str
    digest: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Rotated:
    """Good: mark it used, and give a successor of the same family.

    ``expires_at`` is the successor's too: rotating never lengthens a session beyond what the sign-in granted.
    """

    family: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reused:
    """Used before: one of two holders stole it, and nobody can tell which. Revoke the family and its sessions."""

    code: ClassVar[str] = "refresh-reused"
    family: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The session is over: its time ran out, or it was ended."""

    code: ClassVar[str] = "refresh-expired"


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such token was ever given."""

    code: ClassVar[str] = "refresh-unknown"


RefreshVerdict = Rotated | Reused | Expired | Unknown


def judge_refresh(state: RefreshState | None, now: datetime) -> RefreshVerdict:
    """Judge a refresh token that is presented now; ``state`` is None when its digest is not stored.

    The caller marks the token used in the transaction that stores its successor, under a condition that it was not,
    so that of two simultaneous calls one sees ``Reused``.
    """
    if state is None:
        return Unknown()
    # Before the dates: a second use is a theft also when the session is over. Whoever names the successor that only its
    # own device has seen is no thief.
    if state.used_at is not None and not state.repeated:
        return Reused(state.family)
    if state.revoked_at is not None or state.expires_at <= now:
        return Expired()
    return Rotated(state.family, state.expires_at)
