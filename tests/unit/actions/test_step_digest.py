"""The digest that a witness signs is that of the RFC 8785 form of the act, whatever it holds."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.scan_request import ScannedSymbol, step_digest
from app.kit.canonical import NotCanonicalError, canonical

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
PERHAPS = st.none() | WORDS
SYMBOLS = st.builds(ScannedSymbol, text=WORDS, symbology=PERHAPS, source=WORDS, role=PERHAPS)
DETAILS = st.dictionaries(WORDS, PERHAPS | st.booleans() | st.integers(-9, 9) | st.lists(WORDS, max_size=3), max_size=4)


@given(
    st.tuples(WORDS, WORDS, WORDS, PERHAPS, PERHAPS, PERHAPS),
    st.lists(SYMBOLS, max_size=3),
    st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds have no zone
    DETAILS,
    st.lists(WORDS, max_size=3),
)
def test_it_is_that_of_the_canonical_act(
    texts: tuple[Any, ...],
    symbols: list[ScannedSymbol],
    occurred_at: datetime,
    details: dict[str, Any],
    rules: list[str],
) -> None:
    scan_id, step, device_id, expects, reason, second = texts
    act: dict[str, Any] = {
        "scan_id": scan_id,
        "step": step,
        "symbols": [[one.text, one.symbology, one.source, one.role] for one in symbols],
        "occurred_at": occurred_at.isoformat(timespec="milliseconds")[:23] + "Z",
        "device_id": device_id,
        "details": details,
        "bag_id": expects,
        "rules": sorted(rules),
        "reason": reason,
    }
    if second is not None:
        act["second_person"] = second

    found = step_digest(
        scan_id=scan_id,
        step=step,
        symbols=symbols,
        occurred_at=occurred_at,
        device_id=device_id,
        details=details,
        expects=expects,
        rules=rules,
        reason=reason,
        second_person=second,
    )

    assert found == hashlib.sha256(canonical(act)).hexdigest()


@pytest.mark.parametrize(("text", "details"), [("\ud800", {}), ("A", {"note": "\udfff"}), ("A", {"temp": 1.5})])
def test_what_has_no_canonical_form_has_no_digest(text: str, details: dict[str, Any]) -> None:
    with pytest.raises(NotCanonicalError):
        step_digest(
            scan_id="1",
            step="observed",
            symbols=[ScannedSymbol(text, None, "camera", None)],
            occurred_at=datetime(2026, 12, 1, tzinfo=UTC),
            device_id="TAB-1",
            details=details,
            expects=None,
            rules=(),
            reason=None,
        )
