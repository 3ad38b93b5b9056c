"""What service and tablet share is the same on both sides: tables, readings, the calibration label."""

from __future__ import annotations

import json

import pytest
import zxingcpp

from app.barcodes.reading import Source
from tests.tablet import barcode_tables, barcode_vectors, calibration_label


def test_the_tablets_tables_are_the_services() -> None:
    assert barcode_tables.PLACE.read_text("utf-8") == barcode_tables.written(), (
        "run: python -m tests.tablet.barcode_tables"
    )


def test_the_kept_readings_are_still_what_the_service_says() -> None:
    kept = json.loads(barcode_vectors.KEPT.read_text("utf-8"))

    assert len(kept["cases"]) == barcode_vectors.KEPT_CASES
    for text, symbology, source, reading in kept["cases"]:
        told = barcode_vectors.case(text, symbology, Source(source))[3]
        assert told == reading, "run: python -m tests.tablet.barcode_vectors"


def test_the_calibration_label_says_what_the_app_expects() -> None:
    drawn = calibration_label.PICTURE.read_text("utf-8")
    assert drawn == calibration_label.drawn(), "run: python -m tests.tablet.calibration_label"

    (found,) = zxingcpp.read_barcodes(calibration_label.raster(drawn), text_mode=zxingcpp.TextMode.Plain)

    assert found.text == calibration_label.text()
    assert len(set(found.text)) == len(found.text) - 1
    assert found.symbology_identifier == "]d1"


@pytest.mark.parametrize("source", list(Source))
def test_the_readings_cover_what_can_happen(source: Source) -> None:
    told = [
        reading for _, _, one, reading in json.loads(barcode_vectors.KEPT.read_text("utf-8"))["cases"] if one == source
    ]

    assert {reading["status"] for reading in told} == {"identified", "unreadable"}
