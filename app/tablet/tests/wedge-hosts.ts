// What a page hears when a scanner types on a host keyboard: measured in Chromium, layout by layout.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stroke } from "../src/core/wedge/strokes.ts";

interface Measured {
  readonly us_code: Record<string, [code: string, shift: boolean]>;
  readonly key: Record<string, Record<string, string>>;
}

const FILE = join(import.meta.dirname, "..", "..", "..", "tests", "vectors", "wedge_layouts.json");
const measured = JSON.parse(readFileSync(FILE, "utf8")) as Measured;

export const HOSTS = Object.keys(measured.key);

export interface Setting {
  readonly host: string;
  /** Whether the device tells keys by their place; some Android tablets do not. */
  readonly places: boolean;
  /** Whether the scanner was set to the host's own layout, so that names are right and places are not. */
  readonly ownLayout?: boolean;
}

// A scanner set to French uses the keys and the AltGr level that an American keyboard lacks.
const FRENCH: Readonly<Record<string, [code: string, shift: boolean, altGr: boolean]>> = {
  "<": ["IntlBackslash", false, false],
  ">": ["IntlBackslash", true, false],
  "*": ["Backslash", false, false],
  "]": ["Minus", false, true],
};

/** The strokes of a text, `pace` milliseconds apart; null when the scanner could not type it on its own layout. */
export function typed(text: string, { host, places, ownLayout = false }: Setting, pace = 8, from = 0): Stroke[] | null {
  const shown = measured.key[host] ?? {};
  const strokes: Stroke[] = [];
  for (const [place, character] of [...text].entries()) {
    const at = from + place * pace;
    if (character === "\x1d") {
      const key = shown["]"] ?? "]";
      strokes.push({ code: places ? "BracketRight" : "", key, shift: false, ctrl: true, alt: false, at });
      continue;
    }
    const own = ownLayout && host === "fr" ? FRENCH[character] : undefined;
    if (own) {
      const [code, shift, altGr] = own;
      strokes.push({ code: places ? code : "", key: character, shift, ctrl: altGr, alt: altGr, at });
      continue;
    }
    // On its own layout a scanner presses whichever key shows the character there.
    const pressed = ownLayout ? Object.keys(shown).find((sent) => shown[sent] === character) : character;
    const [code, shift] = measured.us_code[pressed ?? ""] ?? [];
    if (pressed === undefined || code === undefined || shift === undefined) return null;
    const key = shown[pressed] ?? "Unidentified";
    strokes.push({ code: places ? code : "", key, shift, ctrl: false, alt: false, at });
  }
  return strokes;
}

export function enter(at: number): Stroke {
  return { code: "Enter", key: "Enter", shift: false, ctrl: false, alt: false, at };
}
