"""The problems that are ours: nobody who calls can do anything about them but try again and tell."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

_DEFECT = (
    "Une erreur interne est survenue ; rien n'a été enregistré. Réessayez, puis appelez l'administrateur.",
    "An internal error occurred; nothing was recorded. Try again, then call the administrator.",
)

DEFECTS: dict[str, Problem] = {
    "label-unreadable": problem_kind(500, ("Étiquette non relue", "Label does not read back"), _DEFECT),
    "vault-unreadable": problem_kind(500, ("Coffre illisible", "Vault not readable"), _DEFECT),
    "stored-secret-unreadable": problem_kind(500, ("Secret illisible", "Stored secret not readable"), _DEFECT),
    "ledger-malformed-entry": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-commitment": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-verifier-key": problem_kind(500, ("Clé illisible", "Key not readable"), _DEFECT),
    "ledger-note-malformed": problem_kind(500, ("Signature illisible", "Signature not readable"), _DEFECT),
    "ledger-note-unverified": problem_kind(500, ("Signature non vérifiée", "Signature not verified"), _DEFECT),
    "ledger-receipt-malformed": problem_kind(500, ("Reçu illisible", "Receipt not readable"), _DEFECT),
    "ledger-tree": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-tile": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-head-map": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-sequencing": problem_kind(500, ("Registre illisible", "Ledger not readable"), _DEFECT),
    "ledger-checkpoint": problem_kind(500, ("Point de contrôle illisible", "Checkpoint not readable"), _DEFECT),
    "ledger-evidence": problem_kind(500, ("Preuve illisible", "Evidence not readable"), _DEFECT),
    "ledger-proof-text": problem_kind(500, ("Preuve illisible", "Proof not readable"), _DEFECT),
    "ledger-policy": problem_kind(500, ("Politique illisible", "Policy not readable"), _DEFECT),
    "blob-missing": problem_kind(500, ("Original absent", "Original missing"), _DEFECT),
    "blob-damaged": problem_kind(500, ("Original endommagé", "Original damaged"), _DEFECT),
    "temperature-chunk-damaged": problem_kind(500, ("Mesures illisibles", "Readings not readable"), _DEFECT),
    "keys-missing": problem_kind(500, ("Clés absentes", "Keys missing"), _DEFECT),
    "internal-error": problem_kind(500, ("Erreur interne", "Internal error"), _DEFECT),
}
"""Code → problem, each a 500."""
