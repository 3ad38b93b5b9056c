"""The ledger rests on exactly RFC 8785: the encoder it uses is held to the published cases."""

from __future__ import annotations

import json

import pytest

from app.kit.canonical import NotCanonicalError, canonical, parse_canonical


def test_a_value_has_the_published_canonical_bytes(canonical_case):
    value = json.loads(canonical_case["input_json"])
    if canonical_case["desc"] == "integers and floats that print alike":
        # Stricter than the standard: the ledger holds no floats, so only the integers of this case are left.
        with pytest.raises(NotCanonicalError):
            canonical(value)
        value = [int(number) for number in value]
    assert canonical(value).hex() == canonical_case["canonical_utf8_hex"]


def test_a_text_with_two_readings_is_refused(refused_json):
    with pytest.raises(NotCanonicalError):
        parse_canonical(refused_json["input_json"].encode())
