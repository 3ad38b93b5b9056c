"""A command that could not do what it was asked says why in its reader's language, and never with an empty sentence."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

import app.cli
from app.actions.recorded import NotFoundError
from app.actions.take_temperatures import TemperatureFileUnreadableError
from app.api.middleware import BodyTooLargeError
from app.api.problem_sentence import failure_members
from app.api.problem_texts import PROBLEMS
from app.api.problems import problem_body
from app.cli import main
from app.cli.client import NotDoneError
from app.cli.complaint import COMPLAINTS, complaint
from app.cli.mappings import kept_mapping
from app.db.installation_keys import KeysMissingError
from app.kit.errors import GivreError
from app.settings import Settings
from app.temperature.loggers.mapping import MappingInvalidError
from app.temperature.loggers.piece import RefusalReason, Refused
from tests.every_error import every_error

LANGUAGES = ("fr", "en")


NEVER_WORDLESS: dict[type[GivreError], GivreError] = {
    NotDoneError: NotDoneError("missing-scan", "Scannez-le."),
    BodyTooLargeError: BodyTooLargeError(1024),
}
"""What the service answered, and what the framework writes itself."""


def wordless(kind: type[GivreError]) -> GivreError:
    """Return an error of that kind that says as little of its own as can be."""
    return NEVER_WORDLESS.get(kind) or kind.__new__(kind)


def test_every_error_has_a_sentence_in_both_languages_even_where_it_says_nothing_itself() -> None:
    for kind in every_error():
        french, english = (complaint(wordless(kind), language) for language in LANGUAGES)
        assert french is not None
        assert english is not None
        assert (french != english) == (kind is not NotDoneError), kind.code
        for line in (french, english):
            said = line.removeprefix(f"givre: {kind.code}: ").removesuffix(f" ({wordless(kind)})")
            assert said != line
            assert said.endswith("."), line
            assert said == said.strip()
            assert len(said.split()) > 1, line
            assert "{" not in said


def test_a_sentence_is_here_or_with_the_problems_and_belongs_to_an_error() -> None:
    codes = {kind.code for kind in every_error()}

    assert set(COMPLAINTS) - codes == {"file-unusable", "setting-invalid"}  # of the standard library and of Pydantic
    assert not set(COMPLAINTS) & set(PROBLEMS)


@pytest.mark.parametrize("reason", get_args(RefusalReason))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_temperature_file_is_told_as_over_http(reason: RefusalReason, language: str) -> None:
    error = TemperatureFileUnreadableError(Refused(reason))
    over_http = problem_body(error.code, language, detail=error.told)["detail"]

    assert complaint(error, language) == f"givre: temperature-file-unreadable: {over_http}"
    placed = TemperatureFileUnreadableError(Refused(reason, "line 7"))
    assert complaint(placed, language) == f"givre: temperature-file-unreadable: {over_http} (line 7)"


def test_whatever_the_caller_can_mend_is_told_as_over_http() -> None:
    for kind in every_error():
        problem = PROBLEMS.get(kind.code)
        if problem is None or problem.status == 500:
            continue
        for language in LANGUAGES:
            error = wordless(kind)
            over_http = problem_body(kind.code, language, **failure_members(error))["detail"]
            assert str(complaint(error, language)).startswith(f"givre: {kind.code}: {over_http}")


def test_the_words_of_an_error_stand_behind_its_sentence_once() -> None:
    assert complaint(NotFoundError("no bag of chu is called 'x'"), "en") == (
        "givre: not-found: This does not exist in your establishment. Check the identifier."
        " (no bag of chu is called 'x')"
    )
    assert complaint(MappingInvalidError("zone: missing"), "en") == (
        "givre: temperature-mapping-invalid: The description of the columns cannot be followed (zone: missing);"
        " nothing was recorded. Correct it."
    )


def test_who_sits_at_the_console_is_not_told_to_call_the_administrator() -> None:
    assert complaint(KeysMissingError("run givre migrate"), "fr") == (
        "givre: keys-missing: Clés absentes. (run givre migrate)"
    )


def test_a_setting_that_is_wrong_is_named_and_its_value_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(port=70_000, mqtt_url="secret")

    said = str(complaint(caught.value, "fr"))
    assert said.startswith("givre: setting-invalid: Un réglage de l'environnement n'est pas valable. Corrigez-le. (")
    assert "GIVRE_PORT: " in said
    assert "GIVRE_MQTT_URL: " in said
    assert not {"70000", "secret"} & set(said.replace(";", " ").split())


@pytest.mark.parametrize("error", [RuntimeError("x"), ValueError("x"), OSError("x")])
def test_a_defect_keeps_its_traceback(error: Exception) -> None:
    assert complaint(error, "en") is None


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["import-temperatures", str(tmp_path / "none.csv"), "--shipment", "s", "--as", "nobody", "--lang", "fr"]

    assert main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("givre: file-unusable: Un fichier ne peut pas être lu ou écrit.")
    assert "none.csv" in said


def test_a_mapping_that_is_no_text_is_refused_as_one(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_bytes(b'{"unit": "\xb0C"}')

    with pytest.raises(MappingInvalidError, match="UTF-8"):
        kept_mapping(str(tmp_path / "m.json"), tmp_path)


def test_no_command_tells_an_error_in_another_way() -> None:
    folder = Path(app.cli.__file__).parent

    assert [path.name for path in folder.rglob("*.py") if "error.code" in path.read_text("utf-8")] == ["complaint.py"]
