// 37,200 scans: twelve kinds of label, ten settings of host and scanner, 310 each.
import { CALIBRATION, calibrate } from "../src/core/wedge/calibration.ts";
import type { Calibration } from "../src/core/wedge/calibration.ts";
import { decode } from "../src/core/wedge/decoder.ts";
import type { Setting } from "./wedge-hosts.ts";
import { HOSTS, typed } from "./wedge-hosts.ts";
import { Chance, LABELS } from "./wedge-labels.ts";

export const EACH = 310;

export const SETTINGS: readonly Setting[] = [
  ...HOSTS.map((host) => ({ host, places: true })),
  { host: "fr", places: false },
  { host: "fr", places: true, ownLayout: true },
];

export interface Tally {
  scans: number;
  right: number;
  wrong: number;
  ambiguous: number;
  refused: number;
  /** A text that the scanner cannot type on this layout at all: a dead key is in the way. */
  untypable: number;
}

export const nothing = (): Tally => ({ scans: 0, right: 0, wrong: 0, ambiguous: 0, refused: 0, untypable: 0 });

export function simulate(seed: number, each: number, calibrated: boolean, settings = SETTINGS): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const setting of settings) {
    const calibration = calibrated ? calibrationOf(setting) : null;
    for (const [kind, make] of Object.entries(LABELS)) {
      const chance = new Chance(seed);
      const tally = nothing();
      for (let count = 0; count < each; count += 1) judge(make(chance), setting, calibration, tally);
      const { host, places, ownLayout } = setting;
      tallies.set(`${host}${places ? "" : ", names only"}${ownLayout ? ", scanner set to it" : ""} | ${kind}`, tally);
    }
  }
  return tallies;
}

export function total(tallies: Iterable<Tally>): Tally {
  const sum = nothing();
  for (const tally of tallies) for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += tally[name];
  return sum;
}

function judge(text: string, setting: Setting, calibration: Calibration | null, tally: Tally): void {
  tally.scans += 1;
  const strokes = typed(text, setting);
  if (strokes === null) {
    tally.untypable += 1;
    return;
  }
  const decoded = decode(strokes, {}, calibration);
  if (decoded.kind === "ambiguous") tally.ambiguous += 1;
  else if (decoded.kind === "refused") tally.refused += 1;
  else if (decoded.text === text) tally.right += 1;
  else tally.wrong += 1;
}

export function calibrationOf(setting: Setting): Calibration | null {
  const strokes = typed(CALIBRATION, setting);
  const learnt = strokes && calibrate(strokes);
  return learnt?.kind === "calibration" ? learnt : null;
}
