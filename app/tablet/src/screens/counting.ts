// A blind count while it is made: which positions were seen, and what was read in each. What is expected is not here.
import type { Reading } from "../core/barcodes/reading.ts";

/** What was read at one position: its own label as scanned, and every code in it; none means empty. */
export interface Seen {
  readonly position: string;
  readonly symbols: readonly string[];
}

export interface Counting {
  /** The dewar's own label, as scanned. */
  readonly dewar: string | null;
  readonly seen: Readonly<Record<string, Seen>>;
  /** Where the next code is taken to lie. */
  readonly current: string | null;
}

export const BEGUN: Counting = { dewar: null, seen: {}, current: null };
/** Codes that one position may have, as the service takes them. */
export const MOST = 8;

/** The count after one more scan, or why it has no place in it. */
export function scannedInto(counting: Counting, places: readonly string[], text: string, reading: Reading): Counting | "not-here" | "position-first" {
  if (reading.status === "identified" && reading.subject === "dewar") return { ...counting, dewar: text };
  if (reading.status === "identified" && reading.subject === "position") {
    const code = reading.fields["value"] ?? "";
    if (!places.includes(code)) return "not-here";
    return { ...counting, current: code, seen: { ...counting.seen, [code]: counting.seen[code] ?? { position: text, symbols: [] } } };
  }
  const { current, seen } = counting;
  const here = current === null ? undefined : seen[current];
  if (current === null || !here) return "position-first";
  // A code that cannot be read is a finding too: the report names it.
  const symbols = here.symbols.includes(text) ? here.symbols : [...here.symbols, text].slice(0, MOST);
  return { ...counting, seen: { ...seen, [current]: { ...here, symbols } } };
}

/** The count with one position not seen yet. */
export function without(counting: Counting, code: string): Counting {
  const { [code]: _gone, ...seen } = counting.seen;
  return { ...counting, seen, current: counting.current === code ? null : counting.current };
}

export function unseen(counting: Counting, places: readonly string[]): readonly string[] {
  return places.filter((code) => !(code in counting.seen));
}
