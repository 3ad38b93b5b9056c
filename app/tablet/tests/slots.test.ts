import { describe, expect, it } from "vitest";
import { slotFor, symbolsOf } from "../src/screens/slots.ts";

const slot = (role: string, subject: string, required: boolean) => ({ role, subject, required, labels: { fr: role, en: role } });
const SLOTS = [slot("bag", "bag", true), slot("cassette", "bag", false), slot("position", "position", true)];
const symbol = (text: string) => ({ text, symbology: null, source: "scanner" });

describe("the places of a step", () => {
  it("are told by what a symbol names, in any order", () => {
    expect(slotFor(SLOTS, {}, { subject: "position", text: "P" }, null, null)).toBe("position");
    expect(slotFor(SLOTS, {}, { subject: "bag", text: "B" }, null, "position")).toBe("bag");
  });

  it("take the second code of a label where the first went, and the same code again as another label's", () => {
    const filled = { bag: [symbol("DIN")] };
    expect(slotFor(SLOTS, filled, { subject: "product", text: "CODE" }, null, "bag")).toBe("bag");
    expect(slotFor(SLOTS, filled, { subject: "bag", text: "DIN" }, null, "bag")).toBe("cassette");
  });

  it("are the one that a person points at, where it fits", () => {
    expect(slotFor(SLOTS, {}, { subject: "bag", text: "B" }, "cassette", null)).toBe("cassette");
    expect(slotFor(SLOTS, {}, { subject: "bag", text: "B" }, "position", null)).toBe("bag");
  });

  it("have none for what the step does not ask for", () => {
    expect(slotFor(SLOTS, {}, { subject: "person", text: "U" }, null, null)).toBeNull();
  });

  it("go out in their own order, each symbol with its role", () => {
    const sent = symbolsOf(SLOTS, { position: [symbol("P")], bag: [symbol("A"), symbol("B")] });
    expect(sent.map(({ text, role }) => [text, role])).toEqual([["A", "bag"], ["B", "bag"], ["P", "position"]]);
  });
});
