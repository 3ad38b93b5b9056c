// What this device itself has changed since its list was made: of that the list proves nothing any more.
import type { Reading } from "../barcodes/reading.ts";
import { bagsNamed } from "./judge.ts";
import type { WorkList } from "./list.ts";

/** An act that waits: the bag it was meant for, and everything scanned for it. */
export interface Waits {
  readonly bag: string | null;
  readonly readings: readonly Reading[];
}

/** An act that the service has taken since: where its bag lies now. */
export interface Taken {
  readonly bag: string;
  readonly position: string | null;
}

/** The ids of the bags and the codes of the positions that are no longer as the list says. */
export function touched(list: WorkList, waiting: readonly Waits[], taken: readonly Taken[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { bag, readings } of waiting) {
    if (bag !== null) found.add(bag);
    for (const reading of readings) {
      if (reading.status !== "identified") continue;
      if (reading.subject === "position") found.add(reading.fields["value"] ?? "");
      if (reading.subject === "bag") for (const { id } of bagsNamed(reading, list)) found.add(id);
    }
  }
  for (const { bag, position } of taken) {
    found.add(bag);
    if (position !== null) found.add(position);
  }
  // Where such a bag lay, another may lie by now, and none does for sure.
  for (const { id, position_code } of list.bags) if (position_code !== null && found.has(id)) found.add(position_code);
  return found;
}
