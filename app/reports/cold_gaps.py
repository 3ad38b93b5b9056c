"""The gaps of the cold: what nobody measured, what was too warm, and what nobody has decided on."""

from __future__ import annotations

from typing import Final

from app.reports.gap_kind import MISSING, UNVERIFIED, Kind, gap_kind

COLD_KINDS: Final[tuple[Kind, ...]] = (
    gap_kind(
        "transport-temperature-unknown",
        MISSING,
        "transport_temperature",
        "Aucune courbe de ce transport n'a été évaluée : la température est inconnue.",
        "No curve of this journey was evaluated: the temperature is unknown.",
    ),
    gap_kind(
        "temperature-excursion",
        UNVERIFIED,
        "transport_temperature",
        "La température a dépassé la limite pendant {seconds} s.",
        "The temperature was above the limit for {seconds} s.",
    ),
    gap_kind(
        "temperature-partly-unknown",
        MISSING,
        "transport_temperature",
        "La température n'est connue que pendant {known} % de cette période : {doubts}",
        "The temperature is known for {known} % of this period only: {doubts}",
    ),
    gap_kind(
        "hold-time-passed",
        UNVERIFIED,
        "transport_temperature",
        "Le conteneur ne tenait le froid que jusqu'au {hold_until} : seule la courbe dit ce qu'il en fut ensuite.",
        "The shipper held the cold until {hold_until} only: what came after is told by the curve alone.",
    ),
    gap_kind(
        "excursion-undecided",
        UNVERIFIED,
        "transport_temperature",
        "Une excursion de température n'a pas encore fait l'objet d'une décision pour cette poche.",
        "A temperature excursion was not decided on yet for this bag.",
    ),
    gap_kind(
        "storage-temperature-unknown",
        MISSING,
        "storage",
        "Aucune mesure de la cuve n'a été évaluée pour ce séjour : la température est inconnue.",
        "No reading of the dewar was evaluated for this stay: the temperature is unknown.",
    ),
    gap_kind(
        "exposure-unmeasured",
        UNVERIFIED,
        "storage",
        "Le temps passé hors du froid n'est connu que par ce qui a été déclaré ({seconds} s).",
        "The time out of the cold is known only by what was stated ({seconds} s).",
    ),
)
