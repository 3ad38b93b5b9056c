import { describe, expect, it } from "vitest";
import type { Curve } from "../src/core/curves/picture.ts";
import { lineOf, scaleOf, verdictOf } from "../src/core/curves/picture.ts";

const MINUTE = 60_000;
const curve = (more: Partial<Curve>): Curve => ({
  probe: "p",
  name: "P",
  readings: 3,
  verdict: "in_range",
  coverage_permille: 1000,
  lowest_mC: -190_000,
  highest_mC: -180_000,
  points: [],
  unknown: [],
  excursions: [],
  ...more,
});
const told = (more: Partial<Curve>, limit: number | null = -150_000) => {
  const { times, degrees } = lineOf(curve(more), limit);
  return times.map((at, place) => [at / MINUTE, degrees[place]]);
};

describe("the line of a probe", () => {
  it("goes through every reading where all is known", () => {
    expect(told({ points: [[0, -190_000], [MINUTE, -190_500]] })).toEqual([[0, -190], [1, -190.5]]);
  });

  it("breaks where a hole lies between two readings, and not where one only touches them", () => {
    const points = [[0, -190_000], [10 * MINUTE, -190_000], [11 * MINUTE, -190_000]] as const;
    expect(told({ points, unknown: [[0, 10 * MINUTE, "gap"]] })).toEqual([[0, -190], [5, null], [10, -190], [11, -190]]);
    expect(told({ points, unknown: [[11 * MINUTE, 20 * MINUTE, "ends-early"]] })).toEqual([[0, -190], [10, -190], [11, -190]]);
  });

  it("hides a doubtful cold and shows a doubtful warmth", () => {
    const points = [[0, -190_000], [1 * MINUTE, -191_000], [2 * MINUTE, -100_000], [3 * MINUTE, -190_000]] as const;
    const unknown = [[0, 3 * MINUTE, "flat"]] as const;
    expect(told({ points, unknown })).toEqual([[0, -190], [1, null], [2, -100], [2.5, null], [3, -190]]);
    expect(told({ points, unknown }, null)).toEqual([[0, -190], [1.5, null], [3, -190]]);
  });

  it("tells of readings that no line touches", () => {
    const unknown = [[0, MINUTE, "gap"]] as const;
    expect(lineOf(curve({ points: [[0, -190_000], [MINUTE, -190_000], [2 * MINUTE, -190_000]], unknown }), null).alone).toEqual([0]);
  });

  it("never draws across a hole, whatever the readings and the holes", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const next = randomly(seed);
      const points = Array.from({ length: next(12) }, () => [next(60) * MINUTE, -190_000 + next(2) * 80_000] as const).sort(([one], [other]) => one - other);
      const unknown = Array.from({ length: next(4) }, () => next(60)).map((start) => [start * MINUTE, (start + next(9)) * MINUTE, "gap"] as const);
      const { times, degrees } = lineOf(curve({ points, unknown }), -150_000);
      for (let place = 1; place < times.length; place += 1) {
        expect(times[place]).toBeGreaterThanOrEqual(times[place - 1] ?? 0);
        if (degrees[place] === null || degrees[place - 1] === null) continue;
        const [from, to] = [times[place - 1] ?? 0, times[place] ?? 0];
        expect(unknown.filter(([start, end]) => start < end && start < to && end > from)).toEqual([]);
      }
      const warm = points.filter(([, milli]) => milli > -150_000).length;
      expect(degrees.filter((value) => value !== null && value > -150)).toHaveLength(warm);
    }
  });
});

describe("what a picture shows", () => {
  it("is every reading and the limit, with air around them", () => {
    const [low, high] = scaleOf([curve({})], -150_000);
    expect([low < -190, high > -150]).toEqual([true, true]);
    expect(scaleOf([curve({ lowest_mC: null, highest_mC: null })], null)).toEqual([-200, 0]);
  });

  it("is never called within a limit that nobody knows, nor without a reading", () => {
    expect(verdictOf(curve({}), -150_000)).toBe("in_range");
    expect(verdictOf(curve({}), null)).toBe("no_limit");
    expect(verdictOf(curve({ readings: 0 }), -150_000)).toBe("unknown");
    expect(verdictOf(curve({ verdict: "excursion" }), -150_000)).toBe("excursion");
    expect(verdictOf(curve({ verdict: "something new" }), -150_000)).toBe("unknown");
  });
});

/** Numbers that look like chance and are the same every time (mulberry32). */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
