// What a device shows of a text that a scanner types for an American keyboard, layout by layout; generated measurements.
import tables from "./tables.json";

const SENT = Array.from({ length: 95 }, (_, place) => String.fromCharCode(32 + place));
const DEAD = "\0";
// What no layout changes: the line end and the GS1 separator, which are keys of their own.
const ALWAYS = ["\r", "\n", "\t", "\x1d"] as const;

interface Layout {
  readonly shown: ReadonlyMap<string, string>;
  readonly back: ReadonlyMap<string, string>;
}

const LAYOUTS: ReadonlyMap<string, Layout> = new Map(
  Object.entries(tables.layouts).map(([name, row]) => {
    const shown = new Map<string, string>(ALWAYS.map((one) => [one, one]));
    SENT.forEach((sent, place) => shown.set(sent, row[place] ?? DEAD));
    // Where two keys show one character the later wins.
    const back = new Map([...shown].filter(([, what]) => what !== DEAD).map(([sent, what]) => [what, sent]));
    return [name, { shown, back }];
  }),
);

export const LAYOUT_NAMES: readonly string[] = [...LAYOUTS.keys()];

/** Each layout under which `shown` may stand for another text, and that text. */
export function sentTexts(shown: string): readonly (readonly [layout: string, sent: string])[] {
  return LAYOUT_NAMES.flatMap((layout) => {
    const sent = sentText(layout, shown);
    return sent === null || sent === shown ? [] : [[layout, sent] as const];
  });
}

/** What was sent when a device of that layout shows `shown`; null when it could not show it. */
export function sentText(layout: string, shown: string): string | null {
  return translated(LAYOUTS.get(layout)?.back, shown);
}

/** What a device of that layout shows; null where a dead key or a character without a key is in the way. */
export function shownText(layout: string, sent: string): string | null {
  const shown = translated(LAYOUTS.get(layout)?.shown, sent);
  return shown?.includes(DEAD) ? null : shown;
}

function translated(table: ReadonlyMap<string, string> | undefined, text: string): string | null {
  let told = "";
  for (const character of text) {
    const next = table?.get(character);
    if (next === undefined) return null;
    told += next;
  }
  return told;
}
