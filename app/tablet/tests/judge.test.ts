import { describe, expect, it } from "vitest";
import { read } from "../src/core/barcodes/reader.ts";
import { labelCheck } from "../src/core/barcodes/internal.ts";
import type { Reading } from "../src/core/barcodes/reading.ts";
import { judge } from "../src/core/work/judge.ts";
import { clockOf, inOrder, standing } from "../src/core/work/list.ts";
import type { WorkBag, WorkList } from "../src/core/work/list.ts";
import type { Told, Waits } from "../src/core/work/touched.ts";
import { brought, heldHere, touched } from "../src/core/work/touched.ts";

const NOW = Date.parse("2026-12-01T12:30:00Z");
const [ONE, TWO] = ["0190f4c5-7b1e-7c3a-9d2e-0000000000a1", "0190f4c5-7b1e-7c3a-9d2e-0000000000a2"];
const PRODUCT = "=<S1295100";
const HOLD = { id: "h", reason: "leak", since: "2026-12-01T11:00:00Z", lift: [["pharmacist"]] };

const bag = (id: string, number: string, more: Partial<WorkBag> = {}): WorkBag => ({
  id,
  seq: 7,
  therapy: "t",
  patient: `p${id}`,
  state: "accepted",
  kind: "product",
  form: "bag",
  product: "yescarta",
  custodian: "s",
  ordinal: 1,
  of: 1,
  lot: null,
  position_code: null,
  shipment: null,
  expires_at: null,
  due_at: null,
  specification: "in",
  marks: {},
  timers: [],
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
const PHYSICAL = new Set(["stored", "moved", "retrieved", "observed"]);
const step = (tag: string, offline = true) => ({ tag, offline, physical: PHYSICAL.has(tag) });

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
    ["a hold", list({ holds: [HOLD], next_steps: ["issued"] }), "issued", [first], "on-hold"],
    ["an expired bag", list({ expires_at: "2026-12-01T12:00:00Z", next_steps: ["thaw_started"] }), "thaw_started", [first], "bag-expired"],
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

  it("what is on hold or has expired is kept safe all the same", () => {
    const kept = list({ holds: [HOLD], expires_at: "2026-12-01T12:00:00Z" });
    expect(judge(kept, step("observed"), [first], NOW).kind).toBe("accepted");
    expect(judge(kept, step("stored"), [first, ours("P", "D1-T1-R1-B1-P1")], NOW).kind).toBe("accepted");
  });

  it.each([{ holds: [HOLD] }, { expires_at: "2026-12-01T12:00:00Z" }])("what it is taken out for decides, and who does not say hears no more than read: %j", (why) => {
    const stopped = list({ ...why, next_steps: ["retrieved"] }, { positions: { "D1-T1-R1-B1-P1": ONE, "D1-T1-R1-B1-P2": null } });
    const there = [first, ours("P", "D1-T1-R1-B1-P1")];
    expect(judge(stopped, step("retrieved"), there, NOW).kind).toBe("read");
    // No hold excuses another position.
    for (const purpose of ["thaw", "shipment"]) expect(judge(stopped, step("retrieved"), there, NOW, { purpose }).kind).toBe("wrong");
    for (const purpose of ["check", "destruction"]) expect(judge(stopped, step("retrieved"), there, NOW, { purpose }).kind).toBe("accepted");
    const elsewhere = [first, ours("P", "D1-T1-R1-B1-P2")];
    expect(judge(stopped, step("retrieved"), elsewhere, NOW, { purpose: "destruction" })).toMatchObject({ kind: "wrong", code: "wrong-position" });
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

  it("another bag than the one on the screen is wrong", () => {
    expect(judge(list(), step("observed"), [first], NOW, { meant: ONE }).kind).toBe("accepted");
    expect(judge(list(), step("observed"), [second], NOW, { meant: ONE })).toMatchObject({ kind: "wrong", code: "wrong-bag" });
  });
});

describe("what this device has changed since the list was made", () => {
  const place = ours("P", "D1-T1-R1-B1-P1");
  const waits = (readings: Reading[], more: Partial<Waits> = {}): Waits => ({ step: "stored", bag: null, readings, told: null, ...more });
  const told = (seq: number, now: Told["bag"], more: Partial<Told> = {}): Told => ({ seq, bag: now, ...more });
  const stored = [waits([first, place], { bag: ONE })];

  it("is judged by nobody here: neither accepted nor wrong", () => {
    const since = touched(list(), stored, []);
    expect([...since].sort()).toEqual([ONE, "D1-T1-R1-B1-P1"].sort());
    expect(judge(list(), step("retrieved"), [first, place], NOW, { touched: since }).kind).toBe("read");
    expect(judge(list(), step("stored"), [second, place], NOW, { touched: since }).kind).toBe("read");
    expect(judge(list(), step("observed"), [second], NOW, { touched: since }).kind).toBe("accepted");
  });

  it("still lets nobody pass with another patient's wristband", () => {
    const since = touched(list(), [waits([first, label("=A999")])], []);
    expect(judge(list(), step("identified"), [first, ours("W", "CHU-8002")], NOW, { touched: since })).toMatchObject({ code: "wrong-patient" });
  });

  it.each([
    ["a hold", { holds: [HOLD] }, "on-hold"],
    ["an expiry", { expires_at: "2026-12-01T12:00:00Z" }, "bag-expired"],
  ])("%s of the list stands, whatever was done with the bag here", (_what, why, code) => {
    const since = touched(list(why), stored, []);
    expect(judge(list(why), step("thaw_started"), [first], NOW, { touched: since })).toMatchObject({ kind: "wrong", code });
    const forward = { touched: since, purpose: "thaw" };
    expect(judge(list(why), step("retrieved"), [first, place], NOW, forward)).toMatchObject({ kind: "wrong", code });
    expect(judge(list(why), step("retrieved"), [first, place], NOW, { ...forward, purpose: "destruction" }).kind).toBe("read");
  });

  it("is on hold by a hold that waits here, unless that one was stopped", () => {
    const holding = waits([first], { step: "held", bag: ONE });
    const beside = (acts: Waits[]) => ({ touched: touched(list(), acts, []), held: heldHere(list(), acts), purpose: "thaw" });
    const out = (acts: Waits[]) => judge(list(), step("retrieved"), [first, place], NOW, beside(acts));
    expect(out([holding])).toMatchObject({ kind: "wrong", code: "on-hold" });
    expect(out([{ ...holding, bag: null }])).toMatchObject({ kind: "wrong", code: "on-hold" });
    expect(out([{ ...holding, told: "wrong-bag" }]).kind).toBe("read");
    expect(out(stored).kind).toBe("read");
    expect(judge(list(), step("observed"), [second], NOW, beside([holding])).kind).toBe("accepted");
  });

  it("is where the service says that a bag lies now, and where it lay", () => {
    const moved = list({ position_code: "D1-T1-R1-B1-P2" });
    const there = told(8, { id: ONE, position_code: "D1-T1-R1-B1-P9" });
    expect([...touched(moved, [], [there])].sort()).toEqual([ONE, "D1-T1-R1-B1-P9", "D1-T1-R1-B1-P2"].sort());
    expect([...touched(moved, [], [told(8, { id: TWO, position_code: null })])]).toEqual([TWO]);
  });

  it("is on the list as the service's newest answer has it", () => {
    const clock = { from: "thaw_ended", to: "infusion_started", max_minutes: 30, due_at: "2026-12-01T13:00:00Z" };
    const before = list({ position_code: "D1-T1-R1-B1-P1", expires_at: "2026-12-05T00:00:00Z" }, { positions: { "D1-T1-R1-B1-P1": ONE } });
    const after = brought(before, [
      told(9, { id: ONE, state: "stored", position_code: "D1-T1-R1-B1-P3", holds: [HOLD] }, { timers: [clock], next_steps: ["hold_lifted"] }),
      // Sent again and answered as the first time: older than what is known.
      told(8, { id: ONE, state: "accepted", holds: [] }),
      told(7, { id: TWO, state: "destroyed" }),
      told(99, { id: "of another list" }),
    ]);
    expect(after.bags).toMatchObject([
      { id: ONE, state: "stored", position_code: "D1-T1-R1-B1-P3", holds: [HOLD], next_steps: ["hold_lifted"], due_at: clock.due_at, lot: null },
      before.bags[1],
    ]);
    expect(after.positions).toEqual({ "D1-T1-R1-B1-P1": null, "D1-T1-R1-B1-P3": ONE });
    expect(before.bags[0]).toMatchObject({ state: "accepted", holds: [] });
    expect(brought(before, [])).toBe(before);
  });

  it("keeps the steps that the list names while the bag stands where it stood", () => {
    const [now] = brought(list(), [told(8, { id: ONE, state: "accepted", holds: [HOLD] }, { next_steps: ["hold_lifted"] })]).bags;
    expect(now?.next_steps).toEqual(["hold_lifted", "stored", "observed", "identified"]);
    expect(now?.due_at).toBeNull();
  });

  it("tells by a refusal how the bag is, and keeps the clocks that a refusal does not tell", () => {
    const clock = { from: "thaw_ended", to: "infusion_started", max_minutes: 30, due_at: "2026-12-01T13:00:00Z" };
    const [now] = brought(list({ timers: [clock] }), [told(8, { id: ONE, holds: [HOLD] })]).bags;
    expect(now).toMatchObject({ holds: [HOLD], timers: [clock], due_at: clock.due_at, next_steps: ["stored", "observed", "identified"] });
  });
});

describe("the order of the day", () => {
  const clock = (due_at: string | null) => ({ from: "thaw_ended", to: "infusion_started", max_minutes: 30, due_at });

  it("is: late, running, stopped, to be put away, put away", () => {
    const bags = [
      bag("put-away", "A1", { position_code: "P" }),
      bag("out", "A2"),
      bag("held", "A3", { holds: [HOLD] }),
      bag("later", "A4", { timers: [clock(null), clock("2026-12-01T13:00:00Z")] }),
      bag("sooner", "A5", { timers: [clock("2026-12-01T12:40:00Z"), clock("2026-12-01T14:00:00Z")] }),
      bag("late", "A6", { due_at: "2026-12-01T12:00:00Z" }),
    ];
    expect(inOrder(list({}, { bags }), NOW).map(({ id }) => id)).toEqual(["late", "sooner", "later", "held", "out", "put-away"]);
    expect(clockOf(bag("none", "A7"))).toBeNull();
  });

  it("has an end", () => {
    expect(standing(list(), NOW)).toBe("valid");
    expect(standing(list(), Date.parse("2026-12-02T00:00:00Z"))).toBe("expired");
    expect(standing(list(), Date.parse("2026-11-30T00:00:00Z"))).toBe("ahead");
  });
});
