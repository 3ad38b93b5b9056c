// The badge that was read last and waits for its PIN; it says who, and proves nothing.
import { signal } from "@preact/signals";

export const readBadge = signal<string | null>(null);
