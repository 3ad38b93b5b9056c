// Which of a step's places a scanned symbol belongs to. People scan in any order; a place is told by what the symbol names.
import type { SymbolMessage } from "../core/queue/link.ts";
import type { SlotSpec } from "../device/catalogue.ts";

/** What was scanned for each place, by its role. */
export type Filled = Readonly<Record<string, readonly SymbolMessage[]>>;

/**
 * The role a symbol goes to, null when the step has no place for it. `wanted` is the place that a person has pointed at;
 * `recent` the one that was filled last: the second code of a label belongs to where the first went. The same code again
 * is another label's, as a cassette repeats what its bag says.
 */
export function slotFor(
  slots: readonly SlotSpec[],
  filled: Filled,
  symbol: { readonly subject: string; readonly text: string },
  wanted: string | null,
  recent: string | null,
): string | null {
  const fitting = slots.filter((slot) => fits(slot, symbol.subject));
  const has = (role: string): boolean => (filled[role] ?? []).some(({ text }) => text === symbol.text);
  const empty = fitting.filter(({ role }) => (filled[role] ?? []).length === 0);
  const pointed = fitting.find(({ role }) => role === wanted && !has(role));
  if (pointed) return pointed.role;
  const required = empty.find((slot) => slot.required);
  if (required) return required.role;
  const last = fitting.find(({ role }) => role === recent && !has(role));
  return (last ?? empty[0] ?? fitting.find(({ role }) => !has(role)) ?? fitting[0])?.role ?? null;
}

/** The symbols in the order of the places, each with its role. */
export function symbolsOf(slots: readonly SlotSpec[], filled: Filled): SymbolMessage[] {
  return slots.flatMap(({ role }) => (filled[role] ?? []).map((symbol) => ({ ...symbol, role })));
}

function fits({ subject }: SlotSpec, named: string): boolean {
  return subject === named || (subject === "bag" && named === "product") || (subject === "document" && named === "therapy");
}
