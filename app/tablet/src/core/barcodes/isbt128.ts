// ISBT 128: one structure, a compound message, or a bare run of structures joined by the scanner.
import { mod37_2Character } from "./check.ts";
import type { Format, Payload } from "./format.ts";
import { Fault, identified, unreadable } from "./format.ts";
import type { Contents } from "./isbt-contents.ts";
import { areCheckFlags } from "./isbt-contents.ts";
import type { Cut } from "./isbt-structures.ts";
import { BY_NUMBER, COMPOUND, NATIONAL, RETIRED_DONOR, cut } from "./isbt-structures.ts";
import type { Fields, Identifier, Reading, Subject } from "./reading.ts";
import { agrees } from "./sec-contents.ts";

const COMPOUND_START = "=+";
const PACK_NUMBERED = "TMNRVW";
// Wide enough that a slip of the finger (an O for a zero, a small letter) is told as such; reading is strict.
const TYPED_DIN = /^=?([0-9A-Za-z]{3}[0-9OIoi]{10})(?: ?([0-9A-Za-z*]))?$/;
const TYPED_DIN_WITH_FLAGS = /^[0-9A-Za-z]{3}[0-9OIoi]{10}[0-9A-Z]{2}$/;
const TYPED_COI = /^(?:&\/)?(CH[0-9A-Za-z]{3}[0-9OIoi]{4}[0-9A-Za-z]{6})(?: ?([0-9A-Za-z*]))?$/;
const DATES = ["expiry", "collected", "produced"];
const TIME_IS_DEFAULT = "_time_is_default";
const NEVER_CONFLICTING = "din_flags";
const OF_A_PATIENT = ["patient_id", "donor_id", "birth_date", "grid"];

function claims({ text, source }: Payload): boolean {
  if (text.startsWith("=") || text.startsWith("&")) return true;
  return source === "typed" && [TYPED_DIN, TYPED_DIN_WITH_FLAGS, TYPED_COI].some((pattern) => pattern.test(text));
}

function read(payload: Payload): Reading {
  if (payload.source === "typed") return readTyped(payload);
  const cuts = structuresOf(payload.text, payload.national);
  const fields = cuts instanceof Fault ? cuts : fieldsOf(cuts);
  return fields instanceof Fault ? unreadable(payload, fields.reason, fields.detail) : told(payload, fields);
}

/** A text's structures; of a compound message those it announces. */
function structuresOf(text: string, national: ReadonlySet<string>): readonly Cut[] | Fault {
  if (!text.startsWith(COMPOUND_START)) return cut(text, national);
  // A compound message holds no national structure, declared or not (ST-001 section 2.5).
  const cuts = cut(text);
  if (cuts instanceof Fault) return cuts;
  const [opening, ...within] = cuts;
  const head: Contents = opening ? opening.structure.read(opening.content) : "length";
  if (typeof head === "string") return new Fault(head, `structure ${COMPOUND}`);
  if (within.length === 0 || Number(head["announced"]) !== within.length) {
    return new Fault("count-mismatch", `${within.length} structures`);
  }
  return within;
}

function fieldsOf(cuts: readonly Cut[]): Record<string, string> | Fault {
  const fields: Record<string, string> = {};
  for (const { structure, content } of cuts) {
    if (structure.number === COMPOUND) return new Fault("unknown-structure", "a compound message inside another");
    const found = structure.read(content);
    if (typeof found === "string") return new Fault(found, `structure ${structure.number}`);
    if (!agree(fields, found)) return new Fault("conflicting-structures", `structure ${structure.number}`);
  }
  if ("sec" in fields && !agrees(fields)) return new Fault("conflicting-structures", "structure 038");
  if (needsDivision(fields["product_code"] ?? "") && !("division" in fields)) {
    return new Fault("division-missing", "structure 032");
  }
  fields["structures"] = cuts.map(({ structure }) => structure.number).join(",");
  return fields;
}

/** Add what a structure says to what is known, or say that they contradict each other. */
function agree(fields: Record<string, string>, said: Readonly<Record<string, string>>): boolean {
  let found = said;
  for (const name of DATES) {
    const known = fields[name];
    const date = found[name];
    if (known === undefined || date === undefined) continue;
    // A month, a day and a minute of one date agree; the finest is kept, with its own word on the time.
    if (known.startsWith(date)) {
      found = Object.fromEntries(Object.entries(found).filter(([key]) => !key.startsWith(name)));
    } else if (date.startsWith(known)) {
      delete fields[name];
      delete fields[name + TIME_IS_DEFAULT];
    } else {
      return false;
    }
  }
  for (const [name, value] of Object.entries(found)) {
    fields[name] ??= value;
    if (fields[name] !== value && name !== NEVER_CONFLICTING) return false;
  }
  return true;
}

function needsDivision(productCode: string): boolean {
  return productCode.slice(6) === "99" && !PACK_NUMBERED.includes(productCode.charAt(0));
}

function readTyped(payload: Payload): Reading {
  const number = TYPED_DIN.exec(payload.text);
  if (number) return checked(payload, number, readBy("001", `${number[1]}00`));
  const coi = TYPED_COI.exec(payload.text);
  if (coi) return checked(payload, coi, readBy("040", coi[1] ?? ""));
  return unreadable(payload, "typed-without-check", "K");
}

function readBy(number: string, content: string): Contents {
  return BY_NUMBER.get(number)?.read(content) ?? "unknown-structure";
}

function checked(payload: Payload, match: RegExpExecArray, content: Contents): Reading {
  const [, number = "", check] = match;
  if (typeof content === "string") return unreadable(payload, content, "typed number");
  if (check === undefined) return unreadable(payload, "typed-without-check", "K");
  if (check !== mod37_2Character(number)) return unreadable(payload, "check-character", "K");
  // Flags are printed apart from the number and nobody types them.
  const { din_flags: _flags, ...fields } = content;
  return told(payload, { ...fields, structures: "din" in fields ? "001" : "040" });
}

function told(payload: Payload, fields: Fields): Reading {
  const withholds = NATIONAL in fields || (fields["structures"] ?? "").includes(RETIRED_DONOR);
  return identified(payload, ISBT128.tag, subjectOf(fields), fields, identifiersOf(fields), withholds);
}

function subjectOf(fields: Fields): Subject {
  if ("din" in fields || "product_code" in fields) return "bag";
  if (OF_A_PATIENT.some((name) => name in fields)) return "patient";
  if ("staff_id" in fields) return "person";
  // What is left (a date, a division, a volume) is printed on bags only.
  return "coi" in fields ? "therapy" : "bag";
}

const WORLDWIDE: readonly (readonly [name: string, scheme: string])[] = [
  ["din", "din"],
  ["product_code", "product-code"],
  ["division", "division"],
  ["sec", "sec"],
  ["sec_donation", "sec-donation"],
  ["donor_id", "donor-id"],
  ["staff_id", "staff-id"],
  ["grid", "grid"],
];

function identifiersOf(fields: Fields): Identifier[] {
  const found = WORLDWIDE.flatMap(([name, scheme]): Identifier[] => {
    const value = fields[name];
    return value === undefined ? [] : [{ scheme, issuer: "", value }];
  });
  const { din, product_code: code, division = "", coi, patient_id: patient, patient_location: location = "" } = fields;
  if (din !== undefined && code !== undefined) {
    found.push({ scheme: "container", issuer: "", value: din + code + division });
  }
  if (coi !== undefined) found.push({ scheme: "coi", issuer: "isbt128", value: coi });
  if (patient !== undefined) found.push({ scheme: "patient-id", issuer: location, value: patient });
  return found;
}

export const ISBT128: Format = {
  tag: "isbt128",
  claims,
  read,
  proved: (fields) => (areCheckFlags(fields["din_flags"] ?? "") ? (fields["din"] ?? "") : ""),
};
