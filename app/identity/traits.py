"""The strict traits by which the national rules tell one patient from another (INS-01)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.identity.ins import Ins
from app.identity.likeness import spelling
from app.kit.errors import GivreError

SEXES: Final = ("F", "M", "I")
_EARLIEST: Final = 1880
_LETTERS: Final = frozenset({"L", "M"})
_BETWEEN: Final = frozenset(" -'’.")  # names are printed with either apostrophe
_BIRTH_PLACE: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")


class TraitsInvalidError(GivreError):
    """A trait that cannot be one; the message names its field."""

    code = "patient-invalid"


@dataclass(frozen=True, slots=True)
class Traits:
    """Birth name, given names of the birth certificate in their order, birth date, sex, and birth place.

    ``birth_place`` is INSEE's code of the commune or country, five characters, None when it is not known yet.
    """

    family_name: str
    given_names: tuple[str, ...]
    birth_date: date
    sex: str
    birth_place: str | None = None
    ins: Ins | None = None

    @property
    def core(self) -> str:
        """The traits that are always there, in one text: a change of any of them changes it.

        Capitals and accents count for nothing: the identity server sends neither, and that corrects nobody's name.
        """
        names = (spelling(self.family_name), spelling(self.given_names[0]))
        return "|".join((*names, self.birth_date.isoformat(), self.sex))

    def to_doc(self) -> dict[str, Any]:
        """Return the traits as they are kept, encrypted; ``given_name`` is the first of them."""
        told: dict[str, Any] = {
            "family_name": self.family_name,
            "given_name": self.given_names[0],
            "given_names": list(self.given_names),
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "birth_place": self.birth_place,
        }
        if self.ins is not None:
            told |= {"ins": self.ins.number, "ins_oid": self.ins.oid}
        return told


def strict_traits(  # noqa: PLR0913  # the traits of the national rules
    *,
    family_name: str,
    given_names: tuple[str, ...],
    birth_date: str,
    sex: str,
    birth_place: str | None = None,
    ins: Ins | None = None,
) -> Traits:
    """Return traits that can be some person's, exactly as they were sent.

    Raises:
        TraitsInvalidError: naming the first field that cannot be.
    """
    if not is_name(family_name):
        raise TraitsInvalidError("family_name")  # noqa: EM101  # the field is the message
    if not given_names or not all(is_name(one) for one in given_names):
        raise TraitsInvalidError("given_names")  # noqa: EM101  # as above
    born = birth_day(birth_date)
    if born is None:
        raise TraitsInvalidError("birth_date")  # noqa: EM101  # as above
    if sex not in SEXES:
        raise TraitsInvalidError("sex")  # noqa: EM101  # as above
    if birth_place is not None and _BIRTH_PLACE.fullmatch(birth_place) is None:
        raise TraitsInvalidError("birth_place")  # noqa: EM101  # as above
    return Traits(family_name, given_names, born, sex, birth_place, ins)


def is_name(text: str) -> bool:
    """Say whether a text can be a name: letters of any script, with what stands between them."""
    return any(unicodedata.category(one).startswith("L") for one in text) and all(
        unicodedata.category(one)[0] in _LETTERS or one in _BETWEEN for one in text
    )


def birth_day(text: str) -> date | None:
    """Return a date of birth written ``YYYY-MM-DD``, None when it is none that anybody alive has."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return None
    return born if born.year >= _EARLIEST and text == born.isoformat() else None
