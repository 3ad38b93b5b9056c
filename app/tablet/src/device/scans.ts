// Where everything that scans meets: wedge, camera, photo, keypad. One input, whatever it was given by.
import type { Candidate } from "../core/wedge/decoder.ts";
import type { Reading, Source } from "../core/barcodes/reading.ts";

/** One thing scanned. `text` is exactly what goes to the service. */
export interface Scan {
  readonly text: string;
  readonly symbology: string | null;
  readonly source: Source;
  readonly reading: Reading;
}

/** A wedge scan that makes sense in more than one way; a person chooses. */
export interface Doubt {
  readonly candidates: readonly Candidate[];
}

type Listener = { readonly scanned: (scan: Scan) => void; readonly doubted: (doubt: Doubt) => void };

const listeners: Listener[] = [];

/** Listen; the newest listener alone hears, so that a dialogue takes the scans while it is open. Returns how to stop. */
export function listen(listener: Listener): () => void {
  listeners.push(listener);
  return () => {
    const place = listeners.indexOf(listener);
    if (place >= 0) listeners.splice(place, 1);
  };
}

export function scanned(scan: Scan): void {
  listeners.at(-1)?.scanned(scan);
}

export function doubted(doubt: Doubt): void {
  listeners.at(-1)?.doubted(doubt);
}
