import { describe, expect, it } from "vitest";
import type { FieldSpec } from "../src/device/catalogue.ts";
import { read } from "../src/core/barcodes/reader.ts";
import { labelCheck } from "../src/core/barcodes/internal.ts";
import { personOn } from "../src/core/barcodes/person.ts";
import type { HistoryItem } from "../src/screens/correctable.ts";
import { correctable, nameOfField, newText, shownValue } from "../src/screens/correctable.ts";
import { BEGUN, MOST, scannedInto, unseen, without } from "../src/screens/counting.ts";

const field = (name: string, kind: FieldSpec["kind"], unit: string | null = null): FieldSpec => ({
  name,
  kind,
  required: false,
  unit,
  minimum: null,
  maximum: null,
  choices: [],
  labels: { fr: name, en: name },
  fields: [],
});

const FIELDS = [field("volume_ml", "integer", "mL"), field("note", "text"), field("lot", "text"), field("bags", "objects"), field("seen", "boolean")];
const item = (more: Partial<HistoryItem> = {}): HistoryItem => ({
  id: "e1",
  step: "collected",
  outcome: "taken",
  occurred_at: "2026-12-01T12:00:00Z",
  actor: null,
  witness: null,
  late: null,
  corrections: [],
  notes: { note: "RAS" },
  body: { details: { volume_ml: 180, seen: true } },
  ...more,
});

describe("what may be corrected", () => {
  it("is each field that one value replaces, as it stands now", () => {
    const correction = { field: "volume_ml", old: "180", new: "181", reason: "r" };
    const found = correctable(item({ corrections: [correction, { ...correction, old: "181", new: "182" }] }), FIELDS);
    expect(found.map(({ field: { name }, recorded }) => [name, recorded])).toEqual([
      ["volume_ml", "182"],
      ["note", "RAS"],
      ["seen", "true"],
    ]);
    expect(correctable(item({ notes: {} }), FIELDS)[1]?.recorded).toBe("-");
  });

  it.each([{ outcome: "refused" }, { step: "corrected" }, { body: {} }])("is nothing of %j", (more) => {
    expect(correctable(item(more), FIELDS)).toEqual([]);
  });

  it("is written as the service reads it", () => {
    expect(newText(field("t", "integer", "m°C"), "-186,5")).toBe("-186500");
    expect(newText(field("n", "integer"), "abc")).toBeNull();
    expect(newText(field("s", "boolean"), false)).toBe("false");
    expect(newText(field("x", "text"), "  ")).toBeNull();
    expect(newText(field("x", "text"), " a ")).toBe("a");
    expect(newText(field("d", "date"), "14/03/1958")).toBe("1958-03-14");
    expect(newText(field("d", "date"), "demain")).toBeNull();
    expect(newText(field("i", "instant"), "2026-12-01T12:00:00Z")).toBe("2026-12-01T12:00:00.000Z");
    expect(newText(field("x", "text"), undefined)).toBeNull();
  });

  it("is shown as people say it", () => {
    const say = { yes: "oui", no: "non", unsaid: "rien", choice: (code: string) => `<${code}>`, moment: (at: string) => `[${at}]` };
    const told = (one: FieldSpec, text: string): string => shownValue(one, text, say);
    expect(told(field("s", "boolean"), "true")).toBe("oui");
    expect(told(field("s", "boolean"), "false")).toBe("non");
    expect(told(field("s", "text"), "-")).toBe("rien");
    expect(told(field("c", "choice"), "intact")).toBe("<intact>");
    expect(told(field("i", "instant"), "2026")).toBe("[2026]");
    expect(told(field("t", "integer", "m°C"), "-186000")).toBe("-186 °C");
    expect(told(field("n", "integer", "s"), "45")).toBe("45 s");
    expect(nameOfField(undefined, "x")).toEqual({ fr: "x", en: "x" });
    expect(nameOfField(FIELDS, "note").fr).toBe("note");
  });
});

describe("a blind count", () => {
  const ours = (kind: string, value: string): string => `GV1.${kind}.${value}.${labelCheck(kind, value)}`;
  const PLACES = ["D1-T1-R1-B1-P1", "D1-T1-R1-B1-P2"];
  const into = (counting: typeof BEGUN, text: string) => {
    const next = scannedInto(counting, PLACES, text, read({ text, symbology: null, source: "scanner" }));
    if (typeof next === "string") throw new Error(next);
    return next;
  };

  it("takes what is scanned to lie in the position that was scanned before it", () => {
    let counting = into(into(BEGUN, ours("D", "D1")), ours("P", PLACES[0] ?? ""));
    expect(counting.dewar).toBe(ours("D", "D1"));
    for (const text of ["=A99992612345600", "=A99992612345600", "no label at all"]) counting = into(counting, text);
    expect(counting.seen[PLACES[0] ?? ""]?.symbols).toEqual(["=A99992612345600", "no label at all"]);
    expect(unseen(counting, PLACES)).toEqual([PLACES[1]]);
    counting = into(counting, ours("P", PLACES[1] ?? ""));
    expect(unseen(counting, PLACES)).toEqual([]);
    expect(into(counting, ours("P", PLACES[0] ?? "")).seen[PLACES[0] ?? ""]?.symbols).toHaveLength(2);
    expect(without(counting, PLACES[1] ?? "")).toMatchObject({ current: null });
    expect(without(counting, PLACES[0] ?? "").current).toBe(PLACES[1]);
  });

  it("has no place for what lies nowhere, elsewhere, or is too much", () => {
    expect(() => into(BEGUN, "=A99992612345600")).toThrow("position-first");
    expect(() => into(BEGUN, ours("P", "D9-T1-R1-B1-P1"))).toThrow("not-here");
    let counting = into(BEGUN, ours("P", PLACES[0] ?? ""));
    for (let number = 0; number < 12; number += 1) counting = into(counting, `code ${number}`);
    expect(counting.seen[PLACES[0] ?? ""]?.symbols).toHaveLength(MOST);
  });
});

describe("a badge", () => {
  it("names somebody by the id of their record", () => {
    const id = "0190F4C57B1E7C3A9D2E0000000000A1";
    const told = (text: string): string | null => personOn(read({ text, symbology: null, source: "scanner" }));
    expect(told(`GV1.U.${id}.${labelCheck("U", id)}`)).toBe("0190f4c5-7b1e-7c3a-9d2e-0000000000a1");
    expect(told("=A99992612345600")).toBeNull();
    expect(told("nothing")).toBeNull();
  });
});
