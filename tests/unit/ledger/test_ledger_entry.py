from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.kit.canonical import NotCanonicalError, canonical, parse_canonical
from app.kit.clock import rfc3339, to_millisecond
from app.ledger.entry import (
    ENTRY_HARD_LIMIT_BYTES,
    ENTRY_SOFT_LIMIT_BYTES,
    GENESIS,
    EventEntry,
    MalformedEntryError,
    leaf_hash,
    parse_event,
)

HASHES = st.binary(min_size=32, max_size=32)
ENTRIES = st.builds(
    EventEntry,
    bag=HASHES,
    seq=st.integers(0, 2**53 - 1),
    prev=HASHES | st.just(GENESIS),
    body=HASHES,
    t=st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)).map(to_millisecond),  # noqa: DTZ001  # hypothesis adds the zone
    pii=st.none() | HASHES,
)
FIRST = EventEntry(
    bag=bytes(range(32)),
    seq=0,
    prev=GENESIS,
    body=b"\xab" * 32,
    t=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
)
SPELLED = (
    b'{"bag":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"'
    b',"body":"' + b"ab" * 32 + b'","prev":"' + b"0" * 64 + b'","seq":0,"t":"2026-11-22T08:00:00.000Z"'
    b',"type":"cct.event/v1"}'
)


def as_json(entry: EventEntry) -> dict[str, object]:
    members: dict[str, object] = {
        "type": "cct.event/v1",
        "bag": entry.bag.hex(),
        "seq": entry.seq,
        "prev": entry.prev.hex(),
        "body": entry.body.hex(),
        "t": rfc3339(entry.t),
    }
    return members if entry.pii is None else members | {"pii": entry.pii.hex()}


def test_an_entry_is_spelled_as_the_format_says():
    assert FIRST.to_bytes() == SPELLED


def test_the_leaf_hash_of_nothing_is_the_published_one():
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_leaf_hash_cannot_be_mistaken_for_the_plain_hash():
    assert leaf_hash(SPELLED) == sha256(b"\x00" + SPELLED).digest()


@settings(deadline=None)
@given(ENTRIES)
def test_the_template_writes_what_the_canonical_encoder_writes(entry):
    assert entry.to_bytes() == canonical(as_json(entry))


@settings(deadline=None)
@given(ENTRIES)
@example(replace(FIRST, seq=2**53 - 1))
@example(replace(FIRST, t=datetime(1, 1, 1, tzinfo=UTC)))
@example(replace(FIRST, t=datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)))
def test_an_entry_comes_back_as_it_was_written(entry):
    assert parse_event(entry.to_bytes()) == entry


@settings(deadline=None)
@given(ENTRIES)
def test_no_entry_is_longer_than_the_soft_limit(entry):
    assert len(entry.to_bytes()) <= ENTRY_SOFT_LIMIT_BYTES


def test_every_event_of_the_published_logs_is_read_and_written_again_unchanged(log_entry):
    if json.loads(log_entry)["type"] == "cct.heads/v1":
        with pytest.raises(MalformedEntryError, match=r"canonical form of a cct\.event/v1"):
            parse_event(log_entry)
    else:
        assert parse_event(log_entry).to_bytes() == log_entry


@pytest.mark.parametrize(
    "fields",
    [
        {"bag": b"short"},
        {"body": bytes(33)},
        {"prev": b""},
        {"pii": b""},
        {"seq": -1},
        {"seq": 2**53},
        {"t": datetime(2026, 11, 22, 8, 0)},  # noqa: DTZ001  # the case under test
        {"t": datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=1)))},
        {"t": datetime(2026, 11, 22, 8, 0, 0, 1, tzinfo=UTC)},
    ],
    ids=str,
)
def test_a_field_without_an_exact_spelling_makes_no_entry(fields):
    with pytest.raises(MalformedEntryError):
        replace(FIRST, **fields).to_bytes()


def test_utc_by_another_name_is_utc():
    assert replace(FIRST, t=datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(0), "Z"))).to_bytes() == SPELLED


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b'{"bag"', b'{ "bag"'),
        (b'"type":"cct.event/v1"}', b'"type":"cct.event/v1"}\n'),
        (b'{"bag"', b'\xef\xbb\xbf{"bag"'),
        (b"cct.event/v1", b"cct.event/v2"),
        (b"cct.event/v1", b"cctxevent/v1"),
        (b"abab", b"ABab"),
        (b"abab", b"ab"),
        (b"abab", b"\xc3\xa0ab"),
        (b'"seq":0', b'"seq":00'),
        (b'"seq":0', b'"seq":-0'),
        (b'"seq":0', b'"seq":-1'),
        (b'"seq":0', b'"seq":0.0'),
        (b'"seq":0', b'"seq":1e3'),
        (b'"seq":0', b'"seq":true'),
        (b'"seq":0', b'"seq":"0"'),
        (b'"seq":0', b'"seq":\xd9\xa0'),
        (b'"seq":0', b'"seq":9007199254740992'),
        (b'"seq":0', b'"seq":90071992547409910'),
        (b'"seq":0', b'"seq":0,"seq":0'),
        (b'"seq":0,', b""),
        (b'"seq":0', b'"seq":0,"site":"A9999"'),
        (b',"prev"', b',"pii":null,"prev"'),
        (b',"prev"', b',"pii":"","prev"'),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T08:00:00Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T08:00:00.000000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T08:00:00.000+00:00"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T09:00:00.000+01:00"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T08:00:00,000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22 08:00:00.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T24:00:00.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T23:59:60.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-11-22T08:60:00.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-02-30T08:00:00.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"2026-13-01T08:00:00.000Z"),
        (b"2026-11-22T08:00:00.000Z", b"0000-11-22T08:00:00.000Z"),
    ],
)
def test_any_other_spelling_is_refused(said, instead):
    assert SPELLED.count(said) or said == b"abab"
    with pytest.raises(MalformedEntryError) as refusal:
        parse_event(SPELLED.replace(said, instead, 1))
    assert refusal.value.code == "ledger-malformed-entry"


def test_bytes_beyond_the_hard_limit_are_refused_for_their_length():
    with pytest.raises(MalformedEntryError, match="at most 65535 bytes"):
        parse_event(b"x" * (ENTRY_HARD_LIMIT_BYTES + 1))
    with pytest.raises(MalformedEntryError, match="canonical form"):
        parse_event(b"x" * ENTRY_HARD_LIMIT_BYTES)


@settings(deadline=None)
@given(entry=ENTRIES, where=st.integers(0, 400), byte=st.binary(max_size=2))
def test_changed_bytes_are_read_as_what_they_now_say_or_not_at_all(entry, where, byte):
    written = entry.to_bytes()
    changed = written[:where] + byte + written[where + 1 :]
    try:
        read = parse_event(changed)
    except MalformedEntryError:
        return
    assert canonical(as_json(read)) == changed


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_can_make_the_reader_fail_in_another_way(noise):
    with pytest.raises(MalformedEntryError):
        parse_event(noise)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "bag": HASHES.map(bytes.hex),
            "body": HASHES.map(bytes.hex),
            "prev": HASHES.map(bytes.hex) | st.just("0" * 63),
            "seq": st.integers(-1, 2**53 - 1) | st.booleans() | st.just("0"),
            "t": st.just("2026-11-22T08:00:00.000Z") | st.just("2026-11-22T08:00:00.000z"),
            "type": st.just("cct.event/v1") | st.just("cct.heads/v1"),
        },
        optional={"pii": HASHES.map(bytes.hex) | st.none(), "site": st.text(max_size=5)},
    )
)
def test_whatever_is_read_was_canonical_json_with_exactly_these_members(members):
    try:
        encoded = canonical(members)
        read = parse_event(encoded)
    except (NotCanonicalError, MalformedEntryError):
        return
    assert parse_canonical(encoded) == as_json(read)
