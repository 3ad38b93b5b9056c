// The tablet's reader says what the service's says: over cases kept here, and over many more that the suite hands in.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isPersonal } from "../src/core/barcodes/reading.ts";
import type { Source } from "../src/core/barcodes/reading.ts";
import { read } from "../src/core/barcodes/reader.ts";
import type { SiteProfile } from "../src/core/barcodes/site-profile.ts";

type Case = [text: string, symbology: string | null, source: Source, reading: Record<string, unknown>];

interface Vectors {
  readonly national: string[];
  readonly profiles: SiteProfile[];
  readonly cases: Case[];
}

const kept = join(import.meta.dirname, "vectors", "barcodes.json");
const files = [kept, ...(process.env["GIVRE_TABLET_VECTORS"]?.split(":") ?? [])];

function said(text: string, symbology: string | null, source: Source, vectors: Vectors): unknown {
  const declared = { profiles: vectors.profiles, national: new Set(vectors.national) };
  const reading = read({ text, symbology, source }, declared);
  if (reading.status === "unreadable") return reading;
  const identifiers = reading.identifiers.map(({ scheme, issuer, value }) => [scheme, issuer, value]);
  return { ...reading, identifiers, personal: isPersonal(reading) };
}

describe.each(files)("the readings of %s", (file) => {
  it("are those of the service", () => {
    const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
    expect(vectors.cases.length).toBeGreaterThan(100);
    for (const [text, symbology, source, reading] of vectors.cases) {
      expect(said(text, symbology, source, vectors), JSON.stringify([text, symbology, source])).toEqual(reading);
    }
  });
});
