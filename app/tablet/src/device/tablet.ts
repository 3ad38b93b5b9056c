// Which tablet this is: the code on its sticker, or a name of its own making where nobody gave it one.
import { signal } from "@preact/signals";

const KEPT = "givre-device";
const OWN = "givre-own-name";

/** The enrolled code, null where none was told: people then sign in by password only. */
export const tabletCode = signal<string | null>(read(KEPT));

export function nameTablet(code: string): void {
  const told = code.trim();
  tabletCode.value = told || null;
  write(KEPT, told);
}

/** What its scans are signed with: one name for good, since they are numbered and chained under it. */
export function deviceId(): string {
  if (tabletCode.value !== null) return tabletCode.value;
  const known = read(OWN) ?? `WEB-${crypto.randomUUID().slice(0, 8)}`;
  write(OWN, known);
  return known;
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name) || null;
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Without storage it is asked again at the next start.
  }
}
