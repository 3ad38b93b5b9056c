// What may stand inside an ISBT 128 structure, and the plain fields it becomes (ST-001 section 2.4).
import { calendarDay, isTime, ordinalDay } from "./calendar.ts";
import { mod37_2 } from "./check.ts";
import type { Reason } from "./reading.ts";

export type Contents = Record<string, string> | Reason;
export type ContentReader = (content: string) => Contents;

/** Facility identification number: no letter O anywhere, no zero first. */
export const FIN = "[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2}";

const DIN = new RegExp(`^(${FIN}[0-9]{8})([0-9A-HJ-NPR-Y]{2})$`);
const COI = new RegExp(`^CH${FIN}[0-9]{2}[0-9A-Z]{6}$`);
const FIRST_CHECKED_FLAG = 60;
const LAST_CHECKED_FLAG = 96;
const DIGITS = /^[0-9]+$/;
const FLEXIBLE = /^([12])0(01|02|03)([0-9]{8})([0-9]{4})$/;
const FLEXIBLE_NAMES: Readonly<Record<string, string>> = { "01": "expiry", "02": "collected", "03": "produced" };
const VOLUME_ML = /^010001([0-9]{5})([0-5])00$/;
const DIMENSIONS = /^[0-9]{2}[0-9A-Za-z]+$/;
const DIMENSION_LENGTH = 14;

export function isCoi(text: string): boolean {
  return COI.test(text);
}

/** Whether the two flags of a donation number are of type 3, that is, a check of the number itself. */
export function areCheckFlags(flags: string): boolean {
  return DIGITS.test(flags) && FIRST_CHECKED_FLAG <= Number(flags) && Number(flags) <= LAST_CHECKED_FLAG;
}

export function din(content: string): Contents {
  const match = DIN.exec(content);
  if (!match) return "din-alphabet";
  const [, number = "", flags = ""] = match;
  if (areCheckFlags(flags) && Number(flags) !== FIRST_CHECKED_FLAG + mod37_2(number)) return "din-check";
  return { din: number, din_flags: flags };
}

/** A reader of fixed text: each group of the pattern becomes the field of the same rank. */
export function textOf(pattern: string, ...names: string[]): ContentReader {
  const compiled = new RegExp(`^(?:${pattern})$`);
  return (content) => {
    const match = compiled.exec(content);
    if (!match) return "alphabet";
    return Object.fromEntries(names.map((name, place) => [name, match[place + 1] ?? ""]));
  };
}

/** A reader of `cyyjjj` or `cyyjjjhhmm` (004 to 009): ISO date or date and time, without a zone. */
export function ordinalDate(name: string): ContentReader {
  return (content) => {
    if (!DIGITS.test(content)) return "alphabet";
    const day = ordinalDay(content.slice(0, 6));
    if (day === null) return "impossible-date";
    const time = content.slice(6);
    if (!time) return { [name]: day, [`${name}_time_is_default`]: "true" };
    if (!isTime(time)) return "impossible-date";
    const instant = `${day}T${time.slice(0, 2)}:${time.slice(2)}`;
    return { [name]: instant, [`${name}_time_is_default`]: String(time === "2359") };
  };
}

export function expiryMonth(content: string): Contents {
  if (!DIGITS.test(content)) return "alphabet";
  const day = calendarDay(`${content}01`);
  return day === null ? "impossible-date" : { expiry: day.slice(0, -3) };
}

export function birthDate(content: string): Contents {
  if (!DIGITS.test(content)) return "alphabet";
  const day = calendarDay(content.slice(2));
  return day === null ? "impossible-date" : { birth_date: day, birth_location: content.slice(0, 2) };
}

/** Flexible date and time (031): the only structure that says whether it means local time or UTC. */
export function flexibleTime(content: string): Contents {
  const match = FLEXIBLE.exec(content);
  if (!match) return "alphabet";
  const [, zone, kind = "", numbers = "", time = ""] = match;
  const day = calendarDay(numbers);
  if (day === null || !isTime(time)) return "impossible-date";
  const instant = `${day}T${time.slice(0, 2)}:${time.slice(2)}`;
  const name = FLEXIBLE_NAMES[kind] ?? "";
  return zone === "1" ? { [name]: instant, [`${name}_time_is_default`]: "false" } : { [`${name}_utc`]: `${instant}Z` };
}

/** Dimensions (029): only an exact volume in millilitres is read, the rest is kept as it stands. */
export function dimensions(content: string): Contents {
  if (!DIMENSIONS.test(content)) return "alphabet";
  const fields: Record<string, string> = { dimensions: content };
  for (let start = 2; start < content.length; start += DIMENSION_LENGTH) {
    const volume = VOLUME_ML.exec(content.slice(start, start + DIMENSION_LENGTH));
    if (volume) fields["volume_ml"] = scaled(volume[1] ?? "", Number(volume[2]));
  }
  return fields;
}

/** Digits with their decimal point moved left, as Python's Decimal writes them: every place kept. */
function scaled(digits: string, places: number): string {
  const whole = String(Number(digits));
  if (places === 0) return whole;
  const padded = whole.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
