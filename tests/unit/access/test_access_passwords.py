from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.access.passwords import (
    StoredSecretUnreadableError,
    dummy_hash,
    hash_secret,
    password_faults,
    pin_faults,
    verify_secret,
)

PHRASE = "quatre mots pour un essai"


def test_a_secret_opens_its_own_hash_and_no_other_does():
    stored = hash_secret(PHRASE)
    assert verify_secret(PHRASE, stored)
    assert not verify_secret(PHRASE + " ", stored)


def test_a_hash_is_argon2id_at_the_owasp_minimum_and_never_holds_the_secret():
    stored = hash_secret(PHRASE)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PHRASE not in stored


def test_two_people_with_one_secret_do_not_share_a_hash():
    assert hash_secret(PHRASE) != hash_secret(PHRASE)


def test_a_given_salt_makes_the_hash_repeatable():
    assert hash_secret(PHRASE, salt=bytes(16)) == hash_secret(PHRASE, salt=bytes(16))


def test_a_hash_made_with_dearer_parameters_is_still_read():
    stored = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=4),)).hash(PHRASE)
    assert verify_secret(PHRASE, stored)
    assert not verify_secret("another phrase", stored)


@pytest.mark.parametrize("secret", [PHRASE, "nobody signs in with this"])
def test_an_unknown_login_is_refused_whatever_the_secret(secret):
    assert not verify_secret(secret, None)


def test_the_dummy_hash_costs_as_much_as_a_real_one():
    real = hash_secret(PHRASE)
    assert dummy_hash().split("$")[:4] == real.split("$")[:4]
    assert len(dummy_hash()) == len(real)
    assert dummy_hash() is dummy_hash()


def test_an_accent_typed_on_another_keyboard_opens_the_same_door():
    assert verify_secret("cafe\u0301 du matin", hash_secret("caf\u00e9 du matin"))


def test_a_lone_surrogate_is_a_wrong_secret_and_no_crash():
    assert not verify_secret("\ud800", hash_secret(PHRASE))


@pytest.mark.parametrize("stored", ["", "plain", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_damaged_stored_secret_is_reported_and_not_taken_for_a_wrong_one(stored):
    with pytest.raises(StoredSecretUnreadableError) as refused:
        verify_secret(PHRASE, stored)
    assert refused.value.code == "stored-secret-unreadable"
    assert PHRASE not in str(refused.value)


@pytest.mark.parametrize(
    ("password", "login", "faults"),
    [
        ("onze lettre", "a.essai", ("password-too-short",)),
        ("douze lettre", "a.essai", ()),
        ("amelie.essai@chu.example", "Amelie.Essai@CHU.example", ("password-is-login",)),
        (" amelie.essai@chu.example ", "amelie.essai@chu.example", ("password-is-login",)),
        ("a.essai", "a.essai", ("password-too-short", "password-is-login")),
        # Eleven characters once "e" and its accent are one.
        ("onze lettre\u0301", "a.essai", ("password-too-short",)),
    ],
)
def test_a_password_is_long_and_is_not_the_login(password, login, faults):
    assert password_faults(password, login) == faults


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456789", "12 456", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666", "²²²²²²"]
)
def test_a_pin_is_six_to_eight_plain_digits(pin):
    assert pin_faults(pin) == ("pin-not-six-to-eight-digits",)


@pytest.mark.parametrize(
    "pin",
    ["000000", "99999999", "123456", "12345678", "654321", "890123", "210987", "121212", "123123", "12341234"],
)
def test_a_pin_that_runs_or_repeats_is_refused(pin):
    assert pin_faults(pin) == ("pin-too-simple",)


@pytest.mark.parametrize("pin", ["480216", "9040718", "12345679", "112233", "135790", "123321"])
def test_a_pin_that_neither_runs_nor_repeats_is_taken(pin):
    assert pin_faults(pin) == ()


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_offered_as_a_pin_gets_an_answer(text):
    faults = pin_faults(text)
    assert len(faults) <= 1
    if not faults:
        assert text.isascii()
        assert text.isdigit()
        assert 6 <= len(text) <= 8
        assert len(set(text)) > 1


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_password_that_is_taken_differs_from_the_login(password, login):
    if not password_faults(password, login):
        assert password.casefold() != login.casefold()
