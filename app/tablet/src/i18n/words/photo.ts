import type { Words } from "../words.ts";

// Photographs of an act.
export const PHOTO = {
  "photo.title": { fr: "Photos", en: "Photographs" },
  "photo.take": { fr: "Prendre une photo", en: "Take a photograph" },
  "photo.number": { fr: "Photo {number}", en: "Photograph {number}" },
  "photo.remove": { fr: "Enlever la photo {number}", en: "Remove photograph {number}" },
  "photo.failed": { fr: "Cette photo n'a pas pu être prise. Recommencez.", en: "This photograph could not be taken. Try again." },
  "photo.show": { fr: "Voir la photo ({step})", en: "Show the photograph ({step})" },
  "photo.of": { fr: "Photo prise à l'étape « {step} »", en: "Photograph taken at the step “{step}”" },
  "photo.awaited": { fr: "Photo ({step}) : encore sur la tablette", en: "Photograph ({step}): still on the tablet" },
  "photo.erased": { fr: "Photo ({step}) : effacée", en: "Photograph ({step}): erased" },
} as const satisfies Words;
