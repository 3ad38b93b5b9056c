// How a GS1 element string is cut; the table of application identifiers (AI) is generated from the service's.
import { daysOfMonth, isTime, isoDay } from "./calendar.ts";
import { mod10IsRight } from "./check.ts";
import { Fault } from "./format.ts";
import tables from "./tables.json";

/** What a reader sends for the separator FNC1. */
export const GS = "\x1d";

/** An AI and the shape of its value; `closed` when a separator or the end must follow. */
interface Kind {
  readonly ai: string;
  readonly whole: RegExp;
  readonly head: RegExp;
  readonly closed: boolean;
}

/** One AI and its value, and the plain text the value is stored as. */
export interface Element {
  readonly ai: string;
  readonly value: string;
  readonly plain: string;
}

const DAYS = new Set(["11", "12", "13", "15", "16", "17"]);
const MINUTES = "7003";
const EXPIRY = "17";
const EXPIRY_LENGTH = 8;
const NAMELESS_TAILS = new Set(["10", "21"]);
export const NAMES: Readonly<Record<string, string | undefined>> = tables.gs1.names;
const CHECKED_LENGTHS: Readonly<Record<string, number | undefined>> = tables.gs1.checkedLengths;
const NEEDS: Readonly<Record<string, readonly string[] | undefined>> = tables.gs1.needs;

const KINDS = new Map<string, Kind>();
for (const [shape, closed, ais] of tables.gs1.shapes as [string, boolean, string][]) {
  for (const ai of ais.split(" ")) {
    KINDS.set(ai, { ai, whole: new RegExp(`^${ai}${shape}$`), head: new RegExp(`^${ai}${shape}`), closed });
  }
}

/**
 * Cut an ASCII GS1 message, without its leading FNC1, into elements whose values are right. `separatorsAreSure` is false
 * for a reader that may drop GS: then a message without any, whose last field could also be two, is refused.
 */
export function cutElements(text: string, separatorsAreSure: boolean): readonly Element[] | Fault {
  const found: Element[] = [];
  let at = 0;
  while (at < text.length) {
    const kind = kindAt(text, at);
    if (!kind) return new Fault("gs1-syntax", `character ${at + 1}`);
    const next = text.indexOf(GS, at);
    const match = (kind.closed ? kind.whole : kind.head).exec(text.slice(at, next < 0 ? text.length : next));
    if (!match) return new Fault("gs1-syntax", `AI ${kind.ai}`);
    const value = match[0].slice(kind.ai.length);
    const plain = plainOf(kind.ai, value);
    if (plain instanceof Fault) return plain;
    found.push({ ai: kind.ai, value, plain });
    at += match[0].length;
    // One separator may follow any field, even one of fixed length (General Specifications 7.8.6).
    if (text[at] === GS) at += 1;
  }
  const last = found.at(-1);
  if (!last) return new Fault("gs1-syntax", "no field");
  if (!text.includes(GS) && (separatorsAreSure ? hidesAnExpiry : hidesAField)(last, found)) {
    return new Fault("gs1-ambiguous", `AI ${last.ai}`);
  }
  return found;
}

function kindAt(text: string, at: number): Kind | undefined {
  for (let length = 2; length <= 4; length += 1) {
    const kind = KINDS.get(text.slice(at, at + length));
    if (kind) return kind;
  }
  return undefined;
}

function plainOf(ai: string, value: string): string | Fault {
  const length = CHECKED_LENGTHS[ai];
  if (length !== undefined && !mod10IsRight(value.slice(0, length))) return new Fault("check-digit", `AI ${ai}`);
  if (!DAYS.has(ai) && ai !== MINUTES) return value;
  return momentOf(value) ?? new Fault("impossible-date", `AI ${ai}`);
}

/** `yymmdd` or `yymmddhhmm`; every year is 20yy (labels of living cells), and day 00 is the end of the month. */
function momentOf(text: string): string | null {
  const year = 2000 + Number(text.slice(0, 2));
  const month = Number(text.slice(2, 4));
  const day = isoDay(year, month, Number(text.slice(4, 6)) || daysOfMonth(year, month));
  const time = text.slice(6);
  if (day === null || !time) return day;
  return isTime(time) ? `${day}T${time.slice(0, 2)}:${time.slice(2)}` : null;
}

/** Whether the last field is a lot or a serial that ends in `17` and a date, where no expiry is given. */
function hidesAnExpiry(last: Element, found: readonly Element[]): boolean {
  const tail = last.value.slice(-EXPIRY_LENGTH);
  return (
    NAMELESS_TAILS.has(last.ai) &&
    last.value.length > EXPIRY_LENGTH &&
    /^17[0-9]{6}$/.test(tail) &&
    momentOf(tail.slice(EXPIRY.length)) !== null &&
    mayJoin(EXPIRY, presentIn(found))
  );
}

/** Whether the last field, cut shorter, leaves a tail that reads as further fields this message may carry. */
function hidesAField(last: Element, found: readonly Element[]): boolean {
  const kind = KINDS.get(last.ai);
  if (!kind?.closed) return false;
  const text = last.ai + last.value;
  const tails = readableTails(text, presentIn(found));
  for (let start = last.ai.length + 1; start < text.length; start += 1) {
    if (tails.has(start) && kind.whole.test(text.slice(0, start))) return true;
  }
  return false;
}

/** The places from which a text reads to its end as fields that may stand beside those present. */
function readableTails(text: string, present: ReadonlySet<string>): ReadonlySet<number> {
  const readable = new Set([text.length]);
  for (let start = text.length - 1; start > 0; start -= 1) {
    const kind = kindAt(text, start);
    if (!kind || !mayJoin(kind.ai, present)) continue;
    for (const end of readable) {
      const part = text.slice(start, end);
      if (kind.whole.test(part) && !(plainOf(kind.ai, part.slice(kind.ai.length)) instanceof Fault)) {
        readable.add(start);
        break;
      }
    }
  }
  return readable;
}

function mayJoin(ai: string, present: ReadonlySet<string>): boolean {
  if (NAMES[ai] === undefined || present.has(ai)) return false;
  const needed = NEEDS[ai];
  return needed === undefined || needed.some((one) => present.has(one));
}

function presentIn(found: readonly Element[]): ReadonlySet<string> {
  return new Set(found.map(({ ai }) => ai));
}
