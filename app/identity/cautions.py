"""What whoever stands before a patient is told about the identity on record, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.identity.status import Status
from app.kit.texts import Text

CAUTIONS: dict[str, Text] = {
    "homonym": Text(
        "Un autre patient porte un nom proche. Faites dire le nom et la date de naissance, et comparez l'IPP.",
        "Another patient has a similar name. Have name and date of birth said aloud, and compare the patient number.",
    ),
    "identity-provisional": Text(
        "L'identité est provisoire : elle ne vient pas, ou pas entièrement, du serveur d'identités.",
        "The identity is provisional: it does not come, or not wholly, from the identity server.",
    ),
    "identity-doubtful": Text(
        "L'identité de ce patient est signalée comme douteuse ou fictive. Appelez l'identitovigilance.",
        "This patient's identity is marked as doubtful or fictitious. Call identity vigilance.",
    ),
    "identity-merged": Text(
        "Deux dossiers de ce patient ont été réunis : comparez le bracelet et les étiquettes.",
        "Two records of this patient were merged: compare wristband and labels.",
    ),
}


def cautions_of(patient: Mapping[str, Any]) -> list[str]:
    """Return the codes that hold for a patient's record, in the order of the table."""
    holds = {
        "homonym": bool(patient.get("homonyms")),
        "identity-provisional": patient["status"] != Status.QUALIFIED,
        "identity-doubtful": patient.get("attribute") is not None,
        "identity-merged": bool(patient.get("merged")),
    }
    return [code for code in CAUTIONS if holds[code]]
