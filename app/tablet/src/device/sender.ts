// Sends the queue: in order, by one tab of the browser, again and again until the service has everything.
import { signal } from "@preact/signals";
import { fateOf, fateOfBatch, fateOfOne, isAwaited, pause } from "../core/queue/fate.ts";
import { language } from "../i18n/index.ts";
import type { Waiting } from "./database.ts";
import { head, onQueueChange, park, peopleWaiting, recount, settle } from "./queue.ts";
import { Unreachable, ask } from "./reach.ts";
import { endLeft, session, tokenOf } from "./session.ts";

/** `waiting`: the service does not answer. `sign-in`: `person` must sign in before anything more can go. */
export type Sending =
  | { readonly kind: "idle" | "sending" | "waiting" }
  | { readonly kind: "sign-in"; readonly person: string };

export const sending = signal<Sending>({ kind: "idle" });

const BATCH = 50;
const LIMIT = 30_000;
const LOOK_AGAIN = 5_000;

let wake: (() => void) | null = null;

/** Begin; resolves when `stop` is given and has happened. The tab that holds the lock sends, the others wait for it. */
export function startSender(stop?: AbortSignal): void {
  void recount();
  for (const event of ["online", "pageshow"]) addEventListener(event, nudge);
  document.addEventListener("visibilitychange", nudge);
  onQueueChange(nudge);
  // Somebody who signs in again sets free what waited for them, also when another tab sends.
  session.subscribe(nudge);
  const options = stop ? { signal: stop } : {};
  void navigator.locks.request("givre-sender", options, () => work(stop)).catch(() => undefined);
}

/** Look at the queue now. */
export function nudge(): void {
  wake?.();
}

async function work(stop?: AbortSignal): Promise<void> {
  let failures = 0;
  let apart = 0;
  while (!stop?.aborted) {
    const waiting = await head(apart > 0 ? 1 : BATCH).catch(() => [] as readonly Waiting[]);
    if (waiting.length === 0) {
      sending.value = { kind: "idle" };
      await leave();
      await sleep(LOOK_AGAIN);
      continue;
    }
    if (sending.value.kind === "idle") sending.value = { kind: "sending" };
    const done = await send(waiting).catch(() => "later" as const);
    if (done === "sent") {
      failures = 0;
      apart = Math.max(0, apart - 1);
      sending.value = { kind: "sending" };
    } else if (done === "apart") {
      apart = waiting.length;
    } else if (done === "sign-in") {
      sending.value = { kind: "sign-in", person: waiting[0]?.person ?? "" };
      await sleep(LOOK_AGAIN);
    } else {
      failures += 1;
      sending.value = { kind: "waiting" };
      await sleep(pause(failures, Math.random()));
    }
  }
}

async function send(waiting: readonly Waiting[]): Promise<"sent" | "later" | "sign-in" | "apart"> {
  const person = waiting[0]?.person ?? "";
  let token = await tokenOf(person);
  if (token === null) return "sign-in";
  const deliver = isAwaited(waiting, Date.now()) ? postOne : post;
  let answer = await deliver(waiting, token);
  if (answer.status === 401) {
    token = await tokenOf(person, token);
    if (token === null) return "sign-in";
    answer = await deliver(waiting, token);
  }
  const { status } = answer;
  const body: unknown = await answer.json().catch(() => undefined);
  const told = deliver === postOne ? fateOfOne(status, body) : fateOfBatch(status, body);
  if (told.kind === "apart" && waiting.length === 1) {
    const [only] = waiting;
    if (only) await park(only, status, body as Record<string, unknown>);
    return "sent";
  }
  if (told.kind !== "results") return told.kind;
  for (const [place, one] of waiting.entries()) {
    const result = told.results[place];
    // An answer to another message is no answer to this one.
    if (result?.scan_id !== one.message.scan_id) return "later";
    const fate = fateOf(result);
    if (fate === "recorded") await settle(one, result.status, result.body);
    else if (fate === "parked") await park(one, result.status, result.body);
    else return fate;
  }
  return "sent";
}

function postOne([only]: readonly Waiting[], token: string): Promise<Response> {
  const headers = { "content-type": "application/json", "accept-language": language.value, authorization: `Bearer ${token}` };
  const body = JSON.stringify({ ...only?.message, sent_at: new Date().toISOString() });
  return ask(only?.door ?? "/api/v1/scans", { method: "POST", headers, body }, LIMIT);
}

function post(waiting: readonly Waiting[], token: string): Promise<Response> {
  const sent_at = new Date().toISOString();
  const scans = waiting.map(({ message }) => ({ ...message, sent_at }));
  const headers = { "content-type": "application/json", "accept-language": language.value, authorization: `Bearer ${token}` };
  return ask("/api/v1/scans/batch", { method: "POST", headers, body: JSON.stringify({ scans }) }, LIMIT);
}

async function leave(): Promise<void> {
  try {
    await endLeft(await peopleWaiting());
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      wake = null;
      resolve();
    }
    wake = done;
  });
}
