/* What the page says, in French and in English; {0}, {1} … are what the step found. */

const SENTENCES = {
  "policy-own": ["La politique est la vôtre.", "The policy is yours."],
  "policy-embedded": [
    "Les clés viennent du dossier lui-même. Donnez une politique reçue par une autre voie.",
    "The keys come from the file itself. Give a policy that reached you another way.",
  ],
  "map-key-false": ["La clé dans la carte n'est pas celle de cette poche.", "The key in the map is not the one of this bag."],
  "subject-untold": ["Rien ne dit de quelle poche il s'agit.", "Nothing says which bag this is."],
  "subject-other": ["Ces preuves concernent une autre poche.", "This evidence is about another bag."],
  "subject-own": ["Il s'agit de {0}.", "This is {0}."],
  "note-malformed": ["Ce texte n'est pas une note signée.", "This text is not a signed note."],
  "checkpoint-malformed": ["Le point de contrôle est mal formé.", "The checkpoint is malformed."],
  "signature-false": ["La signature de {0} est fausse.", "The signature of {0} is false."],
  "log-unsigned": ["Aucune clé de la politique n'a signé au nom de {0}.", "No key of the policy signed in the name of {0}."],
  "head-other": [
    "La taille ou la racine n'est pas celle du point de contrôle signé.",
    "The size or the root is not the one of the signed checkpoint.",
  ],
  signed: ["{0} a signé {1} entrées.", "{0} signed {1} entries."],
  "signed-unchecked": [
    "La seule signature de {0} est en ML-DSA-44, que ce navigateur ne sait pas contrôler.",
    "The only signature of {0} is ML-DSA-44, which this browser cannot check.",
  ],
  needs: ["Pas contrôlé : l'étape {0} n'a pas abouti.", "Not checked: step {0} did not succeed."],
  "quorum-missing": ["Il manque des témoins : le quorum n'est pas atteint.", "Witnesses are missing: the quorum is not reached."],
  "quorum-none": ["La politique ne demande aucun témoin.", "The policy asks for no witness."],
  "quorum-met": ["Quorum atteint ; témoins : {0}.", "Quorum reached; witnesses: {0}."],
  "quorum-unchecked": [
    "Tout dépend de signatures ML-DSA-44 que ce navigateur ne sait pas contrôler ({0}). Utilisez « givre verify ».",
    "It depends on ML-DSA-44 signatures that this browser cannot check ({0}). Use “givre verify”.",
  ],
  "replay-unasked": [
    "La politique ne demande aucun témoin qui rejoue le journal : que rien ne manque repose sur l'exploitant.",
    "The policy asks for no witness that replays the log: that nothing is missing relies on the operator.",
  ],
  "replay-missing": ["Aucun témoin du groupe « completeness » n'a rejoué toutes les entrées.", "No witness of the group “completeness” replayed all entries."],
  "replay-met": ["Un témoin indépendant a rejoué toutes les entrées.", "An independent witness replayed all entries."],
  "age-unasked": ["Dernière cosignature : {0} ; aucune limite d'âge n'est fixée.", "Newest cosignature: {0}; no limit of age is set."],
  "age-stale": ["Dernière cosignature : {0}. Demandez un dossier plus récent.", "Newest cosignature: {0}. Ask for a newer file."],
  "age-met": ["Dernière cosignature : {0}.", "Newest cosignature: {0}."],
  "old-untold": ["Aucun point de contrôle antérieur n'est donné.", "No earlier checkpoint is given."],
  "old-other": [
    "Rien ne prouve que le journal antérieur de {0} entrées soit le début de celui-ci.",
    "Nothing proves that the earlier log of {0} entries is the beginning of this one.",
  ],
  "old-half": ["Un point de contrôle antérieur et sa preuve vont ensemble.", "An earlier checkpoint and its proof go together."],
  "old-met": ["Le journal antérieur de {0} entrées est le début de celui-ci.", "The earlier log of {0} entries is the beginning of this one."],
  "heads-malformed": [
    "La dernière entrée ne couvre pas tout ce qui la précède.",
    "The last entry does not cover all that stands before it.",
  ],
  "heads-absent": ["La carte des têtes n'est pas la dernière entrée du journal.", "The map of heads is not the last entry of the log."],
  "shared-false": [
    "Ces entrées, à ces places, ne donnent pas la racine signée.",
    "These entries, at these places, do not make the signed root.",
  ],
  "heads-met": ["La carte des têtes est la dernière entrée du journal.", "The map of heads is the last entry of the log."],
  "map-false": [
    "La preuve ne mène pas de la poche à la racine de la carte.",
    "The proof does not lead from the bag to the root of the map.",
  ],
  "map-met": ["La carte compte {0} événements pour cette poche.", "The map counts {0} events for this bag."],
  "events-count": ["Le dossier montre {0} événements et la carte en compte {1}.", "The file shows {0} events and the map counts {1}."],
  "event-malformed": [
    "L'événement {0} n'est pas une entrée canonique de cette poche.",
    "Event {0} is no canonical entry of this bag.",
  ],
  "event-unchained": ["L'événement {0} ne suit pas celui qui le précède.", "Event {0} does not follow the one before it."],
  "event-absent": ["L'événement {0} n'est pas à sa place dans le journal.", "Event {0} is not at its place in the log."],
  "events-met": ["Les {0} événements se suivent et sont dans le journal.", "The {0} events follow each other and are in the log."],
  "last-other": ["Le dernier événement n'est pas celui de la carte.", "The last event is not the one of the map."],
  "last-met": ["Le dernier événement est celui de la carte.", "The last event is the one of the map."],
  "body-false": [
    "Le contenu de l'événement {0} n'est pas celui qui a été enregistré.",
    "The content of event {0} is not the one that was recorded.",
  ],
  "bodies-some": [
    "Les contenus montrés sont ceux enregistrés ; effacés : {0} ; non montrés : {1}.",
    "The contents shown are those recorded; erased: {0}; not shown: {1}.",
  ],
  "bodies-met": ["Tous les contenus sont ceux qui ont été enregistrés.", "All contents are those that were recorded."],
  "stamps-unasked": [
    "{0} horodatages sont joints ; leur signature n'est pas contrôlée ici : « givre verify --tsa-certificate ».",
    "{0} time stamps are enclosed; their signature is not checked here: “givre verify --tsa-certificate”.",
  ],
  "times-untold": ["Aucune cosignature ne porte d'heure.", "No cosignature states a time."],
  "times-odd": [
    "Heure en désaccord avec les témoins, ou saisie tardive : {0}.",
    "Time at odds with the witnesses, or entered late: {0}.",
  ],
  "times-met": ["Les heures concordent avec celles des témoins.", "The times agree with those of the witnesses."],
  "held-untold": ["Vous n'avez donné ni reçu ni dossier antérieur.", "You gave no receipt and no earlier file."],
  "held-other": [
    "L'événement {0} n'est pas celui de votre reçu ou de votre dossier antérieur.",
    "Event {0} is not the one of your receipt or of your earlier file.",
  ],
  "held-foreign": [
    "Un reçu ou dossier donné n'est pas signé par la clé donnée, ou concerne une autre poche.",
    "A receipt or file you gave is not signed by the key given, or is about another bag.",
  ],
  "held-met": ["Vos reçus et dossiers antérieurs s'y retrouvent inchangés.", "Your receipts and earlier files are found unchanged."],
  "report-altered": [
    "Le rapport a été modifié : son empreinte n'est pas celle de son sceau.",
    "The report was altered: its digest is not the one of its seal.",
  ],
  "report-other": [
    "La piste d'audit ou le point de contrôle du rapport n'est pas celui des preuves.",
    "The report's audit trail or checkpoint is not the one of the evidence.",
  ],
  "report-unsigned": [
    "La piste d'audit est celle des preuves. Qui répond des rubriques : donnez la clé des reçus (« Autres contrôles »).",
    "The audit trail is the one of the evidence. Who answers for the sections: give the receipts' key (“Further checks”).",
  ],
  "report-signed": [
    "La piste d'audit est celle des preuves, et {0} répond des rubriques.",
    "The audit trail is the one of the evidence, and {0} answers for the sections.",
  ],
  "report-false": ["Le sceau du rapport n'est pas signé par la clé donnée.", "The seal of the report is not signed by the key given."],
  "pages-untold": [
    "Les pages ne sont pas comparées : seul le rapport joint fait foi. Au bas de chaque page doit se lire {0}.",
    "The pages are not compared: only the attached report counts. At the foot of each page must stand {0}.",
  ],
  unreadable: ["Illisible : {0}", "Unreadable: {0}"],
};

const STEP_NAMES = {
  file: ["Le fichier se lit", "The file can be read"],
  policy: ["Clés de confiance", "Trusted keys"],
  subject: ["De quelle poche il s'agit", "Which bag it is"],
  checkpoint: ["Signature du journal", "Signature of the log"],
  quorum: ["Témoins", "Witnesses"],
  replayed: ["Journal rejoué par un tiers", "Log replayed by a third party"],
  freshness: ["Fraîcheur", "Freshness"],
  consistency: ["Suite du journal déjà connu", "Continues the log known before"],
  heads: ["Carte des têtes", "Map of heads"],
  map: ["Nombre d'événements de la poche", "Number of the bag's events"],
  events: ["Suite complète des événements", "Whole chain of events"],
  last: ["Dernier événement", "Last event"],
  bodies: ["Contenus", "Contents"],
  stamps: ["Horodatages", "Time stamps"],
  times: ["Heures", "Times"],
  held: ["Vos reçus et dossiers antérieurs", "Your receipts and earlier files"],
  report: ["Rubriques du rapport", "Sections of the report"],
  pages: ["Pages imprimées", "Printed pages"],
};

const STATUS = {
  ok: ["✓", "réussi", "passed"],
  failed: ["✗", "échec", "failed"],
  stale: ["⧗", "périmé", "stale"],
  "not-checked": ["○", "non contrôlé", "not checked"],
  flagged: ["!", "à examiner", "to examine"],
};

const VERDICTS = {
  valid: [
    "✓",
    ["Valide", "Ce qui est montré est ce que tient le journal : rien n'a été changé, ajouté, ni retiré."],
    ["Valid", "What is shown is what the log holds: nothing was changed, added or taken away."],
  ],
  // Valid too, and nobody but the operator answers for it that the log's own map of heads is true.
  "valid-operator": [
    "✓",
    ["Valide", "Ce qui est montré n'a pas été changé. Que rien ne manque repose sur l'exploitant : voir « Ce qui n'est pas prouvé »."],
    ["Valid", "What is shown was not changed. That nothing is missing relies on the operator: see “What is not proven”."],
  ],
  stale: [
    "⧗",
    ["Périmé", "Tout concorde, mais personne n'en a répondu récemment. Demandez un dossier plus récent."],
    ["Stale", "Everything agrees, but nobody has vouched for it lately. Ask for a newer file."],
  ],
  unanchored: [
    "?",
    ["Non ancré", "Tout concorde, mais selon les clés du dossier lui-même : n'importe qui a pu les faire. Donnez la politique reçue par une autre voie."],
    ["Unanchored", "Everything agrees, but under keys named in the file itself, which anybody could have made. Give a policy that reached you another way."],
  ],
  incomplete: [
    "?",
    ["Incomplet", "Ce que ce navigateur sait contrôler concorde, mais une signature décisive (ML-DSA-44) lui échappe. Utilisez « givre verify »."],
    ["Incomplete", "What this browser can check agrees, but a signature that decides (ML-DSA-44) is beyond it. Use “givre verify”."],
  ],
  invalid: [
    "✗",
    ["Invalide", "Ce dossier ne prouve pas ce qu'il montre. Ne vous y fiez pas ; gardez-le et prévenez l'assurance qualité."],
    ["Invalid", "This file does not prove what it shows. Do not rely on it; keep it and tell quality assurance."],
  ],
  unreadable: [
    "✗",
    ["Illisible", "Ce fichier n'est pas un dossier de preuves, ou il est abîmé. Rien n'est dit de ce qu'il affirme."],
    ["Unreadable", "This file is no evidence file, or it is damaged. Nothing is said about what it claims."],
  ],
};

const CAVEATS = {
  operator: [
    "Que rien ne manque (exhaustivité) repose sur l'exploitant du journal : aucun témoin n'a rejoué toutes les entrées.",
    "That nothing is missing (completeness relies on the operator): no witness replayed all entries of the log.",
  ],
  alone: [
    "Aucun témoin indépendant n'a cosigné : l'exploitant aurait pu montrer un autre journal à quelqu'un d'autre.",
    "No independent witness cosigned: the operator could have shown another log to somebody else.",
  ],
  age: ["L'âge du dossier n'a pas été limité : un plus récent peut en dire davantage.", "The file's age was not limited: a newer one may say more."],
  earlier: [
    "Rien n'a été comparé à un point de contrôle que vous tiendriez d'une visite antérieure.",
    "Nothing was compared with a checkpoint that you hold from an earlier visit.",
  ],
  withheld: ["Les contenus non montrés ou effacés ne sont pas connus ici : {0}.", "Contents that are not shown or were erased are not known here: {0}."],
  sections: [
    "Les rubriques du rapport sont un récit ; les preuves sont les événements ci-dessous. La signature du sceau n'a pas été contrôlée.",
    "The sections of the report are a telling; what is proven are the events below. The signature of the seal was not checked.",
  ],
  pages: [
    "Les pages du PDF ne sont qu'une image du fichier joint : lui seul fait foi. L'empreinte imprimée au bas des pages doit être {0} ; « givre verify » compare les pages octet pour octet.",
    "The pages of the PDF are only a picture of the attached file: that alone counts. The digest printed at their foot must be {0}; “givre verify” compares the pages byte for byte.",
  ],
  never: [
    "Un fait jamais enregistré, ou enregistré faux, ne se voit dans aucun journal.",
    "What was never recorded, or was recorded wrongly, shows in no log.",
  ],
};

/** The sentence of a tag in the language (0: French, 1: English), with what it names. */
function sentence(table, tag, language, told = []) {
  const said = table[tag][language].replace(/\{(\d)\}/g, (_, at) => String(told[Number(at)]));
  // French sets its signs apart, and never at the beginning of a line.
  return language === 0 ? said.replace(/« | »| (?=[:;?!])/g, (sign) => sign.replace(" ", "\u00a0")) : said;
}

export { CAVEATS, sentence, SENTENCES, STATUS, STEP_NAMES, VERDICTS };
