"""What a photograph must be to be kept: a picture by its own bytes, whole, of one frame, silent about its place."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from app.kit.errors import GivreError

MAX_PIXELS: Final = 40_000_000
_ENDS: Final = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
"""How a whole file of each format ends; what is hung on behind is no picture."""
_HARMLESS: Final = frozenset(
    {
        ExifTags.Base.Orientation,
        ExifTags.Base.XResolution,
        ExifTags.Base.YResolution,
        ExifTags.Base.ResolutionUnit,
        ExifTags.Base.YCbCrPositioning,
    }
)
"""Tags without which a picture may stand on its side, and which tell nothing of anybody."""
_TELLING: Final = ("xmp", "XML:com.adobe.xmp", "photoshop", "comment")
"""Where Pillow puts what else may travel in a file: XMP, IPTC, a comment."""


class PhotographUnreadableError(GivreError):
    """No JPEG or PNG picture, a damaged one, one of several frames, or one with something behind its end."""

    code = "photo-unreadable"


class PhotographTellsError(GivreError):
    """It carries what was not taken on purpose: where, when, with which device, or other hidden text."""

    code = "photo-tells-more"


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture that was looked at; sides in pixels as they are stored."""

    media_type: str
    width: int
    height: int


def looked_at(content: bytes) -> Photograph:
    """Say what a picture is; its name and the type that the sender gave it count for nothing.

    The bytes stay as they are, because their digest is on record already: what tells too much is refused, not cleaned.

    Raises:
        PhotographUnreadableError, PhotographTellsError: see there.
    """
    try:
        with Image.open(io.BytesIO(content), formats=tuple(_ENDS)) as image:
            kind = str(image.format)
            if image.width * image.height > MAX_PIXELS:
                message = f"{image.width} × {image.height} pixels"
                raise PhotographUnreadableError(message)
            image.load()
            frames = getattr(image, "n_frames", 1)
            telling = [one for one in _TELLING if image.info.get(one)]
            telling += [str(tag) for tag in image.getexif() if tag not in _HARMLESS]
            telling += list(getattr(image, "text", {}))
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotographUnreadableError(type(error).__name__) from error
    if frames != 1 or not content.endswith(_ENDS[kind]):
        message = "more than one picture, or something behind it"
        raise PhotographUnreadableError(message)
    if telling:
        raise PhotographTellsError(", ".join(telling))
    return Photograph(Image.MIME[kind], width, height)
