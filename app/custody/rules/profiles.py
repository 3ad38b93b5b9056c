"""Nothing begins under rules that no pharmacist stands behind."""

from __future__ import annotations

from app.custody.rules.rungs import PHARMACIST, PHYSICIAN, never, senior
from app.custody.verdict import Rule
from app.kit.texts import Text

PROFILES: tuple[Rule, ...] = (
    never(
        "profile-unsigned",
        Text("Profil produit non signé", "Product profile not signed"),
        Text(
            "Aucun profil de {product} n'est signé dans votre établissement. "
            "Faites signer le profil en attente par le pharmacien, puis recommencez.",
            "No profile of {product} is signed in your establishment. "
            "Have the pharmacist sign the waiting profile, then try again.",
        ),
    ),
    never(
        "profile-withdrawn",
        Text("PROFIL PRODUIT RETIRÉ", "PRODUCT PROFILE WITHDRAWN"),
        Text(
            "Le profil de {product} a été retiré. N'inscrivez pas et ne décongelez pas : appelez le pharmacien.",
            "The profile of {product} was withdrawn. Do not enrol and do not thaw: call the pharmacist.",
        ),
    ),
    senior(
        "limit-tightened",
        Text("Limite de conservation abaissée", "Storage limit lowered"),
        Text(
            "Depuis la sortie de la poche, la limite de conservation est passée de {before} °C à {limit} °C. "
            "Ne décongelez pas : appelez le pharmacien et le médecin.",
            "Since the bag was retrieved, the storage limit went from {before} °C to {limit} °C. "
            "Do not thaw: call the pharmacist and the physician.",
        ),
        PHARMACIST,
        PHYSICIAN,
    ),
)
