import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { BEING_JUDGED, fateOf, fateOfBatch, fateOfOne, isAwaited, pause, sendable } from "../src/core/queue/fate.ts";
import type { Act, ChainedAct } from "../src/core/queue/link.ts";
import { BEGINNING, actText, canonical, hashOf, hexOf, linkText, linked, parkedMessage } from "../src/core/queue/link.ts";
import { database } from "../src/device/database.ts";
import {
  goOn,
  handedIn,
  head,
  keep,
  notHandedIn,
  park,
  parked,
  peopleWaiting,
  recount,
  settle,
  toldWrong,
  unsent,
} from "../src/device/queue.ts";
import { destroy, seal, sealedNames, unseal } from "../src/device/vault.ts";

interface Vector {
  readonly name: string;
  readonly message: ChainedAct;
  readonly act_text: string;
  readonly act: string;
  readonly link_text: string;
  readonly hash: string;
}

const VECTORS = join(import.meta.dirname, "..", "..", "..", "tests", "vectors", "device_chain.json");
const { scans: vectors } = JSON.parse(readFileSync(VECTORS, "utf8")) as { scans: Vector[] };

let made = 0;
const act = (device = "TAB-1"): Act => ({
  scan_id: `0190f4c5-7b1e-7c3a-9d2e-${String((made += 1)).padStart(12, "0")}`,
  step: "observed",
  symbols: [{ text: "=A99992112345600", source: "camera" }],
  occurred_at: "2026-12-01T08:30:00.000Z",
  device_id: device,
  details: { note: "é" },
});

beforeEach(async () => {
  const base = await database();
  await Promise.all((["queue", "parked", "answers", "chain", "kept"] as const).map((store) => base.clear(store)));
  await recount();
});

describe("a device's chain", () => {
  it.each(vectors)("hashes $name as the service does", ({ message, act_text, act: digest, link_text, hash }) => {
    expect(actText(message)).toBe(act_text);
    expect(hexOf(actText(message))).toBe(digest);
    expect(linkText(message)).toBe(link_text);
    expect(hashOf(message)).toBe(hash);
  });

  it("names in each scan the one before it", () => {
    const first = linked(act(), BEGINNING);
    const second = linked(act(), first.after);
    expect(first.message).toMatchObject({ device_seq: 1, device_prev: "0".repeat(64) });
    expect(second.message).toMatchObject({ device_seq: 2, device_prev: hashOf(first.message) });
  });

  it("tells of a parked scan its link, the reason, and the scan without signatures", () => {
    const deviation = { rules: ["late"], reason: "gants", authoriser: "secret" };
    const { message } = linked({ ...act(), witness: "secret", deviation }, BEGINNING);
    const told = parkedMessage({ message, body: { code: "details-invalid" } }) as Record<string, string>;
    expect(told).toMatchObject({ device_seq: 1, act: hexOf(actText(message)), code: "details-invalid", step: "observed" });
    expect(told["message"]).not.toContain("secret");
    expect(actText(JSON.parse(told["message"] ?? "") as Act)).toBe(actText(message));
    expect(parkedMessage({ message, body: {} })).toMatchObject({ code: "unknown" });
  });

  it("writes JSON in one form only", () => {
    expect(canonical({ b: 1.0, a: ["é", null, true], "\u20ac": 1e21, c: undefined })).toBe(
      '{"a":["é",null,true],"b":1,"€":1e+21}',
    );
    expect(() => canonical({ a: Number.NaN })).toThrow(TypeError);
  });
});

describe("the queue", () => {
  it("keeps scans in order, each in its device's chain", async () => {
    const kept = [];
    for (let count = 0; count < 5; count += 1) kept.push(await keep(act(), "claire"));
    expect(kept.map(({ device_seq }) => device_seq)).toEqual([1, 2, 3, 4, 5]);
    expect(kept.slice(1).map(({ device_prev }) => device_prev)).toEqual(kept.slice(0, -1).map(hashOf));
    expect((await head(50)).map(({ message }) => message)).toEqual(kept);
    await recount();
    expect(unsent.value).toBe(5);
  });

  it("gives two scans kept at the same time two places", async () => {
    const kept = await Promise.all([keep(act(), "claire"), keep(act(), "claire"), keep(act(), "claire")]);
    expect(new Set(kept.map(({ device_seq }) => device_seq)).size).toBe(3);
    expect(await head(50)).toHaveLength(3);
  });

  it("goes on with a chain that has nothing waiting, and keeps apart what another device's scans are", async () => {
    await keep(act(), "claire");
    const [first] = await head(1);
    if (first) await settle(first, 201, {});
    expect((await keep(act(), "claire")).device_seq).toBe(2);
    expect((await keep(act("TAB-2"), "claire")).device_seq).toBe(1);
    expect((await head(50)).map(({ message }) => message.device_id)).toEqual(["TAB-1", "TAB-2"]);
  });

  it("sends one person's scans at a time", async () => {
    for (const person of ["claire", "claire", "omar", "claire"]) await keep(act(), person);
    expect((await head(50)).map(({ person }) => person)).toEqual(["claire", "claire"]);
    expect(await peopleWaiting()).toEqual(new Set(["claire", "omar"]));
  });

  it("lets a scan go with its answer, or to the list that a person settles, and never otherwise", async () => {
    await keep(act(), "claire");
    await keep(act(), "claire");
    const [first, second] = await head(2);
    if (!first || !second) throw new Error("two were kept");
    await settle(first, 201, { verdict: "taken" });
    await park(second, 422, { code: "request-invalid" });
    const base = await database();
    expect(await base.get("answers", first.message.scan_id)).toMatchObject({ status: 201, seq: 1 });
    expect(await base.get("parked", second.message.scan_id)).toMatchObject({ status: 422, message: second.message });
    await recount();
    expect([unsent.value, parked.value]).toEqual([0, 1]);
  });

  it("tells what is parked in the order of the chain, of one device at a time, until the service has heard it", async () => {
    for (const device of ["TAB-1", "TAB-1", "TAB-2"]) await keep(act(device), "claire");
    for (const one of (await head(50)).toReversed()) await park(one, 422, { code: "request-invalid" });
    const first = await notHandedIn(50);
    expect(first.map(({ message }) => [message.device_id, message.device_seq])).toEqual([["TAB-1", 1], ["TAB-1", 2]]);
    expect(await notHandedIn(1)).toEqual(first.slice(0, 1));
    await handedIn(first);
    expect((await notHandedIn(50)).map(({ message }) => message.device_id)).toEqual(["TAB-2"]);
    await recount();
    expect(parked.value).toBe(3);
  });

  it("goes on where the service says, and only further, once nothing waits of that device", async () => {
    const standing = { seq: 41, head: "ab".repeat(32) };
    expect(await goOn("TAB-1", standing)).toBe(true);
    expect(await keep(act(), "claire")).toMatchObject({ device_seq: 42, device_prev: standing.head });
    expect(await goOn("TAB-1", { seq: 99, head: "cd".repeat(32) })).toBe(false);
    expect(await goOn("TAB-2", { seq: 0, head: BEGINNING.head })).toBe(true);
    const [only] = await head(1);
    if (only) await settle(only, 201, {});
    expect(await goOn("TAB-1", standing)).toBe(true);
    expect((await keep(act(), "claire")).device_seq).toBe(43);
  });

  it("keeps with an act that this device has told its person to stop, and with no other", async () => {
    const [one, other] = [await keep(act(), "claire", true, undefined, true), await keep(act(), "claire")];
    await toldWrong(one.scan_id, "on-hold");
    await toldWrong("another that is gone", "on-hold");
    const waiting = await head(50);
    expect(waiting.map(({ message, told }) => [message.scan_id, told])).toEqual([[one.scan_id, "on-hold"], [other.scan_id, undefined]]);
    expect(waiting[0]?.message).toEqual(one);
  });

  it("sends along what a person was told, also where the disk does not take it", async () => {
    const { scan_id } = await keep(act(), "claire", true, undefined, true);
    // No disk takes a function: it stands for a code that finds no room.
    const unwritable = (() => "on-hold") as unknown as string;
    await expect(toldWrong(scan_id, unwritable)).rejects.toThrow();
    expect((await head(50)).map(({ told }) => told)).toEqual([unwritable]);
    expect((await (await database()).getAll("queue")).map(({ told }) => told)).toEqual([undefined]);
    await toldWrong(scan_id, "on-hold");
    expect((await head(50)).map(({ told }) => told)).toEqual(["on-hold"]);
  });

  it("keeps nothing of a scan whose chain cannot be written", async () => {
    const twice = act();
    await keep(twice, "claire");
    await expect(keep({ ...act(), details: { bad: Number.NaN } }, "claire")).rejects.toThrow(TypeError);
    expect(await head(50)).toHaveLength(1);
    expect((await keep(act(), "claire")).device_seq).toBe(2);
  });

  it("remembers five hundred answers", async () => {
    for (let seq = 1; seq <= 502; seq += 1) {
      const message = { ...act(), device_seq: seq, device_prev: BEGINNING.head };
      await settle({ seq, person: "claire", message }, 201, {});
    }
    const base = await database();
    expect(await base.count("answers")).toBe(500);
    expect(await base.getAllKeysFromIndex("answers", "seq", null, 1)).toEqual([expect.stringMatching(/-9d2e-/)]);
  });
});

describe("what an answer makes of scans", () => {
  const recorded = { scan_id: "a", status: 201, body: {} };

  it.each([
    [200, { results: [recorded] }, "results"],
    [200, "<html>sign in to the hotel</html>", "later"],
    [200, { results: [{ scan_id: "a" }] }, "later"],
    [200, { ok: true }, "later"],
    [302, undefined, "later"],
    [404, undefined, "later"],
    [401, { code: "token-refused" }, "sign-in"],
    [401, undefined, "later"],
    [503, { code: "not-recorded" }, "later"],
    [429, { code: "too-many" }, "later"],
    [502, undefined, "later"],
    [422, { code: "request-invalid" }, "apart"],
    [413, { code: "body-too-large" }, "apart"],
    [403, { code: "role-refused" }, "apart"],
  ])("as a whole: %i %j is %s", (status, body, kind) => {
    expect(fateOfBatch(status, body).kind).toBe(kind);
  });

  it.each([
    [201, {}, "recorded"],
    [409, { code: "wrong-position", receipt: { leaf_hash: "x" } }, "recorded"],
    [409, { code: "scan-id-reused" }, "parked"],
    [422, { code: "request-invalid" }, "parked"],
    [403, { code: "role-refused" }, "parked"],
    [401, { code: "token-refused" }, "sign-in"],
    [503, { code: "not-recorded" }, "later"],
    [500, { code: "internal-error" }, "later"],
    [429, {}, "later"],
  ] as const)("one by one: %i %j is %s", (status, body, fate) => {
    expect(fateOf({ scan_id: "a", status, body })).toBe(fate);
  });

  it("is waited for longer and longer, up to half a minute", () => {
    expect([1, 2, 3, 9].map((failures) => pause(failures, 1))).toEqual([1_000, 2_000, 4_000, 30_000]);
    expect(pause(1, 0)).toBe(500);
  });
});

describe("the vault", () => {
  const later = Date.now() + 60_000;

  it("gives back what was sealed until it runs out, and then destroys it", async () => {
    await seal("list", { bags: 3 }, later);
    expect(await unseal("list")).toEqual({ bags: 3 });
    expect(await unseal("list", later)).toBeNull();
    expect(await unseal("list")).toBeNull();
  });

  it("holds nothing readable, and takes nothing moved or prolonged", async () => {
    await seal("session:claire", { token: "very secret" }, later);
    const base = await database();
    const kept = (await base.get("kept", "sealed:session:claire")) as { sealed: ArrayBuffer; until: number };
    expect(Buffer.from(kept.sealed).toString("latin1")).not.toContain("secret");
    await base.put("kept", kept, "sealed:session:omar");
    await base.put("kept", { ...kept, until: later + 1 }, "sealed:session:claire");
    expect(await unseal("session:omar")).toBeNull();
    expect(await unseal("session:claire")).toBeNull();
    expect(await sealedNames("session:")).toEqual(["session:claire", "session:omar"]);
    await destroy("session:omar");
    expect(await sealedNames("session:")).toEqual(["session:claire"]);
  });

  it("uses a key that cannot be taken out", async () => {
    await seal("list", 1, later);
    const key = (await (await database()).get("kept", "vault-key")) as CryptoKey;
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  });
});

describe("an act that somebody waits in front of", () => {
  const scan_id = "0190f4c5-7b1e-7c3a-9d2e-000000000001";
  const receipt = { leaf_hash: "00", signed: "" };

  it.each([201, 409])("is judged by its own answer: %d", (status) => {
    const body = { scan_id, receipt, code: "wrong-bag" };
    expect(fateOfOne(status, body)).toEqual({ kind: "results", results: [{ scan_id, status, body }] });
  });

  it.each([
    [409, { code: "scan-id-reused" }, "apart"],
    [422, { code: "details-invalid" }, "apart"],
    [401, { code: "token-invalid" }, "sign-in"],
    [503, { code: "not-recorded" }, "later"],
    [201, { scan_id }, "later"],
    [200, { results: [{ scan_id, status: 201, body: {} }] }, "later"],
    [200, undefined, "later"],
  ])("is believed in nothing else: %d %j", (status, body, kind) => {
    expect(fateOfOne(status, body)).toEqual({ kind });
  });

  it("is alone and a moment old", () => {
    const now = Date.parse("2026-11-27T10:00:00.000Z");
    const kept = { kept: now, awaited: true, message: {} };
    expect(isAwaited([kept], now + 29_000)).toBe(true);
    expect(isAwaited([kept], now + 31_000)).toBe(false);
    expect(isAwaited([kept, kept], now)).toBe(false);
    expect(isAwaited([{ ...kept, awaited: false }], now)).toBe(false);
    expect(isAwaited([], now)).toBe(false);
    // An app before this one did not say when it kept it.
    expect(isAwaited([{ awaited: true, message: {} }], now)).toBe(false);
    // Who was only named beside counts in a queue alone.
    expect(isAwaited([{ ...kept, message: { second_person: "p" } }], now)).toBe(false);
    // What this device has stopped waits for a person, whatever the service makes of it.
    expect(isAwaited([{ ...kept, told: "on-hold" }], now)).toBe(false);
  });

  it("waits for this device's own verdict, and lets nothing overtake, but not for ever", () => {
    const free = { kept: 1_000, message: {} };
    const judged = { ...free, judging: true };
    expect(sendable([free, judged, free], 1_500)).toBe(1);
    expect(sendable([judged], 1_500)).toBe(0);
    expect(sendable([judged], 1_000 + BEING_JUDGED)).toBe(1);
    expect(sendable([{ ...judged, told: "on-hold" }, free], 1_500)).toBe(2);
    expect(sendable([], 1_500)).toBe(0);
  });
});
