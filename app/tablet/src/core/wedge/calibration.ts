// One label tells a device how a scanner's keys arrive here: layout, Caps Lock, lost separators, AIM prefix, speed.
import type { Stroke } from "./strokes.ts";
import { isSeparator, textOf, usCharacter } from "./strokes.ts";

const GS = "\x1d";

/**
 * What the calibration label says (public/calibration.svg): every character that a label of ours, of ISBT 128 or of GS1
 * uses. The separator stands between `$` and a second `K`, so that losing it loses nothing else.
 */
export const CALIBRATION =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=&<>%*(){}[]\\/;:,.'\"+-#!?_@^`~| $" + GS + "K";

export interface Calibration {
  readonly kind: "calibration";
  /** `code`: the keys' places arrive and are believed. `map`: what arrives stands for what the map says. */
  readonly mode: "code" | "map";
  /** What arrives (a key's name) to the characters it may stand for; more than one is asked about, never guessed. */
  readonly map: Readonly<Record<string, string>>;
  /** Whether the scanner puts the symbology's AIM identifier before each text. Then timing is not needed to tell a scan. */
  readonly aim: boolean;
  /** The key that arrives, with Ctrl, for the separator of GS1 labels; "" where none arrives. */
  readonly separator: string;
  /** Milliseconds from one character to the next, on average. */
  readonly pace: number;
}

/** `confused`: characters that labels need arrive as dead keys or as nothing; the scanner or this device must be set anew. */
export type CalibrationProblem = { readonly kind: "too-short" | "too-long" | "confused" };

const AIM_LENGTH = 3;
/** Without these no label of ISBT 128 or of ours can be read. */
const NEEDED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ=&<>%,/.-";
const MOST_TEXTS = 64;

/** Learn from one scan of the calibration label, without its end. */
export function calibrate(strokes: readonly Stroke[]): Calibration | CalibrationProblem {
  // Only the separator is sent with Ctrl, whatever the key is called here.
  const separator = strokes.find((stroke) => isSeparator(stroke) || (stroke.ctrl && !stroke.alt))?.key ?? "";
  const expected = separator ? CALIBRATION : CALIBRATION.replace(GS, "");
  const extra = strokes.length - expected.length;
  if (extra !== 0 && extra !== AIM_LENGTH) return { kind: extra < 0 ? "too-short" : "too-long" };
  const heard = strokes.slice(extra);
  const first = strokes[0]?.at ?? 0;
  const pace = ((strokes.at(-1)?.at ?? first) - first) / Math.max(strokes.length - 1, 1);
  const shared = { kind: "calibration", aim: extra > 0, separator, pace } as const;
  if (textOf(heard, usCharacter) === expected) return { ...shared, mode: "code", map: {} };
  const map: Record<string, string> = {};
  heard.forEach((stroke, place) => {
    if (expected.charAt(place) === GS) return;
    const name = nameOf(stroke);
    const known = name === null ? "" : (map[name] ?? "");
    const meant = expected.charAt(place);
    // The last character stands there twice.
    if (name !== null) map[name] = known.includes(meant) ? known : known + meant;
  });
  const known = Object.values(map).join("");
  const most = Math.max(...Object.values(map).map((meant) => meant.length));
  const confused = most > 2 || [...NEEDED].some((character) => !known.includes(character));
  return confused ? { kind: "confused" } : { ...shared, mode: "map", map };
}

/** Every text that a calibrated device's strokes may stand for; none when a stroke was not on the label. */
export function calibratedTexts({ mode, map, separator }: Calibration, strokes: readonly Stroke[]): readonly string[] {
  if (mode === "code") {
    const text = textOf(strokes, usCharacter);
    return text === null ? [] : [text];
  }
  let texts = [""];
  for (const stroke of strokes) {
    const separates = isSeparator(stroke) || (stroke.ctrl && !stroke.alt && stroke.key === separator);
    const meant = separates ? GS : map[nameOf(stroke) ?? ""];
    // A stroke that was not on the label, or too much doubt: nobody can say what it was.
    if (meant === undefined || texts.length > MOST_TEXTS) return [];
    texts = Array.from(meant).flatMap((one) => texts.map((text) => text + one));
  }
  return texts;
}

// A dead key is told from the others by its place and Shift; where no places are told, by nothing.
function nameOf({ code, key, shift }: Stroke): string | null {
  if (key.length === 1) return key;
  return code ? `${code}${shift ? "+" : ""}:${key}` : null;
}
