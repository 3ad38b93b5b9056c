// Sends the queue: in order, by one tab of the browser, again and again until the service has everything.
import { signal } from "@preact/signals";
import { BEING_JUDGED, fateOf, fateOfBatch, fateOfOne, isAwaited, pause, sendable } from "../core/queue/fate.ts";
import { parkedMessage } from "../core/queue/link.ts";
import { language } from "../i18n/language.ts";
import type { Waiting } from "./database.ts";
import { later } from "./later.ts";
import { recountPhotos, sendPhoto } from "./photos.ts";
import { goOn, handedIn, head, notHandedIn, onAnswer, onQueueChange, park, peopleWaiting, recount, settle } from "./queue.ts";
import { Unreachable, ask, reach } from "./reach.ts";
import { Problem, call } from "./service.ts";
import { endLeft, session, tokenOf } from "./session.ts";
import { deviceId, tabletCode } from "./tablet.ts";

/** `waiting`: the service does not answer. `sign-in`: `person` must sign in before anything more can go. */
export type Sending =
  | { readonly kind: "idle" | "sending" | "waiting" }
  | { readonly kind: "sign-in"; readonly person: string };

export const sending = signal<Sending>({ kind: "idle" });

const BATCH = 50;
const LIMIT = 30_000;
const LOOK_AGAIN = 5_000;
const AFTER_THE_VERDICT = 300;

let wake: (() => void) | null = null;
let nudged = false;
let handsIn = true;
/** Devices whose chain is known to stand here at least where it stands in the service. */
const inStep = new Set<string>();

/** Begin; resolves when `stop` is given and has happened. The tab that holds the lock sends, the others wait for it. */
export function startSender(stop?: AbortSignal): void {
  void recount();
  void recountPhotos();
  for (const event of ["online", "pageshow"]) addEventListener(event, nudge);
  document.addEventListener("visibilitychange", nudge);
  // Without a network the tablet's own verdict is what somebody waits for: the next try comes after it.
  onQueueChange(() => (reach.value === "offline" ? void setTimeout(nudge, AFTER_THE_VERDICT) : nudge()));
  onAnswer(({ status }) => {
    handsIn ||= status !== 201;
  });
  onQueueChange(later(recountPhotos));
  // Somebody who signs in again sets free what waited for them, also when another tab sends.
  session.subscribe(nudge);
  tabletCode.subscribe(nudge);
  const options = stop ? { signal: stop } : {};
  void navigator.locks.request("givre-sender", options, () => work(stop)).catch(() => undefined);
}

/** Look at the queue now, or as soon as the round that runs is over. */
export function nudge(): void {
  nudged = true;
  wake?.();
}

async function work(stop?: AbortSignal): Promise<void> {
  let failures = 0;
  let apart = 0;
  let rested = true;
  while (!stop?.aborted) {
    // Whatever goes wrong in a round, a disk that does not answer included, there is a next one: nobody else sends.
    const [done, waiting] = await round(apart > 0 ? 1 : BATCH).catch(() => ["later", []] as const);
    if (done === "sent") {
      failures = 0;
      apart = Math.max(0, apart - 1);
      sending.value = { kind: "sending" };
    } else if (done === "apart") {
      apart = waiting.length;
    } else if (done === "judging") {
      await sleep(BEING_JUDGED);
    } else if (done === "later") {
      // A try that somebody's next scan has brought forward says nothing new of the network.
      if (rested) failures += 1;
      sending.value = { kind: "waiting" };
      rested = await sleep(pause(Math.max(failures, 1), Math.random()));
    } else {
      failures = 0;
      sending.value = done === "idle" ? { kind: "idle" } : { kind: "sign-in", person: waiting[0]?.person ?? "" };
      // What was kept, and who signed in, while the round ran is not left until the next look.
      if (!nudged) await sleep(LOOK_AGAIN);
    }
  }
}

type Round = "judging" | "idle" | "sent" | "later" | "sign-in" | "apart";

async function round(most: number): Promise<readonly [Round, readonly Waiting[]]> {
  nudged = false;
  // First what is missing from the chain, so that nothing behind it is taken for a scan after a lost one.
  if (handsIn) handsIn = await handIn();
  const first = await head(most);
  const waiting = first.slice(0, sendable(first, Date.now()));
  if (waiting.length === 0 && first.length > 0) return ["judging", first];
  if (waiting.length === 0) {
    // An act before its photographs: the service takes none that no act of its record names.
    if (await sendPhoto().catch(() => false)) return ["sent", waiting];
    await leave();
    await join();
    return ["idle", waiting];
  }
  if (sending.value.kind === "idle") sending.value = { kind: "sending" };
  return [await send(waiting), waiting];
}

async function send(waiting: readonly Waiting[]): Promise<Exclude<Round, "idle" | "judging">> {
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
  const body = JSON.stringify({ ...only?.message, ...saidOf(only), sent_at: new Date().toISOString() });
  return ask(only?.door ?? "/api/v1/scans", { method: "POST", headers, body }, LIMIT);
}

/** What this device had said of an act, beside the act: its link and its signatures are of the act alone. */
function saidOf(one: Waiting | undefined): { readonly told_wrong?: string } {
  return one?.told === undefined ? {} : { told_wrong: one.told };
}

function post(waiting: readonly Waiting[], token: string): Promise<Response> {
  const sent_at = new Date().toISOString();
  const scans = waiting.map((one) => ({ ...one.message, ...saidOf(one), sent_at }));
  const headers = { "content-type": "application/json", "accept-language": language.value, authorization: `Bearer ${token}` };
  return ask("/api/v1/scans/batch", { method: "POST", headers, body: JSON.stringify({ scans }) }, LIMIT);
}

/** Tell the service what is parked here (decision 147); false when there is nothing more to tell, or it will not hear of it. */
async function handIn(): Promise<boolean> {
  const some = await notHandedIn(BATCH);
  const [first] = some;
  if (!first) return false;
  const token = (await tokenOf(first.person)) ?? (await tokenOf(session.value?.login ?? ""));
  if (token === null) return true;
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const body = JSON.stringify({ device_id: first.message.device_id, scans: some.map(parkedMessage) });
  const answer = await ask("/api/v1/device-chain/parked", { method: "POST", headers, body }, LIMIT);
  const told = (await answer.json().catch(() => null)) as { new?: number; code?: string } | null;
  if (answer.status === 200 && typeof told?.new === "number") await handedIn(some);
  // What cannot be handed in now holds up no scan: it is asked again, unless the service has understood and said no.
  return typeof told?.code !== "string" || answer.status >= 500 || answer.status === 401 || answer.status === 429;
}

/** Once a start: see whether the service knows more of this device's chain than the device does. */
async function join(): Promise<void> {
  const device = deviceId();
  if (inStep.has(device) || session.value === null) return;
  try {
    const path = `/api/v1/device-chain?device_id=${encodeURIComponent(device)}`;
    const { last_seq: seq, head: at } = await call<{ readonly last_seq: number; readonly head: string }>(path);
    if (await goOn(device, { seq, head: at })) inStep.add(device);
  } catch (error) {
    // Whoever may not ask does not scan either; without an answer it is asked again.
    if (error instanceof Problem && error.status === 403) inStep.add(device);
    else if (!(error instanceof Unreachable || error instanceof Problem)) throw error;
  }
}

async function leave(): Promise<void> {
  try {
    await endLeft(await peopleWaiting());
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
}

/** Resolves with whether nothing cut it short. */
function sleep(milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (whole: boolean): void => {
      clearTimeout(timer);
      wake = null;
      resolve(whole);
    };
    const timer = setTimeout(() => done(true), milliseconds);
    wake = () => done(false);
  });
}
