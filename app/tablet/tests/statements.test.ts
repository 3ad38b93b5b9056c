import { describe, expect, it } from "vitest";
import { dayOf } from "../src/core/work/day.ts";
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
  field("rows", "objects", { required: false, maximum: 3, fields: [field("codes", "texts"), field("ml", "integer", { required: false })] }),
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

  it("is within what the field allows, and whole within what belongs together", () => {
    const inside = [field("ipp", "text"), field("ins", "text", { required: false })];
    const some = [field("seconds", "integer", { minimum: 0, maximum: 60 }), field("patient", "objects", { fields: inside })];
    const lacking = (entries: Parameters<typeof missing>[1]): string[] => missing(some, entries).map(({ name }) => name);
    expect(lacking({ seconds: "61", patient: [{ ins: "1" }] })).toEqual(["seconds", "patient"]);
    expect(lacking({ seconds: "-1", patient: [{}] })).toEqual(["seconds", "patient"]);
    expect(lacking({ seconds: "60", patient: [{ ipp: "8001" }] })).toEqual([]);
    expect(detailsOf(some, { seconds: "60", patient: [{ ipp: "8001" }] })).toEqual({ seconds: 60, patient: { ipp: "8001" } });
  });

  it("is a day however it is typed, and never a day that there is none of", () => {
    const typed = ["14031958", "14/03/1958", "14.3.1958", "14 03 1958", "1958-03-14", " 14-03-1958 "];
    expect(typed.map(dayOf)).toEqual(typed.map(() => "1958-03-14"));
    expect(["29022024", "29022023", "30021958", "03141958", "19580314", "14031858", "140358", "14/03 1958x", "", "0000-00-00"].map(dayOf)).toEqual([
      "2024-02-29", null, null, null, null, null, null, null, null, null,
    ]);
    const days = [field("born", "date"), field("planned", "date", { required: false })];
    expect(missing(days, { born: "30/02/1958", planned: "demain" }).map(({ name }) => name)).toEqual(["born", "planned"]);
    expect(missing(days, { born: "14/03/1958", planned: " " })).toEqual([]);
    expect(detailsOf(days, { born: "14 3 1958", planned: "" })).toEqual({ born: "1958-03-14" });
  });

  it("may be left out where it is not required, also as a blank", () => {
    expect(names({ seconds: "45", temp_mC: "37", intact: true, at: "2026-11-27T10:00:00", note: " ", rows: [{}] })).toEqual([]);
  });
});
