"""The public envelope of one custody event: its exact bytes, and back (RFC 8785; type ``cct.event/v1``)."""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from app.kit.errors import GivreError
from app.ledger.spelling import (
    HASH_BYTES,
    HASH_PATTERN,
    INSTANT_PATTERN,
    MAX_SEQ,
    SEQ_PATTERN,
    checked_seq,
    read_instant,
    spell_hash,
    spell_instant,
)

# What a bag's first event names as its predecessor.
GENESIS: Final = bytes(HASH_BYTES)
EVENT_TYPE: Final = "cct.event/v1"

# We write no entry longer than the first; no reader may accept one longer than the second, because entry bundles
# (C2SP tlog-tiles) carry a 16-bit length.
ENTRY_SOFT_LIMIT_BYTES: Final = 1024
ENTRY_HARD_LIMIT_BYTES: Final = 65_535

_EVENT: Final = re.compile(
    rf'\{{"bag":"({HASH_PATTERN})","body":"({HASH_PATTERN})"(?:,"pii":"({HASH_PATTERN})")?'
    rf',"prev":"({HASH_PATTERN})","seq":({SEQ_PATTERN}),"t":"({INSTANT_PATTERN})","type":"{re.escape(EVENT_TYPE)}"\}}'
)
# The same, but any 64 bytes for a hash: the pattern jumps over them, and one look at all the digits follows.
_LINK: Final = re.compile(
    rb'\{"bag":"(.{64})","body":"(.{64})(?:","pii":"(.{64}))?","prev":"(.{64})","seq":(0|[1-9][0-9]{0,15})'
    rb',"t":"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z","type":"cct\.event/v1"\}',
    re.DOTALL,
)
# Many of them, a line each; what is none takes all the rest, so that nothing is passed over. Of the bytes that the
# pattern jumps over only digits may be hexadecimal: without those, a line has as many bytes as a link without fields.
_LINKS: Final = re.compile(
    rb'\{"bag":"(.{64})","body":".{64}(","pii":".{64})?","prev":"(.{64})","seq":(0|[1-9][0-9]{0,15})'
    rb',"t":"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z","type":"cct\.event/v1"\}\n'
    rb"|.+",
    re.DOTALL,
)
_HEX_DIGITS: Final = b"0123456789abcdef"
_BARE_PII: Final = b'","pii":"'
_BARE_LINK: Final = b'{"bag":"","body":"","prev":"","seq":,"t":"--T::.Z","type":"cct.event/v1"}\n'


class MalformedEntryError(GivreError):
    """Fields that make no ledger entry, or bytes that are not exactly the canonical form of one."""

    code = "ledger-malformed-entry"


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte Merkle leaf hash of an entry's bytes: SHA-256(00 || entry), RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + entry).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEntry:
    """One link of a bag's chain, without a word about what happened or to whom.

    ``bag`` is the bag's pseudonym, ``prev`` the leaf hash of its previous event (``GENESIS`` for ``seq`` 0), ``body``
    the commitment to the operational part and ``pii`` the commitment to the personal part where there is one; each is
    32 bytes. ``t`` is when the server received the event, in UTC and whole milliseconds.
    """

    bag: bytes
    seq: int
    prev: bytes
    body: bytes
    t: datetime
    pii: bytes | None = None

    def to_bytes(self) -> bytes:
        """Return the RFC 8785 bytes that are stored, hashed and never rebuilt.

        Raises:
            MalformedEntryError: a hash that is not 32 bytes, ``seq`` outside 0..2^53-1, ``t`` not in UTC or finer than
                a millisecond.
        """
        # A fixed template, as this runs for every scan: its members stand in RFC 8785 order and nothing needs escaping.
        try:
            pii = "" if self.pii is None else f'","pii":"{spell_hash(self.pii)}'
            return (
                f'{{"bag":"{spell_hash(self.bag)}","body":"{spell_hash(self.body)}{pii}","prev":"{spell_hash(self.prev)}"'
                f',"seq":{checked_seq(self.seq)},"t":"{spell_instant(self.t)}","type":"{EVENT_TYPE}"}}'
            ).encode("ascii")
        except ValueError as error:
            raise MalformedEntryError(str(error)) from error


def parse_event(entry: bytes) -> EventEntry:
    """Read the bytes of an event entry; ``parse_event(entry).to_bytes() == entry`` for whatever is returned.

    Raises:
        MalformedEntryError: too long, of another type, or any byte that differs from the canonical form.
    """
    if len(entry) > ENTRY_HARD_LIMIT_BYTES:
        message = f"an entry has at most {ENTRY_HARD_LIMIT_BYTES} bytes, not {len(entry)}"
        raise MalformedEntryError(message)
    try:
        found = _EVENT.fullmatch(entry.decode("ascii"))
        if found is None:
            message = f"these bytes are not the canonical form of a {EVENT_TYPE} entry"
            raise MalformedEntryError(message)
        bag, body, pii, prev, seq, t = found.groups()
        return EventEntry(
            bag=bytes.fromhex(bag),
            seq=checked_seq(int(seq)),
            prev=bytes.fromhex(prev),
            body=bytes.fromhex(body),
            t=read_instant(t),
            pii=None if pii is None else bytes.fromhex(pii),
        )
    except ValueError as error:
        raise MalformedEntryError(str(error)) from error


def read_link(entry: bytes) -> tuple[bytes, bytes, int]:
    """Return ``bag``, ``prev`` and ``seq``, read as strictly as by ``parse_event`` in a fraction of its time.

    Raises:
        MalformedEntryError: what ``parse_event`` refuses.
    """
    found = _LINK.fullmatch(entry)
    if found is not None:
        bag, body, pii, prev, seq, t = found.groups(b"")
        number = int(seq)
        if number <= MAX_SEQ and not (bag + body + pii + prev).translate(None, _HEX_DIGITS) and _is_day(t):
            return unhexlify(bag), unhexlify(prev), number
    message = f"these bytes are not the canonical form of a {EVENT_TYPE} entry"
    raise MalformedEntryError(message)


def read_links(entries: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes], Sequence[int]] | None:
    """Return every ``bag``, ``prev`` and ``seq``, or None where ``read_link`` refuses one of them.

    A log of a million entries is read in a few hundred calls of the pattern instead of a million.
    """
    if not entries:
        return (), (), ()
    text = b"\n".join((*entries, b""))
    bags, piis, prevs, seqs, days = zip(*_LINKS.findall(text), strict=True)
    # As many lines as entries, each of them a link and none with the end of a line in it: so each entry is one of them.
    if len(bags) != len(entries) or not all(bags):
        return None
    bare = len(bags) * _bare(_BARE_LINK) + (len(piis) - piis.count(b"")) * _bare(_BARE_PII)
    if _bare(text) != bare:
        return None
    numbers = list(map(int, seqs))
    if max(numbers) > MAX_SEQ or not all(map(_is_day, set(days))):
        return None
    return list(map(unhexlify, bags)), list(map(unhexlify, prevs)), numbers


def _bare(text: bytes) -> int:
    return len(text.translate(None, _HEX_DIGITS))


@lru_cache(maxsize=4096)
def _is_day(text: bytes) -> bool:
    # The pattern cannot know the calendar; a log has many events a day.
    try:
        datetime.fromisoformat(text.decode("ascii"))
    except ValueError:
        return False
    return True
