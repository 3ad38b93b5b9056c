from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.note import MAX_SIGNATURES, Note, NoteError, UnverifiedNoteError, open_note, sign
from app.ledger.signers import Ed25519Signer, Ed25519Verifier
from app.ledger.vkey import parse_vkey

ALICE = Ed25519Signer("alice.example", b"a" * 32)
BOB = Ed25519Signer("bob.example", b"b" * 32)
TEXTS = (
    st.text(st.characters(exclude_characters=[chr(c) for c in range(32) if c != 10], exclude_categories=["Cs"]))
    .map(lambda text: text + "\n")
)  # fmt: skip


def verifier_of(signer: Ed25519Signer) -> Ed25519Verifier:
    return Ed25519Verifier(signer.vkey)


def line(name: str, payload: bytes) -> str:
    return f"— {name} {b64encode(payload).decode()}\n"


def test_the_example_of_the_standard_opens(notes):
    example = notes["c2sp_spec_example"]
    opened = open_note(example["note"], [Ed25519Verifier(example["vkey"])])
    assert opened == Note("This is an example message.\n", ("example.com/foo",))


def test_the_published_checkpoint_is_signed_byte_for_byte(notes, log_signer):
    assert sign(notes["checkpoint_body"], [log_signer]) == notes["checkpoint"]


@pytest.mark.parametrize("which", ["checkpoint", "checkpoint_cosigned", "checkpoint_empty_tree"])
def test_a_published_checkpoint_opens_whoever_else_signed_it(notes, log_verifier, which):
    opened = open_note(notes[which], [log_verifier])
    assert opened.verified == ("hospital.example/cct/log1",)
    assert notes[which].startswith(opened.text + "\n— ")


def test_a_forged_note_of_the_vectors_does_not_open(forged_note):
    keys = [parse_vkey(vkey) for vkey in forged_note["vkeys"]]
    verifiers = [Ed25519Verifier(key.to_text()) for key in keys if key.key_type == 1]
    with pytest.raises(NoteError):
        open_note(forged_note["note"], verifiers)


def test_a_text_edited_after_signing_is_not_verified(notes, log_verifier):
    with pytest.raises(UnverifiedNoteError, match="does not belong to this text") as refusal:
        open_note(notes["checkpoint"].replace("\n8\n", "\n9\n"), [log_verifier])
    assert refusal.value.code == "ledger-note-unverified"


@settings(deadline=None)
@given(TEXTS)
def test_any_text_comes_back_with_the_names_of_its_signers(text):
    note = sign(text, [ALICE, BOB])
    assert open_note(note, [verifier_of(BOB), verifier_of(ALICE)]) == Note(text, ("alice.example", "bob.example"))


@settings(deadline=None)
@given(text=TEXTS, data=st.data())
def test_no_changed_character_gives_a_signature_to_another_text(text, data):
    note = sign(text, [ALICE])
    where = data.draw(st.integers(0, len(note) - 1))
    changed = note[:where] + data.draw(st.text(max_size=2)) + note[where + 1 :]
    try:
        opened = open_note(changed, [verifier_of(ALICE)])
    except NoteError:
        return
    assert changed == note
    assert opened.text == text


def test_a_text_may_hold_blank_lines_and_what_looks_like_a_signature():
    inner = sign("inner\n\n", [BOB])
    assert open_note(sign(inner, [ALICE]), [verifier_of(ALICE), verifier_of(BOB)]) == Note(inner, ("alice.example",))


def test_line_separators_other_than_the_line_feed_are_plain_text():
    text = "one\u2028two\u0085three\x7f\n"
    assert open_note(sign(text, [ALICE]), [verifier_of(ALICE)]).text == text


def test_lines_of_unknown_keys_are_ignored_even_when_they_share_a_name_or_an_id():
    text = "text\n"
    note = sign(text, [ALICE])
    note += line("alice.example", b"\x00\x00\x00\x00" + bytes(64))
    note += line("bob.example", ALICE.key_id + bytes(64))
    assert open_note(note, [verifier_of(ALICE), verifier_of(BOB)]).verified == ("alice.example",)


def test_a_known_key_that_fails_spoils_the_note_though_another_key_signed():
    note = sign("text\n", [ALICE]) + line("bob.example", BOB.key_id + bytes(64))
    with pytest.raises(UnverifiedNoteError, match=r"bob\.example"):
        open_note(note, [verifier_of(ALICE), verifier_of(BOB)])


def test_a_good_line_does_not_cover_for_a_forged_one_of_the_same_key():
    note = sign("text\n", [ALICE]) + line("alice.example", ALICE.key_id + bytes(64))
    with pytest.raises(UnverifiedNoteError, match=r"alice\.example"):
        open_note(note, [verifier_of(ALICE)])


def test_a_key_that_signed_twice_is_named_once():
    assert open_note(sign("text\n", [ALICE, ALICE]), [verifier_of(ALICE)]).verified == ("alice.example",)


def test_a_note_that_nobody_trusted_signed_is_not_verified():
    note = sign("text\n", [BOB])
    for verifiers in ([], [verifier_of(ALICE)]):
        with pytest.raises(UnverifiedNoteError, match="no known key"):
            open_note(note, verifiers)


def test_verifiers_that_no_line_can_tell_apart_are_refused():
    with pytest.raises(NoteError, match="share one key ID"):
        open_note(sign("text\n", [ALICE]), [verifier_of(ALICE), verifier_of(ALICE)])


def test_as_many_signatures_as_the_limit_are_accepted_and_no_more():
    note = sign("text\n", [ALICE] * MAX_SIGNATURES)
    assert open_note(note, [verifier_of(ALICE)]).text == "text\n"
    with pytest.raises(NoteError, match="100 signatures"):
        open_note(note + note.splitlines(keepends=True)[-1], [verifier_of(ALICE)])
    with pytest.raises(NoteError, match="100 signatures"):
        sign("text\n", [ALICE] * (MAX_SIGNATURES + 1))


GOOD = sign("text\n", [ALICE])
LINE = GOOD.splitlines()[-1]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "text\n",
        "text\n\n",
        GOOD[:-1],
        GOOD + "\n",
        GOOD.replace("\n\n", "\n"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("text", "te\txt"),
        GOOD.replace("text", "te\x00xt"),
        GOOD.replace("text", "te\ud800xt"),
        GOOD.replace("—", "-"),
        GOOD.replace("—", "\N{EN DASH}"),
        GOOD.replace("— ", "—"),
        GOOD.replace("— alice", "—  alice"),
        GOOD.replace(" alice.example ", " "),
        GOOD.replace("alice.example ", "alice.example  "),
        GOOD.replace("alice.example", "alice+example"),
        GOOD.replace("alice.example", "alice\u00a0example"),
        GOOD[:-1] + " \n",
        GOOD[:-1] + " more\n",
        GOOD[:-1] + "=\n",
        GOOD[:-2] + "\n",
        GOOD[:-1] + "\u2028" + LINE + "\n",
        GOOD[:-1] + "\x0b" + LINE + "\n",
        GOOD + "a line that is no signature\n",
        GOOD + "— bob.example AAAAAA==\n",
        GOOD + "— bob.example not!base64\n",
        GOOD + "— bob.example é\n",
        GOOD + "— bob.example \n",
        GOOD + "— bob.example AAAAAAB=\n",
    ],
    ids=ascii,
)
def test_what_is_not_exactly_a_note_is_refused_whoever_signed_it(note):
    with pytest.raises(NoteError) as refusal:
        open_note(note, [verifier_of(ALICE)])
    assert refusal.value.code == "ledger-note-malformed"


def test_a_signature_of_one_byte_after_the_key_id_is_long_enough_to_be_a_line():
    assert open_note(GOOD + line("bob.example", b"12345"), [verifier_of(ALICE)]).text == "text\n"


@pytest.mark.parametrize("text", ["", "text", "te\rxt\n", "te\x00xt\n", "te\ud800xt\n"], ids=ascii)
def test_a_text_that_could_not_be_read_back_is_not_signed(text):
    with pytest.raises(NoteError):
        sign(text, [ALICE])


def test_a_note_has_a_signer():
    with pytest.raises(NoteError, match="between 1 and"):
        sign("text\n", [])
