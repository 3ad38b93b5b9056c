import { describe, expect, it } from "vitest";
import { counted, grouped, inShare } from "../src/screens/board-order.ts";
import type { ListedBag } from "../src/screens/shapes.ts";

const therapy = (id: string) => ({ id, coi: id, product: "yescarta", cautions: [] });
const bag = (of: string, more: Partial<ListedBag> = {}): ListedBag =>
  ({ id: `${of}-${more.state ?? "stored"}`, therapy: of, state: "stored", holds: [], due_at: null, clock_due_at: null, late: false, ...more }) as unknown as ListedBag;
const HOLD = { id: "h", reason: "leak", since: "2026-11-27T10:00:00Z", lift: [] };

describe("the board", () => {
  const groups = grouped(
    ["quiet", "held", "later", "soon", "late", "over", "new"].map(therapy),
    [
      bag("quiet"),
      bag("held", { holds: [HOLD] }),
      bag("later", { clock_due_at: "2026-11-27T12:00:00Z" }),
      bag("soon", { clock_due_at: "2026-11-27T11:00:00Z" }),
      bag("late", { late: true, due_at: "2026-11-27T09:00:00Z" }),
      bag("over", { state: "infused" }),
    ],
  );

  it("shows what is late first, then what runs out soonest, then what is stopped, and no therapy that is over", () => {
    expect(groups.map((group) => group.therapy.id)).toEqual(["late", "soon", "later", "held", "quiet", "new"]);
  });

  it("counts what each button shows", () => {
    expect(counted(groups)).toEqual({ all: 6, late: 1, due: 2, held: 1 });
    expect(groups.filter((group) => inShare(group, "held")).map((group) => group.therapy.id)).toEqual(["held"]);
  });
});
