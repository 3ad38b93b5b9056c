import type { Words } from "../words.ts";

// The board as it happens, its views, and alarms.
export const LIVE = {
  "live.on": { fr: "● En direct", en: "● Live" },
  "live.at": { fr: "– à jour à {time}", en: "– up to date at {time}" },
  "live.connecting": { fr: "Connexion au direct…", en: "Going live…" },
  "live.lost": { fr: "PAS EN DIRECT", en: "NOT LIVE" },
  "live.since": { fr: "Ce que vous voyez date de {time}.", en: "What you see is from {time}." },
  "board.view": { fr: "Vue", en: "View" },
  "board.view.coordinator": { fr: "Coordination", en: "Coordination" },
  "board.view.pharmacist": { fr: "Pharmacie", en: "Pharmacy" },
  "board.view.quality": { fr: "Qualité", en: "Quality" },
  "board.search": { fr: "Chercher en scannant", en: "Search by scanning" },
  "board.open": { fr: "En attente de la qualité", en: "Waiting for quality" },
  "board.open.deviation": { fr: "{count:déviation ouverte|déviations ouvertes}", en: "open {count:deviation|deviations}" },
  "board.open.settlement": { fr: "{count:scan|scans} à régler", en: "{count:scan|scans} to settle" },
  "board.open.review": { fr: "{count:revue ouverte|revues ouvertes}", en: "open {count:review|reviews}" },
  "board.cut": {
    fr: "Il y a plus de traitements que ce tableau n'en montre : cherchez en scannant.",
    en: "There are more therapies than this board shows: search by scanning.",
  },
  "dewar.rings": { fr: "EN ALARME", en: "ALARM" },
  "alarm.title": { fr: "ALARMES ({count})", en: "ALARMS ({count})" },
  "alarm.since": { fr: "depuis {since}", en: "since {since}" },
  "alarm.unanswered": { fr: "personne n'a répondu", en: "nobody has answered" },
  "alarm.answered": { fr: "prise en charge", en: "answered" },
  "alarm.over": { fr: "finie", en: "over" },
} as const satisfies Words;
