import { describe, expect, it } from "vitest";
import { DICTIONARIES, say, speak } from "../src/i18n/index.ts";
import { CURVE } from "../src/i18n/words/curve.ts";
import { MOVING } from "../src/i18n/words/moving.ts";
import { SHIPPER } from "../src/i18n/words/shipper.ts";
import type { Text } from "../src/i18n/words.ts";

const entries: [string, Text][] = [...DICTIONARIES, CURVE, MOVING, SHIPPER].flatMap((dictionary) => Object.entries<Text>(dictionary));
// The page says which language it is in.
if (!("document" in globalThis)) Object.assign(globalThis, { document: { documentElement: {} } });

// A value, or a word that agrees with it: `{count}`, `{count:bag|bags}`.
const PLACE = /\{(\w+)(?::[^|{}]+\|[^|{}]+)?\}/g;
const places = (sentence: string): string[] => [...new Set([...sentence.matchAll(PLACE)].map(([, name]) => name ?? ""))].sort();

describe("the dictionaries", () => {
  it("say every sentence once", () => {
    const keys = entries.map(([key]) => key);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each(entries)("say %s in both languages, with the same places", (_key, { fr, en }) => {
    expect(fr.trim()).not.toBe("");
    expect(en.trim()).not.toBe("");
    expect(places(fr)).toEqual(places(en));
    for (const sentence of [fr, en]) {
      expect(sentence.replace(PLACE, "")).not.toMatch(/[{}|]/);
      expect(sentence).not.toMatch(/\(e?s\)/i);
    }
  });

  it("agree with how many there are, as each language counts", () => {
    const text = { fr: "{count} {count:poche à bord|poches à bord}, {free} {free:libre|libres}", en: "{count} {count:bag|bags} on board, {free} free" };
    const told = (count: number, free: number): string => say(text, { count, free });
    speak("fr");
    expect([told(0, 1), told(1, 2), told(2, 0)]).toEqual(["0 poche à bord, 1 libre", "1 poche à bord, 2 libres", "2 poches à bord, 0 libre"]);
    speak("en");
    expect([told(0, 1), told(1, 2), told(2, 0)]).toEqual(["0 bags on board, 1 free", "1 bag on board, 2 free", "2 bags on board, 0 free"]);
    speak("fr");
    expect(say({ fr: "{count:une|des} {x}", en: "" })).toBe("{count:une|des} {x}");
  });
});
