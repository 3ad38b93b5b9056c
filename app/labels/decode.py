"""Reading the barcodes in a picture, be it our own drawing or a photograph taken at a freezer."""

from __future__ import annotations

import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image, JpegImagePlugin, PngImagePlugin

from app.labels.errors import ImageTooLargeError, ImageUnreadableError

MAX_PIXELS = 40_000_000
TURNED_SIDE = 2000
"""Longest side, in pixels, of the smaller picture that is turned by 45 degrees when nothing was found."""

_KINDS = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix)
_FORMATS = zxingcpp.BarcodeFormats(_KINDS)
_TAGS = {"]C1": "gs1-128", "]d2": "gs1-datamatrix"}
_FAMILIES = {"]C": "code128", "]d": "datamatrix"}
_OPENERS = (
    (b"\x89PNG\r\n\x1a\n", PngImagePlugin.PngImageFile),
    (b"\xff\xd8\xff", JpegImagePlugin.JpegImageFile),
)


@dataclass(frozen=True, slots=True)
class DecodedSymbol:
    r"""A barcode found in a picture: its text with FNC1 between fields as ``"\x1d"``, its kind, its AIM identifier.

    ``symbology`` is a tag of ``SYMBOLOGIES``, or ``"gs1-128"``, which is read and never drawn.
    """

    text: str
    symbology: str
    aim: str


def read_image(picture: bytes) -> tuple[DecodedSymbol, ...]:
    """Return the different symbols in a PNG or JPEG picture; none found is an empty tuple, not an error.

    A linear code lying at 45 degrees is never seen in the first pass (rows and columns), so a picture that showed
    nothing is turned and read once more.

    Raises:
        ImageTooLargeError: more than ``MAX_PIXELS`` pixels; found out before any pixel is unpacked.
        ImageUnreadableError: no PNG or JPEG, or a damaged one.
    """
    image = _opened(picture)
    found = symbols_in(image)
    if not found:
        image.thumbnail((TURNED_SIDE, TURNED_SIDE))
        found = symbols_in(image.rotate(45, Image.Resampling.BILINEAR, expand=True, fillcolor=255))
    return found


def symbols_in(image: Image.Image) -> tuple[DecodedSymbol, ...]:
    """Return the different symbols in a grey picture, in the order they were found."""
    found = zxingcpp.read_barcodes(image, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    return tuple(dict.fromkeys(_decoded(symbol) for symbol in found))


def _decoded(symbol: zxingcpp.Barcode) -> DecodedSymbol:
    aim = symbol.symbology_identifier
    return DecodedSymbol(symbol.text, _TAGS.get(aim, _FAMILIES[aim[:2]]), aim)


def _opened(picture: bytes) -> Image.Image:
    opener = next((opener for magic, opener in _OPENERS if picture.startswith(magic)), None)
    if opener is None:
        message = "neither a PNG nor a JPEG"
        raise ImageUnreadableError(message)
    try:
        # The plugin itself, not Image.open: that would first warn, process-wide, about large pictures.
        image = opener(io.BytesIO(picture))
        if image.width * image.height > MAX_PIXELS:
            message = f"{image.width} x {image.height} pixels; at most {MAX_PIXELS} are read"
            raise ImageTooLargeError(message)
        return _grey(image)
    except (OSError, SyntaxError, ValueError, IndexError, EOFError) as damaged:
        message = f"a damaged picture: {damaged}"
        raise ImageUnreadableError(message) from damaged


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Pillow would clip sixteen bits a pixel to eight: everything but black would be white.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        paper = Image.new("L", seen.size, 255)
        paper.paste(seen.convert("L"), mask=seen.getchannel("A"))
        return paper
    return image.convert("L")
