/* The page around the verifier: takes files, shows each step, the verdict, the bag's history, and what is not proven. */

import { missing, verify } from "./verifier.js";
import { CAVEATS, sentence, SENTENCES, STATUS, STEP_NAMES, VERDICTS } from "./sentences.js";

const WORDS = JSON.parse(document.getElementById("words").textContent);
const SAVED = document.documentElement.dataset.saved === "true"; // the single file, without a server
const GOOD = new Set(["valid"]);
const BAD = new Set(["invalid", "unreadable"]);

const ENGLISH = {
  title: "Verify an evidence file",
  lead: "Everything happens in this browser, offline too: no file is sent anywhere.",
  files: "Files",
  evidence: "File to verify: report or evidence, PDF or JSON",
  drop: "Choose it, or drop all your files here at once.",
  policy: "Policy: the keys that you trust",
  "policy-hint": "Received another way than the file. Without it the result stays “unanchored”.",
  checkpoint: "Checkpoint of an earlier visit (optional)",
  options: "Further checks",
  age: "Oldest cosignature you accept",
  "age-none": "no limit",
  "age-hour": "one hour",
  "age-day": "one day",
  "age-week": "one week",
  "age-month": "thirty days",
  earlier: "Earlier files about the same bag",
  receipts: "Receipts that you hold",
  "receipt-key": "Key of the log's receipts",
  steps: "Checks, in their order",
  caveats: "What is not proven",
  history: "What happened",
  facts: "Fingerprints and log",
  save: "Save this page as one file",
  "save-hint": "to verify later, without this server.",
  second: "Second, independent verification: the command “givre verify”.",
};

/* What the script itself writes: French, English. */
const SPOKEN = {
  title: ["Givre – vérifier un dossier", "Givre – verify a file"],
  missing: [
    "Ce navigateur ne peut pas vérifier : il lui manque {0}. Ouvrez la page en https, ou avec un navigateur récent.",
    "This browser cannot verify: it lacks {0}. Open the page over https, or in a recent browser.",
  ],
  unknown: ["Fichier non reconnu : {0}", "File not recognised: {0}"],
  several: ["Plusieurs dossiers à vérifier : seul {0} est retenu.", "Several files to verify: only {0} is taken."],
  evidence: ["Dossier", "File"],
  policy: ["Politique", "Policy"],
  checkpoint: ["Point de contrôle antérieur", "Earlier checkpoint"],
  earlier: ["Dossier antérieur", "Earlier file"],
  receipts: ["Reçu", "Receipt"],
  remove: ["Retirer", "Remove"],
  trusted: ["Ces événements sont prouvés par les contrôles ci-dessus.", "These events are proven by the checks above."],
  untrusted: [
    "Attention : les contrôles n'ont pas réussi. Ce tableau dit ce que le fichier affirme, rien de plus.",
    "Careful: the checks did not pass. This table says what the file claims, nothing more.",
  ],
  claimed: ["arrivé à {0}", "happened at {0}"],
  state: ["état : {0}", "state: {0}"],
  by: ["par : {0}", "by: {0}"],
  witnessed: ["avec une seconde personne", "with a second person"],
  overridden: ["passé outre : {0}", "overridden: {0}"],
  differs: ["étiquettes en désaccord : {0}", "labels disagree on: {0}"],
  personal: ["partie personnelle jointe", "personal part enclosed"],
  refused: ["refusé", "refused"],
  late: ["saisie tardive ou heure en désaccord", "late entry or time at odds"],
  erased: ["contenu effacé", "content erased"],
  withheld: ["contenu non montré", "content not shown"],
  unknownEvent: ["événement", "event"],
  yes: ["oui", "yes"],
  no: ["non", "no"],
  caption: ["Événements dans l'ordre du journal ; heures en temps universel (UTC)", "Events in the order of the log; times in UTC"],
  number: ["N°", "No."],
  when: ["Reçu par le service", "Received by the service"],
  what: ["Événement", "Event"],
  details: ["Détails", "Details"],
  remark: ["Remarque", "Remark"],
  fingerprint: ["Empreinte SHA-256 du fichier de preuves", "SHA-256 fingerprint of the evidence file"],
  seal: ["Empreinte du rapport (sceau)", "Digest of the report (seal)"],
  log: ["Journal", "Log"],
  size: ["Taille et racine signées", "Signed size and root"],
  witnesses: ["Témoins", "Witnesses"],
  pseudonym: ["Pseudonyme de la poche dans le journal", "Pseudonym of the bag in the log"],
  running: ["Vérification…", "Verifying…"],
};

const byId = (id) => document.getElementById(id);
const given = { evidence: null, policy: null, checkpoint: null, earlier: [], receipts: [] };
const French = new Map(Array.from(document.querySelectorAll("[data-say]"), (one) => [one, one.textContent]));
let language = (navigator.languages ?? ["fr"]).find((one) => /^(fr|en)\b/i.test(one))?.toLowerCase().startsWith("en") ? 1 : 0;
let lastResult = null;
let running = 0;

const say = (tag, ...told) => sentence(SPOKEN, tag, language, told);

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

// --- what was given --------------------------------------------------------------------------------------------------

/** What a dropped file is: evidence, policy, checkpoint, receipts, or null. */
function kindOf(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.startsWith("%PDF-")) return "evidence";
  const isNote = new TextDecoder().decode(bytes).includes("\n\n\u2014 ");
  if (isNote) return text.startsWith("{") ? "receipts" : "checkpoint";
  if (/^\s*\{/.test(text)) return "evidence";
  return /^quorum[ \t]/m.test(text) ? "policy" : null;
}

async function take(files, kind = null) {
  byId("trouble").hidden = true;
  const evidence = [];
  for (const file of files) {
    const one = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    const role = kind ?? kindOf(one.bytes);
    if (role === null) {
      trouble(say("unknown", file.name));
    } else if (Array.isArray(given[role])) {
      given[role].push(one);
    } else {
      given[role] = one;
      if (role === "evidence") evidence.push(one);
    }
  }
  if (evidence.length > 1) trouble(say("several", evidence.at(-1).name));
  await run();
}

function trouble(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = false;
}

function listGiven() {
  const roles = ["evidence", "policy", "checkpoint", "earlier", "receipts"];
  const rows = roles.flatMap((role) => [given[role]].flat().filter((one) => one !== null).map((one) => [role, one]));
  byId("given").replaceChildren(
    ...rows.map(([role, one]) => {
      const button = element("button", "", say("remove"));
      button.type = "button";
      button.setAttribute("aria-label", `${say("remove")} ${one.name}`);
      button.addEventListener("click", () => {
        given[role] = Array.isArray(given[role]) ? given[role].filter((other) => other !== one) : null;
        byId(role).focus();
        run();
      });
      return element("li", "", element("span", "", element("strong", "", say(role)), ` ${one.name}`), button);
    }),
  );
}

// --- the result ------------------------------------------------------------------------------------------------------

async function run() {
  listGiven();
  running += 1;
  const mine = running;
  // Without its tools the page would call every file bad: it says that it cannot tell, and nothing else.
  if (lacking.length > 0) trouble(say("missing", lacking.join(", ")));
  if (given.evidence === null || lacking.length > 0) {
    lastResult = null;
    byId("result").hidden = true;
    return;
  }
  byId("live").textContent = say("running");
  const text = ({ bytes }) => new TextDecoder().decode(bytes);
  const age = byId("age").value;
  const result = await verify(given.evidence.bytes, {
    policy: given.policy?.bytes ?? null,
    oldCheckpoint: given.checkpoint === null ? null : text(given.checkpoint),
    earlier: given.earlier.map(({ bytes }) => bytes),
    receipts: given.receipts.map(text),
    receiptKey: byId("receipt-key").value.trim() || null,
    now: Math.floor(Date.now() / 1000),
    maxAgeSeconds: age === "" ? null : Number(age),
  });
  if (mine !== running) return; // something else was given meanwhile
  lastResult = result;
  show();
  byId("verdict-title").focus();
}

function show() {
  const { verdict, steps, parts } = lastResult;
  const relying = verdict === "valid" && steps.some(({ name, status }) => name === "replayed" && status !== "ok");
  const [sign, ...words] = VERDICTS[relying ? "valid-operator" : verdict];
  const [title, text] = words[language];
  byId("verdict").className = `verdict ${GOOD.has(verdict) ? "good" : BAD.has(verdict) ? "bad" : "wary"}`;
  byId("verdict").dataset.verdict = verdict;
  byId("verdict-sign").textContent = sign;
  byId("verdict-title").textContent = title;
  byId("verdict-text").textContent = text;
  byId("live").textContent = `${title}. ${text}`;
  byId("steps").replaceChildren(...steps.map((step) => stepRow(step, parts.length)));
  const read = parts.length > 0;
  byId("caveats").replaceChildren(...(read ? caveatsOf(lastResult) : []).map((one) => element("li", "", one)));
  for (const id of ["caveats-part", "history-part", "facts-part"]) byId(id).hidden = !read;
  const trusted = !BAD.has(verdict);
  byId("history-trust").textContent = say(trusted ? "trusted" : "untrusted");
  byId("history-trust").className = trusted ? "hint" : "trouble";
  byId("histories").replaceChildren(...parts.map(history));
  byId("facts").replaceChildren(...(read ? facts(lastResult) : []));
  byId("result").hidden = false;
}

function stepRow({ part, number, name, status, tag, told }, parts) {
  const [sign, ...words] = STATUS[status];
  const tone = { ok: "ok", failed: "bad", stale: "wary", flagged: "wary" }[status] ?? "";
  const symbol = element("span", "sign", sign);
  symbol.setAttribute("aria-hidden", "true");
  const which = part !== null && parts > 1 ? ` [${part + 1}/${parts}]` : "";
  const row = element(
    "li",
    tone,
    symbol,
    element("span", "name", `${number}. ${STEP_NAMES[name][language]}${which} – `, element("span", "word", words[language])),
    element("p", "why", sentence(SENTENCES, tag, language, told)),
  );
  Object.assign(row.dataset, { step: name, status });
  return row;
}

function caveatsOf({ steps, parts, report, container }) {
  const is = (name, ...statuses) => steps.some((step) => step.name === name && statuses.includes(step.status));
  const unseen = parts.flatMap(({ undisclosed }) => undisclosed);
  const tags = [
    [is("replayed", "not-checked", "failed"), "operator"],
    [parts.some(({ shown }) => shown.log === null || shown.log.witnesses.length === 0), "alone"],
    [is("freshness", "not-checked"), "age"],
    [is("consistency", "not-checked"), "earlier"],
    [unseen.length > 0, "withheld", unseen.join(", ")],
    [is("report", "not-checked"), "sections"],
    [container === "pdf", "pages", report?.seal?.digest ?? "–"],
    [true, "never"],
  ];
  return tags.filter(([holds]) => holds).map(([, tag, ...told]) => sentence(CAVEATS, tag, language, told));
}

/** The history of one chain: its name where there are several, and a table. */
function history({ shown, flagged }, at) {
  const made = byId("history-template").content.cloneNode(true);
  const [caption, table, title] = [made.querySelector("caption"), made.querySelector("tbody"), made.querySelector("h3")];
  const subject = shown.subject?.id ?? shown.bag;
  const bags = lastResult.report?.subject?.bags;
  const name = Array.isArray(bags) ? bags.find((bag) => bag?.id === subject)?.name : undefined;
  title.textContent = typeof name === "string" ? `${name} (${subject})` : subject;
  caption.id = `history-caption-${at}`;
  made.querySelector(".scroll").setAttribute("aria-labelledby", caption.id);
  for (const one of made.querySelectorAll("[data-word]")) one.textContent = say(one.dataset.word);
  table.replaceChildren(...shown.events.map((event) => eventRow(event, flagged)));
  return made;
}

// What stands in a file may be of any kind, and named like anything: nothing of it may keep the verdict from showing.
const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "");
const known = (table, code) => (typeof code === "string" && Object.hasOwn(table ?? {}, code) ? table[code] : undefined);
const word = (table, code) => known(WORDS[table], code)?.[language] ?? plain(code);

function valueOf(name, value) {
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  if (typeof value === "number" && name.endsWith("_mC")) return `${value / 1000} °C`;
  if (typeof value === "number" && name.endsWith("_ml")) return `${value} mL`;
  if (typeof value === "number" && name.endsWith("_s")) return `${value} s`;
  if (typeof value === "string") return instant(value) ?? value;
  return JSON.stringify(value);
}

function instant(text) {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? text.slice(0, 19).replace("T", " ") : null;
}

function detailsOf(body) {
  const simple = Object.entries(body).filter(([, value]) => typeof value !== "object");
  return Object.entries(body.details ?? Object.fromEntries(body.step === undefined ? simple : []));
}

function eventRow({ seq, t, body, pii, absent }, late) {
  const flagged = late.includes(seq);
  const step = [body?.step, body?.event].find((one) => typeof one === "string");
  const refused = body?.outcome === "refused";
  const words = known(WORDS.steps, step);
  const name = words?.name[language] ?? step ?? say("unknownEvent");
  const happened = typeof body?.occurred_at === "string" ? body.occurred_at : t;
  const details = body === null ? [] : detailsOf(body).map(([field, value]) => {
    const label = known(words?.fields, field)?.[language] ?? field;
    return `${label} : ${valueOf(field, value)}`;
  });
  const differing = (Array.isArray(body?.comparison) ? body.comparison : []).filter((row) => row?.verdict === "differ");
  const roles = Array.isArray(body?.actor?.roles) ? body.actor.roles : [];
  const also = [
    [body?.changes?.state, () => say("state", word("states", body.changes.state))],
    [roles.length > 0, () => say("by", roles.map((role) => word("roles", role)).join(", "))],
    [body?.witness, () => say("witnessed")],
    [Array.isArray(body?.overridden), () => say("overridden", body.overridden.map((code) => word("rules", code)).join(", "))],
    [differing.length > 0, () => say("differs", differing.map((row) => plain(row.field)).join(", "))],
    [pii, () => say("personal")],
  ];
  details.push(...also.filter(([holds]) => holds).map(([, told]) => told()));
  const remarks = [
    refused ? element("strong", "refused", `✗ ${say("refused")}${body.code ? ` : ${word("rules", body.code)}` : ""}`) : null,
    flagged ? element("strong", "mark", `! ${say("late")}`) : null,
    body === null ? element("span", "", `○ ${say(absent === "erased" ? "erased" : "withheld")}`) : null,
    happened !== t ? element("div", "hint", say("claimed", instant(happened) ?? happened)) : null,
  ];
  const row = element(
    "tr",
    "",
    element("td", "", String(seq)),
    element("td", "", instant(t ?? "") ?? "–"),
    element("td", "", element("strong", "", name)),
    element("td", "", element("ul", "", ...details.map((one) => element("li", "", one)))),
    element("td", "", ...remarks),
  );
  row.dataset.flagged = String(flagged);
  return row;
}

function facts({ fingerprint, report, parts }) {
  const chains = parts.flatMap(({ shown: { log, bag } }) => [
    ["log", log?.origin],
    ["size", log && `${log.size} – ${log.root}`],
    ["witnesses", log && (log.witnesses.join(", ") || "–")],
    ["pseudonym", bag],
  ]);
  const told = [["fingerprint", fingerprint], ["seal", report?.seal?.digest], ...chains];
  return told.filter(([, value]) => value).flatMap(([tag, value]) => [element("dt", "", say(tag)), element("dd", "", String(value))]);
}

// --- surroundings ----------------------------------------------------------------------------------------------------

const lacking = await missing();
speak(language);

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = language === 0 ? "fr" : "en";
  document.title = say("title");
  for (const [one, text] of French) one.textContent = language === 0 ? text : ENGLISH[one.dataset.say];
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.language) === language));
  }
  listGiven();
  if (lacking.length > 0) trouble(say("missing", lacking.join(", ")));
  if (lastResult !== null) show();
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => speak(Number(button.dataset.language)));
}
for (const kind of Object.keys(given)) {
  byId(kind).addEventListener("change", async ({ target }) => {
    const files = [...target.files];
    await take(files, kind);
    target.value = ""; // the list below says what is held; the same file may be chosen again
  });
}
for (const id of ["age", "receipt-key"]) byId(id).addEventListener("change", run);

// The whole page takes what is dropped: who misses the box must not leave the page for the file.
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("drop").classList.add("over");
});
document.addEventListener("dragleave", () => byId("drop").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").classList.remove("over");
  take([...event.dataTransfer.files]);
});

if (SAVED) {
  byId("save").hidden = true;
} else if ("serviceWorker" in navigator) {
  // Kept for the next time without a network. Where that is not possible the page still verifies.
  navigator.serviceWorker.register("/verify/sw.js", { scope: "/verify" }).catch(() => {});
}
document.documentElement.dataset.ready = "true";
