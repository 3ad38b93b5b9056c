"""Trust policies (C2SP tlog-policy): which logs, which witnesses, and how many of them it takes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.kit.errors import GivreError
from app.ledger.signers import Verifier, verifier_for
from app.ledger.vkey import VerifierKey, VerifierKeyError, parse_vkey

# The group of cosigners that replay every entry. The standard gives names no meaning; our verifiers ask for this one.
COMPLETENESS: Final = "completeness"

_NONE: Final = "none"
_OCTETS: Final = re.compile(r"[^\t\n\x20-\x7e\x80-\U0010ffff]")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_LOG_TYPES: Final = frozenset({0x01, 0x06})
_WITNESS_TYPES: Final = frozenset({0x04, 0x06})


class PolicyError(GivreError):
    """A text that is no policy; the message names the line."""

    code = "ledger-policy"


@dataclass(frozen=True, slots=True)
class Party:
    """A log or a witness: its key, and where to reach it if the policy says so."""

    vkey: str
    url: str | None

    @property
    def verifier(self) -> Verifier:
        """What checks its signatures."""
        return verifier_for(self.vkey)


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``threshold`` of ``members``, each a witness or an earlier group."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What it takes to believe a checkpoint; ``quorum`` is the name of a witness or a group, None for nobody."""

    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str | None

    def met(self, cosigned: Collection[str]) -> frozenset[str]:
        """Return the names of the witnesses and groups that vouch, when the witnesses ``cosigned`` have."""
        vouching = set(cosigned) & set(self.witnesses)
        # Groups name only what stands before them, so one pass in order settles all.
        for name, group in self.groups.items():
            if len(vouching & set(group.members)) >= group.threshold:
                vouching.add(name)
        return frozenset(vouching)

    def is_met(self, cosigned: Collection[str]) -> bool:
        """Say whether the witnesses ``cosigned`` are a quorum."""
        return self.quorum is None or self.quorum in self.met(cosigned)


@dataclass(slots=True)
class _Reading:
    logs: list[Party] = field(default_factory=list)
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorums: list[str] = field(default_factory=list)
    keys: set[bytes] = field(default_factory=set)
    members: set[str] = field(default_factory=set)


def parse_policy(encoded: bytes) -> Policy:
    """Read a policy file.

    Raises:
        PolicyError: any line that the standard does not allow, a key pair used twice, or not exactly one quorum.
    """
    # Names are opaque octets: whatever is not UTF-8 stays itself, and matches nothing else.
    text = encoded.decode("utf-8", "surrogateescape")
    if not text.endswith("\n"):
        message = "a policy file ends in a line feed: this one may have been cut"
        raise PolicyError(message)
    reading = _Reading()
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        try:
            _read_line(reading, line)
        except (PolicyError, VerifierKeyError) as error:
            message = f"line {number}: {error}"
            raise PolicyError(message) from error
    if len(reading.quorums) != 1:
        message = "a policy has exactly one quorum line"
        raise PolicyError(message)
    quorum = reading.quorums[0]
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, None if quorum == _NONE else quorum)


def _read_line(reading: _Reading, line: str) -> None:
    if _OCTETS.search(line):
        message = "no control characters but tab and line feed"
        raise PolicyError(message)
    words = [word for word in re.split(r"[ \t]+", line) if word]
    if not words or words[0].startswith("#"):
        return
    match words:
        case ["log", vkey, *url] if len(url) <= 1:
            reading.logs.append(_party(reading, vkey, url, allowed=_LOG_TYPES))
        case ["witness", name, vkey, *url] if len(url) <= 1:
            party = _party(reading, vkey, url, allowed=_WITNESS_TYPES)
            reading.witnesses[_new_name(reading, name)] = party
        case ["group", name, threshold, *members] if members:
            group = _group(reading, threshold, tuple(members))
            reading.groups[_new_name(reading, name)] = group
        case ["quorum", name] if name == _NONE or name in reading.witnesses or name in reading.groups:
            reading.quorums.append(name)
        case _:
            message = "this is no log, witness, group or quorum, or it names something that no line before defines"
            raise PolicyError(message)


def _party(reading: _Reading, vkey: str, url: list[str], *, allowed: frozenset[int]) -> Party:
    key: VerifierKey = parse_vkey(vkey)
    if key.key_type not in allowed:
        message = f"a key of type {key.key_type:02x} cannot sign this"
        raise PolicyError(message)
    # One pair under two names would count twice; one pair for a log and a witness lets a log witness itself.
    if key.public_key in reading.keys:
        message = "this key pair stands on an earlier line"
        raise PolicyError(message)
    party = Party(vkey, url[0] if url else None)
    _ = party.verifier
    reading.keys.add(key.public_key)
    return party


def _group(reading: _Reading, threshold: str, members: tuple[str, ...]) -> Group:
    for member in members:
        if member not in reading.witnesses and member not in reading.groups:
            message = f"no line before defines {member!r}"
            raise PolicyError(message)
        if member in reading.members:
            message = f"{member!r} is already a member: it would count twice"
            raise PolicyError(message)
        reading.members.add(member)
    counted = {"any": 1, "all": len(members)}.get(threshold)
    if counted is None and _NUMBER.fullmatch(threshold):
        counted = int(threshold)
    if counted is None or counted > len(members):
        message = f"a group asks for any, for all, or for 1 to {len(members)} of its members"
        raise PolicyError(message)
    return Group(counted, members)


def _new_name(reading: _Reading, name: str) -> str:
    if name == _NONE or name in reading.witnesses or name in reading.groups:
        message = f"the name {name!r} is taken"
        raise PolicyError(message)
    return name
