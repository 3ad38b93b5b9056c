"""Checks one bag's evidence, or a custody report, offline, trusting nobody's server: true, unchanged and complete.

An export (ZIP) is checked file by file, and that nothing was exchanged, added or left out since its manifest was made.

This file stands alone on purpose: it needs Python 3.11, ``cryptography`` and nothing of the service, so that an auditor
can read all of it in one sitting, copy it to another machine and run ``python verify.py FILE --policy POLICY``. It
therefore holds its own copy of every primitive, written apart from the ones that make the evidence: a fault in one of
the two shows as a disagreement. That is also why it is longer than our other modules. The order of its steps is the
only normative one (ledger format, section 2.3).
"""

from __future__ import annotations

import argparse
import binascii
import hashlib
import hmac
import io
import itertools
import json
import re
import struct
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

FORMAT, THIN_FORMAT = "cct.evidence/v1", "cct.evidence/v2"
REPORT_FORMAT, EXPORT_FORMAT = "givre.report/", "cct.export/v1"
OK, FAILED, STALE, NOT_CHECKED, FLAGGED = "ok", "failed", "stale", "not-checked", "flagged"
VALID, INVALID, UNANCHORED, UNREADABLE = "valid", "invalid", "unanchored", "unreadable"
LATE_AFTER_SECONDS = 900
CLOCK_TOLERANCE_SECONDS = 60

_MOST_FILES, _LARGEST_FILE, _LARGEST_ARCHIVE = 100_000, 1 << 26, 1 << 32  # of an export, when it is unpacked
_SIZE_END, _ZERO = 1 << 63, bytes(32)
_WHOLE = 2**53 - 1  # the largest number that every reader of JSON reads as the same (RFC 7493)
_DEEPEST = 64  # levels of JSON
_LAST_SECOND = 253_402_300_799  # of the year 9999
_HEX, _NUM = r"[0-9a-f]{64}", r"0|[1-9][0-9]{0,15}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
_HASH, _INSTANT_OF_ENTRY = re.compile(_HEX), re.compile(_DAY)
_EVENT = re.compile(
    rf'\{{"bag":"({_HEX})","body":"({_HEX})"(?:,"pii":"({_HEX})")?,"prev":"({_HEX})","seq":({_NUM}),"t":"({_DAY})"'
    r',"type":"cct\.event/v1"\}'
)
_HEADS = re.compile(rf'\{{"bags":({_NUM}),"covers":({_NUM}),"root":"({_HEX})","type":"cct\.heads/v1"\}}')
_RECEIPT = re.compile(rf'\{{"bag":"({_HEX})","leaf_hash":"({_HEX})","origin":(".*"),"seq":({_NUM}),"t":"({_DAY})"\}}\n')
_CHECKPOINT = re.compile(r"([^\s+\x00-\x1f]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
# What is looked for in a PDF, and how far.
_EMBEDDED, _STREAM = re.compile(rb"/EmbeddedFile\b"), re.compile(rb">>[ \t\r\n\0\f]*stream\r?\n")
_LENGTH, _ENDSTREAM = re.compile(rb"/Length\s+([0-9]{1,10})\b(?!\s+[0-9]+\s+R)"), re.compile(rb"\s*endstream")
_DICTIONARY, _MOST_EMBEDDED, _MOST_UNPACKED = 4096, 256, 1 << 27
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-5][0-9])", re.ASCII
)


class Step(NamedTuple):
    """One step of the verification: its number in the normative order, how it ended, and why, in French and English."""

    number: int
    name: str
    status: str
    fr: str
    en: str


class Report(NamedTuple):
    """The verdict, the steps that led to it, and the ``seq`` of events with odd times or without a shown body.

    ``valid``: every step holds. ``stale``: it does, but nobody has vouched for it lately. ``unanchored``: it does under
    the keys named in the file itself, which anybody could have made. ``invalid``: a step failed. ``unreadable``.
    ``parts``: one such verdict for each chain, where a file holds several; its own is then the worst of theirs.
    """

    verdict: str
    steps: tuple[Step, ...]
    flagged: tuple[int, ...] = ()
    undisclosed: tuple[int, ...] = ()
    parts: tuple[Any, ...] = ()


class Subject(NamedTuple):
    """Whose bag it is: what the pseudonym in the log is made from."""

    tenant: str
    id: str
    key: bytes


_UNREAD = object()
"""What a body claims that is a text: nobody has read it yet."""
Pages = Callable[[bytes], bytes | None]
"""Makes the PDF of an attached report, or says by None that this is not the version that made it."""


@dataclass(frozen=True)
class Asked:
    """What the reader holds and wants: everything that must not come from the file itself.

    ``policy`` is the bytes of a tlog-policy file; ``now`` POSIX time; ``old_checkpoint`` the signed checkpoint of an
    earlier visit; ``receipts`` and ``earlier`` (evidence files) must appear unchanged; ``pages`` makes the PDF of a
    report anew, where the reader has the program for it. ``stamped`` checks a time stamp (DER TimeStampResp, RFC 3161)
    over a text: POSIX time, or None when it is false; this file has no ASN.1 of its own.
    """

    policy: bytes | None = None
    now: int | None = None
    max_age_seconds: int | None = None
    old_checkpoint: str | None = None
    subject: Subject | None = None
    receipts: tuple[str, ...] = ()
    receipt_key: str | None = None
    earlier: tuple[bytes, ...] = ()
    late_after_seconds: int = LATE_AFTER_SECONDS
    pages: Pages | None = None
    stamped: Callable[[bytes, bytes], int | None] | None = None


class UnreadableError(Exception):
    """The file, or a policy, is not in the format; nothing is said about what it claims."""


class _Found(Exception):  # noqa: N818  # not an error: how a step ended early, its status and its sentence
    pass


# --- hashes and trees (RFC 9162) -----------------------------------------------------------------------------------


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _leaf(entry: str) -> bytes:
    return hashlib.sha256(b"\0" + entry.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _split(leaves: int) -> int:
    return 1 << (leaves - 1).bit_length() - 1


def _included_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to, or None when it has the wrong length."""
    turns: list[bool] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        turns.append(index >= middle)
        begin, end = (middle, end) if index >= middle else (begin, middle)
    if len(turns) != len(proof):
        return None
    for sibling, on_left in zip(proof, reversed(turns), strict=True):
        leaf = _node(sibling, leaf) if on_left else _node(leaf, sibling)
    return leaf


def _shared_root(leaves: Sequence[tuple[int, bytes]], size: int, hashes: bytes) -> bytes | None:
    """Return the root over known leaves, in order of index, and for all between them the next 32 of ``hashes``.

    None when it takes more of them than there are, or fewer.
    """
    indexes, sha256, taken = [index for index, _ in leaves], hashlib.sha256, 0

    def sent() -> bytes:
        nonlocal taken
        taken += 32
        return hashes[taken - 32 : taken]

    def over(begin: int, end: int, low: int, high: int) -> bytes:
        if low == high:
            return sent()
        span = end - begin
        if high - low == 1 and not span & (span - 1):
            return alone(indexes[low] - begin, span.bit_length() - 1, leaves[low][1])
        middle = begin + (1 << (span - 1).bit_length() - 1)
        cut = bisect_left(indexes, middle, low, high)
        left = over(begin, middle, low, cut)
        return sha256(b"\1" + left + over(middle, end, cut, high)).digest()

    def alone(position: int, height: int, reached: bytes) -> bytes:
        # One leaf in a complete subtree, where most of them stand. Down to it one meets what is left of it, and back up
        # what is right of it.
        nonlocal taken
        right = taken + 32 * position.bit_count()
        left = right - 32
        taken += 32 * height
        for level in range(height):
            if position >> level & 1:
                reached = sha256(b"\1" + hashes[left : left + 32] + reached).digest()
                left -= 32
            else:
                reached = sha256(b"\1" + reached + hashes[right : right + 32]).digest()
                right += 32
        return reached

    root = over(0, size, 0, len(leaves))
    return root if taken == len(hashes) else None


def _consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Say whether the tree ``old`` begins the tree ``new``: both roots come out of the same hashes."""
    (old_size, old_root), (size, root) = old, new
    if not 0 < old_size <= size:
        return False
    hashes = iter(proof)

    def over(begin: int, end: int) -> tuple[bytes, bytes]:
        # The root over what is old of [begin, end), and over all of it.
        if end == old_size:
            one = old_root if begin == 0 else next(hashes, b"")
            return one, one
        middle = begin + _split(end - begin)
        if old_size <= middle:
            was, now = over(begin, middle)
            return was, _node(now, next(hashes, b""))
        was, now = over(middle, end)
        left = next(hashes, b"")
        return _node(left, was), _node(left, now)

    return over(0, size) == (old_root, root) and next(hashes, None) is None


def _map_root(key: bytes, siblings: Sequence[bytes], terminal: dict[str, Any] | None) -> bytes:
    number = int.from_bytes(key, "big")
    root = _ZERO
    if terminal is not None:
        counts = terminal["count"].to_bytes(8, "big") + terminal["head_index"].to_bytes(8, "big")
        root = _sha(b"\2", terminal["key"], counts, terminal["head"])
    for depth in range(len(siblings) - 1, -1, -1):
        right = number >> (255 - depth) & 1
        root = _sha(b"\3", siblings[depth], root) if right else _sha(b"\3", root, siblings[depth])
    return root


# --- signed notes, checkpoints and policies (C2SP) -----------------------------------------------------------------


class _Key(NamedTuple):
    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return _sha(self.name.encode(), b"\n", bytes((self.kind,)), self.public)[:4]


@dataclass(frozen=True)
class _Policy:
    logs: list[_Key] = field(default_factory=list)
    witnesses: dict[str, _Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: list[str] = field(default_factory=list)

    def vouching(self, cosigned: Iterable[str]) -> set[str]:
        names = {"none", *cosigned}
        for name, (threshold, members) in self.groups.items():
            if len(names.intersection(members)) >= threshold:
                names.add(name)
        return names


class _Opened(NamedTuple):
    origin: str
    size: int
    root: bytes
    times: dict[str, int]


def _base64(text: str) -> bytes | None:
    try:
        decoded = binascii.a2b_base64(text)
    except ValueError:
        return None
    # Whatever was passed over in reading it is missing when it is written again.
    return decoded if binascii.b2a_base64(decoded, newline=False).decode() == text else None


def _parse_key(text: str, lengths: dict[int, int]) -> _Key:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    decoded = _base64(encoded) or b"\0"
    key = _Key(name, decoded[0], decoded[1:])
    well_named = name != "" and not re.search(r"[\s\x00-\x1f\ud800-\udfff]", name)
    if not well_named or lengths.get(key.kind) != len(key.public) or key.key_id.hex() != key_id:
        message = f"not a key that may stand here: {text[:80]}"
        raise UnreadableError(message)
    return key


_LOG_KEYS, _WITNESS_KEYS = {1: 32, 6: 1312}, {4: 32, 6: 1312}


def _decoded(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(str(error)) from error


def _parse_policy(encoded: bytes) -> _Policy:
    """Read a tlog-policy file."""
    policy, members_so_far = _Policy(), set[str]()
    defined: dict[str, None] = {"none": None}
    publics: list[bytes] = []
    text = _decoded(encoded)
    for line in text.split("\n"):
        match [word for word in re.split(r"[ \t]+", line) if word]:
            case []:
                continue
            case [word, *_] if word.startswith("#"):
                continue
            case ["log", vkey] | ["log", vkey, _]:
                policy.logs.append(_parse_key(vkey, _LOG_KEYS))
                publics.append(policy.logs[-1].public)
            case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in defined:
                policy.witnesses[name] = _parse_key(vkey, _WITNESS_KEYS)
                publics.append(policy.witnesses[name].public)
                defined[name] = None
            case ["group", name, asked, *members] if (
                name not in defined and members and {*members} <= {*defined} - {"none"} - members_so_far
            ):
                known = {"any": "1", "all": str(len(members))}.get(asked, asked)
                if len({*members}) < len(members) or known not in map(str, range(1, len(members) + 1)):
                    message = f"policy: this group cannot be: {line[:80]!r}"
                    raise UnreadableError(message)
                policy.groups[name] = int(known), members
                members_so_far |= {*members}
                defined[name] = None
            case ["quorum", name] if name in defined and not policy.quorum:
                policy.quorum.append(name)
            case _:
                message = f"policy: this line cannot stand here: {line[:80]!r}"
                raise UnreadableError(message)
    if (
        re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
        or not text.endswith("\n")
        or not policy.quorum
        or len({*publics}) < len(publics)
    ):
        message = "policy: cut short, without a quorum, or with one key pair twice"
        raise UnreadableError(message)
    return policy


def _lines_of(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    found = []
    for line in signatures[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        decoded = _base64(encoded) or b""
        if dash != "\u2014" or not re.fullmatch(r"[^\s+\x00-\x1f\ud800-\udfff]+", name) or len(decoded) < 5:  # noqa: PLR2004  # a key ID and more
            break
        found.append((name, decoded))
    else:
        if blank and signatures.endswith("\n") and not _CONTROL.search(text) and len(found) <= 100:  # noqa: PLR2004  # bounds the work
            return text, found
    raise _Found(FAILED, "note-malformed")


def _signed(key: _Key, text: str, checkpoint: tuple[str, int, bytes] | None, signature: bytes) -> int | None:
    """Return the time at which a key signed (0 when it does not say), or None when it did not sign this."""
    time = int.from_bytes(signature[:8], "big")
    try:
        if key.kind == 1:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
            return 0
        if time >= _SIZE_END:
            return None
        if key.kind == 4:  # noqa: PLR2004  # cosignature/v1
            stated = f"cosignature/v1\ntime {time}\n{text}".encode()
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[8:], stated)
            return time
        if checkpoint is None or len(checkpoint[0].encode()) > 255 or len(key.name.encode()) > 255:  # noqa: PLR2004  # one byte counts them
            return None
        origin, size, root = checkpoint
        named = b"".join(
            (bytes((len(key.name.encode()),)), key.name.encode(), signature[:8], bytes((len(origin.encode()),)))
        )
        stated = b"subtree/v1\n\0" + named + origin.encode() + bytes(8) + size.to_bytes(8, "big") + root
        MLDSA44PublicKey.from_public_bytes(key.public).verify(signature[8:], stated)
    except InvalidSignature:
        return None
    return time


def _open(note: str, policy: _Policy) -> _Opened:
    # A strict reading of a checkpoint, and of the line of every key that the policy knows.
    text, lines = _lines_of(note)
    found = _CHECKPOINT.fullmatch(text)
    root = None if found is None else _base64(found[3])
    if found is None or root is None or int(found[2]) >= _SIZE_END or (found[2] == "0" and root != _sha()):
        raise _Found(FAILED, "checkpoint-malformed")
    origin, size = found[1], int(found[2])
    times: dict[str, int] = {}
    own = False
    for label, key in [("", key) for key in policy.logs] + [*policy.witnesses.items()]:
        for name, decoded in lines:
            if (name, decoded[:4]) != (key.name, key.key_id):
                continue
            time = _signed(key, text, (origin, size, root), decoded[4:])
            if time is None:
                raise _Found(FAILED, "signature-false", name)
            if label:
                times[label] = max(time, times.get(label, 0))
            own = own or (label == "" and name == origin)
    if not own:
        raise _Found(FAILED, "log-unsigned", origin)
    return _Opened(origin, size, root, times)


# --- the evidence file ---------------------------------------------------------------------------------------------

# "?" marks what may be null or missing; anything not named here is refused.
_SHOWN = {"index": "count", "entry": "text", "inclusion?": ["hash"], "absent?": "text"}
# Of many events, a file leaves out what each entry repeats: the bag, its number, and the hash of the one before it.
_OWN = {"index": "count", "t": "instant", "commitment": "packed", "pii_commitment?": "packed", "absent?": "text"}
_PARTS = {"body?": "body", "salt?": "hash", "pii?": "body", "pii_salt?": "hash"}
_END = {"key": "hash", "count": "count", "head_index": "count", "head": "hash"}
_POINT = {"checkpoint": "text", "consistency": ["hash"]}
_SIGNED = {
    "bag": "hash",
    "map_key": "hash",
    "checkpoint": "text",
    "size": "count",
    "root": "hash",
    "heads_entry": "text",
}
_MAPPED = {"map_proof": {"siblings_top_down": ["hash"], "terminal?": _END}}
_PATHS = {"heads_inclusion?": ["hash"], "hashes?": "hashes"}
_SINCE = {"old_checkpoint?": "text", "consistency?": ["hash"]}
_TOLD = {"format?": "text", "policy?": "text", "subject?": {"tenant": "text", "id": "text", "key": "hash"}}
_TIMES = {"timeline?": [_POINT], "timestamps?": [_POINT | {"token": "text"}]}
_SCHEMA: dict[str, Any] = _SIGNED | _MAPPED | _PATHS | _SINCE | _TOLD | _TIMES | {"events": [_SHOWN | _PARTS]}
_THIN: dict[str, Any] = _SIGNED | _MAPPED | _SINCE | _TOLD | _TIMES | {"events": [_OWN | _PARTS], "hashes": "hashes"}
_FILE = {"name": "text", "sha256": "hash", "bag": "text", "size": "count", "events": "count"}
_SCOPE = {"sites?": ["text"], "products?": ["text"], "since?": "text", "until?": "text"}
_MANIFEST: dict[str, Any] = {
    "format": "text",
    "origin": "text",
    "checkpoint": "text",
    "size": "count",
    "root": "hash",
    "policy?": "text",
    "old_checkpoint?": "text",
    "consistency?": ["hash"],
    "scope?": _SCOPE,
    "files": [_FILE],
}


def _misplaced(schema: Any, value: Any) -> UnreadableError:
    return UnreadableError(f"evidence: {str(value)[:40]!a} stands where {str(schema)[:80]} belongs")


def _count(value: Any) -> Any:
    return value if type(value) is int and 0 <= value <= _WHOLE else None


def _hash(value: Any) -> Any:
    return bytes.fromhex(value) if isinstance(value, str) and _HASH.fullmatch(value) else None


def _hashes(value: Any) -> Any:
    joined = _base64(value) if isinstance(value, str) else None
    return joined if joined is not None and len(joined) % 32 == 0 else None


def _packed(value: Any) -> Any:
    joined = _hashes(value)
    return joined if joined is not None and len(joined) == 32 else None  # noqa: PLR2004  # one hash


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _instant(value: Any) -> Any:
    return value if isinstance(value, str) and _INSTANT_OF_ENTRY.fullmatch(value) else None


def _body(value: Any) -> Any:
    # As an object it needs no second layer of quotes; what is committed to is its one spelling of RFC 8785.
    return _spelled(value) if isinstance(value, dict) else _text(value)


_WORDS: dict[str, Callable[[Any], Any]] = {
    "count": _count,
    "hash": _hash,
    "hashes": _hashes,
    "packed": _packed,
    "text": _text,
    "instant": _instant,
    "body": _body,
}


def _reader(schema: Any) -> Callable[[Any], Any]:
    """Return what reads values of a schema (or says None of one that is none), made once: a file has thousands."""
    if isinstance(schema, str):
        return _WORDS[schema]
    return _reader_of_lists(schema) if isinstance(schema, list) else _reader_of_objects(schema)


def _reader_of_lists(schema: list[Any]) -> Callable[[Any], list[Any]]:
    read_one = _reader(schema[0])

    def read_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _misplaced(schema, value)
        found = [read_one(one) for one in value]
        if None in found:
            raise _misplaced(schema, value[found.index(None)])
        return found

    return read_list


def _reader_of_objects(schema: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
    members = {name.rstrip("?"): (name[-1] == "?", _reader(of), of) for name, of in schema.items()}
    known, needed = members.keys(), {bare for bare, (spare, _, _) in members.items() if not spare}
    nothing = dict.fromkeys(known)

    def read_object(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not needed <= value.keys() <= known:
            raise _misplaced(schema, value)
        found: dict[str, Any] = nothing.copy()
        for bare, one in value.items():
            spare, read_member, of = members[bare]
            if one is not None or not spare:
                found[bare] = read = read_member(one)
                if read is None:
                    raise _misplaced(of, one)
        return found

    return read_object


_read_whole, _read_thin, _read_manifest = _reader(_SCHEMA), _reader(_THIN), _reader(_MANIFEST)
_IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)
_BEYOND = re.compile("[\ud800-\U0010ffff]")


def _spelled(value: Any) -> str:
    """Return the one spelling of RFC 8785, for a value that was read from JSON of whole numbers."""
    spelled = _IN_ORDER.encode(value)
    # Names are sorted by UTF-16 units there: the order of their characters, unless some stand beyond the surrogates.
    if spelled.isascii() or _BEYOND.search(spelled) is None:
        return spelled
    return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _load(encoded: bytes) -> Any:
    def no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            message = "a name stands twice in one object"
            raise ValueError(message)
        return found

    def no_float(spelled: str) -> float:
        message = f"{spelled[:20]} is no whole number"
        raise ValueError(message)

    def whole(spelled: str) -> int:
        if len(spelled) > 17 or abs(int(spelled)) > _WHOLE:  # noqa: PLR2004  # digits of 2^53, and a sign
            message = f"{spelled[:20]} is beyond 2^53 - 1"
            raise ValueError(message)
        return int(spelled)

    try:
        text = _decoded(encoded)
        loaded = json.loads(
            text,
            object_pairs_hook=no_duplicates,
            parse_int=whole,
            parse_float=no_float,
            parse_constant=no_float,
        )
        _refuse_depth(loaded)
        if _ESCAPED.search(encoded):
            # Half a character (a lone surrogate) has no bytes: readers would differ in what was hashed.
            json.dumps(loaded, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        message = f"not the JSON of evidence: {error}"
        raise UnreadableError(message) from error
    return loaded


_ESCAPED = re.compile(rb"\\u")  # finds two characters in a third of the time that ``in`` takes
_HOLDERS = frozenset({dict, list})


def _refuse_depth(loaded: Any) -> None:
    # Level by level, not by recursion: how deep that may go depends on the version of Python.
    level = [loaded] if type(loaded) in _HOLDERS else []
    for _ in range(_DEEPEST):
        within = itertools.chain.from_iterable(one.values() if type(one) is dict else one for one in level)
        level = [one for one in within if type(one) in _HOLDERS]
        if not level:
            return
    message = f"JSON of more than {_DEEPEST} levels"
    raise UnreadableError(message)


def _read_file(document: bytes) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Read a report (None when it is none) and its evidence: alone, in a report, or as the one attachment of a PDF."""
    loaded = _load(_attached(document))
    found, report = loaded, None
    if isinstance(loaded, dict) and "evidence" in loaded:
        found = loaded["evidence"]
        report = loaded if str(loaded.get("format")).startswith(REPORT_FORMAT) else None
    return report, [_read_bundle(one) for one in (found if isinstance(found, list) and found else [found])]


def _read_bundle(found: Any) -> dict[str, Any]:
    thin = isinstance(found, dict) and found.get("format") == THIN_FORMAT
    bundle: dict[str, Any] = _read_thin(found) if thin else _read_whole(found)
    if bundle["format"] not in {None, FORMAT, THIN_FORMAT}:
        message = f"this is evidence in the format {bundle['format'][:40]!a}, for a newer verifier"
        raise UnreadableError(message)
    if thin:
        bundle["heads_inclusion"] = None
    prev, bag = _ZERO.hex(), bundle["bag"].hex()
    for seq, event in enumerate(bundle["events"]):
        if thin:
            # The one entry that can stand here. Had any of it been otherwise, another root would come out of it.
            body, pii, t = event["commitment"].hex(), event["pii_commitment"], event["t"]
            pii = pii and pii.hex()
            personal = "" if pii is None else f'","pii":"{pii}'
            event["entry"] = (
                f'{{"bag":"{bag}","body":"{body}{personal}","prev":"{prev}","seq":{seq},"t":"{t}","type":"cct.event/v1"}}'
            )
            event["link"], event["inclusion"] = (event["entry"], bag, body, pii, prev, seq, t), None
        event["leaf"] = _leaf(event["entry"])
        shown = found["events"][seq].get("body")
        event["claims"] = shown.get("occurred_at") if isinstance(shown, dict) else _UNREAD
        prev = event["leaf"].hex()
    return bundle


def _attached(document: bytes) -> bytes:
    # What a PDF holds; any other file is what it is.
    if not document.startswith(b"%PDF-"):
        return document
    attached = {found for found in _attachments(document) if b'"heads_entry"' in found}
    if len(attached) != 1:
        message = f"the PDF holds {len(attached)} evidence files, not one"
        raise UnreadableError(message)
    return attached.pop()


def _attachments(pdf: bytes) -> Iterator[bytes]:
    """Yield what the embedded files of a PDF hold, with no PDF library and no more work than the file is worth.

    The dictionary of an embedded file stands before its bytes, uncompressed (ISO 32000-1, 7.11.4); its keys come in any
    order. What cannot be read is passed over, and so are more files, or more data, than a report has.
    """
    room = _MOST_UNPACKED
    for found in itertools.islice(_EMBEDDED.finditer(pdf), _MOST_EMBEDDED):
        opened = _STREAM.search(pdf, found.end(), found.end() + _DICTIONARY)
        begin = pdf.rfind(b"obj", max(0, found.start() - _DICTIONARY), found.start())
        said = b"" if opened is None else pdf[max(0, begin) : opened.start()]
        if opened is None or b"endobj" in said:
            continue
        if b"/FlateDecode" in said:
            try:
                attached = zlib.decompressobj().decompress(memoryview(pdf)[opened.end() :], max(1, room))
            except zlib.error:
                continue
        else:
            length = _LENGTH.search(said)
            end = opened.end() + int(length[1]) if length else 0
            if not _ENDSTREAM.match(pdf, end):
                end = max(opened.end(), pdf.find(b"endstream", opened.end()))
            attached = pdf[opened.end() : min(end, opened.end() + max(0, room))]
        room -= len(attached)
        yield attached


# --- the steps -----------------------------------------------------------------------------------------------------

# A tag, the sentence in French, and in English.
_SENTENCES = """
policy-own La politique est la vôtre. | The policy is yours.
policy-embedded Les clés viennent du fichier lui-même : donnez une politique reçue par une autre voie.
| The keys come from the file itself: give a policy that reached you another way.
map-key-false map_key n'est pas la clé de cette poche. | map_key is not the key of this bag.
subject-untold Rien ne dit de quelle poche il s'agit. | Nothing says which bag this is.
subject-other Ces preuves concernent une autre poche. | This evidence is about another bag.
subject-own Il s'agit de la poche {}. | This is bag {}.
note-malformed Ce texte n'est pas une note signée. | This text is not a signed note.
checkpoint-malformed Le point de contrôle est mal formé. | The checkpoint is malformed.
signature-false La signature de {} est fausse. | The signature of {} is false.
log-unsigned Aucune clé de journal de la politique n'a signé au nom de {}.
| No log key of the policy signed in the name of {}.
head-other La taille ou la racine n'est pas celle du point de contrôle signé.
| The size or root is not the one of the signed checkpoint.
signed {} a signé {} entrées. | {} signed {} entries.
needs L'étape {} n'a pas abouti. | Step {} did not succeed.
quorum-missing Le quorum des témoins n'est pas atteint. | The quorum of witnesses is not reached.
quorum-met Quorum atteint ; témoins : {}. | Quorum reached; witnesses: {}.
replay-unasked La politique n'a pas de groupe « completeness » : la complétude repose sur l'opérateur.
| The policy has no group "completeness": completeness relies on the operator.
replay-missing Aucun témoin du groupe « completeness » n'a rejoué toutes les entrées.
| No witness of the group "completeness" replayed all entries.
replay-met Complet : un témoin du groupe « completeness » a rejoué toutes les entrées.
| Complete: a witness of the group "completeness" replayed all entries.
age-unasked Dernière cosignature : {} ; aucune limite d'âge n'est donnée.
| Newest cosignature: {}; no limit of age is given.
age-stale Dernière cosignature : {}. Demandez un fichier plus récent. | Newest cosignature: {}. Ask for a newer file.
age-met Dernière cosignature : {}. | Newest cosignature: {}.
old-untold Aucun point de contrôle antérieur n'est donné. | No earlier checkpoint is given.
old-other Rien ne prouve que l'arbre antérieur de {} entrées soit le début de celui-ci.
| Nothing proves that the earlier tree of {} entries is the beginning of this one.
old-half Un point de contrôle antérieur et sa preuve vont ensemble.
| An earlier checkpoint and its proof go together.
old-met L'arbre antérieur de {} entrées est le début de celui-ci.
| The earlier tree of {} entries is the beginning of this one.
heads-malformed La dernière entrée n'est pas la carte des têtes de tout ce qui la précède.
| The last entry is not the map of heads over all before it.
heads-absent La carte des têtes n'est pas la dernière entrée du journal.
| The heads entry is not the last entry of the log.
heads-met La carte des têtes est la dernière entrée du journal. | The heads entry is the last entry of the log.
map-false La preuve ne mène pas de la poche à la racine de la carte.
| The proof does not lead from the bag to the root of the map.
map-met La carte compte {} événements pour cette poche. | The map counts {} events for this bag.
events-count Il y a {} événements et la carte en compte {}. | There are {} events, and the map counts {}.
event-malformed L'événement {} n'est pas une entrée canonique de cette poche.
| Event {} is no canonical entry of this bag.
event-unchained L'événement {} ne suit pas celui qui le précède. | Event {} does not follow the one before it.
event-absent L'événement {} n'est pas à sa place dans le journal. | Event {} is not at its place in the log.
events-met Les {} événements se suivent et sont dans le journal. | The {} events follow each other and are in the log.
last-other Le dernier événement n'est pas celui de la carte. | The last event is not the one of the map.
last-met Le dernier événement est celui de la carte. | The last event is the one of the map.
body-false Le contenu de l'événement {} n'est pas celui qui a été enregistré.
| The body of event {} is not the one that was recorded.
bodies-some Les contenus montrés sont ceux enregistrés ; effacés : {} ; non montrés : {}.
| The bodies shown are those recorded; erased: {}; not shown: {}.
bodies-met Tous les contenus sont ceux qui ont été enregistrés. | All bodies are those that were recorded.
stamps-unasked {} horodatages sont joints et ne sont pas vérifiés ici : `givre verify --tsa-certificate`.
| {} time stamps are enclosed and not checked here: `givre verify --tsa-certificate`.
stamps-false L'horodatage de l'arbre de {} entrées est faux, ou d'une autorité inconnue.
| The time stamp of the tree of {} entries is false, or of an authority you do not know.
stamps-met Horodatages par un tiers : {}. | Time stamps of a third party: {}.
times-untold Aucune cosignature ne porte d'heure. | No cosignature states a time.
times-odd Heure en désaccord avec les témoins, ou saisie tardive : {}.
| Time at odds with the witnesses, or entered late: {}.
times-met Les heures concordent avec celles des témoins. | The times agree with those of the witnesses.
held-untold Vous n'avez donné ni reçu ni dossier antérieur. | You gave no receipt and no earlier report.
held-other L'événement {} n'est pas celui de votre reçu ou dossier antérieur.
| Event {} is not the one of your receipt or earlier report.
held-foreign Un reçu ou dossier que vous donnez n'est pas signé par la clé donnée, ou concerne une autre poche.
| A receipt or report that you give is not signed by the key given, or is about another bag.
held-met Vos reçus et dossiers antérieurs s'y retrouvent inchangés.
| Your receipts and earlier reports are found unchanged.
files-other Le fichier {} n'est pas celui du manifeste. | The file {} is not the one of the manifest.
files-missing Le fichier {} manque. | The file {} is missing.
files-added Le fichier {} n'est pas au manifeste. | The file {} is not in the manifest.
files-met Les {} fichiers sont ceux du manifeste. | The {} files are those of the manifest.
file-astray {} n'est pas au point de contrôle du manifeste, ou concerne une autre poche.
| {} is not at the checkpoint of the manifest, or is about another bag.
file-failed {0}, étape « {1} » : {2} | {0}, step "{1}": {3}
contents-met Chacun des {} dossiers est prouvé. | Each of the {} files is proved.
shared-false Ces entrées, à ces places, ne donnent pas la racine signée.
| These entries, at these places, do not make the signed root.
report-altered Le dossier a été modifié : son empreinte n'est pas celle de son sceau.
| The report was altered: its digest is not the one of its seal.
report-other La piste d'audit ou le point de contrôle du dossier n'est pas celui des preuves.
| The report's audit trail or checkpoint is not the one of the evidence.
report-unsigned La piste d'audit est celle des preuves. Qui répond des rubriques : donnez --receipt-key.
| The audit trail is the one of the evidence. Who answers for the sections: give --receipt-key.
report-signed La piste d'audit est celle des preuves, et {} répond des rubriques.
| The audit trail is the one of the evidence, and {} answers for the sections.
report-false Le sceau du dossier n'est pas signé par la clé donnée.
| The seal of the report is not signed by the key given.
pages-untold Les pages ne sont pas comparées : seul le fichier joint fait foi. Au bas de chacune doit se lire {}.
| The pages are not compared: only the attached file counts. At the foot of each must stand {}.
pages-met Les pages sont celles que le dossier joint produit, octet pour octet ; empreinte {}.
| The pages are the ones that the attached report makes, byte for byte; digest {}.
pages-other Les pages ne sont pas celles que le dossier joint produit : seul celui-ci, d'empreinte {}, fait foi.
| The pages are not the ones that the attached report makes: only that one, of digest {}, counts.
unreadable Illisible : {} | Unreadable: {}
"""
_SAID = [line.partition(" ") for line in _SENTENCES.strip().replace("\n| ", " | ").split("\n")]
_SAYS = {tag: tuple(said.split(" | ")) for tag, _, said in _SAID}


class _Examination:
    def __init__(self, bundle: dict[str, Any], policy: _Policy, asked: Asked) -> None:
        self.bundle, self.policy, self.asked = bundle, policy, asked
        self.opened: _Opened | None = None
        self.heads_root: bytes | None = None
        self.record: tuple[int, int, bytes] | None = None
        self.chained = False
        self.leaves: list[bytes] = []
        self.parsed: list[tuple[Any, int]] = []  # what an entry says, in its order, and POSIX time
        self.brackets: list[tuple[int, int, int]] = []
        self.flagged: tuple[int, ...] = ()
        self.undisclosed: tuple[int, ...] = ()

    def head(self) -> _Opened:
        if self.opened is None:
            raise _Found(NOT_CHECKED, "needs", 1)
        return self.opened

    def take_policy(self) -> tuple[Any, ...]:
        return (NOT_CHECKED, "policy-embedded") if self.asked.policy is None else (OK, "policy-own")

    def take_subject(self) -> tuple[Any, ...]:
        told = self.bundle["subject"]
        subject = self.asked.subject or (told and Subject(**told))
        if _sha(b"cct/mapkey/v1\n", self.bundle["bag"]) != self.bundle["map_key"]:
            return FAILED, "map-key-false"
        if subject is None:
            return NOT_CHECKED, "subject-untold"
        names = [subject.tenant.encode("utf-8", "surrogatepass"), subject.id.encode("utf-8", "surrogatepass")]
        named = hmac.digest(subject.key, b"cct/bag/v1\0" + b"\0".join(names), "sha256")
        if named != self.bundle["bag"] or b"\0" in names[0] + names[1]:
            return FAILED, "subject-other"
        return OK, "subject-own", ascii(subject.id)

    def take_checkpoint(self) -> tuple[Any, ...]:
        opened = _open(self.bundle["checkpoint"], self.policy)
        if (opened.size, opened.root) != (self.bundle["size"], self.bundle["root"]):
            return FAILED, "head-other"
        self.opened = opened
        return OK, "signed", ascii(opened.origin), opened.size

    def take_quorum(self) -> tuple[Any, ...]:
        times = self.head().times
        if self.policy.quorum[0] not in self.policy.vouching(times):
            return FAILED, "quorum-missing"
        return OK, "quorum-met", ", ".join(map(ascii, times)) or "0"

    def take_replayed(self) -> tuple[Any, ...]:
        times = self.head().times
        if "completeness" not in {*self.policy.groups, *self.policy.witnesses}:
            return NOT_CHECKED, "replay-unasked"
        met = "completeness" in self.policy.vouching(times)
        return (OK, "replay-met") if met else (FAILED, "replay-missing")

    def take_freshness(self) -> tuple[Any, ...]:
        now, times = self.asked.now, self.head().times.values()
        # A witness whose clock runs ahead must not keep an old file fresh.
        newest = max((time for time in times if now is None or time <= now + CLOCK_TOLERANCE_SECONDS), default=0)
        said = datetime.fromtimestamp(min(newest, _LAST_SECOND), UTC).isoformat()
        if now is None or self.asked.max_age_seconds is None:
            return NOT_CHECKED, "age-unasked", said
        fresh = now - newest <= self.asked.max_age_seconds
        return (OK, "age-met", said) if fresh else (STALE, "age-stale", said)

    def take_consistency(self) -> tuple[Any, ...]:
        head = self.head()
        self.bracket(head)
        if (self.bundle["old_checkpoint"] is None) != (self.bundle["consistency"] is None):
            return FAILED, "old-half"
        proof = self.bundle["consistency"] or []
        notes = dict.fromkeys((self.bundle["old_checkpoint"], self.asked.old_checkpoint))
        claims = [(note, proof) for note in notes if note is not None]
        claims += [(point["checkpoint"], point["consistency"]) for point in self.bundle["timeline"] or []]
        smallest = head.size
        for note, path in claims:
            old = _open(note, self.policy)
            same = (old.origin, old.size, old.root) == head[:3]
            if old.origin != head.origin or not (same or _consistent(old[1:3], head[1:3], path)):
                return FAILED, "old-other", old.size
            smallest = min(smallest, old.size)
            self.bracket(old)
        return (OK, "old-met", smallest) if claims else (NOT_CHECKED, "old-untold")

    def bracket(self, opened: _Opened) -> None:
        times = [time for time in opened.times.values() if time]
        if times:
            self.brackets.append((opened.size, min(times), max(times)))

    def take_heads(self) -> tuple[Any, ...]:
        head, entry, proof = self.head(), self.bundle["heads_entry"], self.bundle["heads_inclusion"]
        found = _HEADS.fullmatch(entry)
        if found is None or int(found[1]) > _WHOLE or int(found[2]) != head.size - 1:
            return FAILED, "heads-malformed"
        leaves = [(event["index"], event["leaf"]) for event in self.bundle["events"]]
        leaves.append((head.size - 1, _leaf(entry)))
        if self.bundle["hashes"] is None:
            held = _included_root(leaves[-1][1], head.size - 1, head.size, proof or []) == head.root
        else:
            held = all(a < b for (a, _), (b, _) in itertools.pairwise(leaves))
            held = held and _shared_root(leaves, head.size, self.bundle["hashes"]) == head.root
        # Even when it fails, the steps below go on with it: they may say which entry is to blame.
        self.heads_root = bytes.fromhex(found[3])
        if not held:
            return FAILED, "heads-absent" if self.bundle["hashes"] is None else "shared-false"
        return OK, "heads-met"

    def take_map(self) -> tuple[Any, ...]:
        if self.heads_root is None:
            raise _Found(NOT_CHECKED, "needs", 4)
        key, proof = self.bundle["map_key"], self.bundle["map_proof"]
        siblings, end = proof["siblings_top_down"], proof["terminal"]
        astray = len(siblings) > 256  # noqa: PLR2004  # bits of a key
        if end is not None and not astray:
            shared = 256 - len(siblings)
            astray = (
                end["count"] == 0 or int.from_bytes(end["key"], "big") >> shared != int.from_bytes(key, "big") >> shared
            )
        if astray or _map_root(key, siblings, end) != self.heads_root:
            return FAILED, "map-false"
        known = end is not None and end["key"] == key
        self.record = (end["count"], end["head_index"], end["head"]) if known else (0, 0, _ZERO)
        return OK, "map-met", self.record[0]

    def take_events(self) -> tuple[Any, ...]:
        head, events, prev, before = self.head(), self.bundle["events"], _ZERO, -1
        bag = self.bundle["bag"].hex()
        if self.record is None:
            raise _Found(NOT_CHECKED, "needs", 5)
        if len(events) != self.record[0]:
            return FAILED, "events-count", len(events), self.record[0]
        for seq, event in enumerate(events):
            found = event["link"] if "link" in event else _EVENT.fullmatch(event["entry"])
            received = None if found is None else _posix(found[6])
            if found is None or received is None or found[1] != bag:
                return FAILED, "event-malformed", seq
            if int(found[5]) != seq or found[4] != prev.hex():
                return FAILED, "event-unchained", seq
            prev = event["leaf"]
            path = event["inclusion"]
            if not before < event["index"] < head.size - 1 or (
                # Shared hashes have shown this entry at this index together with the heads entry.
                _included_root(prev, event["index"], head.size, path or []) != head.root
                if self.bundle["hashes"] is None
                else path is not None
            ):
                return FAILED, "event-absent", seq
            before = event["index"]
            self.leaves.append(prev)
            self.parsed.append((found, received))
        self.chained = True
        return OK, "events-met", len(events)

    def take_last(self) -> tuple[Any, ...]:
        if not self.chained or self.record is None:
            raise _Found(NOT_CHECKED, "needs", 6)
        events = self.bundle["events"]
        last = (events[-1]["index"], self.leaves[-1]) if events else (0, _ZERO)
        return (OK, "last-met") if last == self.record[1:] else (FAILED, "last-other")

    def take_bodies(self) -> tuple[Any, ...]:
        for seq, (event, (found, _)) in enumerate(zip(self.bundle["events"], self.parsed, strict=False)):
            if not _committed(found[2], event["body"], event["salt"]) or not _committed(
                found[3], event["pii"], event["pii_salt"]
            ):
                return FAILED, "body-false", seq
        if not self.chained:
            raise _Found(NOT_CHECKED, "needs", 6)
        self.undisclosed = tuple(seq for seq, event in enumerate(self.bundle["events"]) if event["body"] is None)
        if not self.undisclosed:
            return OK, "bodies-met"
        erased = [seq for seq in self.undisclosed if self.bundle["events"][seq]["absent"] == "erased"]
        unshown = [seq for seq in self.undisclosed if seq not in erased]
        return OK, "bodies-some", *(", ".join(map(str, some)) or "–" for some in (erased, unshown))

    def take_stamps(self) -> tuple[Any, ...]:
        head, said = self.head(), []
        for stamp in self.bundle["timestamps"]:
            old = _open(stamp["checkpoint"], self.policy)
            same = (old.origin, old.size, old.root) == head[:3]
            if old.origin != head.origin or not (same or _consistent(old[1:3], head[1:3], stamp["consistency"])):
                return FAILED, "old-other", old.size
            if self.asked.stamped is None:
                continue
            token = _base64(stamp["token"])
            time = None if token is None else self.asked.stamped(token, _lines_of(stamp["checkpoint"])[0].encode())
            if time is None:
                return FAILED, "stamps-false", old.size
            self.brackets.append((old.size, time, time))
            said.append(datetime.fromtimestamp(time, UTC).isoformat())
        if self.asked.stamped is None:
            return NOT_CHECKED, "stamps-unasked", len(self.bundle["timestamps"])
        return OK, "stamps-met", ", ".join(said)

    def take_times(self) -> tuple[Any, ...]:
        if not self.chained:
            raise _Found(NOT_CHECKED, "needs", 6)
        if not self.brackets:
            return NOT_CHECKED, "times-untold"
        odd, ordered = [], sorted(self.brackets)
        sizes = [size for size, _, _ in ordered]
        for seq, (event, (_, received)) in enumerate(zip(self.bundle["events"], self.parsed, strict=True)):
            at = bisect_right(sizes, event["index"])
            after, by = ordered[at - 1] if at else None, ordered[at] if at < len(ordered) else None
            claimed = _claimed(event, received)
            latest = max(received, received if after is None else after[1])
            ahead = by is not None and max(received, claimed) > by[2] + CLOCK_TOLERANCE_SECONDS
            if ahead or latest - min(received, claimed) > self.asked.late_after_seconds:
                odd.append(seq)
        self.flagged = tuple(odd)
        return (FLAGGED, "times-odd", ", ".join(map(str, odd))) if odd else (OK, "times-met")

    def take_held(self) -> tuple[Any, ...]:
        if not self.chained:
            raise _Found(NOT_CHECKED, "needs", 6)
        if not self.asked.receipts and not self.asked.earlier:
            return NOT_CHECKED, "held-untold"
        held: list[tuple[int, bytes]] = []
        for document in self.asked.earlier:
            bundle = next((one for one in _read_file(document)[1] if one["bag"] == self.bundle["bag"]), None)
            if bundle is None:
                return NOT_CHECKED, "held-foreign"
            held += [(seq, event["leaf"]) for seq, event in enumerate(bundle["events"])]
        for receipt in self.asked.receipts:
            found = self.receipt(receipt)
            if found is None:
                return NOT_CHECKED, "held-foreign"
            held.append(found)
        for seq, leaf in held:
            if seq >= len(self.leaves) or self.leaves[seq] != leaf:
                return FAILED, "held-other", seq
        return OK, "held-met"

    def receipt(self, note: str) -> tuple[int, bytes] | None:
        # The event that the log promised to publish, when its receipt key signed that promise about this bag.
        text, lines = _lines_of(note)
        key = _parse_key(self.asked.receipt_key or "", {1: 32})
        signed = [
            _signed(key, text, None, line[4:]) for name, line in lines if (name, line[:4]) == (key.name, key.key_id)
        ]
        found, origin = _RECEIPT.fullmatch(text), self.head().origin
        if found is None or not signed or None in signed or key.name != f"{origin}/receipts":
            return None
        same = found[3] == json.dumps(origin, ensure_ascii=False) and bytes.fromhex(found[1]) == self.bundle["bag"]
        return (int(found[4]), bytes.fromhex(found[2])) if same else None


def _committed(commitment: str | None, body: str | None, salt: bytes | None) -> bool:
    # What is not disclosed at all says nothing; half of it could be anything.
    if body is None or salt is None:
        return body is None and salt is None
    return hmac.digest(salt, body.encode(), "sha256").hex() == commitment


def _posix(instant: str) -> int | None:
    try:
        return int(datetime.fromisoformat(instant).timestamp())
    except (ValueError, OverflowError):
        return None


def _claimed(event: dict[str, Any], received: int) -> int:
    # When the body says that it happened; whatever says nothing of that kind happened when it was received. An instant
    # without its offset says nothing: it would be another one on a machine of another time zone.
    try:
        told = event["claims"]
        found = _INSTANT.fullmatch(_load((event["body"] or "").encode())["occurred_at"] if told is _UNREAD else told)
        if found is None:
            return received
        return int((datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00"))).timestamp())
    except (ValueError, TypeError, KeyError, OverflowError, UnreadableError):
        return received


_STEPS = (
    *((0, "policy"), (0, "subject"), (1, "checkpoint"), (1, "quorum"), (1, "replayed"), (2, "freshness")),
    *(
        (3, "consistency"),
        (4, "heads"),
        (5, "map"),
        (6, "events"),
        (7, "last"),
        (8, "bodies"),
        (9, "stamps"),
        (9, "times"),
        (10, "held"),
    ),
)


# --- the report ----------------------------------------------------------------------------------------------------


def _take_report(report: dict[str, Any], bundles: Sequence[dict[str, Any]], asked: Asked) -> tuple[Any, ...]:
    # What the sections say is proved by nothing but the operator's seal; what they rest on must be in the evidence.
    stated = {name: value for name, value in report.items() if name != "seal"}
    digest = hashlib.sha256(_spelled(stated).encode()).hexdigest()
    try:
        point, seal, trail = report["cover"]["checkpoint"], report["seal"], report["trail"]
        if seal["digest"] != digest:
            return FAILED, "report-altered"
        for bundle in bundles:
            told = bundle["subject"]
            rows = [[row["seq"], row["index"], row["leaf"]] for row in trail if row["id"] == (told or {}).get("id")]
            shown = [[seq, one["index"], one["leaf"].hex()] for seq, one in enumerate(bundle["events"])]
            if told is not None and (
                rows != shown or [point["size"], point["root"]] != [bundle["size"], bundle["root"].hex()]
            ):
                return FAILED, "report-other"
        text, lines = _lines_of(seal["note"])
        if text != f"{report['format']}\n{report['id']}\n{digest}\n":
            return FAILED, "report-altered"
    except (KeyError, TypeError, AttributeError) as error:
        message = f"a report without its seal, trail or checkpoint: {error!r}"
        raise UnreadableError(message) from error
    if asked.receipt_key is None:
        return NOT_CHECKED, "report-unsigned"
    key = _parse_key(asked.receipt_key, {1: 32})
    signed = [_signed(key, text, None, line[4:]) for name, line in lines if (name, line[:4]) == (key.name, key.key_id)]
    return (OK, "report-signed", ascii(key.name)) if signed and None not in signed else (FAILED, "report-false")


def _take_pages(document: bytes, report: dict[str, Any], asked: Asked) -> tuple[Any, ...]:
    # The pages are a picture of the attached report: somebody may have repainted them and left the attachment alone.
    digest = report["seal"]["digest"]
    made = None if asked.pages is None else asked.pages(_attached(document))
    if made is None:
        return NOT_CHECKED, "pages-untold", ascii(digest)
    return (OK, "pages-met", ascii(digest)) if made == document else (FAILED, "pages-other", ascii(digest))


def verify(document: bytes, asked: Asked) -> Report:
    """Check evidence (JSON, a JSON report or a PDF that holds one) or an export (ZIP); never raises, whatever it is."""
    if document.startswith(b"PK"):
        return _verify_export(document, asked)
    return _verify_file(document, lambda: _read_file(document), asked)


def examine(evidence: Any, asked: Asked) -> Report:
    """Check the evidence of one chain whose JSON was read already, by who vouches that no name stood twice in it."""
    return _verify_file(b"", lambda: (None, [_read_bundle(evidence)]), asked)


def _verify_file(
    document: bytes, read: Callable[[], tuple[dict[str, Any] | None, list[dict[str, Any]]]], asked: Asked
) -> Report:
    steps: list[Step] = []
    try:
        report, bundles = read()
        parts = [_verify_chain(bundle, asked) for bundle in bundles]
        for number, part in enumerate(parts, start=1):
            which = f"[{number}/{len(parts)}] " if len(parts) > 1 else ""
            steps += [step._replace(fr=which + step.fr, en=which + step.en) for step in part.steps]
        if report is not None:
            try:
                status, tag, *told = _take_report(report, bundles, asked)
            except _Found as found:
                status, tag, *told = found.args
            steps.append(_step(11, "report", status, tag, *told))
            if document.startswith(b"%PDF-"):
                steps.append(_step(12, "pages", *_take_pages(document, report, asked)))
    except (UnreadableError, RecursionError) as error:
        return Report(UNREADABLE, (*steps, _step(0, "file", FAILED, "unreadable", error)))
    ended = {step.status for step in steps}
    verdict = INVALID if FAILED in ended else STALE if STALE in ended else UNANCHORED if asked.policy is None else VALID
    if len(parts) > 1:
        return Report(verdict, tuple(steps), parts=tuple(parts))
    return Report(verdict, tuple(steps), parts[0].flagged, parts[0].undisclosed)


def _verify_chain(bundle: dict[str, Any], asked: Asked) -> Report:
    embedded = (bundle["policy"] or "").encode()
    policy = _parse_policy(embedded if asked.policy is None else asked.policy)
    examination = _Examination(bundle, policy, asked)
    steps: list[Step] = []
    for number, name in _STEPS:
        if name == "stamps" and not bundle["timestamps"]:
            continue  # most logs have none, and nobody misses a step that says so
        steps.append(_taken(examination, number, name))
    ended = {step.status for step in steps}
    verdict = INVALID if FAILED in ended else STALE if STALE in ended else UNANCHORED if asked.policy is None else VALID
    return Report(verdict, tuple(steps), examination.flagged, examination.undisclosed)


def _taken(examination: _Examination | _Export, number: int, name: str) -> Step:
    try:
        status, tag, *told = getattr(examination, f"take_{name}")()
    except _Found as found:
        status, tag, *told = found.args
    return _step(number, name, status, tag, *told)


def _step(number: int, name: str, status: str, tag: str, *told: object) -> Step:
    fr, en = _SAYS[tag]
    return Step(number, name, status, fr.format(*told), en.format(*told))


# --- exports -------------------------------------------------------------------------------------------------------


class _Archive:
    """An export: its manifest, and its files read one at a time, never to a disk."""

    def __init__(self, document: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(document))
        except _BAD_ARCHIVES as error:
            message = f"not an archive that can be read: {error}"
            raise UnreadableError(message) from error
        self.infos = {one.filename: one for one in self.zip.infolist()}
        whole = sum(one.file_size for one in self.infos.values())
        if len(self.infos) != len(self.zip.infolist()) or len(self.infos) > _MOST_FILES or whole > _LARGEST_ARCHIVE:
            message = "an archive with a name twice, or with more than an export may hold"
            raise UnreadableError(message)
        for name in self.infos:
            # Nothing is unpacked; but whoever does unpack it later must not write where it says.
            if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", name):
                message = f"{name[:80]!a} is no name for a file of an export"
                raise UnreadableError(message)
        manifest = _load(self.read("manifest.json"))
        self.manifest: dict[str, Any] = _read_manifest(manifest)
        if self.manifest["format"] != EXPORT_FORMAT:
            message = f"this is an export in the format {self.manifest['format'][:40]!a}, for a newer verifier"
            raise UnreadableError(message)

    def read(self, name: str) -> bytes:
        try:
            # An archive may say of a file that it is small, and go on and on: no more than allowed is ever unpacked.
            with self.zip.open(self.infos[name]) as opened:
                content = opened.read(_LARGEST_FILE + 1)
        except (*_BAD_ARCHIVES, KeyError) as error:
            message = f"{name} cannot be read from the archive: {error}"
            raise UnreadableError(message) from error
        if len(content) > _LARGEST_FILE:
            message = f"{name} is larger than a file of an export may be"
            raise UnreadableError(message)
        return content


_BAD_ARCHIVES = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OSError, OverflowError),
)


class _Export:
    """The examination of an export; each file is examined on its own, and all against the manifest."""

    def __init__(self, archive: _Archive, asked: Asked) -> None:
        self.archive, self.manifest, self.asked = archive, archive.manifest, asked
        embedded = (archive.manifest["policy"] or "").encode("utf-8", "surrogatepass")
        # One policy for all: that of a single file would let it be trusted on other grounds than the rest.
        self.trusted = embedded if asked.policy is None else asked.policy
        self.policy = _parse_policy(self.trusted)
        self.opened: _Opened | None = None
        self.stale = False

    def take_policy(self) -> tuple[Any, ...]:
        return (NOT_CHECKED, "policy-embedded") if self.asked.policy is None else (OK, "policy-own")

    def take_checkpoint(self) -> tuple[Any, ...]:
        opened = _open(self.manifest["checkpoint"], self.policy)
        if opened[:3] != (self.manifest["origin"], self.manifest["size"], self.manifest["root"]):
            return FAILED, "head-other"
        self.opened = opened
        return OK, "signed", ascii(opened.origin), opened.size

    def take_consistency(self) -> tuple[Any, ...]:
        if self.opened is None:
            raise _Found(NOT_CHECKED, "needs", 1)
        if (self.manifest["old_checkpoint"] is None) != (self.manifest["consistency"] is None):
            return FAILED, "old-half"
        smallest = self.opened.size
        notes = [note for note in (self.manifest["old_checkpoint"], self.asked.old_checkpoint) if note]
        for note in dict.fromkeys(notes):
            old = _open(note, self.policy)
            same = old[:3] == self.opened[:3]
            proof = self.manifest["consistency"] or []
            if old.origin != self.opened.origin or not (same or _consistent(old[1:3], self.opened[1:3], proof)):
                return FAILED, "old-other", old.size
            smallest = min(smallest, old.size)
        return (OK, "old-met", smallest) if notes else (NOT_CHECKED, "old-untold")

    def take_files(self) -> tuple[Any, ...]:
        named = [file["name"] for file in self.manifest["files"]]
        for name, following in itertools.pairwise([*sorted(named), None]):
            if name not in self.archive.infos or name == following:
                return FAILED, "files-missing", ascii(name)
        for name in self.archive.infos:
            if name not in {*named, "manifest.json"}:
                return FAILED, "files-added", name
        for file in self.manifest["files"]:
            if _sha(self.archive.read(file["name"])) != file["sha256"]:
                return FAILED, "files-other", file["name"]
        return OK, "files-met", len(named)

    def take_contents(self) -> tuple[Any, ...]:
        if self.opened is None:
            raise _Found(NOT_CHECKED, "needs", 1)
        asked = replace(self.asked, old_checkpoint=None, policy=self.trusted)
        for file in self.manifest["files"]:
            if file["name"] not in self.archive.infos:
                continue  # said already
            document = self.archive.read(file["name"])
            report = verify(document, asked)
            for step in report.steps:
                if step.status == FAILED:
                    return FAILED, "file-failed", file["name"], step.name, step.fr, step.en
            bundles = _read_file(document)[1]
            # A report may hold other chains, too; one of them is the bag's, and all stand at this checkpoint.
            own = [one for one in bundles if one["subject"] is None or one["subject"]["id"] == file["bag"]]
            heads = {(one["size"], one["root"]) for one in bundles} | {(file["size"], self.opened.root)}
            if not own or len(own[0]["events"]) != file["events"] or heads != {self.opened[1:3]}:
                return FAILED, "file-astray", file["name"]
            self.stale = self.stale or report.verdict == STALE
        return OK, "contents-met", len(self.manifest["files"])


_EXPORT_STEPS = ((0, "policy"), (1, "checkpoint"), (3, "consistency"), (11, "files"), (12, "contents"))


def _verify_export(document: bytes, asked: Asked) -> Report:
    steps: list[Step] = []
    try:
        export = _Export(_Archive(document), asked)
        for number, name in _EXPORT_STEPS:
            steps.append(_taken(export, number, name))
    except (UnreadableError, RecursionError) as error:
        return Report(UNREADABLE, (*steps, _step(0, "file", FAILED, "unreadable", error)))
    failed = FAILED in {step.status for step in steps}
    verdict = INVALID if failed else STALE if export.stale else UNANCHORED if asked.policy is None else VALID
    return Report(verdict, tuple(steps))


def _plain(report: Report) -> dict[str, Any]:
    steps, parts = [step._asdict() for step in report.steps], [_plain(part) for part in report.parts]
    return report._asdict() | {"steps": steps, "parts": parts}


def add_options(parser: argparse.ArgumentParser, now: int | None = None) -> None:
    """Say what the command takes; ``now`` is POSIX time, for the limit of age."""
    parser.add_argument("file", help="evidence as JSON, a JSON report, a PDF that holds it, or an export (ZIP)")
    parser.add_argument("--policy", help="tlog-policy file: the keys you trust")
    parser.add_argument("--since", help="checkpoint from your last visit")
    parser.add_argument("--max-age", type=int, metavar="SECONDS", help="oldest cosignature you accept")
    parser.add_argument("--at", type=int, default=now, metavar="SECONDS", help="POSIX time to judge that age at")
    parser.add_argument("--earlier", action="append", default=[], help="evidence of this bag that you hold")
    parser.add_argument("--receipt", action="append", default=[], help="receipt that you hold")
    parser.add_argument("--receipt-key", help="verifier key of the log's receipts, which also seals reports")
    parser.add_argument("--json", action="store_true", help="answer for machines")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr", help="language of the answers")


def run(
    given: argparse.Namespace,
    read: Callable[[str], bytes],
    say: Callable[[str], object],
    pages: Pages | None = None,
    stamped: Callable[[bytes, bytes], int | None] | None = None,
) -> int:
    """Verify as asked, say each step, and return 0 for valid, 1 for not valid, 2 for unreadable."""
    try:
        asked = Asked(
            policy=read(given.policy) if given.policy else None,
            old_checkpoint=read(given.since).decode() if given.since else None,
            now=given.at,
            max_age_seconds=given.max_age,
            earlier=tuple(read(path) for path in given.earlier),
            receipts=tuple(read(path).decode() for path in given.receipt),
            receipt_key=given.receipt_key,
            pages=pages,
            stamped=stamped,
        )
        report = verify(read(given.file), asked)
    except (OSError, UnicodeDecodeError) as error:
        say(str(error))
        return 2
    if given.json:
        say(json.dumps(_plain(report), ensure_ascii=False))
    else:
        for step in report.steps:
            say(f"{step.number:>2} {step.name:<12} {step.status:<12} {step.fr if given.lang == 'fr' else step.en}")
        say(report.verdict)
    return {VALID: 0, UNREADABLE: 2}.get(report.verdict, 1)


def main(
    arguments: Sequence[str], read: Callable[[str], bytes], say: Callable[[str], object], now: int | None = None
) -> int:
    """Run as a command of its own."""
    parser = argparse.ArgumentParser(prog="verify", description="Check the custody evidence of one bag, offline.")
    add_options(parser, now)
    return run(parser.parse_args(arguments), read, say)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    sys.exit(main(sys.argv[1:], lambda path: Path(path).read_bytes(), print))
