// The device's core without screens, for tests in a real browser: what screens call, a test calls.
import type { Act, Chain } from "../../src/core/queue/link.ts";
import { readPhoto, startCamera } from "../../src/device/camera.ts";
import { database } from "../../src/device/database.ts";
import { keep, onAnswer, recount, unsent } from "../../src/device/queue.ts";
import { listen } from "../../src/device/scans.ts";
import type { Scan } from "../../src/device/scans.ts";
import { sending, startSender } from "../../src/device/sender.ts";
import { session, signIn, signOut, tokenOf } from "../../src/device/session.ts";
import { deviceId, nameTablet } from "../../src/device/tablet.ts";
import { register, update, updateReady } from "../../src/device/updates.ts";
import { destroy, seal, unseal } from "../../src/device/vault.ts";
import { startWedge } from "../../src/device/wedge.ts";
import { openWorkList, refreshWorkList } from "../../src/device/work-list.ts";

const scans: Scan[] = [];
const presses: string[] = [];
listen({ scanned: (scan) => scans.push(scan), doubted: () => undefined });
document.getElementById("button")?.addEventListener("click", () => presses.push("click"));

let order = Promise.resolve<unknown>(undefined);

interface Done {
  readonly step: string;
  readonly symbols: readonly string[];
  readonly details: Act["details"];
  readonly second: string | null;
  readonly device: string;
  readonly person: string;
  readonly awaited: boolean;
}

/** Do something, one act after the other, as a person would; true once it is on the disk. */
function act({ step, symbols, details, second, device, person, awaited }: Done): Promise<boolean> {
  const done: Act = {
    scan_id: crypto.randomUUID(),
    step,
    symbols: symbols.map((text) => ({ text, source: "scanner" })),
    occurred_at: new Date().toISOString(),
    device_id: device,
    details,
    ...(second === null ? {} : { second_person: second }),
  };
  const kept = order.then(() => keep(done, person, awaited)).then(() => true);
  order = kept.catch(() => undefined);
  return kept;
}

function observe(label: string, device: string, person: string, note: string): Promise<boolean> {
  return act({ step: "observed", symbols: [label], details: { note }, second: null, device, person, awaited: false });
}

/** What the service said of each scan, as this device has kept it. */
async function answered(): Promise<Record<string, readonly [number, unknown]>> {
  const kept = await (await database()).getAll("answers");
  return Object.fromEntries(kept.map(({ scan_id, status, body }) => [scan_id, [status, body["code"] ?? null]]));
}

/** Every note that this device has ever kept and not forgotten: waiting, recorded, parked. */
async function notes(): Promise<Record<string, string[]>> {
  const base = await database();
  const [waiting, parked] = await Promise.all([base.getAll("queue"), base.getAll("parked")]);
  const noteOf = ({ details }: Act): string => String(details["note"]);
  return { waiting: waiting.map(({ message }) => noteOf(message)), parked: parked.map(({ message }) => noteOf(message)) };
}

const answers: number[] = [];
onAnswer(({ status }) => answers.push(status));
startSender();
startWedge(document);

Object.assign(globalThis, {
  tablet: {
    act,
    observe,
    answered,
    notes,
    signIn,
    signOut,
    register,
    update,
    updateReady: () => updateReady.value,
    scans,
    presses,
    answers,
    startCamera: () => startCamera(document.getElementById("video") as HTMLVideoElement).then(() => true),
    readPhoto,
    forgetSession: (login: string) => destroy(`session:${login}`),
    /** A work list that was changed on the device, sealed as ours are. */
    forge: async (login: string) => {
      const kept = await unseal<{ body: string }>(`worklist:${login}`);
      const body = kept?.body.replace('"complete":true', '"complete":false');
      await seal(`worklist:${login}`, { ...kept, body }, Date.now() + 60_000);
    },
    peek: async (login: string) => JSON.stringify([await unseal(`session:${login}`), await tokenOf(login).catch(String)]),
    nameTablet: (code: string) => (nameTablet(code), deviceId()),
    /** Where a device's chain stands here; with a second argument, a state that came back from a backup. */
    chain: async (device: string, back?: Chain) => {
      const base = await database();
      if (back) await base.put("chain", back, device);
      return (await base.get("chain", device)) ?? null;
    },
    refreshWorkList,
    openWorkList,
    unsent: async () => {
      await recount();
      return unsent.value;
    },
    state: () => ({ sending: sending.value, person: session.value?.login ?? null }),
  },
});
