"""A picture gives its symbols, or a sentence that says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.cli.pictures import PictureError, Symbol, symbols_in
from app.labels.label import SIZES, LabelSymbol
from app.labels.render import render_png


def test_a_picture_of_a_label_gives_every_symbol_on_it(tmp_path: Path) -> None:
    symbols = (LabelSymbol("=A99912600000100", "code128"), LabelSymbol("GV1.P.D1.0", "datamatrix"))
    picture = tmp_path / "label.png"
    picture.write_bytes(render_png(SIZES["bag-100x50"].label(symbols, ("Poche",))))

    found = symbols_in(picture)

    assert set(found) == {Symbol(one.text, one.symbology, "camera") for one in symbols}
    assert found[0].message()["source"] == "camera"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="cannot be opened: No such file"):
        symbols_in(tmp_path / "none.png")


def test_a_file_that_is_no_picture_is_said(tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_text("not a picture")

    with pytest.raises(PictureError, match="Send a PNG or JPEG image"):
        symbols_in(path)


def test_a_picture_without_a_symbol_is_said(tmp_path: Path) -> None:
    path = tmp_path / "white.png"
    Image.new("L", (200, 100), 255).save(path)

    with pytest.raises(PictureError, match="shows no symbol"):
        symbols_in(path)
