/*
 * Checks one bag's evidence, or a custody report, in a browser, offline: true, unchanged and complete.
 *
 * A second verifier, written apart from app/ledger/verify.py and sharing nothing with it but the format: a fault in
 * one of the two shows as a disagreement (tests/integration/verifier holds both against the same files). No network,
 * no storage, no code of anybody else; Ed25519, SHA-256, HMAC and, where the browser has it, ML-DSA-44 are WebCrypto's.
 * The order of the steps is the only normative one (ledger format, section 2.3).
 */

const FORMAT = "cct.evidence/v1";
const THIN_FORMAT = "cct.evidence/v2"; // the same without the entries: of each, what does not follow from the chain
const REPORT_FORMAT = "givre.report/";
const LATE_AFTER_SECONDS = 900;
const CLOCK_TOLERANCE_SECONDS = 60;
const DEEPEST = 64; // levels of JSON
const MOST_SIGNATURES = 100; // of one checkpoint: bounds the work
const LARGEST_ATTACHMENT = 2 ** 27; // bytes, unpacked
const MOST_ATTACHMENTS = 256;
const DICTIONARY = 4096; // bytes on each side of what says that a file is embedded
const NOTHING = new Uint8Array(32);

/** The file, or a policy, is not in the format; nothing is said about what it claims. */
class Unreadable extends Error {}

/** How a step ended early: its status, the tag of its sentence, and what the sentence names. */
class Ended extends Error {
  constructor(status, tag, ...told) {
    super(tag);
    this.result = [status, tag, ...told];
  }
}

// --- bytes -----------------------------------------------------------------------------------------------------

const utf8 = new TextEncoder();

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** The bytes of a base64 text in its one spelling, or null. */
function unbase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const letters = atob(text);
  return btoa(letters) === text ? Uint8Array.from(letters, (letter) => letter.charCodeAt(0)) : null;
}

function decoded(bytes, what) {
  try {
    // A byte order mark stays in the text, where nothing allows it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable(`${what}: not UTF-8`);
  }
}

async function sha(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

async function hmac(key, ...parts) {
  const hash = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, hash, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, joined(...parts)));
}

// --- strict JSON (I-JSON of whole numbers) and its one spelling (RFC 8785) --------------------------------------

/**
 * Parses JSON that has one meaning only: no name twice in an object, whole numbers within 2^53 - 1, whole characters
 * (no lone surrogate), at most 64 levels. Objects have no prototype, so that no name is special.
 */
function parseJson(text) {
  let at = 0;

  function refuse(why) {
    throw new Unreadable(`JSON: ${why}, at character ${at}`);
  }

  function blanks() {
    while (at < text.length && " \t\n\r".includes(text[at])) at += 1;
  }

  function string() {
    let made = "";
    at += 1;
    for (;;) {
      const plain = /[^"\\\u0000-\u001f]*/y;
      plain.lastIndex = at;
      const [run] = plain.exec(text);
      made += run;
      at += run.length;
      const sign = text[at];
      if (sign === '"') break;
      if (sign !== "\\") refuse("a text that does not end, or a control character in it");
      const letter = text[at + 1];
      const short = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
      if (letter === "u") {
        const digits = text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) refuse("an escape that is none");
        made += String.fromCharCode(parseInt(digits, 16));
        at += 6;
      } else {
        if (letter === undefined || !Object.hasOwn(short, letter)) refuse("an escape that is none");
        made += short[letter];
        at += 2;
      }
    }
    at += 1;
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(made)) refuse("half a character");
    return made;
  }

  function number() {
    const spelled = /-?(?:0|[1-9][0-9]*)/y;
    spelled.lastIndex = at;
    const found = spelled.exec(text);
    if (found === null) refuse("something that is no value");
    const value = Number(found[0]) + 0; // no negative nought
    if (!Number.isSafeInteger(value)) refuse("a number beyond 2^53 - 1");
    at += found[0].length;
    if (at < text.length && ".eE".includes(text[at])) refuse("a number that is not whole");
    return value;
  }

  function value(depth) {
    blanks();
    const sign = text[at];
    if (sign === '"') return string();
    for (const [word, meant] of [["null", null], ["true", true], ["false", false]]) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meant;
      }
    }
    if (sign !== "{" && sign !== "[") return number();
    if (depth >= DEEPEST) refuse("too many levels");
    const isList = sign === "[";
    const end = isList ? "]" : "}";
    const made = isList ? [] : Object.create(null);
    at += 1;
    blanks();
    if (text[at] === end) {
      at += 1;
      return made;
    }
    for (;;) {
      if (isList) {
        made.push(value(depth + 1));
      } else {
        blanks();
        if (text[at] !== '"') refuse("a member without a name");
        const name = string();
        if (name in made) refuse("a name that stands twice in one object");
        blanks();
        if (text[at] !== ":") refuse("a name without a value");
        at += 1;
        made[name] = value(depth + 1);
      }
      blanks();
      const sign = text[at];
      at += 1;
      if (sign === end) return made;
      if (sign !== ",") refuse("a list or object that does not end");
    }
  }

  const parsed = value(0);
  blanks();
  if (at !== text.length) refuse("more than one value");
  return parsed;
}

/** The one spelling of a parsed value: names in order of UTF-16 units, no blanks. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort((one, other) => (one < other ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** The object that a text spells canonically, with exactly these members, or null. */
function canonicalObject(text, members, optional = []) {
  let parsed;
  try {
    parsed = parseJson(text);
  } catch {
    return null;
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed) || canonical(parsed) !== text) return null;
  for (const [name, fits] of Object.entries({ ...members, ...Object.fromEntries(optional) })) {
    if (name in parsed ? !fits(parsed[name]) : name in members) return null;
  }
  const known = new Set([...Object.keys(members), ...optional.map(([name]) => name)]);
  return Object.keys(parsed).every((name) => known.has(name)) ? parsed : null;
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isText = (value) => typeof value === "string";
const isInstant = (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && seconds(value) !== null;

/** POSIX seconds of an RFC 3339 instant with its offset, whole seconds only, or null when there is no such instant. */
function seconds(instant) {
  const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/;
  const found = isText(instant) ? pattern.exec(instant) : null;
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const [ahead, minutesAhead] = [Number(found[8] ?? 0), Number(found[9] ?? 0)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || year === 0 || hour > 23 || minute > 59 || second > 59 || ahead > 23 || minutesAhead > 59) return null;
  const offset = (found[7] === "-" ? -1 : 1) * (ahead * 3600 + minutesAhead * 60);
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
}

// --- the tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2) and the map of heads -----------------------------------------

const leafHash = (entry) => sha([0], utf8.encode(entry));
const nodeHash = (left, right) => sha([1], left, right);
const isOdd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);

async function isIncluded(leaf, index, size, proof, root) {
  if (index >= size) return false;
  let [fn, sn, reached] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      reached = await nodeHash(sibling, reached);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      reached = await nodeHash(reached, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && same(reached, root);
}

async function isConsistent(older, newer, proof) {
  if (older.size === 0 || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && same(older.root, newer.root);
  let [fn, sn] = [older.size - 1, newer.size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  // What was a whole power of two is its own first hash, and is not sent.
  const [first, ...rest] = fn === 0 ? [older.root, ...proof] : proof;
  if (first === undefined) return false;
  let [was, is] = [first, first];
  for (const sibling of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [was, is] = [await nodeHash(sibling, was), await nodeHash(sibling, is)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      is = await nodeHash(is, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && same(was, older.root) && same(is, newer.root);
}

/** Whether the leaves, ascending and in range, and `hashes` for all between them make the root. */
async function makeRoot(leaves, size, hashes, root) {
  const left = [...hashes];
  let next = 0;

  async function over(begin, end) {
    // The subtree over [begin, end): a hash that was sent, unless a shown leaf stands in it.
    const leaf = leaves[next];
    if (leaf === undefined || leaf.index >= end) return left.shift() ?? new Uint8Array(0);
    if (end - begin === 1) {
      next += 1;
      return leaf.hash;
    }
    let width = 1;
    while (width * 2 < end - begin) width *= 2;
    const before = await over(begin, begin + width);
    return nodeHash(before, await over(begin + width, end));
  }

  return same(await over(0, size), root) && left.length === 0;
}

function bitOf(key, depth) {
  return (key[depth >> 3] >> (7 - (depth & 7))) & 1;
}

/** The root of the map of heads that a proof leads to, or null where its end cannot stand on that path. */
async function mapRoot(key, siblings, end) {
  if (siblings.length > 256) return null;
  let reached = NOTHING;
  if (end !== null) {
    for (let depth = 0; depth < siblings.length; depth += 1) {
      if (bitOf(end.key, depth) !== bitOf(key, depth)) return null;
    }
    if (end.count === 0) return null;
    reached = await sha([2], end.key, u64(end.count), u64(end.head_index), end.head);
  }
  for (let depth = siblings.length - 1; depth >= 0; depth -= 1) {
    const pair = bitOf(key, depth) === 1 ? [siblings[depth], reached] : [reached, siblings[depth]];
    reached = await sha([3], ...pair);
  }
  return reached;
}

// --- signed notes, checkpoints and policies (C2SP) ------------------------------------------------------------------

const ED25519 = 1;
const COSIGNATURE = 4;
const ML_DSA_44 = 6;
const LOG_KEYS = { [ED25519]: 32, [ML_DSA_44]: 1312 };
const WITNESS_KEYS = { [COSIGNATURE]: 32, [ML_DSA_44]: 1312 };
const UNCHECKED = Symbol("an algorithm that this browser does not know");
// Blanks of Unicode and controls: none may stand in a name.
const NO_NAME = /[\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function cut(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + sign.length)];
}

async function parseKey(text, lengths) {
  const [name, rest] = cut(text, "+");
  const [id, encoded] = cut(rest, "+");
  const bytes = unbase64(encoded) ?? new Uint8Array(0);
  const key = { name, kind: bytes[0], public: bytes.slice(1) };
  key.id = (await sha(utf8.encode(name), [10], bytes)).slice(0, 4);
  if (name === "" || NO_NAME.test(name) || lengths[key.kind] !== key.public.length || hex(key.id) !== id) {
    throw new Unreadable(`not a key that may stand here: ${text.slice(0, 80)}`);
  }
  return key;
}

/** Reads a tlog-policy file. */
async function parsePolicy(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  const defined = new Set(["none"]);
  const taken = new Set();
  const publics = [];
  for (const line of text.split("\n")) {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words.length === 0 || words[0].startsWith("#")) continue;
    const [word, name, third, ...more] = words;
    if (word === "log" && (words.length === 2 || words.length === 3)) {
      const key = await parseKey(name, LOG_KEYS);
      policy.logs.push(key);
      publics.push(hex(key.public));
    } else if (word === "witness" && (words.length === 3 || words.length === 4) && !defined.has(name)) {
      const key = await parseKey(third, WITNESS_KEYS);
      policy.witnesses.set(name, key);
      publics.push(hex(key.public));
      defined.add(name);
    } else if (word === "group" && more.length > 0 && !defined.has(name)) {
      const known = more.every((one) => defined.has(one) && one !== "none" && !taken.has(one));
      const threshold = third === "any" ? 1 : third === "all" ? more.length : /^[1-9][0-9]*$/.test(third) ? Number(third) : 0;
      if (!known || new Set(more).size < more.length || threshold < 1 || threshold > more.length) {
        throw new Unreadable(`policy: this group cannot be: ${line.slice(0, 80)}`);
      }
      policy.groups.set(name, { threshold, members: more });
      more.forEach((one) => taken.add(one));
      defined.add(name);
    } else if (word === "quorum" && words.length === 2 && defined.has(name) && policy.quorum === null) {
      policy.quorum = name;
    } else {
      throw new Unreadable(`policy: this line cannot stand here: ${line.slice(0, 80)}`);
    }
  }
  const odd = /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) || !text.endsWith("\n");
  if (odd || policy.quorum === null || new Set(publics).size < publics.length) {
    throw new Unreadable("policy: cut short, without a quorum, or with one key pair twice");
  }
  return policy;
}

/** The names, of witnesses and groups, that vouch when these witnesses signed. */
function vouching(policy, signed) {
  const names = new Set(["none", ...signed]);
  for (const [name, group] of policy.groups) {
    if (group.members.filter((one) => names.has(one)).length >= group.threshold) names.add(name);
  }
  return names;
}

function linesOf(note) {
  const at = note.lastIndexOf("\n\n");
  const text = note.slice(0, at + 1);
  const signatures = note.slice(at + 2);
  const lines = signatures.slice(0, -1).split("\n").map((line) => {
    const [dash, rest] = cut(line, " ");
    const [name, encoded] = cut(rest, " ");
    const bytes = unbase64(encoded) ?? new Uint8Array(0);
    const well = dash === "\u2014" && name !== "" && !name.includes("+") && !NO_NAME.test(name) && bytes.length > 4;
    return well ? { name, id: bytes.slice(0, 4), signature: bytes.slice(4) } : null;
  });
  const whole = at >= 0 && signatures.endsWith("\n") && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
  if (!whole || lines.includes(null) || lines.length > MOST_SIGNATURES) throw new Ended("failed", "note-malformed");
  return { text, lines };
}

async function isSigned(algorithm, format, key, signature, stated) {
  let imported;
  try {
    imported = await crypto.subtle.importKey(format, key, { name: algorithm }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") throw error;
    return false; // bytes that are no key of this kind have signed nothing
  }
  return crypto.subtle.verify({ name: algorithm }, imported, signature, stated);
}

/** The time at which a key signed (0n when it does not say), null when it did not sign this, or UNCHECKED. */
async function timeSigned(key, note, signature, able) {
  if (key.kind === ED25519) {
    return (await isSigned("Ed25519", "raw", key.public, signature, utf8.encode(note.text))) ? 0n : null;
  }
  if (signature.length < 8) return null;
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time >= 2n ** 63n) return null;
  let held;
  if (key.kind === COSIGNATURE) {
    const stated = utf8.encode(`cosignature/v1\ntime ${time}\n${note.text}`);
    held = await isSigned("Ed25519", "raw", key.public, signature.slice(8), stated);
  } else {
    const [name, origin] = [utf8.encode(key.name), utf8.encode(note.origin ?? "")];
    if (note.origin === undefined || name.length > 255 || origin.length > 255) return null;
    const range = [u64(0), u64(note.bigSize), note.root];
    const stated = joined(utf8.encode("subtree/v1\n\0"), [name.length], name, u64(time), [origin.length], origin, ...range);
    if (!able) return UNCHECKED;
    try {
      held = await isSigned("ML-DSA-44", "raw-public", key.public, signature.slice(8), stated);
    } catch {
      return UNCHECKED;
    }
  }
  return held ? time : null;
}

/** A strict reading of a checkpoint, and of the line of every key that the policy knows. */
async function openCheckpoint(note, policy, able) {
  const { text, lines } = linesOf(note);
  const found = /^([^\n+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  const root = found === null ? null : unbase64(found[3]);
  const bigSize = found === null ? 0n : BigInt(found[2]);
  const empty = bigSize === 0n && root !== null && !same(root, await sha());
  if (root === null || NO_NAME.test(found[1]) || bigSize >= 2n ** 63n || empty) {
    throw new Ended("failed", "checkpoint-malformed");
  }
  const opened = { text, origin: found[1], bigSize, size: Number(bigSize), root, times: new Map(), unchecked: new Set() };
  let [own, ownUnchecked] = [false, false];
  for (const [label, key] of [...policy.logs.map((key) => [null, key]), ...policy.witnesses]) {
    for (const line of lines) {
      if (line.name !== key.name || !same(line.id, key.id)) continue;
      const time = await timeSigned(key, opened, line.signature, able);
      if (time === null) throw new Ended("failed", "signature-false", line.name);
      if (time === UNCHECKED) {
        if (label !== null) opened.unchecked.add(label);
        ownUnchecked ||= label === null && line.name === opened.origin;
        continue;
      }
      if (label !== null) opened.times.set(label, Math.max(Number(time), opened.times.get(label) ?? 0));
      own ||= label === null && line.name === opened.origin;
    }
  }
  if (!own && !ownUnchecked) throw new Ended("failed", "log-unsigned", opened.origin);
  return { ...opened, own };
}

// --- the evidence file ----------------------------------------------------------------------------------------------

const shape = (of, needed = true) => ({ of, needed });
const maybe = (of) => shape(of, false);
const listOf = (of) => (value) => {
  if (!Array.isArray(value)) throw new Unreadable("evidence: no list where one belongs");
  return value.map((one) => read(of, one));
};
const hashed = (value) => (isHash(value) ? unhex(value) : misplaced(value));
const counted = (value) => (isCount(value) ? value : misplaced(value));
const spelled = (value) => (isText(value) ? value : misplaced(value));
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
// Some exports show a body as an object; what is committed to is its one spelling.
const bodied = (value) => (isObject(value) ? canonical(value) : spelled(value));
const packed = (value) => {
  const bytes = isText(value) ? unbase64(value) : null;
  if (bytes === null || bytes.length % 32 !== 0) misplaced(value);
  return Array.from({ length: bytes.length / 32 }, (_, at) => bytes.slice(32 * at, 32 * at + 32));
};

function misplaced(value) {
  throw new Unreadable(`evidence: ${String(JSON.stringify(value)).slice(0, 40)} stands where it does not belong`);
}

const one = (value) => {
  const hashes = packed(value);
  return hashes.length === 1 ? hashes[0] : misplaced(value);
};
// Whether there is such a day is asked of the whole entry, at its step.
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/;
const dated = (value) => (isText(value) && INSTANT.test(value) ? value : misplaced(value));
const SHOWN_SHAPE = {
  index: shape(counted),
  absent: maybe(spelled),
  body: maybe(bodied),
  salt: maybe(hashed),
  pii: maybe(bodied),
  pii_salt: maybe(hashed),
};
const EVENT_SHAPE = { ...SHOWN_SHAPE, entry: shape(spelled), inclusion: maybe(listOf(hashed)) };
const THIN_EVENT_SHAPE = { ...SHOWN_SHAPE, t: shape(dated), commitment: shape(one), pii_commitment: maybe(one) };
const END_SHAPE = { key: shape(hashed), count: shape(counted), head_index: shape(counted), head: shape(hashed) };
const EVIDENCE_SHAPE = {
  format: maybe(spelled),
  bag: shape(hashed),
  map_key: shape(hashed),
  checkpoint: shape(spelled),
  size: shape(counted),
  root: shape(hashed),
  heads_entry: shape(spelled),
  heads_inclusion: maybe(listOf(hashed)),
  hashes: maybe(packed),
  map_proof: shape({ siblings_top_down: shape(listOf(hashed)), terminal: maybe(END_SHAPE) }),
  events: shape(listOf(EVENT_SHAPE)),
  old_checkpoint: maybe(spelled),
  consistency: maybe(listOf(hashed)),
  timeline: maybe(listOf({ checkpoint: shape(spelled), consistency: shape(listOf(hashed)) })),
  timestamps: maybe(listOf({ checkpoint: shape(spelled), consistency: shape(listOf(hashed)), token: shape(spelled) })),
  policy: maybe(spelled),
  subject: maybe({ tenant: shape(spelled), id: shape(spelled), key: shape(hashed) }),
};

const { heads_inclusion: _path, ...REST } = EVIDENCE_SHAPE;
const THIN_SHAPE = { ...REST, hashes: shape(packed), events: shape(listOf(THIN_EVENT_SHAPE)) };

/** Reads one chain; where its entries were left out, they are written anew: each is the one that can stand there. */
async function readChain(value) {
  if (!isObject(value) || value.format !== THIN_FORMAT) return read(EVIDENCE_SHAPE, value);
  const chain = { ...read(THIN_SHAPE, value), heads_inclusion: null };
  const bag = hex(chain.bag);
  let prev = hex(NOTHING);
  for (const [seq, event] of chain.events.entries()) {
    const pii = event.pii_commitment === null ? {} : { pii: hex(event.pii_commitment) };
    event.entry = canonical({ bag, body: hex(event.commitment), prev, seq, t: event.t, type: "cct.event/v1", ...pii });
    event.inclusion = null;
    prev = hex(await leafHash(event.entry));
  }
  return chain;
}

function read(wanted, value) {
  if (typeof wanted === "function") return wanted(value);
  if (!isObject(value)) misplaced(value);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(wanted, name));
  if (unknown !== undefined) throw new Unreadable(`evidence: ${unknown.slice(0, 40)} is no member of it`);
  return Object.fromEntries(
    Object.entries(wanted).map(([name, { of, needed }]) => {
      if (!needed && (value[name] ?? null) === null) return [name, null];
      if (!(name in value)) throw new Unreadable(`evidence: ${name} is missing`);
      return [name, read(of, value[name])];
    }),
  );
}

/** Unpacks zlib data; null when it does not unpack, or unpacks to more than there is room for. */
async function inflated(bytes) {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const parts = [];
    let length = 0;
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return joined(...parts);
      parts.push(value);
      length += value.length;
      if (length > LARGEST_ATTACHMENT) return null;
    }
  } catch {
    return null;
  }
}

/**
 * What the embedded files of a PDF hold. The dictionary of one stands before its bytes, uncompressed (ISO 32000-1,
 * 7.11.4), its keys in any order; what cannot be read is passed over.
 */
async function attachments(pdf) {
  const letters = new TextDecoder("latin1").decode(pdf);
  const found = new Map();
  for (const { index } of [...letters.matchAll(/\/EmbeddedFile\b/g)].slice(0, MOST_ATTACHMENTS)) {
    const after = index + "/EmbeddedFile".length;
    const opened = />>[ \t\r\n\0\f]*stream\r?\n/.exec(letters.slice(after, after + DICTIONARY));
    if (opened === null) continue;
    const first = Math.max(0, index - DICTIONARY);
    const said = letters.slice(first + Math.max(0, letters.slice(first, index).lastIndexOf("obj")), after + opened.index);
    if (said.includes("endobj")) continue;
    const begin = after + opened.index + opened[0].length;
    const attached = await streamAt(pdf, letters, begin, said);
    const text = attached === null ? "" : new TextDecoder("latin1").decode(attached);
    if (text.includes('"heads_entry"')) found.set(text, attached);
  }
  return [...found.values()];
}

async function streamAt(pdf, letters, begin, said) {
  const length = /\/Length\s+([0-9]{1,10})\b(?!\s+[0-9]+\s+R)/.exec(said);
  const stated = length === null ? -1 : begin + Number(length[1]);
  const ends = stated >= 0 && /^\s*endstream/.test(letters.slice(stated, stated + 64)) ? [stated] : [];
  // Where no length is stated, packed data may happen to spell the word: a few tries are enough to tell.
  for (let end = letters.indexOf("endstream", begin); end >= 0 && ends.length < 16; end = letters.indexOf("endstream", end + 1)) {
    ends.push(end);
  }
  if (!said.includes("/FlateDecode")) return ends.length === 0 ? null : pdf.slice(begin, ends[0]);
  for (const end of ends) {
    // A line end before `endstream` is no part of the data.
    for (const spare of [0, 1, 2]) {
      const unpacked = await inflated(pdf.slice(begin, Math.max(begin, end - spare)));
      if (unpacked !== null) return unpacked;
    }
  }
  return null;
}

/** Reads evidence that stands alone, as the member `evidence` of a report, or as the one attachment of a PDF. */
async function readFile(file) {
  let [document, container] = [file, "json"];
  if (new TextDecoder("latin1").decode(document.slice(0, 5)) === "%PDF-") {
    const found = await attachments(document);
    if (found.length !== 1) throw new Unreadable(`the PDF holds ${found.length} evidence files, not one`);
    [document, container] = [found[0], "pdf"];
  }
  const loaded = parseJson(decoded(document, "evidence"));
  let [found, report] = [loaded, null];
  if (isObject(loaded) && "evidence" in loaded) {
    found = loaded.evidence;
    report = isText(loaded.format) && loaded.format.startsWith(REPORT_FORMAT) ? loaded : null;
  }
  const chains = await Promise.all((Array.isArray(found) && found.length > 0 ? found : [found]).map(readChain));
  const newer = chains.find(({ format }) => ![null, FORMAT, THIN_FORMAT].includes(format));
  if (newer !== undefined) {
    throw new Unreadable(`this is evidence in the format ${newer.format.slice(0, 40)}, for a newer verifier`);
  }
  return { chains, report, container, document };
}

// --- the steps ------------------------------------------------------------------------------------------------------

class Examination {
  constructor(evidence, policy, asked) {
    Object.assign(this, { evidence, policy, asked });
    this.opened = null;
    this.headsRoot = null;
    this.record = null;
    this.steps = [];
    this.chained = false;
    this.events = []; // those that follow each other: {seq, index, entry, leaf, received}
    this.brackets = []; // cosigned sizes, with the earliest and the latest time that a witness gave
    this.flagged = [];
    this.undisclosed = [];
    this.unchecked = false; // something that matters rests on a signature that this browser cannot check
  }

  head() {
    if (this.opened === null) throw new Ended("not-checked", "needs", 1);
    return this.opened;
  }

  needsChain() {
    if (!this.chained) throw new Ended("not-checked", "needs", 6);
  }

  takePolicy() {
    return this.asked.policy === null ? ["not-checked", "policy-embedded"] : ["ok", "policy-own"];
  }

  async takeSubject() {
    const { bag, map_key: mapKey, subject } = this.evidence;
    if (!same(await sha(utf8.encode("cct/mapkey/v1\n"), bag), mapKey)) return ["failed", "map-key-false"];
    if (subject === null) return ["not-checked", "subject-untold"];
    const named = await hmac(subject.key, utf8.encode(`cct/bag/v1\0${subject.tenant}\0${subject.id}`));
    const odd = `${subject.tenant}${subject.id}`.includes("\0");
    return odd || !same(named, bag) ? ["failed", "subject-other"] : ["ok", "subject-own", subject.id];
  }

  async takeCheckpoint() {
    const { checkpoint, size, root } = this.evidence;
    const opened = await openCheckpoint(checkpoint, this.policy, this.asked.mldsa);
    if (opened.bigSize !== BigInt(size) || !same(opened.root, root)) return ["failed", "head-other"];
    this.opened = opened;
    if (!opened.own) {
      this.unchecked = true;
      return ["not-checked", "signed-unchecked", opened.origin];
    }
    return ["ok", "signed", opened.origin, opened.size];
  }

  vouched(name, met, missing, unchecked, ...told) {
    const { times, unchecked: others } = this.head();
    if (vouching(this.policy, times.keys()).has(name)) return ["ok", met, ...told];
    if (!vouching(this.policy, [...times.keys(), ...others]).has(name)) return ["failed", missing];
    this.unchecked = true;
    return ["not-checked", unchecked, [...others].join(", ")];
  }

  takeQuorum() {
    const witnesses = [...this.head().times.keys()].join(", ") || "0";
    if (this.policy.quorum === "none") return ["ok", "quorum-none"];
    return this.vouched(this.policy.quorum, "quorum-met", "quorum-missing", "quorum-unchecked", witnesses);
  }

  takeReplayed() {
    this.head();
    if (!this.policy.groups.has("completeness") && !this.policy.witnesses.has("completeness")) {
      return ["not-checked", "replay-unasked"];
    }
    return this.vouched("completeness", "replay-met", "replay-missing", "quorum-unchecked");
  }

  takeFreshness() {
    const { now, maxAgeSeconds } = this.asked;
    // A witness whose clock runs ahead must not keep an old file fresh.
    const times = [...this.head().times.values()].filter((time) => now === null || time <= now + CLOCK_TOLERANCE_SECONDS);
    const newest = Math.max(0, ...times);
    const said = newest === 0 ? "–" : new Date(Math.min(newest, 253402300799) * 1000).toISOString();
    if (now === null || maxAgeSeconds === null) return ["not-checked", "age-unasked", said];
    return now - newest <= maxAgeSeconds ? ["ok", "age-met", said] : ["stale", "age-stale", said];
  }

  bracket(opened) {
    const times = [...opened.times.values()].filter((time) => time > 0);
    if (times.length > 0) {
      this.brackets.push({ size: opened.size, earliest: Math.min(...times), latest: Math.max(...times) });
    }
  }

  async takeConsistency() {
    const head = this.head();
    const { old_checkpoint: old, consistency, timeline } = this.evidence;
    this.bracket(head);
    if ((old === null) !== (consistency === null)) return ["failed", "old-half"];
    const notes = new Set([old, this.asked.oldCheckpoint].filter((note) => note !== null));
    const claims = [...notes].map((checkpoint) => ({ checkpoint, consistency: consistency ?? [] }));
    claims.push(...(timeline ?? []));
    let smallest = head.size;
    for (const claim of claims) {
      const older = await openCheckpoint(claim.checkpoint, this.policy, this.asked.mldsa);
      const equal = older.bigSize === head.bigSize && same(older.root, head.root);
      if (older.origin !== head.origin || !(equal || (await isConsistent(older, head, claim.consistency)))) {
        return ["failed", "old-other", String(older.bigSize)];
      }
      if (!older.own) this.unchecked = true;
      smallest = Math.min(smallest, older.size);
      this.bracket(older);
    }
    return claims.length > 0 ? ["ok", "old-met", smallest] : ["not-checked", "old-untold"];
  }

  async takeHeads() {
    const { size, root } = this.head();
    const { heads_entry: entry, heads_inclusion: path, hashes, events } = this.evidence;
    const members = { bags: isCount, covers: isCount, root: isHash, type: (type) => type === "cct.heads/v1" };
    const heads = canonicalObject(entry, members);
    if (heads === null || heads.covers !== size - 1) return ["failed", "heads-malformed"];
    const last = { index: size - 1, hash: await leafHash(entry) };
    // Even when it fails, the steps below go on with it: they may say which entry is to blame.
    this.headsRoot = unhex(heads.root);
    if (hashes === null) {
      const held = await isIncluded(last.hash, last.index, size, path ?? [], root);
      return held ? ["ok", "heads-met"] : ["failed", "heads-absent"];
    }
    const shown = events.map(async ({ index, entry: one }) => ({ index, hash: await leafHash(one) }));
    const leaves = [...(await Promise.all(shown)), last];
    const ascending = leaves.every(({ index }, at) => at === 0 || leaves[at - 1].index < index);
    return ascending && (await makeRoot(leaves, size, hashes, root)) ? ["ok", "heads-met"] : ["failed", "shared-false"];
  }

  async takeMap() {
    if (this.headsRoot === null) throw new Ended("not-checked", "needs", 4);
    const { map_key: key, map_proof: proof } = this.evidence;
    const root = await mapRoot(key, proof.siblings_top_down, proof.terminal);
    if (root === null || !same(root, this.headsRoot)) return ["failed", "map-false"];
    const known = proof.terminal !== null && same(proof.terminal.key, key);
    this.record = known ? proof.terminal : { count: 0, head_index: 0, head: NOTHING };
    return ["ok", "map-met", this.record.count];
  }

  async takeEvents() {
    const { size, root } = this.head();
    const { events, hashes, bag } = this.evidence;
    if (this.record === null) throw new Ended("not-checked", "needs", 5);
    if (events.length !== this.record.count) return ["failed", "events-count", events.length, this.record.count];
    const members = { bag: isHash, body: isHash, prev: isHash, seq: isCount, t: isInstant, type: (type) => type === "cct.event/v1" };
    let [prev, before] = [NOTHING, -1];
    for (const [seq, event] of events.entries()) {
      const entry = canonicalObject(event.entry, members, [["pii", isHash]]);
      if (entry === null || entry.bag !== hex(bag)) return ["failed", "event-malformed", seq];
      if (entry.seq !== seq || entry.prev !== hex(prev)) return ["failed", "event-unchained", seq];
      prev = await leafHash(event.entry);
      const inside = before < event.index && event.index < size - 1;
      // Shared hashes have shown this entry at this index together with the heads entry.
      const path = event.inclusion;
      const held = hashes === null ? inside && (await isIncluded(prev, event.index, size, path ?? [], root)) : path === null;
      if (!inside || !held) return ["failed", "event-absent", seq];
      before = event.index;
      this.events.push({ seq, index: event.index, entry, leaf: prev, received: seconds(entry.t) });
    }
    this.chained = true;
    return ["ok", "events-met", events.length];
  }

  takeLast() {
    if (!this.chained || this.record === null) throw new Ended("not-checked", "needs", 6);
    const last = this.events.at(-1) ?? { index: 0, leaf: NOTHING };
    const met = last.index === this.record.head_index && same(last.leaf, this.record.head);
    return met ? ["ok", "last-met"] : ["failed", "last-other"];
  }

  async takeBodies() {
    for (const { seq, entry } of this.events) {
      const shown = this.evidence.events[seq];
      for (const [committed, body, salt] of [[entry.body, shown.body, shown.salt], [entry.pii, shown.pii, shown.pii_salt]]) {
        if (body === null && salt === null) continue;
        if (body === null || salt === null || committed !== hex(await hmac(salt, utf8.encode(body)))) {
          return ["failed", "body-false", seq];
        }
      }
    }
    this.needsChain();
    this.undisclosed = this.events.map(({ seq }) => seq).filter((seq) => this.evidence.events[seq].body === null);
    if (this.undisclosed.length === 0) return ["ok", "bodies-met"];
    const erased = this.undisclosed.filter((seq) => this.evidence.events[seq].absent === "erased");
    const unshown = this.undisclosed.filter((seq) => !erased.includes(seq));
    return ["ok", "bodies-some", erased.join(", ") || "–", unshown.join(", ") || "–"];
  }

  /** Time stamps of a third party: their place in the log is checked here, what their authority signed is not. */
  async takeStamps() {
    const head = this.head();
    const { timestamps } = this.evidence;
    for (const { checkpoint, consistency } of timestamps) {
      const older = await openCheckpoint(checkpoint, this.policy, this.asked.mldsa);
      const equal = older.origin === head.origin && older.bigSize === head.bigSize && same(older.root, head.root);
      if (older.origin !== head.origin || !(equal || (await isConsistent(older, head, consistency)))) {
        return ["failed", "old-other", String(older.bigSize)];
      }
    }
    return ["not-checked", "stamps-unasked", timestamps.length];
  }

  takeTimes() {
    this.needsChain();
    if (this.brackets.length === 0) return ["not-checked", "times-untold"];
    const ordered = [...this.brackets].sort((a, b) => a.size - b.size || a.earliest - b.earliest || a.latest - b.latest);
    this.flagged = this.events.filter(({ seq, index, received }) => {
      const after = ordered.findLast((point) => point.size <= index);
      const by = ordered.find((point) => point.size > index);
      const claimed = claimedSeconds(this.evidence.events[seq].body) ?? received;
      const latest = Math.max(received, after === undefined ? received : after.earliest);
      const ahead = by !== undefined && Math.max(received, claimed) > by.latest + CLOCK_TOLERANCE_SECONDS;
      return ahead || latest - Math.min(received, claimed) > this.asked.lateAfterSeconds;
    }).map(({ seq }) => seq);
    return this.flagged.length > 0 ? ["flagged", "times-odd", this.flagged.join(", ")] : ["ok", "times-met"];
  }

  async takeHeld() {
    this.needsChain();
    const { receipts, earlier } = this.asked;
    if (receipts.length === 0 && earlier.length === 0) return ["not-checked", "held-untold"];
    const held = [];
    for (const file of earlier) {
      const { chains } = await readFile(file);
      const own = chains.find(({ bag }) => same(bag, this.evidence.bag));
      if (own === undefined) return ["not-checked", "held-foreign"];
      for (const [seq, event] of own.events.entries()) held.push({ seq, leaf: await leafHash(event.entry) });
    }
    for (const receipt of receipts) {
      const promised = await this.receipt(receipt);
      if (promised === null) return ["not-checked", "held-foreign"];
      held.push(promised);
    }
    const broken = held.find(({ seq, leaf }) => seq >= this.events.length || !same(this.events[seq].leaf, leaf));
    return broken === undefined ? ["ok", "held-met"] : ["failed", "held-other", broken.seq];
  }

  /** The event that the log promised to publish, when its receipt key signed that promise about this bag. */
  async receipt(note) {
    const { text, lines } = linesOf(note);
    const key = await parseKey(this.asked.receiptKey ?? "", { [ED25519]: 32 });
    const own = lines.filter(({ name, id }) => name === key.name && same(id, key.id));
    for (const { signature } of own) {
      if ((await timeSigned(key, { text }, signature, false)) === null) return null;
    }
    const members = { bag: isHash, leaf_hash: isHash, origin: isText, seq: isCount, t: isInstant };
    const said = canonicalObject(text.slice(0, -1), members);
    const { origin } = this.head();
    if (said === null || own.length === 0 || key.name !== `${origin}/receipts` || said.origin !== origin) return null;
    return said.bag === hex(this.evidence.bag) ? { seq: said.seq, leaf: unhex(said.leaf_hash) } : null;
  }
}

/** When a body says that it happened, in POSIX seconds, or null where it says nothing of that kind. */
function claimedSeconds(body) {
  try {
    return seconds(parseJson(body).occurred_at);
  } catch {
    return null;
  }
}

/** The steps of one chain, in their order: number, name, method. */
const STEPS = [
  [0, "policy", "takePolicy"],
  [0, "subject", "takeSubject"],
  [1, "checkpoint", "takeCheckpoint"],
  [1, "quorum", "takeQuorum"],
  [1, "replayed", "takeReplayed"],
  [2, "freshness", "takeFreshness"],
  [3, "consistency", "takeConsistency"],
  [4, "heads", "takeHeads"],
  [5, "map", "takeMap"],
  [6, "events", "takeEvents"],
  [7, "last", "takeLast"],
  [8, "bodies", "takeBodies"],
  [9, "stamps", "takeStamps"],
  [9, "times", "takeTimes"],
  [10, "held", "takeHeld"],
];

// --- the report -----------------------------------------------------------------------------------------------------

/**
 * What the sections of a report say is proved by nothing but the operator's seal; what they rest on must be in the
 * evidence: the audit trail, and the checkpoint.
 */
async function takeReport(report, chains, asked) {
  const { seal, cover, trail } = report;
  const point = cover?.checkpoint;
  const rowed = Array.isArray(trail) && trail.every((row) => isObject(row) && ["id", "seq", "index", "leaf"].every((name) => name in row));
  if (!isObject(seal) || !isText(seal.digest) || !isText(seal.note) || !isObject(point) || !rowed) {
    throw new Unreadable("a report without its seal, trail or checkpoint");
  }
  const stated = Object.fromEntries(Object.entries(report).filter(([name]) => name !== "seal"));
  if (hex(await sha(utf8.encode(canonical(stated)))) !== seal.digest) return ["failed", "report-altered"];
  for (const { subject, size, root, events } of chains) {
    if (subject === null) continue;
    const rows = trail.filter(({ id }) => id === subject.id).map(({ seq, index, leaf }) => [seq, index, leaf]);
    const shown = await Promise.all(events.map(async ({ index, entry }, seq) => [seq, index, hex(await leafHash(entry))]));
    if (canonical(rows) !== canonical(shown) || point.size !== size || point.root !== hex(root)) return ["failed", "report-other"];
  }
  const { text, lines } = linesOf(seal.note);
  if (text !== `${report.format}\n${report.id}\n${seal.digest}\n`) return ["failed", "report-altered"];
  if (asked.receiptKey === null) return ["not-checked", "report-unsigned"];
  const key = await parseKey(asked.receiptKey, { [ED25519]: 32 });
  const own = lines.filter(({ name, id }) => name === key.name && same(id, key.id));
  const times = await Promise.all(own.map(({ signature }) => timeSigned(key, { text }, signature, false)));
  return own.length > 0 && !times.includes(null) ? ["ok", "report-signed", key.name] : ["failed", "report-false"];
}

/**
 * Checks evidence (bytes of JSON, of a JSON report, or of a PDF that holds one); never throws, whatever it is given.
 *
 * @param {Uint8Array} file
 * @param {object} asked what the reader holds and wants, all optional: `policy` (bytes), `now` (POSIX seconds),
 *   `maxAgeSeconds`, `oldCheckpoint` (text), `receipts` (texts), `receiptKey`, `earlier` (files' bytes),
 *   `lateAfterSeconds`, `mldsa` (false: as if the browser had no ML-DSA-44).
 * @returns {Promise<{verdict, steps, parts, report, container, fingerprint}>} `verdict`: valid, stale, unanchored
 *   (holds under the keys named in the file itself, which anybody could have made), incomplete (a signature that
 *   decides cannot be checked here), invalid, unreadable. `steps`: {part, number, name, status, tag, told}, of every
 *   chain and then of the report. `parts`: for each chain `flagged` and `undisclosed` (the `seq` of events) and `shown`,
 *   what the file says, for people. `report`, `container`, `fingerprint`: the report, `json` or `pdf`, and the SHA-256
 *   of the evidence as it stands in the file.
 */
async function verify(file, asked = {}) {
  const nothing = { policy: null, now: null, maxAgeSeconds: null, oldCheckpoint: null, receipts: [], receiptKey: null };
  const wanted = { ...nothing, earlier: [], lateAfterSeconds: LATE_AFTER_SECONDS, mldsa: true, ...asked };
  const steps = [];
  const done = (part, number, name, [status, tag, ...told]) => steps.push({ part, number, name, status, tag, told });
  const examinations = [];
  let opened;
  try {
    opened = await readFile(file);
    const { chains, report, container } = opened;
    for (const evidence of chains) examinations.push(await examined(evidence, wanted));
    for (const [part, one] of examinations.entries()) one.steps.forEach((step) => done(part, ...step));
    if (report !== null) {
      done(null, 11, "report", await ended(() => takeReport(report, chains, wanted)));
      // The pages are a picture of the attached report. Only the service that made them can make them anew.
      if (container === "pdf") done(null, 12, "pages", ["not-checked", "pages-untold", report.seal.digest]);
    }
  } catch (error) {
    const why = error instanceof Unreadable ? error.message : `${error.name}: ${error.message}`;
    done(null, 0, "file", ["failed", "unreadable", why]);
    return { verdict: "unreadable", steps, parts: [], report: null, container: null, fingerprint: null };
  }
  const statuses = new Set(steps.map(({ status }) => status));
  const unanchored = wanted.policy === null ? "unanchored" : "valid";
  const incomplete = examinations.some(({ unchecked }) => unchecked);
  const held = incomplete ? "incomplete" : statuses.has("stale") ? "stale" : unanchored;
  const parts = examinations.map((one) => ({ flagged: one.flagged, undisclosed: one.undisclosed, shown: shownBy(one) }));
  const verdict = statuses.has("failed") ? "invalid" : held;
  const { report, container, document } = opened;
  return { verdict, steps, parts, report, container, fingerprint: hex(await sha(document)) };
}

async function ended(take) {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return error.result;
  }
}

async function examined(evidence, asked) {
  const policy = asked.policy === null ? (evidence.policy ?? "") : decoded(asked.policy, "policy");
  const examination = new Examination(evidence, await parsePolicy(policy), asked);
  for (const [number, name, method] of STEPS) {
    if (name === "stamps" && !evidence.timestamps?.length) continue; // most logs have none, and nobody misses the step
    examination.steps.push([number, name, await ended(() => examination[method]())]);
  }
  return examination;
}

function shownBy({ evidence, opened: head }) {
  const events = evidence.events.map(({ index, entry, body, pii, absent }, seq) => {
    return { seq, index, t: readable(entry)?.t ?? null, body: readable(body), pii: readable(pii), absent };
  });
  return {
    events,
    subject: evidence.subject && { tenant: evidence.subject.tenant, id: evidence.subject.id },
    bag: hex(evidence.bag),
    log: head && { origin: head.origin, size: head.size, witnesses: [...head.times.keys()], root: hex(head.root) },
  };
}

function readable(text) {
  try {
    return text === null ? null : parseJson(text);
  } catch {
    return null;
  }
}

/** What of WebCrypto is missing here, as a list of names; empty where everything that is needed is there. */
async function missing() {
  if (globalThis.crypto?.subtle === undefined) return ["WebCrypto"];
  const lacking = [];
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    lacking.push("Ed25519");
  }
  if (globalThis.DecompressionStream === undefined) lacking.push("DecompressionStream");
  return lacking;
}

export { canonical, isConsistent, isIncluded, missing, parseJson, STEPS, unhex, verify };
