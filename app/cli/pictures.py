"""Pictures of labels, from a camera or from ``POST /api/v1/labels``, as the symbols that a scan sends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.actions.scan_request import ASKED_BY_NAME, LAYER_ROLES
from app.kit.errors import GivreError
from app.labels.decode import read_image
from app.labels.errors import LabelError


class PictureError(GivreError):
    """A file that shows no symbol."""

    code = "picture-unreadable"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol: exactly the text that was read, by which kind of barcode, and how it got here."""

    text: str
    symbology: str | None = None
    source: str = "scanner"
    role: str | None = None

    def message(self) -> dict[str, str | None]:
        """Return it as a scan sends it."""
        told = {"text": self.text, "symbology": self.symbology, "source": self.source}
        return told if self.role is None else {**told, "role": self.role}


def symbols_of(word: str) -> tuple[Symbol, ...]:
    """Decode ``IMAGE``, or ``ROLE=IMAGE`` for a label known only by its place (``cassette=…``, ``label=…``).

    Raises:
        PictureError: as for ``symbols_in``.
    """
    role, equals, path = word.partition("=")
    if equals and (role in LAYER_ROLES or role in ASKED_BY_NAME):
        return tuple(replace(symbol, role=role) for symbol in symbols_in(Path(path)))
    return symbols_in(Path(word))


def symbols_in(picture: Path) -> tuple[Symbol, ...]:
    """Decode every symbol in a PNG or JPEG file.

    Raises:
        PictureError: no such file, no picture, or none with a symbol in it.
    """
    try:
        found = read_image(picture.read_bytes())
    except OSError as error:
        message = f"{picture} cannot be opened: {error.strerror}"
        raise PictureError(message) from error
    except LabelError as error:
        message = f"{picture}: {error.advice.en}"
        raise PictureError(message) from error
    if not found:
        message = f"{picture} shows no symbol that can be read: take the picture again, nearer and without glare"
        raise PictureError(message)
    return tuple(Symbol(one.text, one.symbology, "camera") for one in found)
