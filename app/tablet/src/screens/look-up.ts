// Scan first: whatever is scanned while no step is open is looked up, and the screen goes where it leads.
import { signal } from "@preact/signals";
import type { SymbolMessage } from "../core/queue/link.ts";
import type { Reading } from "../core/barcodes/reading.ts";
import { sentenceOf } from "../core/barcodes/reading.ts";
import { readingsOf } from "../device/done.ts";
import { Unreachable, reach } from "../device/reach.ts";
import type { Doubt, Scan } from "../device/scans.ts";
import { listen } from "../device/scans.ts";
import { Problem, call } from "../device/service.ts";
import { signalRead } from "../device/signals.ts";
import type { Text } from "../i18n/words.ts";
import { bagInList, positionInList } from "./from-list.ts";
import { go, route } from "./route.ts";
import type { ReadAnswer, Subject } from "./shapes.ts";

export type Found =
  | { readonly kind: "looking" | "unknown" | "offline"; readonly scan: Scan }
  | { readonly kind: "unreadable"; readonly scan: Scan; readonly why: Text }
  | { readonly kind: "problem"; readonly scan: Scan; readonly detail: string }
  | { readonly kind: "subjects"; readonly scan: Scan; readonly subjects: readonly Subject[] }
  | { readonly kind: "doubt"; readonly doubt: Doubt };

export const found = signal<Found | null>(null);

/** The symbols of the bag that was looked up last, and when: the step that follows starts with them. */
export const lastBag = signal<{ readonly id: string; readonly symbols: readonly SymbolMessage[]; readonly at: number } | null>(null);

/** A donation number alone may name several bags: what was scanned just before is looked up with it. */
const TOGETHER = 30_000;
let before: { readonly symbol: SymbolMessage; readonly at: number }[] = [];
let latest = 0;

/** Look up what is scanned; returns how to stop. */
export function lookUp(): () => void {
  return listen({ scanned: (scan) => void look(scan), doubted: (doubt) => show({ kind: "doubt", doubt }) });
}

export function symbolOf({ text, symbology, source }: Scan): SymbolMessage {
  return { text, symbology, source };
}

export async function look(scan: Scan): Promise<void> {
  signalRead();
  const { reading } = scan;
  const at = Date.now();
  const turn = (latest += 1);
  if (reading.status === "unreadable") {
    show({ kind: "unreadable", scan, why: sentenceOf(reading.reason) });
    return;
  }
  before = before.filter((one) => at - one.at < TOGETHER && one.symbol.text !== scan.text);
  const symbols = [...(ofBag(reading) ? before.map(({ symbol }) => symbol) : []), symbolOf(scan)];
  // Where the service did not answer before, nobody waits for it to fail again: the bag's own screen asks it.
  if (reach.value === "offline" && openFromList(scan, symbols, at)) return;
  show({ kind: "looking", scan });
  try {
    let answer = await call<ReadAnswer>("/api/v1/scans/read", { symbols });
    let used = symbols;
    // Two labels of different bags, one after the other, are two look-ups.
    if (bagsIn(answer).length !== 1 && symbols.length > 1) {
      used = [symbolOf(scan)];
      const alone = await call<ReadAnswer>("/api/v1/scans/read", { symbols: used });
      if (bagsIn(alone).length === 1) answer = alone;
    }
    if (turn !== latest) return;
    const bags = bagsIn(answer);
    const [bag] = bags;
    if (bag && bags.length === 1) {
      before = [];
      found.value = null;
      lastBag.value = { id: bag.id, symbols: used, at };
      go("bag", bag.id);
      return;
    }
    if (ofBag(reading)) before = [...before, { symbol: symbolOf(scan), at }];
    show(answer.subjects.length === 0 ? { kind: "unknown", scan } : { kind: "subjects", scan, subjects: answer.subjects });
  } catch (error) {
    if (turn !== latest) return;
    if (error instanceof Unreachable) lookInList(scan, symbols, at);
    else if (error instanceof Problem) show({ kind: "problem", scan, detail: error.detail });
    else throw error;
  }
}

/** Without a network: what the work list alone says. */
function lookInList(scan: Scan, symbols: readonly SymbolMessage[], at: number): void {
  if (openFromList(scan, symbols, at)) return;
  const position = positionInList(scan.reading);
  if (ofBag(scan.reading)) before = [...before, { symbol: symbolOf(scan), at }];
  show(position === null ? { kind: "offline", scan } : { kind: "subjects", scan, subjects: [position] });
}

/** Whether the work list knows one bag by these labels; its screen is on then. */
function openFromList(scan: Scan, symbols: readonly SymbolMessage[], at: number): boolean {
  const bag = bagInList(readingsOf(symbols)) ?? bagInList([scan.reading]);
  if (bag === null) return false;
  before = [];
  found.value = null;
  lastBag.value = { id: bag, symbols, at };
  go("bag", bag);
  return true;
}

/** Somebody went on by what is shown already: an answer that still comes leads nowhere. */
export function leave(): void {
  latest += 1;
  found.value = null;
}

function show(what: Found): void {
  found.value = what;
  if (route.value.screen !== "scan") go();
}

function ofBag(reading: Reading): boolean {
  return reading.status === "identified" && (reading.subject === "bag" || reading.subject === "product");
}

function bagsIn({ subjects }: ReadAnswer): readonly Subject[] {
  return subjects.filter(({ type }) => type === "bag");
}
