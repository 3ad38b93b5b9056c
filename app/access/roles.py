"""The twelve roles a person or a machine may hold at a site."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.kit.texts import Text


class Role(StrEnum):
    """What somebody is trusted to do; rights are role x site."""

    COLLECTION_NURSE = "collection_nurse"
    PHARMACIST = "pharmacist"
    PHARMACY_TECHNICIAN = "pharmacy_technician"
    COORDINATOR = "coordinator"
    NURSE = "nurse"
    PHYSICIAN = "physician"
    BIOLOGIST = "biologist"
    CARRIER = "carrier"
    MANUFACTURER = "manufacturer"
    QUALITY = "quality"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> Text:
        """The name of the role as screens and reports show it."""
        return _LABELS[self]


_LABELS: Final[dict[Role, Text]] = {
    Role.COLLECTION_NURSE: Text("Infirmier de prélèvement", "Collection nurse"),
    Role.PHARMACIST: Text("Pharmacien", "Pharmacist"),
    Role.PHARMACY_TECHNICIAN: Text("Préparateur en pharmacie", "Pharmacy technician"),
    Role.COORDINATOR: Text("Coordinateur de thérapie cellulaire", "Cell therapy coordinator"),
    Role.NURSE: Text("Infirmier", "Nurse"),
    Role.PHYSICIAN: Text("Médecin", "Physician"),
    Role.BIOLOGIST: Text("Biologiste", "Biologist"),
    Role.CARRIER: Text("Transporteur", "Carrier"),
    Role.MANUFACTURER: Text("Fabricant", "Manufacturer"),
    Role.QUALITY: Text("Assurance qualité", "Quality assurance"),
    Role.AUDITOR: Text("Auditeur", "Auditor"),
    Role.ADMIN: Text("Administrateur", "Administrator"),
}

CLINICAL: Final[frozenset[Role]] = frozenset(
    {
        Role.COLLECTION_NURSE,
        Role.PHARMACIST,
        Role.PHARMACY_TECHNICIAN,
        Role.NURSE,
        Role.PHYSICIAN,
        Role.BIOLOGIST,
    }
)
"""Those who have cells or the patient in their hands, at the hospital or the blood service."""
