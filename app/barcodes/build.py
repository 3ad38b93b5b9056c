"""Write the texts this room reads, for our labels, the demonstration and the tests; none that would not read back."""

from __future__ import annotations

from app.barcodes.formats.internal import build_internal as internal
from app.barcodes.writers.gs1 import elements, with_check_digit
from app.barcodes.writers.isbt128 import (
    blood_groups,
    coi,
    compound,
    din,
    division,
    mpho_lot,
    mpho_supplement,
    processing_facility,
    processor_product,
    product_code,
    single_european_code,
    typed,
    volume,
)
from app.barcodes.writers.isbt_people import birth_date, donor, patient, registry_donor, staff
from app.barcodes.writers.isbt_times import (
    collected,
    collected_day,
    expiry,
    expiry_day,
    expiry_month,
    flexible,
    produced,
    produced_day,
)
from app.barcodes.writers.sec import sec_text
from app.barcodes.writers.structure import NotASymbolError

__all__ = [
    "NotASymbolError",
    "birth_date",
    "blood_groups",
    "coi",
    "collected",
    "collected_day",
    "compound",
    "din",
    "division",
    "donor",
    "elements",
    "expiry",
    "expiry_day",
    "expiry_month",
    "flexible",
    "internal",
    "mpho_lot",
    "mpho_supplement",
    "patient",
    "processing_facility",
    "processor_product",
    "produced",
    "produced_day",
    "product_code",
    "registry_donor",
    "sec_text",
    "single_european_code",
    "staff",
    "typed",
    "volume",
    "with_check_digit",
]
