import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { database } from "../src/device/database.ts";
import { close, parkedScans, sendAgain } from "../src/device/parked.ts";
import { answerTo, head, keep, park, parked, recount, settle, unsent } from "../src/device/queue.ts";
import { forget, markOf, recognise, remember } from "../src/device/unlock.ts";

let made = 0;
const act = () => ({
  scan_id: `0190f4c5-7b1e-7c3a-9d2e-${String((made += 1)).padStart(12, "0")}`,
  step: "observed",
  symbols: [],
  occurred_at: "2026-12-01T08:30:00.000Z",
  device_id: "TAB-1",
  details: {},
});

beforeEach(async () => {
  const base = await database();
  await Promise.all((["queue", "parked", "answers", "chain", "kept"] as const).map((store) => base.clear(store)));
  await recount();
});

describe("a scan that the service did not want", () => {
  const parkOne = async (): Promise<string> => {
    const { scan_id } = await keep(act(), "claire", true, "/api/v1/dewars/d/counts");
    const [waiting] = await head(1);
    expect(waiting?.door).toBe("/api/v1/dewars/d/counts");
    if (waiting) await park(waiting, 422, { code: "details-invalid" });
    return scan_id;
  };

  it("goes back into its place in the queue, as it was", async () => {
    const first = await parkOne();
    const later = await keep(act(), "omar");
    const [scan] = await parkedScans();
    expect(await answerTo(first)).toMatchObject({ status: 422 });
    if (scan) await sendAgain(scan);
    const waiting = [...(await head(1)), ...(await (await database()).getAll("queue")).slice(1)];
    expect(waiting.map(({ message }) => message.scan_id)).toEqual([first, later.scan_id]);
    expect(waiting.map(({ person }) => person)).toEqual(["claire", "omar"]);
    expect(await parkedScans()).toEqual([]);
    await recount();
    expect([unsent.value, parked.value]).toEqual([2, 0]);
  });

  it("is settled with a reason, and kept for good", async () => {
    const [first, second] = [await parkOne(), await parkOne()];
    const [scan] = await parkedScans();
    if (scan) await close(scan, "vera", "noted twice");
    expect((await parkedScans()).map(({ scan_id }) => scan_id)).toEqual([second]);
    await recount();
    expect(parked.value).toBe(1);
    expect((await (await database()).get("parked", first))?.closed).toMatchObject({ by: "vera", reason: "noted twice" });
  });

  it("has no answer before the service gave one", async () => {
    const { scan_id } = await keep(act(), "claire");
    expect(await answerTo(scan_id)).toBeUndefined();
    const [waiting] = await head(1);
    if (waiting) await settle(waiting, 201, { scan_id });
    expect(await answerTo(scan_id)).toMatchObject({ status: 201 });
  });
});

describe("a secret that was used here this shift", () => {
  const later = Date.now() + 60_000;

  it("is recognised, each kind apart, until it is forgotten", async () => {
    await remember("claire", "password", await markOf("une longue phrase"), later);
    expect(await recognise("claire", "password", "une longue phrase")).toBe(true);
    expect(await recognise("claire", "pin", "une longue phrase")).toBeNull();
    expect(await recognise("omar", "password", "une longue phrase")).toBeNull();
    const kept = JSON.stringify(await (await database()).getAll("kept"));
    expect(kept).not.toContain("une longue phrase");
    await forget("claire");
    expect(await recognise("claire", "password", "une longue phrase")).toBeNull();
  });

  it("is destroyed by the fifth wrong try, and a right one sets the count back", async () => {
    await remember("claire", "pin", await markOf("749203"), later);
    const tries = async (count: number): Promise<unknown[]> => {
      const told = [];
      for (let number = 0; number < count; number += 1) told.push(await recognise("claire", "pin", "000000"));
      return told;
    };
    expect(await tries(4)).toEqual([false, false, false, false]);
    expect(await recognise("claire", "pin", "749203")).toBe(true);
    expect(await tries(6)).toEqual([false, false, false, false, false, null]);
    expect(await recognise("claire", "pin", "749203")).toBeNull();
  });

  it("runs out with the shift", async () => {
    await remember("claire", "pin", await markOf("749203"), Date.now() - 1);
    expect(await recognise("claire", "pin", "749203")).toBeNull();
  });
});
