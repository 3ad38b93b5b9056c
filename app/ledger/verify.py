"""Checks one bag's evidence file offline, trusting nobody's server: what is shown is true, unchanged and complete.

This file stands alone on purpose: it needs Python 3.11, ``cryptography`` and nothing of the service, so that an auditor
can read all of it in one sitting, copy it to another machine and run ``python verify.py FILE --policy POLICY``. It
therefore holds its own copy of every primitive, written apart from the ones that make the evidence: a fault in one of
the two shows as a disagreement. That is also why it is longer than our other modules. The order of its steps is the
only normative one (ledger format, section 2.3).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

FORMAT = "cct.evidence/v1"
OK, FAILED, STALE, NOT_CHECKED, FLAGGED = "ok", "failed", "stale", "not-checked", "flagged"
VALID, INVALID, UNANCHORED, UNREADABLE = "valid", "invalid", "unanchored", "unreadable"
LATE_AFTER_SECONDS = 900
CLOCK_TOLERANCE_SECONDS = 60

_SIZE_END, _ZERO = 1 << 63, bytes(32)
_HEX, _NUM = r"[0-9a-f]{64}", r"0|[1-9][0-9]{0,15}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
_EVENT = re.compile(
    rf'\{{"bag":"({_HEX})","body":"({_HEX})"(?:,"pii":"({_HEX})")?,"prev":"({_HEX})","seq":({_NUM}),"t":"({_DAY})"'
    r',"type":"cct\.event/v1"\}'
)
_HEADS = re.compile(rf'\{{"bags":({_NUM}),"covers":({_NUM}),"root":"({_HEX})","type":"cct\.heads/v1"\}}')
_RECEIPT = re.compile(
    rf'\{{"bag":"({_HEX})","leaf_hash":"({_HEX})","origin":(".*"),"seq":({_NUM}),"t":"({_DAY})"\}}\n'
)
_CHECKPOINT = re.compile(r"([^\s+\x00-\x1f]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


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
    """

    verdict: str
    steps: tuple[Step, ...]
    flagged: tuple[int, ...] = ()
    undisclosed: tuple[int, ...] = ()


class Subject(NamedTuple):
    """Whose bag it is: what the pseudonym in the log is made from."""

    tenant: str
    id: str
    key: bytes


class UnreadableError(Exception):
    """The file, or a policy, is not in the format; nothing is said about what it claims."""


class _Fault(Exception):  # noqa: N818  # not an error of ours: what the step found
    def __init__(self, fr: str, en: str, status: str = FAILED) -> None:
        super().__init__(en)
        self.outcome = status, fr, en


# --- hashes and trees (RFC 9162) -----------------------------------------------------------------------------------


def _sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _leaf(entry: str) -> bytes:
    return _sha(b"\0", entry.encode("utf-8", "surrogatepass"))


def _node(left: bytes, right: bytes) -> bytes:
    return _sha(b"\1", left, right)


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


def _shared_root(leaves: Sequence[tuple[int, bytes]], size: int, hashes: Iterator[bytes]) -> bytes:
    """Return the root over known leaves, in order of index, and for all between them the next of ``hashes``."""

    def over(begin: int, end: int, known: Sequence[tuple[int, bytes]]) -> bytes:
        if not known:
            return next(hashes, b"")
        if end - begin == 1:
            return known[0][1]
        middle = begin + _split(end - begin)
        cut = next((at for at, (index, _) in enumerate(known) if index >= middle), len(known))
        left = over(begin, middle, known[:cut])
        return _node(left, over(middle, end, known[cut:]))

    return over(0, size, leaves)


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
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


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


_LOG_KEYS, _WITNESS_KEYS, _RECEIPT_KEYS = {1: 32, 6: 1312}, {4: 32, 6: 1312}, {1: 32}


def _parse_policy(encoded: bytes) -> _Policy:
    """Read a tlog-policy file."""
    policy, members_so_far = _Policy(), set[str]()
    defined: dict[str, None] = {"none": None}
    publics: list[bytes] = []
    text = encoded.decode("utf-8", "surrogateescape")
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
    if not text.endswith("\n") or not policy.quorum or len({*publics}) < len(publics):
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
    raise _Fault("Ce texte n'est pas une note signée.", "This text is not a signed note.")


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
    """Read a checkpoint strictly, and check the line of every key that the policy knows."""
    text, lines = _lines_of(note)
    found = _CHECKPOINT.fullmatch(text)
    root = None if found is None else _base64(found[3])
    if found is None or root is None or int(found[2]) >= _SIZE_END or (found[2] == "0" and root != _sha()):
        raise _Fault("Le point de contrôle est mal formé.", "The checkpoint is malformed.")
    origin, size = found[1], int(found[2])
    times: dict[str, int] = {}
    own = False
    for label, key in [("", key) for key in policy.logs] + [*policy.witnesses.items()]:
        for name, decoded in lines:
            if (name, decoded[:4]) != (key.name, key.key_id):
                continue
            time = _signed(key, text, (origin, size, root), decoded[4:])
            if time is None:
                raise _Fault(f"La signature de {name} est fausse.", f"The signature of {name} is false.")
            if label:
                times[label] = max(time, times.get(label, 0))
            own = own or (label == "" and name == origin)
    if not own:
        raise _Fault(
            f"Aucune clé de journal de la politique n'a signé au nom de {origin}.",
            f"No log key of the policy signed in the name of {origin}.",
        )
    return _Opened(origin, size, root, times)


# --- the evidence file ---------------------------------------------------------------------------------------------


def _unreadable(reason: str) -> UnreadableError:
    return UnreadableError(f"evidence: {reason}")


def _hash(value: object) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(_HEX, value):
        raise _unreadable("a hash is 64 lower-case hex digits")
    return bytes.fromhex(value)


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < _SIZE_END:
        raise _unreadable("a number is whole, not negative and below 2^63")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _unreadable("a text is expected")
    return value


def _many(read: Callable[[object], Any]) -> Callable[[object], list[Any]]:
    def reading(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise _unreadable("a list is expected")
        return [read(one) for one in value]

    return reading


def _maybe(read: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: None if value is None else read(value)


def _shaped(optional: str, **readers: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    def reading(value: object) -> dict[str, Any]:
        if not isinstance(value, dict) or not {*readers} - {*optional.split()} <= {*value} <= {*readers}:
            raise _unreadable(f"an object with {', '.join(readers)} is expected, those being optional: {optional}")
        return {name: read(value[name]) if name in value else None for name, read in readers.items()}

    return reading


def _hashes(value: object) -> list[bytes]:
    joined = _base64(_text(value))
    if joined is None or len(joined) % 32:
        raise _unreadable("shared hashes are base64 of 32 bytes each")
    return [joined[at : at + 32] for at in range(0, len(joined), 32)]


def _body(value: object) -> str:
    # A text is taken as it is; an object, as some exports show it, in the one spelling of RFC 8785.
    if not isinstance(value, (str, dict)):
        raise _unreadable("a body is its exact text, or an object")
    return value if isinstance(value, str) else json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _sorted(value[name])
            for name in sorted(value, key=lambda name: str(name).encode("utf-16-be", "surrogatepass"))
        }
    return [_sorted(one) for one in value] if isinstance(value, list) else value


_CHECKED_POINT = {"checkpoint": _text, "consistency": _many(_hash)}
_read_bundle = _shaped(
    "format heads_inclusion hashes old_checkpoint consistency timeline policy subject",
    format=_text,
    bag=_hash,
    map_key=_hash,
    checkpoint=_text,
    size=_count,
    root=_hash,
    heads_entry=_text,
    heads_inclusion=_maybe(_many(_hash)),
    hashes=_maybe(_hashes),
    map_proof=_shaped(
        "",
        siblings_top_down=_many(_hash),
        terminal=_maybe(_shaped("", key=_hash, count=_count, head_index=_count, head=_hash)),
    ),
    events=_many(
        _shaped(
            "inclusion body salt pii pii_salt absent",
            index=_count,
            entry=_text,
            inclusion=_maybe(_many(_hash)),
            body=_maybe(_body),
            salt=_maybe(_hash),
            pii=_maybe(_body),
            pii_salt=_maybe(_hash),
            absent=_maybe(_text),
        )
    ),
    old_checkpoint=_maybe(_text),
    consistency=_maybe(_many(_hash)),
    timeline=_maybe(_many(_shaped("", **_CHECKED_POINT))),
    policy=_maybe(_text),
    subject=_maybe(_shaped("", tenant=_text, id=_text, key=_hash)),
)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _unreadable("a name stands twice in one object")
    return dict(pairs)


def _no_float(spelled: str) -> float:
    raise _unreadable(f"{spelled[:20]} is no whole number")


def _load(encoded: bytes) -> Any:
    try:
        return json.loads(
            encoded.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"not JSON: {error}") from error


def find_evidence(document: bytes) -> bytes:
    """Return the evidence in a document: itself, the member ``evidence`` of a JSON report, or a PDF's one attachment.

    Raises:
        UnreadableError: none, or more than one, which would leave open what was checked.
    """
    if document.startswith(b"%PDF-"):
        attached = [found for found in _attachments(document) if found.lstrip()[:1] == b"{" and b'"heads_entry"' in found]
        if len({*attached}) != 1:
            raise _unreadable(f"the PDF holds {len({*attached})} evidence files, not one")
        return find_evidence(attached[0])
    loaded = _load(document)
    if isinstance(loaded, dict) and "evidence" in loaded:
        return json.dumps(loaded["evidence"]).encode()
    return document


def _attachments(pdf: bytes) -> Iterator[bytes]:
    for found in re.finditer(rb"<<((?:(?!stream|endobj).){0,2000}/EmbeddedFile.{0,2000}?)>>\s*stream\r?\n", pdf, re.DOTALL):
        data = pdf[found.end() : pdf.find(b"endstream", found.end())]
        if b"/FlateDecode" in found[1]:
            try:
                data = zlib.decompressobj().decompress(data, 1 << 26)
            except zlib.error:
                continue
        yield data


# --- the steps -----------------------------------------------------------------------------------------------------

_Outcome = tuple[str, str, str]


@dataclass
class _Examination:
    bundle: dict[str, Any]
    policy: _Policy
    trusted: bool
    now: int | None
    max_age_seconds: int | None
    old_checkpoint: str | None
    subject: Subject | None
    receipts: Sequence[str]
    receipt_keys: Sequence[_Key]
    earlier: Sequence[dict[str, Any]]
    late_after_seconds: int
    opened: _Opened | None = None
    old: _Opened | None = None
    heads_root: bytes | None = None
    record: tuple[int, int, bytes] | None = None
    fields: list[re.Match[str]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    flagged: tuple[int, ...] = ()
    undisclosed: tuple[int, ...] = ()

    def steps(self) -> Iterator[Step]:
        for number, name, take in (
            (0, "policy", self.policy_of_the_reader),
            (0, "subject", self.pseudonym),
            (1, "checkpoint", self.signature),
            (1, "quorum", self.quorum),
            (1, "replayed", self.replayed),
            (2, "freshness", self.freshness),
            (3, "consistency", self.consistency),
            (4, "heads", self.heads),
            (5, "map", self.map),
            (6, "events", self.events),
            (7, "last", self.last),
            (8, "bodies", self.bodies),
            (9, "times", self.times),
            (10, "receipts", self.held),
        ):
            try:
                outcome = take()
            except _Fault as fault:
                outcome = fault.outcome
            yield Step(number, name, *outcome)

    def policy_of_the_reader(self) -> _Outcome:
        if self.trusted:
            return OK, "La politique est la vôtre.", "The policy is yours."
        return (
            NOT_CHECKED,
            "Les clés viennent du fichier lui-même : donnez une politique obtenue par une autre voie (--policy).",
            "The keys come from the file itself: give a policy that reached you another way (--policy).",
        )

    def pseudonym(self) -> _Outcome:
        told = self.bundle["subject"]
        claimed = None if told is None else Subject(told["tenant"], told["id"], told["key"])
        subject = self.subject or claimed
        if _sha(b"cct/mapkey/v1\n", self.bundle["bag"]) != self.bundle["map_key"]:
            raise _Fault("map_key n'est pas la clé de cette poche.", "map_key is not the key of this bag.")
        if subject is None:
            return NOT_CHECKED, "Personne ne dit de quelle poche il s'agit.", "Nobody says which bag this is."
        named = f"cct/bag/v1\0{subject.tenant}\0{subject.id}".encode("utf-8", "surrogatepass")
        if (subject.tenant + subject.id).count("\0") or (
            hmac.digest(subject.key, named, "sha256") != self.bundle["bag"]
        ):
            raise _Fault("Ces preuves concernent une autre poche.", "This evidence is about another bag.")
        return OK, f"Il s'agit de la poche {subject.id!a}.", f"This is bag {subject.id!a}."

    def signature(self) -> _Outcome:
        opened = _open(self.bundle["checkpoint"], self.policy)
        if (opened.size, opened.root) != (self.bundle["size"], self.bundle["root"]):
            raise _Fault("La taille ou la racine n'est pas celle du point de contrôle signé.",
                         "The size or root is not the one of the signed checkpoint.")
        self.opened = opened
        return OK, f"{opened.origin} a signé {opened.size} entrées.", f"{opened.origin} signed {opened.size} entries."

    def head(self) -> _Opened:
        if self.opened is None:
            raise _Fault("L'étape 1 a échoué.", "Step 1 failed.", NOT_CHECKED)
        return self.opened

    def quorum(self) -> _Outcome:
        times = self.head().times
        if self.policy.quorum[0] not in self.policy.vouching(times):
            raise _Fault("Le quorum des témoins n'est pas atteint.", "The quorum of witnesses is not reached.")
        names = ", ".join(times) or "—"
        return OK, f"Quorum atteint : {names!a}.", f"Quorum reached: {names!a}."

    def replayed(self) -> _Outcome:
        times = self.head().times
        if "completeness" not in {*self.policy.groups, *self.policy.witnesses}:
            return (
                NOT_CHECKED,
                "La politique n'a pas de groupe « completeness » : que rien ne manque repose sur la parole du journal.",
                "The policy has no group 'completeness': that nothing is missing rests on the log's own word.",
            )
        if "completeness" not in self.policy.vouching(times):
            raise _Fault("Aucun témoin n'a rejoué toutes les entrées.", "No witness replayed all entries.")
        return OK, "Un témoin a rejoué toutes les entrées.", "A witness replayed all entries."

    def freshness(self) -> _Outcome:
        newest = max(self.head().times.values(), default=0)
        if self.now is None or self.max_age_seconds is None:
            return NOT_CHECKED, "Aucune limite d'âge n'est donnée.", "No limit of age is given."
        age = self.now - newest
        if age > self.max_age_seconds:
            fr = f"Dernière cosignature il y a {age} s : demandez un fichier plus récent."
            return STALE, fr, f"The newest cosignature is {age} s old: ask for a newer file."
        return OK, f"Dernière cosignature il y a {age} s.", f"The newest cosignature is {age} s old."

    def consistency(self) -> _Outcome:
        head, proof = self.head(), self.bundle["consistency"]
        shown = self.bundle["old_checkpoint"]
        if (shown is None) != (proof is None):
            raise _Fault("Point de contrôle antérieur ou preuve manquants.", "Earlier checkpoint or its proof missing.")
        if shown is None and self.old_checkpoint is None:
            return NOT_CHECKED, "Aucun point de contrôle antérieur.", "No earlier checkpoint."
        for note in {shown, self.old_checkpoint} - {None}:
            old = _open(note, self.policy)
            same = (old.size, old.root) == (head.size, head.root)
            if old.origin != head.origin or not (
                same or _consistent((old.size, old.root), (head.size, head.root), proof or [])
            ):
                raise _Fault(f"L'arbre de {old.size} entrées n'est pas prouvé être le début de celui-ci.",
                             f"The tree of {old.size} entries is not proven to be the beginning of this one.")
            self.old = old
        return OK, "L'arbre antérieur est le début de celui-ci.", "The earlier tree is the beginning of this one."

    def heads(self) -> _Outcome:
        head, found = self.head(), _HEADS.fullmatch(self.bundle["heads_entry"])
        if found is None or int(found[2]) != head.size - 1:
            raise _Fault("La dernière entrée n'est pas la carte des têtes de tout ce qui précède.",
                         "The last entry is not the map of heads over all before it.")
        proof = self.bundle["heads_inclusion"]
        if self.bundle["hashes"] is None and (
            proof is None
            or _included_root(_leaf(self.bundle["heads_entry"]), head.size - 1, head.size, proof) != head.root
        ):
            raise _Fault("La carte des têtes n'est pas dans le journal.", "The heads entry is not in the log.")
        if self.bundle["hashes"] is not None:
            self.shared(head)
        self.heads_root = bytes.fromhex(found[3])
        return OK, "La carte des têtes est la dernière entrée.", "The heads entry is the last entry."

    def shared(self, head: _Opened) -> None:
        leaves = [(event["index"], _leaf(event["entry"])) for event in self.bundle["events"]]
        leaves.append((head.size - 1, _leaf(self.bundle["heads_entry"])))
        ascending = all(a < b for (a, _), (b, _) in zip(leaves, leaves[1:], strict=False))
        hashes = iter(self.bundle["hashes"])
        if not ascending or _shared_root(leaves, head.size, hashes) != head.root or next(hashes, None) is not None:
            raise _Fault("Ces entrées, à ces places, ne donnent pas la racine signée.",
                         "These entries, at these places, do not make the signed root.")

    def map(self) -> _Outcome:
        siblings, terminal = self.bundle["map_proof"].values()
        key = self.bundle["map_key"]
        self.head()
        if self.heads_root is None:
            raise _Fault("L'étape 4 a échoué.", "Step 4 failed.", NOT_CHECKED)
        depth = len(siblings)
        astray = terminal is not None and (
            terminal["count"] == 0
            or int.from_bytes(terminal["key"], "big") >> (256 - depth) != int.from_bytes(key, "big") >> (256 - depth)
        ) if depth <= 256 else True
        if astray or _map_root(key, siblings, terminal) != self.heads_root:
            raise _Fault("La preuve ne mène pas de la poche à la racine de la carte.",
                         "The proof does not lead from the bag to the root of the map.")
        if terminal is None or terminal["key"] != key:
            self.record = (0, 0, _ZERO)
            return OK, "La carte ne connaît pas cette poche.", "The map does not know this bag."
        self.record = (terminal["count"], terminal["head_index"], terminal["head"])
        return OK, f"La carte compte {self.record[0]} événements.", f"The map counts {self.record[0]} events."
