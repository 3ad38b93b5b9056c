from __future__ import annotations

from typing import get_args

import pytest

from app.access.lockout import LOCKED
from app.access.passwords import PasswordFault, PinFault, StoredSecretUnreadableError
from app.access.refresh import Expired, Reused, Unknown
from app.access.separation import WitnessBreach
from app.access.texts import TEXTS
from app.access.tokens import TokenExpiredError, TokenRefusedError

CODES = {
    *get_args(PasswordFault),
    *get_args(PinFault),
    *get_args(WitnessBreach),
    *(verdict.code for verdict in (Expired, Reused, Unknown)),
    *(error.code for error in (StoredSecretUnreadableError, TokenExpiredError, TokenRefusedError)),
    LOCKED,
}
INSTRUCTIONS = {
    "fr": ("reconnectez-vous", "attendez", "demandez", "choisissez", "montrez"),
    "en": ("sign in again", "wait", "ask", "choose", "show"),
}


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert set(TEXTS) == CODES


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", sorted(CODES))
def test_every_sentence_tells_what_to_do(code, language):
    sentence = TEXTS[code].say(language)
    assert sentence.endswith(".")
    assert any(word in sentence.lower() for word in INSTRUCTIONS[language])


def test_a_locked_sign_in_says_how_long_to_wait():
    text = TEXTS[LOCKED].filled(minutes=15)
    assert "15 min" in text.fr
    assert "15 min" in text.en
