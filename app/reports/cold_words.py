"""What the members of the report that tell of the cold are called."""

from __future__ import annotations

from typing import Final

COLD_MEMBERS: Final = """
above_limit_s | Durée au-dessus de la limite (s) | Time above the limit (s)
calibration | Étalonnage | Calibration
charged_at | Mise en froid | Charged at
coverage_permille | Couverture (‰) | Coverage (‰)
curve | Courbe | Curve
decided_with | Avec | With
doubt | Pourquoi | Why
evaluations | Évaluations | Evaluations
excursions | Dépassements | Excursions
exposure | Temps hors du froid | Time out of the cold
happened | Événements | Events
hold_until | Tenue du froid jusqu'à | Holds the cold until
least_s | Au moins (s) | At least (s)
limit_s | Limite (s) | Limit (s)
measured_until | Mesuré jusqu'au | Measured until
most_s | Au plus (s) | At most (s)
opinion | Avis du fabricant | Maker's opinion
opinions | Avis du fabricant | Maker's opinion
peak_at | Pic le | Peak at
peak_mC | Pic | Peak
probes | Sondes | Probes
raw_sha256 | Empreinte du fichier d'origine | Digest of the original file
readings | Mesures | Readings
samples | Mesures hors limite | Readings beyond the limit
temperatures | Températures | Temperatures
tolerated | Toléré | Tolerated
unknown | Périodes inconnues | Unknown periods
"""
