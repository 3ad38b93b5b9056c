// What becomes of scans that were sent: told by the answer alone. A scan leaves the queue only when the service has it.

/**
 * `recorded`: the service has it, taken or refused. `later`: send it again. `sign-in`: after its person signed in again.
 * `parked`: understood and not wanted; a person settles it. Nothing is ever dropped.
 */
export type Fate = "recorded" | "later" | "sign-in" | "parked";

export interface Result {
  readonly scan_id: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `apart`: the message as a whole was not read, so its scans are sent one by one to find the one that is wrong. */
export type BatchFate =
  | { readonly kind: "results"; readonly results: readonly Result[] }
  | { readonly kind: "later" | "sign-in" | "apart" };

const AGAIN = new Set([408, 425, 429]);
/** Codes of ours that say "not now" whatever their status. */
const NOT_NOW = new Set(["not-recorded", "stale-history"]);

/**
 * What an answer to `/scans/batch` says. `body` is its parsed JSON, undefined when it is none: a hotel's portal, a proxy or
 * another server on this address answers with anything, and is believed in nothing.
 */
export function fateOfBatch(status: number, body: unknown): BatchFate {
  if (status === 200 && isObject(body) && Array.isArray(body["results"]) && body["results"].every(isResult)) {
    return { kind: "results", results: body["results"] as Result[] };
  }
  if (!isProblem(body)) return { kind: "later" };
  if (status === 401) return { kind: "sign-in" };
  return { kind: status >= 500 || AGAIN.has(status) ? "later" : "apart" };
}

/** What an answer to `/scans` says: a verdict on one scan alone is the result of a queue of one, all else as for any queue. */
export function fateOfOne(status: number, body: unknown): BatchFate {
  const judged = (status === 201 || status === 409) && isObject(body) && isObject(body["receipt"]);
  if (!judged || typeof body["scan_id"] !== "string") return fateOfBatch(status, isObject(body) && "results" in body ? undefined : body);
  return { kind: "results", results: [{ scan_id: body["scan_id"], status, body }] };
}

interface Kept {
  readonly kept?: number;
  readonly awaited?: boolean;
  readonly judging?: boolean;
  readonly told?: string;
  readonly message: { readonly second_person?: string | null };
}

/** Milliseconds in which somebody still stands in front of an act. */
const AWAITED = 30_000;

/**
 * Whether this is an act whose verdict somebody waits for: kept by one, alone, and a moment old. It goes to `/scans`, where it is judged
 * as it happens; a queue (`/scans/batch`) is judged as what happened before, and each refusal in it waits for a person.
 */
export function isAwaited([only, ...others]: readonly Kept[], now: number): boolean {
  // A second person who was only named counts in a queue and nowhere else (decision 152).
  if (!only?.awaited || others.length > 0 || only.message.second_person) return false;
  // Whoever was told to stop has left; what the service makes of it waits for a person.
  if (only.told !== undefined) return false;
  return isFresh(only, now, AWAITED);
}

/** Milliseconds for which a scan waits for this device's own verdict on it, should that never come. */
export const BEING_JUDGED = 2_000;

/** How many scans from the first on may go now: none overtakes one whose verdict here is still on its way. */
export function sendable(waiting: readonly Kept[], now: number): number {
  const held = waiting.findIndex((one) => one.judging && one.told === undefined && isFresh(one, now, BEING_JUDGED));
  return held < 0 ? waiting.length : held;
}

/** By when it was kept, not by when it happened: a second person's signature may have taken its time. */
function isFresh({ kept }: Kept, now: number, within: number): boolean {
  return kept !== undefined && Math.abs(now - kept) < within;
}

/** What becomes of one scan by its own result. */
export function fateOf({ status, body }: Result): Fate {
  if (status === 201) return "recorded";
  // A refusal is recorded, and has its receipt; the same id with another body is not, and has none.
  if (status === 409) return isObject(body["receipt"]) ? "recorded" : "parked";
  if (status === 401) return "sign-in";
  return status >= 500 || AGAIN.has(status) || NOT_NOW.has(String(body["code"])) ? "later" : "parked";
}

/** Milliseconds to wait after so many failures in a row; `chance` is 0 to 1, so that tablets do not all come back at once. */
export function pause(failures: number, chance: number): number {
  return Math.min(1_000 * 2 ** Math.min(failures - 1, 5), 30_000) * (0.5 + chance / 2);
}

function isResult(value: unknown): boolean {
  return isObject(value) && typeof value["scan_id"] === "string" && typeof value["status"] === "number" && isObject(value["body"]);
}

function isProblem(value: unknown): boolean {
  return isObject(value) && typeof value["code"] === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
