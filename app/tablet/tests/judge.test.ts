import { describe, expect, it } from "vitest";
import { read } from "../src/core/barcodes/reader.ts";
import { labelCheck } from "../src/core/barcodes/internal.ts";
import type { Reading } from "../src/core/barcodes/reading.ts";
import { judge } from "../src/core/work/judge.ts";
import type { WorkBag, WorkList } from "../src/core/work/list.ts";

const NOW = Date.parse("2026-12-01T12:30:00Z");
const [ONE, TWO] = ["0190f4c5-7b1e-7c3a-9d2e-0000000000a1", "0190f4c5-7b1e-7c3a-9d2e-0000000000a2"];
const PRODUCT = "=<S1295100";

const bag = (id: string, number: string, more: Partial<WorkBag> = {}): WorkBag => ({
  id,
  therapy: "t",
  patient: `p${id}`,
  state: "accepted",
  product: "yescarta",
  position_code: null,
  expires_at: null,
  holds: [],
  identifiers: [
    { scheme: "din", issuer: "", value: number },
    { scheme: "container", issuer: "", value: `${number}S1295100` },
  ],
  next_steps: ["stored", "observed", "identified"],
  ...more,
});

const list = (first: Partial<WorkBag> = {}, more: Partial<WorkList> = {}): WorkList => ({
  form: "givre.worklist/v1",
  site: "s",
  issued_to: "claire",
  issued_at: "2026-12-01T12:00:00Z",
  expires_at: "2026-12-02T00:00:00Z",
  complete: true,
  bags: [bag(ONE, "A999926123456", first), bag(TWO, "A999926999999")],
  patients: [
    { id: `p${ONE}`, traits: { ipp: "8001" } },
    { id: `p${TWO}`, traits: null },
  ],
  positions: { "D1-T1-R1-B1-P1": null, "D1-T1-R1-B1-P2": TWO },
  ...more,
});

const label = (text: string): Reading => read({ text, symbology: null, source: "camera" });
const ours = (kind: string, value: string): Reading => label(`GV1.${kind}.${value}.${labelCheck(kind, value)}`);
const first = label(`=A99992612345600${PRODUCT}`);
const second = label(`=A99992699999900${PRODUCT}`);
const step = (tag: string, offline = true) => ({ tag, offline });

describe("without a network", () => {
  it("a bag on the list, at a free position, may be stored: provisionally", () => {
    const told = judge(list(), step("stored"), [first, ours("P", "D1-T1-R1-B1-P1")], NOW);
    expect(told).toMatchObject({ kind: "accepted", provisional: true, bag: { id: ONE } });
  });

  it.each<[string, WorkList, string, Reading[], string]>([
    ["an occupied position", list(), "stored", [first, ours("P", "D1-T1-R1-B1-P2")], "position-occupied"],
    ["a position that is not there", list(), "stored", [first, ours("P", "D9-T1-R1-B1-P2")], "unknown-position"],
    ["another bag's position", list({ next_steps: ["retrieved"] }), "retrieved", [first, ours("P", "D1-T1-R1-B1-P2")], "wrong-position"],
    ["labels of two bags", list(), "observed", [first, second], "labels-disagree"],
    ["a step that may not follow", list(), "thaw_started", [first], "out-of-order"],
    ["a hold", list({ holds: [{ id: "h", reason: "leak" }] }), "stored", [first, ours("P", "D1-T1-R1-B1-P1")], "on-hold"],
    ["an expired bag", list({ expires_at: "2026-12-01T12:00:00Z" }), "stored", [first, ours("P", "D1-T1-R1-B1-P1")], "bag-expired"],
    ["another patient's wristband", list(), "identified", [first, ours("W", "CHU-8002")], "wrong-patient"],
    ["a symbol nobody can read", list(), "observed", [label("=A999")], "unreadable-symbol"],
  ])("%s is wrong", (_what, known, tag, readings, code) => {
    expect(judge(known, step(tag), readings, NOW)).toMatchObject({ kind: "wrong", code, provisional: true });
  });

  it("the right wristband is accepted, and one that cannot be compared is read only", () => {
    expect(judge(list(), step("identified"), [first, ours("W", "CHU-8001")], NOW).kind).toBe("accepted");
    expect(judge(list(), step("identified"), [second, ours("W", "CHU-8001")], NOW).kind).toBe("read");
    expect(judge(list(), step("identified"), [first], NOW).kind).toBe("read");
  });

  it("a hold forbids no observation", () => {
    expect(judge(list({ holds: [{ id: "h", reason: "leak" }] }), step("observed"), [first], NOW).kind).toBe("accepted");
  });

  it("what is decided online only is wrong, whatever the list says", () => {
    expect(judge(list({ next_steps: ["released"] }), step("released", false), [first], NOW)).toMatchObject({
      code: "never-offline",
    });
  });

  it.each<[string, WorkList | null, Reading[], number]>([
    ["no list", null, [first], NOW],
    ["a list that has run out", list(), [first], Date.parse("2026-12-02T00:00:00Z")],
    ["a clock that is far behind the list", list(), [first], Date.parse("2026-11-30T00:00:00Z")],
    ["a bag that is not on the list", list(), [label(`=A99992600000100${PRODUCT}`)], NOW],
    ["one label that the list does not know", list(), [first, label("=A99992600000100")], NOW],
    ["no bag", list(), [ours("P", "D1-T1-R1-B1-P1")], NOW],
    ["a product code alone", list(), [label(PRODUCT)], NOW],
  ])("%s proves nothing", (_what, known, readings, now) => {
    expect(judge(known, step("observed"), readings, now).kind).toBe("read");
  });

  it("a name that two bags share proves nothing", () => {
    const twins = list({}, { bags: [bag(ONE, "A999926123456"), bag(TWO, "A999926123456")] });
    expect(judge(twins, step("observed"), [label("=A99992612345600")], NOW).kind).toBe("read");
  });
});
