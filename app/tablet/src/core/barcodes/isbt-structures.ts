// The ISBT 128 structures we read, in one table, and how a run of them is cut (ST-001 table 2 and section 2.4).
import { Fault } from "./format.ts";
import type { ContentReader } from "./isbt-contents.ts";
import { FIN, birthDate, dimensions, din, expiryMonth, flexibleTime, ordinalDate, textOf } from "./isbt-contents.ts";
import { singleEuropeanCode } from "./sec-contents.ts";

export interface Structure {
  readonly number: string;
  readonly identifier: string;
  /** Of the content, in characters. */
  readonly length: number;
  readonly read: ContentReader;
  /** What the content's head adds to its length when it says so itself. */
  readonly more?: (head: string) => number;
}

export interface Cut {
  readonly structure: Structure;
  readonly content: string;
}

const FIRST_OF_DIN = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789";
const PRODUCT_CODE = "([A-LO-QSUX-Z][0-9A-Z]{4}[0-9A-Za-z]{3}|[TMNRVW][0-9A-Z]{4}[0-9]{3})";
export const RETIRED_DONOR = "037";
export const NATIONAL = "national";
export const COMPOUND = "023";
const NATIONAL_SECOND = "abcdefghijklmnopqrstuvwxyz;!";

function announced(digits: string): number {
  // What is no number adds nothing here: the content's own reader refuses it.
  return /^[0-9]+$/.test(digits) ? Number(digits) : 0;
}

type Row = readonly [number: string, identifier: string, length: number, read: ContentReader, more?: (head: string) => number];

const ROWS: readonly Row[] = [
  ["001", "=", 15, din],
  ["002", "=%", 4, textOf("([0-9A-Za-z]{4})", "blood_groups")],
  ["003", "=<", 8, textOf(PRODUCT_CODE, "product_code")],
  ["004", "=>", 6, ordinalDate("expiry")],
  ["005", "&>", 10, ordinalDate("expiry")],
  ["006", "=*", 6, ordinalDate("collected")],
  ["007", "&*", 10, ordinalDate("collected")],
  ["008", "=}", 6, ordinalDate("produced")],
  ["009", "&}", 10, ordinalDate("produced")],
  ["011", "={", 18, textOf("[0-9A-Za-z]{18}")],
  ["015", "=[", 18, textOf("[0-9A-Za-z]{18}")],
  ["016", '="', 18, textOf("[0-9A-Za-z]{18}")],
  ["019", "=;", 21, textOf(`(${FIN}[0-9]{16})`, "donor_id")],
  ["020", "='", 11, textOf(`(${FIN}[0-9A-Z]{6})`, "staff_id")],
  [COMPOUND, "=+", 5, textOf("([0-9]{2})[0-9]{3}", "announced")],
  ["024", "=#", 10, birthDate],
  [
    "025",
    "&#",
    4,
    textOf("([0-9]{2})[0-9]{2}([0-9A-Za-z]+)", "patient_location", "patient_id"),
    (head) => announced(head.slice(2)),
  ],
  ["026", "=]", 6, expiryMonth],
  ["029", "&$", 2, dimensions, (head) => 14 * announced(head)],
  ["031", "=(", 16, flexibleTime],
  ["032", "=,", 6, textOf("([0-9A-Z]{6})", "division")],
  ["033", "&+", 11, textOf(`(${FIN})([0-9A-Z]{6})`, "processing_facility", "facility_product_code")],
  [
    "034",
    "=/",
    16,
    textOf(
      `(${FIN})([0-9A-Z]{6})([0-9A-Z]{5})`,
      "processor",
      "processor_product_code",
      "processor_product_description",
    ),
  ],
  ["035", "&,1", 18, textOf("([0-9A-Z]{18})", "mpho_lot")],
  ["036", "&,2", 18, textOf("([0-9A-Z]{18})", "mpho_supplement")],
  [RETIRED_DONOR, "&,3", 19, textOf("[0-9A-Za-z]{19}")],
  ["038", "&,4", 40, singleEuropeanCode],
  ["039", "&:", 19, textOf("([0-9]{4}[0-9A-Z]{13}[0-9]{2})", "grid")],
  ["040", "&/", 15, textOf(`(CH${FIN}[0-9]{2}[0-9A-Z]{6})`, "coi")],
];

const STRUCTURES: readonly Structure[] = ROWS.map(([number, identifier, length, read, more]) => ({
  number,
  identifier,
  length,
  read,
  ...(more && { more }),
}));

export const BY_NUMBER: ReadonlyMap<string, Structure> = new Map(STRUCTURES.map((one) => [one.number, one]));

const BY_START = new Map<string, Structure>(
  STRUCTURES.flatMap((one): [string, Structure][] =>
    one.identifier.length > 1
      ? [[one.identifier, one]]
      : Array.from(FIRST_OF_DIN, (first): [string, Structure] => [`=${first}`, one]),
  ),
);

/** Cut a text from left to right into structures, checking identifiers and lengths, not contents. */
export function cut(text: string, national: ReadonlySet<string> = new Set()): readonly Cut[] | Fault {
  const found: Cut[] = [];
  let at = 0;
  while (at < text.length) {
    const structure = BY_START.get(text.slice(at, at + 2)) ?? BY_START.get(text.slice(at, at + 3));
    if (!structure) {
      const tail = nationalTail(text, at, national) ?? unknown(at, found.length > 0 && !"=&".includes(text.charAt(at)));
      return tail instanceof Fault ? tail : [...found, tail];
    }
    const start = at + structure.identifier.length;
    let { length } = structure;
    if (structure.more) length += structure.more(text.slice(start, start + length));
    const content = text.slice(start, start + length);
    if (content.length < length) return new Fault("length", `structure ${structure.number}`);
    found.push({ structure, content });
    at = start + length;
  }
  return found;
}

function unknown(at: number, inside: boolean): Fault {
  return new Fault(inside ? "length" : "unknown-structure", `character ${at + 1}`);
}

/** A national structure has no known end: a declared one takes all that follows, any other is a fault (ST-001 2.5). */
function nationalTail(text: string, at: number, national: ReadonlySet<string>): Cut | Fault | null {
  const identifier = text.slice(at, at + 2);
  if (identifier[0] !== "&" || identifier.length < 2 || !NATIONAL_SECOND.includes(identifier.slice(1))) return null;
  if (!national.has(identifier)) return new Fault("national-structure", `character ${at + 1}`);
  if (text.length === at + 2) return new Fault("length", "national structure");
  const opaque: Structure = { number: identifier, identifier, length: 0, read: () => ({ [NATIONAL]: identifier }) };
  return { structure: opaque, content: text.slice(at + 2) };
}
