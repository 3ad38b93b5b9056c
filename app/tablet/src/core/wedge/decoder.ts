// What a burst of key strokes says: every way of reading it, and the grammar of labels chooses. Never a guess.
import { LAYOUT_NAMES, sentText } from "../barcodes/keyboards.ts";
import type { Declared } from "../barcodes/reader.ts";
import { read } from "../barcodes/reader.ts";
import type { Identified, Unreadable } from "../barcodes/reading.ts";
import type { Calibration } from "./calibration.ts";
import { calibratedTexts } from "./calibration.ts";
import type { Stroke } from "./strokes.ts";
import { textOf, usCharacter } from "./strokes.ts";

export interface Candidate {
  readonly text: string;
  readonly reading: Identified;
}

/** `accepted`: one text makes sense. `ambiguous`: a person chooses. `refused`: none does; `raw` is what to show. */
export type Decoded =
  | ({ readonly kind: "accepted" } & Candidate)
  | { readonly kind: "ambiguous"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "refused"; readonly raw: string; readonly reading: Unreadable };

/** Decode a burst without its end. On a calibrated device its own map is asked alone. */
export function decode(strokes: readonly Stroke[], declared: Declared = {}, calibration?: Calibration | null): Decoded {
  const texts = calibration ? calibratedTexts(calibration, strokes) : textsOf(strokes);
  const candidates: Candidate[] = [];
  let refusal: { raw: string; reading: Unreadable } | null = null;
  for (const text of new Set(texts)) {
    // As imported, a text is read as it stands: the ways a keyboard may have garbled it were gone through here.
    const reading = read({ text, symbology: null, source: "imported" }, declared);
    if (reading.status === "identified") candidates.push({ text, reading });
    else refusal ??= { raw: text, reading };
  }
  const [only, ...others] = candidates;
  if (only && others.length === 0) return { kind: "accepted", ...only };
  if (only) return { kind: "ambiguous", candidates };
  const shown = strokes.map(({ key }) => (key.length === 1 ? key : "\ufffd")).join("");
  const garbled: Unreadable = { status: "unreadable", reason: "keyboard-layout", aim: null, detail: "" };
  return { kind: "refused", ...(refusal ?? { raw: shown, reading: garbled }) };
}

/** Every text that the strokes may stand for, the likeliest first. */
function textsOf(strokes: readonly Stroke[]): readonly string[] {
  const byPlace = textOf(strokes, usCharacter);
  const byName = textOf(strokes, ({ key }) => (key.length === 1 ? key : null));
  const texts = [byPlace, byName];
  // Where the places are told, the layout matters to nobody; where they are not, each layout may be the one at work.
  if (byPlace === null && byName !== null) texts.push(...LAYOUT_NAMES.map((layout) => sentText(layout, byName)));
  return texts.filter((text) => text !== null);
}
