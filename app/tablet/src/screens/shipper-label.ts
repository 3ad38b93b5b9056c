// The shipper's label that was scanned last: it counts on the screen that it leads to, for as long as it is in hand.
import { signal } from "@preact/signals";

export const shipperLabel = signal<{ readonly code: string; readonly text: string; readonly at: number } | null>(null);
