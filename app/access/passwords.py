"""Passwords, PINs and client secrets: how they are kept, and which ones are too easy to guess."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from typing import Final, Literal

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.kit.errors import GivreError

PasswordFault = Literal["password-too-short", "password-is-login"]
PinFault = Literal["pin-not-six-to-eight-digits", "pin-too-simple"]

PASSWORD_MIN_CHARACTERS: Final = 12

_HASHER: Final = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))
_PIN_LENGTHS: Final = range(6, 9)
_RUN_STRIDES: Final = (1, 9)  # modulo ten: 567890 climbs, 210987 falls


class StoredSecretUnreadableError(GivreError):
    """What is stored for a sign-in is no Argon2 hash: the row is damaged, and no secret can ever match it."""

    code = "stored-secret-unreadable"


def hash_secret(secret: str, *, salt: bytes | None = None) -> str:
    """Hash a password, PIN or client secret with Argon2id.

    19 MiB of memory, 2 passes, 1 lane: the minimum of the OWASP Password Storage Cheat Sheet, so that a burst of
    sign-ins at the change of shift cannot exhaust the machine. The parameters travel in the hash; raising them leaves
    older hashes readable. It takes tens of milliseconds: call it off the event loop. ``salt`` (16 bytes) is drawn from
    the system by the Argon2 library when absent.
    """
    return _HASHER.hash(_secret_bytes(secret), salt=salt)


def verify_secret(secret: str, stored: str | None) -> bool:
    """Say whether a secret matches what is stored; as slow for an unknown login (``stored`` None) as for a known one.

    Raises:
        StoredSecretUnreadableError: ``stored`` is no Argon2 hash.
    """
    try:
        matches = _HASHER.verify(_secret_bytes(secret), dummy_hash() if stored is None else stored)
    except UnknownHashError as error:
        message = "the stored secret of a sign-in is not an Argon2 hash"
        raise StoredSecretUnreadableError(message) from error
    return matches and stored is not None


@cache
def dummy_hash() -> str:
    """Return the hash that stands in for an unknown login; call it once at start-up, as the first call makes it."""
    return hash_secret("nobody signs in with this", salt=b"no such sign-in.")


def password_faults(password: str, login: str) -> tuple[PasswordFault, ...]:
    """Say why a password may not be chosen; empty when it may.

    Length over composition (NIST SP 800-63B section 5.1.1.2).
    """
    chosen = unicodedata.normalize("NFKC", password)
    faults: list[PasswordFault] = []
    if len(chosen) < PASSWORD_MIN_CHARACTERS:
        faults.append("password-too-short")
    if chosen.strip().casefold() == unicodedata.normalize("NFKC", login).strip().casefold():
        faults.append("password-is-login")
    return tuple(faults)


def pin_faults(pin: str) -> tuple[PinFault, ...]:
    """Say why a PIN may not be chosen; empty when it may.

    Six to eight digits; no run up or down (``123456``, ``210987``), no block repeated (``000000``, ``121212``).
    """
    if not (len(pin) in _PIN_LENGTHS and pin.isascii() and pin.isdigit()):
        return ("pin-not-six-to-eight-digits",)
    strides = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    is_run = len(strides) == 1 and strides.pop() in _RUN_STRIDES
    # A text found inside its own double, off its two ends, is a shorter block repeated.
    is_repeat = pin in (pin + pin)[1:-1]
    return ("pin-too-simple",) if is_run or is_repeat else ()


def _secret_bytes(secret: str) -> bytes:
    # One keyboard writes "é" as one character, another as two: both must open the same door (NIST SP 800-63B).
    return unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
