// What is stated in a step: from what was typed and pressed to what the service reads, and what is still missing.
import { dayOf } from "../core/work/day.ts";
import type { FieldSpec } from "../device/catalogue.ts";

/** What stands in a field: a text as typed, a pressed yes or no, or rows of further fields. */
export type Entry = string | boolean | readonly Entries[];
export type Entries = Readonly<Record<string, Entry>>;

/** Degrees are typed as people say them and sent as the whole millidegrees of the ledger. */
export const MILLI_DEGREES = "m°C";

export function isStated(field: FieldSpec, entry: Entry | undefined): boolean {
  if (typeof entry === "boolean") return true;
  if (typeof entry === "string") return entry.trim() !== "" && isReadable(field, entry);
  return (entry ?? []).some((row) => field.fields.some((inner) => isStated(inner, row[inner.name])));
}

/** Whether a field of objects holds one of them and not a list. */
export function isOne({ kind, maximum }: FieldSpec): boolean {
  return kind === "objects" && maximum === null;
}

/** The fields that are still to be filled: the required ones, and those that hold what the service could not read. */
export function missing(fields: readonly FieldSpec[], entries: Entries): readonly FieldSpec[] {
  return fields.filter((field) => {
    const entry = entries[field.name];
    const empty = entry === undefined || (typeof entry === "string" && entry.trim() === "") || (Array.isArray(entry) && !isStated(field, entry));
    if (empty) return field.required;
    if (Array.isArray(entry)) return (entry as readonly Entries[]).some((row) => missing(field.fields, row).length > 0);
    return !isStated(field, entry);
  });
}

function isReadable(field: FieldSpec, text: string): boolean {
  if (field.kind === "date") return dayOf(text) !== null;
  return field.kind !== "integer" || isInRange(field, text);
}

function isInRange(field: FieldSpec, text: string): boolean {
  const number = numberOf(field, text);
  return number !== null && number >= (field.minimum ?? -Infinity) && number <= (field.maximum ?? Infinity);
}

/** The `details` of the act: what was stated and nothing else. */
export function detailsOf(fields: readonly FieldSpec[], entries: Entries): Record<string, unknown> {
  const stated = fields.filter((field) => isStated(field, entries[field.name]));
  return Object.fromEntries(stated.map((field) => [field.name, valueOf(field, entries[field.name])]));
}

function valueOf(field: FieldSpec, entry: Entry | undefined): unknown {
  if (typeof entry === "boolean") return entry;
  if (typeof entry !== "string") {
    const rows = (entry ?? []).map((row) => detailsOf(field.fields, row));
    return isOne(field) ? rows[0] : rows;
  }
  if (field.kind === "integer") return numberOf(field, entry);
  if (field.kind === "instant") return new Date(entry).toISOString();
  if (field.kind === "date") return dayOf(entry) ?? entry.trim();
  if (field.kind === "texts" || field.kind === "digests") return lines(entry);
  return entry.trim();
}

/** The whole number that a text says, null when it says none. */
export function numberOf(field: FieldSpec, text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  if (field.unit === MILLI_DEGREES) return /^-?\d{1,3}(\.\d{1,3})?$/.test(plain) ? Math.round(Number(plain) * 1000) : null;
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : null;
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}
