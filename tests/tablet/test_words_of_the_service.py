"""Every code that the service sends to be read by people has a name in the app, the same as the service's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from app.access.roles import Role
from app.custody.bag import State
from app.custody.holds import REASONS
from app.custody.labels import ANCHORS, STATES
from app.custody.step import Field
from app.custody.steps import STEPS
from app.kit.texts import Text
from app.tablet import build
from app.temperature.reasons import DOUBTS

_LINE = re.compile(r'^  "([^"]+)": \{ fr: "([^"]*)", en: "([^"]*)" \},$', re.MULTILINE)
_WORDS = {
    key: Text(french, english)
    for name in ("custody", "roles", "choices")
    for key, french, english in _LINE.findall((build.HERE / "src/i18n/words" / f"{name}.ts").read_text("utf-8"))
}


def choices(fields: Iterable[Field]) -> set[str]:
    """Return every choice of some fields and of the fields within them."""
    return {one for field in fields for one in (*field.choices, *choices(field.fields))}


def named(room: str) -> dict[str, Text]:
    return {key.partition(".")[2]: text for key, text in _WORDS.items() if key.startswith(f"{room}.")}


def test_every_choice_of_the_catalogue_is_named_and_no_other() -> None:
    assert set(named("choice")) == choices(field for step in STEPS for field in step.fields)


def test_every_state_role_and_reason_is_named_and_no_other() -> None:
    assert set(named("state")) == set(State)
    assert set(named("role")) == set(Role)
    assert set(named("hold")) == set(REASONS)


@pytest.mark.parametrize(
    ("room", "texts"), [("hold", {code: text for code, (text, _) in REASONS.items()}), ("anchor", ANCHORS)]
)
def test_the_app_and_the_service_say_the_same(room: str, texts: Mapping[str, Text]) -> None:
    said = named(room)

    assert {code: said.get(code) for code in texts} == dict(texts)


def test_states_are_called_what_the_service_calls_them() -> None:
    said = named("state")

    # A screen has no room for what a sentence adds in brackets.
    assert {code: text.fr for code, text in said.items()} == {
        code: text.fr.partition(" (")[0] for code, text in STATES.items()
    }


def test_what_nobody_knows_is_explained_as_the_service_explains_it() -> None:
    entry = re.compile(r'"doubt\.([^"]+)": \{\s*fr: "([^"]*)",\s*en: "([^"]*)",?\s*\}')
    words = (build.HERE / "src/i18n/words/curve.ts").read_text("utf-8")

    assert {code: Text(french, english) for code, french, english in entry.findall(words)} == dict(DOUBTS)
