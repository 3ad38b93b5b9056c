"""Signed notes (C2SP signed-note v1.0.0): a text and the signatures of the keys that stand behind it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.kit.errors import GivreError
from app.ledger.signers import Signer, Verifier
from app.ledger.vkey import KEY_ID_BYTES, decode_base64, is_key_name

# The standard asks for at least 16; one post-quantum line is about 3.3 kB, so this also bounds the work of a reader.
MAX_SIGNATURES: Final = 100

_DASH: Final = "\N{EM DASH}"
# Control characters but the line feed, and lone surrogates; a pattern, as the receipt of every scan passes here.
_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class NoteError(GivreError):
    """A text that is no signed note, or that cannot be made one."""

    code = "ledger-note-malformed"


class UnverifiedNoteError(NoteError):
    """A well-formed note that no trusted key signed, or that a trusted key did not sign as it claims."""

    code = "ledger-note-unverified"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that trusted keys signed; ``verified`` has the name of each once, in the order of the lines."""

    text: str
    verified: tuple[str, ...]


class SignatureLine(NamedTuple):
    """One line under a note: who says to have signed, with which key, and what."""

    name: str
    key_id: bytes
    signature: bytes


def sign(text: str, signers: Sequence[Signer]) -> str:
    """Return the note: ``text``, which ends in a line feed, with one signature line a signer, in their order.

    Raises:
        NoteError: a text that cannot be signed, or nobody to sign it.
    """
    _check_text(text)
    if not 0 < len(signers) <= MAX_SIGNATURES:
        message = f"a note has between 1 and {MAX_SIGNATURES} signatures"
        raise NoteError(message)
    signed = text.encode()
    return f"{text}\n{''.join(_write_line(signer, signed) for signer in signers)}"


def open_note(note: str, verifiers: Iterable[Verifier]) -> Note:
    """Return the text of a note and the names of the ``verifiers`` whose signatures it carries.

    Lines of unknown keys are ignored, as long as they are well formed.

    Raises:
        UnverifiedNoteError: no known key signed, or the line of a known key does not verify.
        NoteError: not a signed note, or two verifiers that no line can tell apart.
    """
    text, lines = take_apart(note)
    known = _by_name_and_id(verifiers)
    signed = text.encode()
    verified: dict[str, None] = {}
    for line in lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        # Every line of a known key counts, repeated ones too: a good line must not cover for a forged one.
        if not verifier.verify(signed, line.signature):
            message = f"the signature of {line.name} does not belong to this text"
            raise UnverifiedNoteError(message)
        verified[line.name] = None
    if not verified:
        message = "no known key signed this note"
        raise UnverifiedNoteError(message)
    return Note(text, tuple(verified))


def _write_line(signer: Signer, signed: bytes) -> str:
    encoded = b64encode(signer.key_id + signer.sign(signed)).decode("ascii")
    return f"{_DASH} {signer.name} {encoded}\n"


def take_apart(note: str) -> tuple[str, list[SignatureLine]]:
    """Return the text of a note and its signature lines, none of them checked.

    Raises:
        NoteError: not a signed note.
    """
    # The text may have blank lines of its own: the last one separates.
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        message = "a note is a text, a blank line and signature lines, each ending in a line feed"
        raise NoteError(message)
    text += "\n"
    _check_text(text)
    # Only the line feed ends a line here; str.splitlines would also cut at other Unicode separators.
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        message = f"a note has at most {MAX_SIGNATURES} signatures, not {len(lines)}"
        raise NoteError(message)
    return text, [_read_line(line) for line in lines]


def _read_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not is_key_name(parts[1]):  # noqa: PLR2004  # dash, name, signature
        message = "a signature line is an em dash, a key name and a signature"
        raise NoteError(message)
    name, encoded = parts[1:]
    decoded = decode_base64(encoded)
    if decoded is None or len(decoded) <= KEY_ID_BYTES:
        message = "a signature is a key ID and what that key signed, in padded base64"
        raise NoteError(message)
    return SignatureLine(name, decoded[:KEY_ID_BYTES], decoded[KEY_ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        message = "the text of a note ends in a line feed"
        raise NoteError(message)
    if _FORBIDDEN.search(text):
        message = "the text of a note is Unicode text with no control character but the line feed"
        raise NoteError(message)


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        key = (verifier.name, verifier.key_id)
        if key in known:
            # Which of the two must verify would depend on their order.
            message = f"two trusted keys are called {verifier.name} and share one key ID"
            raise NoteError(message)
        known[key] = verifier
    return known
