// What this device itself has changed since its list was made: of that the list proves nothing any more.
import type { Reading } from "../barcodes/reading.ts";
import { bagsNamed } from "./judge.ts";
import type { WorkBag, WorkList } from "./list.ts";

/** An act that waits: the step, the bag it was meant for, everything scanned for it, and the code by which it was stopped here. */
export interface Waits {
  readonly step: string;
  readonly bag: string | null;
  readonly readings: readonly Reading[];
  readonly told: string | null;
}

/** A bag as an answer of the service has it. */
export interface Told {
  /** How many events the bag's history had by then. */
  readonly seq: number;
  readonly bag: Pick<WorkBag, "id"> & Partial<WorkBag>;
  /** Of an act that was taken; a refusal tells neither clocks nor what may follow. */
  readonly timers?: WorkBag["timers"];
  /** What may follow for whoever did it. */
  readonly next_steps?: readonly string[];
}

/** The ids of the bags and the codes of the positions that are no longer as the list says. */
export function touched(list: WorkList, waiting: readonly Waits[], taken: readonly Pick<Told, "bag">[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const one of waiting) {
    for (const id of bagsOf(one, list)) found.add(id);
    for (const reading of one.readings) {
      if (reading.status === "identified" && reading.subject === "position") found.add(reading.fields["value"] ?? "");
    }
  }
  for (const { bag } of taken) {
    found.add(bag.id);
    if (bag.position_code) found.add(bag.position_code);
  }
  // Where such a bag lay, another may lie by now, and none does for sure.
  for (const { id, position_code } of list.bags) if (position_code !== null && found.has(id)) found.add(position_code);
  return found;
}

/** The bags for which a hold waits here: they are stopped before the service knows. */
export function heldHere(list: WorkList, waiting: readonly Waits[]): ReadonlySet<string> {
  const holds = waiting.filter(({ step, told }) => step === "held" && told === null);
  return new Set(holds.flatMap((one) => bagsOf(one, list)));
}

/** The bags that an act names: the one it was meant for, and every one that its labels may be on. */
export function bagsOf({ bag, readings }: Pick<Waits, "bag" | "readings">, list: WorkList): readonly string[] {
  const named = readings.flatMap((reading) =>
    reading.status === "identified" && reading.subject === "bag" ? bagsNamed(reading, list).map(({ id }) => id) : [],
  );
  return bag === null ? named : [bag, ...named];
}

/**
 * The list with every bag as the service's newest answer has it. Newest by the bag's own history and not by the clock: a
 * scan that is sent again is answered as it was the first time.
 */
export function brought(list: WorkList, told: readonly Told[]): WorkList {
  const newest = newer(list, told);
  if (newest.size === 0) return list;
  const positions = { ...list.positions };
  const bags = list.bags.map((bag): WorkBag => {
    const after = newest.get(bag.id);
    if (!after) return bag;
    const now: WorkBag = { ...bag, ...only(after.bag), seq: after.seq, timers: after.timers ?? bag.timers };
    if (bag.position_code !== null && positions[bag.position_code] === bag.id) positions[bag.position_code] = null;
    if (now.position_code !== null) positions[now.position_code] = bag.id;
    // What may follow is told for whoever did it; the list tells it for everybody, while the bag stands where it stood.
    const listed = now.state === bag.state ? bag.next_steps : [];
    return { ...now, due_at: dueOf(now), next_steps: [...new Set([...(after.next_steps ?? []), ...listed])] };
  });
  return { ...list, bags, positions };
}

/** By the id of a bag the newest answer that is newer than the list. */
export function newer<T extends Told>(list: WorkList, told: readonly T[]): ReadonlyMap<string, T> {
  const reached = new Map(list.bags.map(({ id, seq }) => [id, seq]));
  const found = new Map<string, T>();
  for (const one of told) {
    if (one.seq <= (reached.get(one.bag.id) ?? Infinity)) continue;
    reached.set(one.bag.id, one.seq);
    found.set(one.bag.id, one);
  }
  return found;
}

const TOLD = ["state", "custodian", "lot", "position_code", "shipment", "expires_at", "specification", "holds", "identifiers", "marks"] as const;

/** Of an answer's bag what a list has too, and says: whoever may not see something is not told that it is not there. */
function only(bag: Partial<WorkBag>): Partial<WorkBag> {
  return Object.fromEntries(TOLD.flatMap((name) => (bag[name] === undefined ? [] : [[name, bag[name]]])));
}

/** When the first clock ends or the bag expires, as the service reckons it. */
function dueOf({ timers, expires_at }: WorkBag): string | null {
  const ends = [...timers.map(({ due_at }) => due_at), expires_at].filter((one) => one !== null);
  return ends.sort((one, other) => Date.parse(one) - Date.parse(other))[0] ?? null;
}
