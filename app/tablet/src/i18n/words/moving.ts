import type { Text, Words } from "../words.ts";

// A box, a rack or a whole dewar that moves as one act; in the chunk of its screens.
export const MOVING = {
  "move.title": { fr: "Déplacer ensemble", en: "Move together" },
  "move.lead": {
    fr: "Chaque poche est scannée. S'il en manque une, ou s'il y en a une d'ailleurs, rien n'est déplacé.",
    en: "Every bag is scanned. If one is missing, or one from elsewhere is among them, nothing is moved.",
  },
  "move.online": {
    fr: "Possible seulement avec le serveur : sans lui, personne ne sait ce qui doit être là.",
    en: "Possible with the server only: without it nobody knows what should be there.",
  },
  "move.offlineNow": {
    fr: "Le serveur ne répond pas. Vos scans restent à l'écran ; remettez tout au froid et rapprochez-vous du Wi-Fi.",
    en: "The server does not answer. Your scans stay on the screen; put everything back into the cold and move closer to the Wi-Fi.",
  },
  "move.what": { fr: "Que déplacez-vous ?", en: "What do you move?" },
  "move.where": { fr: "Vers où ?", en: "Where to?" },
  "move.whereHelp": {
    fr: "Touchez l'arrivée, ou scannez un emplacement qui s'y trouve.",
    en: "Touch the destination, or scan a position in it.",
  },
  "move.level.0": { fr: "Toute la cuve {code}", en: "The whole dewar {code}" },
  "move.level.1": { fr: "Colonne {code}", en: "Tower {code}" },
  "move.level.2": { fr: "Rack {code}", en: "Rack {code}" },
  "move.level.3": { fr: "Boîte {code}", en: "Box {code}" },
  "move.free": { fr: "{free} {free:libre|libres} sur {all}", en: "{free} of {all} free" },
  "move.nowhere": { fr: "Aucune autre partie de ce genre ici.", en: "There is no other part of this kind here." },
  "move.toScan": { fr: "{count} {count:poche|poches} à scanner", en: "{count} {count:bag|bags} to scan" },
  "move.nothing": { fr: "Rien n'est noté là : il n'y a rien à déplacer.", en: "Nothing is recorded there: there is nothing to move." },
  "move.unknown": { fr: "L'une des deux parties n'existe pas ici.", en: "One of the two parts does not exist here." },
  "move.unlike": { fr: "Les deux parties ne sont pas du même genre, ou l'une est dans l'autre.", en: "The two parts are not of a kind, or one lies in the other." },
  "move.against": {
    fr: "Ne pourra pas y aller ainsi : choisissez une autre arrivée, ou préparez un motif.",
    en: "Cannot go there as it is: choose another destination, or have a reason ready.",
  },
  "move.begin": { fr: "Elle sort du froid : commencer", en: "It leaves the cold: begin" },
  "move.from": { fr: "De {from} vers {to}", en: "From {from} to {to}" },
  "move.out": { fr: "Hors du froid depuis", en: "Out of the cold for" },
  "move.outWas": { fr: "Hors du froid pendant", en: "Was out of the cold for" },
  "move.left": { fr: "La plus juste a encore", en: "The tightest one has" },
  "move.dewar": { fr: "Étiquette de la cuve de départ", en: "Label of the dewar it leaves" },
  "move.otherDewar": { fr: "Ce n'est pas la cuve {code}. Vérifiez où vous êtes.", en: "This is not dewar {code}. Check where you stand." },
  "move.notABag": { fr: "Ce n'est pas une poche. Scannez les poches, une par une.", en: "This is not a bag. Scan the bags, one by one." },
  "move.unreadable": { fr: "Illisible. Essuyez le givre et rescannez la poche.", en: "Unreadable. Wipe the frost and scan the bag again." },
  "move.again": { fr: "Déjà scannée : emplacement {place}.", en: "Scanned already: position {place}." },
  "move.several": { fr: "Plusieurs poches portent ce numéro : scannez aussi l'autre code de la même poche.", en: "Several bags carry this number: scan the other code of the same bag too." },
  "move.notKnownNow": {
    fr: "Sans le serveur, ce code ne dit pas quelle poche c'est. Gardez-la au froid et rescannez-la.",
    en: "Without the server this code does not tell which bag it is. Keep it cold and scan it again.",
  },
  "move.done": { fr: "{done} sur {all}", en: "{done} of {all}" },
  "move.waiting": { fr: "à scanner", en: "to scan" },
  "move.seen": { fr: "scannée", en: "scanned" },
  "move.goes": { fr: "→ {to}", en: "→ {to}" },
  "move.placeless": { fr: "pas de place à l'arrivée", en: "no place there" },
  "move.stranger": { fr: "UNE POCHE D'AILLEURS", en: "A BAG FROM ELSEWHERE" },
  "move.strangerAt": { fr: "Elle est notée à {place}.", en: "It is recorded at {place}." },
  "move.strangerNowhere": { fr: "Elle n'est notée dans aucun stock d'ici.", en: "It is recorded in no stock here." },
  "move.strangerUnknown": { fr: "Ce code ne nomme aucune poche connue.", en: "This code names no bag that is known." },
  "move.strangerHelp": {
    fr: "Laissez-la où elle est, au froid. Si elle était seulement à côté, retirez ce scan. Si elle est vraiment dedans, rien ne peut être déplacé : enregistrez le refus, remettez tout en place et faites l'inventaire.",
    en: "Leave it where it is, in the cold. If it only lay beside, remove this scan. If it really is inside, nothing can be moved: record the refusal, put everything back and make a count.",
  },
  "move.remove": { fr: "Elle était à côté : retirer ce scan", en: "It lay beside: remove this scan" },
  "move.count": { fr: "Faire l'inventaire de {code}", en: "Count {code}" },
  "move.missing": {
    fr: "Il en manque {count}, aux emplacements {places}. Cherchez-les. Une poche introuvable : remettez tout en place et faites l'inventaire.",
    en: "{count} missing, at positions {places}. Look for them. If one cannot be found: put everything back and make a count.",
  },
  "move.back": { fr: "Tout est de nouveau au froid", en: "Everything is in the cold again" },
  "move.backAt": { fr: "De nouveau au froid à {time}", en: "In the cold again at {time}" },
  "move.notBack": { fr: "Pas encore", en: "Not yet" },
  "move.refuse": { fr: "Enregistrer le refus", en: "Record the refusal" },
  "move.restart": { fr: "Tout recommencer", en: "Begin anew" },
  "move.restartSure": { fr: "Oubliez mes scans : recommencer", en: "Forget my scans: begin anew" },
  "move.kept": {
    fr: "Le déplacement est gardé sur la tablette et n'est pas encore enregistré. Ne déplacez rien d'autre ici ; regardez l'écran des cuves quand le réseau est revenu.",
    en: "The move is kept on the tablet and is not recorded yet. Move nothing else here; look at the dewars when the network is back.",
  },
  "move.report": { fr: "Déplacé", en: "Moved" },
  "move.reportBags": { fr: "{count} {count:poche|poches}, de {from} vers {to}", en: "{count} {count:bag|bags}, from {from} to {to}" },
  "move.reportOut": { fr: "Le plus long hors du froid : {time}", en: "Longest out of the cold: {time}" },
  "move.reportDeviations": { fr: "{count} {count:déviation ouverte|déviations ouvertes}.", en: "{count} {count:deviation|deviations} opened." },
  "move.blocked": { fr: "Pourquoi rien n'est déplacé", en: "Why nothing is moved" },
  "move.blockedMissing": { fr: "non scannée", en: "not scanned" },
  "move.blockedScan": { fr: "Scan {number}", en: "Scan {number}" },
  "move.blockedElsewhere": { fr: "une poche d'ailleurs, notée à {place}", en: "a bag from elsewhere, recorded at {place}" },
  "move.blockedUnknown": { fr: "un code qui ne nomme aucune poche", en: "a code that names no bag" },
  "move.blockedUnreadable": { fr: "un code illisible", en: "a code that cannot be read" },

  "against.place-missing": { fr: "pas de telle place à l'arrivée", en: "no such place there" },
  "against.unknown-position": { fr: "place inconnue", en: "unknown place" },
  "against.position-occupied": { fr: "place déjà prise", en: "place is taken" },
  "against.dewar-too-warm": { fr: "cuve pas assez froide pour elle", en: "dewar not cold enough for it" },
  "against.dewar-too-warm-unconfirmed": { fr: "limite de cette poche à confirmer", en: "its limit is to be confirmed" },
  "against.dewar-not-qualified": { fr: "cuve non qualifiée", en: "dewar not qualified" },
  "against.unknown-profile": { fr: "produit sans profil signé", en: "product without a signed profile" },
  "against.position-reserved": { fr: "place réservée à d'autres poches", en: "place is kept for other bags" },
  "against.segregation-infectious": { fr: "à garder avec les poches infectieuses", en: "to be kept with infectious bags" },
  "against.segregation-asked": { fr: "a une zone à elle", en: "has a zone of its own" },
  "against.split-storage": { fr: "toutes les poches d'un patient dans une seule cuve", en: "all bags of a patient in one dewar" },
} as const satisfies Words;

export type MovingKey = keyof typeof MOVING;

/** What stands against a bag, in a few words; the code where it is newer than this app. */
export function againstOf(code: string): Text {
  const key = `against.${code}`;
  return key in MOVING ? MOVING[key as MovingKey] : { fr: code, en: code };
}
