import { describe, expect, it } from "vitest";
import { length } from "../src/components/clock.tsx";
import { read } from "../src/core/barcodes/reader.ts";
import type { Plan } from "../src/screens/moving.ts";
import { bagsOf, begun, leastLeft, missing, scannedBags, together, withBag, withStranger, withoutStranger } from "../src/screens/moving.ts";
import { levelOf, partsAt, placeIn, upwards, within } from "../src/screens/parts.ts";

const bag = (id: string, value: string, position: string, left_s: number | null = null) => ({
  bag: id,
  identifiers: [{ scheme: "din", issuer: "", value }],
  position,
  to: null,
  exposure: { left_s },
  against: [],
});
const PLAN: Plan = {
  scope: "D1-T1-R1-B1",
  to: "D1-T1-R1-B2",
  fault: null,
  bags: [bag("one", "A999926000001", "D1-T1-R1-B1-P1"), bag("two", "A999926000002", "D1-T1-R1-B1-P3", 240), bag("twin", "A999926000002", "D1-T1-R1-B1-P4", 90)],
};
const label = (text: string) => read({ text, symbology: null, source: "scanner" });
const codeOf = (text: string) => ({ text, bags: bagsOf(PLAN, label(text)) });

describe("a move of many bags", () => {
  it("has lasted for no time at all while the clock has not ticked since it began", () => {
    expect([length(-0.4), length(0.4), length(249), length(3_849)]).toEqual(["0:00", "0:00", "4:09", "1:04:09"]);
  });

  it("knows a bag of the plan by its label, and waits for the other code where two carry a number", () => {
    expect(codeOf("=A99992600000100").bags).toEqual(["one"]);
    const shared = codeOf("=A99992600000200");
    expect(shared.bags).toEqual(["two", "twin"]);
    expect(together([], shared)).toBeNull();
    expect(together([shared], { text: "CODE", bags: ["twin"] })).toBe("twin");
    expect(together([{ text: "CODE", bags: ["twin"] }], shared)).toBe("twin");
    // Two codes that no bag carries together are no bag.
    expect(together([{ text: "CODE", bags: ["one"] }], shared)).toBeNull();
    expect(codeOf("=A99992600000900").bags).toEqual([]);
  });

  it("counts a bag once, names what is missing, and tells the service of strangers too", () => {
    const stranger = { texts: ["X"], recorded: null, known: false };
    let moving = withBag(begun(0), "twin", ["A", "B"]);
    moving = withBag(moving, "twin", ["A again"]);
    moving = withStranger(withStranger(moving, stranger), stranger);
    expect(missing(PLAN, moving).map((one) => one.bag)).toEqual(["one", "two"]);
    expect(scannedBags(PLAN, withBag(moving, "one", ["C"]))).toEqual([{ symbols: ["C"] }, { symbols: ["A", "B"] }, { symbols: ["X"] }]);
    expect(scannedBags(PLAN, withoutStranger(moving, moving.strangers[0]!))).toEqual([{ symbols: ["A", "B"] }]);
  });

  it("has as long as the bag with the least left, and no limit where none has one", () => {
    expect(leastLeft(PLAN)).toBe(90);
    expect(leastLeft({ ...PLAN, bags: PLAN.bags.slice(0, 1) })).toBeNull();
  });
});

describe("parts of dewars", () => {
  it("are told by their codes", () => {
    expect([levelOf("D1"), levelOf("D1-T1-R1-B1"), levelOf("D1-T1-R1-B1-P3")]).toEqual([0, 3, 3]);
    expect(within("D1-T1-R2-B1-P3", 2)).toBe("D1-T1-R2");
    expect(upwards("D1-T1-R1")).toEqual(["D1", "D1-T1", "D1-T1-R1"]);
    expect(placeIn("D1-T1-R1", "D1-T1-R1-B2-P4")).toBe("B2-P4");
    expect(placeIn("D2", "D1-T1-R1-B2-P4")).toBe("D1-T1-R1-B2-P4");
  });

  it("count their free positions", () => {
    const shelves = [["D1-T1-R1-B1-P1", "a"], ["D1-T1-R1-B1-P2", null], ["D1-T1-R1-B2-P1", null]] as const;
    const parts = partsAt(shelves.map(([code, held]) => ({ code, bag: held })), 3);
    expect(parts).toEqual([{ code: "D1-T1-R1-B1", all: 2, free: 1 }, { code: "D1-T1-R1-B2", all: 1, free: 1 }]);
  });
});
