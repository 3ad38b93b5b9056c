import { describe, expect, it } from "vitest";
import { eventsIn } from "../src/core/live/events.ts";
import type { BoardBag, Therapy } from "../src/screens/board-order.ts";
import { counted, inShare, ordered, viewFor } from "../src/screens/board-order.ts";

const bag = (id: string, more: Partial<BoardBag> = {}): BoardBag =>
  ({ id, state: "stored", live: true, holds: [], due_at: null, countdowns: [], late: false, ...more }) as unknown as BoardBag;
const clock = (due_at: string | null) => ({ from: "thaw_ended", to: "infusion_ended", due_at });
const HOLD = { id: "h", reason: "leak", since: "2026-11-27T10:00:00Z", lift: [] };
const therapy = (id: string, ...bags: BoardBag[]): Therapy => ({ id, coi: id, product: "yescarta", cautions: [], bags });

describe("the board", () => {
  const bags = [
    bag("quiet"),
    bag("held", { holds: [HOLD] }),
    bag("later", { countdowns: [clock("2026-11-27T12:00:00Z")] }),
    bag("soon", { countdowns: [clock("2026-11-27T13:00:00Z"), clock("2026-11-27T11:00:00Z")] }),
    bag("waiting", { countdowns: [clock(null)] }),
    bag("late", { late: true, due_at: "2026-11-27T09:00:00Z" }),
    bag("over", { live: false, late: true }),
  ];

  it("shows what is late first, then what runs out soonest, then what is stopped, and no bag that is over", () => {
    expect(ordered(bags).map(({ id }) => id)).toEqual(["late", "soon", "later", "held", "quiet", "waiting"]);
  });

  it("counts what each button shows", () => {
    const therapies = [therapy("one", ...bags), therapy("two", bag("calm")), therapy("three", bag("gone", { live: false, late: true }))];
    expect(counted(therapies)).toEqual({ all: 3, late: 1, due: 1, held: 1 });
    expect(therapies.filter((one) => inShare(one, "held")).map(({ id }) => id)).toEqual(["one"]);
  });

  it("opens on the view of whoever looks", () => {
    expect([["quality", "pharmacist"], ["pharmacy_technician"], ["physician"], []].map(viewFor)).toEqual([
      "quality",
      "pharmacist",
      "coordinator",
      "coordinator",
    ]);
  });
});

describe("the stream", () => {
  it("is read in whatever pieces it comes", () => {
    const whole = "retry: 2000\n\nid: 1-4\nevent: ready\ndata: {}\n\n: beat\n\nid: 1-5\nevent: custody\ndata: {\"seq\":1}\n\n";
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const first = eventsIn(whole.slice(0, cut));
      const second = eventsIn(first.rest + whole.slice(cut));
      expect([...first.events, ...second.events]).toEqual([
        { name: "ready", id: "1-4" },
        { name: "custody", id: "1-5" },
      ]);
      expect(second.rest).toBe("");
    }
  });

  it("says nothing for a comment, and is no other's", () => {
    expect(eventsIn(": beat\n\n<html>").events).toEqual([]);
    expect(eventsIn("data: x\r\n\r\n").events).toEqual([{ name: "message", id: "" }]);
  });
});
