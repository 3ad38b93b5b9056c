from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.ins import OIDS, Ins, InsInvalidError, key_of, read_ins
from app.identity.status import ATTRIBUTES, Status, status_lost, status_of

OID = "1.2.250.1.213.1.4.10"
BODY = "2580337261123"


@pytest.mark.parametrize("body", [BODY, "158032A004001", "158032B004001", "899129912345" + "6"])
def test_a_number_with_its_key_is_read(body: str) -> None:
    number = f"{body}{key_of(body):02d}"

    assert read_ins(number, OID) == Ins(number, OID)


def test_the_key_is_97_less_the_number_modulo_97() -> None:
    assert key_of(BODY) == 97 - int(BODY) % 97
    assert key_of("158032A004001") == 97 - 1580319004001 % 97
    assert key_of("158032B004001") == 97 - 1580318004001 % 97


@given(st.integers(min_value=0, max_value=12), st.sampled_from("123456789"))
def test_one_wrong_digit_never_passes(at: int, digit: str) -> None:
    wrong = BODY[:at] + digit + BODY[at + 1 :]
    if wrong != BODY:
        with pytest.raises(InsInvalidError, match=r"^ins$"):
            read_ins(f"{wrong}{key_of(BODY):02d}", OID)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_told_to_be_none(text: str) -> None:
    try:
        found = read_ins(text, OID)
    except InsInvalidError:
        return
    assert found.number == text


@pytest.mark.parametrize("text", ["", BODY, f"{BODY}00", f"{BODY}99", f" {BODY}85", f"{BODY}85 ", "9" * 15])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InsInvalidError, match=r"^ins$"):
        read_ins(text, OID)


def test_a_number_comes_from_a_known_list() -> None:
    assert len(OIDS) == 4
    with pytest.raises(InsInvalidError, match="ins_oid"):
        read_ins(f"{BODY}{key_of(BODY):02d}", "1.2.250.1.213.1.4.7")


@pytest.mark.parametrize(
    ("recovered", "validated", "wanted"),
    [
        (False, False, Status.PROVISIONAL),
        (True, False, Status.RECOVERED),
        (False, True, Status.VALIDATED),
        (True, True, Status.QUALIFIED),
    ],
)
def test_an_identity_is_qualified_by_the_national_service_and_a_document_together(
    *, recovered: bool, validated: bool, wanted: Status
) -> None:
    assert status_of(source="feed", recovered=recovered, validated=validated) == wanted
    assert status_of(source="typed", recovered=recovered, validated=validated) == Status.PROVISIONAL


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_a_doubtful_or_fictitious_identity_is_never_qualified(attribute: str) -> None:
    told = status_of(source="feed", recovered=True, validated=True, attribute=attribute)

    assert told == Status.PROVISIONAL


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
def test_only_a_qualified_identity_can_be_lost(before: Status, after: Status) -> None:
    assert status_lost(before, after) is (before is Status.QUALIFIED and after is not Status.QUALIFIED)
