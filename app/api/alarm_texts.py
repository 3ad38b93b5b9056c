"""What a person hears whose alarm plan, test or contact was not recorded."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

ALARM_PROBLEMS: dict[str, Problem] = {
    "alarm-rule-invalid": problem_kind(
        422,
        ("Plan d’alarme invalide", "Alarm plan not valid"),
        (
            "Le plan d’alarme ne peut pas être suivi ({detail}) ; rien n’a été enregistré. Corrigez-le.",
            "The alarm plan cannot be followed ({detail}); nothing was recorded. Correct it.",
        ),
    ),
    "alarm-reason-missing": problem_kind(
        422,
        ("Motif manquant", "Reason missing"),
        (
            "Vous désactivez une alarme ({detail}) : dites pourquoi. Une alarme grave s’ouvre et restreint la cuve.",
            "You switch an alarm off ({detail}): say why. A grave alarm is raised and restricts the dewar.",
        ),
    ),
    "alarm-address-invalid": problem_kind(
        422,
        ("Adresse invalide", "Address not valid"),
        (
            "Cette adresse ne convient pas à ce canal : adresse e-mail, URL https ou numéro international (+33…).",
            "This address does not suit this channel: e-mail address, https URL or international number (+33…).",
        ),
    ),
    "happened-in-future": problem_kind(
        422,
        ("Heure dans le futur", "Time in the future"),
        (
            "L’heure indiquée est dans le futur ; rien n’a été enregistré. Corrigez-la.",
            "The stated time lies in the future; nothing was recorded. Correct it.",
        ),
    ),
    "dewar-zone-invalid": problem_kind(
        422,
        ("Zone invalide", "Zone not valid"),
        (
            "Cette zone n’est pas possible ({detail}) ; rien n’a été enregistré.",
            "This zone is not possible ({detail}); nothing was recorded.",
        ),
    ),
    "dewar-in-use": problem_kind(
        409,
        ("Cuve occupée", "Dewar in use"),
        (
            "Poches qui ne pourraient y rester : {detail}. Déplacez-les d’abord ; rien n’a été enregistré.",
            "Bags that could not stay in it: {detail}. Move them first; nothing was recorded.",
        ),
    ),
    "dewar-retired": problem_kind(
        409,
        ("Cuve retirée", "Dewar retired"),
        (
            "La cuve {detail} est retirée ; rien n’a été enregistré. Enregistrez une nouvelle cuve.",
            "The dewar {detail} is retired; nothing was recorded. Register a new dewar.",
        ),
    ),
    "fill-level-invalid": problem_kind(
        422,
        ("Niveau impossible", "Level not possible"),
        (
            "Le niveau après remplissage est plus bas qu’avant ; rien n’a été enregistré. Relisez la jauge.",
            "The level after filling is below the one before; nothing was recorded. Read the gauge again.",
        ),
    ),
    "upkeep-probe": problem_kind(
        422,
        ("Sonde", "Probe"),
        (
            "Un étalonnage nomme sa sonde, et rien d’autre n’en nomme une ; rien n’a été enregistré.",
            "A calibration names its probe, and nothing else names one; nothing was recorded.",
        ),
    ),
}
