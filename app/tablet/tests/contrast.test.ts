// Every colour that a text may have, on every ground that it may stand on: axe sees only the screens that a test has drawn.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const TOKENS = readFileSync(join(import.meta.dirname, "../src/styles/tokens.css"), "utf-8");
const GROUNDS = ["ground", "surface", "sunk", "good-ground", "warn-ground", "bad-ground"];
const PAIRS: readonly (readonly [string, string])[] = [
  ...["ink", "soft", "accent", "good", "warn", "bad"].flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ["on-accent", "accent"],
  ...["accepted", "wrong", "wrong-dark", "kept"].map((ground) => ["on-verdict", ground] as const),
];

/** A token's colour in the light and in a dark room. */
function colours(name: string): readonly string[] {
  const [, both, one] = new RegExp(`--${name}: (?:light-dark\\((#.{6}, #.{6})\\)|(#.{6}));`).exec(TOKENS) ?? [];
  return both?.split(", ") ?? [one ?? "", one ?? ""];
}

/** As WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const share = Number.parseInt(colour.slice(place, place + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? Number.NaN) + 0.7152 * (green ?? Number.NaN) + 0.0722 * (blue ?? Number.NaN);
}

describe("under the lamps of a cryo room, and with none", () => {
  it.each(PAIRS)("%s on %s keeps 7:1 (WCAG 1.4.6)", (text, ground) => {
    for (const room of [0, 1]) {
      const [dim, bright] = [luminance(colours(text)[room] ?? ""), luminance(colours(ground)[room] ?? "")].sort((a, b) => a - b);
      expect(((bright ?? 0) + 0.05) / ((dim ?? 0) + 0.05)).toBeGreaterThanOrEqual(7);
    }
  });
});
