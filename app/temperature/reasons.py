"""Why something about the cold is not known, or not believed: codes that never change, and their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from app.kit.texts import Text

Doubt: TypeAlias = Literal[
    "no-readings",
    "starts-late",
    "ends-early",
    "gap",
    "missing",
    "sensor_error",
    "pre_start",
    "post_stop",
    "flat",
    "jump",
    "conflict",
    "clock-backwards",
    "clock-doubtful",
    "probes-disagree",
    "file-incomplete",
]

DOUBTS: Final[Mapping[Doubt, Text]] = {
    "no-readings": Text("Aucune mesure sur la période.", "No reading in the period."),
    "starts-late": Text(
        "L'enregistrement commence après le début de la période.", "The recording begins after the period does."
    ),
    "ends-early": Text(
        "L'enregistrement s'arrête avant la fin de la période.", "The recording ends before the period does."
    ),
    "gap": Text("Mesures trop espacées.", "Readings too far apart."),
    "missing": Text("Mesure manquante.", "Missing reading."),
    "sensor_error": Text("Erreur du capteur.", "Sensor error."),
    "pre_start": Text("Mesure d'avant le démarrage de l'enregistreur.", "Reading from before the logger's start."),
    "post_stop": Text("Mesure d'après l'arrêt de l'enregistreur.", "Reading from after the logger's stop."),
    "flat": Text("Valeur figée : capteur bloqué ou débranché.", "Unchanging value: the sensor is stuck or unplugged."),
    "jump": Text("Saut impossible entre deux mesures.", "Impossible jump between two readings."),
    "conflict": Text("Deux valeurs différentes au même instant.", "Two different values at one instant."),
    "clock-backwards": Text("L'horloge de l'enregistreur est revenue en arrière.", "The logger's clock stepped back."),
    "clock-doubtful": Text(
        "L'horloge ou le fuseau de l'enregistreur est douteux.", "The logger's clock or its time zone is doubtful."
    ),
    "probes-disagree": Text("Deux sondes se contredisent.", "Two probes disagree."),
    "file-incomplete": Text("Fichier incomplet.", "The file is incomplete."),
}
