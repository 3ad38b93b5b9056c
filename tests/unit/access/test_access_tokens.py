from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.opaque import refresh_digest, refresh_token
from app.access.roles import Role
from app.access.tokens import (
    TokenAuthority,
    TokenExpiredError,
    TokenRefusedError,
)

ISSUER = "https://givre.example"
LIFETIME = timedelta(minutes=5)
SECOND = timedelta(seconds=1)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def header_of(token: str) -> dict:
    return jwt.get_unverified_header(token)


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def sealed(key, token, *, header=None, **claims):
    """The same token with other claims or headers, signed again by ``key``; a claim of ``...`` is left out."""
    content = {name: value for name, value in (claims_of(token) | claims).items() if value is not ...}
    headers = {"kid": "2026-11", "typ": header_of(token)["typ"]} | (header or {})
    return jwt.encode(content, key, algorithm="EdDSA", headers=headers)


@pytest.fixture
def access(authority, make_principal, now):
    return authority.issue_access(make_principal(), now, LIFETIME, jti="jti-1")


@pytest.fixture
def witnessed(authority, make_principal, now):
    return authority.issue_witness(
        make_principal(subject_id="person-2"),
        step_digest="ab" * 32,
        meaning="checked",
        method="pin",
        now=now,
        jti="jti-2",
    )


def refused(read, token, now, code="token-invalid"):
    with pytest.raises(TokenRefusedError) as error:
        read(token, now)
    return error.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"site_id": None, "kind": "client", "roles": frozenset({Role.MANUFACTURER})},
        {"roles": frozenset()},
        {"roles": frozenset(Role), "name": "Ünïcode « essai »"},
    ],
)
def test_an_access_token_returns_the_principal_it_was_given(authority, make_principal, now, changes):
    principal = make_principal(**changes)
    token = authority.issue_access(principal, now, LIFETIME, jti="jti-1")
    assert authority.read_access(token, now) == make_principal(**changes, expires_at=now + LIFETIME)


def test_an_access_token_says_what_other_services_expect(access, now):
    claims = claims_of(access)
    assert header_of(access) == {"alg": "EdDSA", "kid": "2026-11", "typ": "at+jwt"}
    assert claims["iss"] == ISSUER
    assert claims["aud"] == "givre"
    assert claims["sub"] == "person-1"
    assert claims["sid"] == "session-1"
    assert claims["jti"] == "jti-1"
    assert claims["iat"] == int(now.timestamp())
    assert claims["exp"] == int((now + LIFETIME).timestamp())


def test_two_tokens_of_the_same_facts_are_the_same_bytes(authority, make_principal, now):
    principal = make_principal(roles=frozenset(Role))
    again = make_principal(roles=frozenset(reversed(Role)))
    assert authority.issue_access(principal, now, LIFETIME, jti="j") == authority.issue_access(
        again, now, LIFETIME, jti="j"
    )


def test_a_token_is_good_until_its_last_second_and_not_beyond(authority, access, now):
    assert authority.read_access(access, now + LIFETIME - timedelta(milliseconds=1)).subject_id == "person-1"
    with pytest.raises(TokenExpiredError) as error:
        authority.read_access(access, now + LIFETIME)
    assert error.value.code == "token-expired"


def test_a_token_never_outlives_what_was_granted(authority, make_principal, now):
    started = now + timedelta(milliseconds=999)
    token = authority.issue_access(make_principal(), started, LIFETIME, jti="j")
    assert authority.read_access(token, started).expires_at <= started + LIFETIME


def test_only_the_clock_that_is_handed_in_decides(authority, make_principal):
    for year in (1999, 2126):
        then = datetime(year, 1, 1, tzinfo=UTC)
        token = authority.issue_access(make_principal(), then, LIFETIME, jti="j")
        assert authority.read_access(token, then).expires_at == then + LIFETIME


def test_a_token_signed_in_the_future_is_refused_beyond_five_seconds(authority, access, now):
    assert authority.read_access(access, now - 5 * SECOND).subject_id == "person-1"
    assert refused(authority.read_access, access, now - timedelta(seconds=5, milliseconds=1))


def test_an_unsigned_token_is_refused(authority, access, now):
    _, payload, _ = access.split(".")
    for algorithm in ("none", "None", "NONE", ""):
        head = b64(json.dumps({"alg": algorithm, "kid": "2026-11", "typ": "at+jwt"}).encode())
        assert refused(authority.read_access, f"{head}.{payload}.", now)


@pytest.mark.parametrize("encoding", ["raw", "pem", "jwk"])
def test_the_public_key_is_no_hmac_secret(authority, access, key, now, encoding):
    public = key.public_key()
    secret = {
        "raw": public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw),
        "pem": public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        "jwk": json.dumps(authority.jwks()["keys"][0]).encode(),
    }[encoding]
    _, payload, _ = access.split(".")
    head = b64(json.dumps({"alg": "HS256", "kid": "2026-11", "typ": "at+jwt"}).encode())
    seal = b64(hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest())
    assert refused(authority.read_access, f"{head}.{payload}.{seal}", now)


def test_a_changed_claim_breaks_the_seal(authority, access, now):
    head, payload, seal = access.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["roles"] = ["admin"]
    assert refused(authority.read_access, f"{head}.{b64(json.dumps(claims).encode())}.{seal}", now)


@settings(deadline=None)
@given(st.data())
def test_no_single_changed_character_gets_through(authority, make_principal, now, data):
    token = authority.issue_access(make_principal(), now, LIFETIME, jti="j")
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCXYZabcxyz0189-_.=").filter(lambda character: character != token[place]))
    assert refused(authority.read_access, token[:place] + other + token[place + 1 :], now)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_offered_as_a_token_is_refused_and_nothing_worse(authority, now, text):
    assert refused(authority.read_access, text, now)
    assert refused(authority.read_witness, text, now)


def test_a_lone_surrogate_is_refused_and_nothing_worse(authority, now):
    assert refused(authority.read_access, "\ud800.a.b", now)


def test_another_house_cannot_sign_for_ours(authority, access, now):
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert refused(authority.read_access, sealed(stranger, access), now)


@pytest.mark.parametrize("header", [{"kid": "2020-01"}, {"kid": ""}, {"typ": "JWT"}, {"typ": "witness+jwt"}])
def test_a_token_of_an_unknown_key_or_another_type_is_refused(authority, key, access, now, header):
    assert refused(authority.read_access, sealed(key, access, header=header), now)


def test_a_token_that_names_no_key_is_refused(authority, key, access, now):
    token = jwt.encode(claims_of(access), key, algorithm="EdDSA", headers={"typ": "at+jwt"})
    assert refused(authority.read_access, token, now)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://givre.example.evil"},
        {"aud": "givre2"},
        {"aud": ["givre", "other"]},
        {"aud": ["givre"]},
        {"aud": "givre/witness"},
    ],
)
def test_a_token_of_another_issuer_or_for_another_audience_is_refused(authority, key, access, now, claims):
    assert refused(authority.read_access, sealed(key, access, **claims), now)


@pytest.mark.parametrize("claim", ["exp", "aud", "iss", "sub", "iat", "jti", "name", "sid", "site", "roles", "kind"])
def test_a_token_that_lacks_a_claim_is_refused(authority, key, access, now, claim):
    assert refused(authority.read_access, sealed(key, access, **{claim: ...}), now)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": "2099"},
        {"exp": 4e9},
        {"exp": True},
        {"exp": 10**30},
        {"iat": "0"},
        {"iat": 0.5},
        {"sub": 7},
        {"jti": 7},
        {"name": None},
        {"site": 7},
        {"roles": None},
        {"roles": ["pharmacist", "superuser"]},
        {"roles": "pharmacist"},
        {"kind": "ghost"},
    ],
)
def test_a_claim_of_the_wrong_shape_is_refused(authority, key, access, now, claims):
    assert refused(authority.read_access, sealed(key, access, **claims), now)


def test_a_retired_key_still_reads_what_it_signed_and_signs_no_more(key, authority, access, make_principal, now):
    fresh = Ed25519PrivateKey.from_private_bytes(bytes(reversed(range(32))))
    rotated = TokenAuthority(fresh, ISSUER, audience="givre", key_id="2026-12", retired={"2026-11": key.public_key()})
    assert rotated.read_access(access, now).subject_id == "person-1"
    token = rotated.issue_access(make_principal(), now, LIFETIME, jti="j")
    assert header_of(token)["kid"] == "2026-12"
    assert refused(authority.read_access, token, now)
    assert [entry["kid"] for entry in rotated.jwks()["keys"]] == ["2026-12", "2026-11"]


def test_a_key_id_cannot_borrow_the_name_of_another_key(key, access, now):
    fresh = Ed25519PrivateKey.from_private_bytes(bytes(reversed(range(32))))
    rotated = TokenAuthority(fresh, ISSUER, audience="givre", key_id="2026-12", retired={"2026-11": key.public_key()})
    assert refused(rotated.read_access, sealed(fresh, access, header={"kid": "2026-11"}), now)


def test_two_keys_cannot_share_an_id(key):
    with pytest.raises(ValueError, match="2026-11"):
        TokenAuthority(key, ISSUER, audience="givre", key_id="2026-11", retired={"2026-11": key.public_key()})


def test_the_key_set_shows_public_halves_only_and_verifies_our_tokens(authority, access):
    (entry,) = authority.jwks()["keys"]
    assert set(entry) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (entry["kty"], entry["crv"], entry["use"], entry["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")
    outsider = jwt.PyJWK(entry)
    assert (
        jwt.decode(
            access, outsider, algorithms=["EdDSA"], audience="givre", options={"verify_exp": False, "verify_iat": False}
        )["sub"]
        == "person-1"
    )


def test_a_witness_token_returns_who_saw_what_and_how(authority, witnessed, now):
    witness = authority.read_witness(witnessed, now)
    assert (witness.person_id, witness.name, witness.site_id, witness.tenant) == (
        "person-2",
        "Amélie Essai",
        "site-pui",
        "chu-essai",
    )
    assert witness.roles == {Role.PHARMACIST}
    assert (witness.step_digest, witness.meaning, witness.method) == ("ab" * 32, "checked", "pin")
    assert witness.jti == "jti-2"
    assert witness.expires_at == now + timedelta(seconds=120)


def test_a_witness_token_lives_two_minutes(authority, witnessed, now):
    assert authority.read_witness(witnessed, now + timedelta(seconds=119))
    assert refused(authority.read_witness, witnessed, now + timedelta(seconds=120), "token-expired")


def test_a_witness_token_can_be_given_less_time(authority, make_principal, now):
    token = authority.issue_witness(
        make_principal(), step_digest="x", meaning="m", method="passkey", now=now, jti="j", lifetime=SECOND
    )
    assert refused(authority.read_witness, token, now + SECOND, "token-expired")


def test_a_witness_token_opens_no_session(authority, witnessed, now):
    assert refused(authority.read_access, witnessed, now)


def test_an_access_token_witnesses_nothing(authority, access, now):
    assert refused(authority.read_witness, access, now)


def test_audience_and_type_each_keep_the_two_kinds_apart_alone(authority, key, access, witnessed, now):
    everything = claims_of(access) | claims_of(witnessed)
    for kind, read, own_audience, other_audience, own_type, other_type in (
        ("access", authority.read_access, "givre", "givre/witness", "at+jwt", "witness+jwt"),
        ("witness", authority.read_witness, "givre/witness", "givre", "witness+jwt", "at+jwt"),
    ):
        assert read(sealed(key, access, header={"typ": own_type}, **everything | {"aud": own_audience}), now), kind
        assert refused(read, sealed(key, access, header={"typ": own_type}, **everything | {"aud": other_audience}), now)
        assert refused(read, sealed(key, access, header={"typ": other_type}, **everything | {"aud": own_audience}), now)


@pytest.mark.parametrize("claims", [{"method": "nod"}, {"meaning": ...}, {"roles": 1}, {"exp": 10**30}])
def test_a_witness_claim_of_the_wrong_shape_is_refused(authority, key, witnessed, now, claims):
    assert refused(authority.read_witness, sealed(key, witnessed, **claims), now)


def test_a_machine_cannot_witness(authority, make_principal, now):
    with pytest.raises(ValueError, match="machine"):
        authority.issue_witness(
            make_principal(kind="client"), step_digest="x", meaning="m", method="pin", now=now, jti="j"
        )


def test_a_refresh_token_is_256_opaque_bits():
    assert refresh_token(bytes(32)) == "A" * 43
    for length in (0, 31, 33):
        with pytest.raises(ValueError, match="32"):
            refresh_token(bytes(length))


def test_a_refresh_token_is_stored_as_its_sha256():
    assert refresh_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(refresh_digest("\ud800")) == 64
