import { describe, expect, it } from "vitest";
import type { FieldSpec } from "../src/device/catalogue.ts";
import { detailsOf, missing } from "../src/screens/statements.ts";

const field = (name: string, kind: FieldSpec["kind"], more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  kind,
  required: true,
  unit: null,
  minimum: null,
  maximum: null,
  choices: [],
  labels: { fr: name, en: name },
  fields: [],
  ...more,
});
const FIELDS = [
  field("seconds", "integer"),
  field("temp_mC", "integer", { unit: "m°C" }),
  field("intact", "boolean"),
  field("at", "instant"),
  field("note", "text", { required: false }),
  field("rows", "objects", { required: false, fields: [field("codes", "texts"), field("ml", "integer", { required: false })] }),
];
const names = (entries: Parameters<typeof missing>[1]): string[] => missing(FIELDS, entries).map(({ name }) => name);

describe("what is stated", () => {
  it("is missing until every required field says something that can be read", () => {
    expect(names({})).toEqual(["seconds", "temp_mC", "intact", "at"]);
    expect(names({ seconds: "4x", temp_mC: "37", intact: false, at: "2026-11-27T10:00:00" })).toEqual(["seconds"]);
    expect(names({ seconds: "45", temp_mC: "37,0625", intact: true, at: "2026-11-27T10:00:00" })).toEqual(["temp_mC"]);
  });

  it("goes out in the units of the catalogue, and what was left empty does not", () => {
    const entries = { seconds: " 45 ", temp_mC: "-196,5", intact: false, at: "2026-11-27T10:00:00", note: " ", rows: [{ codes: "A\n\n B " }] };
    expect(detailsOf(FIELDS, entries)).toEqual({
      seconds: 45,
      temp_mC: -196_500,
      intact: false,
      at: new Date("2026-11-27T10:00:00").toISOString(),
      rows: [{ codes: ["A", "B"] }],
    });
  });
});
