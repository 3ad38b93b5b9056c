// What of a bag's history may be corrected, and how it stands now: the first statement with every correction applied, as the
// service reads it (docs/decisions/0022).
import { dayOf } from "../core/work/day.ts";
import type { FieldSpec } from "../device/catalogue.ts";
import type { Text } from "../i18n/words.ts";
import { numberOf } from "./statements.ts";
import type { Entry } from "./statements.ts";

export interface Correction {
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
  readonly reason: string | null;
}

/** One event of a bag, as far as the screens read it. */
export interface HistoryItem {
  readonly id: string;
  readonly step: string | null;
  readonly outcome: string | null;
  readonly occurred_at: string;
  readonly actor: { readonly name: string | null } | null;
  readonly witness: { readonly name: string | null } | null;
  readonly late: { readonly by_seconds: number } | null;
  readonly corrections: readonly Correction[];
  readonly notes: Readonly<Record<string, unknown>>;
  readonly body: { readonly details?: Readonly<Record<string, unknown>> };
}

/** A field of an event, and its value as a correction names it. */
export interface Correctable {
  readonly field: FieldSpec;
  readonly recorded: string;
}

/** How a field that nobody filled in is written in a correction. */
export const UNSAID = "-";
const KINDS: ReadonlySet<string> = new Set(["text", "choice", "integer", "boolean", "instant", "date"]);
/** Their values live on labels, in the bag or in a hold: a note beside them would change nothing. */
const CARRIED: ReadonlySet<string> = new Set(["lot", "expires_at", "bags", "item", "hold", "event"]);

export function correctable(item: HistoryItem, fields: readonly FieldSpec[]): readonly Correctable[] {
  if (item.outcome !== "taken" || item.step === "corrected" || !item.body.details) return [];
  const stated = { ...item.body.details, ...item.notes };
  return fields
    .filter(({ name, kind }) => KINDS.has(kind) && !CARRIED.has(name))
    .map((field) => {
      const last = item.corrections.filter(({ field: name }) => name === field.name).at(-1);
      return { field, recorded: last?.new ?? textOf(stated[field.name]) };
    });
}

/** A value as it is written in a correction. */
export function textOf(value: unknown): string {
  return value === undefined || value === null ? UNSAID : String(value);
}

/** What was entered for the new value, as it is written in a correction; null while it says nothing. */
export function newText(field: FieldSpec, entry: Entry | undefined): string | null {
  if (typeof entry === "boolean") return String(entry);
  if (typeof entry !== "string" || entry.trim() === "") return null;
  if (field.kind === "integer") return numberOf(field, entry)?.toString() ?? null;
  if (field.kind === "date") return dayOf(entry);
  return field.kind === "instant" ? new Date(entry).toISOString() : entry.trim();
}

/** A recorded value as people read it. */
export function shownValue(
  field: FieldSpec,
  text: string,
  say: { readonly yes: string; readonly no: string; readonly unsaid: string; readonly choice: (code: string) => string; readonly moment: (at: string) => string },
): string {
  if (text === UNSAID) return say.unsaid;
  if (field.kind === "boolean") return text === "true" ? say.yes : say.no;
  if (field.kind === "choice") return say.choice(text);
  if (field.kind === "instant") return say.moment(text);
  if (field.unit === "m°C") return `${Number(text) / 1000} °C`;
  return field.unit ? `${text} ${field.unit.replace(/[{}]/g, "")}` : text;
}

/** The name of a field of a step, its tag where the catalogue knows none. */
export function nameOfField(fields: readonly FieldSpec[] | undefined, name: string): Text {
  return fields?.find((field) => field.name === name)?.labels ?? { fr: name, en: name };
}
