"""Mutated evidence never crashes the verifier, and is valid only where nothing was covered by a proof."""

from __future__ import annotations

import copy
import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.verify import Asked, verify
from tests.unit.ledger.small_log import ordinary_log

LOG = ordinary_log()
POLICY = LOG.policy()
BUNDLES = [LOG.evidence(1), LOG.evidence(1, shared=False), LOG.evidence(1, thin=True)]

# What a file may say without anybody vouching for it; everything else must not change. The policy is only a copy: the
# reader's own counts. The subject may be left out: then nobody says whose bag it is. Checkpoints of the timeline may.
PAIRS = re.compile(r"/(old_checkpoint|consistency)|/events/[0-9]+/(body|salt|pii|pii_salt)")
UNCOVERED = ("format", "policy", "subject", "timeline")


def unharmed(said, honest):
    """Say whether what is covered is what it was."""
    said, honest = ({k: v for k, v in copy.deepcopy(one).items() if k not in UNCOVERED} for one in (said, honest))
    for event in said["events"]:
        event.pop("absent", None)  # a word for people
    if said.get("old_checkpoint") != honest.get("old_checkpoint"):
        if None in {said.get("old_checkpoint"), honest.get("old_checkpoint")}:
            return False
        # A line whose key became unknown is ignored: as if an older checkpoint had lost a cosignature.
        lines, held = (one.pop("old_checkpoint").split("\n") for one in (said, honest))
        if lines[:5] != held[:5] or sum(line in lines for line in held) < len(held) - 1:
            return False
    return said == honest


def places(value, path=""):
    yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, f"{path}/{name}")
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from places(one, f"{path}/{at}")


def at(value, path):
    for name in path.split("/")[1:]:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def put(value, path, new):
    parent, _, name = path.rpartition("/")
    holder = at(value, parent)
    holder[int(name) if isinstance(holder, list) else name] = new


def drop(value, path):
    parent, _, name = path.rpartition("/")
    holder = at(value, parent)
    del holder[int(name) if isinstance(holder, list) else name]


def mutated(value, chance):
    """Another value of the same or of another kind."""
    if isinstance(value, str) and value and chance.random() < 0.8:
        where = chance.randrange(len(value))
        put_in = chance.choice([chance.choice("0123456789abcdef"), chance.choice("AZ+/= \n\u2014é\ud800\0"), ""])
        return value[:where] + put_in + value[where + chance.choice([0, 1, 1, 1, 5]) :]
    if isinstance(value, list) and value and chance.random() < 0.8:
        changed = copy.copy(value)
        kind = chance.randrange(3)
        if kind == 0:
            changed.insert(chance.randrange(len(value) + 1), copy.deepcopy(chance.choice(value)))
        elif kind == 1:
            del changed[chance.randrange(len(value))]
        else:
            chance.shuffle(changed)
        return changed
    if isinstance(value, int) and chance.random() < 0.8:
        return value + chance.choice([-1, 1, 2**31, -(2**63), 2**63])
    return chance.choice([None, True, 0, -1, 2**70, "", "0" * 64, [], {}, ["0" * 64], "\ud800", value])


def checked(bundle):
    return verify(json.dumps(bundle).encode(), Asked(policy=POLICY)).verdict


@pytest.mark.parametrize("bundle", BUNDLES, ids=["shared hashes", "a proof each", "thin"])
@pytest.mark.parametrize("chance", range(12))
def test_a_mutated_file_is_valid_only_where_nothing_is_covered(bundle, chance):
    chance = random.Random(chance)  # noqa: S311  # picks mutations, no keys
    paths = [path for path in places(bundle) if path]
    for _ in range(40):
        path = chance.choice(paths)
        changed = copy.deepcopy(bundle)
        new = mutated(at(bundle, path), chance)
        if new == at(bundle, path) and type(new) is type(at(bundle, path)):
            continue
        put(changed, path, new)
        if checked(changed) == "valid":
            assert unharmed(changed, bundle), f"{path} became {new!r}"


@pytest.mark.parametrize("bundle", BUNDLES, ids=["shared hashes", "a proof each", "thin"])
def test_whatever_is_dropped_is_missed_unless_nobody_vouches_for_it(bundle):
    for path in places(bundle):
        if not path:
            continue
        changed = copy.deepcopy(bundle)
        drop(changed, path)
        if checked(changed) == "valid":
            assert path.split("/")[1] in UNCOVERED, path


def test_a_body_and_its_salt_a_checkpoint_and_its_proof_are_left_out_together_only():
    paths = [path for path in places(BUNDLES[0]) if PAIRS.fullmatch(path)]
    assert len(paths) > 12
    for path in paths:
        changed = copy.deepcopy(BUNDLES[0])
        put(changed, path, None)
        assert checked(changed) == "invalid"


@pytest.mark.parametrize("seed", range(6))
def test_a_flipped_byte_of_the_file_is_never_valid_where_it_matters(seed):
    chance = random.Random(seed)  # noqa: S311  # picks mutations, no keys
    document = json.dumps(BUNDLES[0], ensure_ascii=False).encode()
    for _ in range(60):
        where = chance.randrange(len(document))
        changed = document[:where] + bytes((document[where] ^ 1 << chance.randrange(8),)) + document[where + 1 :]
        if verify(changed, Asked(policy=POLICY)).verdict != "valid":
            continue
        assert unharmed(json.loads(changed), BUNDLES[0])


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["0" * 64, LOG.published[-1][0]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*BUNDLES[1], "x"]), inner, max_size=4),
    max_leaves=10,
)


@given(st.sampled_from(BUNDLES), st.dictionaries(st.sampled_from([*BUNDLES[0]]), SHAPES, min_size=1))
@settings(deadline=None)
def test_members_of_any_shape_never_crash_it(bundle, members):
    assert checked(bundle | members) in {"valid", "invalid", "unreadable"}


@given(st.binary(max_size=300))
def test_any_bytes_never_crash_it(document):
    assert verify(document, Asked(policy=POLICY)).verdict == "unreadable"
    assert verify(b"%PDF-" + document, Asked(policy=POLICY)).verdict == "unreadable"


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_checkpoint_never_crashes_it(note):
    assert checked(BUNDLES[0] | {"checkpoint": note}) == "invalid"
    assert checked(BUNDLES[0] | {"checkpoint": LOG.published[-1][0] + note}) in {"valid", "invalid"}


def test_damaged_files_of_every_kind_are_never_valid_unless_they_mean_the_same():
    from tests.fuzz.evidence import made, search  # noqa: PLC0415 - it takes its mutations from here

    told = search(made(), 2026, files=1500, seconds=None)

    assert set(told) == {"valid", "invalid", "unreadable"}, "the search must meet every verdict to prove anything"
