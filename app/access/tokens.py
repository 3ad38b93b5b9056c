"""Signed tokens: the access token of a session, the one-step token of a witness, the opaque refresh token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm
from jwt.types import Options

from app.access.audit_scope import AuditScope
from app.access.claims import instant_of, one_of, roles_of, site_of, text_of
from app.access.detached import detached
from app.access.facts import (
    delegations_claim,
    delegations_of,
    lent_claim,
    lent_of,
    trainings_claim,
    trainings_of,
)
from app.access.principal import Delegation, Principal, PrincipalKind, Trainings
from app.access.roles import Role
from app.kit.errors import GivreError

WitnessMethod = Literal["pin", "password", "passkey"]

WITNESS_LIFETIME: Final = timedelta(seconds=120)
ISSUED_AHEAD: Final = timedelta(seconds=5)
"""How far the clock of the process that signed may run before ours; a token that has expired gets no such grace."""

_ALGORITHM: Final = "EdDSA"
_ACCESS_TYPE: Final = "at+jwt"  # RFC 9068 section 2.1
_TICKET_TYPE: Final = "ticket+jwt"
_WITNESS_TYPE: Final = "witness+jwt"  # RFC 8725 section 3.11: one explicit type for each kind of token
# PyJWT would read the machine's clock; the time rules are applied in _live_claims with the instant that is handed in.
_OPTIONS: Final[Options] = {
    "require": ["exp", "aud", "iss", "sub", "iat", "jti"],
    "strict_aud": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
_KINDS: Final[frozenset[PrincipalKind]] = frozenset({"person", "client"})
_METHODS: Final[frozenset[WitnessMethod]] = frozenset({"pin", "password", "passkey"})


class TokenRefusedError(GivreError):
    """A token that was not signed by us, for this use, in this shape; the reason stays in the message, not the code."""

    code = "token-invalid"


class TokenExpiredError(TokenRefusedError):
    """A token that was good and has run out."""

    code = "token-expired"


@dataclass(frozen=True, slots=True)
class Witness:
    """A second person who re-authenticated for one step.

    ``trainings`` and ``delegations`` are as in ``Principal``; a lent role witnesses nothing. ``step_digest`` names the
    exact act, ``meaning`` what the signature stands for, ``method`` how the person proved who they are. ``jti`` may be
    spent once; whoever records the step keeps it.
    """

    person_id: str
    name: str
    roles: frozenset[Role]
    site_id: str | None
    tenant: str
    step_digest: str
    meaning: str
    method: WitnessMethod
    jti: str
    expires_at: datetime
    trainings: Trainings = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()


class TokenAuthority:
    """Issues with one Ed25519 key and reads what that key or a retired one signed.

    Raises:
        ValueError: a retired key claims the id of the signing key.
    """

    def __init__(
        self,
        key: Ed25519PrivateKey,
        issuer: str,
        *,
        audience: str,
        key_id: str,
        retired: Mapping[str, Ed25519PublicKey] | None = None,
    ) -> None:
        """Keep the keys; ``retired`` maps the ids of earlier keys, still honoured, to their public halves."""
        earlier = dict(retired or {})
        if key_id in earlier:
            message = f"two token keys are called {key_id!r}"
            raise ValueError(message)
        self._key = key
        self._key_id = key_id
        self._issuer = issuer
        self._access_audience = audience
        self._witness_audience = f"{audience}/witness"
        self._public_keys = {key_id: key.public_key(), **earlier}

    def issue_access(self, principal: Principal, now: datetime, lifetime: timedelta, *, jti: str) -> str:
        """Sign an access token that runs out at ``now + lifetime``; the principal's own ``expires_at`` is not read."""
        claims = {
            "sub": principal.subject_id,
            "name": principal.name,
            "login": principal.login,
            "tenant": principal.tenant,
            "org": principal.organisation_id,
            "org_kind": principal.organisation_kind,
            "site": principal.site_id,
            "roles": sorted(principal.roles),
            "sid": principal.session_id,
            "kind": principal.kind,
            "trn": trainings_claim(principal.trainings),
            "dlg": delegations_claim(principal.delegations),
            "lent": lent_claim(principal.lent),
            "scp": principal.audit.to_doc() if principal.audit is not None else None,
        }
        return self._sign(claims, _ACCESS_TYPE, audience=self._access_audience, now=now, lifetime=lifetime, jti=jti)

    def read_access(self, token: str, now: datetime) -> Principal:
        """Return whom an access token speaks for.

        Raises:
            TokenExpiredError: it has run out.
            TokenRefusedError: it is anything but an access token of ours.
        """
        claims = self._live_claims(token, _ACCESS_TYPE, audience=self._access_audience, now=now)
        try:
            return Principal(
                subject_id=text_of(claims, "sub"),
                name=text_of(claims, "name"),
                login=text_of(claims, "login"),
                tenant=text_of(claims, "tenant"),
                organisation_id=text_of(claims, "org"),
                organisation_kind=text_of(claims, "org_kind"),
                site_id=site_of(claims),
                roles=roles_of(claims),
                session_id=text_of(claims, "sid"),
                kind=cast("PrincipalKind", one_of(claims, "kind", _KINDS)),
                expires_at=instant_of(claims["exp"]),
                trainings=trainings_of(claims["trn"]),
                delegations=delegations_of(claims["dlg"]),
                lent=lent_of(claims["lent"]),
                audit=AuditScope.from_doc(claims.get("scp")),
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise TokenRefusedError(str(error)) from error

    def issue_witness(  # noqa: PLR0913 - each argument is one claim, and all but the first are named
        self,
        witness: Principal,
        *,
        step_digest: str,
        meaning: str,
        method: WitnessMethod,
        now: datetime,
        jti: str,
        lifetime: timedelta = WITNESS_LIFETIME,
    ) -> str:
        """Sign a token by which this person witnesses one step, once, within ``lifetime``.

        Raises:
            ValueError: the witness is a machine: only people see.
        """
        if witness.kind != "person":
            message = "a machine cannot witness a step"
            raise ValueError(message)
        claims = {
            "sub": witness.subject_id,
            "name": witness.name,
            "roles": sorted(witness.roles),
            "site": witness.site_id,
            "tenant": witness.tenant,
            "step_digest": step_digest,
            "meaning": meaning,
            "method": method,
            "trn": trainings_claim(witness.trainings),
            "dlg": delegations_claim(witness.delegations),
        }
        return self._sign(claims, _WITNESS_TYPE, audience=self._witness_audience, now=now, lifetime=lifetime, jti=jti)

    def read_witness(self, token: str, now: datetime) -> Witness:
        """Return what a witness token attests; whether it may be used for a step is ``separation``'s question.

        Raises:
            TokenExpiredError: it has run out.
            TokenRefusedError: it is anything but a witness token of ours.
        """
        claims = self._live_claims(token, _WITNESS_TYPE, audience=self._witness_audience, now=now)
        try:
            return Witness(
                person_id=text_of(claims, "sub"),
                name=text_of(claims, "name"),
                roles=roles_of(claims),
                site_id=site_of(claims),
                tenant=text_of(claims, "tenant"),
                step_digest=text_of(claims, "step_digest"),
                meaning=text_of(claims, "meaning"),
                method=cast("WitnessMethod", one_of(claims, "method", _METHODS)),
                jti=text_of(claims, "jti"),
                expires_at=instant_of(claims["exp"]),
                trainings=trainings_of(claims["trn"]),
                delegations=delegations_of(claims["dlg"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise TokenRefusedError(str(error)) from error

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public keys as a JSON Web Key Set (RFC 7517, RFC 8037), the signing key first."""
        return {
            "keys": [
                {**OKPAlgorithm.to_jwk(public_key, as_dict=True), "kid": key_id, "use": "sig", "alg": _ALGORITHM}
                for key_id, public_key in self._public_keys.items()
            ]
        }

    def issue_ticket(self, claims: Mapping[str, Any], now: datetime, lifetime: timedelta, *, jti: str) -> str:
        """Sign what is to be sent back to us and nobody else reads: good for nothing but its own ``use``."""
        audience = f"{self._access_audience}/ticket"
        told = {"sub": str(claims["use"]), **claims}
        return self._sign(told, _TICKET_TYPE, audience=audience, now=now, lifetime=lifetime, jti=jti)

    def read_ticket(self, ticket: str, now: datetime) -> dict[str, Any]:
        """Return what a ticket of ours says.

        Raises:
            TokenExpiredError: it has run out.
            TokenRefusedError: it is none of ours.
        """
        return self._live_claims(ticket, _TICKET_TYPE, audience=f"{self._access_audience}/ticket", now=now)

    def signed(self, content: bytes, kind: str) -> str:
        """Sign bytes that travel beside their signature; see ``detached``."""
        return detached(self._key, self._key_id, content, kind)

    def _sign(  # noqa: PLR0913 - what two kinds of token differ in
        self, claims: dict[str, Any], token_type: str, *, audience: str, now: datetime, lifetime: timedelta, jti: str
    ) -> str:
        stamped = {
            **claims,
            "iss": self._issuer,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": jti,
        }
        return jwt.encode(stamped, self._key, algorithm=_ALGORITHM, headers={"kid": self._key_id, "typ": token_type})

    def _live_claims(self, token: str, token_type: str, *, audience: str, now: datetime) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            public_key = self._public_keys.get(header.get("kid", ""))
            if public_key is None or header.get("typ") != token_type:
                message = "no key or no use of ours"
                raise TokenRefusedError(message)
            claims = jwt.decode(
                token, public_key, algorithms=[_ALGORITHM], audience=audience, issuer=self._issuer, options=_OPTIONS
            )
        except (jwt.PyJWTError, UnicodeEncodeError) as error:
            raise TokenRefusedError(str(error)) from error
        issued, expires = claims["iat"], claims["exp"]
        if type(issued) is not int or type(expires) is not int:
            message = "iat and exp are whole seconds"
            raise TokenRefusedError(message)
        seconds = now.timestamp()
        if issued > seconds + ISSUED_AHEAD.total_seconds():
            message = "signed in the future"
            raise TokenRefusedError(message)
        if seconds >= expires:
            message = "run out"
            raise TokenExpiredError(message)
        return claims
