// GS1: DataMatrix, GS1-128 and QR symbols made of application identifiers.
import type { Format, Payload } from "./format.ts";
import { Fault, identified, unreadable } from "./format.ts";
import type { Element } from "./gs1-elements.ts";
import { GS, NAMES, cutElements } from "./gs1-elements.ts";
import type { Fields, Identifier, Reading, Subject } from "./reading.ts";
import tables from "./tables.json";

const AIM_PREFIXES = new Set(["]d2", "]C1", "]Q3", "]e0"]);
const SYMBOLOGIES = new Set(["gs1-datamatrix", "gs1-128"]);
const WITHHELD = new Set(tables.gs1.withheld);
const SELF_CHECKED = new Set(tables.gs1.selfChecked);
const EXPIRY_AIS = new Set(["17", "7003"]);
const CLASS_ONLY_LENGTHS: Readonly<Record<string, number | undefined>> = { grai: 14, gdti: 13 };
const ASCII = /^[\x00-\x7f]*$/;

function read(payload: Payload): Reading {
  if (!ASCII.test(payload.text)) return unreadable(payload, "gs1-syntax", "a character outside ASCII");
  const message = payload.text.startsWith(GS) ? payload.text.slice(1) : payload.text;
  // Our own camera decoder passes every GS the label holds; a keyboard wedge or a file may have lost them.
  const elements = cutElements(message, payload.source === "camera");
  if (elements instanceof Fault) return unreadable(payload, elements.reason, elements.detail);
  if (payload.source === "typed" && elements.some(({ ai }) => !SELF_CHECKED.has(ai))) {
    return unreadable(payload, "typed-without-check", "AI without a check digit");
  }
  const fields = fieldsOf(elements);
  if (fields instanceof Fault) return unreadable(payload, fields.reason, fields.detail);
  const identifiers = identifiersOf(fields);
  const withholds = elements.some(({ ai }) => WITHHELD.has(ai));
  return identified(payload, GS1.tag, subjectOf(fields, identifiers), fields, identifiers, withholds);
}

function fieldsOf(elements: readonly Element[]): Record<string, string> | Fault {
  const said = new Map<string, string>();
  const fields: Record<string, string> = {};
  for (const { ai, value, plain } of elements) {
    if ((said.get(ai) ?? value) !== value) return new Fault("conflicting-structures", `AI ${ai}`);
    said.set(ai, value);
    if (WITHHELD.has(ai)) continue;
    const name = NAMES[ai] ?? `ai_${ai}`;
    const known = fields[name] ?? "";
    if (EXPIRY_AIS.has(ai) && known.startsWith(plain)) continue;
    if (!plain.startsWith(known)) return new Fault("conflicting-structures", `AI ${ai}`);
    fields[name] = plain;
  }
  if ("gsrn_provider" in fields && "gsrn_recipient" in fields) {
    return new Fault("conflicting-structures", "AI 8017 and 8018");
  }
  fields["ais"] = [...said.keys()].join(",");
  return fields;
}

const KEYS: readonly (readonly [scheme: string, name: string])[] = [
  ["sscc", "sscc"],
  ["grai", "grai"],
  ["giai", "giai"],
  ["gsrn-recipient", "gsrn_recipient"],
  ["gsrn-provider", "gsrn_provider"],
  ["gdti", "gdti"],
];

function identifiersOf(fields: Fields): Identifier[] {
  const found = KEYS.flatMap(([scheme, name]): Identifier[] => {
    const value = fields[name];
    // Without its serial number, such a key names a class of things and no thing.
    return value !== undefined && value.length > (CLASS_ONLY_LENGTHS[name] ?? 0) ? [{ scheme, issuer: "", value }] : [];
  });
  const { gtin, serial, lot, gln, gln_extension: extension } = fields;
  if (gtin !== undefined) {
    if (serial !== undefined) found.push({ scheme: "sgtin", issuer: "", value: `${gtin}.${serial}` });
    if (lot !== undefined) found.push({ scheme: "gtin-lot", issuer: "", value: `${gtin}.${lot}` });
    found.push({ scheme: "gtin", issuer: "", value: gtin });
  }
  if (gln !== undefined) {
    found.push({ scheme: "gln", issuer: "", value: extension === undefined ? gln : `${gln}.${extension}` });
  }
  return found;
}

const SUBJECTS: readonly (readonly [scheme: string, subject: Subject])[] = [
  ["sscc", "shipper"],
  ["grai", "shipper"],
  ["giai", "logger"],
  ["gsrn-recipient", "patient"],
  ["gsrn-provider", "person"],
  ["gdti", "document"],
  ["sgtin", "bag"],
  ["gtin", "product"],
  ["gln", "position"],
];

function subjectOf(fields: Fields, identifiers: readonly Identifier[]): Subject {
  const schemes = new Set(identifiers.map(({ scheme }) => scheme));
  const named = SUBJECTS.find(([scheme]) => schemes.has(scheme));
  if (named) return named[1];
  // No single thing is named: say what kind of thing it is about.
  return "grai" in fields ? "shipper" : "gdti" in fields ? "document" : "product";
}

export const GS1: Format = {
  tag: "gs1",
  claims: ({ text, aim, symbology }) =>
    (aim !== null && AIM_PREFIXES.has(aim)) ||
    (symbology !== null && SYMBOLOGIES.has(symbology)) ||
    text.startsWith(GS),
  read,
  proved: (fields) => tables.gs1.selfChecked.map((ai) => fields[NAMES[ai] ?? ""] ?? "").join(""),
};
