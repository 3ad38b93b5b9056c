"""What goes into the room (a symbol) and what comes out of it (an identification, or a reason to try again)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from app.kit.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Source(StrEnum):
    """How the text reached us; a typed text must prove itself with a check character."""

    CAMERA = "camera"
    SCANNER = "scanner"
    TYPED = "typed"
    IMPORTED = "imported"


Subject: TypeAlias = Literal[
    "bag", "position", "dewar", "shipper", "person", "patient", "therapy", "document", "logger", "product", "keyboard"
]

Reason: TypeAlias = Literal[
    "empty",
    "too-long",
    "lone-surrogate",
    "control-character",
    "unknown-format",
    "two-formats",
    "unknown-structure",
    "national-structure",
    "length",
    "alphabet",
    "din-alphabet",
    "din-check",
    "count-mismatch",
    "impossible-date",
    "division-missing",
    "conflicting-structures",
    "typed-without-check",
    "check-character",
    "check-digit",
    "gs1-syntax",
    "gs1-ambiguous",
    "internal-syntax",
    "keyboard-layout",
]

PERSONAL_SCHEMES: Final = frozenset(
    {"ipp", "ins", "gsrn-recipient", "srin-recipient", "patient-id", "donor-id", "grid"}
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol as it arrived; ``text`` is exactly what the device or the person gave.

    ``symbology`` is the reader's own name for it ("gs1-datamatrix", "code128", …) or None when nobody knows.
    """

    text: str
    symbology: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name given to something by somebody; ``issuer`` is "" when the scheme is unique in the whole world."""

    scheme: str
    issuer: str
    value: str

    @property
    def key(self) -> str:
        """The identifier as one string, for equality and for look-up."""
        return f"{self.scheme}:{self.issuer}:{self.value}"

    @property
    def personal(self) -> bool:
        """Whether it names a patient, and so may not be kept in clear in the custody record."""
        return self.scheme in PERSONAL_SCHEMES


@dataclass(frozen=True, slots=True)
class Identified:
    """What a symbol says; ``identifiers`` name its subject, ``fields`` are the plain values printed with them.

    ``aim`` is the AIM prefix taken off the front ("]d2"), ``stripped`` the line end taken off the back. ``withholds``
    says that the text tells more than the fields do, and that this may be about a person. ``repaired`` names the
    keyboard layouts ("fr, fr-azerty") through which the text had to be read, None when it arrived as it was printed.
    """

    format: str
    subject: Subject
    fields: Mapping[str, str]
    identifiers: tuple[Identifier, ...]
    aim: str | None
    stripped: str
    withholds: bool = False
    repaired: str | None = None

    @property
    def personal(self) -> bool:
        """Whether the scanned text may tell who a patient is, and so may not be kept in clear."""
        return self.withholds or "birth_date" in self.fields or any(one.personal for one in self.identifiers)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why nothing may be done with a symbol; ``detail`` says where in it, and never repeats its content."""

    reason: Reason
    aim: str | None
    detail: str

    @property
    def text(self) -> Text:
        """What to tell the person who holds the scanner."""
        return REASONS[self.reason]


Reading: TypeAlias = Identified | Unreadable

REASONS: Final[Mapping[Reason, Text]] = {
    "empty": Text(
        "Le lecteur n'a rien envoyé. Scannez de nouveau l'étiquette.",
        "The scanner sent nothing. Scan the label again.",
    ),
    "too-long": Text(
        "Texte trop long pour une étiquette. Scannez un seul code à la fois.",
        "This is too long for a label. Scan one code at a time.",
    ),
    "lone-surrogate": Text(
        "Le lecteur envoie des caractères cassés. Lisez l'étiquette avec la caméra et signalez ce lecteur.",
        "The scanner sends broken characters. Read the label with the camera and report this scanner.",
    ),
    "control-character": Text(
        "Le code contient un caractère de commande inattendu. Scannez de nouveau, ou lisez-le avec la caméra.",
        "The code holds an unexpected control character. Scan it again, or read it with the camera.",
    ),
    "unknown-format": Text(
        "Code non reconnu. Vérifiez que vous scannez la bonne étiquette ; si toutes échouent, scannez l'étiquette de "
        "test du clavier.",
        "This code is not recognised. Check that this is the right label; if every label fails, scan the keyboard test "
        "label.",
    ),
    "two-formats": Text(
        "Ce code peut se lire de deux façons. N'allez pas plus loin : isolez la poche et appelez le pharmacien.",
        "This code can be read in two ways. Go no further: set the bag aside and call the pharmacist.",
    ),
    "unknown-structure": Text(
        "Une partie de l'étiquette ISBT 128 n'est pas connue. Scannez les codes un par un.",
        "A part of the ISBT 128 label is not known. Scan the codes one by one.",
    ),
    "national-structure": Text(
        "Ce code est propre à un pays ou à un établissement, et le site ne l'a pas déclaré. Scannez un autre code de "
        "l'étiquette, ou demandez qu'il soit déclaré.",
        "This code belongs to one country or one facility, and the site has not declared it. Scan another code of the "
        "label, or ask for it to be declared.",
    ),
    "length": Text(
        "Le code est tronqué ou trop long. Scannez de nouveau le code entier.",
        "The code is cut short or too long. Scan the whole code again.",
    ),
    "alphabet": Text(
        "Le code contient un caractère interdit. Scannez de nouveau ; si cela se répète, signalez l'étiquette.",
        "The code holds a character that is not allowed. Scan it again; if it happens again, report the label.",
    ),
    "din-alphabet": Text(
        "Ce n'est pas un numéro de don : vérifiez les zéros et les O, puis scannez ou saisissez de nouveau.",
        "This is not a donation number: check zeros against letter O, then scan or type it again.",
    ),
    "din-check": Text(
        "La clé du numéro de don est fausse. Scannez de nouveau ; si cela se répète, isolez la poche.",
        "The check of the donation number is wrong. Scan it again; if it happens again, set the bag apart.",
    ),
    "count-mismatch": Text(
        "L'étiquette annonce un autre nombre de codes que ceux lus. Scannez de nouveau l'étiquette entière.",
        "The label announces another number of codes than were read. Scan the whole label again.",
    ),
    "impossible-date": Text(
        "L'étiquette porte une date qui n'existe pas. Isolez la poche et signalez l'étiquette.",
        "The label carries a date that does not exist. Set the bag apart and report the label.",
    ),
    "division-missing": Text(
        "Ce produit est divisé : scannez l'étiquette entière, code de division compris.",
        "This product is divided: scan the whole label, with its division code.",
    ),
    "conflicting-structures": Text(
        "L'étiquette se contredit. N'allez pas plus loin : isolez la poche et appelez le pharmacien.",
        "The label contradicts itself. Go no further: set the bag apart and call the pharmacist.",
    ),
    "typed-without-check": Text(
        "Saisie sans caractère de contrôle. Saisissez le numéro suivi du caractère encadré, ou scannez l'étiquette.",
        "Typed without its check character. Type the number followed by the boxed character, or scan the label.",
    ),
    "check-character": Text(
        "Le caractère de contrôle ne correspond pas. Relisez l'étiquette et recommencez.",
        "The check character does not match. Read the label again and start over.",
    ),
    "check-digit": Text(
        "La clé de contrôle GS1 est fausse. Scannez de nouveau ; si cela se répète, signalez l'étiquette.",
        "The GS1 check digit is wrong. Scan it again; if it happens again, report the label.",
    ),
    "gs1-syntax": Text(
        "Le code GS1 est mal formé. Lisez-le avec la caméra ; vérifiez que le lecteur transmet les séparateurs GS.",
        "The GS1 code is malformed. Read it with the camera; check that the scanner sends the GS separators.",
    ),
    "gs1-ambiguous": Text(
        "Le code GS1 peut se découper de plusieurs façons : le lecteur perd peut-être les séparateurs GS. Lisez-le "
        "avec la caméra ; si elle le refuse aussi, isolez la poche et appelez le pharmacien.",
        "The GS1 code can be cut in several ways: the scanner may drop the GS separators. Read it with the camera; if "
        "that is refused too, set the bag apart and call the pharmacist.",
    ),
    "internal-syntax": Text(
        "Étiquette Givre mal formée. Scannez de nouveau, ou réimprimez l'étiquette.",
        "This Givre label is malformed. Scan it again, or print the label again.",
    ),
    "keyboard-layout": Text(
        "Le lecteur et la tablette n'ont pas le même clavier : le code arrive brouillé. Scannez l'étiquette de réglage "
        "du clavier, puis de nouveau ce code, ou lisez-le avec la caméra.",
        "The scanner and the tablet do not use the same keyboard: the code arrives garbled. Scan the keyboard set-up "
        "label, then this code again, or read it with the camera.",
    ),
}
