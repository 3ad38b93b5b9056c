import "fake-indexeddb/auto";
import { afterEach, describe, expect, it } from "vitest";
import type { Act } from "../src/core/queue/link.ts";
import type { Judged } from "../src/core/work/judge.ts";
import { head, keep } from "../src/device/queue.ts";
import type { Shown } from "../src/screens/verdict-state.ts";
import { dismiss, notKept, showHere, shown } from "../src/screens/verdict-state.ts";

const WRONG: Judged = { kind: "wrong", code: "wrong-bag", provisional: true, bag: null };
const READ: Judged = { kind: "read", bag: null };
const ACT = { step: "stored", scan_id: "0190f4c5-7b1e-7c3a-9d2e-000000000001" };
const recorded = (now: Shown | null): boolean | null => (now?.kind === "wrong" ? now.recorded : null);

// Verdicts are drawn for a browser's frames, and felt where nothing here vibrates.
Object.assign(globalThis, { requestAnimationFrame: (drawn: () => void) => setTimeout(drawn) });
if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: {} });

function disk(): { readonly kept: Promise<void>; readonly written: () => void; readonly full: (why: Error) => void } {
  let written = (): void => undefined;
  let full = (_why: Error): void => undefined;
  const kept = new Promise<void>((resolve, reject) => ([written, full] = [resolve, reject]));
  return { kept, written, full };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("what this device says of an act", () => {
  afterEach(dismiss);

  it("is STOP before the disk has the act, and that it is kept once it has", async () => {
    const { kept, written } = disk();
    const all = showHere(ACT, Promise.resolve(WRONG), kept, () => undefined);
    await soon();
    expect(recorded(shown.value)).toBe(false);
    written();
    await all;
    expect(recorded(shown.value)).toBe(true);
  });

  it("goes with the act when it is STOP, and when somebody has left it before the disk had it", async () => {
    const whole = { ...ACT, device_id: "d", symbols: [], details: {}, occurred_at: "2026-11-27T10:00:00.000Z" };
    const acts = ["a", "b", "c"].map((scan_id) => ({ ...whole, scan_id }) as Act);
    for (const act of acts) {
      const all = showHere(act, Promise.resolve(act.scan_id === "c" ? READ : WRONG), keep(act, "claire", true, undefined, true), () => undefined);
      if (act.scan_id === "b") {
        await soon();
        dismiss();
      }
      await all;
    }
    const waiting = await head(50);
    expect(waiting.map(({ message, told }) => [message.scan_id, told])).toEqual([["a", "wrong-bag"], ["b", "wrong-bag"], ["c", undefined]]);
  });

  it("is KEPT when the disk has the act, and nothing before", async () => {
    const { kept, written } = disk();
    const all = showHere(ACT, Promise.resolve(READ), kept, () => undefined);
    await soon();
    expect(shown.value).toBeNull();
    written();
    await all;
    expect(shown.value).toEqual({ kind: "kept", step: "stored", judged: "read" });
  });

  it("is no more than read where the list cannot be asked", async () => {
    await showHere(ACT, Promise.reject(new Error("no disk")), Promise.resolve(), () => undefined);
    expect(shown.value).toMatchObject({ kind: "kept", judged: "read" });
  });

  it("stays left when it was acknowledged before the disk had the act", async () => {
    const { kept, written } = disk();
    const all = showHere(ACT, Promise.resolve(WRONG), kept, () => undefined);
    await soon();
    dismiss();
    written();
    await all;
    expect(shown.value).toBeNull();
  });

  it("says both, that the act is wrong and that it is not kept", async () => {
    const { kept, full } = disk();
    const all = showHere(ACT, Promise.resolve(WRONG), kept, () => undefined);
    await soon();
    full(new Error("full"));
    await expect(all).rejects.toThrow("full");
    expect(recorded(shown.value)).toBe(false);
    notKept("not kept", "nothing is recorded", (code) => `by the list: ${code}`);
    expect(shown.value).toMatchObject({
      recorded: false,
      refused: { code: "storage-full", detail: "not kept", others: [{ code: "wrong-bag", detail: "by the list: wrong-bag" }] },
    });
  });
});
