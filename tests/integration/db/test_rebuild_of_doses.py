"""What labels, counts, legs, syringes and follow-ups wrote is what the ledger says, name by name."""

from __future__ import annotations

from app.barcodes.build import internal
from app.db.rebuild import check
from tests.hospital import Hospital
from tests.house.databases import Database
from tests.integration.api.test_api_doses import CD4, CD8, Dose, drawn, syringe


def _silent(_done: int, _total: int) -> None:
    pass


def test_a_dose_of_syringes_its_labels_and_a_count_fold_back_from_the_ledger(
    hospital: Hospital, database: Database
) -> None:
    dose = Dose.arrived(hospital, "breyanzi", 1, CD8, CD4)
    old, new = (internal("B", f"OLD-{dose.journey.number}"), internal("B", f"NEW-{dose.journey.number}"))
    for label, of, said in ((old, dose.label(1), "kept"), (new, old, "void")):
        symbols = [{"text": of, "role": "bag"}, {"text": label, "role": "label"}]
        hospital.taken("tech1", "labelled", symbols, details={"printed": 1, "used": 1, "void": 0, "old_label": said})
    stated = [{"position": f"D1-T1-R1-B1-P{number}", "symbols": []} for number in range(1, 6)]
    act = hospital.act("counted", [internal("D", "D1")], details={"positions": stated, "scope": "D1-T1-R1-B1"})
    dewars = hospital.get("/api/v1/dewars", "pharm1").json()["items"]
    dewar = next(one["id"] for one in dewars if one["code"] == "D1")
    counted = hospital.post(f"/api/v1/dewars/{dewar}/counts", "tech1", json=act)
    assert counted.status_code == 201, counted.text
    dose.thawed(1)
    assert drawn(dose, 1, 1).status_code == 201
    dose.infused(syringe(dose, 1))
    assert dose.followed(scheme="ASTCT2019", crs={"grade": 1, "temp_mC": 38_500}).status_code == 201

    assert list(check(database.url, hospital.services.keyring, _silent)) == []
