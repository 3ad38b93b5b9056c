import type { Words } from "../words.ts";

// Calibrating the scanner of a tablet.
export const SCANNER = {
  "scanner.title": { fr: "Lecteur de cette tablette", en: "This tablet's scanner" },
  "scanner.open": { fr: "Régler le lecteur", en: "Set up the scanner" },
  "scanner.lead": {
    fr: "Un lecteur tape comme un clavier, et chaque clavier le comprend autrement. Un seul scan de l'étiquette de réglage apprend à cette tablette comment lire le sien. À refaire si l'on change de lecteur.",
    en: "A scanner types like a keyboard, and each keyboard understands it otherwise. One scan of the calibration label teaches this tablet to read its own. Do it again when the scanner changes.",
  },
  "scanner.unknown": { fr: "Pas encore réglé : toutes les dispositions de clavier sont essayées.", en: "Not set up yet: every keyboard layout is tried." },
  "scanner.byPlace": { fr: "Réglé : la place des touches est transmise.", en: "Set up: the keys' places arrive." },
  "scanner.byMap": { fr: "Réglé : la table de ce lecteur est connue.", en: "Set up: this scanner's own table is known." },
  "scanner.separates": { fr: "Le séparateur GS1 arrive.", en: "The GS1 separator arrives." },
  "scanner.noSeparator": {
    fr: "Le séparateur GS1 n'arrive pas : les étiquettes GS1 qui en ont besoin seront refusées.",
    en: "The GS1 separator does not arrive: GS1 labels that need it will be refused.",
  },
  "scanner.aim": { fr: "Le lecteur nomme le type de code.", en: "The scanner names the kind of barcode." },
  "scanner.begin": { fr: "Commencer", en: "Begin" },
  "scanner.again": { fr: "Recommencer", en: "Again" },
  "scanner.scanNow": { fr: "Scannez cette étiquette, à l'écran ou imprimée :", en: "Scan this label, on the screen or printed:" },
  "scanner.label": { fr: "Étiquette de réglage", en: "Calibration label" },
  "scanner.done": { fr: "Réglé, et gardé sur cette tablette.", en: "Set up, and kept on this tablet." },
  "scanner.notWhole": { fr: "Ce n'était pas l'étiquette de réglage entière. Recommencez.", en: "That was not the whole calibration label. Try again." },
  "scanner.confused": {
    fr: "Ce lecteur et ce clavier se confondent. Réglez le lecteur sur « clavier américain », puis recommencez.",
    en: "This scanner and this keyboard are at odds. Set the scanner to “US keyboard”, then try again.",
  },
  "scanner.forget": { fr: "Oublier le réglage", en: "Forget it" },
} as const satisfies Words;
