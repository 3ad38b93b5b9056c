import { describe, expect, it } from "vitest";
import { DICTIONARIES } from "../src/i18n/index.ts";
import { CURVE } from "../src/i18n/words/curve.ts";
import { MOVING } from "../src/i18n/words/moving.ts";
import { SHIPPER } from "../src/i18n/words/shipper.ts";
import type { Text } from "../src/i18n/words.ts";

const entries: [string, Text][] = [...DICTIONARIES, CURVE, MOVING, SHIPPER].flatMap((dictionary) => Object.entries<Text>(dictionary));
const places = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe("the dictionaries", () => {
  it("say every sentence once", () => {
    const keys = entries.map(([key]) => key);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each(entries)("say %s in both languages, with the same places", (_key, { fr, en }) => {
    expect(fr.trim()).not.toBe("");
    expect(en.trim()).not.toBe("");
    expect(places(fr)).toEqual(places(en));
  });
});
