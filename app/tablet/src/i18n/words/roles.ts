import type { Words } from "../words.ts";

// What people are, in the status line and wherever a role is named; tests/tablet holds them against the service's own list.
export const ROLES = {
  "role.collection_nurse": { fr: "infirmier de prélèvement", en: "collection nurse" },
  "role.pharmacist": { fr: "pharmacien", en: "pharmacist" },
  "role.pharmacy_technician": { fr: "préparateur", en: "pharmacy technician" },
  "role.coordinator": { fr: "coordinateur", en: "coordinator" },
  "role.nurse": { fr: "infirmier", en: "nurse" },
  "role.physician": { fr: "médecin", en: "physician" },
  "role.biologist": { fr: "biologiste", en: "biologist" },
  "role.carrier": { fr: "transporteur", en: "carrier" },
  "role.manufacturer": { fr: "fabricant", en: "manufacturer" },
  "role.quality": { fr: "qualité", en: "quality" },
  "role.auditor": { fr: "auditeur", en: "auditor" },
  "role.admin": { fr: "administrateur", en: "administrator" },
} as const satisfies Words;
