from __future__ import annotations

import pytest

from app.kit.canonical import canonical
from app.ledger.commitment import CommitmentError, commit, pseudonym
from app.ledger.entry import parse_event

KEY = bytes(range(32))


def test_the_published_bodies_open_their_commitments(bundle):
    for event in bundle["events"]:
        said = canonical(event["body"])
        assert commit(said, bytes.fromhex(event["salt"])) == parse_event(event["entry"].encode()).body


def test_another_salt_or_another_body_does_not_open_a_commitment():
    commitment = commit(b"{}", KEY)
    assert commit(b"{}", bytes(32)) != commitment
    assert commit(b"{ }", KEY) != commitment


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33), bytes(64)], ids=len)
def test_a_salt_of_another_length_is_refused(salt):
    with pytest.raises(CommitmentError, match="32 bytes") as refusal:
        commit(b"{}", salt)
    assert refusal.value.code == "ledger-commitment"


def test_a_pseudonym_is_the_keyed_hash_of_tenant_and_subject():
    # Computed with another program: openssl dgst -sha256 -mac HMAC.
    expected = "f8b012b0319816e1c43e41504173bfa8b9479a05aa2b7c186c61153d1ed9443f"
    assert pseudonym(KEY, "hôpital-a", subject_id="A9999 17 123456").hex() == expected


def test_one_subject_has_another_name_for_each_tenant_and_key():
    names = {
        pseudonym(KEY, "a", subject_id="1"),
        pseudonym(KEY, "b", subject_id="1"),
        pseudonym(KEY, "a1", subject_id=""),
        pseudonym(bytes(32), "a", subject_id="1"),
    }
    assert len(names) == 4


@pytest.mark.parametrize(("tenant", "subject_id"), [("a\x00b", "c"), ("a", "b\x00c")])
def test_a_separator_inside_a_name_is_refused(tenant, subject_id):
    with pytest.raises(CommitmentError, match="NUL"):
        pseudonym(KEY, tenant, subject_id=subject_id)


@pytest.mark.parametrize(("tenant", "subject_id"), [("\ud800", "c"), ("a", "\udfff")])
def test_a_name_that_is_no_unicode_text_is_refused(tenant, subject_id):
    with pytest.raises(CommitmentError):
        pseudonym(KEY, tenant, subject_id=subject_id)


def test_a_pseudonym_key_of_another_length_is_refused():
    with pytest.raises(CommitmentError, match="32 bytes"):
        pseudonym(KEY[:16], "a", subject_id="1")
