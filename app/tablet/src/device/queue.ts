// The durable queue: a scan is on the disk, in its place in the device's chain, before anything is sent or shown as done.
import { signal } from "@preact/signals";
import type { Act, Chain, ChainedAct } from "../core/queue/link.ts";
import { BEGINNING, actHash, linked } from "../core/queue/link.ts";
import type { Database, Parked, Settled, Waiting } from "./database.ts";
import { database } from "./database.ts";
import { later } from "./later.ts";

/** The device's storage is full: the scan is not kept, and the screen must say so as loudly as it can. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** How many scans wait to be sent, and how many wait for a person; null until the disk was read. */
export const unsent = signal<number | null>(null);
export const parked = signal<number | null>(null);

const ANSWERS_KEPT = 500;
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("givre-queue");
const heard = new Set<() => void>();
const answerHeard = new Set<(settled: Settled) => void>();

/** Hear of every change of the queue, in this tab or another. */
export function onQueueChange(listener: () => void): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

/** Hear what the service said of a scan, in whichever tab it was sent. */
export function onAnswer(listener: (settled: Settled) => void): () => void {
  answerHeard.add(listener);
  return () => answerHeard.delete(listener);
}

channel?.addEventListener("message", ({ data }: MessageEvent<Settled | "changed">) => {
  if (data === "changed") changedHere();
  else for (const listener of answerHeard) listener(data);
});

/**
 * Keep a scan; when this resolves it is on the disk for good, with its number in the device's chain. `awaited`: somebody
 * stands in front of the screen for its verdict; `door`: where it goes for that, when it is not `/scans`; `judging`: this
 * device judges it at the same time, and it does not go before that.
 * Throws `StorageFull`; whatever it throws, the scan is not kept.
 */
export async function keep(act: Act, person: string, awaited = false, door?: string, judging = false): Promise<ChainedAct> {
  const base = await database();
  try {
    const change = base.transaction(["chain", "queue", "photos"], "readwrite", { durability: "strict" });
    // Nothing but the database is waited for in here: a transaction that is left idle commits half a scan.
    // All are asked for at once: somebody waits. Its photographs wait for the act from the same moment on.
    const photos = change.objectStore("photos");
    const asked = [
      change.objectStore("chain").get(act.device_id),
      change.objectStore("queue").openKeyCursor(null, "prev"),
      Promise.all(photosOf(act).map((digest) => photos.get(digest))),
    ] as const;
    // Hashed while the disk answers.
    const hash = actHash(act);
    const [before, last, named] = await Promise.all(asked);
    const { message, after } = linked(act, before ?? BEGINNING, hash);
    const seq = Math.max(message.device_seq, (last?.key ?? 0) + 1);
    const claim = { scan_id: act.scan_id, bag_id: act.bag_id ?? "", person };
    const written = Promise.all([
      ...named.map((photo) => photo && photos.put({ ...photo, acts: [...photo.acts, claim] })),
      change.objectStore("queue").add({ seq, person, message, kept: Date.now(), awaited, judging, ...(door === undefined ? {} : { door }) }),
      change.objectStore("chain").put(after, act.device_id),
      change.done,
    ]);
    // That was all: the disk need not hear that nothing more comes.
    change.commit();
    await written;
    announce();
    return message;
  } catch (error) {
    throw isFull(error) ? new StorageFull() : error;
  }
}

/** What this tab has told and the disk does not have yet: it goes along all the same. */
const unwritten = new Map<string, string>();

/** This device has told its person to stop: the service hears that with the act, and takes it for nothing that was done. */
export async function toldWrong(scan: string, code: string): Promise<void> {
  unwritten.set(scan, code);
  const change = (await database()).transaction("queue", "readwrite", { durability: "strict" });
  let cursor = await change.store.openCursor(null, "prev");
  while (cursor && cursor.value.message.scan_id !== scan) cursor = await cursor.continue();
  await Promise.all([cursor?.update({ ...cursor.value, told: code }), change.done]);
  unwritten.delete(scan);
}

/** The scans that go next, in order, at most so many and of one person. */
export async function head(most: number): Promise<readonly Waiting[]> {
  const kept = await (await database()).getAll("queue", null, most);
  const waiting = kept.map((one) => ({ ...one, ...toldOf(one) }));
  const [first] = waiting;
  const other = waiting.findIndex(({ person }) => person !== first?.person);
  return other < 0 ? waiting : waiting.slice(0, other);
}

function toldOf({ message }: Waiting): Pick<Waiting, "told"> {
  const told = unwritten.get(message.scan_id);
  return told === undefined ? {} : { told };
}

/** The service has it: it leaves the queue and its answer is kept, in one step. */
export async function settle({ seq, message }: Waiting, status: number, body: Settled["body"]): Promise<void> {
  const settled: Settled = { scan_id: message.scan_id, seq, step: message.step, status, body, at: Date.now() };
  const base = await database();
  try {
    await answered(base, settled);
  } catch (error) {
    // On a full tablet the answer is not kept, and what is sent leaves it all the same: that makes room.
    if (!isFull(error)) throw error;
    const change = base.transaction("queue", "readwrite", { durability: "strict" });
    await Promise.all([change.store.delete(seq), change.done]);
  }
  tellAnswer(settled);
}

async function answered(base: Database, settled: Settled): Promise<void> {
  const change = base.transaction(["queue", "answers"], "readwrite", { durability: "strict" });
  const answers = change.objectStore("answers");
  const oldest = (await answers.count()) >= ANSWERS_KEPT ? await answers.index("seq").getKey(IDBKeyRange.lowerBound(0)) : undefined;
  await Promise.all([
    change.objectStore("queue").delete(settled.seq),
    answers.put(settled),
    oldest === undefined ? undefined : answers.delete(oldest),
    change.done,
  ]);
}

/** The service does not want it: it leaves the queue for the list that a person settles. */
export async function park({ seq, message, person }: Waiting, status: number, body: Settled["body"]): Promise<void> {
  const base = await database();
  const change = base.transaction(["queue", "parked"], "readwrite", { durability: "strict" });
  const settled: Settled = { scan_id: message.scan_id, seq, step: message.step, status, body, at: Date.now() };
  await Promise.all([
    change.objectStore("queue").delete(seq),
    change.objectStore("parked").put({ ...settled, message, person }),
    change.done,
  ]);
  tellAnswer(settled);
}

/** What the service said of a scan; undefined while it has said nothing. */
export async function answerTo(scan: string): Promise<Settled | undefined> {
  const base = await database();
  return (await base.get("answers", scan)) ?? base.get("parked", scan);
}

/** What is parked here without the service knowing, of one device and at most so many, in the order of its chain. */
export async function notHandedIn(most: number): Promise<readonly Parked[]> {
  const found = (await (await database()).getAll("parked")).filter(({ handed }) => !handed);
  found.sort((one, other) => one.message.device_seq - other.message.device_seq);
  return found.filter(({ message }) => message.device_id === found[0]?.message.device_id).slice(0, most);
}

/** The service has given them their places in the device's chain; they stay here until a person has settled them. */
export async function handedIn(some: readonly Parked[]): Promise<void> {
  const change = (await database()).transaction("parked", "readwrite", { durability: "strict" });
  for (const { scan_id } of some) {
    const now = await change.store.get(scan_id);
    if (now) await change.store.put({ ...now, handed: true });
  }
  await change.done;
}

/**
 * Go on where the service says that this device's chain stands: the device was reset, or got an older state back. False
 * while scans wait that continue what the device itself knows; they go first, and the service tells the fork.
 */
export async function goOn(device: string, standing: Chain): Promise<boolean> {
  const change = (await database()).transaction(["chain", "queue"], "readwrite", { durability: "strict" });
  const waiting = await change.objectStore("queue").getAll();
  const before = (await change.objectStore("chain").get(device)) ?? BEGINNING;
  const free = waiting.every(({ message }) => message.device_id !== device);
  if (free && standing.seq > before.seq) await change.objectStore("chain").put(standing, device);
  await change.done;
  return free;
}

/** Whose scans or photographs wait. */
export async function peopleWaiting(): Promise<ReadonlySet<string>> {
  const base = await database();
  const people = new Set((await base.getAll("queue")).map(({ person }) => person));
  let cursor = await base.transaction("photos").store.openCursor();
  while (cursor) {
    const { acts, refused } = cursor.value;
    if (refused === undefined) for (const { person } of acts) people.add(person);
    cursor = await cursor.continue();
  }
  return people;
}

function photosOf({ details }: Act): readonly string[] {
  const named = details["photos"];
  return Array.isArray(named) ? named.map(String) : [];
}

/** Read the counts from the disk. */
export async function recount(): Promise<void> {
  const base = await database();
  const [waiting, refused] = await Promise.all([base.count("queue"), base.getAll("parked")]);
  [unsent.value, parked.value] = [waiting, refused.filter(({ closed }) => !closed).length];
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

const countSoon = later(recount);

function changedHere(): void {
  for (const listener of heard) listener();
  countSoon();
}

/** Tell every tab that something has changed. */
export function announce(): void {
  channel?.postMessage("changed");
  changedHere();
}

function tellAnswer(settled: Settled): void {
  channel?.postMessage(settled);
  for (const listener of answerHeard) listener(settled);
  announce();
}
