from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.vault import VaultError, blind, open_sealed, seal, unwrap_key, wrap_key

MASTER = b"m" * 32
KEY = bytes(range(32))
NONCE = b"n" * 12
KEYS = st.binary(min_size=32, max_size=32)


def test_a_sealed_row_is_the_published_gcm_ciphertext_behind_its_nonce():
    # Test case 16 of the GCM specification (McGrew and Viega, 2005): AES-256 with additional data.
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plaintext = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    expected = nonce + bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    assert seal(key, plaintext, aad=aad, nonce=nonce) == expected
    assert open_sealed(key, expected, aad=aad) == plaintext


@settings(deadline=None)
@given(
    key=KEYS, plaintext=st.binary(max_size=200), aad=st.binary(max_size=40), nonce=st.binary(min_size=12, max_size=12)
)
def test_any_row_comes_back(key, plaintext, aad, nonce):
    assert open_sealed(key, seal(key, plaintext, aad=aad, nonce=nonce), aad=aad) == plaintext


@settings(deadline=None)
@given(master=KEYS, key=KEYS, aad=st.binary(max_size=40), nonce=st.binary(min_size=12, max_size=12))
def test_any_key_comes_back_from_its_wrapping(master, key, aad, nonce):
    wrapped = wrap_key(master, key, aad=aad, nonce=nonce)
    assert len(wrapped) == 60
    assert unwrap_key(master, wrapped, aad=aad) == key


@settings(deadline=None)
@given(where=st.integers(0, 36), flip=st.integers(1, 255))
def test_a_row_with_any_byte_changed_does_not_open(where, flip):
    sealed = bytearray(seal(KEY, b"patient 1", aad=b"row 1", nonce=NONCE))
    sealed[where] ^= flip
    with pytest.raises(VaultError) as refusal:
        open_sealed(KEY, bytes(sealed), aad=b"row 1")
    assert refusal.value.code == "vault-unreadable"


def test_a_row_does_not_open_with_another_key():
    with pytest.raises(VaultError):
        open_sealed(MASTER, seal(KEY, b"patient 1", aad=b"row 1", nonce=NONCE), aad=b"row 1")


def test_a_row_copied_over_another_does_not_open():
    with pytest.raises(VaultError):
        open_sealed(KEY, seal(KEY, b"patient 1", aad=b"row 1", nonce=NONCE), aad=b"row 2")


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_a_row_too_short_to_be_sealed_does_not_open(length):
    with pytest.raises(VaultError, match="too short"):
        open_sealed(KEY, bytes(length), aad=b"")


def test_the_shortest_row_holds_nothing():
    sealed = seal(KEY, b"", aad=b"", nonce=NONCE)
    assert len(sealed) == 28
    assert open_sealed(KEY, sealed, aad=b"") == b""


def test_a_wrapped_key_does_not_open_under_another_master_key_or_name():
    wrapped = wrap_key(MASTER, KEY, aad=b"patient 1", nonce=NONCE)
    with pytest.raises(VaultError):
        unwrap_key(KEY, wrapped, aad=b"patient 1")
    with pytest.raises(VaultError):
        unwrap_key(MASTER, wrapped, aad=b"patient 2")


def test_a_sealed_text_is_no_wrapped_key():
    with pytest.raises(VaultError, match="not a key"):
        unwrap_key(MASTER, seal(MASTER, b"patient 1", aad=b"row 1", nonce=NONCE), aad=b"row 1")


def test_only_a_key_is_wrapped():
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_key(MASTER, KEY[:16], aad=b"", nonce=NONCE)


@pytest.mark.parametrize("key", [b"", KEY[:16], KEY[:24], KEY + b"\x00"], ids=len)
def test_a_key_of_another_length_is_never_used(key):
    with pytest.raises(ValueError, match="32 bytes"):
        seal(key, b"text", aad=b"", nonce=NONCE)
    with pytest.raises(ValueError, match="32 bytes"):
        open_sealed(key, bytes(40), aad=b"")
    with pytest.raises(ValueError, match="32 bytes"):
        blind(key, "text")


@pytest.mark.parametrize("nonce", [b"", NONCE[:8], NONCE + b"n"], ids=len)
def test_a_nonce_of_another_length_is_never_used(nonce):
    with pytest.raises(ValueError, match="12 bytes"):
        seal(KEY, b"text", aad=b"", nonce=nonce)


def test_a_blinded_identifier_is_the_keyed_hash_of_its_text():
    # Computed with another program: openssl dgst -sha256 -mac HMAC.
    expected = "f08a9e31a1258e431b9eb4ef076d2f6f9f0211f1d9f7001d062aab94cb442374"
    assert blind(KEY, "Doe^Jané|1970-01-01") == expected


def test_a_blinded_identifier_depends_on_key_and_text():
    assert len({blind(KEY, "a"), blind(KEY, "b"), blind(MASTER, "a")}) == 3


def test_a_text_that_is_no_unicode_text_cannot_be_blinded():
    with pytest.raises(ValueError, match="surrogates"):
        blind(KEY, "\ud800")
