// What this device has learnt of its scanner, and how the site's own labels look: kept here, and known from the start on.
import { signal } from "@preact/signals";
import type { Declared } from "../core/barcodes/reader.ts";
import type { SiteProfile } from "../core/barcodes/site-profile.ts";
import type { Calibration } from "../core/wedge/calibration.ts";
import { database } from "./database.ts";
import { call } from "./service.ts";
import { setWedge } from "./wedge.ts";

/** What the scanner was found to do, null before it was calibrated. */
export const calibration = signal<Calibration | null>(null);
/** What the site has declared; the camera and the keypad read by it too. */
export const declared = signal<Declared>({});

const SCANNER = "scanner-calibration";
const LABELS = "declared-labels";

/** As `GET /api/v1/scan-profiles` lists them: a kind of label, or national structures. */
interface Listed extends Omit<SiteProfile, "pattern"> {
  readonly state: string;
  readonly national: readonly string[];
  readonly pattern: string | null;
}

/** Take up what is kept; before it was read, every way of reading a scan is tried. */
export async function loadScanner(): Promise<void> {
  const base = await database();
  const [known, labels] = await Promise.all([base.get("kept", SCANNER), base.get("kept", LABELS)]);
  calibration.value = (known as Calibration | undefined) ?? null;
  declared.value = declaredBy((labels as readonly Listed[] | undefined) ?? []);
  tell();
}

/** Keep what a calibration told, or forget it; on the disk when this resolves. */
export async function keepCalibration(learnt: Calibration | null): Promise<void> {
  const change = (await database()).transaction("kept", "readwrite", { durability: "strict" });
  await Promise.all([learnt === null ? change.store.delete(SCANNER) : change.store.put(learnt, SCANNER), change.done]);
  calibration.value = learnt;
  tell();
}

/** Ask the service what the site has declared; what is kept stays where it does not answer. */
export async function loadDeclared(): Promise<void> {
  const listed: Listed[] = [];
  try {
    let cursor: string | null = null;
    do {
      const page: { readonly items: readonly Listed[]; readonly next_cursor: string | null } = await call(
        `/api/v1/scan-profiles?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
      );
      listed.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
  } catch {
    return;
  }
  await (await database()).put("kept", listed, LABELS);
  declared.value = declaredBy(listed);
  tell();
}

export function declaredBy(listed: readonly Listed[]): Declared {
  const ruling = listed.filter(({ state }) => state === "in_force");
  const profiles = ruling.flatMap((one): SiteProfile[] => (one.pattern === null ? [] : [{ ...one, pattern: one.pattern }]));
  return { profiles, national: new Set(ruling.flatMap(({ national }) => national)) };
}

function tell(): void {
  setWedge({ calibration: calibration.value, declared: declared.value });
}
