"""What a person hears whose temperature file could not be read, or was not recorded."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

COLD_PROBLEMS: dict[str, Problem] = {
    "temperature-file-unreadable": problem_kind(
        422,
        ("Fichier de température illisible", "Temperature file not readable"),
        (
            "{detail} Rien n'a été enregistré ; corrigez, puis envoyez le fichier de nouveau.",
            "{detail} Nothing was recorded; correct this, then send the file again.",
        ),
    ),
    "temperature-mapping-invalid": problem_kind(
        422,
        ("Description du fichier invalide", "File description not valid"),
        (
            "La description des colonnes ne peut pas être suivie ({detail}) ; rien n'a été enregistré. Corrigez-la.",
            "The description of the columns cannot be followed ({detail}); nothing was recorded. Correct it.",
        ),
    ),
    "temperature-file-known": problem_kind(
        409,
        ("Fichier déjà enregistré", "File recorded already"),
        (
            "Ce même fichier est déjà joint à une expédition. Vérifiez que c'est celui de ce trajet.",
            "This very file is attached to a shipment already. Check that it is the one of this journey.",
        ),
    ),
    "temperature-file-outdated": problem_kind(
        503,
        ("Non enregistré", "Not recorded"),
        (
            "Une poche a été scannée pendant la lecture du fichier ; rien n'a été enregistré. Renvoyez le fichier.",
            "A bag was scanned while the file was read; nothing was recorded. Send the file again.",
        ),
    ),
    "shipper-record-invalid": problem_kind(
        422,
        ("Enregistrement du conteneur invalide", "Shipper record not valid"),
        (
            "Ce relevé ne convient pas à ce conteneur ({detail}) ; rien n'a été enregistré. Vérifiez-le.",
            "This record does not fit this shipper ({detail}); nothing was recorded. Check what was stated.",
        ),
    ),
    "probe-refused": problem_kind(
        401,
        ("Sonde non reconnue", "Probe not recognised"),
        (
            "Ces mesures ne viennent pas d'une sonde de cette cuve : écartées, et consignées. Vérifiez la sonde.",
            "These readings come from no probe of this dewar: dropped, and put on record. Check the probe.",
        ),
    ),
    "readings-unreadable": problem_kind(
        422,
        ("Mesures illisibles", "Readings not readable"),
        (
            "Aucune mesure utilisable ({detail}) ; rien n'a été enregistré. Vérifiez le format et l'horloge.",
            "No usable reading ({detail}); nothing was recorded. Check the format and the probe's clock.",
        ),
    ),
    "telemetry-outdated": problem_kind(
        503,
        ("Non enregistré", "Not recorded"),
        (
            "Une poche a été déplacée pendant l'examen des mesures ; elles seront examinées de nouveau.",
            "A bag was moved while the readings were judged; they will be judged again.",
        ),
    ),
    "blob-too-large": problem_kind(
        413,
        ("Fichier trop volumineux", "File too large"),
        (
            "Le fichier dépasse la taille admise ; rien n'a été enregistré. Exportez une période plus courte.",
            "The file exceeds the admitted size; nothing was recorded. Export a shorter period.",
        ),
    ),
}
