"""How a table of readings is read: asked of a person line by line, shown before it counts, and kept under a name."""

from __future__ import annotations

import io
import json
import re
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from app.api.models.temperature import MappingIn, mapping_of, said_mapping
from app.kit.errors import GivreError
from app.temperature.loggers.mapping import DELIMITERS, ENCODINGS, MappingInvalidError
from app.temperature.loggers.piece import Fault, Refused, Rows
from app.temperature.reader import read_file

_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
_SHOWN: Final = 6
_PREVIEW_BYTES: Final = 65_536
_WIDEST: Final = 110
_QUESTIONS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("encoding", "Encodage du texte / text encoding", ENCODINGS),
    ("delimiter", "Séparateur / delimiter", DELIMITERS),
    ("decimal", "Signe décimal / decimal sign", (".", ",")),
    ("header_line", "Ligne d'en-tête (0 : aucune) / header line (0: none)", ()),
    ("time", "Colonne de l'heure / column of the time", ()),
    ("date", "Colonne de la date si à part / column of the date if apart", ()),
    ("values", "Colonnes des températures / columns of the temperatures (a|b)", ()),
    ("order", "Ordre de la date / order of the date", ("ymd", "dmy", "mdy")),
    ("unit", "Unité / unit", ("C", "F", "K")),
    ("zone", "Fuseau horaire / time zone (Europe/Paris, +01:00)", ()),
)
_NEEDED: Final = frozenset({"time", "values", "unit", "zone"})
_TABLE_ONLY: Final = frozenset({"encoding", "delimiter", "decimal"})


class MappingUnknownError(GivreError):
    """No mapping is kept under that name."""

    code = "mapping-unknown"


def kept_mapping(named: str, folder: Path) -> MappingIn:
    """Return a mapping by the name it was kept under, or from a JSON file.

    Raises:
        MappingUnknownError: there is neither.
        MappingInvalidError: it cannot be followed.
    """
    place = _place(named, folder) if _NAME.fullmatch(named) else None
    found = next((one for one in (place, Path(named)) if one is not None and one.is_file()), None)
    if found is None:
        message = f"no mapping is called {named!r}: answer the questions once, with --keep {named}"
        raise MappingUnknownError(message)
    try:
        return said_mapping(found.read_text("utf-8"))
    except UnicodeDecodeError as error:
        message = f"{found} is not UTF-8"
        raise MappingInvalidError(message) from error


def keep(said: MappingIn, name: str, folder: Path) -> None:
    """Keep a mapping under a name, in place of what was called so.

    Raises:
        MappingInvalidError: nothing can be called so.
    """
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no name: letters, digits, _ and -"
        raise MappingInvalidError(message)
    place = _place(name, folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(said.model_dump(), indent=2, ensure_ascii=False) + "\n", "utf-8")


def ask(file: BinaryIO, tag: str, answers: TextIO, screen: TextIO) -> MappingIn:
    """Ask how to read a file, and show the first readings as they would be; asked again until somebody says yes.

    What the file seems to say is offered in brackets where it is harmless to be wrong, as the preview shows it; time
    zone, unit and columns are always answered by a person.

    Raises:
        MappingInvalidError: the answers end before they are enough.
    """
    head = _head(file) if tag == "delimited" else b""
    for line in islice(head.decode("latin-1").splitlines(), _SHOWN):
        print(f"  | {line[:_WIDEST]}", file=screen)
    while True:
        said = _asked(_offers(head), tag, answers, screen)
        try:
            checked = said_mapping(json.dumps(said))
            mapping = mapping_of(checked)
        except MappingInvalidError as error:
            print(f"  ! {error}", file=screen)
            continue
        file.seek(0)
        _preview(file if tag != "delimited" else io.BytesIO(head), mapping, screen)
        if _line(answers, screen, "C'est juste / is this right? [o/y, n]: ").lower() in {"o", "oui", "y", "yes"}:
            return checked


def _asked(offers: dict[str, str], tag: str, answers: TextIO, screen: TextIO) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, question, choices in _QUESTIONS:
        if tag != "delimited" and name in _TABLE_ONLY:
            continue
        offered = offers.get(name)
        shown = "/".join("tab" if one == "\t" else one for one in choices)
        asked = question + (f" ({shown})" if choices else "") + (f" [{offered}]" if offered else "") + ": "
        answer = _line(answers, screen, asked) or offered or ""
        while name in _NEEDED and not answer:
            answer = _line(answers, screen, asked)
        if answer:
            said[name] = _value(name, answer)
    return said


def _value(name: str, answer: str) -> Any:
    if name == "values":
        return [_column(one) for one in answer.split("|")]
    if name in {"time", "date"}:
        return _column(answer)
    if name == "header_line":
        return int(answer) if answer.isdecimal() else answer
    return "\t" if answer == "tab" else answer


def _column(answer: str) -> int | str:
    return int(answer) if answer.strip().isdecimal() else answer.strip()


def _offers(head: bytes) -> dict[str, str]:
    """Return what may be offered: of the text's shape only, never of what it means."""
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        encoding = "cp1252" if error.start < len(head) - 4 else encoding
    lines = head.decode(encoding, "replace").splitlines()[:_SHOWN]
    counts = {one: min((line.count(one) for line in lines[:-1]), default=0) for one in DELIMITERS}
    delimiter = max(counts, key=lambda one: (counts[one], one != ","))
    return {
        "encoding": encoding,
        "delimiter": "tab" if delimiter == "\t" else delimiter,
        "decimal": "," if delimiter == ";" else ".",
        "header_line": "1",
    }


def _preview(file: Any, mapping: Any, screen: TextIO) -> None:
    shown: list[str] = []
    for piece in read_file(file, mapping):
        if isinstance(piece, Rows):
            shown += [
                f"  {one.at:%Y-%m-%d %H:%M:%S} UTC  {_celsius(one.milli)}" for one in piece.block.readings()[:_SHOWN]
            ]
        elif isinstance(piece, Fault):
            shown.append(f"  ! ligne / line {piece.line}: {piece.reason}")
        elif isinstance(piece, Refused):
            shown.append(f"  ! {piece.reason} {piece.detail}".rstrip())
        if len(shown) >= _SHOWN:
            break
    print("\n".join(shown[:_SHOWN]), file=screen)


def _celsius(milli: int | None) -> str:
    return "–" if milli is None else f"{milli / 1000:.1f} °C"


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(_PREVIEW_BYTES)
    return head[: head.rfind(b"\n") + 1] if len(head) == _PREVIEW_BYTES else head


def _line(answers: TextIO, screen: TextIO, question: str) -> str:
    screen.write(question)
    screen.flush()
    line = answers.readline()
    if not line:
        message = "the answers end before the questions do"
        raise MappingInvalidError(message)
    return line.rstrip("\r\n")


def _place(name: str, folder: Path) -> Path:
    return folder / "mappings" / f"{name}.json"
