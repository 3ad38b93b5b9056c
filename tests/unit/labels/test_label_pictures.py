from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from typing import Any

import pytest
from barcode import Gs1_128
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.labels.decode import DecodedSymbol, read_image
from app.labels.errors import ImageTooLargeError, ImageUnreadableError, LabelError
from app.labels.label import SIZES, Label, LabelSymbol
from app.labels.render import render_png
from tests.unit.labels.drawn_dots import COMPOUND, DIN, GS1


def label_picture(*symbols: LabelSymbol) -> Image.Image:
    png = render_png(SIZES["bag-100x50"].label(symbols, ("Poche",)))
    return Image.open(io.BytesIO(png)).convert("L")


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


BARS = LabelSymbol(DIN, "code128", "A9999 26 123456")
SQUARE = LabelSymbol(COMPOUND, "datamatrix")
GS1_SQUARE = LabelSymbol(GS1, "gs1-datamatrix")
READ_BARS = DecodedSymbol(DIN, "code128", "]C0")
READ_SQUARE = DecodedSymbol(COMPOUND, "datamatrix", "]d1")


def test_a_photograph_in_jpeg_is_read() -> None:
    assert set(read_image(saved(label_picture(BARS, SQUARE), "JPEG", quality=60))) == {READ_BARS, READ_SQUARE}


def test_fnc1_comes_out_as_a_group_separator() -> None:
    assert read_image(saved(label_picture(GS1_SQUARE))) == (DecodedSymbol(GS1, "gs1-datamatrix", "]d2"),)


def test_gs1_bars_of_another_maker_are_told_from_plain_ones() -> None:
    row = Gs1_128("0109506000134352").build()[0]
    picture = Image.new("L", ((len(row) + 20) * 3, 120), 255)
    for place, dark in enumerate(row):
        if dark == "1":
            picture.paste(0, ((place + 10) * 3, 0, (place + 11) * 3, 120))

    assert read_image(saved(picture)) == (DecodedSymbol("0109506000134352", "gs1-128", "]C1"),)


@pytest.mark.parametrize("angle", [0, 45, 90, 135, 180, 270])
def test_a_label_is_read_however_it_lies(angle: int) -> None:
    lying = label_picture(BARS).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)

    assert read_image(saved(lying)) == (READ_BARS,)


def test_a_picture_without_a_barcode_is_no_error() -> None:
    assert read_image(saved(Image.linear_gradient("L").resize((300, 200)))) == ()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    grey = label_picture(BARS)
    picture = (
        grey.point([value * 257 for value in range(256)], "I").convert("I;16") if mode == "I;16" else grey.convert(mode)
    )

    assert read_image(saved(picture)) == (READ_BARS,)


def test_sixteen_bits_a_pixel_are_not_clipped_to_white() -> None:
    dim = label_picture(BARS).point(lambda value: 90 if value else 20)
    deep = Image.frombytes("I;16", dim.size, b"".join(struct.pack("<H", value * 256) for value in dim.tobytes()))

    assert read_image(saved(deep)) == (READ_BARS,)


def test_a_transparent_background_is_paper() -> None:
    grey = label_picture(SQUARE)
    clear = Image.merge("RGBA", [Image.new("L", grey.size, 0)] * 3 + [grey.point(lambda value: 255 - value)])

    assert read_image(saved(clear)) == (READ_SQUARE,)


def test_a_picture_in_the_colours_of_print_is_read() -> None:
    assert read_image(saved(label_picture(SQUARE).convert("CMYK"), "JPEG")) == (READ_SQUARE,)


@pytest.mark.parametrize(("width", "height"), [(40_000, 1_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises(ImageTooLargeError) as caught:
        read_image(png_claiming(width, height))

    assert caught.value.code == "image-too-large"


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff" + b"\x00" * 100,
        png_claiming(100, 100),
        png_claiming(0, 0),
        saved(Image.new("L", (50, 50)))[:-30],
        saved(Image.new("RGB", (50, 50)), "JPEG")[:300],
    ],
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(ImageUnreadableError) as caught:
        read_image(picture)

    assert caught.value.code == "image-unreadable"


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 400), spoilt=st.binary(min_size=1, max_size=12), kind=st.sampled_from(["PNG", "JPEG"]))
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(place: int, spoilt: bytes, kind: str) -> None:
    whole = saved(Image.linear_gradient("L"), kind)

    with suppress(ImageUnreadableError, ImageTooLargeError):
        read_image(whole[:place] + spoilt + whole[place + len(spoilt) :])


def test_every_error_of_the_room_tells_the_user_what_to_do_in_both_languages() -> None:
    codes = [error.code for error in LabelError.__subclasses__()]

    assert len(set(codes)) == len(codes)
    assert all(error.advice.fr != error.advice.en for error in LabelError.__subclasses__())


def test_a_label_drawn_at_600_dots_an_inch_is_read() -> None:
    assert read_image(render_png(Label(50, 25, 600, (LabelSymbol("C03-07", "code128"),), ("Cuve",))))
