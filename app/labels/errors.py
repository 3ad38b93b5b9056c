"""What can be wrong with a label or a picture of one, and what the person in front of it can do."""

from __future__ import annotations

from typing import ClassVar

from app.kit.errors import GivreError
from app.kit.texts import Text


class LabelError(GivreError):
    """A label that was not drawn, or a picture that was not read; ``advice`` says what to do about it."""

    advice: ClassVar[Text]


class TextNotEncodableError(LabelError):
    """A symbology cannot carry this text."""

    code = "label-text-unencodable"
    advice = Text(
        "Ce texte ne peut pas être mis dans ce code-barres. Vérifiez les caractères, ou choisissez un autre code.",
        "This text cannot be put in this barcode. Check its characters, or choose another barcode.",
    )


class SymbolDoesNotFitError(LabelError):
    """A symbol at its smallest printable module is larger than the room the label has for it."""

    code = "label-too-small"
    advice = Text(
        "Ce code ne tient pas sur cette étiquette. Choisissez une étiquette plus grande ou un code Data Matrix.",
        "This barcode does not fit on this label. Choose a larger label or a Data Matrix.",
    )


class CaptionDoesNotFitError(LabelError):
    """The words of a label do not fit at the smallest size a person can read; none is ever cut off in silence."""

    code = "label-text-too-long"
    advice = Text(
        "Le texte ne tient pas sur cette étiquette. Raccourcissez-le ou choisissez une étiquette plus grande.",
        "The text does not fit on this label. Shorten it or choose a larger label.",
    )


class LabelUnreadableError(LabelError):
    """What was drawn does not read back as what was asked for; it was not handed out."""

    code = "label-unreadable"
    advice = Text(
        "L'étiquette dessinée ne se relit pas correctement : rien n'a été imprimé. Recommencez ou prévenez le support.",
        "The drawn label does not read back correctly: nothing was printed. Try again or tell support.",
    )


class LabelImpossibleError(LabelError):
    """The measures of a label or the choice of a page make no printable thing."""

    code = "label-impossible"
    advice = Text(
        "Ce format d'étiquette ou de page ne peut pas être imprimé. Choisissez un format proposé.",
        "This label or page format cannot be printed. Choose one of the formats on offer.",
    )


class ImageTooLargeError(LabelError):
    """A picture has more pixels than are read."""

    code = "image-too-large"
    advice = Text(
        "La photo est trop grande. Reprenez-la avec une résolution plus basse.",
        "The picture is too large. Take it again at a lower resolution.",
    )


class ImageUnreadableError(LabelError):
    """Bytes that are no PNG or JPEG picture, or a damaged one."""

    code = "image-unreadable"
    advice = Text(
        "Ce fichier n'est pas une photo lisible. Envoyez une image PNG ou JPEG.",
        "This file is not a readable picture. Send a PNG or JPEG image.",
    )
