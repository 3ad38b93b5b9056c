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

CLOCK_FAULTS: Final[Mapping[str, Text]] = {
    "ahead-of-its-reading": Text(
        "L'enregistreur indique des heures postérieures à sa lecture : son horloge ou son fuseau est faux.",
        "The logger tells of times after it was read out: its clock or its time zone is wrong.",
    ),
    "off-by": Text(
        "Les heures du fichier sont décalées de {shift} par rapport au trajet : horloge, date ou fuseau à vérifier.",
        "The file's times are {shift} off the journey: check the clock, the date or the time zone.",
    ),
    "elsewhere": Text(
        "Le fichier ne couvre pas ce trajet : c'est celui d'une autre expédition, ou d'un autre enregistreur.",
        "The file does not cover this journey: it is another shipment's, or another logger's.",
    ),
}
"""What is wrong with a whole file's clock (see ``clock_doubt``)."""

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
