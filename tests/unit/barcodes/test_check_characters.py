from __future__ import annotations

import pytest

from app.barcodes.check_characters import mod10_digit, mod10_is_right, mod37_2_character, mod37_2_value

PUBLISHED = [
    ("G123417654321", 10, "A"),
    ("G123498654321", 17, "H"),
    ("A999917123456", 9, "9"),
    ("A999818123456", 23, "N"),
    ("A999820123456", 14, "E"),
    ("A999917345658", 24, "O"),
    ("A999915000001", 22, "M"),
    ("P000206019063", 33, "X"),
]


@pytest.mark.parametrize(("number", "value", "character"), PUBLISHED)
def test_published_check_characters_are_found_again(number: str, value: int, character: str) -> None:
    assert mod37_2_value(number) == value
    assert mod37_2_character(number) == character


def test_the_weighted_form_of_the_standard_gives_the_same_value() -> None:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for number, value, _ in PUBLISHED:
        weighted = sum(alphabet.index(c) * 2**n for n, c in enumerate(reversed(number), start=1))
        assert (38 - weighted % 37) % 37 == value


def test_a_small_letter_has_no_check_value() -> None:
    with pytest.raises(KeyError):
        mod37_2_value("a")


@pytest.mark.parametrize("digits", ["106141412345678908", "0614141000036", "09506000134352", "3400955057413"])
def test_published_gs1_keys_have_the_right_digit(digits: str) -> None:
    assert mod10_is_right(digits)
    assert mod10_digit(digits[:-1]) == digits[-1]
    assert not mod10_is_right(digits[:-1] + str((int(digits[-1]) + 1) % 10))
