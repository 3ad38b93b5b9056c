// A move of many bags while it is made: what was scanned, which bag that is, what is missing and what is strange. Pure.
import type { Reading } from "../core/barcodes/reading.ts";
import { bagsNamed } from "../core/work/judge.ts";

/** One bag of the plan (`GET /dewars/{id}/moves/plan`), as far as it is needed here. */
export interface ToScan {
  readonly bag: string;
  readonly identifiers: readonly { readonly scheme: string; readonly issuer: string; readonly value: string }[];
  readonly position: string;
  readonly to: string | null;
  readonly exposure: { readonly left_s: number | null };
  readonly against: readonly string[];
}

export interface Plan {
  readonly scope: string;
  readonly to: string;
  readonly fault: string | null;
  readonly bags: readonly ToScan[];
}

/** Something that was scanned among the bags and is not recorded there. */
export interface Stranger {
  readonly texts: readonly string[];
  /** Where it is recorded; null: nowhere here, or no bag of ours at all. */
  readonly recorded: string | null;
  readonly known: boolean;
}

export interface Moving {
  /** The source dewar's own label, as scanned. */
  readonly dewar: string | null;
  /** Milliseconds of this device's clock: out of the cold, and back in it. */
  readonly out: number;
  readonly back: number | null;
  /** Bag → every code read on it. */
  readonly seen: Readonly<Record<string, readonly string[]>>;
  readonly strangers: readonly Stranger[];
  /** Codes of the bag in hand that several bags carry. */
  readonly pending: readonly Code[];
}

/** A code as it was read, and the bags of the plan that it may be on. */
export interface Code {
  readonly text: string;
  readonly bags: readonly string[];
}

export function begun(now: number): Moving {
  return { dewar: null, out: now, back: null, seen: {}, strangers: [], pending: [] };
}

/** Which bags of the plan a label may be on. */
export function bagsOf({ bags }: Plan, reading: Reading): readonly string[] {
  if (reading.status !== "identified") return [];
  return bagsNamed(reading, { bags: bags.map(({ bag, identifiers }) => ({ id: bag, identifiers })) }).map(({ id }) => id);
}

/** The bag that the code in hand names together with what was read just before it; null where that is not one. */
export function together(pending: readonly Code[], code: Code): string | null {
  const alone = code.bags.length === 1 ? code.bags[0] : undefined;
  if (alone !== undefined) return alone;
  const common = pending.reduce((left, { bags }) => left.filter((one) => bags.includes(one)), code.bags);
  const [bag, ...others] = common;
  return pending.length > 0 && bag !== undefined && others.length === 0 ? bag : null;
}

/** The move with a bag seen, its codes among them; the same bag again changes nothing. */
export function withBag(moving: Moving, bag: string, texts: readonly string[]): Moving {
  if (bag in moving.seen) return { ...moving, pending: [] };
  return { ...moving, seen: { ...moving.seen, [bag]: texts }, pending: [] };
}

export function withStranger(moving: Moving, stranger: Stranger): Moving {
  const there = moving.strangers.some(({ texts }) => texts.join("\n") === stranger.texts.join("\n"));
  return { ...moving, pending: [], strangers: there ? moving.strangers : [...moving.strangers, stranger] };
}

export function withoutStranger(moving: Moving, stranger: Stranger): Moving {
  return { ...moving, strangers: moving.strangers.filter((one) => one !== stranger) };
}

/** The bags that are recorded there and were not scanned. */
export function missing({ bags }: Plan, { seen }: Moving): readonly ToScan[] {
  return bags.filter(({ bag }) => !(bag in seen));
}

/** What the service is told of the bags: theirs first, in the order of the plan, then what is strange. */
export function scannedBags({ bags }: Plan, { seen, strangers }: Moving): readonly { readonly symbols: readonly string[] }[] {
  const known = bags.flatMap(({ bag }) => (seen[bag] ? [{ symbols: seen[bag] }] : []));
  return [...known, ...strangers.map(({ texts }) => ({ symbols: texts }))];
}

/** Seconds that the bag with the least left may still be out of the cold; null where none has a limit. */
export function leastLeft({ bags }: Plan): number | null {
  const left = bags.flatMap(({ exposure }) => exposure.left_s ?? []);
  return left.length > 0 ? Math.min(...left) : null;
}
